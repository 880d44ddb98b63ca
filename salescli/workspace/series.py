"""Figures of a store as series: each deal is read once, and taken as it stood on each date."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.visits import seconds
from salescli.report.figures import managers, state, winloss
from salescli.report.figures.figure import Partial
from salescli.report.figures.piecewise import TurningDays
from salescli.report.figures.question import (
    ManagersQuestion,
    Question,
    StateQuestion,
    WinLossQuestion,
)
from salescli.report.layouts.dynamics import (
    FIGURES,
    Dynamics,
    Source,
    Span,
    SpanBy,
    ask_of_span,
    build_point,
    cut_period,
    find_most,
)
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_question,
    read_readable,
    reporting_day,
)
from salescli.workspace.session import Session
from salescli.workspace.sweeps import add_up_series


class DynamicsOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a series. `sum` is for open deals; closed ones bring their value."""

    figure: str
    by: SpanBy = "month"


class Series(msgspec.Struct, frozen=True):
    """Partials by the last day of their span, that of all spans as one, and the day on which the
    first of them begins. There is no one of all where the figure is of single days.

    What began later had nothing before, so that its shorter first span says what a longer one
    would.
    """

    first: date
    partials: Mapping[date, Partial[Any]]
    whole: Partial[Any] = Partial({})

    def __add__(self, other: "Series") -> "Series":
        """Both together; associative."""
        partials = {**self.partials, **other.partials}
        for day in self.partials.keys() & other.partials.keys():
            partials[day] = self.partials[day] + other.partials[day]
        return Series(min(self.first, other.first), partials, self.whole + other.whole)


class _Kind(NamedTuple):
    """How a report is asked and made; `turning_days` as of `piecewise.TurningDays`."""

    question: type[Question]
    contribution_of: Callable[..., Any]
    turning_days_of: Callable[..., TurningDays]
    finish: Callable[..., Any]


_KINDS: dict[Source, _Kind] = {
    "state": _Kind(StateQuestion, state.build_contribution, state.build_turning_days, state.finish),
    "win-loss": _Kind(
        WinLossQuestion, winloss.build_contribution, winloss.build_turning_days, winloss.finish
    ),
    "managers": _Kind(
        ManagersQuestion, managers.build_work, managers.build_turning_days, managers.finish
    ),
}


def report_dynamics(session: Session, options: DynamicsOptions) -> Dynamics:
    """The series that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on each point.
    """
    question, definition = _ask(session, options)
    counted = count_stores(session, count_dynamics, options)
    series: Series = counted.partial
    spans = _spans(session, question, series.first, options.by)
    nothing: Partial[Any] = Partial({}, {} if options.with_ids else None)
    source = FIGURES[options.figure].source
    finish = partial(_KINDS[source].finish, invalid=counted.invalid)
    reports = [
        finish(
            series.partials.get(span.last) or nothing,
            definition,
            ask_of_span(question, span, session.calendar),
        )
        for span in spans
    ]
    points = [
        build_point(options.figure, span, report)
        for span, report in zip(spans, reports, strict=True)
    ]
    if source == "state" and reports:
        whole = find_most(question, reports)
    else:
        whole = finish(series.whole, definition, question)
    return Dynamics(options.figure, options.by, question, tuple(points), whole)


def count_dynamics(session: Session, options: DynamicsOptions) -> Counted:
    """What one store adds to a series."""
    question, definition = _ask(session, options)
    kind = _KINDS[FIGURES[options.figure].source]
    invalid = read_readable(session, options)
    first = _first_day(session, question)
    spans = _spans(session, question, first, options.by)
    asked = [ask_of_span(question, span, session.calendar) for span in spans]
    contributions = [kind.contribution_of(one, definition) for one in asked]
    turning_days = kind.turning_days_of(question, definition)
    whole = None
    if spans and kind.question is not StateQuestion:
        all_of_it = Span(spans[0].first, spans[-1].last)
        whole = kind.contribution_of(ask_of_span(question, all_of_it, session.calendar), definition)
    partials = add_up_series(
        session, asked, contributions, turning_days, with_ids=options.with_ids, whole=whole
    )
    found = dict(zip([span.last for span in spans], partials, strict=False))
    return Counted(Series(first, found, *partials[len(spans) :]), invalid)


def _ask(session: Session, options: DynamicsOptions) -> tuple[Question, Definition]:
    spec = FIGURES[options.figure]
    kind = _KINDS[spec.source].question
    more: dict[str, Any] = {"time_zone": session.settings.time_zone}
    if spec.source == "state":
        day = reporting_day(session, options.as_of)
        more["today_start"] = seconds(session.calendar.start_of(day))
    else:
        options = msgspec.structs.replace(options, sum="value")
    question = read_question(session, options, kind, **more)
    return question, session.process(question.process)


def _first_day(session: Session, question: Question) -> date:
    """That of the period; an open one begins with the first deal."""
    if question.period.first is not None:
        return question.period.first
    end = question.end

    def count(deals: Iterable[Deal]) -> int:
        return min((deal.created_at for deal in deals), default=end)

    created = min(session.index.count_deals(count))
    return session.calendar.day_of(datetime.fromtimestamp(created, UTC))


def _spans(session: Session, question: Question, first: date, by: SpanBy) -> list[Span]:
    """Those from the first day up to the as-of day."""
    last: date = question.as_of
    if question.period.last is not None:
        last = min(last, question.period.last)
    return list(cut_period(first, last, by, session.calendar.week_start))
