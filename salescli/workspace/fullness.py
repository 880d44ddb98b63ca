"""Fullness of a store: its open deals against the norms of a period and a plan."""

from salescli.model.calendar import Period
from salescli.model.errors import Gathered
from salescli.model.plans import plan_of, sum_plans
from salescli.report.figures import Partial
from salescli.report.forecast import add_up_forecast, rows_in
from salescli.report.forecast_standing import ForecastQuestion, Standing
from salescli.report.fullness import Fullness, FullnessQuestion, add_up_fullness, finish
from salescli.report.plan_bar import FittingPlan, build_cell
from salescli.report.question import asked_as
from salescli.workspace.norms import read_norms_question
from salescli.workspace.plan_bars import ask_plan, read_fitting_plan
from salescli.workspace.planned import COMPANY, plans_by_object
from salescli.workspace.reporting import ReportOptions, read_deals_on
from salescli.workspace.session import Session


class FullnessOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for fullness: `period` is the reference, `plan_period` that of the plan.

    `required` wins are asked for; None takes them from the plan.
    """

    plan_period: str = "this-quarter"
    required: int | None = None


def report_fullness(session: Session, options: FullnessOptions) -> Fullness:
    """The fullness that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` unreadable records are left out and counted; a plan is never left out.
    """
    question = read_fullness_question(session, options)
    plan_question = question.plan_question
    definition = session.process(question.process)
    then, now = read_deals_on(session, (question.end, plan_question.end), options)
    parts = add_up_fullness(then.deals, question, definition, with_ids=options.with_ids)
    partial = add_up_forecast(now.deals, plan_question, definition, with_ids=options.with_ids)
    plan = _with_owners(session, read_fitting_plan(session, plan_question), partial, plan_question)
    cell = build_cell(partial, plan_question, definition, plan.plan)
    return finish(parts, definition, question, plan, cell, invalid=then.invalid)


def read_fullness_question(session: Session, options: FullnessOptions) -> FullnessQuestion:
    """The question that the options make; raises all faults of them together."""
    gathered = Gathered()
    question, period = None, Period(None, None, "")
    with gathered.trying():
        question = read_norms_question(session, options)
    with gathered.trying("plan_period"):
        as_of = session.today if question is None else question.as_of
        period = session.calendar.parse_period(options.plan_period, as_of)
    gathered.raise_all()
    assert question is not None  # else it was raised
    return asked_as(
        FullnessQuestion,
        question,
        time_zone=question.time_zone,
        plan_question=ask_plan(session, question, period),
        required=options.required,
    )


def _with_owners(
    session: Session,
    plan: FittingPlan,
    partial: Partial[Standing],
    question: ForecastQuestion,
) -> FittingPlan:
    """The same plan; where the company has none, the sum of its owners', as a forecast's total."""
    if plan.of != COMPANY or plan.plan:
        return plan
    plans = {
        owner: money
        for owner, entries in plans_by_object(session, "owner").items()
        if (money := plan_of(entries, question.period))
        and question.currency in (None, money.currency)
    }
    if not plans:
        return plan
    rows = rows_in(partial) | set(plans)
    sums = {code: money.amount for code, money in sum_plans(plans.values()).items()}
    return FittingPlan("owner", "", sums, "", len(rows), len(rows) - len(plans))
