"""A dashboard with its figures: one walk through the deals for all of its blocks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from salescli.model.dashboards import Block, DashboardFile
from salescli.report.dashboards.dashboard import Dashboard, Figure, FunnelFigure
from salescli.report.dashboards.dashboard import Question as Asked
from salescli.report.figures.figure import Partials
from salescli.report.figures.question import Question
from salescli.workspace.block_lists import ask_list
from salescli.workspace.block_reports import ask_funnel, ask_table
from salescli.workspace.block_room import Pending, Room
from salescli.workspace.blocks import ask_chart, ask_metric
from salescli.workspace.dashboards import read_dashboard
from salescli.workspace.listing import kind_names
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_question,
    read_readable,
)
from salescli.workspace.session import Session
from salescli.workspace.sweeps import add_up_each


class DashboardOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a dashboard; without a period each block has the one of the file."""

    period: str = ""


_ASKING: Mapping[str, Callable[[Block, Room], Pending]] = {
    "metric": ask_metric,
    "chart": ask_chart,
    "list": ask_list,
    "funnel": ask_funnel,
    "table": ask_table,
}


def report_dashboard(session: Session, name: str, options: DashboardOptions) -> Dashboard:
    """The dashboard of that name, or of a file, with all its figures; of a group the first
    store's.

    Raises `NotFound` for a name that nothing has, `Damaged` with all that is wrong in the
    dashboard, or where a record can't be read; with `skip_invalid` those are left out and counted.
    """
    slug, file = session.in_lead(find_dashboard, name, options)
    counted = count_stores(session, count_dashboard, file, options)
    room, pending = _ask(session, file, options)
    room.invalid = counted.invalid
    asked = zip(pending, _by_block(pending, counted.partial.parts), strict=True)
    blocks = [one.build(parts) for one, parts in asked]
    base = room.base
    return Dashboard(
        question=Asked(base.period, base.as_of, base.scope, base.currency),
        name=slug,
        title=file.name,
        store=session.settings.name,
        blocks=tuple(_without(block, NO_OTHERS) for block in blocks),
        notes=() if any(_has_others(block) for block in blocks) else (NO_OTHERS,),
    )


def find_dashboard(
    session: Session, name: str, options: DashboardOptions
) -> tuple[str, DashboardFile]:
    """(id, dashboard) in one store, whose index is brought up to date: conditions name clients."""
    read_readable(session, options)
    return read_dashboard(session, name)


def count_dashboard(session: Session, file: DashboardFile, options: DashboardOptions) -> Counted:
    """What one store adds to each question of each block, in one walk through its deals."""
    invalid = read_readable(session, options)
    _, pending = _ask(session, file, options)
    questions = [question for one in pending for question in one.questions]
    contributions = [contribute for one in pending for contribute in one.contributions()]

    def thin(partials: Sequence[Any]) -> list[Any]:
        asked = zip(pending, _by_block(pending, partials), strict=True)
        return [part for one, parts in asked for part in one.thin(parts)]

    partials = add_up_each(session, questions, contributions, with_ids=options.with_ids, thin=thin)
    asked = zip(pending, _by_block(pending, partials), strict=True)
    packed = [part for one, parts in asked for part in one.pack(parts)]
    return Counted(Partials(tuple(packed)), invalid)


def _by_block(pending: Sequence[Pending], parts: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """What belongs to each block: one part for each of its questions."""
    rest = iter(parts)
    return (list(islice(rest, len(one.questions))) for one in pending)


def _ask(
    session: Session, file: DashboardFile, options: DashboardOptions
) -> tuple[Room, list[Pending]]:
    period = options.period or file.period or "all"
    base = read_question(session, msgspec.structs.replace(options, period=period), Question)
    names = kind_names(session, "opportunity")
    room = Room(session, base, names, with_ids=options.with_ids, typed_period=period)
    return room, [_ASKING[block.kind](block, room) for block in file.blocks]


NO_OTHERS = "No deals of other processes."  # once for the page, where it holds for all blocks


def _has_others(block: Figure) -> bool:
    if isinstance(block, FunnelFigure):
        return block.funnel.other_process > 0
    return any("of other processes" in note and note != NO_OTHERS for note in block.notes)


def _without(block: Figure, note: str) -> Figure:
    if note not in block.notes:
        return block
    kept = tuple(one for one in block.notes if one != note)
    return msgspec.structs.replace(block, notes=kept)
