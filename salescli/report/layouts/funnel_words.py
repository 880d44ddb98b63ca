"""What a funnel says beside its numbers: title, definition, and what it leaves out.

The same words stand in a terminal, under a picture and on a page. Layout is for others.
"""

from datetime import timedelta
from typing import Protocol

from salescli.model.calendar import MONTH_NAMES, Period, add_months, format_day
from salescli.report.figures.figure import Leaving
from salescli.report.figures.funnel_looks import AnyFunnel, look_of
from salescli.report.figures.question import Question
from salescli.report.figures.stage_tally import FunnelBase
from salescli.report.text.filterwords import say_filters
from salescli.report.text.numbers import clean_text, format_count, format_number_of


def format_period(period: Period) -> str:
    """A period for a title: `March 2024`, `5 Mar 2024 – 8 Mar 2024`, `from 5 Mar 2024`, …"""
    first, last = period.first, period.last
    if first is None:
        return "all time" if last is None else f"until {format_day(last)}"
    if last is None:
        return f"from {format_day(first)}"
    if first.day == 1 and last == add_months(first, 1) - timedelta(days=1):
        return f"{MONTH_NAMES[first.month - 1]} {first.year}"
    if ".." in period.label:
        return f"{format_day(first)} – {format_day(last)}"
    return period.label


def is_cut(question: Question) -> bool:
    """Whether the as-of day lies inside the period or before it."""
    return question.period.last is None or question.as_of < question.period.last


def build_subject(funnel: AnyFunnel) -> list[str]:
    """The parts of a title: period, as-of day if it cuts the period, process, filters."""
    return build_scope(funnel.question)


def build_scope(question: Question) -> list[str]:
    """What is looked at: period, as-of day if it cuts the period, process, filters."""
    parts = [format_period(question.period)]
    if is_cut(question):
        parts.append(f"as of {format_day(question.as_of)}")
    parts.append(question.process)
    parts += say_filters(question.scope)
    return [clean_text(part) for part in parts]


def build_measure(funnel: AnyFunnel) -> list[str]:
    """What is counted and what is summed: `created in the period`, `budget, EUR`."""
    return [look_of(funnel).measure, ", ".join([funnel.question.sum, *funnel.currencies])]


class Noted(Leaving, Protocol):
    """A figure that owns up to what it leaves out, and to deals without the money it sums."""

    @property
    def question(self) -> Question: ...
    @property
    def without_value(self) -> int: ...


def build_notes(funnel: Noted, *, sums: bool = True) -> list[str]:
    """What the figures leave out, or where they could mislead, a sentence each.

    Without `sums` nothing is said of deals without money: they are only counted.
    """
    deals = format_number_of(funnel.other_process, "deal") if funnel.other_process else "No deals"
    notes = [f"{deals} of other processes."]
    if sums and funnel.without_value:
        deals = format_number_of(funnel.without_value, "deal")
        notes.append(f"{deals} without {_with_article(funnel.question.sum)}.")
    if isinstance(funnel, FunnelBase):
        notes += tell_hidden(funnel.hidden.count)
    if funnel.left_out:
        counts = ", ".join(f"{format_count(n)} in {code}" for code, n in funnel.left_out.items())
        notes.append(f"Left out for their currency: {counts}.")
    if funnel.differs:
        verb = "differs from its history" if funnel.differs == 1 else "differ from their history"
        notes.append(f"{format_number_of(funnel.differs, 'deal')} {verb}.")
    if funnel.invalid:
        notes.append(f"{format_number_of(funnel.invalid, 'file')} left out: not readable.")
    return notes


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun.startswith("a") else f"a {noun}"


def tell_hidden(count: int) -> list[str]:
    """`2 open deals stand at stages that no funnel shows.`; none of no deals."""
    if not count:
        return []
    verb = "stands" if count == 1 else "stand"
    return [f"{format_number_of(count, 'open deal')} {verb} at stages that no funnel shows."]
