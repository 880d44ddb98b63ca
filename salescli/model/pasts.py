"""What a deal was before: what it is now and, for each earlier instant, what was another value.

Pure. Says nothing that the history doesn't say: it is kept so that no history has to be read.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import compress, zip_longest
from operator import le, ne
from typing import Any

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.deal import (
    TOUCHING,
    Deal,
    Talk,
    build_deal,
    describe_activities,
    describe_facts,
    describe_lines,
)
from salescli.model.events import Cancelled, Created, Done, Event, Planned, Replanned
from salescli.model.facts import State, apply_event
from salescli.model.visits import Visit, add_visits, seconds

_NAMES = Deal.__struct_fields__
_VISITS, _CHANGED_AT = _NAMES.index("visits"), _NAMES.index("changed_at")
_ON_ACTIVITIES = (Planned, Replanned, Done, Cancelled)
_PLACES = range(len(_NAMES))
_TYPES: Mapping[int, Any] = {
    _VISITS: tuple[Visit, ...],
    _NAMES.index("lines"): tuple[tuple[str, str], ...],
    _NAMES.index("rivals"): tuple[str, ...],
    _NAMES.index("talks"): tuple[Talk, ...],
}


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a deal was from `at` (seconds since 1970) until the next step, or until it changed last.

    `values` are those that differ from what the next step says, by their place in `Deal`.
    `changed_at` is `at`; visits are given only where those of now, cut at `at`, aren't it.
    """

    at: int
    values: dict[int, Any]


class Past(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a deal was before it was what it is now: its steps, the first one first."""

    id: str
    steps: tuple[Step, ...]


def build_past(deal: Deal, live: Sequence[Event]) -> Past | None:
    """The past of a deal that is what its events, live and in fold order, amount to.

    None where there is no earlier state, where only its history can tell, or where the events
    amount to another deal. Raises what `build_deal` raises where the events until some instant make
    no deal.
    """
    if deal.differs or any(event.at.microsecond for event in live):
        return None
    instants = [event.at for event in live]
    is_in_order = all(map(le, instants, instants[1:]))
    rows = list(_rows_in_order(deal, live) if is_in_order else _rows_of_any(deal, live))
    following = msgspec.structs.astuple(deal)
    if not rows or rows.pop()[1] != following:
        return None
    steps: list[Step] = []
    for at, row in reversed(rows):
        values = {place: row[place] for place in compress(_PLACES, map(ne, row, following))}
        values.pop(_VISITS, None)
        values.pop(_CHANGED_AT, None)
        if row[_VISITS] != _cut(deal.visits, at):
            values[_VISITS] = row[_VISITS]
        steps.append(Step(at, values))
        following = row
    return Past(deal.id, tuple(reversed(steps))) if steps else None


Row = tuple[Any, ...]
"""The values of a `Deal` in their order."""


def _rows_in_order(deal: Deal, live: Sequence[Event]) -> Iterator[tuple[int, Row]]:
    """The deal after each instant, of events of which each is later than the one before it."""
    values: dict[str, Any] = {"id": deal.id, "differs": False}
    state: State = {}
    visits: list[Visit] = []
    activities: Mapping[str, Activity] = {}
    for event, following in zip_longest(live, live[1:]):
        at = seconds(event.at)
        apply_event(state, event)
        add_visits(visits, event)
        if isinstance(event, Created):
            values.setdefault("created_at", at)
        if isinstance(event, TOUCHING):
            values["touched_at"] = at
        if isinstance(event, _ON_ACTIVITIES):
            activities = build_activities([event], activities)
            values.update(describe_activities(activities.values()))
        if any(path.startswith("products") for path in getattr(event, "fields", ())):
            values.update(describe_lines(state))
        is_last = following is None or following.at != event.at
        if not is_last or "created_at" not in values:
            continue
        row = values | describe_facts(state) | {"changed_at": at, "visits": tuple(visits)}
        yield at, msgspec.structs.astuple(Deal(**row))


def _rows_of_any(deal: Deal, live: Sequence[Event]) -> Iterator[tuple[int, Row]]:
    """The same of events that were told late: each instant is made anew."""
    for at in sorted({seconds(event.at) for event in live}):
        until = datetime.fromtimestamp(at, UTC)
        happened = [event for event in live if event.at <= until]
        if any(isinstance(event, Created) for event in happened):
            state: State = {}
            for event in happened:
                apply_event(state, event)
            found = build_deal(deal.id, state, happened, is_folded=True)
            yield at, msgspec.structs.astuple(found)


def restore(deal: Deal, past: Past, limits: Iterable[int]) -> dict[int, Deal | None]:
    """What the deal was at each of the instants before its last change, in seconds; by instant.

    None where it had not begun. Instants at which it was the same have the same object.
    """
    found: dict[int, Deal | None] = {}
    following = deal
    waiting: dict[int, Any] = {}  # values of steps that no instant asks for
    place, last = len(past.steps) - 1, None
    for limit in sorted(set(limits), reverse=True):
        while place >= 0 and past.steps[place].at > limit:
            waiting |= past.steps[place].values
            waiting.pop(_VISITS, None)
            place -= 1
        if place < 0:
            found[limit] = None
            continue
        if place != last:
            step = past.steps[place]
            following = _build_state(deal, following, step.at, waiting | step.values)
            waiting, last = {}, place
        found[limit] = following
    return found


def earlier_runs(
    deal: Deal, past: Past, limits: Sequence[int], begun: int, until: int
) -> list[tuple[int, Deal]]:
    """What the deal was at the rising instants from place `begun` until `until`, in their order:
    from which place on, and what.
    """
    runs: list[tuple[int, Deal]] = []
    following = deal
    waiting: dict[int, Any] = {}  # values of steps that no instant asks for
    for step in reversed(past.steps):
        waiting.pop(_VISITS, None)
        waiting |= step.values
        place = max(begun, bisect_left(limits, step.at))
        if place < until:
            following = _build_state(deal, following, step.at, waiting)
            waiting = {}
            runs.append((place, following))
            until = place
            if until == begun:
                break
    runs.reverse()
    return runs


def _build_state(deal: Deal, following: Deal, at: int, values: Mapping[int, Any]) -> Deal:
    """What a deal was at `at`, of what it was after that and of the values that differ."""
    changes = {_NAMES[place]: value for place, value in values.items()}
    for place in _TYPES.keys() & values.keys():
        changes[_NAMES[place]] = msgspec.convert(values[place], _TYPES[place])
    if _VISITS not in values:
        changes["visits"] = _cut(deal.visits, at)
    changes["changed_at"] = at
    return msgspec.structs.replace(following, **changes)


def _cut(visits: tuple[Visit, ...], at: int) -> tuple[Visit, ...]:
    """Those that had begun; the last of them still runs unless it had ended."""
    count = len(visits)
    while count and visits[count - 1].started_at > at:
        count -= 1
    if not count:
        return ()
    last = visits[count - 1]
    if last.ended_at is None or last.ended_at <= at:
        return visits[:count]
    running = Visit(last.stage, last.started_at, None, last.entry, last.historical)
    return (*visits[: count - 1], running)
