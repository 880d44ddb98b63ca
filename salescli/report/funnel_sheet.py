"""The funnel as a picture, laid out: slices, what stands beside them, and between them who went on.

Pure: figures and a way to measure text in, a sheet out. Every text gets its room before the bars
get the rest, so nothing overlaps or runs out, whatever the names and sums.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.calendar import format_day
from salescli.report.figures import Share
from salescli.report.funnel import Funnel, StageFigure
from salescli.report.funnel_words import build_measure, build_notes, build_subject
from salescli.report.numbers import (
    format_amount,
    format_count,
    format_percent,
    is_whole,
)
from salescli.report.sheet import (
    MARGIN,
    WIDTH,
    Area,
    Label,
    Measure,
    Sheet,
    Style,
    box,
    clean_label,
    shorten,
    stack,
    wrap,
)

# Blue and bluish green after Okabe and Ito, darkened until white on them is easy to read; they
# differ in lightness too, and nothing is told by colour alone.
_OPEN, _OPEN_TINT = "#0b6aa8", "#d3e5f2"
_WON = "#00694f"
_INK, _PALE_INK, _BAND = "#17222d", "#56636f", "#f4f7f9"

_TITLE = Style(24, _INK, bold=True)
_SUBTITLE = Style(14, _PALE_INK)
_HEAD = Style(12.5, _PALE_INK)
_NAME = Style(15, _INK)
_COUNT = Style(17, "#ffffff", bold=True)
_COUNT_BESIDE = Style(17, _INK, bold=True)
_WENT_ON = Style(13, _PALE_INK)
_REACHED = Style(15, _INK)
_FOOTER = Style(12, _PALE_INK)
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


class _Columns(msgspec.Struct, frozen=True):
    """Where the columns stand: names from the left, bars about a middle, the rest to a right."""

    name_room: float
    middle: float
    bar_room: float
    sum_right: float
    sum_style: Style
    reached_right: float


def build_funnel_sheet(funnel: Funnel, measure: Measure) -> Sheet:
    """Lay the funnel out."""
    title, top = _build_title(funnel, measure)
    if funnel.question.is_before_start or not funnel.stages:
        told = f"No figures: the period begins after {format_day(funnel.question.as_of)}."
        nothing = [Label(told, MARGIN, top + 40, _NAME)]
        return _close(funnel, measure, [], [*title, *nothing], top + 80)
    stages = funnel.stages
    rows = _Rows(40, 32) if len(stages) <= 8 else _Rows(36, 26)
    sums = _build_sums(stages)
    reached = [format_percent(stage.first.percent) for stage in stages]
    columns = _build_columns(funnel, sums, reached, measure)
    labels = [*title, *_build_heads(funnel, columns, top)]
    first = top + 2 * _HEAD.line + 8 + rows.bar / 2
    middles = [first + place * rows.pitch for place in range(len(stages))]
    areas = _build_areas(stages, middles, columns, rows)
    for stage, middle, lines, share in zip(stages, middles, sums, reached, strict=True):
        names = wrap(clean_label(stage.name), columns.name_room, _NAME, measure, most=2)
        labels += stack(names, MARGIN, middle, _NAME)
        labels.append(_build_count(stage, middle, columns, stages, measure))
        labels += stack(lines, columns.sum_right, middle, columns.sum_style, "right")
        labels.append(Label(share, columns.reached_right, middle, _REACHED, "right"))
    labels += _build_went_on(stages, middles, columns, rows, measure)
    bottom = middles[-1] + rows.bar / 2 + (rows.gap if stages[-1].conversion else 0)
    return _close(funnel, measure, areas, labels, bottom)


def _build_title(funnel: Funnel, measure: Measure) -> tuple[list[Label], float]:
    """Title and subtitle, and where they end."""
    subject = [clean_label(part) for part in build_subject(funnel)]
    room = WIDTH - 2 * MARGIN
    title = shorten(f"Funnel · {subject[0]}", room, _TITLE, measure)
    labels = [Label(title, MARGIN, MARGIN + _TITLE.size / 2, _TITLE)]
    y = MARGIN + _TITLE.line + _SUBTITLE.size / 2 + 2
    below = " · ".join([*subject[1:], build_measure(funnel)[0]])
    for line in wrap(below, room, _SUBTITLE, measure, most=3):
        labels.append(Label(line, MARGIN, y, _SUBTITLE))
        y += _SUBTITLE.line
    return labels, y + 14


def _close(
    funnel: Funnel,
    measure: Measure,
    areas: Sequence[Area],
    labels: Sequence[Label],
    bottom: float,
) -> Sheet:
    """The footer: which definition, as of when, and what is not in the figures."""
    definition = f"{funnel.definition.capitalize()} definition"
    said = f"{definition}, as of {format_day(funnel.question.as_of)}."
    text = " ".join([said, *build_notes(funnel)])
    y = bottom + 26 + _FOOTER.size / 2
    footer = []
    for line in wrap(text, WIDTH - 2 * MARGIN, _FOOTER, measure):
        footer.append(Label(line, MARGIN, y, _FOOTER))
        y += _FOOTER.line
    height = round(y - _FOOTER.line + _FOOTER.size / 2 + MARGIN * 0.8)
    title = " · ".join(["Funnel", *(clean_label(part) for part in build_subject(funnel))])
    return Sheet(height, tuple(areas), (*labels, *footer), title)


def _build_sums(stages: Sequence[StageFigure]) -> list[list[str]]:
    """The sum of each stage, a line a currency; the code beside it only if there are several."""
    codes = sorted({code for stage in stages for code in stage.sum})
    whole = {code: is_whole(s.sum[code] for s in stages if code in s.sum) for code in codes}
    cells = []
    for stage in stages:
        lines = [
            format_amount(amount, whole=whole[code]) + (f" {code}" if len(codes) > 1 else "")
            for code, amount in stage.sum.items()
        ]
        if len(lines) > _MOST_SUM_LINES:
            more = len(lines) - _MOST_SUM_LINES + 1
            lines = [*lines[: _MOST_SUM_LINES - 1], f"and {more} more"]
        cells.append(lines or ["0"])
    return cells


def _build_columns(
    funnel: Funnel, sums: Sequence[Sequence[str]], reached: Sequence[str], measure: Measure
) -> _Columns:
    names = [clean_label(stage.name) for stage in funnel.stages]
    name_room = min(_MOST_NAME, max(measure(name, _NAME.size, _NAME.bold) for name in names) + 1)
    name_room = max(name_room, measure("Stage", _HEAD.size, _HEAD.bold))
    crowded = max(map(len, sums)) == _MOST_SUM_LINES
    for size in _SUM_SIZES[4:] if crowded else _SUM_SIZES:
        sum_style = Style(size, _INK)
        sum_room = max(measure(line, size, False) for lines in sums for line in lines)
        if sum_room <= _MOST_SUM:
            break
    sum_room = max([sum_room, *(measure(t, _HEAD.size, False) for t in _sum_head(funnel))])
    texts = [*((text, _REACHED) for text in reached), *((t, _HEAD) for t in _reached_head(funnel))]
    reached_room = max(measure(text, style.size, style.bold) for text, style in texts)
    reached_right = float(WIDTH - MARGIN)
    sum_right = reached_right - reached_room - _GAP
    left = MARGIN + name_room + _GAP
    right = sum_right - sum_room - _GAP
    return _Columns(
        name_room, (left + right) / 2, right - left, sum_right, sum_style, reached_right
    )


def _sum_head(funnel: Funnel) -> list[str]:
    kind = funnel.question.sum.capitalize()
    return [kind, funnel.currencies[0]] if len(funnel.currencies) == 1 else [kind]


def _reached_head(funnel: Funnel) -> list[str]:
    return ["Reached", f"of {format_count(funnel.new)} new"]


def _build_heads(funnel: Funnel, columns: _Columns, top: float) -> list[Label]:
    low = top + 1.5 * _HEAD.line  # the last line of each head stands here
    labels = [
        Label("Stage", MARGIN, low, _HEAD),
        Label("Deals", columns.middle, low, _HEAD, "center"),
    ]
    for lines, right in (
        (_sum_head(funnel), columns.sum_right),
        (_reached_head(funnel), columns.reached_right),
    ):
        middle = low - _HEAD.line * (len(lines) - 1) / 2
        labels += stack(lines, right, middle, _HEAD, "right")
    return labels


def _bar_width(stage: StageFigure, stages: Sequence[StageFigure], room: float) -> float:
    most = max(other.count for other in stages)
    if stage.count == 0:
        return 1.0
    return max(room * stage.count / most, _SLIMMEST)


def _build_areas(
    stages: Sequence[StageFigure], middles: Sequence[float], columns: _Columns, rows: _Rows
) -> list[Area]:
    """A band for each row, tinted slopes from slice to slice, and the slices."""
    half = rows.bar / 2
    bands = [
        box(MARGIN - 10, y - half - 2, WIDTH - MARGIN + 10, y + half + 2, _BAND) for y in middles
    ]
    sides = [_bar_width(stage, stages, columns.bar_room) / 2 for stage in stages]
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
    ]
    bars = [
        box(x - side, y - half, x + side, y + half, _OPEN if stage.conversion else _WON)
        for stage, side, y in zip(stages, sides, middles, strict=True)
    ]
    return [*bands, *slopes, *bars]


def _build_count(
    stage: StageFigure,
    middle: float,
    columns: _Columns,
    stages: Sequence[StageFigure],
    measure: Measure,
) -> Label:
    """The number of deals, in its slice if it fits and else beside it."""
    text = format_count(stage.count)
    width = _bar_width(stage, stages, columns.bar_room)
    if measure(text, _COUNT.size, _COUNT.bold) + 12 <= width:
        return Label(text, columns.middle, middle, _COUNT, "center")
    return Label(text, columns.middle + width / 2 + 7, middle, _COUNT_BESIDE)


def _build_went_on(
    stages: Sequence[StageFigure],
    middles: Sequence[float],
    columns: _Columns,
    rows: _Rows,
    measure: Measure,
) -> list[Label]:
    """Between two slices, the share that went on; all in the longest form that fits for all."""
    shares = [stage.conversion for stage in stages]
    for form in range(3):
        texts = [_say_went_on(share, form) for share in shares]
        longest = max(measure(text, _WENT_ON.size, _WENT_ON.bold) for text in texts)
        if longest <= columns.bar_room:
            break
    return [
        Label(text, columns.middle, y + rows.pitch / 2, _WENT_ON, "center")
        for text, y in zip(texts, middles, strict=True)
        if text
    ]


def _say_went_on(share: Share | None, form: int) -> str:
    if share is None:
        return ""
    if share.percent is None:
        return "n/a"
    percent = format_percent(share.percent)
    counts = f"{format_count(share.part)} of {format_count(share.whole)}"
    return (f"{percent} went on, {counts}", f"{percent} went on", percent)[form]
