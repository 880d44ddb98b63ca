"""What tells the series of a chart apart: colour, hatching, the shape of a mark, and the legend.

Colours after Okabe and Ito; each series differs in hatching or mark too, so that nothing is told
by colour alone. Pure.
"""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Stroke,
    Style,
    box,
    shorten,
)
from salescli.report.pictures.slide import INK, Drawn

COLORS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b39d00", "#4d4d4d",
)  # fmt: skip
TINTS = (
    "#b3d5e8", "#f8e2b3", "#b3e2d5", "#f0d7e5", "#cce9f8", "#f2cfb3", "#e8e2b3", "#cacaca",
)  # fmt: skip
HATCHES = ("", "///", "...", "xx", "\\\\\\", "--", "++", "oo")
TARGET_COLOR = "#9c1f1f"
_ENTRY = Style(13, INK)
_SWATCH, _GAP = 26.0, 22.0
_LONGEST = 250.0  # units of a name in the legend
_MARKS = 8

Swatch = Literal["box", "line", "target", "none"]


class Look(msgspec.Struct, frozen=True):
    """How one series looks."""

    color: str
    tint: str
    hatch: str
    mark: int


def look_of(place: int) -> Look:
    """The look of the series at a place; the ninth has the first's colour and another hatching."""
    other = (place + place // len(COLORS)) % _MARKS
    color = place % len(COLORS)
    return Look(COLORS[color], TINTS[color], HATCHES[other], other)


def mark_at(kind: int, x: float, y: float, radius: float, color: str) -> Area:
    """A mark about a point, one of eight: disc, square, triangle, diamond, … plus, cross."""
    if kind in (6, 7):
        return Area(_cross(x, y, radius * 1.15, math.pi / 4 if kind == 7 else 0.0), color)
    corners, turn, size = (
        (24, 0.0, 1.0),
        (4, math.pi / 4, 1.25),
        (3, math.pi / 2, 1.35),
        (4, 0.0, 1.35),
        (3, -math.pi / 2, 1.35),
        (5, math.pi / 2, 1.2),
    )[kind]
    points = tuple(
        (x + radius * size * math.cos(angle), y - radius * size * math.sin(angle))
        for angle in (turn + 2 * math.pi * corner / corners for corner in range(corners))
    )
    return Area(points, color)


def _cross(x: float, y: float, size: float, turn: float) -> tuple[tuple[float, float], ...]:
    arm = 0.32
    corners = [(1, arm), (arm, arm), (arm, 1), (-arm, 1), (-arm, arm), (-1, arm)]
    corners += [(-a, -b) for a, b in corners]
    cos, sin = math.cos(turn), math.sin(turn)
    return tuple(
        (x + size * (a * cos - b * sin), y + size * (a * sin + b * cos)) for a, b in corners
    )


def build_legend(
    names: Sequence[str], swatch: Swatch, target: str, measure: Measure, top: float
) -> Drawn:
    """A swatch and a name for each series, then the target if it has a name; line after line."""
    entries: list[tuple[str, Swatch]] = [(name, swatch) for name in names]
    if target:
        entries.append((target, "target"))
    if not entries:
        return Drawn(top)
    areas: list[Area] = []
    strokes: list[Stroke] = []
    labels: list[Label] = []
    x, y = float(MARGIN), top + _ENTRY.line / 2
    for place, (name, kind) in enumerate(entries):
        text = shorten(name, _LONGEST if kind != "target" else WIDTH / 2, _ENTRY, measure)
        room = _SWATCH + 8 + measure(text, _ENTRY.size, _ENTRY.bold)
        if x + room > WIDTH - MARGIN:
            x, y = float(MARGIN), y + _ENTRY.line * 1.15
        _add_swatch(kind, place, x, y, areas, strokes)
        labels.append(Label(text, x + _SWATCH + 8, y, _ENTRY))
        x += room + _GAP
    return Drawn(y + _ENTRY.line / 2 + 10, areas, strokes, labels)


def _add_swatch(
    kind: Swatch, place: int, x: float, y: float, areas: list[Area], strokes: list[Stroke]
) -> None:
    look = look_of(place)
    if kind == "box":
        areas.append(box(x, y - 7, x + _SWATCH, y + 7, look.color, look.hatch))
    elif kind == "line":
        strokes.append(Stroke(((x, y), (x + _SWATCH, y)), look.color, 2.2))
        areas.append(mark_at(look.mark, x + _SWATCH / 2, y, 5, look.color))
    else:
        points = ((x, y), (x + _SWATCH, y))
        strokes.append(Stroke(points, TARGET_COLOR, 2.0, is_dashed=True))


def build_target(
    start: float,
    end: float,
    labels: Sequence[Label],
    measure: Measure,
    *,
    x: float = 0,
    y: float = 0,
) -> list[Stroke]:
    """The line of a plan from start to end, level at a `y` or else upright at an `x`.

    It leaves the labels that it meets readable: it is broken there.
    """
    gaps = []
    for label in labels:
        left, top, right, bottom = _box_of(label, measure)
        if y and top <= y <= bottom:
            gaps.append((left, right))
        elif x and left <= x <= right:
            gaps.append((top, bottom))
    strokes = []
    for gap_start, gap_end in [*sorted(gaps), (end, end)]:
        if gap_start > start:
            points = ((start, y), (gap_start, y)) if y else ((x, start), (x, gap_start))
            strokes.append(Stroke(points, TARGET_COLOR, 2.0, is_dashed=True))
        start = max(start, gap_end)
    return strokes


def _box_of(label: Label, measure: Measure) -> tuple[float, float, float, float]:
    width = measure(label.text, label.style.size, label.style.bold)
    left = label.x - {"left": 0.0, "center": width / 2, "right": width}[label.align]
    half = label.style.line / 2
    return left - 3, label.y - half, left + width + 3, label.y + half
