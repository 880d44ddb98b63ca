"""The plans under compared funnels as lines of text, their bars on one scale.

Layout only: bars and words are those of a single funnel's plan.
"""

from collections.abc import Iterator

from salescli.report.figures.comparison import Comparison
from salescli.report.figures.plan_bar import PlanBar, PlanPart, longest_plans
from salescli.report.layouts.plan_text import ROOM, draw_plan, tell_plan
from salescli.report.text.numbers import NOT_AVAILABLE, clean_text, cut, pad, width_of

_LONGEST_NAME = 20
_LEAST = 8
TITLE = "Plan by value: won █, weighted ▒"


def format_plans(comparison: Comparison, width: int | None) -> list[str]:
    """A line for each side and currency, at most `width` columns; none where no side has a plan.

    The longest plan of a currency takes all the room. Why a side has none stands in the footer.
    """
    bars = bars_of(comparison)
    if not any(_parts(bars)):
        return []
    told = [tell_plan(part) for _, part in _parts(bars)]
    names = [clean_text(side.name) for side in comparison.sides]
    longest = max(map(width_of, names))
    room = ROOM
    if width is not None:
        longest = min(longest, _LONGEST_NAME)
        ends = max(map(width_of, told), default=0)
        room = max(min(ROOM, width - longest - ends - len("   EUR    ")), _LEAST)
    lines = [f" {TITLE}"]
    for name, bar in zip(names, bars, strict=True):
        beginning = pad(cut(name, longest), longest)
        texts = [_say_part(part, bars, room) for _, part in _parts([bar])] or [NOT_AVAILABLE]
        for text in texts:
            lines.append(f" {beginning}  {text}")
            beginning = " " * longest
    return lines


def bars_of(comparison: Comparison) -> list[PlanBar | None]:
    """The plan of each side."""
    return [side.funnel.plan for side in comparison.sides]


def _parts(bars: list[PlanBar | None]) -> Iterator[tuple[PlanBar, PlanPart]]:
    for bar in bars:
        if bar is not None:
            for part in bar.parts:
                yield bar, part


def _say_part(part: PlanPart, bars: list[PlanBar | None], room: int) -> str:
    longest = longest_plans(bars)
    drawn = pad(draw_plan(part, room, longest[part.currency]), room)
    code = f"{part.currency}  " if len(longest) > 1 else ""
    return f"{code}{drawn}  {tell_plan(part)}"
