"""What of a table goes where a terminal is too narrow, and the one wording that tells it.

Decides by widths alone; cuts no text and lays nothing out. Columns of nothing go first, then those
of little weight (`Column.is_minor`), as long as a table would fall in several for them.
"""

import re
from collections.abc import Sequence

from salescli.report.text.listing import Column, Row, measure, plain_width
from salescli.report.text.numbers import NOT_AVAILABLE

GAP = 2  # blanks between columns
_READABLE = 20  # columns that a text keeps before a column of little weight takes its room
_NUMBERS = ("number", "money", "percent")
_NOTHING = ("", "0", NOT_AVAILABLE)
_CODE = re.compile(r", ([A-Z]{3})$")
PIPE = "A pipe shows"  # of what `tell_cut` says at its end


def find_nothing(rows: Sequence[Row], columns: Sequence[Column]) -> list[int]:
    """The places of columns of numbers that say nothing of any row: all of them 0 or n/a.

    None where all of them say nothing: a table of names alone says less than one of zeros.
    """
    numbers = [place for place, column in enumerate(columns) if column.kind in _NUMBERS]
    nothing = [place for place in numbers if all(row[place] in _NOTHING for row in rows)]
    return nothing if len(nothing) < len(numbers) else []


def is_wide(rows: Sequence[Row], columns: Sequence[Column], room: int) -> bool:
    """Whether what says something takes more than so many columns of a terminal."""
    nothing = set(find_nothing(rows, columns))
    kept = [place for place in range(len(columns)) if place not in nothing]
    shown = [[row[place] for place in kept] for row in rows]
    return plain_width(shown, [columns[place] for place in kept]) > room


def choose_columns(
    rows: Sequence[Row], columns: Sequence[Column], heads: int, room: int
) -> tuple[list[int], list[int]]:
    """The places that are shown, and those of nothing that aren't; all where all have room.

    Those of nothing go from the right, until the others have room. Those of little weight are
    shown while they make no table more than there is without them, from the left. The first
    `heads` say what a row is of and stand in each table.
    """
    places, nothing = list(range(len(columns))), list[int]()
    widths = measure(rows, columns)
    for place in reversed(find_nothing(rows, columns)):
        if _width_of(widths, places) > room:
            places.remove(place)
            nothing.insert(0, place)
    if _width_of(widths, places) <= room:
        return places, nothing
    kept = [place for place in places if not columns[place].is_minor]
    least = [
        _least(width, column, column.least) for width, column in zip(widths, columns, strict=True)
    ]
    readable = [
        _least(width, column, max(column.least, _READABLE))
        for width, column in zip(widths, columns, strict=True)
    ]
    fewest = _count_tables(least, kept, heads, room)
    for place in places:
        more = sorted({*kept, place})
        if len(more) > len(kept) and _count_tables(readable, more, heads, room) <= fewest:
            kept = more
    return kept, nothing


def _width_of(widths: Sequence[int], places: Sequence[int]) -> int:
    return sum(widths[place] + GAP for place in places) - GAP


def _least(width: int, column: Column, least: int) -> int:
    """How narrow a column may become: numbers are never cut."""
    return min(width, least) if column.kind == "text" else width


def _count_tables(widths: Sequence[int], places: Sequence[int], heads: int, room: int) -> int:
    """Of how many tables one below the other it takes to show these columns."""
    head = sum(widths[place] + GAP for place in places[:heads]) - GAP
    tables, used = 1, head
    for place in places[heads:]:
        if used > head and used + GAP + widths[place] > room:
            tables, used = tables + 1, head
        used += GAP + widths[place]
    return tables


def _say_title(title: str) -> str:
    """The title of a column among others: `Sum in EUR`, where `Sum, EUR` would be two."""
    return _CODE.sub(r" in \1", title)


def tell_cut(
    width: int | None,
    *,
    cut: Sequence[str] = (),
    left_out: Sequence[str] = (),
    nothing: Sequence[str] = (),
    shows: str = "A pipe and --format csv show",
) -> str:
    """`To fit 80 columns, cut: Title; left out: Stale; nothing in: Undated. A pipe shows
    everything.`; empty where nothing was done to a screen.
    """
    parts = {"cut": cut, "left out": left_out, "nothing in": nothing}
    told = "; ".join(
        f"{what}: {', '.join(map(_say_title, names))}" for what, names in parts.items() if names
    )
    return f"To fit {width} columns, {told}. {shows} everything." if told else ""
