"""What moved a forecast between two days, deal by deal, adding up to the difference exactly.

Pure: the deals as they stood then and as they stand now in, changes out (domain.md section 7).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.deal_filter import OTHER_PROCESS
from salescli.report.figures.forecast_standing import (
    ForecastQuestion,
    Place,
    Standing,
    build_standing,
)
from salescli.report.figures.forecast_sums import (
    Amounts,
    Sums,
    add_sums,
    subtract_sums,
    sums_at,
)

Reason = Literal[
    "new",
    "won",
    "lost",
    "reopened",
    "pulled-in",
    "pushed-out",
    "overdue",
    "grown",
    "shrunk",
    "probability-up",
    "probability-down",
    "taken-over",
    "given-away",
    "gone",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
_COUNTED = ("actual", "pipeline")


class Look(NamedTuple):
    """A deal on one day. `standing` is None where the filters keep it out, and `left_out` then the
    reason if it is counted for it: OTHER_PROCESS or its currency.
    """

    status: str  # open, won, lost; rerouted and rejected are lost, too
    standing: Standing | None
    left_out: str = ""

    @property
    def place(self) -> Place:
        """Where it stands; beyond the period if the filters keep it out."""
        return "beyond" if self.standing is None else self.standing.place

    @property
    def is_counted(self) -> bool:
        """Whether it is in the actual or in the pipeline of the period."""
        return self.place in _COUNTED


class Change(msgspec.Struct, frozen=True):
    """One reason for which one deal moved the forecast, and by how much."""

    id: str
    title: str
    reason: Reason
    sums: Sums


class Totals(msgspec.Struct, frozen=True):
    """The forecast of one day: its deals in the actual and in the pipeline, and their sums."""

    actual: int
    pipeline: int
    sums: Sums
    ids: dict[str, tuple[str, ...]]  # those deals, by `actual` and `pipeline`
    without_value: int = 0  # of those deals
    left_out: dict[str, int] = {}  # by OTHER_PROCESS or currency
    differs: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        """Both together; associative."""
        sums = dict(sorted(add_sums(self.sums, other.sums).items()))
        ids = {name: tuple(sorted(who + other.ids[name])) for name, who in self.ids.items()}
        codes = sorted({*self.left_out, *other.left_out})
        return Totals(
            self.actual + other.actual,
            self.pipeline + other.pipeline,
            sums,
            ids,
            self.without_value + other.without_value,
            {code: self.left_out.get(code, 0) + other.left_out.get(code, 0) for code in codes},
            self.differs + other.differs,
        )


class Difference(msgspec.Struct, frozen=True):
    """Both forecasts and all that lies between them."""

    question: ForecastQuestion
    since: ForecastQuestion
    before: Totals
    after: Totals
    changes: tuple[Change, ...]
    invalid: int

    def __add__(self, other: "Difference") -> "Difference":
        """Those of other deals as well, asked the same question."""
        return Difference(
            self.question,
            self.since,
            self.before + other.before,
            self.after + other.after,
            tuple(sorted(self.changes + other.changes, key=_order)),
            self.invalid + other.invalid,
        )

    @property
    def other_process(self) -> int:
        """Deals of other processes that would have a part in the later forecast."""
        return self.after.left_out.get(OTHER_PROCESS, 0)

    @property
    def left_out(self) -> dict[str, int]:
        """Deals of the later forecast in other currencies than the one asked for, by currency."""
        return {code: n for code, n in self.after.left_out.items() if code != OTHER_PROCESS}

    @property
    def differs(self) -> int:
        """Deals of the later forecast whose file says something that their history doesn't."""
        return self.after.differs

    @property
    def without_value(self) -> int:
        """Deals of the later forecast, sold or in the pipeline, that have no value."""
        return self.after.without_value

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the figures; else the one asked for, else the store's."""
        moved = (change.sums for change in self.changes)
        found = {code for sums in (self.before.sums, self.after.sums, *moved) for code in sums}
        return self.question.shown_currencies(sorted(found))


def _order(one: Change) -> tuple[int, str]:
    return REASONS.index(one.reason), one.id


Seen = tuple[str, str, Look]
"""A deal's id, its title, and how it stood."""


def build_look(
    question: ForecastQuestion, definition: Definition
) -> Callable[[Deal | None], Seen | None]:
    """How a deal stands on the question's as-of day, as a function of the deal alone; None of one
    that isn't there. One of another process is left out for it, if it would have a part.
    """
    standing = build_standing(question, definition)
    statuses = {stage.stage: definition.status_of(stage.stage) for stage in definition.stages}

    def look(deal: Deal | None) -> Seen | None:
        if deal is None:
            return None
        found = standing(deal)
        left_out = str(found.row) if found is not None and found.place == "left-out" else ""
        if deal.process != question.process:
            return (deal.id, deal.title, Look("lost", None, left_out)) if left_out else None
        status = statuses.get(deal.stage, "open")
        kept = None if left_out else found
        look = Look(status if status in ("open", "won") else "lost", kept, left_out)
        return deal.id, deal.title, look

    return look


def build_difference(
    then: Iterable[Deal],
    now: Iterable[Deal],
    since: ForecastQuestion,
    question: ForecastQuestion,
    definition: Definition,
    *,
    invalid: int = 0,
    definition_then: Definition | None = None,
) -> Difference:
    """The difference of two sets of deals, in any order; as of `add_up_difference`.

    `definition_then` is the process as it was, where that is another one than now.
    """
    seen_then = filter(None, map(build_look(since, definition_then or definition), then))
    seen_now = filter(None, map(build_look(question, definition), now))
    return _compare(_pair_up(seen_then, seen_now), since, question, invalid)


