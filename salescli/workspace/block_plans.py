"""The plans under the funnels of a dashboard's block: of all, and of each owner or department.

What was sold is a contribution like the funnels', told apart by the same groups; a plan fits as it
does under a report's funnel (`workspace.plan_bars`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.calendar import Period
from salescli.model.dashboards import Block
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.dashboards.dashboard import MetricValue
from salescli.report.figures.figure import Partial
from salescli.report.figures.forecast_standing import (
    BEYOND,
    ForecastQuestion,
    ask_forecast,
    build_standing,
)
from salescli.report.figures.piecewise import Contribute
from salescli.report.figures.plan_bar import (
    FittingPlan,
    PlanBar,
    build_cell,
    find_plan_object,
    fit_plan,
)
from salescli.workspace.block_room import Room
from salescli.workspace.plan_bars import read_fitting_plan
from salescli.workspace.planned import COMPANY

Tests = Sequence[Callable[[Deal], bool]]


class AskedPlan(msgspec.Struct, frozen=True):
    """The forecast that stands against the plans, what a deal adds to it, the plan of all."""

    question: ForecastQuestion
    contribute: Contribute
    fit: FittingPlan


def ask_plan(
    block: Block, room: Room, period: Period, tests: Tests, definition: Definition
) -> AskedPlan | None:
    """What a block's plans are made of; None without `plan`, and for a comparison without plans.

    A deal adds (owner or department, standing), by the block's `by`.
    """
    if block.plan is None and not _has_plans(block, room, period):
        return None
    asked = room.ask(ForecastQuestion, period, block.where, sum="value", by="owner")
    question = ask_forecast(asked, room.session.calendar)
    standing = build_standing(question, definition)

    def build(deal: Deal) -> Any:
        found = standing(deal)
        return None if found is BEYOND else found

    fit = read_fitting_plan(room.session, question)
    return AskedPlan(question, by_group(build, tests, block.by), fit)


def _has_plans(block: Block, room: Room, period: Period) -> bool:
    """Whether something that a comparison shows is planned: it has its plans without a word."""
    kinds = [COMPANY, str(block.by)] if block.report == "compare" else []
    return any(any(room.plans(kind, period).values()) for kind in kinds)


def build_bar(partial: Partial[Any], plan: AskedPlan, definition: Definition) -> PlanBar:
    """The plan of all with what was sold of it."""
    return _bar_of(plan.fit, partial, plan, definition)


def build_part_bar(
    key: str | None,
    name: str,
    partial: Partial[Any],
    plan: AskedPlan,
    block: Block,
    room: Room,
    definition: Definition,
) -> PlanBar:
    """The plan of one owner or department, without those below it; `key` None has none.

    Nobody has one where a filter of another kind narrows the page.
    """
    by = str(block.by)
    if key is None:
        return PlanBar(fit=FittingPlan(by, "", reason=f"deals without {by} have no plan"))
    others = tuple(one for one in plan.question.filters if one[0] != by)
    question = msgspec.structs.replace(
        plan.question, filters=(*others, (by, (key,))), departments=frozenset((key,))
    )
    money = room.plan(by, key, question.period)
    fit = fit_plan(find_plan_object(question), name, {key: money}, question)
    fit = room.in_stores(fit, by, key, question.period)
    return _bar_of(fit, partial, plan, definition)


def _bar_of(
    fit: FittingPlan, partial: Partial[Any], plan: AskedPlan, definition: Definition
) -> PlanBar:
    if fit.reason:
        return PlanBar(fit=fit)
    return PlanBar(fit=fit, cell=build_cell(partial, plan.question, definition, fit.plan))


def tell_values(bar: PlanBar | None) -> tuple[MetricValue, ...]:
    """Won and planned, in each currency, as a metric says it."""
    if bar is None:
        return ()
    return tuple(
        MetricValue(
            unit=part.currency, value=part.actual, plan=part.plan, attainment=part.attainment
        )
        for part in bar.parts
    )


def tell_notes(bar: PlanBar | None, block: Block) -> tuple[str, ...]:
    """That the plan is not of what the file says."""
    if bar is None:
        return ()
    if not bar.fit.reason and block.plan not in (None, bar.fit.of):
        return (f"The plan is of {bar.fit.of.replace('=', ' ')}, as the filters are.",)
    return ()


# --- groups --------------------------------------------------------------------------------------


def by_group(contribute: Contribute, tests: Tests, by: str | None) -> Contribute:
    """The same under a filter, with the group that a deal stands in: (owner, contribution)."""

    def contribute_to(deal: Deal) -> Any:
        if not all(test(deal) for test in tests):
            return None
        shape = contribute(deal)
        return None if shape is None else (getattr(deal, by) if by else None, shape)

    return contribute_to


def split(partial: Partial[Any]) -> dict[str | None, Partial[Any]]:
    """Group → its partial."""
    groups: dict[str | None, Partial[Any]] = {}
    for (key, shape), count in partial.counts.items():
        ids = None if partial.ids is None else {shape: partial.ids[key, shape]}
        one: Partial[Any] = Partial({shape: count}, ids)
        if key not in groups:
            groups[key] = one
            continue
        groups[key].counts[shape] = count
        if groups[key].ids is not None and ids is not None:
            groups[key].ids.update(ids)  # type: ignore[union-attr]
    return groups


def merge(groups: Mapping[str | None, Partial[Any]]) -> Partial[Any]:
    """All groups together."""
    with_ids = all(one.ids is not None for one in groups.values()) and bool(groups)
    merged: Partial[Any] = Partial({}, {} if with_ids else None)
    for one in groups.values():
        merged = merged + one
    return merged
