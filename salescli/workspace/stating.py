"""The state of a store's open deals on a day."""

from collections.abc import Mapping

from salescli.model.definition import Definition
from salescli.model.groupings import StateBy
from salescli.model.visits import seconds
from salescli.report.figures.question import StateQuestion
from salescli.report.figures.state import State, build_contribution, finish
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
    reporting_day,
)
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording

_NAMED = {"owner": "person", "department": "department", "stage": "stage"}


class StateOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for the state: `by` makes the rows."""

    by: StateBy | None = None


def report_state(session: Session, options: StateOptions) -> State:
    """The state on the as-of day. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question, definition = _ask(session, options)
    counted = count_stores(session, count_state, options)
    return finish(
        counted.partial,
        definition,
        question,
        names=row_names(session, question, definition),
        invalid=counted.invalid,
    )


def count_state(session: Session, options: StateOptions) -> Counted:
    """What one store adds to the state."""
    question, definition = _ask(session, options)
    found = read_deals(session, question.end, options)
    contribute = build_contribution(question, definition)
    return Counted(found.count(contribute, with_ids=options.with_ids), found.invalid)


def _ask(session: Session, options: StateOptions) -> tuple[StateQuestion, Definition]:
    day = reporting_day(session, options.as_of)
    question = read_question(
        session,
        options,
        StateQuestion,
        by=options.by,
        time_zone=session.settings.time_zone,
        today_start=seconds(session.calendar.start_of(day)),
    )
    return question, session.process(question.process)


def row_names(
    session: Session, question: StateQuestion, definition: Definition
) -> Mapping[str, str]:
    """Names of the rows, by key."""
    by = question.by
    return build_wording(session, definition).names[_NAMED[by]] if by else {}
