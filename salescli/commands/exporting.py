"""`salescli export`: records as data for other programs, and a whole store without loss."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.output import print_pieces
from salescli.model.tables import ColumnSpec, Row, TableSpec, choose
from salescli.report.documents import format_json
from salescli.report.listing import Column, Kind, format_csv_rows
from salescli.report.numbers import format_number_of
from salescli.report.recordwords import as_text
from salescli.workspace.exporting.dumping import dump_store, plan_dump
from salescli.workspace.exporting.tables import (
    Asked,
    Invalid,
    table_documents,
    table_named,
    table_rows,
    unreadable,
)
from salescli.workspace.session import Session

Command = Callable[..., Any]


@click.group()
def export() -> None:
    """Records and whole stores for other programs."""


def chosen_options(function: Command) -> Command:
    """Which rows and columns of a table: as the lists take them, but archived records too."""
    for option in (
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows."),
        click.option("--sort", metavar="NAMES", help="Names to sort by; -name is descending."),
        click.option("--columns", metavar="NAMES", help="Names to write, with commas."),
        click.option(
            "--where", multiple=True, metavar="CONDITION", help="Only those that meet it."
        ),
        click.argument("table", metavar="TABLE"),
    ):
        function = option(function)
    return function


def asked_of(where: Sequence[str], sort: str | None, limit: int | None) -> Asked:
    """The options as the workspace takes them."""
    return Asked(tuple(where), tuple(split_names(sort)), limit)


def split_names(text: str | None) -> list[str]:
    """Names with commas between them."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def chosen_table(session: Session, name: str, columns: str | None) -> TableSpec:
    """The table that was asked for, with the columns that were."""
    table = table_named(session, name)
    names = split_names(columns)
    return choose(table, names) if names else table


def csv_columns(columns: Sequence[ColumnSpec]) -> list[Column]:
    """The columns of a CSV: numbers are never guarded, there is no formula in them."""
    kinds: dict[str, Kind] = {"whole": "number", "decimal": "number"}
    return [Column(one.name, one.name, kind=kinds.get(one.kind, "text")) for one in columns]


@export.command("jsonl")
@chosen_options
@click.pass_obj
def jsonl(
    app: App,
    /,
    table: str,
    where: Sequence[str],
    columns: str | None,
    sort: str | None,
    limit: int | None,
) -> None:
    """Write records, events or any other TABLE as JSON Lines, lists and mappings inside.

    Example: salescli export jsonl opportunity --where status=open
    """
    with app.reading() as session:
        chosen = chosen_table(session, table, columns)
        lines = table_documents(session, chosen, asked_of(where, sort, limit), _line)
        print_pieces(lines)
        invalid = unreadable(session, chosen.name)
    report_invalid(invalid)


def _line(document: dict[str, Any]) -> str:
    return format_json(document, indent=None) + "\n"


@export.command("csv")
@chosen_options
@click.option("--raw", is_flag=True, help="Without the guard against formulas.")
@click.pass_obj
def csv_(
    app: App,
    /,
    table: str,
    where: Sequence[str],
    columns: str | None,
    sort: str | None,
    limit: int | None,
    raw: bool,
) -> None:
    """Write records, events or any other TABLE as CSV; money is an amount and a currency.

    Example: salescli export csv opportunity --columns id,title,budget
    """
    chosen, rows, invalid = read_rows(app, table, columns, asked_of(where, sort, limit))
    texts = (tuple(map(as_text, row)) for row in rows)
    print_pieces(format_csv_rows(texts, csv_columns(chosen.columns), raw=raw))
    report_invalid(invalid)


def read_rows(
    app: App, table: str, columns: str | None, asked: Asked
) -> tuple[TableSpec, list[Row], Invalid]:
    """A table with its rows, and what of the store can't be read."""
    with app.reading() as session:
        chosen = chosen_table(session, table, columns)
        return chosen, table_rows(session, chosen, asked), unreadable(session, chosen.name)


@export.command("store")
@click.pass_obj
def store(app: App, /) -> None:
    """Write the whole store as JSON Lines, without loss: `import store` makes it again."""
    with app.reading() as session:
        dump = plan_dump(session)
        print_pieces(dump_store(session, dump))
    files = len(dump.catalogues) + len(dump.records)
    said = f"{session.settings.name}: {format_number_of(files, 'file')}."
    if dump.strays:
        said += f" Left out is what no store has: {', '.join(dump.strays)}."
    say(said)
