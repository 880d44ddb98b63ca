"""The run of a process on a deal: starting, stopping, opening and cancelling its steps.

Each function stages events and reads the deal anew from what is staged, so that the next one
sees it. What a step's result leads to is decided in `salescli.process.running`; going to a stage
is the affair of `salescli.workspace.stages`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from salescli.model.activities import Activity, build_activities
from salescli.model.definition import Definition, Stage, Step
from salescli.model.errors import Refused, finding
from salescli.model.events import (
    Cancelled,
    Event,
    Json,
    Planned,
    Repeated,
    Replanned,
    Started,
    Stopped,
    stage_of_history,
)
from salescli.model.run_rules import Strays, find_strays
from salescli.model.runs import Run, planned_by_hand, running_run, steps_waiting
from salescli.process import running
from salescli.process.running import Following
from salescli.process.standing import holds
from salescli.workspace.deals import (
    LoadedDeal,
    event_head,
    load_deal,
    refuse_unrecorded_stage,
    stage_event,
)
from salescli.workspace.deciding import ask_for_step
from salescli.workspace.performing import performer_of
from salescli.workspace.session import Session
from salescli.workspace.soundness import sound_definition
from salescli.workspace.standing import standing_at

STAGE_LEFT, STAGE_REPEATED, PROCESS_STOPPED = "stage left", "stage repeated", "process stopped"
"""Why the process itself cancels a step: such a cancelling takes no route."""
PROCESS_ENDED = "end"  # of a `stopped`: the process came to its own end (format.md section 7)
MERGED = "merged"  # why a run stops beside which another, started first, goes on


def reload(session: Session, deal: LoadedDeal) -> LoadedDeal:
    """The deal as it is with everything that this command has staged."""
    return load_deal(session, deal.directory)


def begin_run(session: Session, deal: LoadedDeal) -> Following:
    """Stage that the process runs from the deal's stage; raises `Refused` if it can't."""
    stage = stage_to_run(session, deal)
    run = Started(**event_head(session, deal), run=session.new_id("run"))
    stage_event(session, deal, run)
    return _open_stage(session, reload(session, deal), stage)


def stage_to_run(session: Session, deal: LoadedDeal) -> Stage:
    """The open stage in which a run would begin; raises `Refused` where none may.

    Nor where somebody edited the stage by hand and nothing recorded it.
    """
    refuse_unrecorded_stage(deal)
    address = session.short(deal.id)
    running_now = running_run(deal.live)
    if running_now is not None:
        text = f"the process runs on this deal already, {running_now.starter} started it"
        hint = f"salescli process status {address}"
        raise Refused(finding("process-runs", text, hint=hint, field="record"))
    stage = session.process(deal.facts.process).stage_named(deal.facts.stage)
    if stage is None or not stage.is_open:
        name = deal.facts.stage if stage is None else stage.name
        text = f"the deal is at {name}: the process runs on open deals"
        hint = f"salescli opp reopen {address} --to STAGE --reason TEXT"
        raise Refused(finding("already-closed", text, hint=hint, field="stage"))
    sound_definition(session, deal.facts.process, address)
    return stage


def stop_run(session: Session, deal: LoadedDeal, run: Run, why: str) -> LoadedDeal:
    """Stage that a run is over; its open steps are cancelled, nothing else changes."""
    head = event_head(session, deal, is_following=why == PROCESS_ENDED)
    stage_event(session, deal, Stopped(**head, run=run.id, why=why))
    return cancel_steps(session, reload(session, deal), run, PROCESS_STOPPED)


def enter_stage(session: Session, deal: LoadedDeal) -> Following:
    """What the run does after a stage event: cancels the steps left, opens those of the stage.

    `deal` is read after the event. Without a run nothing happens.
    """
    run = running_run(deal.live)
    if run is None:
        return Following()
    deal = cancel_steps(session, deal, run, STAGE_LEFT)
    stage = session.process(deal.facts.process).stage_named(deal.facts.stage)
    if stage is None or not stage.is_open:
        return Following()
    return _open_stage(session, deal, stage)


def repeat_stage(session: Session, deal: LoadedDeal, stage: Stage, note: str | None) -> Following:
    """Stage that the deal's stage begins again with fresh steps, in the same visit.

    What somebody planned and a first step awaits already goes on being awaited: no event says so.
    """
    head = event_head(session, deal)
    stage_event(session, deal, Repeated(**head, stage=stage.stage, note=note))
    deal = reload(session, deal)
    run = running_run(deal.live)
    if run is None:
        return Following()
    first = {step.step for step in running.begin(stage, condition_of(session, deal)).steps}
    deal = cancel_steps(session, deal, run, STAGE_REPEATED, awaited_again=first)
    return _open_stage(session, deal, stage)


def _open_stage(session: Session, deal: LoadedDeal, stage: Stage) -> Following:
    sound_definition(session, deal.facts.process, session.short(deal.id))
    following = running.begin(stage, condition_of(session, deal))
    open_steps(session, deal, following.steps)
    return following


def follow_result(
    session: Session, deal: LoadedDeal, activity: Activity, result: str
) -> Following | None:
    """What the result of a step leads to, its steps opened; None where no run waits for it.

    `deal` is read after the event that says the result. A step is one of the stage that the
    history tells: an edit by hand that nothing recorded has opened no steps.
    """
    run = running_run(deal.live)
    stage = session.process(deal.facts.process).stage_named(stage_of_history(deal.live))
    if activity.step is None or run is None or activity.run != run.id:
        return None
    if stage is None or not stage.is_open:
        return None
    sound_definition(session, deal.facts.process, session.short(deal.id))
    following = running.follow(stage, activity.step, result, condition_of(session, deal))
    open_steps(session, deal, following.steps)
    return following


def is_at_end(deal: LoadedDeal, definition: Definition) -> bool:
    """Whether the process runs on an open deal and waits for no step of it."""
    run = running_run(deal.live)
    waiting = steps_waiting(build_activities(deal.live).values(), run)
    return run is not None and not waiting and definition.status_of(deal.facts.stage) == "open"


def condition_of(session: Session, deal: LoadedDeal) -> running.IsMet:
    """Tells of a deal whether the `when` of a step holds now."""

    def is_met(text: str) -> bool:
        return holds(standing_at(session, deal, session.now, session.known_actor), text)

    return is_met


def open_steps(session: Session, deal: LoadedDeal, steps: Sequence[Step]) -> LoadedDeal:
    """Open steps of the deal's run, each once: one that waits already isn't opened again."""
    run = running_run(deal.live)
    for step in steps if run is not None else ():
        known = build_activities(deal.live).values()
        if any(one.step == step.step for one in steps_waiting(known, run)):
            continue
        adopted = running.adoptable(step, known)
        head = event_head(session, deal, is_following=True)
        if adopted is not None:
            _adopt(session, deal, head, adopted, step, run)
        else:
            _plan(session, deal, head, step, run)
        deal = reload(session, deal)
    return deal


def _plan(
    session: Session, deal: LoadedDeal, head: Mapping[str, Any], step: Step, run: Run | None
) -> None:
    start = start_of(step, head["at"], session)
    event = Planned(
        **head,
        activity=session.new_id("act"),
        type=step.kind,
        title=step.title,
        owner=performer_of(session, deal, run, step.performer),
        start=start,
        minutes=step.minutes,
        remind=step.remind if start is not None else None,
        results=list(step.then),
        step=step.step,
        run=run.id if run is not None else None,
    )
    stage_event(session, deal, event)
    ask_for_step(session, deal, event)


def _adopt(
    session: Session,
    deal: LoadedDeal,
    head: Mapping[str, Any],
    activity: Activity,
    step: Step,
    run: Run | None,
) -> None:
    """Let a step wait for an activity that somebody planned by hand."""
    fields: dict[str, list[Json]] = {
        "results": [list(activity.results) or None, list(step.then)],
        "step": [None, step.step],
        "run": [None, run.id if run is not None else None],
    }
    stage_event(session, deal, Replanned(**head, activity=activity.id, fields=fields))


def start_of(step: Step, at: datetime, session: Session) -> datetime | None:
    """When a step begins that is opened at `at`: `start_after` later, None where it says nothing.

    Days are those of the store's clock: `1d` after 10:00 is 10:00, over a change of clocks too.
    """
    if step.start_after is None:
        return None
    number, unit = int(step.start_after[:-1]), step.start_after[-1]
    if unit == "d":
        return (at.astimezone(session.calendar.zone) + timedelta(days=number)).astimezone(UTC)
    return at + timedelta(**{"m": {"minutes": number}, "h": {"hours": number}}[unit])


def cancel_steps(
    session: Session,
    deal: LoadedDeal,
    run: Run,
    why: str,
    *,
    awaited_again: Collection[str] = (),
) -> LoadedDeal:
    """Cancel a run's open steps, for a reason of the process itself.

    What somebody planned by hand, and a step adopted, is given back to them, never cancelled;
    and not even that where its step is one of those that open again.
    """
    by_hand = planned_by_hand(deal.live)
    for activity in steps_waiting(build_activities(deal.live).values(), run):
        if activity.id in by_hand and activity.step in awaited_again:
            continue
        deal = let_go(session, deal, activity, why, is_by_hand=activity.id in by_hand)
    return deal


def let_go_by(live: Sequence[Event], steps: Iterable[Event]) -> list[Event]:
    """The cancellings with which these stage events left the steps of their stage."""
    moments = {(event.at, event.by) for event in steps}
    return [
        event
        for event in live
        if isinstance(event, Cancelled)
        and event.note == STAGE_LEFT
        and (event.at, event.by) in moments
    ]


def mend_run(session: Session, deal: LoadedDeal) -> tuple[LoadedDeal, Strays]:
    """Stop the runs and let go of the steps that a merge left over; answers which they were."""
    found = find_strays(deal.events)
    by_hand = planned_by_hand(deal.live)
    for run in found.runs:
        head = event_head(session, deal)
        stage_event(session, deal, Stopped(**head, run=run.id, why=MERGED))
        deal = reload(session, deal)
    for stray in found.steps:
        one = stray.activity
        deal = let_go(session, deal, one, stray.why, is_by_hand=one.id in by_hand)
    return deal, found


def let_go(
    session: Session, deal: LoadedDeal, activity: Activity, why: str, *, is_by_hand: bool
) -> LoadedDeal:
    """Let the process wait for a step no more: it is cancelled, or given back to who planned it."""
    head = event_head(session, deal)
    event: Event = Cancelled(**head, activity=activity.id, note=why)
    if is_by_hand:
        fields: dict[str, list[Json]] = {
            "results": [list(activity.results) or None, None],
            "step": [activity.step, None],
            "run": [activity.run, None],
        }
        event = Replanned(**head, activity=activity.id, fields=fields, note=why)
    stage_event(session, deal, event)
    return reload(session, deal)
