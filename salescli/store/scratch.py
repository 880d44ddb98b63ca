"""Tables of records in a database in memory: to be written out whole, or asked a query.

Owns the columns' types in SQLite, and what is wrong with a query. Numbers with decimals are
floating there: right to 15 digits.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

import msgspec

from salescli.model.errors import Refused, SalesError, WrongUsage, finding
from salescli.model.nearest import did_you_mean
from salescli.model.tables import Row, TableSpec
from salescli.store.database import (
    INTERRUPTED,
    REFUSED,
    TOO_MUCH,
    Connection,
    DatabaseError,
    connect_scratch,
    error_code,
    seal,
)

SECONDS = 30.0
MOST_ROWS = 1_000_000
Filled = Iterable[tuple[TableSpec, Iterable[Row]]]
_CALLED = {"deal": "opportunity", "deals": "opportunity"}  # what people call a table
_TYPES = {"whole": "INTEGER", "decimal": "REAL", "yes-no": "INTEGER"}


class Answer(msgspec.Struct, frozen=True):
    """What a query found: the names of its columns, no two the same, and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def build_database(tables: Filled) -> bytes:
    """The bytes of an SQLite file with these tables."""
    with closing(connect_scratch()) as db:
        _fill(db, tables)
        return db.serialize()


def run_query(
    tables: Filled,
    query: str,
    *,
    seconds: float = SECONDS,
    known: Mapping[str, TableSpec] = {},
) -> Answer:
    """Ask one query of these tables, which can't be changed by it; `known` are all there might be.

    Raises `WrongUsage` (`bad-query`), `Refused` (`query-not-reading`, `query-too-large`).
    """
    with closing(connect_scratch()) as db:
        _fill(db, tables)
        seal(db, seconds)
        try:
            found = db.execute(query)
            if found.description is None:
                raise WrongUsage(
                    finding("bad-query", "that is no query", hint='salescli sql "select 1"')
                )
            rows = found.fetchmany(MOST_ROWS + 1)
        except (DatabaseError, MemoryError) as error:
            raise _told(error, query, known, seconds) from None
        if len(rows) > MOST_ROWS:
            raise _too_large(f"it has more than {MOST_ROWS} rows")
        return Answer(tuple(_distinct(entry[0] for entry in found.description)), rows)


def _fill(db: Connection, tables: Filled) -> None:
    db.execute("BEGIN")
    for table, rows in tables:
        columns = [f'"{one.name}" {_TYPES.get(one.kind, "TEXT")}' for one in table.columns]
        if len(table.key) == 1:
            columns.append(f'PRIMARY KEY ("{table.key[0]}")')
        db.execute(f'CREATE TABLE "{table.name}" ({", ".join(columns)})')
        marks = ", ".join("?" * len(table.columns))
        db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', map(_plain, rows))
    db.execute("COMMIT")


def _plain(row: Row) -> Sequence[Any]:
    return [float(value) if isinstance(value, Decimal) else value for value in row]


def _distinct(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, told = 1, name
        while told in found:
            number += 1
            told = f"{name}_{number}"
        found.append(told)
    return found


def _told(
    error: Exception, query: str, tables: Mapping[str, TableSpec], seconds: float
) -> SalesError:
    """What is wrong with a query, in our words."""
    code, said = error_code(error), str(error)
    if code == REFUSED or said.startswith("not authorized"):
        text = "a query only reads: it changes nothing and opens no other file"
        hint = "begin with select or with; salescli sql --schema tells the tables"
        return Refused(finding("query-not-reading", text, hint=hint))
    if code == INTERRUPTED:
        return _too_large(f"it was not done after {seconds:g} seconds")
    if code in TOO_MUCH or isinstance(error, MemoryError):
        return _too_large("it takes more memory than a query may have")
    what, _, name = said.partition(": ")
    hint = "salescli sql --schema tells the tables and their columns"
    if what == "no such table":
        hint = did_you_mean(_CALLED.get(name.lower(), name), tables) or hint
    if what == "no such column":
        words = set(re.findall(r"\w+", query.lower()))
        named = (table for table in tables.values() if table.name in words)
        columns = dict.fromkeys(column.name for table in named for column in table.columns)
        hint = did_you_mean(name.rpartition(".")[2], columns) or hint
    return WrongUsage(finding("bad-query", f"the query can't be read: {said}", hint=hint))


def _too_large(words: str) -> Refused:
    hint = "ask for less, or take the tables elsewhere: salescli export sqlite, parquet, sql"
    return Refused(finding("query-too-large", f"the query was stopped: {words}", hint=hint))
