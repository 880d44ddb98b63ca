"""Columns, lines and areas over categories, laid out. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

import msgspec

from salescli.report.layouts.plot import Plot
from salescli.report.pictures.line_labels import Point, Spot, place_labels
from salescli.report.pictures.plot_frame import VALUE, Frame, build_frame, foot_of, place_names
from salescli.report.pictures.plot_marks import (
    Look,
    Swatch,
    build_legend,
    build_target,
    look_of,
    mark_at,
)
from salescli.report.pictures.plot_scale import (
    Numbers,
    build_numbers,
    build_scale,
    is_counted,
    say_number,
)
from salescli.report.pictures.sheet import Area, Label, Measure, Stroke, Style, box
from salescli.report.pictures.slide import Drawn

Row = tuple[Decimal | None, ...]
_VALUES = (VALUE, *(Style(size, VALUE.color) for size in (11.0, 10.0)))
_MARK = 4.5
_MARK_PART, _LEAST_MARK = 0.4, 2.0  # of a step along a line; a smaller mark has no shape


def draw_upright(plot: Plot, measure: Measure, top: float) -> Drawn:
    """A chart of shape `column`, `line` or `area`."""
    rows = [series.values for series in plot.series]
    values = values_of(plot)
    numbers = build_numbers(values, plot.unit)
    is_piled = plot.shape == "area" or (plot.shape == "column" and plot.stacked)
    is_stacked = is_piled and len(rows) > 1 and min(values) >= 0
    scaled = _pile_up(rows)[-1] if is_stacked else values
    targets = [] if plot.target is None else [plot.target]
    scale = build_scale([*scaled, *targets, *values], whole=is_counted(values, plot.unit))
    legend = build_plot_legend(plot, measure, top)
    frame, _, _ = build_frame(scale, numbers, "", measure, legend.bottom)  # its room alone counts
    wholes = [_pile_up(rows)[-1]] if is_stacked else rows
    fitted = _fit_values(plot, wholes, frame, numbers, measure)
    caption = caption_of(plot, fitted.numbers if fitted else numbers)
    frame, grid, ticks = build_frame(scale, numbers, caption, measure, legend.bottom)
    is_ordered = plot.shape != "column"
    names = place_names(plot.categories, frame, measure, is_ordered=is_ordered)
    marks = _MARKS[plot.shape](rows, frame, is_stacked)
    counts = _write_values(plot, wholes, frame, fitted, measure) if fitted else []
    lines = [*legend.strokes, *marks.strokes]
    if plot.target is not None:
        y = frame.y_of(plot.target)
        lines += build_target(frame.left, frame.right, counts, measure, y=y)
    labels = [*legend.labels, *ticks, *names.labels, *counts]
    return Drawn(names.bottom, [*legend.areas, *grid, *marks.areas], lines, labels)


def values_of(plot: Plot) -> list[Decimal]:
    """All numbers of a plot's series."""
    return [value for series in plot.series for value in series.values if value is not None]


def caption_of(plot: Plot, numbers: Numbers) -> str:
    """What the scale measures: the only series' name, unless the title says it, and the unit."""
    only = plot.series[0].name if len(plot.series) == 1 else ""
    title = plot.title.casefold()
    if only.casefold() in (title, *(title.partition(sign)[0] for sign in (" · ", ", "))):
        only = ""
    return ", ".join(part for part in (only, numbers.caption) if part)


def build_plot_legend(plot: Plot, measure: Measure, top: float) -> Drawn:
    """The legend of several series, and of a target: with its number."""
    names = [series.name for series in plot.series] if len(plot.series) > 1 else []
    swatch: Swatch = "line" if plot.shape == "line" else "box"
    target = ""
    if plot.target is not None:
        target = f"{plot.target_name or 'Target'}: {say_number(plot.target, plot.unit)}"
    return build_legend(names, swatch, target, measure, top)


