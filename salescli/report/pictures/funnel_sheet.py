"""The funnel as a picture, laid out: slices, what stands beside them, and between them who went on.

Pure: figures and a way to measure text in, a sheet out. Every text gets its room before the bars
get the rest, so nothing overlaps or runs out, whatever the names and sums.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.calendar import format_day
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.layouts.drawn_money import narrow_funnel
from salescli.report.layouts.funnel_words import build_measure, build_notes, build_subject
from salescli.report.pictures.funnel_slices import Slice, Slices, build_slices
from salescli.report.pictures.name_lines import wrap_names
from salescli.report.pictures.plan_sheet import draw_plan, say_no_plan
from salescli.report.pictures.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Sheet,
    Style,
    box,
    clean_label,
    stack,
)
from salescli.report.pictures.slide import (
    INK,
    PALE_INK,
    Drawn,
    build_head,
    build_nothing,
    close_sheet,
)
from salescli.report.text.numbers import (
    format_amount,
    format_count,
    is_whole,
)

TITLE = "Funnel"

# Blue and bluish green after Okabe and Ito, darkened until white on them is easy to read; they
# differ in lightness too, and nothing is told by colour alone.
_OPEN, _OPEN_TINT = "#0b6aa8", "#d3e5f2"
_WON = "#00694f"
_BAND = "#f4f7f9"

_HEAD = Style(12.5, PALE_INK)
_NAME = Style(15, INK)
_WENT_ON = Style(13, PALE_INK)
_REACHED = Style(15, INK)
_TEXT_SIZES = (17.0, 15.0, 13.0, 11.0, 9.0)  # of what slices tell
_SUM_SIZES = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)

_GAP = 20.0  # between columns
_MOST_NAME, _MOST_SUM = 170.0, 200.0
_MOST_SUM_LINES = 3
_SLIMMEST = 3.0  # a slice of few beside one of many; zero is a hairline


class _Rows(msgspec.Struct, frozen=True):
    """Vertical measures: many stages stand closer."""

    bar: float
    gap: float

    @property
    def pitch(self) -> float:
        return self.bar + self.gap


class _Column(msgspec.Struct, frozen=True):
    """Numbers that end at a right edge, with a head of one line or two."""

    head: tuple[str, ...]
    cells: Sequence[Sequence[str]]  # of each slice, its lines
    style: Style
    room: float


class _Columns(msgspec.Struct, frozen=True):
    """Where the columns stand: names from the left, bars about a middle, numbers to a right."""

    name_room: float
    middle: float
    bar_room: float
    text_size: float
    numbers: tuple[tuple[float, _Column], ...]


def build_funnel_sheet(funnel: AnyFunnel, measure: Measure, *, name: str = TITLE) -> Sheet:
    """Lay the funnel out; its mode picks what the widths of the slices draw.

    `name` begins the title. Sums are drawn in one currency, see `drawn_money`.
    """
    funnel, undrawn = narrow_funnel(funnel)
    drawn = build_slices(funnel)
    subject = [clean_label(part) for part in build_subject(funnel)]
    below = [*subject[1:], build_measure(funnel)[0], *([drawn.note] if drawn.note else [])]
    name = clean_label(name)
    head, top = build_head(f"{name} · {subject[0]}", " · ".join(below), measure, most=2)
    body = _draw(funnel, drawn, measure, top)
    said = f"{funnel.definition.capitalize()} definition"
    footer = [f"{said}, as of {format_day(funnel.question.as_of)}.", *build_notes(funnel), *undrawn]
    footer += say_no_plan(funnel.plan)
    title = " · ".join([name, *subject])
    return close_sheet(title, head, body, [" ".join(footer)], measure)


def _draw(funnel: AnyFunnel, drawn: Slices, measure: Measure, top: float) -> Drawn:
    """What stands between title and footer."""
    if funnel.question.is_before_start or not drawn.slices:
        day = format_day(funnel.question.as_of)
        return build_nothing(f"No figures: the period begins after {day}.", top)
    slices = drawn.slices
    rows = _Rows(40, 32) if len(slices) <= 8 else _Rows(36, 26)
    columns = _build_columns(funnel, drawn, measure)
    labels = _build_heads(drawn, columns, top)
    first = top + 2 * _HEAD.line + 8 + rows.bar / 2
    middles = [first + place * rows.pitch for place in range(len(slices))]
    areas = _build_areas(slices, middles, columns, rows, has_slopes=drawn.has_slopes)
    names = wrap_names([one.name for one in slices], columns.name_room, _NAME, measure, most=2)
    for place, (one, middle) in enumerate(zip(slices, middles, strict=True)):
        labels += stack(names[place], MARGIN, middle, _NAME)
        labels.append(_build_text(one, middle, columns, measure))
        for right, column in columns.numbers:
            labels += stack(column.cells[place], right, middle, column.style, "right")
    labels += _build_between(slices, middles, columns, rows, measure)
    bottom = middles[-1] + rows.bar / 2 + (rows.gap if slices[-1].between else 0)
    plan = funnel.plan
    if plan is None or not plan.parts:
        return Drawn(bottom, areas, labels=labels)
    under = draw_plan(plan, MARGIN, WIDTH - MARGIN, bottom + 24, measure)
    return Drawn(under.bottom, [*areas, *under.areas], under.strokes, [*labels, *under.labels])


def _build_sums(slices: Sequence[Slice]) -> list[list[str]]:
    """The sum of each stage, a line a currency; the code beside it only if there are several."""
    codes = sorted({code for one in slices for code in one.sum})
    whole = {code: is_whole(s.sum[code] for s in slices if code in s.sum) for code in codes}
    cells = []
    for one in slices:
        lines = [
            format_amount(amount, whole=whole[code]) + (f" {code}" if len(codes) > 1 else "")
            for code, amount in one.sum.items()
        ]
        if len(lines) > _MOST_SUM_LINES:
            more = len(lines) - _MOST_SUM_LINES + 1
            lines = [*lines[: _MOST_SUM_LINES - 1], f"and {more} more"]
        cells.append(lines or ["0"])
    return cells


def _build_columns(funnel: AnyFunnel, drawn: Slices, measure: Measure) -> _Columns:
    names = [clean_label(one.name) for one in drawn.slices]
    name_room = min(_MOST_NAME, max(measure(name, _NAME.size, _NAME.bold) for name in names) + 1)
    name_room = max(name_room, measure("Stage", _HEAD.size, _HEAD.bold))
    cells = [[one.reached] for one in drawn.slices]
    columns = [
        _fit_column(drawn.reached_head, cells, _REACHED, measure),
        _build_sum_column(funnel, drawn.slices, measure),
    ]
    if not drawn.tells_count:
        cells = [[format_count(one.count)] for one in drawn.slices]
        columns.append(_fit_column(("Deals",), cells, _REACHED, measure))
    right = float(WIDTH - MARGIN)
    placed = []
    for column in columns:
        placed.append((right, column))
        right -= column.room + _GAP
    left = MARGIN + name_room + _GAP
    size = _fit_text(drawn.slices, right - left, measure)
    return _Columns(name_room, (left + right) / 2, right - left, size, tuple(placed))


def _fit_text(slices: Sequence[Slice], room: float, measure: Measure) -> float:
    """The largest size at which each text has room beside a slice that is too slim for it."""
    for size in _TEXT_SIZES:
        if all(_text_edge(one, room, size, measure) <= room / 2 for one in slices):
            break
    return size


def _text_edge(one: Slice, room: float, size: float, measure: Measure) -> float:
    """Where a slice's text ends, from the middle."""
    width, text = _bar_width(one, room), measure(one.text, size, True)
    return text / 2 if text + 12 <= width else width / 2 + 7 + text


