"""Bars that lie: a row a category, its names on the left, its numbers at the ends. Pure."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from salescli.report.layouts.plot import Plot
from salescli.report.pictures.name_lines import wrap_names
from salescli.report.pictures.plot_frame import CAPTION, NAME, TICK, VALUE, line_of
from salescli.report.pictures.plot_marks import build_target, look_of
from salescli.report.pictures.plot_scale import (
    Numbers,
    Scale,
    build_numbers,
    build_scale,
    is_counted,
)
from salescli.report.pictures.plot_upright import (
    build_plot_legend,
    caption_of,
    values_of,
)
from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    box,
    rule,
    shorten,
    stack,
)
from salescli.report.pictures.slide import Drawn

_MOST_NAME = 220.0
_GAP = 10.0


class _Ground(msgspec.Struct, frozen=True):
    """Where the bars lie: x from the first tick to the last, rows from the top."""

    left: float
    right: float
    top: float
    pitch: float  # from a category to the next
    bar: float
    scale: Scale

    def x_of(self, value: Decimal) -> float:
        return self.left + (self.right - self.left) * self.scale.place(value)

    def middle(self, row: int) -> float:
        """Of a category."""
        return self.top + self.pitch * (row + 0.5)


def draw_bars(plot: Plot, measure: Measure, top: float) -> Drawn:
    """A chart of shape `bar`."""
    values = values_of(plot)
    numbers = build_numbers(values, plot.unit)
    targets = [] if plot.target is None else [plot.target]
    scale = build_scale([*values, *targets], whole=is_counted(values, plot.unit))
    legend = build_plot_legend(plot, measure, top)
    labels = list(legend.labels)
    y = legend.bottom
    if caption := caption_of(plot, numbers):
        text = shorten(caption, WIDTH - 2 * MARGIN, CAPTION, measure)
        labels.append(Label(text, MARGIN, y + CAPTION.line / 2, CAPTION))
        y += CAPTION.line + 4
    ground = _build_ground(plot, scale, numbers, measure, y)
    bottom = ground.top + ground.pitch * len(plot.categories)
    areas, counts = _draw_rows(plot, ground, numbers)
    strokes = list(legend.strokes)
    if plot.target is not None:
        x = ground.x_of(plot.target)
        strokes += build_target(ground.top, bottom, counts, measure, x=x)
    labels += [*_write_names(plot, ground, measure), *counts]
    labels += _write_ticks(ground, numbers, measure, bottom + 4 + TICK.line / 2)
    grid = _draw_grid(ground, bottom)
    return Drawn(bottom + 4 + TICK.line, [*legend.areas, *grid, *areas], strokes, labels)


def _build_ground(
    plot: Plot, scale: Scale, numbers: Numbers, measure: Measure, top: float
) -> _Ground:
    names = max(measure(name, NAME.size, NAME.bold) for name in plot.categories)
    ends = {True: 0.0, False: 0.0}  # of numbers: of negative ones, of others
    for value in values_of(plot):
        room = measure(numbers.format(value), VALUE.size, VALUE.bold) + 6
        ends[value < 0] = max(ends[value < 0], room)
    last = measure(numbers.format_tick(scale.ticks[-1]), TICK.size, TICK.bold) / 2
    left = MARGIN + min(names + 1, _MOST_NAME) + _GAP + ends[True]
    right = WIDTH - MARGIN - max(ends[False], last)
    series = len(plot.series)
    bar = 24.0 if series == 1 else 17.0  # a number fits beside each
    gap = (16.0 if series == 1 else 14.0) if len(plot.categories) <= 12 else 9.0
    return _Ground(left, right, top, max(bar * series + gap, 2 * NAME.line + 2), bar, scale)


def _draw_grid(ground: _Ground, bottom: float) -> list[Area]:
    return [
        rule(ground.x_of(tick), ground.top, ground.x_of(tick), bottom, *line_of(tick))
        for tick in ground.scale.ticks
    ]


def _draw_rows(plot: Plot, ground: _Ground, numbers: Numbers) -> tuple[list[Area], list[Label]]:
    areas, labels = [], []
    zero = ground.x_of(Decimal(0))
    for place, series in enumerate(plot.series):
        look = look_of(place)
        shift = ground.bar * (place - (len(plot.series) - 1) / 2)
        for row, value in enumerate(series.values):
            if value is None:
                continue
            y, x = ground.middle(row) + shift, ground.x_of(value)
            left, right = min(x, zero), max(x, zero, min(x, zero) + 1)  # zero is a hairline
            half = ground.bar / 2 - (0 if len(plot.series) == 1 else 0.5)
            areas.append(box(left, y - half, right, y + half, look.color, look.hatch))
            text = numbers.format(value)
            if value < 0:
                labels.append(Label(text, left - 5, y, VALUE, "right"))
            else:
                labels.append(Label(text, right + 5, y, VALUE))
    return areas, labels


def _write_names(plot: Plot, ground: _Ground, measure: Measure) -> list[Label]:
    labels: list[Label] = []
    names = wrap_names(plot.categories, _MOST_NAME, NAME, measure, most=2)
    for row, lines in enumerate(names):
        labels += stack(lines, MARGIN, ground.middle(row), NAME)
    return labels


def _write_ticks(ground: _Ground, numbers: Numbers, measure: Measure, y: float) -> Sequence[Label]:
    """The numbers of the ticks, from zero on; one that has no room is left out."""
    labels: list[Label] = []
    taken: list[tuple[float, float]] = []
    for tick in sorted(ground.scale.ticks, key=abs):
        text = numbers.format_tick(tick)
        half = measure(text, TICK.size, TICK.bold) / 2 + 4
        x = ground.x_of(tick)
        if x - half < 2 or any(x - half < end and start < x + half for start, end in taken):
            continue
        taken.append((x - half, x + half))
        labels.append(Label(text, x, y, TICK, "center"))
    return labels
