"""A pie, laid out: slices from the top on, the largest first, and a table that names them. Pure."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from salescli.report.figures.figure import percent_of
from salescli.report.layouts.plot import Plot
from salescli.report.pictures.plot_frame import CAPTION, NAME, VALUE
from salescli.report.pictures.plot_marks import look_of
from salescli.report.pictures.plot_scale import Numbers, build_numbers
from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Stroke,
    box,
    shorten,
    stack,
    wrap,
)
from salescli.report.pictures.slide import Drawn, build_nothing
from salescli.report.text.numbers import format_percent

MOST_SLICES = 8  # the smallest of more become one
_RADIUS = 140.0
_AROUND = 60.0  # for the percents around the pie
_SWATCH, _GAP = 26.0, 16.0
_WRITTEN = Decimal(5)  # percent: of a smaller slice only the table says how much it is


class _Slice(msgspec.Struct, frozen=True):
    name: str
    value: Decimal
    percent: Decimal
    share: Fraction  # exact; `percent` is rounded


def draw_pie(plot: Plot, measure: Measure, top: float) -> Drawn:
    """A chart of shape `pie`: shares of what is above zero."""
    slices = _build_slices(plot)
    if not slices:
        return build_nothing("Nothing above zero.", top)
    numbers = build_numbers([one.value for one in slices], plot.unit)
    x, y = MARGIN + _AROUND + _RADIUS, top + 24 + _RADIUS
    areas: list[Area] = []
    labels: list[Label] = []
    turned = 0.0
    for place, one in enumerate(slices):
        turn = float(one.share)
        look = look_of(place)
        areas.append(Area(_wedge(x, y, turned, turn), look.color, look.hatch))
        if one.percent >= _WRITTEN:
            labels.append(_write_percent(one.percent, x, y, turned + turn / 2))
        turned += turn
    edges = [Stroke(area.points, "#ffffff", 2.0, closed=True) for area in areas if len(slices) > 1]
    table = _build_table(slices, numbers, measure, x + _RADIUS + _AROUND + 8, y)
    bottom = max(y + _RADIUS + 24, table.bottom)
    return Drawn(bottom, [*areas, *table.areas], edges, [*labels, *table.labels])


def count_left_out(plot: Plot) -> int:
    """How many numbers of a pie are below zero: no slice can show them."""
    return sum(value is not None and value < 0 for value in plot.series[0].values)


def _build_slices(plot: Plot) -> list[_Slice]:
    named = zip(plot.categories, plot.series[0].values, strict=True)
    found = [(name, value) for name, value in named if value is not None and value > 0]
    found.sort(key=lambda pair: -pair[1])
    if len(found) > MOST_SLICES:
        rest = found[MOST_SLICES - 1 :]
        found = found[: MOST_SLICES - 1]
        found.append((f"other ({len(rest)})", sum((v for _, v in rest), Decimal(0))))
    whole = sum((value for _, value in found), Decimal(0))
    return [
        _Slice(
            name,
            value,
            percent_of(value, whole) or Decimal(0),
            Fraction(value) / Fraction(whole),
        )
        for name, value in found
    ]


def _point(x: float, y: float, turn: float, radius: float) -> tuple[float, float]:
    """A point of a circle, `turn` of it clockwise from the top."""
    angle = 2 * math.pi * turn
    return x + radius * math.sin(angle), y - radius * math.cos(angle)


def _wedge(x: float, y: float, start: float, turn: float) -> tuple[tuple[float, float], ...]:
    steps = max(2, math.ceil(turn * 180))
    arc = [_point(x, y, start + turn * step / steps, _RADIUS) for step in range(steps + 1)]
    return tuple(arc) if turn >= 1 else ((x, y), *arc)


def _write_percent(percent: Decimal, x: float, y: float, turn: float) -> Label:
    """As the table writes it, since whole percents of one pie may add up to 102."""
    at_x, at_y = _point(x, y, turn, _RADIUS)
    beside, above = (at_x - x) / _RADIUS, (at_y - y) / _RADIUS
    return Label(format_percent(percent), at_x + 32 * beside, at_y + 22 * above, VALUE, "center")


def _build_table(
    slices: Sequence[_Slice], numbers: Numbers, measure: Measure, left: float, middle: float
) -> Drawn:
    """Swatch, name, number and percent of each slice; rows about a middle."""
    right = float(WIDTH - MARGIN)
    percents = [format_percent(one.percent) for one in slices]
    texts = [numbers.format(one.value) for one in slices]
    percent_room = max(measure(text, VALUE.size, VALUE.bold) for text in percents)
    heads = [numbers.caption] if numbers.caption else []
    room = max(
        *(measure(text, VALUE.size, VALUE.bold) for text in texts),
        *(measure(text, CAPTION.size, CAPTION.bold) for text in heads),
        0.0,
    )
    text_right = right - percent_room - _GAP
    name_left = left + _SWATCH + 10
    name_room = text_right - room - _GAP - name_left
    pitch = 2 * NAME.line + 4
    top = middle - pitch * len(slices) / 2
    labels = [
        Label(
            shorten(head, room, CAPTION, measure), text_right, top - CAPTION.line, CAPTION, "right"
        )
        for head in heads
    ]
    areas = []
    for place, one in enumerate(slices):
        y = top + pitch * (place + 0.5)
        look = look_of(place)
        areas.append(box(left, y - 8, left + _SWATCH, y + 8, look.color, look.hatch))
        labels += stack(wrap(one.name, name_room, NAME, measure, most=2), name_left, y, NAME)
        labels.append(Label(texts[place], text_right, y, VALUE, "right"))
        labels.append(Label(percents[place], right, y, VALUE, "right"))
    return Drawn(top + pitch * len(slices), areas, labels=labels)
