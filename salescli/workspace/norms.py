"""Norms of a store: which deals, which period."""

from salescli.report.norms import Norms, NormsQuestion, build_norms
from salescli.report.question import SumKind
from salescli.workspace.reporting import ReportOptions, read_deals, read_question
from salescli.workspace.session import Session


class NormsOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for norms: `period` is the reference."""

    sum: SumKind = "value"


def report_norms(session: Session, options: NormsOptions) -> Norms:
    """The norms that were asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question = read_norms_question(session, options)
    definition = session.process(question.process)
    found = read_deals(session, question.end, options)
    return build_norms(
        found.deals, question, definition, invalid=found.invalid, with_ids=options.with_ids
    )


def read_norms_question(session: Session, options: ReportOptions) -> NormsQuestion:
    """The question that the options make; raises all faults of them together."""
    zone = session.settings.time_zone
    return read_question(session, options, NormsQuestion, time_zone=zone)
