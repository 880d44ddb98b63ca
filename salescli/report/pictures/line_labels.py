"""Numbers along a line, where the line doesn't run through them. Pure.

Knows points and boxes alone: what the numbers are and how they look comes with them.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from salescli.report.pictures.sheet import Label, Measure

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
_MARGIN = 1.5  # units between a line and a number


class Spot(msgspec.Struct, frozen=True):
    """A point of a line, and its number where it would stand by itself."""

    point: Point
    label: Label


def place_labels(
    spots: Sequence[Spot],
    runs: Sequence[Sequence[Point]],
    measure: Measure,
    within: Box,
    gap: float,
) -> list[Label]:
    """The labels, each where it would stand if no line of `runs` crosses it there.

    Else it goes to the other side of its point or beside it, `gap` from it, where it lies within
    the bounds and meets neither a line nor another label; if there is no such place, it is left
    out. Labels that lay apart lie apart.
    """
    segments = [pair for run in runs for pair in pairwise(run)]
    boxes = [_box(spot.label, measure) for spot in spots]
    is_free = [not any(_crosses(segment, box) for segment in segments) for box in boxes]
    taken = [box for box, free in zip(boxes, is_free, strict=True) if free]
    labels = []
    for spot, free in zip(spots, is_free, strict=True):
        if free:
            labels.append(spot.label)
            continue
        for tried in _elsewhere(spot, measure, gap):
            box = _box(tried, measure)
            is_met = any(_crosses(segment, box) for segment in segments)
            if _is_inside(box, within) and not is_met and not any(_meet(box, o) for o in taken):
                taken.append(box)
                labels.append(tried)
                break
    return labels


def _elsewhere(spot: Spot, measure: Measure, gap: float) -> Iterator[Label]:
    """Beside the point and higher, opposite to where it stands, then beside it and lower."""
    (x, y), label = spot.point, spot.label
    aside = measure(label.text, label.style.size, label.style.bold) / 2 + gap
    higher = label.style.line / 2 + 1
    for dx, dy in (
        (-aside, -higher),
        (aside, -higher),
        (0.0, y - label.y),
        (-aside, higher),
        (aside, higher),
    ):
        yield msgspec.structs.replace(label, x=x + dx, y=y + dy)


def _box(label: Label, measure: Measure) -> Box:
    half = measure(label.text, label.style.size, label.style.bold) / 2
    high = label.style.size / 2
    return label.x - half, label.y - high, label.x + half, label.y + high


def _is_inside(box: Box, within: Box) -> bool:
    return (
        within[0] <= box[0] and within[1] <= box[1] and box[2] <= within[2] and box[3] <= within[3]
    )


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] + _MARGIN
        and other[0] < one[2] + _MARGIN
        and one[1] < other[3] + _MARGIN
        and other[1] < one[3] + _MARGIN
    )


def _crosses(segment: tuple[Point, Point], box: Box) -> bool:
    """Whether a piece of a line has a point in a box, its margin included (Liang and Barsky)."""
    (x, y), (to_x, to_y) = segment
    left, top, right, bottom = box
    enter, leave = 0.0, 1.0
    for step, low, high in (
        (to_x - x, left - _MARGIN - x, right + _MARGIN - x),
        (to_y - y, top - _MARGIN - y, bottom + _MARGIN - y),
    ):
        if step == 0:
            if low > 0 or high < 0:
                return False
            continue
        first, last = sorted((low / step, high / step))
        enter, leave = max(enter, first), min(leave, last)
        if enter > leave:
            return False
    return True
