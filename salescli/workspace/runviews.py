"""Where the process runs: one deal's run with its open steps, or all deals of the index."""

from collections.abc import Sequence

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.deal import Deal
from salescli.model.errors import Finding
from salescli.model.runs import Run, build_runs, planned_by_hand, running_run, steps_waiting
from salescli.report.records.runstatus import OpenStep, Route, RunRow, RunStatus
from salescli.workspace.agenda import is_overdue
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.guiding import Waiting, guide_loaded
from salescli.workspace.lettinggo import unfinished
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows


class RunList(msgspec.Struct, frozen=True):
    """Open deals on which the process runs, and how many closed ones go on when reopened.

    `order` is that of (process, stage); `invalid` are the files that can't be read.
    """

    rows: tuple[RunRow, ...]
    closed: int
    order: tuple[tuple[str, str], ...]
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]


def view_run(session: Session, deal: LoadedDeal) -> RunStatus:
    """What the process does on a deal, and did before."""
    guided = guide_loaded(session, deal)
    definition = guided.definition
    stage = definition.stage_named(deal.facts.stage)
    run = running_run(deal.live)
    activities = build_activities(deal.live)
    by_hand = planned_by_hand(deal.live)
    waiting = {one.id for one in steps_waiting(activities.values(), run)}
    return RunStatus(
        deal=deal.id,
        address=session.short(deal.id),
        title=deal.facts.title,
        process=deal.facts.process,
        process_name=definition.name,
        stage=deal.facts.stage,
        stage_name=deal.facts.stage if stage is None else stage.name,
        is_open=guided.computed.status == "open",
        days_at_stage=guided.computed.days_at_stage,
        running=run,
        runs=tuple(build_runs(deal.live)),
        steps=tuple(
            _open_step(session, one, one.activity.id in by_hand)
            for one in guided.waiting
            if one.activity.id in waiting
        ),
        unfinished=tuple(unfinished(activities.values())),
        go_on=guided.guidance.go_on,
    )


def _open_step(session: Session, one: Waiting, is_by_hand: bool) -> OpenStep:
    return OpenStep(
        one.activity,
        one.expected.address,
        one.due_on,
        is_overdue(session, one.activity),
        is_by_hand,
        tuple(
            Route(route.result, route.leads_to, route.target, route.is_gone)
            for route in one.expected.routes
        ),
    )


def list_runs(
    session: Session, *, process: str | None = None, person: str | None = None
) -> RunList:
    """The open deals on which the process runs: those at the end of a stage first, then by due.

    `person` keeps the deals that they own, and those of which a step is theirs.
    """
    rows, invalid = gather_rows(session, find_runs, process, person, key=_place)
    order = tuple(
        (name, stage.stage)
        for name in session.process_names()
        for stage in session.process(name).stages
    )
    found = tuple(row for row in rows if row.is_open)
    return RunList(found, len(rows) - len(found), order, tuple(invalid))


def find_runs(
    session: Session, process: str | None, person: str | None
) -> tuple[list[RunRow], Invalid]:
    """Those of one store, of closed deals too, and the files of it that can't be read."""
    session.index.refresh()
    rows = DealRows(session)
    runs = {
        facts.id: (facts.run, sorted(steps_waiting(facts.waiting, facts.run), key=_due))
        for facts in session.index.facts()
        if facts.run is not None
    }
    deals = [deal for deal in session.index.deals() if deal.id in runs]
    chosen = [
        deal
        for deal in deals
        if process in (None, deal.process)
        and (person is None or _is_of(person, deal, runs[deal.id][1]))
    ]
    found = [_row(session, rows, deal, *runs[deal.id]) for deal in chosen]
    return sorted(found, key=_place), session.index.invalid()


def _place(row: RunRow) -> tuple[bool, bool, str, str]:
    return not row.is_at_end, row.due_on is None, str(row.due_on), row.id


def _is_of(person: str, deal: Deal, steps: Sequence[Activity]) -> bool:
    return deal.owner == person or any(one.owner == person for one in steps)


def _row(
    session: Session, rows: DealRows, deal: Deal, run: Run, steps: Sequence[Activity]
) -> RunRow:
    first = steps[0] if steps else None
    due_at = first.due_at if first is not None else None
    return RunRow(
        id=deal.id,
        title=deal.title,
        client=deal.client,
        owner=deal.owner,
        process=deal.process,
        stage=deal.stage,
        days_at_stage=rows.days_at_stage(deal),
        started_at=run.started_at,
        starter=run.starter,
        open_steps=len(steps),
        step=first.title if first is not None else None,
        performer=first.owner if first is not None else None,
        due_on=session.calendar.day_of(due_at) if due_at is not None else None,
        is_late=first is not None and is_overdue(session, first),
        is_open=rows.status(deal) == "open",
    )


def _due(one: Activity) -> tuple[float, str]:
    return (one.due_at.timestamp() if one.due_at is not None else float("inf"), one.id)
