"""What a set of changes changes in the fields of records that were there: for a dry run."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from salescli.store import layout
from salescli.store.changeset import Change, Write
from salescli.store.yamltext import read_tree

_KEYS = ("id", "line", "contact", "competitor", "member")


class Difference(msgspec.Struct, frozen=True):
    """One field of a record, before and after; nothing is an empty text."""

    record: str
    name: str
    field: str
    before: str
    after: str


def differences(changes: Iterable[Change]) -> list[Difference]:
    """Every field that differs in a file of records that was there before, by path."""
    found: list[Difference] = []
    for change in changes:
        located = layout.locate(change.path)
        is_history = change.path.endswith(layout.HISTORY)
        if located is None or is_history or not isinstance(change, Write) or not change.before:
            continue
        before = _flat(read_tree(change.before, change.path))
        after = _flat(read_tree(change.after, change.path))
        record = before.get("id", change.path)
        name = after.get("title") or after.get("name", "")
        for field in dict.fromkeys([*before, *after]):
            old, new = before.get(field, ""), after.get(field, "")
            if old != new:
                found.append(Difference(record, name, field, old, new))
    return found


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
