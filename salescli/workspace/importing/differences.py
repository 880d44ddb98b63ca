"""What a set of changes changes in records and activities that were there: for a dry run."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.calendar import format_instant
from salescli.model.events import live_events
from salescli.store import layout
from salescli.store.changeset import Append, Change, Write
from salescli.store.codec import read_history
from salescli.store.yamltext import read_tree

_KEYS = ("id", "line", "contact", "competitor", "member")


class Difference(msgspec.Struct, frozen=True):
    """One field of a record or activity, before and after; nothing is an empty text."""

    record: str
    name: str
    field: str
    before: str
    after: str


def differences(changes: Iterable[Change], read: Callable[[str], bytes | None]) -> list[Difference]:
    """Every field that differs in a record that was there before, or in its activities, by path.

    `read` answers a file as it will be.
    """
    found: list[Difference] = []
    for change in changes:
        is_history = change.path.endswith(layout.HISTORY)
        if is_history and isinstance(change, Append):
            found += _of_activities(change, read(change.path) or b"")
        elif layout.locate(change.path) is None or is_history:
            continue
        elif isinstance(change, Write) and change.before:
            found += _of_record(change, change.before)
    return found


def _of_record(change: Write, source: bytes) -> Iterator[Difference]:
    before = _flat(read_tree(source, change.path))
    after = _flat(read_tree(change.after, change.path))
    name = after.get("title") or after.get("name", "")
    yield from _differing(before.get("id", change.path), name, before, after)


def _of_activities(change: Append, source: bytes) -> Iterator[Difference]:
    events = read_history(source, change.path)
    count = sum(1 for line in change.data.splitlines() if line.strip())
    before = build_activities(live_events(events[:-count]))
    after = build_activities(live_events(events))
    for activity in before:
        if before[activity] != after.get(activity, before[activity]):
            told = after[activity]
            said = _said(before[activity]), _said(told)
            yield from _differing(activity, told.title, *said)


def _said(activity: Activity) -> dict[str, str]:
    """What an activity says, by the names that commands have for it."""
    values = msgspec.structs.asdict(activity)
    values["start"] = format_instant(activity.start_at) if activity.start_at else None
    names = "title type owner start minutes remind state result".split()
    return {name: str(values[name]) for name in names if values[name] is not None}


def _differing(
    record: str, name: str, before: dict[str, str], after: dict[str, str]
) -> Iterator[Difference]:
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field, ""), after.get(field, "")
        if old != new:
            yield Difference(record, name, field, old, new)


def _flat(tree: Any, path: str = "") -> dict[str, str]:
    return dict(_leaves(tree, path))


def _leaves(tree: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list) and any(isinstance(item, dict) for item in tree):
        for number, item in enumerate(tree):
            key = next((str(item[name]) for name in _KEYS if name in item), str(number))
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(tree, list):
        yield path, ", ".join(map(str, tree))
    elif tree is not None:
        yield path, str(tree)
