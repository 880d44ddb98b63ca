"""A sheet to draw on: texts, areas and lines at places, before anything is drawn.

Charts are laid out as plain values, with nothing but a way to measure text, so that layout can be
tested and the drawing library stays in `chart`. One unit is a pixel of a picture as wide as the
sheet (800, unless it says otherwise); y goes down from the top.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from salescli.report.text.numbers import ELLIPSIS, clean_text
from salescli.report.text.wrapping import last_break

WIDTH = 800
MARGIN = 28
LONGEST_LABEL = 60  # characters; 20 000 of them would take a second to draw
_AT_ONCE = 64  # characters
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff\ufe20-\ufe2f]{2})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff\ufe20-\ufe2f]+"
)

Measure = Callable[[str, float, bool], float]  # text, size in units, bold → width in units


class Style(msgspec.Struct, frozen=True):
    """How a text looks. `size` in units."""

    size: float
    color: str
    bold: bool = False

    @property
    def line(self) -> float:
        """From one line to the next, in units: lines never touch."""
        return self.size * 1.3


class Label(msgspec.Struct, frozen=True):
    """One line of text; y is its middle.

    Upright, it is read from below, x is its middle and y its upper end.
    """

    text: str
    x: float
    y: float
    style: Style
    align: Literal["left", "center", "right"] = "left"
    is_upright: bool = False


class Area(msgspec.Struct, frozen=True):
    """A filled polygon; `hatch` is drawn on it in white, as matplotlib spells it (`//`, `..`)."""

    points: tuple[tuple[float, float], ...]
    color: str
    hatch: str = ""


class Stroke(msgspec.Struct, frozen=True):
    """A line through points, `width` units thick; closed, it goes back to the first.

    Dashes are as long as `chart` makes them.
    """

    points: tuple[tuple[float, float], ...]
    color: str
    width: float = 1.0
    closed: bool = False
    is_dashed: bool = False


class Sheet(msgspec.Struct, frozen=True):
    """All that is drawn, the first areas undermost, lines above them, then texts.

    `title` names the picture for readers.
    """

    height: float
    areas: tuple[Area, ...]
    labels: tuple[Label, ...]
    title: str = ""
    strokes: tuple[Stroke, ...] = ()
    width: float = WIDTH


def clean_label(text: str, most: int = LONGEST_LABEL) -> str:
    """Text of users for a picture: without controls, on one line, at most 60 characters or `most`.

    Piles of combining marks lose all but two: they would grow out of their line.
    """
    cleaned = _MARKS.sub(r"\1", " ".join(clean_text(text, "").split()))
    if len(cleaned) <= most:
        return cleaned
    return cleaned[: most - 1].rstrip() + ELLIPSIS


def box(left: float, top: float, right: float, bottom: float, color: str, hatch: str = "") -> Area:
    """A rectangle."""
    return Area(((left, top), (right, top), (right, bottom), (left, bottom)), color, hatch)


def rule(left: float, top: float, right: float, bottom: float, color: str, width: float) -> Area:
    """A straight line that lies under what is drawn later, level or upright."""
    half = width / 2
    if top == bottom:
        return box(left, top - half, right, top + half, color)
    return box(left - half, top, left + half, bottom, color)


def wrap(
    text: str, room: float, style: Style, measure: Measure, *, most: int | None = None
) -> list[str]:
    """Lines of at most `room` units, broken between words where possible; `most` of them.

    An amount of money stays whole where it fits. A word that is longer than a line breaks behind
    a hyphen, if it has one. What doesn't fit ends in an ellipsis.
    """
    lines: list[str] = []
    rest = text
    while rest and (most is None or len(lines) < most):
        end = _longest_fit(rest, room, style, measure)
        if end == len(rest):
            return [*lines, rest]
        if most is not None and len(lines) == most - 1:
            return [*lines, shorten(rest, room, style, measure)]
        places = (last_break(rest, end), rest.rfind(" ", 1, end + 1), rest.rfind("-", 1, end) + 1)
        end = next((place for place in places if place > 0), end)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return lines


def is_whole(text: str, lines: Sequence[str]) -> bool:
    """Whether lines have all of a text, and are broken at its spaces and hyphens alone."""
    told = ""
    for line in lines:
        told += line if not told or told.endswith("-") else f" {line}"
    return told == text


def shorten(text: str, room: float, style: Style, measure: Measure) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if _longest_fit(text, room, style, measure) == len(text):
        return text
    end = _longest_fit(text, room, style, measure, ELLIPSIS)
    return text[:end].rstrip() + ELLIPSIS


def _longest_fit(text: str, room: float, style: Style, measure: Measure, ending: str = "") -> int:
    """How many characters fit, at least one: by halving, since measuring is what costs.

    A long text is never measured whole: that takes longer than all the rest of a picture.
    """
    low, high = 1, min(len(text), _AT_ONCE)
    while measure(text[:high] + ending, style.size, style.bold) <= room:
        if high == len(text):
            return high
        low, high = high, min(2 * high, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle] + ending, style.size, style.bold) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def stack(
    lines: Sequence[str],
    x: float,
    middle: float,
    style: Style,
    align: Literal["left", "center", "right"] = "left",
) -> list[Label]:
    """Lines one below the other around a middle."""
    top = middle - style.line * (len(lines) - 1) / 2
    return [
        Label(text, x, top + place * style.line, style, align)
        for place, text in enumerate(lines)
        if text
    ]
