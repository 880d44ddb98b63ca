"""What holds of the runs of a process and of their steps, whoever writes them. Pure.

Commands keep it by construction; a merge of two branches, or a hand, may break it. What of it is
unambiguous is also said as what to do (`strays`), so that it is mended by the rule that finds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from salescli.model.activities import REPLANNED, Activity, build_activities, fits_activity
from salescli.model.definition import Definition
from salescli.model.errors import Finding, finding
from salescli.model.events import (
    STAGE_EVENTS,
    Cancelled,
    Done,
    Event,
    Repeated,
    Replanned,
    Started,
    Stopped,
    live_events,
    stage_of_history,
)
from salescli.model.runs import Run, build_runs, opens_step, planned_by_hand

Of = tuple[str, Finding]
Why = Literal["stage left", "stage repeated", "process stopped", "merged"]
MENDS = "salescli check --fix"


class Stray(msgspec.Struct, frozen=True):
    """An open step for which the process waits no more, why, and the event that opened it."""

    activity: Activity
    why: Why
    event: str


class Strays(msgspec.Struct, frozen=True):
    """What is too much: runs beside the one that was started first, and open steps."""

    runs: tuple[Run, ...] = ()
    steps: tuple[Stray, ...] = ()


def check_runs(events: Sequence[Event], definition: Definition | None = None) -> Iterator[Of]:
    """What is wrong with runs in a deal's events: event id, finding.

    `events` are all of them, the voided ones too. Of steps only open ones are asked: what is done
    or cancelled harms nothing any more. With the `definition` of today, the steps that it has no
    more are told, too.
    """
    live = _readable(events)
    yield from _check_order(live)
    started = {event.run: event for event in live if isinstance(event, Started)}
    found = find_strays(events)
    for run in found.runs:
        text = "a run of the process already went on when this one was started"
        hint = f"{MENDS} stops it and lets the first go on"
        yield started[run.id].id, finding("two-runs", text, hint=hint, field="run")
    for stray in found.steps:
        text = f"{stray.activity.title!r} is an open step, but {_WORDS[stray.why]}"
        hint = f"{MENDS} cancels it, or gives it back to who planned it"
        yield stray.event, finding("stray-step", text, hint=hint, field="step")
    for activity, opened in _gone_steps(live, definition, found):
        text = f"{activity.title!r} is an open step, but its stage has no step {activity.step} now"
        hint = "what its result leads to is the end of the stage; put the step back to go on by it"
        yield opened.id, finding("step-gone", text, hint=hint, field="step", warning=True)
    for activity, event in _opened(live, started).values():
        text = f"{activity.title!r} is an open step of a run that was never started"
        hint = f"bring back its started event, or {MENDS} --void {event}"
        yield event, finding("event-of-nothing", text, hint=hint, field="run")


_WORDS: Mapping[Why, str] = {
    "stage left": "its stage was left",
    "stage repeated": "its stage has begun again since",
    "process stopped": "its run was stopped",
    "merged": "another one of this step is open",
}


def find_strays(events: Sequence[Event]) -> Strays:
    """The runs and open steps of a deal that should not go on.

    A step's stage was left if a stage event follows it, or if the deal isn't in the stage in which
    it was opened: of two branches, of which one moved the deal and the other opened a step, that
    step is of the stage before. Which stage that was stands in the history; a definition that was
    edited since tells nothing of an open step.
    """
    live = _readable(events)
    runs = build_runs(live)
    going_on = [run for run in runs if run.is_running]
    by_hand = planned_by_hand(live)
    known: set[tuple[str | None, str | None]] = set()
    steps: list[Stray] = []
    for activity, event in _open_steps(live):
        run = next((one for one in runs if one.id == activity.run), None)
        if run is None:
            continue
        home = _stage_of_step(events, event)
        why = _why_stray(live, event, home, is_by_hand=activity.id in by_hand)
        if not run.is_running or run in going_on[1:]:
            why = "process stopped"
        elif why is None and (activity.run, activity.step) in known:
            why = "merged"
        if why is not None:
            steps.append(Stray(activity, why, event.id))
        else:
            known.add((activity.run, activity.step))
    return Strays(tuple(going_on[1:]), tuple(steps))


def _readable(events: Sequence[Event]) -> list[Event]:
    """The live events in fold order, without those that say what no activity can be."""
    return [
        event
        for event in live_events(events)
        if not isinstance(event, Replanned)
        or all(
            n not in REPLANNED or fits_activity(n, change[1]) for n, change in event.fields.items()
        )
    ]


def _open_steps(live: Sequence[Event]) -> list[tuple[Activity, Event]]:
    """The open steps with the event that made each one, in the order of these."""
    opened = {event.activity: event for event in live if opens_step(event)}
    activities = build_activities(live)
    return [
        (activities[name], event)
        for name, event in opened.items()
        if name in activities and activities[name].is_open and activities[name].step
    ]


def _gone_steps(
    live: Sequence[Event], definition: Definition | None, strays: Strays
) -> Iterator[tuple[Activity, Event]]:
    """The open steps for which a process waits, that its definition has no more in their stage."""
    stage = definition.stage_named(stage_of_history(live)) if definition is not None else None
    if stage is None or not stage.is_open:
        return
    runs = {run.id for run in build_runs(live) if run.is_running}
    left = {stray.activity.id for stray in strays.steps}
    for activity, event in _open_steps(live):
        is_led = activity.run in runs and activity.id not in left
        if is_led and stage.step_named(activity.step or "") is None:
            yield activity, event


def _why_stray(live: Sequence[Event], event: Event, home: str, *, is_by_hand: bool) -> Why | None:
    """Why a running process waits for a step no more; None where it does. `home`: its stage."""
    later = list(live)[[one.id for one in live].index(event.id) + 1 :]
    if any(isinstance(one, STAGE_EVENTS) for one in later) or stage_of_history(live) != home:
        return "stage left"
    if not is_by_hand and any(isinstance(one, Repeated) and one.stage == home for one in later):
        return "stage repeated"
    return None


def _stage_of_step(events: Sequence[Event], opening: Event) -> str:
    """The stage in which a step was opened, known from what led to its opening.

    In the same command that is a change of the stage, its repeating, or the end of the step
    before, which is of the same stage; else the last change of the stage that came before. What
    has no lower `seq` is of another branch, and didn't come before.
    """
    before = live_events(one for one in events if one.seq < opening.seq)
    command = (opening.by, opening.at, opening.logged)
    for one in reversed(before):
        if (one.by, one.at, one.logged) != command:
            continue
        if isinstance(one, STAGE_EVENTS):
            return stage_of_history([one])
        if isinstance(one, Repeated):
            return one.stage
        if isinstance(one, Done | Cancelled) and one.result is not None:
            own = [it for it in before if opens_step(it) and it.activity == one.activity]
            if own and own[-1].seq < one.seq:
                return _stage_of_step(events, own[-1])
    return stage_of_history(before)


def _opened(
    live: Sequence[Event], started: Mapping[str, Started]
) -> dict[str, tuple[Activity, str]]:
    """The open steps of runs that nothing started, each with the event that made it one."""
    return {
        activity.id: (activity, event.id)
        for activity, event in _open_steps(live)
        if activity.run not in started
    }


def _check_order(live: Sequence[Event]) -> Iterator[Of]:
    """Runs that begin twice, and ends of what doesn't run."""
    state: dict[str, bool] = {}
    for event in live:
        if isinstance(event, Started):
            if event.run in state:
                yield event.id, _nonsense(event, f"run {event.run} was started already")
            state.setdefault(event.run, True)
        elif isinstance(event, Stopped):
            if event.run not in state:
                yield event.id, _nonsense(event, f"run {event.run} was never started")
            elif not state[event.run]:
                yield event.id, _nonsense(event, f"run {event.run} was stopped already")
            state[event.run] = False


def _nonsense(event: Event, text: str) -> Finding:
    return finding("event-of-nothing", text, hint=f"{MENDS} --void {event.id}", field="run")
