"""What a deal has brought and cost (domain.md section 8, S13): one deal, exact figures.

Pure: everything comes as values. Money may be below zero here (a deviation, a loss), so figures
are decimals beside one currency and not `Money`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from salescli.model.activities import build_activities, hours_of
from salescli.model.amounts import currencies_of, value_of
from salescli.model.calendar import Calendar, format_day, format_instant
from salescli.model.catalogues import Person, value_on
from salescli.model.events import Event, Worked
from salescli.model.money import EXACT, Money, round_amount
from salescli.model.records import Opportunity
from salescli.report.figures.figure import percent_of
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_amount,
    format_money,
    format_percent,
)
from salescli.report.text.wording import format_minutes

COMPLETION_SCHEMA = "salescli/completion@1"


class Cost(msgspec.Struct, frozen=True):
    """Hours, and what they cost at the rates of their days.

    `amount` is None where some hours have no rate in the deal's currency: `unrated_hours`.
    """

    hours: Decimal
    amount: Decimal | None
    unrated_hours: Decimal


class PersonCost(msgspec.Struct, frozen=True):
    """The hours of one person."""

    person: str
    cost: Cost


class HandWork(msgspec.Struct, frozen=True):
    """Hours that were written down by hand."""

    person: str
    minutes: int
    at: datetime
    note: str | None


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a deal. None is n/a: not won, nothing to divide by, or money unknown.

    Amounts are in `currency`; percentages and hours have two decimals.
    """

    is_won: bool
    currency: str | None
    own: Cost
    people: tuple[PersonCost, ...]  # most hours first
    by_hand: tuple[HandWork, ...] = ()  # in the order in which they were worked
    budget: Decimal | None = None
    revenue: Decimal | None = None
    income_per_hour: Decimal | None = None
    deviation: Decimal | None = None
    deviation_percent: Decimal | None = None  # of budget
    direct_expense: Decimal | None = None
    margin: Decimal | None = None
    margin_percent: Decimal | None = None  # of revenue


def build_completion(
    deal: Opportunity,
    events: Sequence[Event],
    people: Mapping[str, Person],
    *,
    is_won: bool,
    calendar: Calendar,
    currency: str | None = None,
) -> Completion:
    """The completion of a deal, of its live events in fold order.

    `currency` is the store's: it counts for a deal without any money. What an activity was to
    take counts where nobody said what it took.
    """
    own_currency = _currency_of(deal, currency)
    pieces = [
        _cost(person, minutes, at, people, calendar, own_currency)
        for person, minutes, at in _work(events)
    ]
    own = _add_up(cost for _, cost in pieces)
    names = dict.fromkeys(person for person, _ in pieces)
    by_person = [
        PersonCost(name, _add_up(cost for person, cost in pieces if person == name))
        for name in names
    ]
    by_person.sort(key=lambda entry: (-entry.cost.hours, entry.person))
    hours = Completion(
        is_won=is_won,
        currency=own_currency,
        own=own,
        people=tuple(by_person),
        by_hand=_by_hand(events),
    )
    return _with_money(hours, deal) if is_won else hours


def _currency_of(deal: Opportunity, default: str | None) -> str | None:
    """The deal's one currency; None for one that has several, against the rules."""
    found = currencies_of(deal)
    if not found:
        return default
    return found.pop() if len(found) == 1 else None


def _work(events: Sequence[Event]) -> list[tuple[str, int, datetime]]:
    """(person, minutes, when) of each completed activity and of what was written by hand."""
    done = [
        (one.owner, one.minutes or 0, one.closed_at)
        for one in build_activities(events).values()
        if one.state == "done" and one.closed_at is not None
    ]
    by_hand = [(one.person, one.minutes, one.at) for one in events if isinstance(one, Worked)]
    return [*done, *by_hand]


def _by_hand(events: Sequence[Event]) -> tuple[HandWork, ...]:
    worked = [one for one in events if isinstance(one, Worked)]
    worked.sort(key=lambda one: one.at)
    return tuple(HandWork(one.person, one.minutes, one.at, one.note) for one in worked)


def _cost(
    person: str,
    minutes: int,
    at: datetime,
    people: Mapping[str, Person],
    calendar: Calendar,
    currency: str | None,
) -> tuple[str, Cost]:
    hours = hours_of(minutes)
    known = people.get(person)
    rate = value_on(known.hourly, calendar.day_of(at)) if known else None
    if hours == 0:
        return person, Cost(hours, Decimal(0), Decimal(0))
    if rate is None or currency is None or rate.currency != currency:
        return person, Cost(hours, None, hours)
    amount = round_amount(EXACT.multiply(hours, rate.amount), currency)
    return person, Cost(hours, amount, Decimal(0))


