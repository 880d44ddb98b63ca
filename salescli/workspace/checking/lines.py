"""A history line by line: every event with the number of its line, and every line that is none.

`store.codec` reads histories for all others and stops at damage; a check wants the rest too.
"""

from collections.abc import Iterator, Mapping, Sequence
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
        return Place(self.path, number, 1, _excerpt(data))


def read_lines(source: bytes, path: str) -> History:
    """Read a history; nothing is raised, damage is told in the result."""
    if any(mark in source for mark in _MARKS):
        markers = check_markers(source.decode("utf-8", "replace"), path)
        if markers:
            return History(path, (), tuple(markers))
    lines: dict[str, Line] = {}
    damage: list[Finding] = []
    copies: list[int] = []
    others: dict[str, list[Line]] = {}
    for number, data in enumerate(source.split(b"\n"), 1):
        if not data.strip() or data.lstrip().startswith(b"#"):
            continue
        data = data.rstrip(b"\r")
        try:
            event = read_event_line(data, path, number)
        except Damaged as error:
            damage += error.findings
            continue
        line = Line(number, data, event)
        first = lines.setdefault(event.id, line)
        if first is line:
            continue
        if any(one.data == data for one in (first, *others.get(event.id, ()))):
            copies.append(number)
        else:
            others.setdefault(event.id, []).append(line)
    for id_, more in others.items():
        damage += _with_other_content(path, [lines[id_], *more])
    return History(path, tuple(lines.values()), tuple(damage), tuple(copies))


def _with_other_content(path: str, same: Sequence[Line]) -> Iterator[Finding]:
    """That lines have one id and say different things, with how each can be kept."""
    id_ = same[0].event.id
    numbers = [line.number for line in same]
    ways = [
        f"keep line {kept}: salescli check --fix "
        + " ".join(f"--void {id_}:{number}" for number in numbers if number != kept)
        for kept in numbers
    ]
    for line in same[1:]:
        yield finding(
            "event-id-twice",
            f"event {id_} stands in line {numbers[0]} with other content",
            hint="\nor ".join(ways),
            place=Place(path, line.number, 1, _excerpt(line.data)),
        )


def _excerpt(data: bytes) -> str:
    return data.decode("utf-8", "replace")[:MAX_EXCERPT]


def rename_event(source: bytes, number: int, old: str, new: str) -> bytes | None:
    """A history whose line `number` has another event id; None where no other has the old one.

    An event that stands there once keeps its id: whatever names it would lose it.
    """
    lines = source.split(b"\n")
    named = [place for place, line in enumerate(lines, 1) if _id_of(line) == old]
    if number not in named or len(named) == 1:
        return None
    lines[number - 1] = lines[number - 1].replace(old.encode(), new.encode(), 1)
    return b"\n".join(lines)


def _id_of(line: bytes) -> str | None:
    try:
        return read_event_line(line.rstrip(b"\r"), "", 0).id
    except Damaged:
        return None


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
