"""What a store's stages see come and go, and the funnels of its people and departments."""

from salescli.report.funnel_by import METHODS, FunnelTable, build_funnel_table
from salescli.report.question import FunnelBy, FunnelQuestion, Question
from salescli.report.stage_flow import FlowFigure, build_flow
from salescli.report.stage_time import StageTimeQuestion, build_stage_time
from salescli.workspace.reporting import (
    FunnelOptions,
    ReportOptions,
    read_deals,
    read_deals_on,
    read_question,
)
from salescli.workspace.session import Session
from salescli.workspace.staying import NAMED
from salescli.workspace.wordings import build_wording


def report_flow(session: Session, options: ReportOptions) -> FlowFigure:
    """The flow that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question = read_question(session, options, Question)
    definition = session.process(question.process)
    found = read_deals(session, question.end, options)
    return build_flow(
        found.deals, question, definition, invalid=found.invalid, with_ids=options.with_ids
    )


def report_funnel_table(session: Session, options: FunnelOptions, by: FunnelBy) -> FunnelTable:
    """A funnel for each owner or department, with the mean days in stages.

    Raises `Damaged` where a file can't be read; with `skip_invalid` those are left out and counted
    on the figure.
    """
    asked = {"created": options.created, "mode": options.mode, "by": by}
    question = read_question(session, options, FunnelQuestion, **asked)
    definition = session.process(question.process)
    # The deals are read twice, one after the other: kept, a hundred thousand would fill the memory.
    first, second = read_deals_on(session, (question.end, question.end), options)
    times = build_stage_time(
        first.deals,
        read_question(
            session, options, StageTimeQuestion, by=by, time_zone=session.settings.time_zone
        ),
        definition,
        with_ids=options.with_ids,
    )
    return build_funnel_table(
        second.deals,
        times,
        question,
        definition,
        METHODS[options.definition],
        names=build_wording(session, definition).names[NAMED[by]],
        invalid=second.invalid,
        with_ids=options.with_ids,
    )