def _pair_up(
    then: Iterable[Seen], now: Iterable[Seen]
) -> Iterator[tuple[Seen | None, Seen | None]]:
    before = {one[0]: one for one in then}
    for one in now:
        yield before.pop(one[0], None), one
    for gone in before.values():
        yield gone, None


def add_up_difference(
    deals: Iterable[Sequence[Deal | None]],
    since: ForecastQuestion,
    question: ForecastQuestion,
    definition: Definition,
    *,
    invalid: int = 0,
) -> Difference:
    """The difference of the forecast of `question` to that of `since`, the same on an earlier day.

    Each deal is given as it was then and as it is now. For every currency before + Σ changes =
    after, in each of actual, pipeline and weighted.
    """
    look_then, look_now = build_look(since, definition), build_look(question, definition)
    pairs = ((look_then(then), look_now(now)) for then, now in deals)
    return _compare(pairs, since, question, invalid)


def _compare(
    pairs: Iterable[tuple[Seen | None, Seen | None]],
    since: ForecastQuestion,
    question: ForecastQuestion,
    invalid: int,
) -> Difference:
    before, after = _Adding(), _Adding()
    changes: list[Change] = []
    for seen_then, seen_now in pairs:
        then, now = before.add(seen_then), after.add(seen_now)
        if now is not None:
            changes += _changes(None if then is None else then[2], *now)
        elif then is not None and then[2].is_counted:
            deal_id, title, look = then
            changes.append(Change(deal_id, title, "gone", subtract_sums({}, sums_of(look))))
    changes.sort(key=_order)
    return Difference(question, since, before.totals(), after.totals(), tuple(changes), invalid)


def _changes(then: Look | None, deal_id: str, title: str, now: Look) -> Iterator[Change]:
    if then != now:  # most deals: nothing happened to them
        for reason, sums in moves_of(then, now):
            yield Change(deal_id, title, reason, sums)


class _Adding:
    """The deals of one day while they are counted: those of equal money are summed once."""

    def __init__(self) -> None:
        self.counts: dict[tuple[Place, str | None, int], int] = {}
        self.ids: dict[str, list[str]] = {place: [] for place in _COUNTED}
        self.left_out: dict[str, int] = {}
        self.differs = 0

    def add(self, seen: Seen | None) -> Seen | None:
        """The deal, counted; None of one that isn't there or is of another process."""
        if seen is None:
            return None
        deal_id, _, look = seen
        standing = look.standing
        if look.left_out:
            self.left_out[look.left_out] = self.left_out.get(look.left_out, 0) + 1
        if standing is not None and standing.place in _COUNTED:
            key = (standing.place, standing.money, standing.probability)
            self.counts[key] = self.counts.get(key, 0) + 1
            self.ids[standing.place].append(deal_id)
        if standing is not None and standing.differs:
            self.differs += 1
        return None if look.left_out == OTHER_PROCESS else seen

    def totals(self) -> Totals:
        sums: Sums = {}
        without_value = 0
        for (place, money, probability), count in self.counts.items():
            without_value += count if money is None else 0
            for code, one in sums_at(place, money, probability).items():
                sums[code] = sums.get(code, Amounts()) + one.times(count)
        ids = {place: tuple(sorted(found)) for place, found in self.ids.items()}
        actual, pipeline = (len(ids[place]) for place in _COUNTED)
        left_out = dict(sorted(self.left_out.items()))
        sums = dict(sorted(sums.items()))
        return Totals(actual, pipeline, sums, ids, without_value, left_out, self.differs)


def sums_of(look: Look) -> Sums:
    """What a deal adds to the forecast of its day."""
    standing = look.standing
    if standing is None or standing.place not in _COUNTED:
        return {}
    return sums_at(standing.place, standing.money, standing.probability)


def moves_of(then: Look | None, now: Look) -> Iterator[tuple[Reason, Sums]]:
    """Why one deal moved the forecast, and by how much: one reason, or, where it is in the same
    place as before, first the change of its value, then that of its probability.
    """
    if not (now.is_counted or (then is not None and then.is_counted)):
        return
    reason = _reason(then, now)
    if reason is not None:
        yield reason, subtract_sums(sums_of(now), sums_of(then) if then is not None else {})
        return
    assert then is not None and then.standing is not None and now.standing is not None
    old, new = then.standing, now.standing
    between = sums_at(new.place, new.money, old.probability)
    yield from _grown(subtract_sums(between, sums_of(then)))
    likelier = subtract_sums(sums_of(now), between)
    if likelier:
        up = new.probability > old.probability
        yield "probability-up" if up else "probability-down", likelier


def _reason(then: Look | None, now: Look) -> Reason | None:
    """The one reason for which a deal is elsewhere than before; None where it isn't."""
    if then is None:
        return "new"
    if then.standing is None:
        return "taken-over"
    if now.standing is None:
        return "given-away"
    if then.status != now.status:
        return "reopened" if now.status == "open" else "won" if now.status == "won" else "lost"
    if then.place == now.place:
        return None
    if now.is_counted:
        return "pulled-in"
    return "overdue" if now.place == "overdue" else "pushed-out"


def _grown(sums: Sums) -> Iterator[tuple[Reason, Sums]]:
    """Growth and shrinkage apart: a value that changes its currency does both."""
    grown = {code: a for code, a in sums.items() if a.actual + a.pipeline > 0}
    shrunk = {code: a for code, a in sums.items() if code not in grown}
    if grown:
        yield "grown", grown
    if shrunk:
        yield "shrunk", shrunk
