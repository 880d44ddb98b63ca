"""Wins and losses: what was closed in a period, how much of it was won, how fast (S14).

Pure: deals as they stand at E in, figures out (domain.md section 8, last part). Knows nothing of
stores, names or layout; which rows a deal stands in is said by `winloss_keys`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.money import EXACT, decimals_of, round_amount
from salescli.model.visits import Entry, Visit
from salescli.report.figures.averages import mean_of, median_of
from salescli.report.figures.deal_filter import LONG_AGO, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import (
    Answered,
    MoneyShare,
    Partial,
    Share,
    add_up,
    round_fraction,
)
from salescli.report.figures.local_days import build_day_of
from salescli.report.figures.piles import CountIds, Pile
from salescli.report.figures.question import WinLossQuestion
from salescli.report.figures.winloss_keys import Key, Keys, build_keys, complete_keys

OUTCOMES = ("won", "lost", "rerouted", "rejected")
OPEN = "open"  # of a deal that stands at an open stage at E: a part of velocity alone
_CLOSED = int(Entry.CLOSED)
_SKIPPED = int(Entry.SKIPPED)


class Closing(NamedTuple):
    """What a deal has to do with wins and losses."""

    outcome: str = OPEN  # else one of OUTCOMES
    rows: tuple[Key, ...] = ()  # the rows it stands in
    value: str | None = None
    currency: str | None = None  # of any of its money
    days: int = 0  # local calendar days from creation to closing
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


class OutcomeFigure(msgspec.Struct, frozen=True):
    """The deals closed with one outcome. `mean` and `median` are of days from creation to closing.

    `average` is the mean value, by currency; deals without a value are not in it. `valued` is how
    many have one, by currency.
    """

    count: int
    sum: dict[str, Decimal]
    without_value: int
    average: dict[str, Decimal]
    mean: Fraction | None
    median: Fraction | None
    ids: CountIds | None = None
    valued: dict[str, int] = {}


class ClosedFigure(msgspec.Struct, frozen=True):
    """The figures of a row, or of all rows together; `outcomes` has all four."""

    outcomes: dict[str, OutcomeFigure]

    @property
    def count(self) -> int:
        """All closed deals."""
        return sum(outcome.count for outcome in self.outcomes.values())

    @property
    def ids(self) -> tuple[str, ...] | None:
        """All closed deals, by id; None where they weren't kept."""
        found = [one.ids.count for one in self.outcomes.values() if one.ids is not None]
        return tuple(sorted(one for ids in found for one in ids)) if found else None

    @property
    def win_rate(self) -> Share:
        """won / (won + lost) by count; rerouted and rejected deals stand apart."""
        won, lost = self.outcomes["won"].count, self.outcomes["lost"].count
        return Share(won, won + lost)

    @property
    def win_rate_by_value(self) -> dict[str, MoneyShare]:
        """Σ value won / (Σ value won + Σ value lost), by currency."""
        won, lost = self.outcomes["won"].sum, self.outcomes["lost"].sum
        shares = {}
        for code in sorted({*won, *lost}):
            part, rest = (sums.get(code, round_amount(Decimal(0), code)) for sums in (won, lost))
            shares[code] = MoneyShare(part, EXACT.add(part, rest))
        return shares


class Row(msgspec.Struct, frozen=True):
    """One row; the key None is for deals that have none of what makes the rows."""

    key: Key
    name: str  # "" without a key
    figure: ClosedFigure


class Velocity(msgspec.Struct, frozen=True):
    """Money won a day, of one currency: each part is of the deals in it and those without money.

    per_day = open × average × win rate by count / cycle, rounded to the currency's decimals:
    open deals at the reporting date, the mean value of won ones, won / (won + lost), and the mean
    days from creation to closing of won ones. None where a part is n/a or the cycle is 0 days.
    """

    open: int
    average: Decimal | None
    win_rate: Share
    cycle: Fraction | None
    per_day: Decimal | None
    open_ids: tuple[str, ...] | None = None


