"""Plans: which periods a plan can have, and what the plan of any days is.

Pure. Knows keys, days and money; must not know whose plans they are nor where they stand.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from salescli.model.calendar import Calendar, Period, add_months
from salescli.model.errors import WrongUsage, finding
from salescli.model.money import Money, sum_by_currency

KINDS = ("client", "department", "need", "owner", "product")
"""What can have a plan beside the company: each by its ids (format.md section 4)."""
_KEY = re.compile(r"(?:FY)?([12][0-9]{3})(?:-Q[1-4])?|([12][0-9]{3})-(?:0[1-9]|1[0-2])")
_QUARTER, _YEAR = 3, 12

Days = tuple[date, date]
Entries = Mapping[Days, Money]
Amounts = tuple[Money, ...]
"""The plan of an object in each currency that stores plan it in, in their order; empty: none."""


def year_of(key: str) -> str | None:
    """The year of a plan's key, which names its file; None for what is no such key."""
    match = _KEY.fullmatch(key)
    return match and (match.group(1) or match.group(2))


def days_of(key: str, calendar: Calendar) -> Days:
    """First and last day of a key: `2026`, `2026-Q3`, `2026-07`, `FY2026-Q3`.

    Raises `WrongUsage` for what is no key.
    """
    if year_of(key) is None:
        raise _no_plan_period(key)
    period = calendar.parse_period(key, date.min)
    assert period.first and period.last  # a key has both ends
    return period.first, period.last


def key_of(text: str, calendar: Calendar, today: date) -> str:
    """The key of a period as it was typed, also `next-quarter`; raises `WrongUsage`.

    A key stays as it is; other words must mean a month, a quarter or a year of the calendar.
    """
    if year_of(text) is not None:
        return text
    key = key_named(calendar.parse_period(text, today))
    if key is None:
        raise _no_plan_period(text)
    return key


def key_named(period: Period) -> str | None:
    """The key of a period that is a month, a quarter or a year of the calendar; else None."""
    first = period.first
    for months in (1, _QUARTER, _YEAR):
        if first and first.month % months == 1 % months and _after(first, months) == period.last:
            return _name(first, months)
    return None


def _no_plan_period(text: str) -> WrongUsage:
    return WrongUsage(
        finding(
            "bad-plan-period",
            f"{text!r} is no year, quarter or month",
            hint="write 2026, 2026-Q2, 2026-04 or FY2026-Q2",
            field="period",
        )
    )


def _after(first: date, months: int) -> date:
    """The last day of so many months from `first` on; `date.min` if no month begins there."""
    if first.day != 1 or first.year == date.max.year:
        return date.min
    return add_months(first, months) - timedelta(days=1)


def _name(first: date, months: int) -> str:
    if months == 1:
        return f"{first.year:04}-{first.month:02}"
    return f"{first.year:04}" + (f"-Q{first.month // 3 + 1}" if months == _QUARTER else "")


def plan_of(entries: Entries, period: Period) -> Money | None:
    """The plan of a period: the entry of just these days, else the sum of all its months, else of
    all its quarters, each only where all are there in one currency; else None, never divided
    (domain.md section 7). A period without an end has none.
    """
    first, last = period.first, period.last
    if first is None or last is None:
        return None
    if (first, last) in entries:
        return entries[first, last]
    for months in (1, _QUARTER):
        parts = _cut(first, last, months)
        if parts and all(part in entries for part in parts):
            sums = sum_by_currency(entries[part] for part in parts)
            if len(sums) == 1:
                return next(Money(amount, code) for code, amount in sums.items())
    return None


def _cut(first: date, last: date, months: int) -> list[Days]:
    """The days cut into pieces of so many whole months; none if they can't be."""
    parts: list[Days] = []
    begin = first
    while begin <= last:
        end = _after(begin, months)
        if not begin <= end <= last:
            return []
        parts.append((begin, end))
        begin = end + timedelta(days=1)
    return parts


def amounts_of(plan: Money | None) -> Amounts:
    """The plan of one store as one that may be of several."""
    return () if plan is None else (plan,)


def in_currency(plan: Amounts, currency: str | None) -> Amounts:
    """The plan in that currency alone; None: in all of them."""
    return tuple(money for money in plan if currency in (None, money.currency))


def add_plans(one: Amounts, other: Amounts) -> Amounts:
    """The plan of both together: the sum in each currency, in their order."""
    return tuple(sum_plans((one, other)).values())


def add_plans_by_object(
    one: Mapping[str, Amounts], other: Mapping[str, Amounts]
) -> dict[str, Amounts]:
    """The plans of both by object, those of one object together."""
    ids = dict.fromkeys([*one, *other])
    return {name: add_plans(one.get(name, ()), other.get(name, ())) for name in ids}


def sum_plans(plans: Iterable[Amounts]) -> Mapping[str, Money]:
    """Currency → the sum of the plans that there are."""
    sums = sum_by_currency(money for plan in plans for money in plan)
    return {code: Money(amount, code) for code, amount in sums.items()}
