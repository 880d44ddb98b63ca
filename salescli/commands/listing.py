"""Lists of records on the screen: short ids, names of clients, money with thousands, totals."""

from collections.abc import Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.fields import tell_names
from salescli.commands.findings import format_findings
from salescli.commands.output import print_rows
from salescli.model.errors import Finding
from salescli.model.exitcodes import ExitCode
from salescli.report.text.numbers import format_number_of, format_sums
from salescli.report.text.recordwords import build_columns, say_value
from salescli.workspace.listing import TERMINAL_ROWS, Listing, Records, kind_names
from salescli.workspace.listing import list_records as find_records
from salescli.workspace.listrevisions import add_revision
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
        tell_names(columns, add_revision(kind_names(session, kind), kind).names)
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
        build_columns(listing.columns, listing.names),
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
            state = "out of use" if kind in ("account", "contact") else "archived"
            if hidden == 1:
                return f"The only {noun} is {state}; --all shows it."
            return f"All {hidden} {nouns} are {state}; --all shows them."
    return f"No {PLURALS[kind]} yet."


def for_people(app: App, session: Session, listing: Listing) -> Records:
    """The same records in words: names instead of ids, money with thousands."""
    clients = {str(record["client"]) for record in listing.records if record.get("client")}
    named = client_names_in(session, clients) if clients else {}

    def worded(name: str, value: Any) -> Any:
        if name == "id" and app.surroundings.is_terminal and "-" in str(value):
            value = session.short(str(value))
        return say_value(listing.names, name, value, named)

    rows = (tuple(worded(*entry) for entry in record.items()) for record in listing.records)
    return Records(listing.columns, rows)


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
    raise click.exceptions.Exit(ExitCode.DAMAGED)
