"""How long a store's deals stay at each stage."""

from salescli.report.stage_time import (
    StageTime,
    StageTimeBy,
    StageTimeQuestion,
    Unit,
    build_stage_time,
)
from salescli.workspace.reporting import ReportOptions, read_deals, read_question
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
    question = read_question(
        session,
        options,
        StageTimeQuestion,
        by=options.by,
        unit=options.unit,
        time_zone=session.settings.time_zone,
    )
    definition = session.process(question.process)
    found = read_deals(session, question.end, options)
    return build_stage_time(
        found.deals,
        question,
        definition,
        names=build_wording(session, definition).names[NAMED[options.by]] if options.by else {},
        invalid=found.invalid,
        with_ids=options.with_ids,
    )
