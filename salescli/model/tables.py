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


def _spec(name: str, kind: str, doc: str, target: str = "") -> FieldSpec:
    return FieldSpec(name, kind, doc, target)


_ID = _spec("id", "id", "Id")
_RECORD = _spec("record", "id", "Deal or lead that it belongs to")
_DEAL = _spec("opportunity", "reference", "Deal", "opportunity")
_COMPUTED: Mapping[str, tuple[FieldSpec, ...]] = {
    "opportunity": (
        _spec("probability_by_hand", "yes-no", "Whether somebody set the probability"),
        _spec("status", "text", "open, won, lost, rerouted or rejected"),
        _spec("amount", "money", "Sum of the product lines"),
        _spec("value", "money", "Revenue of a won deal, else amount, else budget"),
        _spec("weighted", "money", "Value times probability"),
        _spec("created_at", "day", "Day of its creation"),
        _spec("client_kind", "text", "account or contact"),
        _spec("new_client", "yes-no", "Whether it is the first deal of its client"),
        _spec("overdue", "yes-no", "Open, and its close date has passed"),
        _spec("stale", "yes-no", "Open, and quiet for too long"),
        _spec("days_at_stage", "whole", "Days at the stage; none once closed"),
        _spec("days_in_funnel", "whole", "Days from creation to its closing or today"),
        _spec("hours", "decimal", "Hours worked on it"),
    ),
    "lead": (
        _spec("status", "text", "open, or the final stage"),
        _spec("who", "text", "Name of the client, or what the lead says itself"),
        _spec("created_at", "day", "Day of its creation"),
        _spec("days_at_stage", "whole", "Days at the stage"),
    ),
}
_RESAID = {"probability": "Chance in percent: set by hand, else that of the stage"}
_EVENT = (
    _RECORD,
    _spec("of", "text", "opportunity or lead"),
    _ID,
    _spec("seq", "whole", "Place in the history"),
    _spec("at", "instant", "When it happened"),
    _spec("by", "text", "Who did it"),
    _spec("kind", "text", "What happened: created, moved, closed, done, noted …"),
    _spec("counts", "yes-no", "Whether it counts: no undo has taken it back"),
    _spec("from_stage", "text", "Stage before a move"),
    _spec("to_stage", "text", "Stage after it"),
    _spec("note", "text", "What was said with it"),
    _spec("logged", "instant", "When it was written, if not then"),
    _spec("via", "text", "How it came in: batch, import, merge, check"),
    _spec("key", "text", "Key of what came in once"),
    _spec("own", "json", "What this kind of event has besides"),
)
_OTHERS: tuple[tuple[str, str, tuple[FieldSpec, ...], int], ...] = (
    ("opportunity_lead", "Leads that deals cover", (_DEAL, _spec("lead", "id", "Lead")), 2),
    (
        "visit",
        "Stays of deals in stages, in their order",
        (
            _DEAL,
            _spec("number", "whole", "Its place among the visits of the deal, from 1"),
            _spec("stage", "text", "Stage"),
            _spec("entered_at", "instant", "Beginning"),
            _spec("left_at", "instant", "End; none while it lasts"),
            _spec("entry", "text", "created, forward, back, skipped, closed or reopened"),
            _spec("historical", "yes-no", "Whether a later move back has undone it"),
        ),
        2,
    ),
    (
        "activity",
        "Calls, meetings, tasks and steps of deals and leads",
        (
            _RECORD,
            _ID,
            _spec("type", "text", "Type"),
            _spec("title", "text", "What is to be done"),
            _spec("owner", "text", "Whose it is"),
            _spec("state", "text", "open, done or cancelled"),
            _spec("result", "text", "How it ended"),
            _spec("planned_at", "instant", "When it was planned"),
            _spec("start_at", "instant", "When it is to start"),
            _spec("closed_at", "instant", "When it was done or cancelled"),
            _spec("minutes", "whole", "Planned, then worked minutes"),
            _spec("step", "text", "Step of the process that made it"),
        ),
        2,
    ),
    ("event", "The histories, an event a row", _EVENT, 3),
    (
        "change",
        "Fields that events have set, a field a row",
        (
            _RECORD,
            _spec("event", "id", "Event"),
            _spec("at", "instant", "When it happened"),
            _spec("by", "text", "Who did it"),
            _spec("field", "text", "Field: budget, custom/mortgage, contacts/con-…/role"),
            _spec("before", "text", "Value before; lists and items as JSON"),
            _spec("after", "text", "Value after"),
            _spec("counts", "yes-no", "Whether it counts: no undo has taken it back"),
        ),
        5,
    ),
    (
        "stage",
        "Stages of the processes",
        (
            _spec("process", "text", "Process"),
            _spec("stage", "text", "Stage"),
            _spec("number", "whole", "Its place in the process, from 1"),
            _spec("name", "text", "What people call it"),
            _spec("cap", "whole", "Highest probability in it; of an open stage"),
            _spec("status", "text", "Status of a deal that is there"),
        ),
        2,
    ),
    (
        "product_price",
        "Prices of products",
        (
            _spec("product", "text", "Product"),
            _spec("first_day", "day", "First day of the price"),
            _spec("price", "money", "Price"),
        ),
        2,
    ),
    (
        "external_id",
        "Ids of records in other systems",
        (
            _spec("record", "id", "Record"),
            _spec("system", "text", "Other system"),
            _spec("external", "text", "Id there"),
        ),
        2,
    ),
    (
        "dictionary_value",
        "Values to choose from",
        (
            _spec("dictionary", "text", "Dictionary"),
            _spec("value", "text", "Value, as it stands in records"),
            _spec("name", "text", "What people see"),
        ),
        2,
    ),
)
KINDS: Mapping[str, type[msgspec.Struct]] = {**RECORD_TYPES, **NAMED_TYPES}
"""The tables whose rows are records, with the types of these."""


def table_specs(custom: Mapping[str, Mapping[str, CustomField]]) -> dict[str, TableSpec]:
    """All tables by name; `custom` are the fields that the settings declare, by kind of record."""
    tables: dict[str, TableSpec] = {}
    for kind, record in KINDS.items():
        own = specs_of(record) if kind in RECORD_TYPES else (_ID, *specs_of(record))
        fields = tuple(_resaid(spec) for spec in own if not _is_apart(spec))
        fields += _COMPUTED.get(kind, ())
        doc = (record.__doc__ or "").partition("\n")[0].rstrip(".")
        tables[kind] = _table(kind, doc, fields, 1, custom.get(kind, {}))
    for spec in specs_of(RECORD_TYPES["opportunity"]):
        if spec.items is not None:
            fields = (_DEAL, *specs_of(spec.items))
            if spec.target == "line":
                fields += (_spec("total", "money", "Price times quantity, less the discount"),)
            name = f"opportunity_{spec.target}"
            tables[name] = _table(name, f"{spec.doc}, an item a row", fields, 2)
    for name, doc, fields, keys in _OTHERS:
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


def choose(table: TableSpec, names: Sequence[str]) -> TableSpec:
    """The table with these fields or columns alone, in that order.

    Raises `WrongUsage` with every name that is neither.
    """
    gathered = Gathered()
    fields: list[FieldSpec] = []
    columns: list[ColumnSpec] = []
    for name in names:
        found = [c for c in table.columns if name in (c.name, c.field)]
        named = [spec for spec in table.fields if spec.name in (name, *(c.field for c in found))]
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
