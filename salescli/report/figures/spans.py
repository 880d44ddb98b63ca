"""The columns of a period: its months, and the whole of it. Days and seconds, both ends included.

Pure. Finds in which of them a day or an instant lies; must not know of what.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from salescli.model.calendar import Calendar, Period, add_months
from salescli.model.errors import WrongUsage, finding
from salescli.model.visits import seconds

MOST_MONTHS = 120
_EVER = 1 << 62
_LAST_DAY = "9999-12-31"


class Span(msgspec.Struct, frozen=True):
    """A column: its days, and the same in seconds, both ends included; None is open."""

    key: str  # `2026-07` of a month, "" of the whole period
    period: Period
    start: int | None
    end: int | None


def build_spans(period: Period, calendar: Calendar, *, months: bool) -> tuple[Span, ...]:
    """The months of a period, if wanted, then the whole; the first and the last month end where
    the period does. Raises `WrongUsage` (`not-in-months`) without both ends, or for too many.
    """
    whole = _span("", period, calendar)
    return (*_months(period, calendar), whole) if months else (whole,)


def _months(period: Period, calendar: Calendar) -> list[Span]:
    first, last = period.first, period.last
    if first is None or last is None or _count(first, last) > MOST_MONTHS:
        raise _not_in_months(period)
    spans = []
    for number in range(_count(first, last)):
        key = add_months(first, number).isoformat()[:7]
        month = calendar.parse_period(key, last)
        assert month.first and month.last  # a month has both ends
        part = Period(max(first, month.first), min(last, month.last), month.label)
        spans.append(_span(key, part, calendar))
    return spans


def _count(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _span(key: str, period: Period, calendar: Calendar) -> Span:
    first, last = period.first, period.last
    start = None if first is None else seconds(calendar.start_of(first))
    return Span(key, period, start, None if last is None else seconds(calendar.end_of(last)))


def _not_in_months(period: Period) -> WrongUsage:
    why = "has no end" if period.last is None else "has no beginning"
    if period.first is not None and period.last is not None:
        why = f"has {_count(period.first, period.last)}"
    return WrongUsage(
        finding(
            "not-in-months",
            f"--months takes a period of 1 to {MOST_MONTHS} months; this one {why}",
            hint="--period 2026-Q3, this-year, 2026-01..2026-06 …",
            field="months",
        )
    )


def day_finder(parts: Sequence[Span]) -> Callable[[str | None], int | None]:
    """The part that a day, as ISO text, lies in."""
    firsts = [p.period.first.isoformat() if p.period.first else "" for p in parts]
    lasts = [p.period.last.isoformat() if p.period.last else _LAST_DAY for p in parts]

    def find(day: str | None) -> int | None:
        if day is None:
            return None
        part = bisect_right(firsts, day) - 1
        return part if part >= 0 and day <= lasts[part] else None

    return find


def second_finder(parts: Sequence[Span]) -> Callable[[int], int | None]:
    """The part that an instant, in seconds, lies in."""
    starts = [-_EVER if p.start is None else p.start for p in parts]
    ends = [_EVER if p.end is None else p.end for p in parts]

    def find(second: int) -> int | None:
        part = bisect_right(starts, second) - 1
        return part if part >= 0 and second <= ends[part] else None

    return find