def _add_up(costs: Iterable[Cost]) -> Cost:
    """Together; the amount is n/a as soon as one is."""
    hours, amount, unrated = Decimal(0), Decimal(0), Decimal(0)
    for cost in costs:
        hours += cost.hours
        unrated += cost.unrated_hours
        amount = EXACT.add(amount, cost.amount or Decimal(0))
    return Cost(hours, None if unrated else amount, unrated)


def _with_money(hours: Completion, deal: Opportunity) -> Completion:
    """The figures of a won deal. No expense written down is none."""
    currency = hours.currency
    revenue = _amount(value_of(deal, True), currency)
    budget = _amount(deal.budget, currency)
    expense = _amount(deal.direct_expense, currency) if deal.direct_expense else Decimal(0)
    if revenue is None or currency is None:
        return msgspec.structs.replace(hours, budget=budget, direct_expense=expense)
    spent = hours.own.hours
    deviation = None if budget is None else EXACT.subtract(revenue, budget)
    margin = None
    if expense is not None and hours.own.amount is not None:
        margin = EXACT.subtract(EXACT.subtract(revenue, expense), hours.own.amount)
    return msgspec.structs.replace(
        hours,
        budget=budget,
        revenue=revenue,
        income_per_hour=round_amount(EXACT.divide(revenue, spent), currency) if spent else None,
        deviation=deviation,
        deviation_percent=_percent(deviation, budget),
        direct_expense=expense,
        margin=margin,
        margin_percent=_percent(margin, revenue),
    )


def _amount(money: Money | None, currency: str | None) -> Decimal | None:
    return money.amount if money is not None and money.currency == currency else None


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or whole is None else percent_of(part, whole)


def build_completion_document(completion: Completion) -> Document:
    """`salescli/completion@1`: amounts as text in `currency`, null for n/a."""
    own = completion.own
    return {
        "schema": COMPLETION_SCHEMA,
        "won": completion.is_won,
        "currency": completion.currency,
        "budget": _text(completion.budget),
        "revenue": _text(completion.revenue),
        "hours": _text(own.hours),
        "income_per_hour": _text(completion.income_per_hour),
        "deviation": _text(completion.deviation),
        "deviation_percent": _text(completion.deviation_percent),
        "direct_expense": _text(completion.direct_expense),
        "own_cost": _text(own.amount),
        "hours_without_rate": _text(own.unrated_hours),
        "margin": _text(completion.margin),
        "margin_percent": _text(completion.margin_percent),
        "people": [
            {
                "person": entry.person,
                "hours": _text(entry.cost.hours),
                "own_cost": _text(entry.cost.amount),
                "hours_without_rate": _text(entry.cost.unrated_hours),
            }
            for entry in completion.people
        ],
        "by_hand": [
            {
                "person": entry.person,
                "minutes": entry.minutes,
                "at": format_instant(entry.at),
                "note": entry.note,
            }
            for entry in completion.by_hand
        ],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def format_by_hand(
    completion: Completion, names: Mapping[str, str], calendar: Calendar
) -> list[str]:
    """A line for each time that was written down by hand."""
    return [
        " · ".join(
            clean_text(text)
            for text in (
                format_day(calendar.day_of(entry.at)),
                names.get(entry.person, entry.person),
                format_minutes(entry.minutes),
                " ".join((entry.note or "").split()),
            )
            if text
        )
        for entry in completion.by_hand
    ]


def format_completion(completion: Completion, names: Mapping[str, str]) -> list[str]:
    """Lines for the screen of a closed deal; `names` are those of people."""
    own = completion.own
    unrated = f" ({_hours(own.unrated_hours)} without a rate)" if own.unrated_hours else ""
    lines = []
    if completion.is_won:
        of_budget = _share(completion.deviation_percent, "of budget")
        of_revenue = _share(completion.margin_percent, "of revenue")
        lines = [
            f"Revenue {_money(completion, completion.revenue)}"
            f" · against budget {_money(completion, completion.deviation)}{of_budget}",
            f"Per hour {_money(completion, completion.income_per_hour)}"
            f" · direct expense {_money(completion, completion.direct_expense)}",
        ]
    lines.append(f"Work {_hours(own.hours)} · own cost {_money(completion, own.amount)}{unrated}")
    if completion.is_won:
        lines.append(f"Margin {_money(completion, completion.margin)}{of_revenue}")
    if len(completion.people) > 1:
        lines += [
            f"  {clean_text(names.get(entry.person, entry.person))} {_hours(entry.cost.hours)}"
            f" · {_money(completion, entry.cost.amount)}"
            for entry in completion.people
        ]
    return lines


def _hours(hours: Decimal) -> str:
    return f"{format_amount(hours.normalize() if hours % 1 else hours.to_integral_value())} h"


def _share(percent: Decimal | None, of: str) -> str:
    return "" if percent is None else f" ({format_percent(percent)} {of})"


def _money(completion: Completion, amount: Decimal | None) -> str:
    if amount is None or completion.currency is None:
        return NOT_AVAILABLE
    return format_money(amount, completion.currency)
