"""Deals handed to figures: selected, taken as of a day, with what can't be read counted."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from salescli.model.catalogues import departments_under
from salescli.model.errors import Damaged, Finding, WrongUsage, finding
from salescli.model.visits import seconds
from salescli.report.funnel import Funnel, build_funnel
from salescli.report.question import FunnelQuestion, SumKind, build_question
from salescli.workspace.catalogue import find_named
from salescli.workspace.processes import find_process
from salescli.workspace.session import Session


class FunnelOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed for a funnel."""

    period: str = "all"
    as_of: str | None = None
    owners: Sequence[str] = ()
    departments: Sequence[str] = ()
    process: str | None = None
    created: Literal["period", "any"] = "period"
    sum: SumKind = "budget"
    currency: str | None = None
    skip_invalid: bool = False
    with_ids: bool = False


def report_funnel(session: Session, options: FunnelOptions) -> Funnel:
    """The funnel that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    process = find_process(session, options.process)
    definition = session.process(process)
    question = funnel_question(session, process, options)
    index = session.index
    index.refresh()
    invalid = index.invalid()
    if invalid and not options.skip_invalid:
        raise Damaged(*_broken(invalid, index.record_count()))
    is_now = question.end >= seconds(session.now)
    deals = index.deals() if is_now else index.deals_as_of(end_of(session, question))
    return build_funnel(
        deals, question, definition, invalid=len(invalid), with_ids=options.with_ids
    )
