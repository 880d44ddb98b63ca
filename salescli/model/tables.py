"""Records as tables: which there are, their fields, and their columns in a database or spreadsheet.

Made from the declarations of the records and what is computed of them; nothing is listed twice.
A *document* of a table has its fields as in JSON: money and days as text, lists as lists. A *row*
has its columns: money is an amount and a currency, lists of words are one text, other lists are
tables of their own. Knows no store and no database.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from salescli.model.catalogues import CustomField
from salescli.model.errors import Gathered, WrongUsage, finding
from salescli.model.fields import FieldSpec, specs_of
from salescli.model.names import NAMED_TYPES
from salescli.model.nearest import did_you_mean
from salescli.model.othertables import DEAL, ID, OTHERS, spec_of
from salescli.model.records import RECORD_TYPES

ColumnKind: TypeAlias = Literal["text", "whole", "decimal", "yes-no", "day", "instant", "json"]
Value: TypeAlias = str | int | bool | Decimal | None
Document: TypeAlias = Mapping[str, Any]
Row: TypeAlias = tuple[Value, ...]


class ColumnSpec(msgspec.Struct, frozen=True):
    """A column, of `field` of a document; `inner` is the key inside a mapping.

    Days are ISO text, instants too, in UTC with `Z`; `json` is JSON as text.
    """

    name: str
    kind: ColumnKind
    doc: str
    field: str
    inner: str = ""
    part: Literal["", "amount", "currency"] = ""
    absent: Value = None  # what a document without the field says


class TableSpec(msgspec.Struct, frozen=True):
    """A table: no two rows share the columns of `key`; rows are sorted by the first of it."""

    name: str
    doc: str
    fields: tuple[FieldSpec, ...]
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]


_COMPUTED: Mapping[str, tuple[FieldSpec, ...]] = {
    "opportunity": (
        spec_of("probability_by_hand", "yes-no", "Whether somebody set the probability"),
        spec_of("status", "text", "open, won, lost, rerouted or rejected"),
        spec_of("amount", "money", "Sum of the product lines"),
        spec_of("value", "money", "Revenue of a won deal, else amount, else budget"),
        spec_of("weighted", "money", "Value times probability"),
        spec_of("created_at", "day", "Day of its creation"),
        spec_of("client_kind", "text", "account or contact"),
        spec_of("new_client", "yes-no", "Whether it is the first deal of its client"),
        spec_of("overdue", "yes-no", "Open, and its close date has passed"),
        spec_of("stale", "yes-no", "Open, and quiet for too long"),
        spec_of("days_at_stage", "whole", "Days at the stage; none once closed"),
        spec_of("days_in_funnel", "whole", "Days from creation to its closing or today"),
        spec_of("hours", "decimal", "Hours worked on it"),
    ),
    "lead": (
        spec_of("status", "text", "open, or the final stage"),
        spec_of("who", "text", "Name of the client, or what the lead says itself"),
        spec_of("created_at", "day", "Day of its creation"),
        spec_of("days_at_stage", "whole", "Days at the stage"),
    ),
}
_RESAID = {"probability": "Chance in percent: set by hand, else that of the stage"}
KINDS: Mapping[str, type[msgspec.Struct]] = {**RECORD_TYPES, **NAMED_TYPES}
"""The tables whose rows are records, with the types of these."""


def table_specs(custom: Mapping[str, Mapping[str, CustomField]]) -> dict[str, TableSpec]:
    """All tables by name; `custom` are the fields that the settings declare, by kind of record."""
    tables: dict[str, TableSpec] = {}
    for kind, record in KINDS.items():
        own = specs_of(record) if kind in RECORD_TYPES else (ID, *specs_of(record))
        fields = tuple(_resaid(spec) for spec in own if not _is_apart(spec))
        fields += _COMPUTED.get(kind, ())
        doc = (record.__doc__ or "").partition("\n")[0].rstrip(".")
        tables[kind] = _table(kind, doc, fields, 1, custom.get(kind, {}))
    for spec in specs_of(RECORD_TYPES["opportunity"]):
        if spec.items is not None:
            fields = (DEAL, *specs_of(spec.items))
            if spec.target == "line":
                fields += (spec_of("total", "money", "Price times quantity, less the discount"),)
            name = f"opportunity_{spec.target}"
            tables[name] = _table(name, f"{spec.doc}, an item a row", fields, 2)
    for name, doc, fields, keys in OTHERS:
        tables[name] = _table(name, doc, fields, keys)
    return tables


def _is_apart(spec: FieldSpec) -> bool:
    """Whether a field is not of one value: dated ones and catalogues inside have other tables."""
    return spec.kind == "dated-money" or (spec.kind == "mapping" and spec.name == "products")


def _resaid(spec: FieldSpec) -> FieldSpec:
    doc = _RESAID.get(spec.name)
    return msgspec.structs.replace(spec, doc=doc) if doc else spec


def _table(
    name: str,
    doc: str,
    fields: tuple[FieldSpec, ...],
    keys: int,
    custom: Mapping[str, CustomField] | None = None,
) -> TableSpec:
    columns = tuple(column for spec in fields for column in _columns(spec, custom or {}))
    return TableSpec(name, doc, fields, columns, tuple(spec.name for spec in fields[:keys]))


_KINDS: Mapping[str, ColumnKind] = {
    "whole": "whole",
    "percent": "whole",
    "decimal": "decimal",
    "yes-no": "yes-no",
    "day": "day",
    "instant": "instant",
    "json": "json",
}


def _columns(spec: FieldSpec, custom: Mapping[str, CustomField]) -> Iterable[ColumnSpec]:
    if spec.name == "custom" and spec.kind == "mapping":
        for key, own in custom.items():
            yield from _of_kind(
                f"custom_{key.replace('-', '_')}", own.type, own.name, "custom", key
            )
    elif spec.kind not in ("mapping", "list") and spec.name != "leads":
        kind = "whole" if spec.target == "loyalties" else spec.kind
        for column in _of_kind(spec.name, kind, spec.doc, spec.name):
            absent = False if spec.is_no_if_absent else None
            yield msgspec.structs.replace(column, absent=absent)


def _of_kind(name: str, kind: str, doc: str, field: str, inner: str = "") -> Iterable[ColumnSpec]:
    if kind != "money":
        yield ColumnSpec(name, _KINDS.get(kind, "text"), doc, field, inner)
        return
    yield ColumnSpec(name, "decimal", doc, field, inner, "amount")
    yield ColumnSpec(f"{name}_currency", "text", "Currency of it", field, inner, "currency")


# --- documents → rows ------------------------------------------------------------------------


def build_row(document: Document, columns: Sequence[ColumnSpec]) -> Row:
    """The row of a document."""
    row = []
    for column in columns:
        value = document.get(column.field)
        if column.inner:
            row.append(_custom(value, column))
        else:
            cell = _CELLS[column.part or column.kind]
            row.append(column.absent if value is None else cell(value))
    return tuple(row)


def _custom(mapping: Any, column: ColumnSpec) -> Value:
    """A value of a field of one's own; what is none of its type (`check` tells it) is nothing."""
    value = mapping.get(column.inner) if isinstance(mapping, Mapping) else None
    if value is None:
        return None
    try:
        if column.kind == "day":
            return date.fromisoformat(value).isoformat()
        found = _CELLS[column.part or column.kind](value)
        return found if not isinstance(found, Decimal) or found.is_finite() else None
    except (ValueError, ArithmeticError, TypeError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else as_json(value)


def as_json(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_CELLS: Mapping[str, Callable[[Any], Value]] = {
    "amount": lambda value: Decimal(value.rpartition(" ")[0]),
    "currency": lambda value: str(value.rpartition(" ")[2]),
    "text": _text,
    "whole": int,
    "decimal": Decimal,
    "yes-no": lambda value: value in (True, "true"),
    "day": str,
    "instant": str,
    "json": as_json,
}


def build_blank(fields: Sequence[FieldSpec]) -> dict[str, Any]:
    """The public document of a record that says nothing: null, and lists that are always there."""
    return {spec.name: [] if spec.kind in ("list", "words") else None for spec in fields}


def build_public(document: Document, blank: Document) -> dict[str, Any]:
    """The document with the fields of `blank` and no others, for JSON."""
    get = document.get
    return {name: get(name, nothing) for name, nothing in blank.items()}


def _inner(table: TableSpec, name: str) -> list[ColumnSpec]:
    """The column of one key of a mapping: `external.hubspot`; none for what has other names."""
    top, dot, key = name.partition(".")
    specs = [spec for spec in table.fields if spec.name == top and spec.kind == "mapping"]
    own = [c for c in table.columns if c.field == top and c.inner == key]
    return own or [ColumnSpec(name, "text", spec.doc, top, key) for spec in specs if dot and key]


def _whole(spec: FieldSpec) -> ColumnSpec:
    """The column of a field that has none of its own: words as one text, else JSON."""
    return ColumnSpec(spec.name, "text" if spec.kind == "words" else "json", spec.doc, spec.name)


def choose(table: TableSpec, names: Sequence[str]) -> TableSpec:
    """The table with these fields or columns alone, in that order.

    A list or mapping that is asked for by its name, which has no column otherwise, is a column of
    JSON; `external.SYSTEM` is one key of a mapping. Raises `WrongUsage` with every name that is
    neither.
    """
    gathered = Gathered()
    fields: list[FieldSpec] = []
    columns: list[ColumnSpec] = []
    for name in names:
        found = [c for c in table.columns if name in (c.name, c.field)] or _inner(table, name)
        named = [spec for spec in table.fields if spec.name in (name, *(c.field for c in found))]
        if named and not found:
            found = [_whole(spec) for spec in named]
        if not named:
            known = dict.fromkeys(
                [*(s.name for s in table.fields), *(c.name for c in table.columns)]
            )
            hint = did_you_mean(name, known) or f"names are {', '.join(known)}"
            gathered.add(WrongUsage(finding("unknown-name", f"{name!r} is not a field", hint=hint)))
        columns += [column for column in found if column not in columns]
        fields += [spec for spec in named if spec not in fields]
    gathered.raise_all()
    return msgspec.structs.replace(table, fields=tuple(fields), columns=tuple(columns))
