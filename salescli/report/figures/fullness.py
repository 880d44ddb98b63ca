"""Fullness: is there enough in the funnel for what is still to be won? (S10)

Pure: deals and a forecast's cell in, figures out (domain.md section 6, "Fullness"). Knows nothing
of stores, words or layout.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.report.figures import entered, winloss
from salescli.report.figures.deal_filter import LONG_AGO, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import (
    Answered,
    Partial,
    add_up_each,
    round_fraction,
)
from salescli.report.figures.forecast import Cell
from salescli.report.figures.forecast_standing import ForecastQuestion
from salescli.report.figures.norms import (
    NormsQuestion,
    WinRate,
    as_closed,
    as_funnel,
    build_winrates,
)
from salescli.report.figures.piles import Counted, Pile
from salescli.report.figures.plan_bar import FittingPlan
from salescli.report.figures.question import Question
from salescli.report.figures.stage_tally import shown_stages


class FullnessQuestion(NormsQuestion, frozen=True, kw_only=True):
    """What is asked of fullness: `period` is the reference, open deals are those at its end.

    `required` wins; None takes them from the plan of `plan_question`, which stands on the as-of
    day as a forecast does.
    """

    plan_question: ForecastQuestion
    required: int | None = None


class OpenDeal(NamedTuple):
    """What a deal has to do with the stock. `stage` is None where it is not open."""

    stage: str | None = None
    budget: str | None = None
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


class StageStock(msgspec.Struct, frozen=True):
    """The open deals of one stage at the reporting date, with their budgets."""

    stage: str
    name: str
    open: Counted


class StageNeed(msgspec.Struct, frozen=True):
    """A stage against the norm. expected = open × winrate; None without a win rate.

    `needed`: open deals that the stage alone would need, required / winrate rounded up; None
    without a win rate, or for one of 0.
    """

    stage: str
    name: str
    open: int
    winrate: WinRate
    expected: Fraction | None
    needed: int | None
    open_ids: tuple[str, ...] | None = None


class Required(msgspec.Struct, frozen=True):
    """How many wins are required: as it was asked, or gap / average, rounded up.

    gap = plan - actual; `average` is the exact mean value of the deals won in the reference, None
    where none has a value. `wins` is None where the gap is 0 or less, or the average none or 0.
    """

    wins: int | None
    gap: Decimal | None = None
    average: Fraction | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Fullness as under `--currency`: of the deals in it and those without money; None: of all.

    `without_norm` open deals are at stages with n(s) = 0 and are left out of `expected`, which
    is None if all are.
    """

    currency: str | None
    stages: tuple[StageNeed, ...]
    expected: Fraction | None
    without_norm: int
    required: Required
    without_norm_ids: tuple[str, ...] | None = None

    @property
    def open(self) -> int:
        """The open deals of all stages."""
        return sum(stage.open for stage in self.stages)

    @property
    def fullness(self) -> Decimal | None:
        """expected / required wins in percent, two decimals; None without either, or for 0."""
        if self.expected is None or not self.required.wins:
            return None
        return round_fraction(self.expected / self.required.wins * 100, 2)


