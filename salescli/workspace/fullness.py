"""Fullness of a store: its open deals against the norms of a period and a plan."""

from collections.abc import Mapping

import msgspec

from salescli.model.calendar import Period
from salescli.model.errors import Gathered
from salescli.model.plans import Amounts, add_plans_by_object, in_currency, sum_plans
from salescli.report.figures import forecast
from salescli.report.figures.figure import Partial, Partials
from salescli.report.figures.forecast import rows_in
from salescli.report.figures.forecast_standing import ForecastQuestion, Standing
from salescli.report.figures.fullness import (
    Fullness,
    FullnessQuestion,
    Parts,
    build_contributions,
    finish,
)
from salescli.report.figures.plan_bar import FittingPlan, PlanObject, build_cell, find_plan_object
from salescli.report.figures.question import Question, asked_as
from salescli.workspace.norms import read_norms_question
from salescli.workspace.plan_bars import ask_plan, build_fitting_plan, read_object_plans
from salescli.workspace.planned import COMPANY
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_readable,
)
from salescli.workspace.session import Session
from salescli.workspace.sweeps import add_up_each


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
    counted = count_stores(session, count_fullness, options)
    *parts, partial, plans = counted.partial.parts
    fitting = build_fitting_plan(session, plan_question, plans.of_object)
    plan = _with_owners(fitting, plans.of_owners, partial, plan_question)
    cell = build_cell(partial, plan_question, definition, plan.plan)
    return finish(Parts(*parts), definition, question, plan, cell, invalid=counted.invalid)


class _Plans(msgspec.Struct, frozen=True):
    """The plans for the period by object, and by owner."""

    of_object: Mapping[str, Amounts]
    of_owners: Mapping[str, Amounts]

    def __add__(self, other: "_Plans") -> "_Plans":
        """Both together; associative."""
        of_object = add_plans_by_object(self.of_object, other.of_object)
        return _Plans(of_object, add_plans_by_object(self.of_owners, other.of_owners))


def count_fullness(session: Session, options: FullnessOptions) -> Counted:
    """What one store adds to fullness, and to what stands against its plans."""
    question = read_fullness_question(session, options)
    asked = question.plan_question
    definition = session.process(question.process)
    invalid = read_readable(session, options)
    contributions = build_contributions(question, definition)
    questions: list[Question] = [question] * len(contributions) + [asked]
    contributions.append(forecast.build_contribution(asked, definition))
    counted = add_up_each(session, questions, contributions, with_ids=options.with_ids)
    of_object = read_object_plans(session, find_plan_object(asked), asked)
    plans = _Plans(of_object, read_object_plans(session, PlanObject("owner"), asked))
    return Counted(Partials((*counted, plans)), invalid)


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
    plan: FittingPlan,
    of_owners: Mapping[str, Amounts],
    partial: Partial[Standing],
    question: ForecastQuestion,
) -> FittingPlan:
    """The same plan; where the company has none, the sum of its owners', as a forecast's total."""
    if plan.of != COMPANY or plan.plan:
        return plan
    plans = {
        owner: chosen
        for owner, amounts in of_owners.items()
        if (chosen := in_currency(amounts, question.currency))
    }
    if not plans:
        return plan
    rows = rows_in(partial) | set(plans)
    sums = {code: money.amount for code, money in sum_plans(plans.values()).items()}
    return FittingPlan("owner", "", sums, "", len(rows), len(rows) - len(plans))
