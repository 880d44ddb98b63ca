"""What a comparison says beside its numbers: what is looked at, what differs, what is left out.

The same words stand in a terminal, on a page and under a picture. Layout is for others.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from salescli.model.calendar import format_day
from salescli.report.figures.comparison import COMPANY, Comparison, Side
from salescli.report.figures.funnel_looks import look_of
from salescli.report.layouts.funnel_words import build_measure, build_notes, build_scope, is_cut
from salescli.report.layouts.plan_words import tell_fit
from salescli.report.text.numbers import NOT_AVAILABLE, clean_text
from salescli.report.text.wording import begun_small

TITLE = "Comparison"
_NO_OTHERS = "No deals of other processes."
_NO_PLAN = "no plan "  # how the want of one's own begins, which is told of each


def build_heading(comparison: Comparison) -> list[str]:
    """The parts of a title: what holds for all sides, then what is counted and summed."""
    question = comparison.first.question
    is_whole = comparison.sides[0].key is None  # whose filters hold for all
    filters = tuple(pair for pair in question.filters if is_whole or pair[0] != comparison.by)
    scope = build_scope(msgspec.structs.replace(question, filters=filters))
    if comparison.by == "period":
        scope = scope[1 + is_cut(question) :]
        if any(is_cut(side.funnel.question) for side in comparison.sides):
            scope.insert(0, f"as of {format_day(question.as_of)}")
    *measure, _ = build_measure(comparison.first)
    return [*scope, *measure, ", ".join([question.sum, *comparison.currencies])]


def build_footer(comparison: Comparison) -> list[str]:
    """From whom the others differ, and what the figures leave out: of all sides once, else each."""
    first = comparison.sides[0]
    name = "the company" if first.name == COMPANY else clean_text(first.name)
    name = begun_small(name) if first.key is None else name
    apart = list(_build_apart(comparison))
    notes = [f"Behind shares: percentage points (pp) from {name}.", *apart]
    if not any("other processes" in note for note in apart):
        notes.append(_NO_OTHERS)
    if comparison.first.invalid:
        notes.append(build_notes(comparison.first)[-1])
    return notes


def _build_apart(comparison: Comparison) -> Iterator[str]:
    """What is left out of one side alone, each with its name."""
    reasons = Counter(_why_no_plan(side) for side in comparison.sides)
    once = [
        reason
        for reason, count in reasons.items()
        if len(reasons) == 1 or (count > 1 and not reason.startswith(_NO_PLAN))
    ]
    for side in comparison.sides:
        question = side.funnel.question
        if question.is_before_start:
            told = [f"no figures, its period begins after {format_day(question.as_of)}."]
        else:
            told = build_notes(msgspec.structs.replace(side.funnel, invalid=0))
            told = [note for note in told if note != _NO_OTHERS]
        reason, plan = _why_no_plan(side), side.funnel.plan
        if reason and reason not in once:
            told.append(_say_no_plan(reason))
        if plan and plan.fit.is_partial and not plan.fit.reason:
            told.append(f"{clean_text(tell_fit(plan.fit))}.")
        if told:
            yield f"{clean_text(side.name)}: {begun_small(' '.join(told))}"
    yield from (_say_no_plan(reason) for reason in once if reason)


def _why_no_plan(side: Side) -> str:
    """Empty where there is one, or none in the whole store."""
    plan = side.funnel.plan
    if not plan:
        return ""
    of = plan.fit.name if "=" in plan.fit.of else "the company"
    return clean_text(plan.fit.reason.removeprefix(f"{of} has "))  # its name stands before it


def _say_no_plan(reason: str) -> str:
    """`No plan for 2024.`; `No plan: a plan is of …`."""
    return f"N{reason[1:]}." if reason.startswith(_NO_PLAN) else f"No plan: {reason}."


def build_measures(comparison: Comparison) -> tuple[str, str]:
    """What the two shares of a stage are called."""
    onward, first = look_of(comparison.first).shares
    return onward.title, first.title


def say_mode(comparison: Comparison) -> str:
    """What the slices of a picture are as wide as, and what stands under them."""
    onward, first = (name.lower() for name in build_measures(comparison))
    mode = comparison.first.question.mode
    if mode == "count":
        return f"slices: deals; below: {comparison.first.question.sum}, {onward}"
    return f"slices: {onward if mode == 'stage-conversion' else first}"


def format_points(points: Decimal | None) -> str:
    """`-8.33`, `+12.50`, `0.00`; n/a where there is no difference to tell."""
    if points is None:
        return NOT_AVAILABLE
    return f"{points:+.2f}" if points else "0.00"
