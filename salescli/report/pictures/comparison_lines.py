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
_LARGEST_CLOSE = 12.0
MINUS = "\N{MINUS SIGN}"


class Line(msgspec.Struct, frozen=True):
    """A line of text under each slice."""

    texts: Texts
    style: Style


def build_lines(
    comparison: Comparison, room: float, measure: Measure, *, is_close: bool = False
) -> list[Line]:
    """The lines under each slice, for funnels `room` units wide; fewer and smaller if `is_close`.

    The mode's own number comes first. By count: deals, money, and the share that went on with its
    points from the first side. By a share: the share, of how many, and the points.
    """
    bold, plain, pale = _BOLD, _PLAIN, _PALE
    if is_close:
        bold, plain, pale = map(_closer, (bold, plain, pale))
    mode = comparison.first.question.mode
    if mode == "count":
        counts = [[_say_count(cell) for cell in row.cells] for row in comparison.rows]
        shares = [[_say_share(onward_of(cell)) for cell in row.cells] for row in comparison.rows]
        sums = list(_build_sums(comparison, plain, room, measure))
        lines = [fit_texts(counts, bold, room, measure), *sums]
        if is_close and len(sums) == 1:
            both = [list(map(_join, *pair)) for pair in zip(counts, sums[0].texts, strict=True)]
            joined = fit_texts(both, bold, room, measure)
            lines = [joined] if widest(both, joined.style, measure) <= room else lines
        return [*lines, fit_texts(shares, pale, room, measure)]
    share_of = onward_of if mode == "stage-conversion" else first_of
    found = [[share_of(cell) for cell in row.cells] for row in comparison.rows]
    told = (
        (_say_percent, bold),
        (_say_parts, plain),
        (_say_points, pale),
    )
    return [
        fit_texts([[say(one) for one in row] for row in found], styles, room, measure)
        for say, styles in told
    ]


def _closer(styles: Sequence[Style]) -> tuple[Style, ...]:
    return tuple(style for style in styles if style.size <= _LARGEST_CLOSE)


def _join(count: str, money: str) -> str:
    return f"{count} · {money}" if money and count != "0" else count


def fit_texts(texts: Texts, styles: Sequence[Style], room: float, measure: Measure) -> Line:
    """The texts in the largest style in which all of them fit; else in the smallest."""
    fits = (style for style in styles if widest(texts, style, measure) <= room)
    return Line(texts, next(fits, styles[-1]))


def widest(texts: Texts, style: Style, measure: Measure) -> float:
    """The width of the widest of the texts."""
    return max(measure(text, style.size, style.bold) for row in texts for text in row)


def _build_sums(
    comparison: Comparison, styles: Sequence[Style], room: float, measure: Measure
) -> Iterator[Line]:
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
        line = fit_texts(full, styles, room, measure)
        if widest(full, line.style, measure) > room:
            numbers = build_numbers(amounts, code)
            short = [
                ["" if one is None else _shorten(numbers, one, numbers.word, ending) for one in row]
                for row in money
            ]
            line = fit_texts(short, styles, room, measure)
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
