"""Which plan of a store fits the filters of a figure, and what stands against it.

A plan is never left out: a file of plans that can't be read ends the report.
"""

from collections.abc import Callable, Mapping

import msgspec

from salescli.model.calendar import Period
from salescli.model.definition import Definition
from salescli.model.plans import Amounts, add_plans_by_object, key_named
from salescli.report.figures.figure import Partial
from salescli.report.figures.forecast import build_contribution
from salescli.report.figures.forecast_standing import ForecastQuestion, Standing, ask_forecast
from salescli.report.figures.plan_bar import (
    Covered,
    FittingPlan,
    PlanBar,
    PlanObject,
    build_cell,
    find_plan_object,
    fit_plan,
    spread_over_stores,
    tell_stores,
)
from salescli.report.figures.question import Question, asked_as
from salescli.workspace.naming import names_of
from salescli.workspace.planned import COMPANY, count_plans, plans_in, read_plans
from salescli.workspace.reported import Reported, instant_of
from salescli.workspace.session import Session


class CountedPlan(msgspec.Struct, frozen=True):
    """What stores add to a plan and to what stands against it; `plans` are those by object."""

    has_plans: bool
    plans: Mapping[str, Amounts]
    deals: Partial[Standing] | None = None  # not counted where no plan fits

    def __add__(self, other: "CountedPlan") -> "CountedPlan":
        """Both together; associative."""
        plans = add_plans_by_object(self.plans, other.plans)
        deals = self.deals if other.deals is None else other.deals
        if self.deals is not None and other.deals is not None:
            deals = self.deals + other.deals
        return CountedPlan(self.has_plans or other.has_plans, plans, deals)


def count_plan(
    session: Session,
    question: Question,
    count: Callable[[ForecastQuestion], Partial[Standing]],
) -> CountedPlan | None:
    """The plans of one store that fit a question, with what was sold of them; None for a period
    that has no figures. `count` counts the deals of a forecast.

    Raises `Damaged` for a file of plans that can't be read: a plan is never left out.
    """
    asked, counted = read_plan(session, question)
    if asked is None or counted is None:
        return counted
    return msgspec.structs.replace(counted, deals=count(asked))


def read_plan(
    session: Session, question: Question
) -> tuple[ForecastQuestion | None, CountedPlan | None]:
    """The plans of one store that fit a question, and what its deals are asked to stand against
    them; None where no plan fits. In a group another store may have the plan.
    """
    if question.is_before_start:
        return None, None
    has_plans = bool(read_plans(session))
    if not has_plans and not session.store:
        return None, CountedPlan(False, {})
    asked = ask_plan(session, question, question.period)
    object = find_plan_object(asked)
    plans = read_object_plans(session, object, asked)
    is_asked = bool(session.store) or not fit_plan(object, "", plans, asked).reason
    return (asked if is_asked and not object.reason else None), CountedPlan(has_plans, plans)


def build_plan_bar(
    session: Session, question: Question, definition: Definition, counted: CountedPlan | None
) -> PlanBar | None:
    """The plan that fits a question, with what was sold of it; None in stores without plans, and
    for a period that has no figures.
    """
    if counted is None or not counted.has_plans:
        return None
    asked = ask_plan(session, question, question.period)
    fit = build_fitting_plan(session, asked, counted.plans)
    if fit.reason or counted.deals is None:
        return PlanBar(fit=fit)
    return PlanBar(fit=fit, cell=build_cell(counted.deals, asked, definition, fit.plan))


def ask_plan(session: Session, question: Question, period: Period) -> ForecastQuestion:
    """The question of the forecast whose total stands against a plan: on the as-of day."""
    asked = asked_as(ForecastQuestion, question, period=period, sum="value", by="owner")
    return ask_forecast(asked, session.calendar)


def read_object_plans(
    session: Session, object: PlanObject, question: Question
) -> dict[str, Amounts]:
    """Id → its plan for the period of the question, of all that are of the object's kind."""
    return count_plans(session, object.kind, question.period) if object.kind else {}


def read_fitting_plan(session: Session, question: Question) -> FittingPlan:
    """The plan of what the filters name; of a group what its stores have together."""
    kind = find_plan_object(question).kind
    plans = plans_in(session, kind, question.period) if kind else {}
    return build_fitting_plan(session, question, plans)


def build_fitting_plan(
    session: Session, question: Question, plans: Mapping[str, Amounts]
) -> FittingPlan:
    """The plan of what the filters name, for the period of the question."""
    object = spread_over_stores(find_plan_object(question), session.stores)
    period = question.period
    fit = fit_plan(object, _name(session, object), plans, question)
    if session.stores and object.kind in ("owner", "department") and not fit.reason:
        return tell_stores(fit, object.ids, find_covered(session, object.kind, question))
    if object.kind != COMPANY or any(plans.values()) or not (period.first and period.last):
        return fit
    found = {kind: plans_in(session, kind, period) for kind in ("owner", "department")}
    others = {kind: sum(map(bool, plans.values())) for kind, plans in found.items()}
    days = key_named(period) or f"{period.first}..{period.last}"
    return msgspec.structs.replace(fit, others=others, days=days)


def find_covered(session: Session, kind: str, question: Question) -> list[Covered]:
    """What each store has of owners or departments, for the period of the question.

    Of a group that has counted its deals: its indexes are as they were then.
    """
    return session.over_stores(read_covered, kind, question)


def read_covered(session: Session, kind: str, question: Question) -> Covered:
    """The same of one store."""
    asked = msgspec.structs.replace(ask_plan(session, question, question.period), by=kind)
    definition = session.process(asked.process)
    found = Reported(session.index, instant_of(session, asked.end), 0)
    standings = found.count(build_contribution(asked, definition)).counts
    rows = {one.row for one in standings if one.row is not None and one.place != "left-out"}
    plans = count_plans(session, kind, question.period)
    return Covered(frozenset(rows), frozenset(name for name, plan in plans.items() if plan))


def _name(session: Session, object: PlanObject) -> str:
    if object.kind == COMPANY:
        return session.settings.name
    return names_of(session, object.kind, {object.id}).get(object.id, object.id)
