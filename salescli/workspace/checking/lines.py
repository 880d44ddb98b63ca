"""A history line by line: every event with the number of its line, and every line that is none.

`store.codec` reads histories for all others and stops at damage; a check wants the rest too.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from salescli.model.errors import Damaged, Finding, Place, finding
from salescli.model.events import FIRST_KEYS, LAST_KEYS, BaseEvent, Event, kind_of, own_keys
from salescli.store.codec import read_event_line
from salescli.store.textchecks import check_markers
from salescli.store.yamltext import read_flow_mapping
from salescli.workspace.checking.keys import unknown_key

MAX_EXCERPT = 120  # characters of a line that are shown; an event may have many thousands
_MARKS = (b"<<<<<<<", b">>>>>>>", b"|||||||")


class Line(msgspec.Struct, frozen=True):
    """One event, where it stands (from 1), and its bytes without the line's end."""

    number: int
    data: bytes
    event: Event


class History(msgspec.Struct, frozen=True):
    """The events of a history, each once, in the order of their lines.

    `damage` says which lines are no events, or have an id that stands for another event too.
    `copies` are the numbers of lines that repeat an earlier one byte for byte.
    """

    path: str
    lines: tuple[Line, ...]
    damage: tuple[Finding, ...] = ()
    copies: tuple[int, ...] = ()

    def place(self, number: int) -> Place:
        """Where a line begins."""
        data = next((line.data for line in self.lines if line.number == number), b"")
        return Place(self.path, number, 1, data.decode("utf-8", "replace")[:MAX_EXCERPT])


def read_lines(source: bytes, path: str) -> History:
    """Read a history; nothing is raised, damage is told in the result."""
    if any(mark in source for mark in _MARKS):
        markers = check_markers(source.decode("utf-8", "replace"), path)
        if markers:
            return History(path, (), tuple(markers))
    lines: dict[str, Line] = {}
    damage: list[Finding] = []
    copies: list[int] = []
    for number, data in enumerate(source.split(b"\n"), 1):
        if not data.strip() or data.lstrip().startswith(b"#"):
            continue
        data = data.rstrip(b"\r")
        try:
            event = read_event_line(data, path, number)
        except Damaged as error:
            damage += error.findings
            continue
        first = lines.setdefault(event.id, Line(number, data, event))
        if first.number == number:
            continue
        if first.data == data:
            copies.append(number)
        else:
            damage.append(_other_content(event, first, path, number, data))
    return History(path, tuple(lines.values()), tuple(damage), tuple(copies))


def _other_content(event: Event, first: Line, path: str, number: int, data: bytes) -> Finding:
    return finding(
        "event-id-twice",
        f"event {event.id} stands in line {first.number} with other content",
        hint="give one of the two lines an id of its own, or delete the wrong one",
        place=Place(path, number, 1, data.decode("utf-8", "replace")[:MAX_EXCERPT]),
    )


def drop_lines(source: bytes, numbers: tuple[int, ...]) -> bytes:
    """A history without these lines."""
    kept = [line for number, line in enumerate(source.split(b"\n"), 1) if number not in numbers]
    return b"\n".join(kept)


_KNOWN: dict[type[BaseEvent], frozenset[str]] = {}


def known_keys(kind: type[BaseEvent]) -> frozenset[str]:
    """All keys that an event of a kind may have."""
    if kind not in _KNOWN:
        _KNOWN[kind] = frozenset((*FIRST_KEYS, "kind", *own_keys(kind), *LAST_KEYS))
    return _KNOWN[kind]


def check_event_keys(history: History) -> list[Finding]:
    """A warning for each key of an event that its kind does not have."""
    found: list[Finding] = []
    for line in history.lines:
        known = known_keys(type(line.event))
        for key in _keys_of(line, history.path):
            if key not in known:
                unknown = unknown_key(key, known)
                text = f"{unknown.text} (in a {kind_of(line.event)} event)"
                place = history.place(line.number)
                found.append(msgspec.structs.replace(unknown, text=text, place=place))
    return found


def _keys_of(line: Line, path: str) -> Mapping[str, Any]:
    if line.data.startswith(b"- {"):
        try:
            tree: Mapping[str, Any] = msgspec.json.decode(line.data[2:])
            return tree
        except msgspec.DecodeError:
            pass  # flow YAML written by hand
    return read_flow_mapping(line.data.decode(), path, line.number)