class WinLoss(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to."""

    question: WinLossQuestion
    total: ClosedFigure
    velocity: dict[str, Velocity]
    rows: tuple[Row, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the sums; else the one asked for, else the store's."""
        found = sorted({code for one in self.total.outcomes.values() for code in one.sum})
        return self.question.shown_currencies(found)

    @property
    def without_value(self) -> int:
        """Closed deals without a value."""
        return sum(one.without_value for one in self.total.outcomes.values())


def build_contribution(
    question: WinLossQuestion, definition: Definition, first_deals: Collection[str] = ()
) -> Callable[[Deal], Closing | None]:
    """The contribution of one deal as a function of the deal alone.

    A deal is closed in the period if it is final at E and its last `closed` event lies in
    [S, E]: once. `first_deals` are the ids of the first deal of each client, for new and existing
    ones. The function answers None for a deal that has no part in the figure.
    """
    why_left_out, end = build_filter(question), question.end
    start = LONG_AGO if question.start is None else question.start
    outcome_of = {stage.stage: definition.status_of(stage.stage) for stage in definition.stages}
    keys_of = build_keys(question, first_deals)
    day_of = build_day_of(ZoneInfo(question.time_zone))

    def contribute(deal: Deal) -> Closing | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        visits = deal.visits
        if left_out == OTHER_PROCESS:  # whose stages aren't known here
            is_closed = bool(visits) and visits[-1].entry == _CLOSED
        else:
            is_closed = outcome_of.get(deal.stage, OPEN) != OPEN
        place = _last_closing(visits) if is_closed else len(visits)
        if place is None or (is_closed and not start <= visits[place].started_at <= end):
            return None
        if left_out:
            return Closing(left_out=left_out)
        outcome, own = outcome_of.get(deal.stage, OPEN), deal.currency
        if outcome == OPEN:
            return Closing(currency=own, differs=deal.differs)
        closed_on = day_of(visits[place].started_at)
        days = closed_on - day_of(deal.created_at)
        value = deal.value(outcome == "won")
        rows = keys_of(Keys(deal, outcome, value, closed_on, _stage_before(visits, place)))
        return Closing(outcome, rows, value, own, days, deal.differs)

    return contribute


def build_turning_days(
    question: WinLossQuestion, _: Definition
) -> Callable[[Deal], Iterable[int] | None]:
    """The day (an ordinal) of the last closing, on which alone a deal counts as closed."""
    day_of = build_day_of(ZoneInfo(question.time_zone))

    def turning_days(deal: Deal) -> Iterable[int]:
        place = _last_closing(deal.visits)
        return () if place is None else (day_of(deal.visits[place].started_at),)

    return turning_days


def _last_closing(visits: Sequence[Visit]) -> int | None:
    """The place of the visit that the last `closed` event began; None without one."""
    for place in reversed(range(len(visits))):
        if visits[place].entry == _CLOSED:
            return place
    return None


def _stage_before(visits: Sequence[Visit], place: int) -> str | None:
    """Where a deal stood before a closing: what the closing skipped over was no stay."""
    for before in reversed(visits[:place]):
        if before.entry not in (_SKIPPED, _CLOSED):
            return before.stage
    return None


def build_win_loss(
    deals: Iterable[Deal],
    question: WinLossQuestion,
    definition: Definition,
    *,
    first_deals: Collection[str] = (),
    names: Mapping[str, str] = {},
    invalid: int = 0,
    with_ids: bool = False,
) -> WinLoss:
    """Wins and losses of one set of deals: their contributions added up, then `finish`."""
    contribute = build_contribution(question, definition, first_deals)
    partial = add_up(deals, contribute, with_ids=with_ids)
    return finish(partial, definition, question, names=names, invalid=invalid)


def finish(
    partial: Partial[Closing],
    definition: Definition,
    question: WinLossQuestion,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
) -> WinLoss:
    """The figures that a partial adds up to; of a period that begins after its end there are none.

    `names` are those of the rows, by key. A deal may stand in several rows (a win against two
    competitors); it is in the total once.
    """
    ids = partial.ids
    total = Tally(ids is not None)
    rows: dict[Key, Tally] = {}
    differs = 0
    found = {} if question.is_before_start else partial.counts
    left_out = {one.left_out: count for one, count in found.items() if one.left_out}
    for closing, count in found.items():
        if closing.left_out:
            continue
        differs += count if closing.differs else 0
        who = () if ids is None else ids[closing]
        total.add(closing, count, who)
        for key in closing.rows:
            if key not in rows:
                rows[key] = Tally(ids is not None)
            rows[key].add(closing, count, who)
    counts = {key: tally.closed for key, tally in rows.items()}
    keys = [] if question.is_before_start else complete_keys(counts, question, definition)
    nothing = Tally(ids is not None)
    return WinLoss(
        question=question,
        process_name=definition.name,
        total=total.build_figure(),
        velocity=total.build_velocities(),
        rows=tuple(
            Row(key, names.get(key, key) if key else "", rows.get(key, nothing).build_figure())
            for key in keys
        ),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=differs,
        invalid=invalid,
    )


class ClosedPile(Pile):
    """Deals of one outcome and currency, with the days that they took."""

    def __init__(self) -> None:
        super().__init__()
        self.days: Counter[int] = Counter()


class Tally:
    """The piles of a row, or of all: closed deals by outcome and currency, and open ones."""

    def __init__(self, with_ids: bool) -> None:
        self.with_ids = with_ids
        self.piles: dict[tuple[str, str | None], ClosedPile] = {}

    @property
    def closed(self) -> int:
        """All closed deals."""
        return sum(pile.count for (outcome, _), pile in self.piles.items() if outcome != OPEN)

    def add(self, closing: Closing, count: int, ids: Iterable[str]) -> None:
        key = (closing.outcome, closing.currency)
        if key not in self.piles:
            self.piles[key] = ClosedPile()
        self.piles[key].add(closing.value, count, ids)
        self.piles[key].days[closing.days] += count

    def merge(self, outcome: str, currencies: Collection[str | None] | None = None) -> ClosedPile:
        """The deals of an outcome together: all, or those whose money is in these currencies."""
        merged = ClosedPile()
        for (name, currency), pile in self.piles.items():
            if name == outcome and (currencies is None or currency in currencies):
                merged.extend(pile)
                merged.days.update(pile.days)
        return merged

    def build_figure(self) -> ClosedFigure:
        return ClosedFigure({name: self._build_outcome(self.merge(name)) for name in OUTCOMES})

    def _build_outcome(self, pile: ClosedPile) -> OutcomeFigure:
        sums = pile.sums()
        return OutcomeFigure(
            count=pile.count,
            sum={code: amount for code, (amount, _) in sums.items()},
            without_value=pile.values[None],
            average={code: _average(*sum, code) for code, sum in sums.items()},
            mean=mean_of(pile.days),
            median=median_of(pile.days),
            ids=pile.build_ids() if self.with_ids else None,
            valued={code: deals for code, (_, deals) in sums.items()},
        )

    def build_velocities(self) -> dict[str, Velocity]:
        """One for each currency that a closed deal's value is in."""
        codes = sorted({code for outcome, code in self.piles if code and outcome != OPEN})
        return {code: self._build_velocity(code) for code in codes}

    def _build_velocity(self, code: str) -> Velocity:
        own = (code, None)
        won, lost, waiting = (self.merge(name, own) for name in ("won", "lost", OPEN))
        valued = won.sums().get(code)
        cycle = mean_of(won.days)
        per_day = None
        if valued and cycle:
            value, deals = valued
            rate = Fraction(won.count, won.count + lost.count)
            exact = waiting.count * Fraction(value) / deals * rate / cycle
            per_day = round_fraction(exact, decimals_of(code))
        return Velocity(
            open=waiting.count,
            average=_average(*valued, code) if valued else None,
            win_rate=Share(won.count, won.count + lost.count),
            cycle=cycle,
            per_day=per_day,
            open_ids=waiting.build_ids().count if self.with_ids else None,
        )


def _average(amount: Decimal, deals: int, code: str) -> Decimal:
    return round_fraction(Fraction(amount) / deals, decimals_of(code))
