"""How long a store's deals stay at each stage."""

from salescli.model.definition import Definition
from salescli.model.visits import seconds
from salescli.report.figures.stage_time import (
    StageTime,
    StageTimeBy,
    StageTimeQuestion,
    Unit,
    build_contribution,
    finish,
)
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
)
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording

NAMED = {"owner": "person", "department": "department"}
"""What kind of thing names the rows by owner or department."""


class StageTimeOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for the time in stages: `by` makes the rows."""

    by: StageTimeBy | None = None
    unit: Unit = "days"


def report_stage_time(session: Session, options: StageTimeOptions) -> StageTime:
    """The time in stages that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question, definition = _ask(session, options)
    counted = count_stores(session, count_stage_time, options)
    return finish(
        counted.partial,
        definition,
        question,
        names=build_wording(session, definition).names[NAMED[options.by]] if options.by else {},
        invalid=counted.invalid,
    )


def count_stage_time(session: Session, options: StageTimeOptions) -> Counted:
    """What one store adds to the time in stages."""
    question, definition = _ask(session, options)
    found = read_deals(session, question.end, options)
    contribute = build_contribution(question, definition)
    return Counted(found.count(contribute, with_ids=options.with_ids), found.invalid)


def _ask(session: Session, options: StageTimeOptions) -> tuple[StageTimeQuestion, Definition]:
    question = read_question(
        session,
        options,
        StageTimeQuestion,
        by=options.by,
        unit=options.unit,
        time_zone=session.settings.time_zone,
        now=seconds(session.now),
    )
    return question, session.process(question.process)