def _build_sum_column(funnel: AnyFunnel, slices: Sequence[Slice], measure: Measure) -> _Column:
    kind = funnel.question.sum.capitalize()
    head = (kind, funnel.currencies[0]) if len(funnel.currencies) == 1 else (kind,)
    sums = _build_sums(slices)
    crowded = max(map(len, sums)) == _MOST_SUM_LINES
    for size in _SUM_SIZES[4:] if crowded else _SUM_SIZES:
        style = Style(size, INK)
        if max(measure(line, size, False) for lines in sums for line in lines) <= _MOST_SUM:
            break
    return _fit_column(head, sums, style, measure)


def _fit_column(
    head: tuple[str, ...], cells: Sequence[Sequence[str]], style: Style, measure: Measure
) -> _Column:
    texts = [*((line, style) for lines in cells for line in lines), *((t, _HEAD) for t in head)]
    room = max(measure(text, one.size, one.bold) for text, one in texts)
    return _Column(head, cells, style, room)


def _build_heads(drawn: Slices, columns: _Columns, top: float) -> list[Label]:
    low = top + 1.5 * _HEAD.line  # the last line of each head stands here
    labels = [
        Label("Stage", MARGIN, low, _HEAD),
        Label(drawn.head, columns.middle, low, _HEAD, "center"),
    ]
    for right, column in columns.numbers:
        middle = low - _HEAD.line * (len(column.head) - 1) / 2
        labels += stack(column.head, right, middle, _HEAD, "right")
    return labels