def _draw_columns(rows: Sequence[Row], frame: Frame, is_stacked: bool) -> Drawn:
    areas = []
    if is_stacked:
        return Drawn(frame.low, _stack_columns(rows, frame))
    width = _column_width(rows, frame)
    for place, row in enumerate(rows):
        look = look_of(place)
        for x, value in zip(_middles(place, rows, frame), row, strict=True):
            if value is not None:
                ends = sorted((frame.y_of(value), frame.y_of(Decimal(0))))
                low = max(ends[1], ends[0] + 1)  # zero is a hairline
                areas.append(
                    box(x - width / 2, ends[0], x + width / 2, low, look.color, look.hatch)
                )
    return Drawn(frame.low, areas)


def _stack_columns(rows: Sequence[Row], frame: Frame) -> list[Area]:
    """A part of nothing isn't drawn; a whole of nothing is a hairline."""
    half = _column_width(rows[:1], frame) / 2
    centers = frame.centers(len(rows[0]))
    zero = frame.y_of(Decimal(0))
    piled = _pile_up(rows)
    areas = [
        box(x - half, zero, x + half, zero + 1, look_of(0).color)
        for x, whole in zip(centers, piled[-1], strict=True)
        if not whole
    ]
    for place, at, low, high in _parts(rows):
        x, look = centers[at], look_of(place)
        top, bottom = frame.y_of(high), frame.y_of(low)
        areas.append(box(x - half, top, x + half, bottom, look.color, look.hatch))
    return areas


def _parts(rows: Sequence[Row]) -> Iterator[tuple[int, int, Decimal, Decimal]]:
    """(series, category, from, to) of each part that is there."""
    piled = _pile_up(rows)
    for place, row in enumerate(rows):
        for at, value in enumerate(row):
            if value:
                yield place, at, piled[place][at] - value, piled[place][at]


def _column_width(rows: Sequence[Row], frame: Frame) -> float:
    slot = (frame.right - frame.left) / len(rows[0])
    return min(slot * 0.76 / len(rows), 90.0)


def _middles(place: int, rows: Sequence[Row], frame: Frame) -> list[float]:
    """The middles of one series' columns: they stand beside each other about the slot's middle."""
    width = _column_width(rows, frame)
    shift = width * (place - (len(rows) - 1) / 2)
    return [x + shift for x in frame.centers(len(rows[0]))]


def _draw_lines(rows: Sequence[Row], frame: Frame, is_stacked: bool) -> Drawn:
    areas: list[Area] = []
    strokes: list[Stroke] = []
    centers = frame.centers(len(rows[0]))
    mark = _mark_of(frame, len(centers))
    for place, row in enumerate(rows):
        look = look_of(place)
        for points in _lines_of([row], frame):
            if len(points) > 1:
                strokes.append(Stroke(points, look.color, 2.2))
            if mark or len(points) == 1:
                size = mark or _LEAST_MARK
                areas += [mark_at(look.mark, x, y, size, look.color) for x, y in points]
    return Drawn(frame.low, areas, strokes)


def _mark_of(frame: Frame, count: int) -> float:
    """How large each of so many marks along a line is: all or, where they would touch, none (0)."""
    size = min(_MARK, (frame.right - frame.left) / count * _MARK_PART)
    return size if size >= _LEAST_MARK else 0.0


def _draw_areas(rows: Sequence[Row], frame: Frame, is_stacked: bool) -> Drawn:
    """Filled down to zero, or each on top of the ones before it."""
    areas: list[Area] = []
    strokes: list[Stroke] = []
    centers = frame.centers(len(rows[0]))
    floors = [(Decimal(0),) * len(centers), *_pile_up(rows)]
    for place, row in enumerate(rows):
        look = look_of(place)
        floor = floors[place] if is_stacked else floors[0]
        for run in _runs(row):
            below = [(centers[at], frame.y_of(floor[at])) for at, _ in run]
            above = [
                (centers[at], frame.y_of(value + floor[at] if is_stacked else value))
                for at, value in run
            ]
            areas += _fill(above, below, look)
            strokes += [Stroke(tuple(above), look.color, 2.2)] if len(above) > 1 else []
    return Drawn(frame.low, areas, strokes)


