"""`salescli client history` and `client list` on the screen, and as documents."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.output import print_document, print_rows, store_columns
from salescli.model.nearest import did_you_mean
from salescli.report.records.clienthistory import (
    COLUMNS,
    History,
    build_history_document,
    cells_of,
    head_lines,
    markdown_lines,
    timeline_lines,
)
from salescli.report.records.timeline import KINDS
from salescli.report.text.listing import Column, format_plain, render_rows
from salescli.report.text.numbers import format_number_of, format_sums
from salescli.workspace.clienthistory import read_history
from salescli.workspace.clientlist import ClientRow, list_clients

WIDTH = 80
_LISTED = (
    Column("id", "Id", "left", "id"),
    Column("kind", "Kind"),
    Column("name", "Name"),
    Column("addresses", "E-mail, phone"),
    Column("open", "Open", "right", "number"),
    Column("won", "Won", "right", "number"),
    Column("failed", "Lost", "right", "number"),
    Column("value", "Won, value", "right", "money"),
)


def show_history(
    app: App,
    text: str,
    kinds: Sequence[str],
    since: str | None,
    format_: str,
    *,
    with_contacts: bool,
) -> None:
    """Print a client's history; broken deals and leads are named on stderr and exit with 4."""
    for kind in kinds:
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"Kinds are {', '.join(KINDS)}."
            raise click.UsageError(f"there is no kind of event {kind!r}. {hint}")
    with app.reading() as session:
        read = read_history(session, text, kinds=kinds, since=since, with_contacts=with_contacts)
        if format_ == "json":
            print_document(build_history_document(read.history))
        elif format_ == "md":
            table = render_rows(cells_of(read.history.rows), COLUMNS, "md").text
            for line in markdown_lines(read.history, table, read.calendar):
                click.echo(line)
        else:
            terminal = app.surroundings.width if app.surroundings.is_terminal else None
            lines = head_lines(read.history, terminal or WIDTH)
            lines += ["", *_table(read.history, terminal)] if read.history.rows else []
            timeline = timeline_lines(read.history, read.calendar, terminal)
            for line in [*lines, *([""] if timeline else []), *timeline]:
                click.echo(line)
    if format_ != "json":
        _tell(read.history)
    report_invalid(read.invalid)


def _table(history: History, width: int | None) -> Iterator[str]:
    """The deals and leads, indented by a blank like all of the screen."""
    cells = cells_of(history.rows)
    if width is None:
        text = format_plain(cells, COLUMNS)
    else:
        text = render_rows(cells, COLUMNS, "table", width=width - 1).text
    return (f" {line}".rstrip() for line in text.split("\n"))


def _tell(history: History) -> None:
    """What the screen doesn't show."""
    if not history.rows:
        say("No deals or leads yet. salescli opportunity create TITLE --client NAME makes one.")
    elif len(history.entries) < history.total:
        events = format_number_of(history.total, "event")
        say(f"{len(history.entries)} of {events} shown.")
    if history.left_out:
        count = format_number_of(len(history.left_out), "deal or lead", "deals and leads")
        say(f"{count} of its contacts left out; --with-contacts takes them in.")


def show_list(app: App, text: str | None, format_: str, *, everything: bool, raw: bool) -> None:
    """Print clients of both kinds with what their deals came to."""
    with app.reading() as session:
        rows, invalid = list_clients(session, text, everything=everything)
        is_short = app.surroundings.is_terminal and format_ == "table"
        ids = {row.id: session.short(row.id) if is_short else row.id for row in rows}
    print_rows(
        app,
        [_record(row) for row in rows],
        store_columns(session, _LISTED),
        format_,
        schema="salescli/clients@1",
        raw=raw,
        empty=f"No clients have {text!r}." if text else "No clients yet.",
        shown=[_in_words(row, ids[row.id]) for row in rows],
    )
    if rows and format_ == "table":
        say(f"{format_number_of(len(rows), 'client')}.")
    report_invalid(invalid)


def _record(row: ClientRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "addresses": list(row.addresses),
        "open": row.open,
        "won": row.won,
        "failed": row.failed,
        "value": [f"{amount:f} {currency}" for currency, amount in row.value.items()],
        **({"store": row.store} if row.store else {}),
    }


def _in_words(row: ClientRow, shown_id: str) -> dict[str, Any]:
    value = format_sums(dict(row.value)) if row.value else ""
    return {**_record(row), "id": shown_id, "value": value}
