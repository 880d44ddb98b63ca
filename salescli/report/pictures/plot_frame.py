"""The frame of a chart that stands upright: its scale on the left, its categories below.

Pure layout: every text gets its room before the marks get the rest; names that have no room are
turned upright, and where even that is too narrow only every second, third, … is written.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from salescli.report.pictures.name_lines import shorten_names
from salescli.report.pictures.plot_scale import Numbers, Scale
from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Style,
    is_whole,
    rule,
    shorten,
    stack,
    wrap,
)
from salescli.report.pictures.slide import INK, PALE_INK

TICK = Style(12, PALE_INK)
NAME = Style(13, INK)
VALUE = Style(12, INK)
CAPTION = Style(12.5, PALE_INK)
GRID, AXIS = "#dde4ea", "#7b8894"
_HEIGHT = 330.0
_UPRIGHT_ROOM = 150.0  # of a name read from below
_HEADROOM = VALUE.line + 4


class Frame(msgspec.Struct, frozen=True):
    """Where the marks stand: between left and right, values from low up to high."""

    left: float
    right: float
    low: float  # the y of the first tick, below
    high: float  # the y of the last tick
    scale: Scale

    def y_of(self, value: Decimal) -> float:
        """The height of a value."""
        return self.low - (self.low - self.high) * self.scale.place(value)

    def centers(self, count: int) -> list[float]:
        """The middles of so many slots."""
        slot = (self.right - self.left) / count
        return [self.left + slot * (place + 0.5) for place in range(count)]


class Fitted(NamedTuple):
    """Labels and where they end."""

    labels: list[Label]
    bottom: float


def build_frame(
    scale: Scale, numbers: Numbers, caption: str, measure: Measure, top: float
) -> tuple[Frame, list[Area], list[Label]]:
    """The frame under its caption, with lines at the ticks and their numbers."""
    labels = []
    if caption:
        text = shorten(caption, WIDTH - 2 * MARGIN, CAPTION, measure)
        labels.append(Label(text, MARGIN, top + CAPTION.line / 2, CAPTION))
        top += CAPTION.line
    texts = [numbers.format_tick(tick) for tick in scale.ticks]
    room = max(measure(text, TICK.size, TICK.bold) for text in texts)
    high = top + _HEADROOM
    low = high + _HEIGHT
    frame = Frame(MARGIN + room + 10, WIDTH - MARGIN, low, high, scale)
    grid = []
    for tick, text in zip(scale.ticks, texts, strict=True):
        y = frame.y_of(tick)
        grid.append(rule(frame.left, y, frame.right, y, *line_of(tick)))
        labels.append(Label(text, MARGIN + room, y, TICK, "right"))
    return frame, grid, labels


def line_of(tick: Decimal) -> tuple[str, float]:
    """Colour and width of the line at a tick."""
    return (GRID, 1.0) if tick else (AXIS, 1.4)


def foot_of(frame: Frame) -> float:
    """Where the names below the frame may begin: under the numbers of what is negative."""
    below = _HEADROOM if frame.scale.ticks[0] < 0 else TICK.line / 2
    return frame.low + below + 4


def place_names(
    names: Sequence[str], frame: Frame, measure: Measure, *, is_ordered: bool
) -> Fitted:
    """Names below their slots: level in two lines, else thinned if ordered, else upright."""
    top = foot_of(frame)
    slot = (frame.right - frame.left) / len(names)
    level = _fit_level(names, slot - 8, measure)
    if level is not None:
        most = max(map(len, level))
        placed = [
            label
            for lines, x in zip(level, frame.centers(len(names)), strict=True)
            for label in stack(lines, x, top + NAME.line * len(lines) / 2, NAME, "center")
        ]
        return Fitted(placed, top + NAME.line * most)
    widest = max(measure(name, NAME.size, NAME.bold) for name in names)
    if is_ordered and widest <= 96:
        return _place_thinned(names, frame, measure, top, every=math.ceil((widest + 14) / slot))
    return _place_upright(names, frame, measure, top)


def _fit_level(names: Sequence[str], room: float, measure: Measure) -> list[list[str]] | None:
    """Each name in at most two lines broken between words; None if one doesn't fit."""
    if room < NAME.size:
        return None
    fitted = []
    for name in names:
        lines = wrap(name, room, NAME, measure, most=3)
        if len(lines) > 2 or not is_whole(name, lines):
            return None
        fitted.append(lines)
    return fitted


def _place_thinned(
    names: Sequence[str], frame: Frame, measure: Measure, top: float, *, every: int
) -> Fitted:
    labels: list[Label] = []
    free = 0.0
    for place, x in enumerate(frame.centers(len(names))):
        if place % every or not names[place]:
            continue
        half = measure(names[place], NAME.size, NAME.bold) / 2
        middle = min(x, WIDTH - MARGIN / 2 - half)
        if middle - half < free:
            continue
        labels.append(Label(names[place], middle, top + NAME.line / 2, NAME, "center"))
        free = middle + half + 6
    return Fitted(labels, top + NAME.line)


def _place_upright(names: Sequence[str], frame: Frame, measure: Measure, top: float) -> Fitted:
    slot = (frame.right - frame.left) / len(names)
    styles = [Style(size, NAME.color) for size in (NAME.size, 12.0, 11.0, 10.0, 9.0)]
    style = next((one for one in styles if one.line <= slot), NAME)
    every = math.ceil(style.line / slot)
    texts = shorten_names(names, _UPRIGHT_ROOM, style, measure)
    labels = []
    longest = 0.0
    for place, x in enumerate(frame.centers(len(names))):
        if place % every == 0 and names[place]:
            text = texts[place]
            longest = max(longest, measure(text, style.size, style.bold))
            labels.append(Label(text, x, top, style, is_upright=True))
    return Fitted(labels, top + longest)
