"""Norms of a store: which deals, which period."""

from collections.abc import Iterable

from salescli.model.asked import SumKind
from salescli.model.deal import Deal
from salescli.report.figures.figure import Partials
from salescli.report.figures.norms import Norms, NormsQuestion, Parts, add_up_norms, finish
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
)
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
    counted = count_stores(session, count_norms, options)
    return finish(Parts(*counted.partial.parts), definition, question, invalid=counted.invalid)


def count_norms(session: Session, options: NormsOptions) -> Counted:
    """What one store adds to norms."""
    question = read_norms_question(session, options)
    definition = session.process(question.process)
    found = read_deals(session, question.end, options)

    def count(deals: Iterable[Deal]) -> Partials:
        parts = add_up_norms(deals, question, definition, with_ids=options.with_ids)
        return Partials(tuple(parts))

    return Counted(found.add_up(count), found.invalid)


def read_norms_question(session: Session, options: ReportOptions) -> NormsQuestion:
    """The question that the options make; raises all faults of them together."""
    zone = session.settings.time_zone
    return read_question(session, options, NormsQuestion, time_zone=zone)
