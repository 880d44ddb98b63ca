"""What a store's stages see come and go."""

from salescli.report.question import Question
from salescli.report.stage_flow import FlowFigure, build_flow
from salescli.workspace.reporting import ReportOptions, read_deals, read_question
from salescli.workspace.session import Session


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
