"""Which plan of a store fits the filters of a figure, and what stands against it.

A plan is never left out: a file of plans that can't be read ends the report.
"""

from collections.abc import Callable, Iterable

from salescli.model.calendar import Period
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.plans import plan_of
from salescli.report.forecast import add_up_forecast
from salescli.report.forecast_standing import ForecastQuestion, ask_forecast
from salescli.report.plan_bar import (
    FittingPlan,
    PlanBar,
    PlanObject,
    build_cell,
    find_plan_object,
    fit_plan,
)
from salescli.report.question import Question, asked_as
from salescli.workspace.naming import names_of
from salescli.workspace.planned import COMPANY, plans_by_object, read_plans
from salescli.workspace.session import Session


def read_plan_bar(
    session: Session,
    question: Question,
    definition: Definition,
    read: Callable[[int], Iterable[Deal]],
    *,
    with_ids: bool = False,
) -> PlanBar | None:
    """The plan that fits a question, with what was sold of it; None in a store without plans, and
    for a period that has no figures. `read(end)` gives the deals as of an instant.

    Raises `Damaged` for a file of plans that can't be read: a plan is never left out.
    """
    if question.is_before_start or not read_plans(session):
        return None
    asked = ask_plan(session, question, question.period)
    fit = read_fitting_plan(session, asked)
    if fit.reason:
        return PlanBar(fit=fit)
    partial = add_up_forecast(read(asked.end), asked, definition, with_ids=with_ids)
    return PlanBar(fit=fit, cell=build_cell(partial, asked, definition, fit.plan))


def ask_plan(session: Session, question: Question, period: Period) -> ForecastQuestion:
    """The question of the forecast whose total stands against a plan: on the as-of day."""
    asked = asked_as(ForecastQuestion, question, period=period, sum="value", by="owner")
    return ask_forecast(asked, session.calendar)


def read_fitting_plan(session: Session, question: Question) -> FittingPlan:
    """The plan of what the filters name, for the period of the question."""
    object = find_plan_object(question)
    plans = {
        name: plan_of(entries, question.period)
        for name, entries in (plans_by_object(session, object.kind) if object.kind else {}).items()
    }
    return fit_plan(object, _name(session, object), plans, question)


def _name(session: Session, object: PlanObject) -> str:
    if object.kind == COMPANY:
        return session.settings.name
    return names_of(session, object.kind, {object.id}).get(object.id, object.id)
