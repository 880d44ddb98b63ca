"""The plan under a funnel as lines of text: a bar filled, hatched and dotted, and what it says."""

from decimal import Decimal
from fractions import Fraction

from salescli.report.figures.figure import round_fraction
from salescli.report.figures.plan_bar import PlanBar, PlanPart
from salescli.report.layouts.plan_words import tell_fit, tell_no_plan, tell_sold
from salescli.report.text.numbers import format_money, format_percent, width_of

ROOM = 30  # columns of the longest bar
_LEAST = 8
_FILLED, _HATCHED, _REST = "█", "▒", "·"


def draw_plan(part: PlanPart, room: int = ROOM, scale: Decimal | None = None) -> str:
    """A bar as long as the plan, filled with actual, hatched with weighted, dots to its end.

    `scale` is the plan that takes all the room: the longest one of those compared.
    """
    lengths = part.lengths(scale)
    edges = [lengths.filled, lengths.filled + lengths.hatched, lengths.bar]
    filled, hatched, end = (int(round_fraction(Fraction(edge) * room, 0)) for edge in edges)
    end = max(end, 1) if part.plan else 0
    return _FILLED * filled + _HATCHED * (hatched - filled) + _REST * (end - hatched)


def tell_plan(part: PlanPart) -> str:
    """What stands at the end of a bar: `40.00 % attained, 72.00 % expected`."""
    attained, expected = map(format_percent, (part.attainment, part.expected_percent))
    return f"{attained} attained, {expected} expected"


def tell_amounts(part: PlanPart, bar: PlanBar) -> str:
    """What a bar shows, in a sentence."""
    plan = format_money(part.plan, part.currency)
    told = f"{tell_sold(part, _FILLED, _HATCHED)} of {plan}"
    return f"{told}, by value: {tell_fit(bar.fit)}."


def format_plan(bar: PlanBar | None, width: int | None) -> list[str]:
    """The lines under a funnel, a bar for each currency, not yet wrapped; none without plans."""
    if bar is None:
        return []
    if bar.fit.reason:
        return [tell_no_plan(bar.fit)]
    lines = []
    for part in bar.parts:
        told = tell_plan(part)
        room = ROOM if width is None else min(ROOM, width - width_of(told) - len(" Plan    "))
        drawn = draw_plan(part, max(room, _LEAST))
        lines += [f"Plan  {drawn}  {told}" if drawn else f"Plan  {told}", tell_amounts(part, bar)]
    return lines
