"""What commands on units print: rows, and one unit in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from salescli.commands.app import App, say
from salescli.commands.fields import tell_names
from salescli.commands.output import print_rows
from salescli.model.calendar import format_day
from salescli.model.money import parse_money
from salescli.report.text.listing import Column, Kind
from salescli.report.text.numbers import clean_text, format_days, format_money, format_number_of
from salescli.workspace import unit_rows, units
from salescli.workspace.session import Session

TERMINAL_ROWS = 50
Row = Mapping[str, Any]
SHOWN = ("id", "kind", "floor", "rooms", "area", "price", "state", "reserved_until", "deal")
TITLES = {"reserved_until": "Until", "reserved_for": "Reserved for"}
_KINDS: dict[str, Kind] = {
    "money": "money",
    "whole": "number",
    "decimal": "number",
    "day": "day",
    "id": "id",
}
NONE_YET = "No units yet: salescli unit building create, then salescli unit create"


def default_columns(rows: Iterable[Row], format_: str) -> Sequence[str]:
    """What a list of units shows unless told; the building where there are several."""
    if format_ in ("json", "jsonl", "csv"):
        return unit_rows.COLUMNS
    several = len({row["building"] for row in rows}) > 1
    return [SHOWN[0], "building", *SHOWN[1:]] if several else SHOWN


def print_units(
    app: App,
    found: unit_rows.Units,
    shown: Sequence[str],
    format_: str,
    *,
    schema: str,
    raw: bool = False,
    noun: str = "unit",
) -> None:
    """Print rows of units under these names, and how many there are in each state."""
    tell_names(shown, found.names.names)
    kinds = {name: _KINDS.get(found.names.named(name).kind, "text") for name in shown}
    columns = [
        Column(
            name,
            TITLES.get(name, name.replace("_", " ").capitalize()),
            "right" if kinds[name] in ("money", "number") else "left",
            kinds[name],
        )
        for name in shown
    ]
    records = [{name: row[name] for name in shown} for row in found.rows]
    empty = "" if found.invalid else NONE_YET if not found.total else f"No {noun}s meet that."
    people = [{**row, "price": worded_price(row)} for row in found.rows]
    print_rows(app, records, columns, format_, schema=schema, raw=raw, empty=empty, shown=people)
    if format_ == "table" and found.found:
        said = format_number_of(found.found, noun)
        if len(found.rows) < found.found:
            said = f"{len(found.rows)} of {said} shown; --all shows every one"
        say(f"{said}{found.states}.")


def worded_price(row: Row) -> str | None:
    """A unit's price with thousands."""
    if row["price"] is None:
        return None
    money = parse_money(row["price"])
    return format_money(money.amount, money.currency)


def unit_lines(session: Session, place: units.Place, row: Row) -> list[str]:
    """A unit in words, a line a thing."""
    own = place.unit
    where = ", ".join(name for name in (place.building.project, place.building.name) if name)
    facts = [
        own.kind,
        f"section {own.section}" if own.section else "",
        f"floor {own.floor}" if own.floor is not None else "",
        format_number_of(own.rooms, "room") if own.rooms is not None else "",
        f"{row['area']} m²" if row["area"] else "",
    ]
    lines = [
        f"{place.id}  {where} ({place.building_id})",
        ", ".join(word for word in facts if word),
    ]
    product = session.products.products.get(own.product or "")
    if product is not None:
        lines.append(", ".join(w for w in (product.name, own.product, worded_price(row)) if w))
    lines.append(state_words(session, row))
    return [clean_text(line) for line in lines]


def state_words(session: Session, row: Row) -> str:
    """`Reserved for Flat 47 (7k2m), anna, until 30 Nov 2026, 28 days left`."""
    state = str(row["state"])
    if state == "free" or row["reserved_for"] is None:
        return state.capitalize()
    title = row["deal"]
    short = session.short(row["reserved_for"]) if title else ""
    who = f"{title} ({short})" if title else row["reserved_for"]
    words = {"reserved": "Reserved for", "contracted": "Contracted for", "sold": "Sold with"}
    parts = [f"{words[state]} {who}", *([row["owner"]] if row["owner"] else [])]
    if state == "reserved":
        parts.append(f"until {_day_words(row['reserved_until'])}")
        parts.append(
            f"{format_days(row['days_left'])} left" if row["days_left"] else "its last day"
        )
    if row["contracted_on"] is not None:
        parts.append(f"contract of {_day_words(row['contracted_on'])}")
    return ", ".join(parts)


def _day_words(text: str) -> str:
    return format_day(date.fromisoformat(text))
