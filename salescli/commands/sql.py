"""`salescli sql`: a query over the records, printed in every format."""

import math
import re
import sys
from collections.abc import Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.listing import report_invalid
from salescli.commands.options import format_option
from salescli.commands.output import print_rows
from salescli.commands.revision import rev_option
from salescli.model.tables import TableSpec
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_number_of
from salescli.store.scratch import SECONDS, Answer, run_query
from salescli.workspace.exporting.tables import table_named, table_rows, tables_of
from salescli.workspace.session import Session

_COMMENTED = re.compile(r"--(\s|[^=\n]*\n)")  # a query that begins with a comment


class QueryCommand(click.Command):
    """A command whose argument may begin with a comment of SQL, which looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        queries = [] if "--" in args else [one for one in args if _COMMENTED.match(one)]
        if queries:
            args = [*(one for one in args if one not in queries), "--", *queries]
        return super().parse_args(ctx, args)


@click.command(cls=QueryCommand)
@click.argument("query", required=False)
@click.option("--schema", is_flag=False, flag_value="*", metavar="[TABLE]", help="Tell the tables.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=SECONDS,
    show_default=True,
    help="How long the query may take.",
)
@format_option()
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@rev_option
@click.pass_obj
def sql(
    app: App, /, query: str | None, schema: str | None, seconds: float, format_: str, raw: bool
) -> None:
    """Ask the records a QUERY in SQL (- reads it from stdin). It only reads.

    Tables are called like records: opportunity, contact, event, visit … (docs/sql.md).

    Example: salescli sql "select stage, count(*) from opportunity group by stage"
    """
    if (query is None) == (schema is None):
        raise click.UsageError("give a QUERY, or --schema for the tables that there are")
    if schema is not None:
        _show_schema(app, schema, format_)
        return
    asked = sys.stdin.read() if query == "-" else str(query)
    with app.reading() as session:
        session.index.refresh()
        filled = [(table, table_rows(session, table)) for table in mentioned(session, asked)]
        invalid = tuple(session.index.invalid())
        known = tables_of(session)
    answer = run_query(filled, asked, seconds=seconds, known=known)
    _print(app, answer, format_, raw)
    report_invalid(invalid)


def mentioned(session: Session, query: str) -> list[TableSpec]:
    """The tables whose names stand in a query; the others need not be read."""
    words = set(re.findall(r"\w+", query.lower()))
    return [table for name, table in tables_of(session).items() if name in words]


def _print(app: App, answer: Answer, format_: str, raw: bool) -> None:
    is_json = format_ in ("json", "jsonl")
    rows = ([_value(cell, is_json) for cell in row] for row in answer.rows)
    records = [dict(zip(answer.columns, row, strict=True)) for row in rows]
    columns = [_column(name, [record[name] for record in records]) for name in answer.columns]
    nothing = "No rows."
    print_rows(app, records, columns, format_, schema="salescli/rows@1", raw=raw, empty=nothing)
    if format_ == "table" and records:
        say(f"{format_number_of(len(records), 'row')}.")


def _value(value: Any, is_json: bool) -> Any:
    """A value as it is printed: a sum of decimals to 15 digits, as exact as it was kept.

    JSON has no infinity: there it is null.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            return None if is_json else "infinity" if value > 0 else "-infinity"
        short = float(f"{value:.15g}")
        return int(short) if short.is_integer() and abs(short) < 1e15 else short
    return value.hex() if isinstance(value, bytes) else value


def _column(name: str, values: Sequence[Any]) -> Column:
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, int | float) for value in there):
        return Column(name, name, "right", "number")
    return Column(name, name)


def _show_schema(app: App, table: str, format_: str) -> None:
    with app.reading() as session:
        if table == "*":
            rows = [{"table": t.name, "holds": t.doc} for t in tables_of(session).values()]
            columns = [Column("table", "Table"), Column("holds", "Holds")]
        else:
            found = table_named(session, table).columns
            rows = [{"column": c.name, "type": c.kind, "holds": c.doc} for c in found]
            columns = [Column("column", "Column"), Column("type", "Type"), Column("holds", "Holds")]
    print_rows(app, rows, columns, format_, schema="salescli/tables@1")
