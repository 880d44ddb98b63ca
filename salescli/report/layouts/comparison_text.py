"""A comparison on a terminal: the sides beside each other, their bars on one scale.

Layout only: numbers come from the figure, words from `comparison_words`. Sides that don't fit
beside each other stand below; what else doesn't fit is cut by rules that the note tells. Without
a width (a pipe) nothing is cut.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain

import msgspec

from salescli.report.figures.comparison import Compared, Comparison, Row, first_of, onward_of
from salescli.report.layouts.comparison_plans import format_plans
from salescli.report.layouts.comparison_words import (
    TITLE,
    build_footer,
    build_heading,
    build_measures,
    format_points,
)
from salescli.report.layouts.funnel_text import build_bar, wrap_parts
from salescli.report.text.fitting import PIPE, tell_cut
from salescli.report.text.listing import Rendered
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    cut,
    format_amount,
    format_count,
    format_percent,
    is_whole,
    pad,
    width_of,
)

_SHORTEST_NAME = 12  # of a stage
_LONGEST_SIDE = 24  # a longer name takes no room from those of stages
_GAP = 2


class _Layout(msgspec.Struct, frozen=True):
    """How much is shown; the next narrower one is tried when the sides don't fit."""

    bar: int = 8
    counts: bool = True  # of each share
    sums_beside: bool = True  # the deals, else in lines of their own
    left_out: tuple[str, ...] = ()


_NARROWER = ("counts of shares",)
_LAYOUTS = (
    _Layout(),
    _Layout(counts=False, left_out=_NARROWER),
    _Layout(counts=False, sums_beside=False, left_out=_NARROWER),
)
_NARROWEST = _Layout(0, False, False, (*_NARROWER, "bars"))


class _Part(msgspec.Struct, frozen=True):
    """A heading and, for each stage, the lines of each side."""

    title: str
    cells: list[list[list[str]]]  # by row, by side


def format_comparison(comparison: Comparison, *, width: int | None = 80) -> Rendered:
    """The screen, at most `width` columns wide; None cuts nothing."""
    heading = wrap_parts([TITLE, *build_heading(comparison)], " · ", width)
    definition = f"{comparison.first.definition.capitalize()} definition (salescli help funnel)."
    footer = wrap_parts([definition, *build_footer(comparison)], " ", width)
    if not comparison.rows:
        return Rendered("\n".join([*heading, *footer]))
    layout, size = _fit(comparison, width)
    lines: list[str] = []
    is_cut = False
    places = range(len(comparison.sides))
    for start in places[::size]:
        group, was_cut = _format_group(comparison, layout, places[start : start + size], width)
        lines += group
        is_cut = is_cut or was_cut
    lines += format_plans(comparison, width)
    cut_texts = ["long names"] if is_cut else []
    note = tell_cut(width, cut=cut_texts, left_out=layout.left_out, shows=PIPE)
    return Rendered("\n".join([*heading, *lines, *footer]), note)


