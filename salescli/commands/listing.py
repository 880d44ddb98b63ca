"""Lists of records on the screen: short ids, names of clients, money with thousands, totals."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import click

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.output import print_rows
from salescli.model.errors import Finding
from salescli.model.money import parse_money
from salescli.model.names import NameSpec, NameTable
from salescli.report.listing import Column, Kind
from salescli.report.numbers import format_money, format_number_of, format_sums
from salescli.workspace.listing import TERMINAL_ROWS, Listing, Records
from salescli.workspace.listing import list_records as find_records
from salescli.workspace.naming import client_names_in
from salescli.workspace.session import Session

PLURALS = {
    "opportunity": "opportunities",
    "lead": "leads",
    "account": "accounts",
    "contact": "contacts",
    "person": "people",
    "department": "departments",
    "product": "products",
    "competitor": "competitors",
}
_KINDS: dict[str, Kind] = {
    "money": "money",
    "whole": "number",
    "decimal": "number",
    "percent": "percent",
    "day": "day",
    "instant": "day",
    "id": "id",
}
_RIGHT = frozenset({"money", "number", "percent"})


def list_records(
    app: App,
    kind: str,
    *,
    where: Sequence[str],
    sort: str | None,
    columns: str | None,
    limit: int | None,
    everything: bool,
    format_: str,
    raw: bool,
) -> None:
    """Print a list; broken files are named on stderr and the exit code is 4."""
    is_cut = format_ == "table" and app.surroundings.is_terminal and not everything
    if limit is None and is_cut:
        limit = TERMINAL_ROWS
    with app.reading() as session:
        listing = find_records(
            session,
            kind,
            where,
            sort=sort,
            columns=columns,
            limit=limit,
            everything=everything,
            for_machines=format_ in ("json", "jsonl", "csv"),
        )
        people = format_ in ("table", "md")
        shown = for_people(app, session, listing) if people else None
        nothing = ""
        if people and not listing.found:
            nothing = _nothing(session, kind, is_chosen=bool(where), is_whole=everything)
    print_rows(
        app,
        listing.records,
        build_columns(listing),
        format_,
        schema=f"salescli/{PLURALS[kind]}@1",
        raw=raw,
        empty="" if listing.found else nothing,
        shown=shown,
    )
    if format_ == "table" and listing.found:
        say(totals(listing, kind))
    report_invalid(listing.invalid)


def _nothing(session: Session, kind: str, *, is_chosen: bool, is_whole: bool) -> str:
    """Why a list is empty: nothing meets the conditions, there is nothing, all are archived."""
    if is_chosen:
        return f"No {PLURALS[kind]} meet that."
    if not is_whole:
        hidden = find_records(session, kind, (), limit=1, everything=True).found
        if hidden:
            noun, nouns = _nouns(kind)
            if hidden == 1:
                return f"The only {noun} is archived; --all shows it."
            return f"All {hidden} {nouns} are archived; --all shows them."
    return f"No {PLURALS[kind]} yet."


def build_columns(listing: Listing) -> list[Column]:
    """The columns of a list, by the kinds of its names."""
    columns = []
    for name in listing.columns:
        kind: Kind = "money"
        if name != "price":
            kind = _KINDS.get(listing.names.named(name).kind, "text")
        title = _TITLES.get(name) or name.replace("_", " ").replace(".", " ").capitalize()
        align: Literal["left", "right"] = "right" if kind in _RIGHT else "left"
        least = 8 if name == "price" else _least(listing.names.named(name))
        columns.append(Column(name, title, align, kind, least))
    return columns


_TITLES = {"probability": "Prob."}  # the word is wider than any number below it


def _least(spec: NameSpec) -> int:
    """How much of a text must be seen: of a title enough to know it, of a choice all of it."""
    if spec.name in ("title", "name"):
        return 24
    is_id = spec.kind == "choice" or spec.name == "stage" or spec.target in _SLUGS
    return 40 if is_id else 12


_SLUGS = ("person", "department", "process", "product", "competitor")  # told by their ids


def for_people(app: App, session: Session, listing: Listing) -> Records:
    """The same records in words: names instead of ids, money with thousands."""
    clients = {str(record["client"]) for record in listing.records if record.get("client")}
    named = client_names_in(session, clients) if clients else {}

    def worded(name: str, value: Any) -> Any:
        if name == "id" and app.surroundings.is_terminal and "-" in str(value):
            value = session.short(str(value))
        return _worded(listing.names, name, value, named)

    rows = (tuple(worded(*entry) for entry in record.items()) for record in listing.records)
    return Records(listing.columns, rows)


def _worded(names: NameTable, name: str, value: Any, clients: Mapping[str, str]) -> Any:
    if value is None:
        return None
    kind = "money" if name == "price" else names.named(name).kind
    if name == "client":
        return clients.get(value, value)
    if kind == "money" and isinstance(value, str):
        money = parse_money(value)
        return format_money(money.amount, money.currency)
    if kind == "percent":
        return f"{value} %"
    return value


def _nouns(kind: str) -> tuple[str, str]:
    return ("deal", "deals") if kind == "opportunity" else (kind, PLURALS[kind])


def totals(listing: Listing, kind: str) -> str:
    """The line under a list: how many, how many of them are shown, and the sum of budgets."""
    parts = [format_number_of(listing.found, *_nouns(kind))]
    if len(listing.records) < listing.found:
        every = f"--limit {listing.found} shows every one"
        parts = [f"{len(listing.records)} of {parts[0]} shown; {every}"]
    if listing.sums:
        parts.append(f"budget {format_sums(dict(listing.sums))}")
    return ", ".join(parts) + "."


def report_invalid(invalid: Sequence[tuple[str, Sequence[Finding]]]) -> None:
    """Name the files that can't be read, and leave with 4 if there are any."""
    if not invalid:
        return
    for _, findings in invalid:
        for line in format_findings(findings):
            say(line)
    count = format_number_of(len(invalid), "file")
    held = "it holds" if len(invalid) == 1 else "they hold"
    say(f"{count} can't be read: what {held} is not shown.")
    raise click.exceptions.Exit(4)
