"""One table or all of them, as documents or rows that meet conditions, in a certain order.

Conditions on records are those of their lists; on other tables they speak of the columns.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from salescli.model.errors import Finding, Gathered, NotFound, WrongUsage, finding
from salescli.model.expression import compile_condition, parse_condition
from salescli.model.names import NameSpec, NameTable
from salescli.model.nearest import did_you_mean
from salescli.model.records import RECORD_TYPES
from salescli.model.tables import (
    KINDS,
    ColumnSpec,
    Document,
    Row,
    TableSpec,
    build_blank,
    build_public,
    build_row,
    table_specs,
)
from salescli.store.indexorder import ordered_ids
from salescli.workspace.exporting.documents import documents_of, record_reader
from salescli.workspace.listing import find_rows
from salescli.workspace.session import Session

Invalid = Sequence[tuple[str, tuple[Finding, ...]]]
_ALIASES = {"opp": "opportunity"}


class Asked(msgspec.Struct, frozen=True):
    """Which of a table's rows: as the options of a list say it. `sort` names columns, `-` first."""

    where: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None


def tables_of(session: Session) -> dict[str, TableSpec]:
    """Every table of this store by name."""
    return table_specs(session.settings.custom_fields)


def table_named(session: Session, name: str) -> TableSpec:
    """The table of a name; raises `NotFound`."""
    tables = tables_of(session)
    key = _ALIASES.get(name, name.replace("-", "_"))
    if key not in tables:
        hint = did_you_mean(name, tables) or f"there are {', '.join(tables)}"
        raise NotFound(finding("no-such-table", f"there is no table {name!r}", hint=hint))
    return tables[key]


def table_rows(session: Session, table: TableSpec, asked: Asked | None = None) -> list[Row]:
    """The rows of a table in order; raises what is wrong with the conditions, all together."""
    return list(each_row(session, table, asked or Asked()))


def each_row(session: Session, table: TableSpec, asked: Asked) -> Iterator[Row]:
    """The same, a row at a time."""

    def row(document: Document) -> Row:
        return build_row(document, table.columns)

    return _chosen(session, table, asked, row)


def table_documents(
    session: Session,
    table: TableSpec,
    asked: Asked,
    make: Callable[[dict[str, Any]], Any] = lambda document: document,
) -> Iterator[Any]:
    """What `make` makes of each public document of a table, in the order of its rows."""
    blank = build_blank(table.fields)
    return _chosen(session, table, asked, lambda document: make(build_public(document, blank)))


def unreadable(session: Session, table: str) -> Invalid:
    """The files that can't be read, of a table that is made of such files."""
    return () if table in _OF_CATALOGUES else tuple(session.index.invalid())


_OF_CATALOGUES = frozenset(
    (
        "person department product competitor stage product_price dictionary_value "
        "plan building unit"
    ).split()
)


def _chosen(
    session: Session, table: TableSpec, asked: Asked, make: Callable[[Document], Any]
) -> Iterator[Any]:
    if table.name in KINDS:
        yield from _records(session, table.name, asked, make)
        return
    session.index.refresh()
    full = tables_of(session)[table.name]
    tests, keys = _compile(session, full, asked)
    found: list[tuple[tuple[Any, ...], Any]] = []
    for document in documents_of(session, table.name):
        row = build_row(document, full.columns)
        if all(test(row) for test in tests):
            found.append((row, make(document)))
    for key, is_descending in reversed(keys):
        found.sort(key=lambda pair, at=key: _sortable(pair[0][at]), reverse=is_descending)  # type: ignore[misc]
    yield from (made for _, made in found[: asked.limit])


def _records(
    session: Session, kind: str, asked: Asked, make: Callable[[Document], Any]
) -> Iterator[Any]:
    """The records that a list of the same conditions has, archived ones too.

    In the order of their files unless sorted, so that two clones say the same.
    """
    session.index.refresh()
    ids = _ids(session, kind, asked)
    chosen = None if _is_all(asked) else set(ids)
    # One pass over the index as it lies; only what comes before its turn is kept.
    waiting: dict[str, Any] = {}
    place = 0
    for document in record_reader(session, kind)(chosen):
        waiting[document["id"]] = make(document)
        while place < len(ids) and ids[place] in waiting:
            yield waiting.pop(ids[place])
            place += 1


def _is_all(asked: Asked) -> bool:
    return not asked.where and asked.limit is None


def _ids(session: Session, kind: str, asked: Asked) -> list[str]:
    """Which records, in which order."""
    if not asked.where and not asked.sort and kind in RECORD_TYPES:
        return ordered_ids(session.index, kind)[: asked.limit]
    rows = find_rows(session, kind, asked.where, ["id"], asked.sort, None, True).rows
    found = [str(record_id) for (record_id,) in rows]
    if not asked.sort and kind in RECORD_TYPES:
        chosen = set(found)
        found = [record_id for record_id in ordered_ids(session.index, kind) if record_id in chosen]
    return found[: asked.limit]


def _compile(
    session: Session, table: TableSpec, asked: Asked
) -> tuple[list[Callable[[Row], bool]], list[tuple[int, bool]]]:
    """What a row must meet, and the places of the columns that rows are sorted by."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    names = NameTable({c.name: NameSpec(c.name, _kind(c)) for c in table.columns})

    def access(name: str) -> Callable[[Row], Sequence[Any]]:
        place = places[name]
        is_instant = table.columns[place].kind == "instant"

        def values(row: Row) -> Sequence[Any]:
            value = row[place]
            if value is None:
                return ()
            if is_instant:
                at = datetime.fromisoformat(str(value))
                return (session.calendar.day_of(at).isoformat(),)
            return (value,)

        return values

    gathered = Gathered()
    tests: list[Callable[[Row], bool]] = []
    keys: list[tuple[int, bool]] = []
    for text in asked.where:
        with gathered.trying():
            condition = parse_condition(text, names)
            tests.append(compile_condition(condition, session.today, None, access))
    for entry in asked.sort or table.key[:1]:
        name = entry.removeprefix("-")
        with gathered.trying():
            if name not in places:
                hint = did_you_mean(name, places) or f"names are {', '.join(places)}"
                raise WrongUsage(finding("unknown-name", f"{name!r} is not a field", hint=hint))
            keys.append((places[name], entry.startswith("-")))
    gathered.raise_all()
    return tests, keys


def _kind(column: ColumnSpec) -> str:
    return "text" if column.kind == "json" else column.kind


def _sortable(value: Any) -> tuple[bool, Any]:
    return (False, "") if value is None else (True, value)