def _fit(comparison: Comparison, width: int | None) -> tuple[_Layout, int]:
    """The widest layout and the most sides beside each other that leave room for names."""
    most = len(comparison.sides)
    if width is None:
        return _LAYOUTS[0], most
    names = min(_SHORTEST_NAME, max(width_of(clean_text(row.name)) for row in comparison.rows))
    widths = [(layout, _measure(comparison, layout)) for layout in (*_LAYOUTS, _NARROWEST)]
    for groups in range(1, most + 1):
        size = -(-most // groups)
        for layout, rooms in widths[:-1]:
            if 1 + names + size * (max(rooms) + _GAP) <= width:
                return layout, size
    return _NARROWEST, 1


def _measure(comparison: Comparison, layout: _Layout) -> list[int]:
    """Columns that each side takes, apart from its name."""
    parts = _build_parts(comparison, layout)
    return [
        max(width_of(line) for part in parts for cells in part.cells for line in cells[place])
        for place in range(len(comparison.sides))
    ]


def _format_group(
    comparison: Comparison, layout: _Layout, places: range, width: int | None
) -> tuple[list[str], bool]:
    """The lines of sides beside each other, and whether a name was cut."""
    sides = [clean_text(comparison.sides[place].name) for place in places]
    stages = [clean_text(row.name) for row in comparison.rows]
    rooms = [_measure(comparison, layout)[place] for place in places]
    widths = list(map(width_of, sides))
    longest, rooms = _share_out(max(map(width_of, stages)), widths, rooms, width)
    head = [cut(side, room) for side, room in zip(sides, rooms, strict=True)]
    names = [cut(stage, longest) for stage in stages]
    lines = _join([[""], *([side] for side in head)], [longest, *rooms])
    for part in _build_parts(comparison, layout):
        lines.append(f" {part.title}")
        for name, cells in zip(names, part.cells, strict=True):
            lines += _join([[name], *(cells[place] for place in places)], [longest, *rooms])
    return lines, head != sides or names != stages


def _share_out(
    longest: int, sides: Sequence[int], rooms: Sequence[int], width: int | None
) -> tuple[int, list[int]]:
    """Columns for names of stages and for each side: first what sides need, then their names."""
    if width is None:
        return longest, list(map(max, rooms, sides))
    least = min(longest, _SHORTEST_NAME)
    left = max(width - 1 - least - sum(room + _GAP for room in rooms), 0)
    shared = []
    for place, (side, room) in enumerate(zip(sides, rooms, strict=True)):
        more = min(max(min(side, _LONGEST_SIDE) - room, 0), left // (len(rooms) - place))
        shared.append(room + more)
        left -= more
    return min(longest, least + left), shared


def _join(cells: Sequence[Sequence[str]], rooms: Sequence[int]) -> list[str]:
    """Cells of one or more lines beside each other."""
    lines = []
    for place in range(max(map(len, cells))):
        texts = [cell[place] if place < len(cell) else "" for cell in cells]
        padded = [pad(text, room) for text, room in zip(texts, rooms, strict=True)]
        lines.append((" " + (" " * _GAP).join(padded)).rstrip())
    return lines


def _build_parts(comparison: Comparison, layout: _Layout) -> list[_Part]:
    rows = comparison.rows
    onward, first = build_measures(comparison)
    money = comparison.first.question.sum
    deals, sums = _build_deals(rows, layout.bar), _build_sums(comparison)
    if layout.sums_beside:
        both = [
            [_beside(one, other) for one, other in zip(deal, amounts, strict=True)]
            for deal, amounts in zip(deals, sums, strict=True)
        ]
        parts = [_Part(f"Deals, {money}", both)]
    else:
        parts = [_Part("Deals", deals), _Part(money.capitalize(), sums)]
    shares = [[onward_of(cell) for cell in row.cells] for row in rows]
    firsts = [[first_of(cell) for cell in row.cells] for row in rows]
    parts.append(_Part(onward, _build_shares(shares, layout.counts)))
    parts.append(_Part(first, _build_shares(firsts, layout.counts)))
    return parts


def _beside(left: list[str], right: list[str]) -> list[str]:
    """Two cells as one: lines beside each other."""
    blank = " " * width_of(left[0])
    return [f"{left[0] if not place else blank}  {line}" for place, line in enumerate(right)]


def _build_deals(rows: Sequence[Row], bar_room: int) -> list[list[list[str]]]:
    """Bar and count; all bars on one scale."""
    counts = [cell.count for row in rows for cell in row.cells if cell]
    most = max(counts, default=0)
    room = min(bar_room, most)
    is_missing = any(cell is None for row in rows for cell in row.cells)
    digits = max(len(format_count(most)), len(NOT_AVAILABLE) if is_missing else 0)
    blank = " " if room else ""
    return [
        [
            [
                (pad(build_bar(cell.count, most, bar_room), room) if cell else " " * room)
                + blank
                + (format_count(cell.count) if cell else NOT_AVAILABLE).rjust(digits)
            ]
            for cell in row.cells
        ]
        for row in rows
    ]


def _build_sums(comparison: Comparison) -> list[list[list[str]]]:
    """A line a currency, right-aligned; the code beside the sum only if there are several."""
    cells = [[cell.sum if cell else None for cell in row.cells] for row in comparison.rows]
    found = [sums for row in cells for sums in row if sums]
    codes = sorted({code for sums in found for code in sums})
    whole = {code: is_whole(sums[code] for sums in found if code in sums) for code in codes}

    said = [
        [[NOT_AVAILABLE] if sums is None else _say_sums(sums, whole) for sums in row]
        for row in cells
    ]
    room = max((width_of(line) for row in said for lines in row for line in lines), default=0)
    return [[[pad(line, room, right=True) for line in lines] for lines in row] for row in said]


def _say_sums(sums: Mapping[str, Decimal], whole: Mapping[str, bool]) -> list[str]:
    return [
        format_amount(amount, whole=whole[code]) + (f" {code}" if len(whole) > 1 else "")
        for code, amount in sums.items()
    ] or ["0"]


def _build_shares(shares: Sequence[Sequence[Compared]], with_counts: bool) -> list[list[list[str]]]:
    """`3 of 4  75.00 %  -8.33`: of how many, the share, and the points from the first side."""
    told = [[_say_share(one, place > 0) for place, one in enumerate(row)] for row in shares]
    columns = [max(map(width_of, texts)) for texts in zip(*chain(*told), strict=True)]
    return [[[_set_share(texts, columns, with_counts)] for texts in row] for row in told]


def _say_share(compared: Compared, has_points: bool) -> tuple[str, str, str]:
    share, points = compared
    if share is None:
        return "", NOT_AVAILABLE, ""
    of = f"{format_count(share.part)} of {format_count(share.whole)}"
    return of, format_percent(share.percent), format_points(points) if has_points else ""


def _set_share(texts: tuple[str, str, str], columns: list[int], with_counts: bool) -> str:
    padded = [pad(text, room, right=True) for text, room in zip(texts, columns, strict=True)]
    return "  ".join(padded if with_counts else padded[1:]).rstrip()
