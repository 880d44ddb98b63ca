"""Stage history: the visits of a deal, from its stage events alone (domain.md section 2)."""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

import msgspec

from salescli.model.events import Closed, Created, Event, Moved, Reopened


class Entry(IntEnum):
    """How a visit began."""

    CREATED = 0
    FORWARD = 1  # a move without `undone`
    BACK = 2  # a move with `undone`
    SKIPPED = 3  # passed over by a move: zero length
    CLOSED = 4
    REOPENED = 5


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One stay in a stage. `ended_at` is None while it runs; a final stage's ends as it starts.

    Instants are whole seconds since 1970, UTC: figures compare millions of them.
    """

    stage: str
    started_at: int
    ended_at: int | None
    entry: int  # an Entry; a plain number because it is decoded by the hundred thousand
    historical: bool = False

    @property
    def is_skipped(self) -> bool:
        """Whether a move passed over the stage."""
        return self.entry == Entry.SKIPPED


def seconds(at: datetime) -> int:
    """An instant as whole seconds since 1970."""
    return int(at.timestamp())


def build_visits(events: Iterable[Event]) -> tuple[Visit, ...]:
    """The visits that live events in fold order make, in the order in which they began."""
    visits: list[Visit] = []
    for event in events:
        add_visits(visits, event)
    return tuple(visits)


def add_visits(visits: list[Visit], event: Event) -> None:
    """What one more live event, in fold order, makes of the visits; in place."""
    if isinstance(event, Created):
        stage = event.fields.get("stage")
        visits.append(Visit(str(stage), seconds(event.at), None, Entry.CREATED))
    elif isinstance(event, Moved | Closed):
        _enter(visits, event)
    elif isinstance(event, Reopened):
        at = seconds(event.at)
        _end_running(visits, at)
        _undo(visits, event.undone)
        visits.append(Visit(event.to, at, None, Entry.REOPENED))


def _enter(visits: list[Visit], event: Moved | Closed) -> None:
    at = seconds(event.at)
    _end_running(visits, at)
    visits.extend(Visit(stage, at, at, Entry.SKIPPED) for stage in event.skipped)
    if isinstance(event, Closed):
        visits.append(Visit(event.to, at, at, Entry.CLOSED))
        return
    _undo(visits, event.undone)
    visits.append(Visit(event.to, at, None, Entry.BACK if event.undone else Entry.FORWARD))


def _end_running(visits: list[Visit], at: int) -> None:
    if visits and visits[-1].ended_at is None:
        visits[-1] = msgspec.structs.replace(visits[-1], ended_at=at)


def _undo(visits: list[Visit], undone: list[str]) -> None:
    for place, visit in enumerate(visits):
        if visit.stage in undone and not visit.historical:
            visits[place] = msgspec.structs.replace(visit, historical=True)
