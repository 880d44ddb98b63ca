"""Plans of a store held against a figure: which one fits its filters, and what stands against it."""

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
from salescli.report.question import Question
from salescli.workspace.naming import names_of
from salescli.workspace.planned import COMPANY, plans_by_object, read_plans
from salescli.workspace.reporting import ReportOptions, read_deals, read_question
from salescli.workspace.session import Session


def read_plan_bar(
    session: Session, options: ReportOptions, definition: Definition
) -> PlanBar | None:
    """The plan that fits what was asked, with what was sold of it; None in a store without plans.

    Raises `Damaged` for a file of plans that can't be read: a plan is never left out.
    """
    if not read_plans(session):
        return None
    question = read_plan_question(session, options)
    fit = read_fitting_plan(session, question)
    if fit.reason:
        return PlanBar(fit=fit)
    deals = read_deals(session, question.end, options).deals
    partial = add_up_forecast(deals, question, definition, with_ids=options.with_ids)
    return PlanBar(fit=fit, cell=build_cell(partial, question, definition, fit.plan))


def read_plan_question(session: Session, options: ReportOptions) -> ForecastQuestion:
    """The question of the forecast whose total stands against the plan: on the as-of day."""
    question = read_question(session, options, ForecastQuestion, by="owner")
    return ask_forecast(question, session.calendar)


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
