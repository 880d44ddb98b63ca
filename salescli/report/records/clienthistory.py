"""The history of a client: all deals and leads of one, what they came to, and one timeline.

Pure: records and entries come as values. The sums are of *value* (domain.md section 2), each
deal's rounded before it is added, per currency; nothing is converted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from salescli.model.calendar import Calendar, format_day
from salescli.model.events import Done, Event, Mailed
from salescli.model.money import Money, round_amount
from salescli.report.records.timeline import Entry, build_timeline_document, format_timeline
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column
from salescli.report.text.numbers import (
    clean_text,
    cut,
    escape_markdown,
    format_money,
    format_number_of,
    format_sums,
    pad,
)
from salescli.report.text.wrapping import wrap_text

SCHEMA = "salescli/client-history@1"
STATUSES = ("open", "won", "lost", "rerouted", "rejected")
_TALKS = frozenset(("meeting", "call", "visit", "email"))
_TITLE = 30  # columns of a title before each of its entries
_SILENCE = "no-answer"  # a call that nobody took is no contact
COLUMNS = (
    Column("title", "Title"),
    Column("stage", "Stage"),
    Column("owner", "Owner"),
    Column("value", "Value", "right", "money"),
    Column("created_on", "Created", "left", "day"),
    Column("close_date", "Closes", "left", "day"),
    Column("id", "Id", "left", "id"),
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One deal or lead of a client. `stage_name` is for people; a lead's status is its stage."""

    id: str
    kind: str  # opportunity or lead
    title: str
    client: str
    stage: str
    stage_name: str
    status: str
    owner: str | None
    value: Money | None
    created_on: date | None
    close_date: date | None


class Sum(msgspec.Struct, frozen=True):
    """Deals of one status: how many, their value by currency, how many have none."""

    count: int
    sums: Mapping[str, Decimal]
    without_value: int


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All that the store knows of a client's business.

    `others` are the deals of others in which the client takes part, `left_out` those of an
    account's contacts, as (id, title). Contact days are None where nothing was recorded.
    """

    id: str
    kind: str
    name: str
    addresses: tuple[str, ...]
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]
    total: int  # entries before any filter
    first_contact_on: date | None
    last_contact_on: date | None
    others: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def sums_by_status(rows: Iterable[Row]) -> dict[str, Sum]:
    """The deals among the rows by status, those statuses alone that there are."""
    deals = [row for row in rows if row.kind == "opportunity"]
    found = {status: [row for row in deals if row.status == status] for status in STATUSES}
    return {status: _sum(some) for status, some in found.items() if some}


def _sum(rows: Sequence[Row]) -> Sum:
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.value is not None:
            amount = round_amount(row.value.amount, row.value.currency)
            sums[row.value.currency] = sums.get(row.value.currency, Decimal(0)) + amount
    return Sum(len(rows), dict(sorted(sums.items())), sum(row.value is None for row in rows))


def contact_days(
    events: Iterable[Event], types: Mapping[str, str], calendar: Calendar
) -> list[date]:
    """The local days on which somebody spoke with the client: mails, and talks that were done.

    `types` are activity id → type. A task or paperwork is no contact, nor is an unanswered call.
    """
    return [
        calendar.day_of(event.at)
        for event in events
        if isinstance(event, Mailed)
        or (
            isinstance(event, Done)
            and types.get(event.activity) in _TALKS
            and event.result != _SILENCE
        )
    ]


def join_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Entries of several records in one order: time, then the record, then its own order."""
    return sorted(entries, key=lambda entry: (entry.at, entry.record))


def build_history_document(history: History) -> Document:
    """`salescli/client-history@1`."""
    leads = [row.stage for row in history.rows if row.kind == "lead"]
    return {
        "schema": SCHEMA,
        "client": {
            "id": history.id,
            "kind": history.kind,
            "name": history.name,
            "addresses": list(history.addresses),
        },
        "sum": "value",
        "deals": {
            status: {
                "count": one.count,
                "sum": {currency: f"{amount:f}" for currency, amount in one.sums.items()},
                "without_value": one.without_value,
            }
            for status, one in sums_by_status(history.rows).items()
        },
        "leads": {stage: leads.count(stage) for stage in dict.fromkeys(leads)},
        "first_contact_on": _iso(history.first_contact_on),
        "last_contact_on": _iso(history.last_contact_on),
        "records": [_row_document(row) for row in history.rows],
        "takes_part_in": [record for record, _ in history.others],
        "of_its_contacts": [record for record, _ in history.left_out],
        "entries": build_timeline_document(history.id, history.entries)["entries"],
    }


