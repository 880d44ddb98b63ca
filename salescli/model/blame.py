"""Who set each field of a record: the last event that made it what it is.

Pure: events and values come in. Knows no git and no commits.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from salescli.model.events import Event, Json
from salescli.model.facts import State, apply_event, created_fields


class Setting(msgspec.Struct, frozen=True):
    """A field and what it is now. `event` made it so; None where the file was edited by hand."""

    path: str  # a field, or an item of a list: `contacts/con-…`
    value: Json
    event: Event | None


def blame_fields(
    live: Iterable[Event], state: State, record: type[msgspec.Struct]
) -> list[Setting]:
    """Each field that a record has, in its order, with the last event that changed it.

    `live` are the events that count, in fold order; `state` is what the file says. A field that
    isn't what the events make of it was edited by hand.
    """
    folded: State = {}
    known: dict[str, Any] = {}
    owners: dict[str, Event] = {}
    for event in live:
        apply_event(folded, event)
        now = created_fields(_copy(folded), record)
        owners |= {path: event for path, value in now.items() if known.get(path) != value}
        known = now
    return [
        Setting(path, value, owners[path] if known.get(path) == value else None)
        for path, value in created_fields(state, record).items()
    ]


def _copy(state: State) -> State:
    """A state that later events, which change items in place, leave as it is."""
    return {
        name: {key: dict(item) if isinstance(item, dict) else item for key, item in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in state.items()
    }
