"""Points over two scales, laid out; a point is named where its name has room. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from salescli.report.layouts.plot import Plot
from salescli.report.pictures.plot_frame import (
    CAPTION,
    TICK,
    VALUE,
    Frame,
    build_frame,
    foot_of,
    line_of,
)
from salescli.report.pictures.plot_marks import build_legend, build_target, look_of, mark_at
from salescli.report.pictures.plot_scale import (
    Numbers,
    Scale,
    build_numbers,
    build_scale,
    is_counted,
    say_number,
)
from salescli.report.pictures.sheet import MARGIN, WIDTH, Area, Label, Measure, Style, rule, shorten
from salescli.report.pictures.slide import Drawn, build_nothing

_MARK = 5.0
_INSET = 14.0  # points on the frame's edge are whole
_LONGEST = 150.0

_Place = tuple[str, float, float]  # a point: its name, x and y
_Box = tuple[float, float, float, float]


def draw_scatter(plot: Plot, measure: Measure, top: float) -> Drawn:
    """A chart of shape `scatter`: the first series to the right, the second up, in `plot.unit`."""
    across, up = plot.series[0], plot.series[1]
    points = [
        (name, x, y)
        for name, x, y in zip(plot.categories, across.values, up.values, strict=True)
        if x is not None and y is not None
    ]
    if not points:
        return build_nothing("No figures.", top)
    xs, ys = [x for _, x, _ in points], [y for _, _, y in points]
    across_numbers, up_numbers = build_numbers(xs, ""), build_numbers(ys, plot.unit)
    targets = [] if plot.target is None else [plot.target]
    named = (
        ""
        if plot.target is None
        else f"{plot.target_name or 'Target'}: {say_number(plot.target, plot.unit)}"
    )
    legend = build_legend([], "none", named, measure, top)
    caption = ", ".join(part for part in (up.name, up_numbers.caption) if part)
    frame, grid, labels = build_frame(
        build_scale([*ys, *targets], whole=is_counted(ys, plot.unit)),
        up_numbers,
        caption,
        measure,
        legend.bottom,
    )
    floor = build_scale(xs, whole=is_counted(xs, ""))
    lines, ticks = _build_floor(floor, across_numbers, frame, measure)
    marks = [(name, _x_of(x, floor, frame), frame.y_of(y)) for name, x, y in points]
    look = look_of(0)
    areas = [mark_at(look.mark, x, y, _MARK, look.color) for _, x, y in marks]
    names = _write_names(marks, frame, measure)
    strokes = list(legend.strokes)
    if plot.target is not None:
        y = frame.y_of(plot.target)
        strokes += build_target(frame.left, frame.right, names, measure, y=y)
    labels += [*legend.labels, *ticks, *names]
    bottom = foot_of(frame) + TICK.line
    below = ", ".join(part for part in (across.name, across_numbers.caption) if part)
    if below:
        text = shorten(below, WIDTH - 2 * MARGIN, CAPTION, measure)
        bottom += 4 + CAPTION.line
        labels.append(Label(text, frame.right, bottom - CAPTION.line / 2, CAPTION, "right"))
    return Drawn(bottom, [*grid, *lines, *areas], strokes, labels)


def _x_of(value: Decimal, scale: Scale, frame: Frame) -> float:
    left, right = frame.left + _INSET, frame.right - _INSET
    return left + (right - left) * scale.place(value)


def _build_floor(
    scale: Scale, numbers: Numbers, frame: Frame, measure: Measure
) -> tuple[list[Area], list[Label]]:
    """The lines of the lower scale and its numbers; those without room are left out."""
    lines, labels = [], []
    free = 0.0
    foot = foot_of(frame)
    for tick in scale.ticks:
        x = _x_of(tick, scale, frame)
        lines.append(rule(x, frame.high, x, frame.low, *line_of(tick)))
        text = numbers.format_tick(tick)
        half = measure(text, TICK.size, TICK.bold) / 2
        if x - half > free and x + half <= WIDTH - 2:
            labels.append(Label(text, x, foot + TICK.line / 2, TICK, "center"))
            free = x + half + 8
    return lines, labels


def _write_names(
    points: Sequence[_Place], frame: Frame, measure: Measure, style: Style = VALUE
) -> list[Label]:
    """Names right or left of their points, above or below, where they touch no other."""
    taken = [(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for _, x, y in points]
    labels = []
    for place, (name, x, y) in enumerate(points):
        text = shorten(name, _LONGEST, style, measure)
        if not text:
            continue
        room, half = measure(text, style.size, style.bold), style.line / 2
        off = _MARK + 4
        for left, middle in (
            (x + off, y),
            (x - off - room, y),
            (x - room / 2, y - off - half),
            (x - room / 2, y + off + half),
            (x + off, y - half - 2),
            (x - off - room, y - half - 2),
        ):
            box = (left, middle - half, left + room, middle + half)
            if _is_free(box, taken, place, frame):
                labels.append(Label(text, left, middle, style))
                taken.append((box[0] - 3, box[1], box[2] + 3, box[3]))
                break
    return labels


def _is_free(box: _Box, taken: Sequence[_Box], own: int, frame: Frame) -> bool:
    left, top, right, bottom = box
    if left < frame.left or right > WIDTH - 4 or top < frame.high - 16 or bottom > frame.low:
        return False
    return not any(
        place != own
        and left < other[2]
        and other[0] < right
        and top < other[3]
        and other[1] < bottom
        for place, other in enumerate(taken)
    )
