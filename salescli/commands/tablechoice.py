"""Which table, rows and columns an export takes: the options, and what they choose."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.fields import WORDS, split_names, tell_names
from salescli.model.tables import Row, TableSpec, choose
from salescli.workspace.exporting.tables import (
    Asked,
    Invalid,
    table_named,
    table_rows,
    unreadable,
)
from salescli.workspace.session import Session

Command = Callable[..., Any]


def row_options(function: Command) -> Command:
    """Which rows and columns of a table: as the lists take them, but archived records too."""
    for option in (
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows."),
        click.option("--sort", metavar="NAMES", help="Names to sort by; -name is descending."),
        click.option("--fields", "--columns", "columns", metavar="NAMES", help=WORDS),
        click.option(
            "--where", multiple=True, metavar="CONDITION", help="Only those that meet it."
        ),
    ):
        function = option(function)
    return function


def chosen_options(function: Command) -> Command:
    """The same, and of which table."""
    return click.argument("table", metavar="TABLE")(row_options(function))


def asked_of(where: Sequence[str], sort: str | None, limit: int | None) -> Asked:
    """The options as the workspace takes them."""
    return Asked(tuple(where), tuple(split_names(sort)), limit)


def chosen_table(session: Session, name: str, columns: str | None) -> TableSpec:
    """The table that was asked for, with the columns that were."""
    table = table_named(session, name)
    tell_names(columns, [column.name for column in table.columns])
    names = split_names(columns)
    return choose(table, names) if names else table


def read_rows(
    app: App, table: str, columns: str | None, asked: Asked
) -> tuple[TableSpec, list[Row], Invalid]:
    """A table with its rows, and what of the store can't be read."""
    with app.reading() as session:
        chosen = chosen_table(session, table, columns)
        return chosen, table_rows(session, chosen, asked), unreadable(session, chosen.name)
