"""What stands under the slices of compared funnels, and in which size it fits.

Pure layout of text: figures and a way to measure in, lines out. All texts of a kind are in one
style, so that they can be compared, too.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from salescli.report.figures.comparison import (
    Cell,
    Compared,
    Comparison,
    first_of,
    onward_of,
)
from salescli.report.layouts.comparison_words import format_points
from salescli.report.pictures.plot_scale import Numbers, build_numbers
from salescli.report.pictures.sheet import Measure, Style
from salescli.report.pictures.slide import INK, PALE_INK
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    format_amount,
    format_count,
    format_percent,
    is_whole,
)

Texts = list[list[str]]  # by row, by side

_BOLD = tuple(Style(size, INK, bold=True) for size in (15.0, 14.0, 13.0, 12.0, 11.0, 10.0))
_PLAIN = tuple(Style(size, INK) for size in (13.0, 12.0, 11.0, 10.0, 9.0))
_PALE = tuple(Style(size, PALE_INK) for size in (13.0, 12.0, 11.0, 10.0, 9.0))
MINUS = "\N{MINUS SIGN}"


class Line(msgspec.Struct, frozen=True):
    """A line of text under each slice."""

    texts: Texts
    style: Style


def build_lines(comparison: Comparison, room: float, measure: Measure) -> list[Line]:
    """The lines under each slice, for funnels `room` units wide.

    The mode's own number comes first. By count: deals, money, and the share that went on with its
    points from the first side. By a share: the share, of how many, and the points.
    """
    mode = comparison.first.question.mode
    if mode == "count":
        counts = [[_say_count(cell) for cell in row.cells] for row in comparison.rows]
        shares = [[_say_share(onward_of(cell)) for cell in row.cells] for row in comparison.rows]
        return [
            _fit(counts, _BOLD, room, measure),
            *_build_sums(comparison, room, measure),
            _fit(shares, _PALE, room, measure),
        ]
    share_of = onward_of if mode == "stage-conversion" else first_of
    found = [[share_of(cell) for cell in row.cells] for row in comparison.rows]
    told = (
        (_say_percent, _BOLD),
        (_say_parts, _PLAIN),
        (_say_points, _PALE),
    )
    return [
        _fit([[say(one) for one in row] for row in found], styles, room, measure)
        for say, styles in told
    ]


def _fit(texts: Texts, styles: Sequence[Style], room: float, measure: Measure) -> Line:
    """The texts in the largest style in which all of them fit; else in the smallest."""
    fits = (style for style in styles if _widest(texts, style, measure) <= room)
    return Line(texts, next(fits, styles[-1]))


def _widest(texts: Texts, style: Style, measure: Measure) -> float:
    return max(measure(text, style.size, style.bold) for row in texts for text in row)


def _build_sums(comparison: Comparison, room: float, measure: Measure) -> Iterator[Line]:
    """The money of each cell, a line a currency; in thousands, millions, … where it is too long."""
    codes = comparison.currencies
    for code in codes:
        money = [[_money(cell, code) for cell in row.cells] for row in comparison.rows]
        amounts = [one for row in money for one in row if one is not None]
        whole = is_whole(amounts)
        ending = f" {code}" if len(codes) > 1 else ""
        full = [
            ["" if one is None else format_amount(one, whole=whole) + ending for one in row]
            for row in money
        ]
        line = _fit(full, _PLAIN, room, measure)
        if _widest(full, line.style, measure) > room:
            numbers = build_numbers(amounts, code)
            short = [
                ["" if one is None else _shorten(numbers, one, numbers.word, ending) for one in row]
                for row in money
            ]
            line = _fit(short, _PLAIN, room, measure)
        yield line


def _money(cell: Cell | None, code: str) -> Decimal | None:
    return None if cell is None else cell.sum.get(code, Decimal(0))


def _shorten(numbers: Numbers, amount: Decimal, word: str, ending: str) -> str:
    return f"{numbers.format(amount)} {word}{ending}" if amount else f"0{ending}"


def _say_count(cell: Cell | None) -> str:
    return format_count(cell.count) if cell else NOT_AVAILABLE


def _say_percent(compared: Compared) -> str:
    share, _ = compared
    return NOT_AVAILABLE if share is None else format_percent(share.percent)


def _say_parts(compared: Compared) -> str:
    share, _ = compared
    return "" if share is None else f"{format_count(share.part)} of {format_count(share.whole)}"


def _say_points(compared: Compared) -> str:
    share, points = compared
    if share is None or points is None:
        return ""
    return f"{format_points(points)} pp".replace("-", MINUS)


def _say_share(compared: Compared) -> str:
    """`75.00 %  +8.33 pp`; nothing where a stage has no share at all."""
    share, _ = compared
    if share is None:
        return ""
    return "  ".join(filter(None, [format_percent(share.percent), _say_points(compared)]))
