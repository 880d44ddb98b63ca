"""What both sides of a merge changed, in words: where, to what, and who did it when.

Pure: knows no merge, only what is told of one.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

import msgspec

from salescli.report.text.numbers import clean_text, cut, format_number_of, pad, width_of
from salescli.report.text.wrapping import wrap_text

_WIDEST_VALUE = 30
_WIDTH = 80
_MOST_LINES = 12  # of one side of a place
_MOST_COMPARED = 300  # lines of a text, from the first that differs
_INDENT = " " * 6
_SIDES = ("ours", "theirs")


class Side(msgspec.Struct, frozen=True):
    """What one side has, and as far as its history says it who set it, when and why."""

    value: Any
    by: str = ""
    at: str = ""  # in the store's zone
    why: str = ""


class Clashing(msgspec.Struct, frozen=True):
    """One place that both sides changed: `stage`, `contacts/con-…/role`.

    `name` is what the item is called in which it lies, where ids alone say nothing.
    """

    path: str
    ours: Side
    theirs: Side
    name: str = ""


def format_clashes(title: str, file: str, clashes: Sequence[Clashing]) -> Iterator[str]:
    """Lines of text: each place, both sides below it, and what to do about them."""
    yield from format_sides(title or file, clashes)
    yield "  Next: salescli resolve"


def format_sides(title: str, clashes: Sequence[Clashing]) -> Iterator[str]:
    """Lines of text: in how many places a record clashes, then each with both sides."""
    yield format_count(title, len(clashes))
    yield from format_places(clashes)


def format_count(title: str, count: int) -> str:
    """In how many places a record clashes."""
    places = format_number_of(count, "place")
    return cut(f"{clean_text(title)}: both sides changed {places}", _WIDTH)


def format_places(clashes: Sequence[Clashing]) -> Iterator[str]:
    """Lines of text: each place, and both sides below it.

    What is too long to stand beside its author stands below, of a text only the lines that differ.
    """
    for clash in clashes:
        name = f": {clash.name}" if clash.name else ""
        yield cut(f"  {clean_text(clash.path + name)}", _WIDTH)
        sides = (clash.ours, clash.theirs)
        values = [_told(side.value) for side in sides]
        is_short = all(width_of(value) <= _WIDEST_VALUE and "\n" not in value for value in values)
        width = max(map(width_of, values))
        for name, value, other, side in zip(_SIDES, values, values[::-1], sides, strict=True):
            shown = f"{pad(clean_text(value), width)}  " if is_short else ""
            yield cut(f"    {name:<6}  {shown}{_source(side)}".rstrip(), _WIDTH)
            if not is_short:
                yield from _long_lines(value, other)


def _told(value: Any) -> str:
    if value is msgspec.UNSET:
        return "removed"
    if value is None or value == [] or value == {}:
        return "emptied"
    if isinstance(value, dict):
        parts = [f"{key} {_told(inner)}" for key, inner in value.items()]
        value = ", ".join(" ".join(part.split()) for part in parts)
    elif isinstance(value, list):
        value = ", ".join(" ".join(_told(one).split()) for one in value)
    return str(value).strip()


def _long_lines(value: str, other: str) -> Iterator[str]:
    """The lines of a value, without those that the other side has as well."""
    lines, others = value.splitlines(), other.splitlines()
    same = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(lines, others, strict=False)))
    pair = lines[same : same + _MOST_COMPARED], others[same : same + _MOST_COMPARED]
    shown = ["…"] if same else []
    for change, start, end, _, _ in SequenceMatcher(None, *pair, False).get_opcodes():
        if change == "equal" and shown[-1:] != ["…"]:
            shown.append("…")
        for line in () if change == "equal" else pair[0][start:end]:
            shown += wrap_text(line, _WIDTH - len(_INDENT), indent="  ")
    yield from (_INDENT + line for line in shown[:_MOST_LINES])
    if len(shown) > _MOST_LINES:
        yield f"{_INDENT}… and {format_number_of(len(shown) - _MOST_LINES, 'line')} more"


def _source(side: Side) -> str:
    told = [clean_text(part) for part in (side.by, side.at) if part]
    if side.why:
        told.append(f'"{clean_text(" ".join(side.why.split()))}"')
    return ", ".join(told)