class Fullness(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to.

    `plan` and `cell` are the plan that fits and the forecast's cell against it: coverage =
    pipeline / (plan - actual). `hidden` open deals stand at stages that no funnel shows.
    """

    question: FullnessQuestion
    stock: tuple[StageStock, ...]
    parts: tuple[Part, ...]
    plan: FittingPlan
    cell: Cell
    hidden: Counted

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the stock's budgets; else the one asked for, else the store's."""
        found = sorted({code for stage in self.stock for code in stage.open.sum})
        return self.question.shown_currencies(found)

    @property
    def without_value(self) -> int:
        """Open deals without a budget."""
        return sum(stage.open.without_value for stage in self.stock)


class Parts(NamedTuple):
    """The partials that fullness is made of, each shape with the currency of its deal."""

    entered: Partial[tuple[str | None, entered.Contribution]]
    open: Partial[tuple[str | None, OpenDeal]]
    closed: Partial[tuple[str | None, winloss.Closing]]


def add_up_fullness(
    deals: Iterable[Deal],
    question: FullnessQuestion,
    definition: Definition,
    *,
    with_ids: bool = False,
) -> Parts:
    """The partials of deals as they stand at E, in one sweep."""
    return Parts(*add_up_each(deals, build_contributions(question, definition), with_ids=with_ids))


def build_contributions(
    question: FullnessQuestion, definition: Definition
) -> list[Callable[[Deal], Any]]:
    """What one deal contributes to each of the `Parts`.

    What was won is counted only where required wins come from a plan: for the average.
    """
    return [
        _with_currency(contribute)
        for contribute in (
            entered.build_contribution(as_funnel(question), definition),
            build_stock(question, definition),
            winloss.build_contribution(as_closed(question), definition)
            if question.required is None
            else lambda _: None,
        )
    ]


def _with_currency(contribute: Callable[[Deal], Any]) -> Callable[[Deal], Any]:
    def contribute_both(deal: Deal) -> Any:
        shape = contribute(deal)
        return None if shape is None else (deal.currency, shape)

    return contribute_both


def build_stock(question: Question, definition: Definition) -> Callable[[Deal], OpenDeal | None]:
    """Whether a deal is open at E, and where; None for one that is neither open then nor moved in
    the period.
    """
    why_left_out = build_filter(question)
    start = LONG_AGO if question.start is None else question.start
    final = {stage.stage for stage in definition.stages if not stage.is_open}

    def contribute(deal: Deal) -> OpenDeal | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        is_other = left_out == OTHER_PROCESS
        visits = deal.visits
        is_running = bool(visits) and visits[-1].ended_at is None
        is_open = is_running if is_other else deal.stage not in final
        if not is_open and not (visits and visits[-1].started_at >= start):
            return None
        if left_out:
            return OpenDeal(left_out=left_out)
        if not is_open:
            return OpenDeal(differs=deal.differs)
        return OpenDeal(deal.stage, deal.budget, deal.differs)

    return contribute


def finish(
    parts: Parts,
    definition: Definition,
    question: FullnessQuestion,
    plan: FittingPlan,
    cell: Cell,
    *,
    invalid: int = 0,
) -> Fullness:
    """The figures that the partials add up to, against the plan of the forecast's `cell`.

    Of a reference that begins after its end there are no figures but the coverage.
    """
    piles, rest = _pile_up(of_currency(parts.open, None))
    nothing = question.is_before_start
    with_ids = parts.open.ids is not None
    rates = build_winrates(of_currency(parts.entered, None), definition, question)
    in_use = {*piles, *(stage.stage for stage, _ in rates)}
    shown = [] if nothing else [s for s in shown_stages(definition, in_use) if s.is_open]
    names = {stage.stage for stage in shown}
    hidden = Pile()
    for name, pile in piles.items():
        if not nothing and name not in names:
            hidden.extend(pile)
    return Fullness(
        question=question,
        process_name=definition.name,
        stock=tuple(
            StageStock(s.stage, s.name, piles.get(s.stage, Pile()).build(with_ids=with_ids))
            for s in shown
        ),
        parts=() if nothing else tuple(_build_parts(parts, definition, question, cell, shown)),
        plan=plan,
        cell=cell,
        hidden=hidden.build(with_ids=with_ids),
        other_process=rest.pop(OTHER_PROCESS, 0),
        differs=rest.pop("", 0),
        left_out=dict(sorted(rest.items())),
        invalid=invalid,
    )


def of_currency(partial: Partial[Any], currency: str | None) -> Partial[Any]:
    """The shapes of the deals in a currency and of those without money; of all for None."""
    counts: dict[Any, int] = {}
    ids: dict[Any, tuple[str, ...]] = {}
    for (own, shape), count in partial.counts.items():
        if currency is None or own is None or own == currency:
            counts[shape] = counts.get(shape, 0) + count
            if partial.ids is not None:
                ids[shape] = ids.get(shape, ()) + partial.ids[own, shape]
    return Partial(counts, None if partial.ids is None else ids)


def _pile_up(partial: Partial[OpenDeal]) -> tuple[dict[str, Pile], dict[str, int]]:
    """Open deals by stage, and what is told beside them: left out by reason, "" those differing."""
    piles: dict[str, Pile] = {}
    rest: dict[str, int] = {}
    for one, count in partial.counts.items():
        if one.left_out or one.differs:
            rest[one.left_out] = rest.get(one.left_out, 0) + count
        if one.stage is not None:
            who = () if partial.ids is None else partial.ids[one]
            piles.setdefault(one.stage, Pile()).add(one.budget, count, who)
    return piles, rest


def _build_parts(
    parts: Parts,
    definition: Definition,
    question: FullnessQuestion,
    cell: Cell,
    shown: Sequence[Stage],
) -> Iterator[Part]:
    """One for each currency of the plan; a single one where wins are asked for, or without."""
    codes: Sequence[str | None] = [*cell.plan]
    if question.required is not None or not codes:
        codes = [question.currency]
    for code in codes:
        required = Required(question.required)
        if question.required is None and code in cell.plan:
            required = _read_required(parts, definition, question, cell, code)
        yield _build_part(parts, definition, question, shown, code, required)


def _read_required(
    parts: Parts, definition: Definition, question: FullnessQuestion, cell: Cell, code: str
) -> Required:
    closed = of_currency(parts.closed, code)
    won = winloss.finish(closed, definition, as_closed(question)).total.outcomes["won"]
    deals = won.count - won.without_value
    average = Fraction(won.sum[code]) / deals if code in won.sum else None
    gap = cell.gap(code)
    if gap is None or gap <= 0 or not average:
        return Required(None, gap, average)
    return Required(ceil(Fraction(gap) / average), gap, average)


def _build_part(
    parts: Parts,
    definition: Definition,
    question: FullnessQuestion,
    shown: Sequence[Stage],
    code: str | None,
    required: Required,
) -> Part:
    """expected = Σ open(s) × winrate(s) over the stages with n(s) > 0."""
    piles, _ = _pile_up(of_currency(parts.open, code))
    found = build_winrates(of_currency(parts.entered, code), definition, question)
    rates = {stage.stage: rate for stage, rate in found}
    with_ids = parts.open.ids is not None
    no_norm = msgspec.structs.replace(found[-1][1], entered=0, entered_ids=() if with_ids else None)
    needs = [
        _build_need(
            stage,
            piles.get(stage.stage, Pile()),
            rates.get(stage.stage, no_norm),
            required.wins,
            with_ids,
        )
        for stage in shown
    ]
    missing = [need for need in needs if need.expected is None]
    left = sum(need.open for need in missing)
    ids = tuple(sorted(one for need in missing for one in need.open_ids or ()))
    is_all_left_out = left > 0 and left == sum(need.open for need in needs)
    return Part(
        currency=code,
        stages=tuple(needs),
        expected=None if is_all_left_out else _sum(need.expected for need in needs),
        without_norm=left,
        required=required,
        without_norm_ids=ids if with_ids else None,
    )


def _sum(numbers: Iterable[Fraction | None]) -> Fraction:
    return sum((number for number in numbers if number is not None), Fraction(0))


def _build_need(
    stage: Stage, pile: Pile, rate: WinRate, wins: int | None, with_ids: bool
) -> StageNeed:
    share = rate.share
    return StageNeed(
        stage.stage,
        stage.name,
        pile.count,
        rate,
        None if share is None else pile.count * share,
        ceil(wins / share) if wins and share else None,
        pile.build_ids().count if with_ids else None,
    )
