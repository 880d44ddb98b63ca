"""A comparison as a picture, laid out: funnels side by side, all their slices on one scale.

Pure: figures and a way to measure text in, a sheet out. Texts stand under the slices and never in
them, each in the largest of its sizes in which all of its kind fit, so nothing overlaps or runs
out, whatever the names and sums. Sides that don't fit beside each other stand below.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from salescli.model.asked import FunnelMode
from salescli.model.calendar import format_day
from salescli.report.figures.comparison import Comparison, first_of, onward_of
from salescli.report.figures.plan_bar import longest_plans
from salescli.report.layouts.comparison_plans import bars_of
from salescli.report.layouts.comparison_words import TITLE, build_footer, build_heading, say_mode
from salescli.report.layouts.drawn_money import narrow_comparison
from salescli.report.pictures.comparison_lines import Line, build_lines
from salescli.report.pictures.name_lines import wrap_names
from salescli.report.pictures.plan_row import PLAN_ROW, build_plan_row
from salescli.report.pictures.plan_sheet import draw_plan, measure_ends
from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Sheet,
    Stroke,
    Style,
    box,
    clean_label,
    stack,
    wrap,
)
from salescli.report.pictures.slide import INK, Drawn, build_head, build_nothing, close_sheet
from salescli.report.text.numbers import clean_text

_OPEN, _OPEN_TINT, _WON, _BAND = "#0b6aa8", "#e1ecf5", "#00694f", "#f4f7f9"
_HEADS = (Style(16, INK, bold=True), Style(14, INK, bold=True))  # of two or three sides, of more
_NAMES = (Style(15, INK), Style(13, INK))
_NAME_ROOMS = (165.0, 118.0)
_CLOSE_HEAD, _CLOSE_BAR = Style(13, INK, bold=True), 14.0  # where sides stand in several lines
_FEW = 3
_MOST_BESIDE = 5
_GAP = 20.0  # between funnels
_BAR, _ABOVE_TEXT, _BELOW_TEXT = 26.0, 5.0, 8.0
_ABOVE_PLAN = 18.0
_SLIMMEST = 3.0  # a slice of few beside one of many; zero is a hairline
_Values = Sequence[Sequence[Fraction | None]]  # by row, by side


class _Grid(msgspec.Struct, frozen=True):
    """Where funnels stand: names at the left, then `size` of them beside each other.

    `pitch` is from one stage to the next; `scale` is units of width for each 1 of the mode.
    """

    name: Style
    head: Style
    name_room: float
    room: float  # of one funnel
    size: int
    pitch: float
    scale: Fraction
    bar: float = _BAR

    def middle(self, place: int) -> float:
        """The middle of a funnel, whichever line of funnels it stands in."""
        start = MARGIN + self.name_room + _GAP
        return start + (place % self.size) * (self.room + _GAP) + self.room / 2


def texts_of_comparison(comparison: Comparison) -> list[str]:
    """Texts of users that stand on the picture."""
    names = [side.name for side in comparison.sides] + [row.name for row in comparison.rows]
    names += [plan.fit.name for plan in bars_of(comparison) if plan is not None]
    filters = comparison.first.question.filters
    return [*names, *(value for _, values in filters for value in values)]


def build_comparison_sheet(
    comparison: Comparison, measure: Measure, *, is_bare: bool = False, name: str = TITLE
) -> Sheet:
    """Lay the comparison out; the question's mode says what slices are as wide as.

    `is_bare`: without title, subtitle and footer, which stand around it on a page. `name` begins
    the title. Sums are drawn in one currency, see `drawn_money`.
    """
    comparison, undrawn = narrow_comparison(comparison)
    first, *rest = build_heading(comparison)
    title = f"{clean_label(name)} · {first}"
    said = ("", "") if is_bare else (title, " · ".join([*rest, say_mode(comparison)]))
    head, top = build_head(*said, measure, most=2)
    if comparison.rows:
        drawn = _draw(comparison, measure, top)
    else:
        drawn = build_nothing("No figures for any of them.", top)
    definition = f"{comparison.first.definition.capitalize()} definition, as of "
    definition += f"{format_day(comparison.first.question.as_of)}."
    footer = " ".join([definition, *build_footer(comparison), *undrawn])
    names = " · ".join(clean_text(side.name) for side in comparison.sides)
    footers = [] if is_bare else [footer]
    return close_sheet(f"{title} · {names}", head, drawn, footers, measure)


def _draw(comparison: Comparison, measure: Measure, top: float) -> Drawn:
    mode = comparison.first.question.mode
    values = _values_of(comparison, mode)
    sides = range(len(comparison.sides))
    shape = _shape(comparison, measure)
    lines = build_lines(comparison, shape.room, measure, is_close=shape.size < len(sides))
    plans = None
    if len(sides) > _FEW:
        plans = build_plan_row(bars_of(comparison), shape.room, measure)
    grid = msgspec.structs.replace(
        shape,
        pitch=shape.bar + _ABOVE_TEXT + sum(line.style.line for line in lines) + _BELOW_TEXT,
        scale=_scale_of(values, shape.room, mode),
    )
    areas: list[Area] = []
    strokes: list[Stroke] = []
    labels: list[Label] = []
    for start in sides[:: grid.size]:
        places = sides[start : start + grid.size]
        heads, top = _build_side_names(comparison, places, grid, measure, top)
        tops = [top + grid.pitch * row for row in range(len(comparison.rows))]
        areas += _build_bands(tops, grid)
        for place in places:
            own = [row[place] for row in values]
            is_funnel = mode != "stage-conversion"
            areas += _build_slices(comparison, own, place, tops, grid, has_slopes=is_funnel)
            labels += _build_texts(lines, place, tops, grid)
        labels += [*heads, *_build_stage_names(comparison, tops, grid, measure)]
        top = tops[-1] + grid.pitch
        if plans is not None:
            areas.append(_build_band(top, plans.height))
            under = plans.draw({place: grid.middle(place) for place in places}, top)
            areas += under.areas
            strokes += under.strokes
            labels += [*under.labels, *_build_plan_name(plans.height, top, grid, measure)]
            top = under.bottom
        top += 12
    drawn = Drawn(top - 12, areas, strokes, labels)
    return drawn if plans is not None else _add_plans(comparison, drawn, measure)


def _add_plans(comparison: Comparison, drawn: Drawn, measure: Measure) -> Drawn:
    """The plan of each side below the funnels, one below the other, their bars on one scale."""
    named = [
        (side.name if comparison.by == "period" else "", plan)
        for side, plan in zip(comparison.sides, bars_of(comparison), strict=True)
        if plan is not None and plan.parts
    ]
    plans = [plan for _, plan in named]
    ends = measure_ends(plans, measure)
    scale = longest_plans(plans)
    for period, plan in named:
        top = drawn.bottom + _ABOVE_PLAN
        under = draw_plan(plan, MARGIN, WIDTH - MARGIN, top, measure, scale, ends, period)
        drawn = Drawn(
            under.bottom,
            [*drawn.areas, *under.areas],
            [*drawn.strokes, *under.strokes],
            [*drawn.labels, *under.labels],
        )
    return drawn


def _shape(comparison: Comparison, measure: Measure) -> _Grid:
    """How much room names and funnels get; funnels stand in lines of much the same length."""
    count = len(comparison.sides)
    size = -(-count // -(-count // _MOST_BESIDE))
    many = size > _FEW
    style, most = _NAMES[many], _NAME_ROOMS[many]
    names = [clean_label(row.name) for row in comparison.rows]
    name_room = min(most, max(measure(name, style.size, style.bold) for name in names) + 1)
    room = (WIDTH - 2 * MARGIN - name_room) / size - _GAP
    head, bar = (_HEADS[many], _BAR) if size == count else (_CLOSE_HEAD, _CLOSE_BAR)
    return _Grid(style, head, name_room, room, size, 0.0, Fraction(1), bar)


def _values_of(comparison: Comparison, mode: FunnelMode) -> _Values:
    """What each slice is as wide as, by row and side; None where there is nothing to show."""
    if mode == "count":
        return [
            [Fraction(cell.count) if cell else None for cell in row.cells]
            for row in comparison.rows
        ]
    share_of = onward_of if mode == "stage-conversion" else first_of
    shares = [[share_of(cell)[0] for cell in row.cells] for row in comparison.rows]
    return [
        [Fraction(s.part, s.whole) if s is not None and s.whole else None for s in row]
        for row in shares
    ]


def _scale_of(
    values: Sequence[Sequence[Fraction | None]], room: float, mode: FunnelMode
) -> Fraction:
    """Units for each deal, or for the whole: shares fill the room at 100 %."""
    most = max((value for row in values for value in row if value), default=Fraction(1))
    if mode != "count":
        most = max(most, Fraction(1))
    return Fraction(room) / most


def _build_side_names(
    comparison: Comparison, places: range, grid: _Grid, measure: Measure, top: float
) -> tuple[list[Label], float]:
    """The name above each funnel, and where the first slices begin."""
    every = [side.name for side in comparison.sides]
    wrapped = wrap_names(every, grid.room, grid.head, measure, most=2)
    names = [wrapped[place] for place in places]
    most = max(map(len, names))
    bottom = top + grid.head.line * most
    labels = [
        label
        for place, lines in zip(places, names, strict=True)
        for label in stack(
            lines,
            grid.middle(place),
            bottom - grid.head.line * len(lines) / 2,
            grid.head,
            "center",
        )
    ]
    return labels, bottom + 8


def _build_stage_names(
    comparison: Comparison, tops: Sequence[float], grid: _Grid, measure: Measure
) -> list[Label]:
    """Stage names beside the slices, in as many lines as there is room for, three at most."""
    most = max(1, min(3, int(grid.pitch / grid.name.line)))
    every = [row.name for row in comparison.rows]
    names = wrap_names(every, grid.name_room, grid.name, measure, most=most)
    return [
        label
        for lines, top in zip(names, tops, strict=True)
        for label in stack(
            lines,
            MARGIN,
            top + (grid.pitch - _BELOW_TEXT) / 2,
            grid.name,
        )
    ]


def _build_plan_name(height: float, top: float, grid: _Grid, measure: Measure) -> list[Label]:
    """What the row of plans is of, beside it."""
    lines = wrap(PLAN_ROW, grid.name_room, grid.name, measure, most=3)
    return stack(lines, MARGIN, top + (height - _BELOW_TEXT) / 2, grid.name)


def _build_bands(tops: Sequence[float], grid: _Grid) -> list[Area]:
    """A band for each stage, over all funnels."""
    return [_build_band(top, grid.pitch) for top in tops]


def _build_band(top: float, height: float) -> Area:
    low = top + height - _BELOW_TEXT
    return box(MARGIN - 10, top - 2, WIDTH - MARGIN + 10, low, _BAND)


def _build_slices(
    comparison: Comparison,
    values: Sequence[Fraction | None],
    place: int,
    tops: Sequence[float],
    grid: _Grid,
    *,
    has_slopes: bool,
) -> list[Area]:
    """The slices of one funnel, and if they are one, tinted slopes from each to the next.

    None from or to a slice of nothing: it would be an arrow.
    """
    x = grid.middle(place)
    halves = [_width_of(value, grid.scale) / 2 for value in values]
    slopes = [
        Area(
            (
                (x - half, top + grid.bar),
                (x + half, top + grid.bar),
                (x + lower, below),
                (x - lower, below),
            ),
            _OPEN_TINT,
        )
        for (half, lower), (top, below), both in zip(
            pairwise(halves), pairwise(tops), pairwise(values), strict=True
        )
        if has_slopes and all(both)
    ]
    slices = [
        box(x - half, top, x + half, top + grid.bar, _WON if row.is_success else _OPEN)
        for row, half, top in zip(comparison.rows, halves, tops, strict=True)
    ]
    return [*slopes, *slices]


def _width_of(value: Fraction | None, scale: Fraction) -> float:
    return max(float(value * scale), _SLIMMEST) if value else 1.0


def _build_texts(
    lines: Sequence[Line], place: int, tops: Sequence[float], grid: _Grid
) -> list[Label]:
    """What stands under the slices of one funnel."""
    labels = []
    for row, top in enumerate(tops):
        y = top + grid.bar + _ABOVE_TEXT
        for line in lines:
            if line.texts[row][place]:
                middle = y + line.style.line / 2
                text = line.texts[row][place]
                labels.append(Label(text, grid.middle(place), middle, line.style, "center"))
            y += line.style.line
    return labels