def _bar_width(one: Slice, room: float) -> float:
    return max(room * float(one.share), _SLIMMEST) if one.share else 1.0


def _build_areas(
    slices: Sequence[Slice],
    middles: Sequence[float],
    columns: _Columns,
    rows: _Rows,
    *,
    has_slopes: bool,
) -> list[Area]:
    """A band for each row, tinted slopes from slice to slice, and the slices."""
    half = rows.bar / 2
    bands = [
        box(MARGIN - 10, y - half - 2, WIDTH - MARGIN + 10, y + half + 2, _BAND) for y in middles
    ]
    sides = [_bar_width(one, columns.bar_room) / 2 for one in slices]
    x = columns.middle
    slopes = [
        Area(
            (
                (x - upper, y + half),
                (x + upper, y + half),
                (x + lower, below - half),
                (x - lower, below - half),
            ),
            _OPEN_TINT,
        )
        for upper, lower, y, below in zip(sides, sides[1:], middles, middles[1:], strict=False)
        if max(upper, lower) > 0.5  # between two of nothing it would be a line through the words
    ]
    bars = [
        box(x - side, y - half, x + side, y + half, _WON if one.is_success else _OPEN)
        for one, side, y in zip(slices, sides, middles, strict=True)
    ]
    return [*bands, *(slopes if has_slopes else []), *bars]


def _build_text(one: Slice, middle: float, columns: _Columns, measure: Measure) -> Label:
    """What a slice tells, in it if it fits and else beside it."""
    width = _bar_width(one, columns.bar_room)
    size = columns.text_size
    if measure(one.text, size, True) + 12 <= width:
        return Label(one.text, columns.middle, middle, Style(size, "#ffffff", True), "center")
    return Label(one.text, columns.middle + width / 2 + 7, middle, Style(size, INK, True))


def _build_between(
    slices: Sequence[Slice],
    middles: Sequence[float],
    columns: _Columns,
    rows: _Rows,
    measure: Measure,
) -> list[Label]:
    """Between two slices, the share that went on; all in the longest form that fits for all."""
    for form in range(3):
        texts = [
            one.between[min(form, len(one.between) - 1)] if one.between else "" for one in slices
        ]
        longest = max(measure(text, _WENT_ON.size, _WENT_ON.bold) for text in texts)
        if longest <= columns.bar_room:
            break
    return [
        Label(text, columns.middle, y + rows.pitch / 2, _WENT_ON, "center")
        for text, y in zip(texts, middles, strict=True)
        if text
    ]
