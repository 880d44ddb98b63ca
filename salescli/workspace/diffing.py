"""Two states of a store compared: two revisions, or a revision and the files as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import msgspec

from salescli.model.calendar import format_instant
from salescli.model.catalogues import choice_named
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.forecast_diff import Difference, build_difference
from salescli.report.figures.forecast_standing import ForecastQuestion, ask_forecast
from salescli.report.figures.funnel import Funnel
from salescli.report.figures.pipeline_diff import PipelineDiff, State, build_shifts, changed_ids
from salescli.store.layout import id_in
from salescli.workspace.reporting import (
    FunnelOptions,
    ReportOptions,
    read_deals_on,
    read_question,
    report_funnel,
)
from salescli.workspace.revisions import RevisionSession, named_errors
from salescli.workspace.session import Session


class DiffOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a comparison of two states. `funnels` are wanted for a picture."""

    funnels: bool = False


def report_diff(before: Session, after: Session, options: DiffOptions) -> PipelineDiff:
    """What is different in `after`, asked on one day of both, by the calendar of `after`.

    Each state has its own processes. Raises `Damaged` where a file of either can't be read,
    unless `skip_invalid` leaves its deal out of both, `NotFound`, `WrongUsage`.
    """
    question = read_question(after, options, ForecastQuestion)
    question = ask_forecast(question, after.calendar)
    known = [_definitions(one) for one in (before, after)]
    processes = [question.process] if options.process else list({**known[0], **known[1]})
    sweeps = 2 + len(processes)
    sides = [_Read(one, question.end, options, sweeps) for one in (before, after)]
    _leave_out_alike(before, after)

    def keeps(deal: Deal) -> bool:
        return (
            deal.process in processes
            and (question.owners is None or deal.owner in question.owners)
            and (question.departments is None or deal.department in question.departments)
        )

    changed = changed_ids(sides[0].deals(), sides[1].deals(), keeps)
    then, now = ({d.id: d for d in side.deals() if d.id in changed} for side in sides)
    forecast = reduce(
        lambda one, other: one + other,
        (_compare_forecasts(sides, known, question, process) for process in processes),
    )
    return PipelineDiff(
        before=_state_of(before),
        after=_state_of(after),
        process=question.process if options.process else None,
        shifts=build_shifts(then, now, known[0], known[1], forecast),
        forecast=msgspec.structs.replace(forecast, question=question, since=question),
        invalid=sum(side.invalid for side in sides),
        funnels=_funnels(before, after, options) if options.funnels else None,
        reasons={
            value: choice.name
            for reasons in [after.dictionaries.get("close_reasons", {})]
            for value in reasons
            if (choice := choice_named(reasons, value))
        },
    )


def _leave_out_alike(*sessions: Session) -> None:
    """A deal that one state can't read counts in none: it is neither new nor gone."""
    unread = {id_in(path.rpartition("/")[2]) for one in sessions for path, _ in one.index.invalid()}
    for session in sessions:
        session.index.left_out = frozenset(unread)


class _Read:
    """The deals of one state, for so many sweeps of one reading of it."""

    def __init__(self, session: Session, end: int, options: ReportOptions, sweeps: int) -> None:
        self._session = session
        with _named(session):
            found = read_deals_on(session, (end,) * sweeps, options)
        self._sweeps = iter(found)
        self.invalid = found[0].invalid

    def deals(self) -> Iterator[Deal]:
        """All deals as the as-of day has them."""
        with _named(self._session):
            yield from next(self._sweeps).deals


def _definitions(session: Session) -> dict[str, Definition]:
    with _named(session):
        return {name: session.process(name) for name in session.process_names()}


@contextmanager
def _named(session: Session) -> Iterator[None]:
    """Errors of files say in which revision these are."""
    if isinstance(session, RevisionSession):
        with named_errors(session.revision.name):
            yield
    else:
        yield


def _compare_forecasts(
    sides: list["_Read"],
    known: list[dict[str, Definition]],
    question: ForecastQuestion,
    process: str,
) -> Difference:
    """The forecasts of one process; where a state hasn't got it, there are no deals of it."""
    asked = msgspec.structs.replace(question, process=process)
    then, now = (one.get(process) or other[process] for one, other in (known, known[::-1]))
    return build_difference(
        sides[0].deals(), sides[1].deals(), asked, asked, now, definition_then=then
    )


def _funnels(before: Session, after: Session, options: DiffOptions) -> tuple[Funnel, Funnel]:
    """The funnels of all deals in both states, of one process."""
    asked = FunnelOptions(
        as_of=options.as_of,
        owners=options.owners,
        departments=options.departments,
        process=options.process,
        skip_invalid=options.skip_invalid,
    )
    found = []
    for session in (before, after):
        with _named(session):
            found.append(report_funnel(session, asked))
    then, now = found
    assert isinstance(then, Funnel) and isinstance(now, Funnel)  # of the reference definition
    return then, now


def _state_of(session: Session) -> State:
    if not isinstance(session, RevisionSession):
        return State("the files")
    revision = session.revision
    return State(revision.name, revision.commit, format_instant(revision.committed_at))