def _row_document(row: Row) -> Document:
    document: Document = msgspec.structs.asdict(row)
    document.pop("stage_name")
    document["value"] = None if row.value is None else str(row.value)
    document["created_on"], document["close_date"] = _iso(row.created_on), _iso(row.close_date)
    return document


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def figure_lines(history: History) -> list[str]:
    """What the business came to, a line a fact: `Won 2 deals, 340 000 EUR`."""
    lines = [
        f"{status.capitalize()} {format_number_of(one.count, 'deal')}{_valued(one)}"
        for status, one in sums_by_status(history.rows).items()
    ]
    leads = [row.stage_name for row in history.rows if row.kind == "lead"]
    if leads:
        told = ", ".join(f"{leads.count(stage)} {stage}" for stage in dict.fromkeys(leads))
        lines.append(f"{format_number_of(len(leads), 'lead')}: {told.lower()}")
    if history.first_contact_on and history.last_contact_on:
        first, last = map(format_day, (history.first_contact_on, history.last_contact_on))
        lines.append(f"In contact from {first} to {last}")
    else:
        lines.append("No mail, call, meeting or visit recorded")
    if history.others:
        lines.append(f"Takes part in {_titles(history.others)}")
    if history.left_out:
        lines.append(f"Of its contacts, not counted: {_titles(history.left_out)}")
    return lines


def _valued(one: Sum) -> str:
    said = f", {format_sums(dict(one.sums))}" if one.sums else ""
    return said + (f" ({one.without_value} without a value)" if one.without_value else "")


def _titles(records: Sequence[tuple[str, str]]) -> str:
    told = ", ".join(clean_text(title) for _, title in records[:3])
    return told + (f" and {len(records) - 3} more" if len(records) > 3 else "")


def cells_of(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The rows as text, a cell for each of `COLUMNS`."""
    return [
        (
            row.title if row.kind == "opportunity" else f"{row.title} (lead)",
            row.stage_name,
            row.owner or "",
            format_money(row.value.amount, row.value.currency) if row.value else "",
            _iso(row.created_on) or "",
            _iso(row.close_date) or "",
            row.id,
        )
        for row in rows
    ]


def head_lines(history: History, width: int) -> list[str]:
    """The client and the figures, in lines of at most `width` columns."""
    room = width - len(history.id) - 3
    title, *more = wrap_text(history.name, room)
    lines = [f" {pad(title, room)}  {history.id}", *(f" {line}" for line in more)]
    about = " · ".join([history.kind, *history.addresses])
    lines += [f" {line}" for line in wrap_text(about, width - 1)]
    for line in figure_lines(history):
        lines += [f" {part}" for part in wrap_text(line, width - 1, indent="  ")]
    return lines


def timeline_lines(history: History, calendar: Calendar, width: int | None) -> list[str]:
    """One timeline; each entry says which deal or lead it is of, where there are several."""
    entries = (
        msgspec.structs.replace(entry, record=history.id, words=words)
        for entry, words in _told(history)
    )
    return format_timeline(entries, history.id, calendar, width=width)


def _told(history: History) -> Iterator[tuple[Entry, str]]:
    short = {row.id: cut(clean_text(row.title), _TITLE) for row in history.rows}
    known = list(short.values())
    titles = {
        name: title + (f" ({name})" if known.count(title) > 1 else "")
        for name, title in short.items()
    }
    for entry in history.entries:
        title = titles.get(entry.record, entry.record)
        yield entry, entry.words if len(titles) == 1 else f"{title}: {entry.words}"


def markdown_lines(history: History, table: str, calendar: Calendar) -> Iterator[str]:
    """The history as Markdown; `table` is that of the deals and leads, already rendered."""
    yield f"# {escape_markdown(clean_text(history.name))}"
    yield ""
    yield f"- {escape_markdown(clean_text(' · '.join([history.kind, *history.addresses])))}"
    yield from (f"- {escape_markdown(line)}" for line in figure_lines(history))
    if history.rows:
        yield from ("", table)
    day: date | None = None
    for entry, words in _told(history):
        local = entry.at.astimezone(calendar.zone)
        if local.date() != day:
            day = local.date()
            yield from ("", f"## {format_day(day)}", "")
        who = escape_markdown(clean_text(entry.by))
        yield f"- {local:%H:%M} **{who}** {escape_markdown(words)}"
