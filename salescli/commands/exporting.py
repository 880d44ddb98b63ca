"""`salescli export`: records as data for other programs, and a whole store without loss."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from salescli.commands import exportfiles
from salescli.commands.app import App, say
from salescli.commands.exportfiles import output_option
from salescli.commands.findings import wrapped
from salescli.commands.listing import report_invalid
from salescli.commands.output import put_pieces
from salescli.commands.revision import rev_option
from salescli.commands.tablechoice import asked_of, chosen_options, chosen_table
from salescli.model.tables import ColumnSpec
from salescli.report.text.json_text import escape_json
from salescli.report.text.listing import Column, Kind, format_csv_rows
from salescli.report.text.numbers import format_number_of
from salescli.report.text.recordwords import as_text
from salescli.workspace.exporting.dumping import dump_store, plan_dump
from salescli.workspace.exporting.tables import each_row, table_documents, unreadable

MOST_TOLD = 20  # files that are left out


@click.group()
def export() -> None:
    """Records and whole stores for other programs."""


for command in (exportfiles.xlsx, exportfiles.sqlite, exportfiles.parquet, exportfiles.sql):
    export.add_command(command)


def csv_columns(columns: Sequence[ColumnSpec]) -> list[Column]:
    """The columns of a CSV: numbers are never guarded, there is no formula in them."""
    kinds: dict[str, Kind] = {"whole": "number", "decimal": "number"}
    return [Column(one.name, one.name, kind=kinds.get(one.kind, "text")) for one in columns]


@export.command("jsonl")
@chosen_options
@output_option
@rev_option
@click.pass_obj
def jsonl(
    app: App,
    /,
    table: str,
    where: Sequence[str],
    columns: str | None,
    sort: str | None,
    limit: int | None,
    output: str,
) -> None:
    """Write records, events or any other TABLE as JSON Lines, lists and mappings inside.

    Example: salescli export jsonl opportunity --where status=open
    """
    with app.reading() as session:
        chosen = chosen_table(session, table, columns)
        lines = table_documents(session, chosen, asked_of(where, sort, limit), _line)
        put_pieces(app, output, (line.decode() for line in lines))
        invalid = unreadable(session, chosen.name)
    report_invalid(invalid)


def _line(document: dict[str, Any]) -> bytes:
    """A line as bytes: of all lines, which wait for their turn, they take half the memory."""
    return escape_json(msgspec.json.encode(document).decode()).encode() + b"\n"


@export.command("csv")
@chosen_options
@click.option("--raw", is_flag=True, help="Without the guard against formulas.")
@output_option
@rev_option
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
    output: str,
) -> None:
    """Write records, events or any other TABLE as CSV; money is an amount and a currency.

    Example: salescli export csv opportunity --columns id,title,budget
    """
    with app.reading() as session:
        chosen = chosen_table(session, table, columns)
        rows = each_row(session, chosen, asked_of(where, sort, limit))
        texts = (tuple(map(as_text, row)) for row in rows)
        put_pieces(app, output, format_csv_rows(texts, csv_columns(chosen.columns), raw=raw))
        invalid = unreadable(session, chosen.name)
    report_invalid(invalid)


@export.command("store")
@output_option
@rev_option
@click.pass_obj
def store(app: App, /, output: str) -> None:
    """Write the whole store as JSON Lines, without loss: `import store` makes it again."""
    with app.reading() as session:
        dump = plan_dump(session)
        put_pieces(app, output, dump_store(session, dump))
    files = len(dump.catalogues) + len(dump.records)
    said = f"{session.settings.name}: {format_number_of(files, 'file')}."
    if dump.strays:
        said += f" Not taken, since it is no part of a store: {_listed(dump.strays)}."
    for line in wrapped(said):
        say(line)


def _listed(paths: Sequence[str]) -> str:
    """Paths with commas between; of many the first, and how many more."""
    more = f" and {len(paths) - MOST_TOLD} more" if len(paths) > MOST_TOLD else ""
    return ", ".join(paths[:MOST_TOLD]) + more
