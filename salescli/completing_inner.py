"""What lies in the histories of deals and leads, for the Tab key: open activities and approvals,
proposals.

As quick as `salescli.completing`, which hands over the paths: it loads nothing of the store, and a
line that it can't read it passes over.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

OPEN_ACTIVITIES, PROPOSALS, OPEN_APPROVALS = "open:activity", "proposal", "open:approval"


class _Kind(NamedTuple):
    """The key of its id in events, the event that begins it, those that end it, what tells it."""

    key: str
    begins: str
    ends: tuple[str, ...]
    about: str


KINDS = {
    OPEN_ACTIVITIES: _Kind("activity", "planned", ("done", "cancelled"), "title"),
    PROPOSALS: _Kind("proposal", "proposed", (), "number"),
    OPEN_APPROVALS: _Kind("approval", "asked", ("decided",), "subject"),
}
PREFIXES = {OPEN_ACTIVITIES: "act-", PROPOSALS: "prop-", OPEN_APPROVALS: "appr-"}


def find_inner(
    histories: Iterable[tuple[str, str]], kind: str, start: str
) -> Iterator[tuple[str, str]]:
    """(id, what it is) of those whose ids begin so; `histories` are (record's title, path)."""
    wanted = KINDS[kind]
    for title, path in histories:
        for found, about in _of_history(_events(path, wanted.key, start), wanted).items():
            if found.startswith(start):
                yield found, f"{about}, {title}" if about else title


def _of_history(events: Iterable[dict[str, Any]], wanted: _Kind) -> dict[str, str]:
    """id → what it is, as the live events of one history say in the order of the file."""
    known = list(events)
    void = {name for event in known for name in event.get("events", ())}
    found: dict[str, str] = {}
    ended = set()
    for event in known:
        name = event.get(wanted.key)
        if not isinstance(name, str) or event.get("id") in void:
            continue
        if event.get("kind") == wanted.begins:
            found[name] = str(event.get(wanted.about) or found.get(name, ""))
        elif event.get("kind") in wanted.ends:
            ended.add(name)
    return {name: about for name, about in found.items() if name not in ended}


def _events(path: str, key: str, start: str) -> Iterator[dict[str, Any]]:
    """The events of a history that have a key or take others back, as we write them: JSON.

    None if no value of the key begins with `start`: most histories are told by that alone.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return
    if f'"{key}":"{start}'.encode() not in data:
        return
    wanted = f'"{key}":'.encode()
    for line in data.splitlines():
        if wanted not in line and b'"voided"' not in line:
            continue
        try:
            event = json.loads(line.removeprefix(b"- "))
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
