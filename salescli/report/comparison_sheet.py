"""A comparison as a picture, laid out: funnels side by side, all their slices on one scale.

Pure: figures and a way to measure text in, a sheet out. Texts stand under the slices and never in
them, each in the largest of its sizes in which all of its kind fit, so nothing overlaps or runs
out, whatever the names and sums. Sides that don't fit beside each other stand below.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from salescli.model.calendar import format_day
from salescli.report.comparison import Cell, Compared, Comparison, first_of, onward_of
from salescli.report.comparison_words import (
    TITLE,
    build_footer,
    build_heading,
    build_measures,
    format_points,
)
from salescli.report.numbers import (
    NOT_AVAILABLE,
    format_amount,
    format_count,
    format_percent,
    format_rounded,
    is_whole,
)
from salescli.report.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Sheet,
    Style,
    box,
    clean_label,
    shorten,
    stack,
    wrap,
)

Mode = Literal["count", "stage-conversion", "first-stage"]

# As in the funnel's own picture.
_OPEN, _OPEN_TINT = "#0b6aa8", "#d3e5f2"
_WON = "#00694f"
_INK, _PALE_INK, _BAND = "#17222d", "#56636f", "#f4f7f9"

_TITLE = Style(24, _INK, bold=True)
_SUBTITLE = Style(14, _PALE_INK)
_FOOTER = Style(12, _PALE_INK)
_HEADS = (Style(16, _INK, bold=True), Style(14, _INK, bold=True))  # two or three sides; more
_NAMES = (Style(15, _INK), Style(13, _INK))
_VALUE_SIZES = (15.0, 14.0, 13.0, 12.0, 11.0)
_SMALL_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0)

_MOST_BESIDE = 5
_GAP = 22.0  # between funnels
_MOST_NAME, _MOST_NARROW_NAME = 170.0, 118.0
_BAR = 26.0
_ABOVE_TEXT, _BELOW_TEXT = 5.0, 7.0
_SLIMMEST = 3.0  # a slice of few beside one of many; zero is a hairline
_MOST_SUM_LINES = 3
_MOST_NAME_LINES = 3


class _Line(msgspec.Struct, frozen=True):
    """A line of text under each slice, by row and side, all in one style."""

    texts: list[list[str]]
    style: Style


class _Grid(msgspec.Struct, frozen=True):
    """Where funnels stand: names at the left, then so many beside each other."""

    name_style: Style
    head_style: Style
    name_room: float
    room: float  # of one funnel
    size: int

    def middle(self, place: int) -> float:
        """The middle of a funnel, counted from the left."""
        start = MARGIN + self.name_room + _GAP
        return start + (place % self.size) * (self.room + _GAP) + self.room / 2


def build_comparison_sheet(comparison: Comparison, measure: Measure, mode: Mode = "count") -> Sheet:
    """Lay the comparison out; `mode` says what the slices are as wide as."""
    labels, y = _build_title(comparison, mode, measure)
    areas: list[Area] = []
    if comparison.rows:
        grid = _build_grid(comparison, measure)
        lines = _build_lines(comparison, mode, grid, measure)
        for start in range(0, len(comparison.sides), grid.size):
            places = range(len(comparison.sides))[start : start + grid.size]
            group_areas, group_labels, y = _build_group(
                comparison, mode, grid, lines, places, y, measure
            )
            areas += group_areas
            labels += group_labels
    return _close(comparison, mode, areas, labels, y, measure)
