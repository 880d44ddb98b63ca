"""What the drawing of a process is made of: colours, styles, lines, arrowheads, pills.

Pure: knows no stage and no place on the sheet.
"""

import math
from collections.abc import Sequence

import msgspec

from salescli.model.flow import Flow
from salescli.report.pictures.sheet import (
    Area,
    Label,
    Measure,
    Stroke,
    Style,
    clean_label,
    stack,
    wrap,
)

INK, PALE = "#17222d", "#56636f"
CARD, EDGE = "#f4f7f9", "#c3ced8"
LINE, BACK = "#56636f", "#b4531a"  # on, and back: a loop
BOX, BOX_EDGE = "#ffffff", "#0b6aa8"
STAGE_END, WON, FAILED, OVER = "#d3e5f2", "#00694f", "#8a3b1f", "#dde2e7"

HEAD = Style(14, INK, bold=True)
CAP = Style(12, PALE)
TITLE = Style(12, INK)
DETAIL = Style(10, PALE)
RULE = Style(10, INK)
MUST = "!"  # on a step that must be done before a move forward
RESULT = Style(10.5, INK)
PILL = Style(11, INK)
PAD = 12.0
PILL_EDGE = 8.0  # beside the words of a pill
_TRACK, _ROUND = 9.0, 5.0
_LONGEST_WORDS = 240  # characters; only what is longer is cut

Point = tuple[float, float]


class Drawing(msgspec.Struct, frozen=True):
    """A piece of a sheet, `height` units high, that can be placed anywhere."""

    height: float
    areas: tuple[Area, ...]
    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...]

    def at(self, x: float, y: float) -> "Drawing":
        """The same, moved right and down."""

        def move(points: Sequence[Point]) -> tuple[Point, ...]:
            return tuple((left + x, top + y) for left, top in points)

        replace = msgspec.structs.replace
        return Drawing(
            self.height,
            tuple(replace(area, points=move(area.points)) for area in self.areas),
            tuple(replace(line, points=move(line.points)) for line in self.strokes),
            tuple(replace(label, x=label.x + x, y=label.y + y) for label in self.labels),
        )


def clean_words(text: str) -> str:
    """What people wrote, for a picture that has room for it: cut only where it is enormous."""
    return clean_label(text, _LONGEST_WORDS)


def rounded(
    left: float, top: float, right: float, bottom: float, color: str, radius: float
) -> Area:
    """A rectangle with round corners."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    points = []
    for x, y, start in corners:
        for step in range(7):
            angle = math.radians(start + 15 * step)
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return Area(tuple(points), color)


def curved(points: Sequence[Point], color: str, width: float = 1.2) -> Stroke:
    """A line along right angles whose corners are round."""
    drawn = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        for part in range(5):
            share = part / 4
            drawn.append(
                (
                    _bend(start[0], corner[0], end[0], share),
                    _bend(start[1], corner[1], end[1], share),
                )
            )
    return Stroke((*drawn, points[-1]), color, width)


def arrow(x: float, y: float, side: tuple[int, int], color: str) -> Area:
    """The head of an arrow whose point is at (x, y); `side` is where it points to."""
    across, down = side
    back_x, back_y = x - 7 * across, y - 7 * down
    return Area(
        ((x, y), (back_x + 3.5 * down, back_y + 3.5 * across),
         (back_x - 3.5 * down, back_y - 3.5 * across)),
        color,
    )  # fmt: skip


def _towards(corner: Point, other: Point) -> Point:
    """A point a little way from a corner, at most half of the way."""
    x, y = other[0] - corner[0], other[1] - corner[1]
    length = math.hypot(x, y) or 1.0
    share = min(_ROUND, length / 2) / length
    return corner[0] + x * share, corner[1] + y * share


def _bend(start: float, corner: float, end: float, share: float) -> float:
    """Along the curve of Bézier from a start to an end, drawn to a corner."""
    rest = 1 - share
    return rest * rest * start + 2 * rest * share * corner + share * share * end


class Pill(msgspec.Struct, frozen=True):
    """A pill whose left end is at (0, 0)."""

    width: float
    drawing: "Drawing"


def build_pill(lines: Sequence[str], colors: tuple[str, str], measure: Measure) -> Pill:
    """Words in the middle of a field, which has one line or several."""
    fill, ink = colors
    widest = max((measure(line, PILL.size, PILL.bold) for line in lines), default=0.0)
    width = widest + 2 * PILL_EDGE
    half = (PILL.line * max(len(lines), 1) + 4) / 2
    words = stack(lines, width / 2, 0, Style(PILL.size, ink), "center")
    field = rounded(0, -half, width, half, fill, 9)
    return Pill(width, Drawing(2 * half, (field,), (), tuple(words)))


def pill_colors(flow: Flow, stage: str | None, kind: str = "stage") -> tuple[str, str]:
    """(field, ink) of a pill for a stage, or for an ending of that kind."""
    final = next((one for one in flow.finals if one.stage == stage), None)
    if final is not None:
        return (WON if final.is_success else FAILED), "#ffffff"
    return (OVER if kind in ("end-of-process", "end-of-branch") else STAGE_END), INK


def spread(rooms: Sequence[tuple[float, float]], top: float, bottom: float) -> list[float]:
    """The heights of lines that need room above and below; what is spare goes between them."""
    spare = (bottom - top - sum(map(sum, rooms))) / (len(rooms) + 1)
    heights, y = [], top
    for over, under in rooms:
        heights.append(y + spare + over)
        y += spare + over + under
    return heights


def wrap_evenly(text: str, room: float, style: Style, measure: Measure) -> list[str]:
    """As few lines as there can be, the last not much shorter than the others."""
    lines = wrap(text, room, style, measure)
    for share in (0.9, 0.8):
        narrower = wrap(text, room * share, style, measure)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def build_down(lines: Sequence[str], top: float, bottom: float) -> Drawing:
    """The arrow from a step down to the next, with the results that go there."""
    x = PAD + 30
    return Drawing(
        bottom - top,
        (arrow(x, bottom - 1, (0, 1), LINE),),
        (Stroke(((x, top), (x, bottom - 6)), LINE, 1.2),),
        tuple(stack(lines, x + 8, (top + bottom) / 2 - 1, RESULT)),
    )


def width_in(text: str, style: Style, measure: Measure) -> float:
    return measure(clean_words(text), style.size, style.bold)
