"""Figures of a store as series: each deal is read once, and taken as it stood on each date."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from salescli.model.visits import seconds
from salescli.report import managers, state, winloss
from salescli.report.dynamics import (
    FIGURES,
    Dynamics,
    Source,
    Span,
    SpanBy,
    ask_of_span,
    build_point,
    cut_period,
)
from salescli.report.question import ManagersQuestion, Question, StateQuestion, WinLossQuestion
from salescli.workspace.reporting import (
    ReportOptions,
    read_question,
    read_readable,
    reporting_day,
)
from salescli.workspace.session import Session
from salescli.workspace.sweeps import add_up_each


class DynamicsOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a series. `sum` is for open deals; closed ones bring their value."""

    figure: str
    by: SpanBy = "month"


_KINDS: dict[Source, tuple[type[Question], Callable[..., Any], Callable[..., Any]]] = {
    "state": (StateQuestion, state.build_contribution, state.finish),
    "win-loss": (WinLossQuestion, winloss.build_contribution, winloss.finish),
    "managers": (ManagersQuestion, managers.build_work, managers.finish),
}


def report_dynamics(session: Session, options: DynamicsOptions) -> Dynamics:
    """The series that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on each point.
    """
    spec = FIGURES[options.figure]
    kind, contribution_of, finish = _KINDS[spec.source]
    more: dict[str, Any] = {"time_zone": session.settings.time_zone}
    if spec.source == "state":
        day = reporting_day(session, options.as_of)
        more["today_start"] = seconds(session.calendar.start_of(day))
    else:
        options = msgspec.structs.replace(options, sum="value")
    question = read_question(session, options, kind, **more)
    definition = session.process(question.process)
    invalid = read_readable(session, options)
    spans = _spans(session, question, options.by)
    asked = [ask_of_span(question, span, session.calendar) for span in spans]
    contributions = [contribution_of(one, definition) for one in asked]
    partials = add_up_each(session, asked, contributions, with_ids=options.with_ids)
    reports = [
        finish(partial, definition, one, invalid=invalid)
        for partial, one in zip(partials, asked, strict=True)
    ]
    points = [
        build_point(options.figure, span, report)
        for span, report in zip(spans, reports, strict=True)
    ]
    return Dynamics(
        options.figure, options.by, question, tuple(points), reports[-1] if reports else None
    )


def _spans(session: Session, question: Question, by: SpanBy) -> list[Span]:
    """Those of the period up to the as-of day; an open one begins with the first deal."""
    first = question.period.first
    if first is None:
        created = min((deal.created_at for deal in session.index.deals()), default=question.end)
        first = session.calendar.day_of(datetime.fromtimestamp(created, UTC))
    last: date = question.as_of
    if question.period.last is not None:
        last = min(last, question.period.last)
    return list(cut_period(first, last, by, session.calendar.week_start))
