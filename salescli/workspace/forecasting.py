"""Forecasts of a store: its deals as of a day, its plans, the names of the rows."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add

import msgspec

from salescli.model.asked import SumKind
from salescli.model.deal import Deal
from salescli.model.errors import WrongUsage, finding
from salescli.model.plans import Amounts, add_plans, amounts_of, plan_of
from salescli.report.figures.figure import Partial
from salescli.report.figures.forecast import Forecast, build_contribution, finish, rows_in
from salescli.report.figures.forecast_diff import Difference, add_up_difference
from salescli.report.figures.forecast_standing import (
    By,
    ForecastQuestion,
    Standing,
    ask_forecast,
    ask_on,
)
from salescli.workspace.naming import names_of
from salescli.workspace.planned import plans_by_object
from salescli.workspace.reported import instant_of
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
    read_readable,
    reporting_day,
)
from salescli.workspace.session import Session


class ForecastOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a forecast."""

    by: By = "owner"
    months: bool = False
    sum: SumKind = "value"


class DifferenceOptions(ForecastOptions, frozen=True, kw_only=True):
    """What was typed for the difference of two forecasts."""

    since: str


RowPlans = Mapping[str, Sequence[Amounts]]


class Planned(msgspec.Struct, frozen=True):
    """The deals of a forecast and the plans beside them: row → its plan in each span.

    `unplanned` are the rows that some store has deals in and no plan for the whole period.
    """

    deals: Partial[Standing]
    plans: RowPlans | None
    unplanned: frozenset[str]

    @property
    def partly(self) -> frozenset[str]:
        """Rows whose plan is that of some of their stores alone; none in one store."""
        return frozenset(row for row in self.unplanned if row in (self.plans or ()))

    def __add__(self, other: "Planned") -> "Planned":
        """Both together: plans of one row add up, in each currency."""
        plans = None
        if self.plans is not None and other.plans is not None:
            plans = {**self.plans, **other.plans}
            for row in self.plans.keys() & other.plans.keys():
                pairs = zip(self.plans[row], other.plans[row], strict=True)
                plans[row] = [add_plans(one, another) for one, another in pairs]
        return Planned(self.deals + other.deals, plans, self.unplanned | other.unplanned)


def report_forecast(session: Session, options: ForecastOptions) -> Forecast:
    """The forecast that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` unreadable records are left out and counted; a plan is never left out.
    """
    question = read_forecast_question(session, options)
    definition = session.process(question.process)
    counted = count_stores(session, count_forecast, options)
    planned: Planned = counted.partial
    found = finish(
        planned.deals, question, definition, planned.plans, counted.names, invalid=counted.invalid
    )
    partly = [row.name for row in found.rows if row.id in planned.partly and row.cells[-1].plan]
    return msgspec.structs.replace(found, partly_planned=tuple(partly))


def count_forecast(session: Session, options: ForecastOptions) -> Counted:
    """What one store adds to a forecast: its deals, its plans, the names of its rows."""
    question = read_forecast_question(session, options)
    definition = session.process(question.process)
    plans = read_row_plans(session, question)
    found = read_deals(session, question.end, options)
    contribute = build_contribution(question, definition)
    partial = found.count(contribute, with_ids=options.with_ids)
    rows = rows_in(partial)
    names = names_of(session, question.by, rows | set(plans or ()))
    whole = {row for row, of_row in (plans or {}).items() if of_row[-1]}
    return Counted(Planned(partial, plans, frozenset(rows - whole)), found.invalid, names)


def report_difference(session: Session, options: DifferenceOptions) -> Difference:
    """What moved the forecast from the day `since` to the as-of day.

    Raises `WrongUsage` (`since-not-before`) unless it lies before it.
    """
    earlier, question = _ask_difference(session, options)
    counted = count_stores(session, count_difference, options)
    difference: Difference = counted.partial
    return msgspec.structs.replace(difference, question=question, since=earlier)


def count_difference(session: Session, options: DifferenceOptions) -> Counted:
    """What moved in one store."""
    earlier, question = _ask_difference(session, options)
    definition = session.process(question.process)
    invalid = read_readable(session, options)
    instants = [instant_of(session, one.end) for one in (earlier, question)]

    def count(deals: Iterable[Sequence[Deal | None]]) -> Difference:
        return add_up_difference(deals, earlier, question, definition)

    difference: Difference = reduce(add, session.index.count_states(instants, count))
    return Counted(msgspec.structs.replace(difference, invalid=invalid))


def _ask_difference(
    session: Session, options: DifferenceOptions
) -> tuple[ForecastQuestion, ForecastQuestion]:
    """The question on the earlier day, and on the as-of day."""
    question = read_forecast_question(session, options)
    since = reporting_day(session, options.since)
    if since >= question.as_of:
        raise WrongUsage(
            finding(
                "since-not-before",
                f"{since} is not before {question.as_of}, so nothing lies between them",
                hint="give an earlier --since, or a later --as-of",
                field="since",
            )
        )
    return ask_on(question, since, session.calendar), question


def read_forecast_question(session: Session, options: ForecastOptions) -> ForecastQuestion:
    """The question that the options make; raises all faults of the shared options together."""
    question = read_question(session, options, ForecastQuestion, by=options.by)
    return ask_forecast(question, session.calendar, months=options.months)


def read_row_plans(session: Session, question: ForecastQuestion) -> RowPlans | None:
    """Row → its plan in each span; None if a filter of another kind narrows the rows.

    Rows that a filter of their own kind keeps out are left out.
    """
    by = question.by
    if any(name != by for name, _ in question.filters):
        return None
    kept = {"owner": question.owners, "department": question.departments}.get(by)
    return {
        row: [amounts_of(plan_of(entries, span.period)) for span in question.spans]
        for row, entries in plans_by_object(session, by).items()
        if kept is None or row in kept
    }
