"""What both sides of a merge changed, in words: where, to what, and who did it when.

Pure: knows no merge, only what is told of one.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from salescli.report.text.numbers import clean_text, cut, format_number_of, pad, width_of

_WIDEST_VALUE = 30
_WIDTH = 80


class Side(msgspec.Struct, frozen=True):
    """What one side has, and as far as its history says it who set it, when and why."""

    value: Any
    by: str = ""
    at: str = ""  # in the store's zone
    why: str = ""


class Clashing(msgspec.Struct, frozen=True):
    """One place that both sides changed: `stage`, `contacts/con-…/role`."""

    path: str
    ours: Side
    theirs: Side


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
    """Lines of text: each place, and both sides below it."""
    for clash in clashes:
        yield f"  {clean_text(clash.path)}"
        values = [_told(side.value) for side in (clash.ours, clash.theirs)]
        width = max(map(width_of, values))
        for name, value, side in zip(
            ("ours", "theirs"), values, (clash.ours, clash.theirs), strict=True
        ):
            line = f"    {name:<6}  {pad(value, width)}  {_source(side)}".rstrip()
            yield cut(line, _WIDTH)


def _told(value: Any) -> str:
    if value is msgspec.UNSET:
        return "removed"
    if value is None or value == [] or value == {}:
        return "emptied"
    if isinstance(value, dict):
        parts = [f"{key} {_told(inner)}" for key, inner in value.items()]
        value = ", ".join(parts)
    elif isinstance(value, list):
        value = ", ".join(map(_told, value))
    return cut(clean_text(" ".join(str(value).split())), _WIDEST_VALUE)


def _source(side: Side) -> str:
    told = [clean_text(part) for part in (side.by, side.at) if part]
    if side.why:
        told.append(f'"{clean_text(" ".join(side.why.split()))}"')
    return ", ".join(told)
