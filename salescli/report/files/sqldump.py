"""Tables as SQL that a database engine loads: PostgreSQL's, through `psql`. Pure text."""

from collections.abc import Iterable, Iterator

from salescli.model.tables import Row, TableSpec, Value

SCHEMA = "salescli"
_TYPES = {
    "whole": "bigint",
    "decimal": "numeric",
    "yes-no": "boolean",
    "day": "date",
    "instant": "timestamptz",
    "json": "jsonb",
}
# An error ends psql: what it would read next are rows, and a text in one may look like a command.
_HEAD = """\\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET client_min_messages = warning;
BEGIN;
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def dump_postgresql(tables: Iterable[tuple[TableSpec, Iterable[Row]]]) -> Iterator[str]:
    """The dump, in pieces: one transaction that puts every table in place of the one before.

    The tables lie in the schema `salescli`. A view that somebody made on one of them stops it.
    """
    yield _HEAD
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n"
    for table, rows in tables:
        yield from _table(table, rows)
    yield "COMMIT;\n"


def _table(table: TableSpec, rows: Iterable[Row]) -> Iterator[str]:
    name = f"{SCHEMA}.{_quote(table.name)}"
    columns = [f"{_quote(one.name)} {_TYPES.get(one.kind, 'text')}" for one in table.columns]
    if len(table.key) == 1:
        columns.append(f"PRIMARY KEY ({_quote(table.key[0])})")
    inner = ",\n    ".join(columns)
    yield f"\nDROP TABLE IF EXISTS {name};\nCREATE TABLE {name} (\n    {inner}\n);\n"
    yield f"COMMENT ON TABLE {name} IS {_literal(table.doc)};\n"
    for one in table.columns:
        yield f"COMMENT ON COLUMN {name}.{_quote(one.name)} IS {_literal(one.doc)};\n"
    yield f"COPY {name} FROM stdin;\n"
    for row in rows:
        yield "\t".join(map(_cell, row)) + "\n"
    yield "\\.\n"
    if len(table.key) > 1:
        yield f"CREATE INDEX ON {name} ({_quote(table.key[0])});\n"


def _quote(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _cell(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPES)