def _fill(above: list[Point], below: list[Point], look: Look) -> list[Area]:
    if len(above) > 1:
        return [Area((*above, *reversed(below)), look.tint, look.hatch)]
    (x, y), (_, foot) = above[0], below[0]
    top, low = sorted((y, foot))
    return [box(x - 3, top, x + 3, max(low, top + 1), look.color, look.hatch)]


_MARKS = {"column": _draw_columns, "line": _draw_lines, "area": _draw_areas}


def _pile_up(rows: Sequence[Row]) -> list[tuple[Decimal, ...]]:
    """The sums of the first series, of the first two, …; a gap adds nothing."""
    piled: list[tuple[Decimal, ...]] = []
    for row in rows:
        before = piled[-1] if piled else (Decimal(0),) * len(row)
        piled.append(tuple(a + (b or 0) for a, b in zip(before, row, strict=True)))
    return piled


def _runs(row: Row) -> Iterator[list[tuple[int, Decimal]]]:
    """What lies between gaps, with its places."""
    run: list[tuple[int, Decimal]] = []
    for place, value in enumerate(row):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


class _Fitted(NamedTuple):
    """How the numbers of all marks are written."""

    style: Style
    numbers: Numbers


def _fit_values(
    plot: Plot, rows: Sequence[Row], frame: Frame, numbers: Numbers, measure: Measure
) -> _Fitted | None:
    """The largest style in which each number has room, if need be rounded; None if none has.

    Of stacked areas and of several lines no number is written: nobody could tell whose it is.
    """
    if plot.shape != "column" and len(plot.series) > 1:
        return None
    slot = (frame.right - frame.left) / len(rows[0])
    room = (_column_width(rows, frame) if len(rows) > 1 else slot) - 3
    values = [value for row in rows for value in row if value is not None]
    for style, form in product(_VALUES, (numbers, numbers.shorter)):
        texts = map(form.format, values)
        if max(measure(text, style.size, style.bold) for text in texts) <= room:
            is_rounded = any(form.round(value) != numbers.round(value) for value in values)
            rounded = numbers.is_rounded or is_rounded
            return _Fitted(style, msgspec.structs.replace(form, is_rounded=rounded))
    return None


def _write_values(
    plot: Plot, rows: Sequence[Row], frame: Frame, fitted: _Fitted, measure: Measure
) -> list[Label]:
    """The number of each mark above it, below it if it is negative.

    Where a line would run through it, it stands elsewhere about its mark.
    """
    style, form = fitted
    spots = []
    gap = VALUE.line / 2 + (2 if plot.shape == "column" else _MARK + 2)
    for place, row in enumerate(rows):
        for at, (x, value) in enumerate(zip(_middles(place, rows, frame), row, strict=True)):
            if value is not None:
                y = frame.y_of(value)
                is_below = value < 0 or (plot.shape == "line" and _is_dip(row, at))
                is_below = is_below and y + gap + VALUE.line / 2 <= foot_of(frame)
                at_y = y + gap if is_below else y - gap
                spots.append(Spot((x, y), Label(form.format(value), x, at_y, style, "center")))
    if plot.shape == "column":
        return [spot.label for spot in spots]
    within = (frame.left, frame.high - gap - VALUE.line, frame.right, frame.low)
    return place_labels(spots, list(_lines_of(rows, frame)), measure, within, _MARK + 3)


def _lines_of(rows: Sequence[Row], frame: Frame) -> Iterator[tuple[Point, ...]]:
    """The points of each line that is drawn."""
    centers = frame.centers(len(rows[0]))
    for row in rows:
        for run in _runs(row):
            yield tuple((centers[at], frame.y_of(value)) for at, value in run)


def _is_dip(row: Row, at: int) -> bool:
    """Whether a line comes down to this place and goes up from it."""
    sides = [row[place] for place in (at - 1, at + 1) if 0 <= place < len(row)]
    return any(sides) and all(side is None or side > (row[at] or 0) for side in sides)
