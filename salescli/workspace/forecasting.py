"""Forecasts of a store: its deals as of a day, its plans, the names of the rows."""

from collections.abc import Mapping, Sequence

from salescli.model.errors import WrongUsage, finding
from salescli.model.money import Money
from salescli.model.plans import plan_of
from salescli.report.forecast import Forecast, add_up_forecast, finish, rows_in
from salescli.report.forecast_diff import Difference, build_difference
from salescli.report.forecast_standing import By, ForecastQuestion, ask_forecast, ask_on
from salescli.report.question import SumKind
from salescli.workspace.naming import names_of
from salescli.workspace.planned import plans_by_object
from salescli.workspace.reporting import (
    ReportOptions,
    read_deals,
    read_deals_on,
    read_question,
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


def report_forecast(session: Session, options: ForecastOptions) -> Forecast:
    """The forecast that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` unreadable records are left out and counted; a plan is never left out.
    """
    question = read_forecast_question(session, options)
    definition = session.process(question.process)
    plans = read_row_plans(session, question)
    found = read_deals(session, question.end, options)
    partial = add_up_forecast(found.deals, question, definition, with_ids=options.with_ids)
    names = names_of(session, question.by, rows_in(partial) | set(plans or ()))
    return finish(partial, question, definition, plans, names, invalid=found.invalid)


def report_difference(session: Session, options: DifferenceOptions) -> Difference:
    """What moved the forecast from the day `since` to the as-of day.

    Raises `WrongUsage` (`since-not-before`) unless it lies before it.
    """
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
    earlier = ask_on(question, since, session.calendar)
    definition = session.process(question.process)
    then, now = read_deals_on(session, (earlier.end, question.end), options)
    return build_difference(
        then.deals, now.deals, earlier, question, definition, invalid=now.invalid
    )


def read_forecast_question(session: Session, options: ForecastOptions) -> ForecastQuestion:
    """The question that the options make; raises all faults of the shared options together."""
    question = read_question(session, options, ForecastQuestion, by=options.by)
    return ask_forecast(question, session.calendar, months=options.months)


def read_row_plans(
    session: Session, question: ForecastQuestion
) -> Mapping[str, Sequence[Money | None]] | None:
    """Row → its plan in each span; None if a filter of another kind narrows the rows.

    Rows that a filter of their own kind keeps out are left out.
    """
    by = question.by
    if any(name != by for name, _ in question.filters):
        return None
    kept = {"owner": question.owners, "department": question.departments}.get(by)
    return {
        row: [plan_of(entries, span.period) for span in question.spans]
        for row, entries in plans_by_object(session, by).items()
        if kept is None or row in kept
    }
