"""The plan under a funnel, laid out: a bar as long as the plan, filled with what was sold.

Pure. Hatched is what open deals are likely to bring; the percents stand at the bar's end.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from salescli.report.figures.plan_bar import PlanBar, PlanPart
from salescli.report.layouts.plan_words import tell_fit, tell_sold
from salescli.report.pictures.sheet import (
    Area,
    Label,
    Measure,
    Stroke,
    Style,
    box,
    clean_label,
    shorten,
)
from salescli.report.pictures.slide import INK, PALE_INK, Drawn
from salescli.report.text.numbers import NOT_AVAILABLE, format_money, format_percent

_NAME = Style(15, INK)
_END = Style(14, INK, bold=True)
_WORDS = Style(13, PALE_INK)
_SOLD, _LIKELY, _ROOM = "#00694f", "#86bfae", "#e7edf1"
_BAR = 26.0
_GAP = 16.0


def draw_plan(
    plan: PlanBar,
    left: float,
    right: float,
    top: float,
    measure: Measure,
    scale: dict[str, Decimal] | None = None,
    ends: float | None = None,
    period: str = "",
) -> Drawn:
    """A bar for each currency that something is planned in, between left and right.

    Of plans compared with each other, `scale` is by currency the longest, and `ends` the room for
    what stands at the ends of all their bars (`measure_ends`); `period` tells plans of one object
    apart.
    """
    areas: list[Area] = []
    strokes: list[Stroke] = []
    labels: list[Label] = []
    room = measure_ends([plan], measure) if ends is None else ends
    y = top
    for part in plan.parts:
        lines = _say_end(part)
        name = shorten(_say_plan(plan, part, period), right - left, _NAME, measure)
        labels.append(Label(name, left, y + _NAME.line / 2, _NAME))
        y += _NAME.line + 4
        end = right - room - _GAP
        middle = y + _BAR / 2
        areas += build_plan_bar(part, left, end - left, y, scale or {})
        tip = left + (end - left) * float(part.lengths((scale or {}).get(part.currency)).bar)
        edge = ((left, y), (tip, y), (tip, y + _BAR), (left, y + _BAR))
        strokes.append(Stroke(edge, INK, 1.2, closed=True))
        for place, text in enumerate(lines):
            at = middle + _END.line * (place - (len(lines) - 1) / 2)
            labels.append(Label(text, tip + _GAP, at, _END if place == 0 else _WORDS))
        y = max(y + _BAR, middle + _END.line) + 4
        words = shorten(_say_sold(part), right - left, _WORDS, measure)
        labels.append(Label(words, left, y + _WORDS.line / 2, _WORDS))
        y += _WORDS.line + 10
    return Drawn(y - 10 if labels else top, areas, strokes, labels)


def measure_ends(plans: Iterable[PlanBar], measure: Measure) -> float:
    """The room that the longest text at the end of their bars takes."""
    ends = [text for plan in plans for part in plan.parts for text in _say_end(part)]
    return max((measure(text, _END.size, True) for text in ends), default=0.0)


def say_no_plan(plan: PlanBar | None) -> list[str]:
    """Why there is no bar, for a footer; nothing where there is one, or no plan at all."""
    return [f"Plan: {NOT_AVAILABLE}, {plan.fit.reason}."] if plan and plan.fit.reason else []


def build_plan_bar(
    part: PlanPart,
    left: float,
    room: float,
    top: float,
    scale: dict[str, Decimal],
    height: float = _BAR,
) -> Sequence[Area]:
    """What is filled of a bar; `scale` is by currency the plan that takes all the room."""
    lengths = part.lengths(scale.get(part.currency))
    bar, filled, hatched = (
        left + room * float(share)
        for share in (lengths.bar, lengths.filled, lengths.filled + lengths.hatched)
    )
    low = top + height
    return [
        box(left, top, bar, low, _ROOM),
        box(filled, top, hatched, low, _LIKELY, "///"),
        box(left, top, filled, low, _SOLD),
    ]


def _say_plan(plan: PlanBar, part: PlanPart, period: str) -> str:
    words = clean_label(", ".join(filter(None, [tell_fit(plan.fit), period])), 120)
    return f"{words[:1].upper()}{words[1:]}: {format_money(part.plan, part.currency)}"


def _say_end(part: PlanPart) -> tuple[str, str]:
    attained, expected = map(format_percent, (part.attainment, part.expected_percent))
    return f"{attained} attained", f"{expected} expected"


def _say_sold(part: PlanPart) -> str:
    return f"{tell_sold(part, hatched='hatched')}, by value"
