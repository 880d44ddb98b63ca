"""What a store's stages see come and go, and the funnels of its people and departments."""

from salescli.model.definition import Definition
from salescli.model.groupings import FunnelBy
from salescli.report.figures import funnel_by, stage_flow, stage_time
from salescli.report.figures.figure import Partials
from salescli.report.figures.funnel_by import METHODS, FunnelTable
from salescli.report.figures.question import FunnelQuestion, Question
from salescli.report.figures.stage_flow import FlowFigure
from salescli.report.figures.stage_time import StageTimeQuestion
from salescli.workspace.reporting import (
    Counted,
    FunnelOptions,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
    read_readable,
)
from salescli.workspace.session import Session
from salescli.workspace.staying import NAMED
from salescli.workspace.sweeps import add_up_each
from salescli.workspace.wordings import build_wording


def report_flow(session: Session, options: ReportOptions) -> FlowFigure:
    """The flow that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question = read_question(session, options, Question)
    definition = session.process(question.process)
    counted = count_stores(session, count_flow, options)
    return stage_flow.finish(counted.partial, definition, question, invalid=counted.invalid)


def count_flow(session: Session, options: ReportOptions) -> Counted:
    """What one store adds to the flow."""
    question = read_question(session, options, Question)
    contribute = stage_flow.build_contribution(question, session.process(question.process))
    found = read_deals(session, question.end, options)
    return Counted(found.count(contribute, with_ids=options.with_ids), found.invalid)


def report_funnel_table(session: Session, options: FunnelOptions, by: FunnelBy) -> FunnelTable:
    """A funnel for each owner or department, with the mean days in stages.

    Raises `Damaged` where a file can't be read; with `skip_invalid` those are left out and counted
    on the figure.
    """
    question, times_question, definition = _ask_table(session, options, by)
    counted = count_stores(session, count_funnel_table, options, by)
    deals, stays = counted.partial.parts
    return funnel_by.finish(
        deals,
        stage_time.finish(stays, definition, times_question),
        question,
        definition,
        METHODS[options.definition],
        names=build_wording(session, definition).names[NAMED[by]],
        invalid=counted.invalid,
    )


def count_funnel_table(session: Session, options: FunnelOptions, by: FunnelBy) -> Counted:
    """What one store adds to the funnels of its people or departments, and to their times."""
    question, times_question, definition = _ask_table(session, options, by)
    invalid = read_readable(session, options)
    contributions = (
        funnel_by.build_contribution(question, definition, METHODS[options.definition]),
        stage_time.build_contribution(times_question, definition),
    )
    asked = (question, times_question)
    found = add_up_each(session, asked, contributions, with_ids=options.with_ids)
    return Counted(Partials(tuple(found)), invalid)


def _ask_table(
    session: Session, options: FunnelOptions, by: FunnelBy
) -> tuple[FunnelQuestion, StageTimeQuestion, Definition]:
    asked = {"created": options.created, "mode": options.mode, "by": by}
    question = read_question(session, options, FunnelQuestion, **asked)
    zone = session.settings.time_zone
    times = read_question(session, options, StageTimeQuestion, by=by, time_zone=zone)
    return question, times, session.process(question.process)
