"""`salescli export sqlite|xlsx|parquet|sql`: tables as files that other programs open."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.output import put_pieces, write_outside
from salescli.commands.revision import rev_option
from salescli.commands.tablechoice import (
    asked_of,
    chosen_options,
    chosen_table,
    read_rows,
    row_options,
)
from salescli.model.errors import Failed, finding
from salescli.model.tables import Row, TableSpec
from salescli.report.files.sqldump import dump_postgresql
from salescli.report.text.numbers import format_number_of
from salescli.store.scratch import build_database
from salescli.workspace.exporting.tables import Invalid, table_rows, tables_of
from salescli.workspace.session import Session

Filled = tuple[TableSpec, list[Row]]

output_option = click.option(
    "--output", "-o", default="-", metavar="FILE", help="Where it goes; - is stdout."
)
tables_argument = click.argument("tables", nargs=-1, metavar="[TABLE]...")


def load_extra(module: str, package: str, extra: str) -> Any:
    """A module that needs a package more; raises `Failed` (`extra-missing`) without that."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        text = f"the {package} package, which writes {extra}, is not installed"
        hint = f"install it with pip install 'salescli[{extra}]'"
        raise Failed(finding("extra-missing", text, hint=hint)) from None


def read_tables(
    app: App, names: Sequence[str]
) -> tuple[list[tuple[TableSpec, list[Row]]], Invalid]:
    """The named tables, or all, with their rows; what of the store can't be read."""
    with app.reading() as session:
        tables = chosen_tables(session, names)
        filled = [(table, table_rows(session, table)) for table in tables]
        return filled, tuple(session.index.invalid())


def chosen_tables(session: Session, names: Sequence[str]) -> list[TableSpec]:
    """The tables of these names; all without any."""
    known = tables_of(session)
    return [chosen_table(session, name, None) for name in dict.fromkeys(names or known)]


def put_out(app: App, output: str, data: bytes, words: str) -> None:
    """Write bytes to a file or to stdout, never onto a terminal."""
    if output != "-":
        write_outside(app, output, data)
        say(words)
        return
    if app.surroundings.is_terminal:
        raise click.UsageError("that is nothing for a terminal: name a file with --output FILE")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def told(filled: Sequence[tuple[TableSpec, Sequence[Row]]], output: str) -> str:
    """What was written, in words."""
    rows = sum(len(rows) for _, rows in filled)
    tables = format_number_of(len(filled), "table")
    return f"{tables} with {format_number_of(rows, 'row')} in {output}."


def told_cut(cut: Mapping[str, int], longest: int) -> str:
    """That texts are in a workbook only up to what a cell holds, and where they are whole."""
    places = ", ".join(f"{count} of {place}" for place, count in cut.items())
    return (
        f"Cut, since a cell holds {longest} characters: {places}.\n"
        "  csv, jsonl, sqlite and parquet have them whole."
    )


@click.command("sqlite")
@tables_argument
@output_option
@rev_option
@click.pass_obj
def sqlite(app: App, /, tables: Sequence[str], output: str) -> None:
    """Write the TABLEs, or all, as an SQLite file: what `salescli sql` asks.

    Example: salescli export sqlite --output sales.sqlite
    """
    filled, invalid = read_tables(app, tables)
    put_out(app, output, build_database(filled), told(filled, output))
    report_invalid(invalid)


@click.command("xlsx")
@row_options
@tables_argument
@output_option
@rev_option
@click.pass_obj
def xlsx(
    app: App,
    /,
    tables: Sequence[str],
    output: str,
    where: Sequence[str],
    columns: str | None,
    sort: str | None,
    limit: int | None,
) -> None:
    """Write the TABLEs, or all, as an Excel workbook, a sheet each.

    Conditions, fields, order and limit go with one TABLE.

    Example: salescli export xlsx opportunity --where status=open -o open.xlsx
    """
    is_chosen = bool(where or columns or sort) or limit is not None
    if is_chosen and len(tables) != 1:
        raise click.UsageError("--where, --fields, --sort and --limit go with one TABLE")
    workbook = load_extra("salescli.report.files.workbook", "xlsxwriter", "xlsx")
    if len(tables) == 1:
        table, rows, invalid = read_rows(app, tables[0], columns, asked_of(where, sort, limit))
        filled = [(table, rows)]
    else:
        filled, invalid = read_tables(app, tables)
    built = workbook.build_workbook(filled)
    put_out(app, output, built.data, told(filled, output))
    if built.cut:
        say(told_cut(built.cut, workbook.LONGEST))
    report_invalid(invalid)


@click.command("parquet")
@chosen_options
@output_option
@rev_option
@click.pass_obj
def parquet(
    app: App,
    /,
    table: str,
    where: Sequence[str],
    columns: str | None,
    sort: str | None,
    limit: int | None,
    output: str,
) -> None:
    """Write records, events or any other TABLE as Parquet; amounts are exact decimals.

    Example: salescli export parquet event -o events.parquet
    """
    writer = load_extra("salescli.report.files.parquet", "pyarrow", "parquet")
    chosen, rows, invalid = read_rows(app, table, columns, asked_of(where, sort, limit))
    data = writer.build_parquet(chosen, rows)
    put_out(app, output, data, told([(chosen, rows)], output))
    report_invalid(invalid)


@click.command("sql")
@tables_argument
@click.option(
    "--dialect",
    type=click.Choice(["postgresql"]),
    default="postgresql",
    show_default=True,
    help="Whose SQL.",
)
@output_option
@rev_option
@click.pass_obj
def sql(app: App, /, tables: Sequence[str], dialect: str, output: str) -> None:
    """Write the TABLEs, or all, as SQL that psql loads, in place of the last ones.

    Example: salescli export sql | psql -v ON_ERROR_STOP=1 analytics
    """
    with app.reading() as session:
        chosen = chosen_tables(session, tables)
        put_pieces(app, output, dump_postgresql(_each(session, chosen)))
        invalid = tuple(session.index.invalid())
    report_invalid(invalid)


def _each(session: Session, tables: Sequence[TableSpec]) -> Iterator[tuple[TableSpec, list[Row]]]:
    """Each table with its rows, one at a time: all together take the memory of all."""
    return ((table, table_rows(session, table)) for table in tables)
