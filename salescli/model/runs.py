"""Runs of the process on a deal, folded from its events (format.md section 7). Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeGuard

import msgspec

from salescli.model.activities import Activity
from salescli.model.events import Event, Planned, Replanned, Started, Stopped

PROCESS_ENDED = "end"  # of a `stopped`: the process came to its own end (format.md section 7)


class Run(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A run of the process: who started it when, and how it ended; `end` is its own end."""

    id: str
    starter: str
    started_at: datetime
    stopped_at: datetime | None = None
    why: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return self.stopped_at is None

    @property
    def has_come_to_end(self) -> bool:
        """Whether the process came to its own end; nobody stopped it."""
        return self.why == PROCESS_ENDED


def build_runs(events: Iterable[Event]) -> list[Run]:
    """The runs that live events in fold order make, in the order in which they were started."""
    runs: dict[str, Run] = {}
    for event in events:
        if isinstance(event, Started):
            runs[event.run] = Run(event.run, event.by, event.at)
        elif isinstance(event, Stopped) and event.run in runs:
            ended = msgspec.structs.replace(runs[event.run], stopped_at=event.at, why=event.why)
            runs[event.run] = ended
    return list(runs.values())


def running_run(events: Iterable[Event]) -> Run | None:
    """The run that goes on; of two, which only a merge can make, the one started first."""
    return next((run for run in build_runs(events) if run.is_running), None)


def steps_waiting(activities: Iterable[Activity], run: Run | None) -> list[Activity]:
    """The open activities that are steps of a run, in the order in which they were opened."""
    if run is None:
        return []
    return [one for one in activities if one.is_open and one.step and one.run == run.id]


def planned_by_hand(events: Iterable[Event]) -> set[str]:
    """Ids of the activities that no process planned: an adopted one stays among them."""
    return {event.activity for event in events if isinstance(event, Planned) and not event.step}


def opens_step(event: Event) -> TypeGuard[Planned | Replanned]:
    """Whether an event makes an activity a step: it was planned as one, or is awaited as one."""
    if isinstance(event, Replanned):
        return bool(event.fields.get("step", [None, None])[1])
    return isinstance(event, Planned) and bool(event.step)
