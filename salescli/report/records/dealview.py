"""A deal with all that its screen, its document and its brief tell of it, as one value.

Owns what these three share and no layout. Pure: names and days come as values.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from salescli.model.calendar import Calendar, format_day
from salescli.model.computed import Computed
from salescli.model.definition import Definition
from salescli.model.events import Event
from salescli.model.money import Money
from salescli.model.records import Account, Contact, Opportunity
from salescli.model.runs import Run, steps_waiting
from salescli.report.records.stakeholders import StakeholderRow
from salescli.report.records.timeline import Entry
from salescli.report.text.numbers import clean_text, format_days, format_money
from salescli.report.text.wording import Wording


class Wanted(msgspec.Struct, frozen=True):
    """An unmet criterion of the stage: its field, and in words."""

    field: str
    say: str


class OtherDeal(msgspec.Struct, frozen=True):
    """Another deal of the client, as the list of deals tells it."""

    id: str
    title: str
    status: str
    money: str | None


class DealView(msgspec.Struct, frozen=True, kw_only=True):
    """A deal on a day. `entries` are its timeline with its leads', the oldest first.

    `address` is how commands name it, `goal` its stage's, `go_on` the commands that take it
    further. `is_past`: the day is not today. `client_record` and `contact_records` (by id) are
    None or absent where no file tells them.
    """

    deal: Opportunity
    events: Sequence[Event]
    computed: Computed
    definition: Definition
    calendar: Calendar
    today: date
    wording: Wording
    client: str
    people: tuple[StakeholderRow, ...]
    entries: Sequence[Entry]
    address: str
    goal: str | None = None
    missing: tuple[Wanted, ...] = ()
    go_on: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    revision: str = ""  # of its files as they are now; empty on a past day
    is_past: bool = False
    client_record: Account | Contact | None = None
    contact_records: dict[str, Contact] = {}
    other_deals: tuple[OtherDeal, ...] = ()
    units: Sequence[Mapping[str, Any]] = ()  # that it holds: id, state, reserved_until …
    broken_units: tuple[str, ...] = ()  # paths of buildings that can't be read
    run: Run | None = None  # of the process, while it goes on


class StageDays(msgspec.Struct, frozen=True):
    """A stage of the bar. `days` are those spent there, None if it was never visited."""

    stage: str
    name: str
    mark: str  # past, now or ahead
    days: int | None
    is_open: bool


def stage_days(view: DealView) -> list[StageDays]:
    """The stages in use, with the local days spent in each; visits taken back don't count."""
    days: dict[str, int] = {}
    for visit in view.computed.visits:
        if visit.historical or visit.is_skipped:
            continue
        start, end = day_at(view, visit.started_at), visit.ended_at
        end_day = view.today if end is None else day_at(view, end)
        days[visit.stage] = days.get(visit.stage, 0) + (end_day - start).days
    return [_stage(view, name, days) for name in _shown_stages(view, days)]


def day_at(view: DealView, instant: int) -> date:
    """The local day of an instant in seconds since 1970."""
    return view.calendar.day_of(datetime.fromtimestamp(instant, UTC))


def _shown_stages(view: DealView, days: dict[str, int]) -> list[str]:
    """Open stages in use or visited, then the final one that it is in or hopes for."""
    stage = view.deal.stage
    names = [
        entry.stage
        for entry in view.definition.open_stages
        if not entry.retired or entry.stage in days
    ]
    final = stage if view.computed.status != "open" else view.definition.success.stage
    names += [final] if final not in names else []
    return names if stage in names else [*names, stage]


def _stage(view: DealView, name: str, days: dict[str, int]) -> StageDays:
    entry = view.definition.stage_named(name)
    mark = "now" if name == view.deal.stage else "past" if name in days else "ahead"
    return StageDays(
        stage=name,
        name=clean_text(entry.name if entry else name),
        mark=mark,
        days=days.get(name),
        is_open=entry is not None and entry.is_open,
    )


def money_words(money: Money | None) -> str:
    """`250 000 EUR`; empty without money."""
    return format_money(money.amount, money.currency) if money else ""


def number_words(number: Decimal) -> str:
    """A quantity or percentage with the decimals that it has."""
    return f"{number:f}"


def money_parts(view: DealView) -> list[str]:
    """Budget, amount and revenue of a deal in words, those that there are."""
    told = (
        ("budget", view.deal.budget),
        ("amount", view.computed.amount),
        ("revenue", view.deal.actual_revenue),
    )
    return [f"{word} {money_words(money)}" for word, money in told if money is not None]


def choice_words(view: DealView, dictionary: str, value: object) -> str:
    """The name of a dictionary's value; empty without one."""
    return "" if value is None else view.wording.name(dictionary, value)


def run_words(view: DealView) -> str:
    """`runs since 2 Nov 2026, at the end of the stage`; empty where no process runs."""
    if view.run is None:
        return ""
    words = f"runs since {format_day(view.calendar.day_of(view.run.started_at))}"
    if view.computed.status != "open":
        return f"{words}, goes on if the deal is reopened"
    is_waiting = steps_waiting(view.computed.activities, view.run)
    return words if is_waiting else f"{words}, at the end of the stage"


def closing_words(view: DealView) -> str:
    """`Closes 15 Dec 2026 (in 32 days)`, or `Closed …`; empty without a day."""
    day = view.deal.close_date
    if day is None:
        return ""
    days = (day - view.today).days
    if days == 0:
        when = "today"
    else:
        count = format_days(abs(days))
        when = f"in {count}" if days > 0 else f"{count} ago"
    verb = "Closes" if view.computed.status == "open" else "Closed"
    return f"{verb} {format_day(day)} ({when})"
