"""Records as text: a new record's file, and the edits that a change of fields makes in one.

Knows which kinds are written plain though a general YAML reader would type them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.events import Json
from salescli.model.facts import State, build_document_of, is_reference_list
from salescli.model.fields import FieldSpec, key_order, spec_named, specs_of
from salescli.model.records import Opportunity
from salescli.store.dump import Plain, dump_document
from salescli.store.patch import Edit, Item, Remove, Set

PLAIN_KINDS = frozenset({"day", "instant", "decimal"})


def mark(value: Any, spec: FieldSpec | None) -> Any:
    """Mark what is written plain by its type, in a value of that field."""
    if spec is None or value is None:
        return value
    if spec.kind in PLAIN_KINDS and isinstance(value, str):
        return Plain(value)
    if spec.kind == "dated-money":
        return {Plain(str(key)): entry for key, entry in value.items()}
    if spec.items is not None:
        if isinstance(value, list):
            return [mark_document(entry, spec.items) for entry in value]
        if isinstance(value, Mapping):
            return mark_document(value, spec.items)
    return value


def mark_document(document: Mapping[str, Any], record: type[msgspec.Struct]) -> dict[str, Any]:
    """Mark a whole document by the declarations of its record type."""
    return {key: mark(value, spec_named(record, key)) for key, value in document.items()}


def format_record(document: Mapping[str, Any], record: type[msgspec.Struct]) -> bytes:
    """The canonical file of a new record: the head always, the rest where set."""
    ordered: dict[str, Any] = {}
    for spec in specs_of(record):
        value = document.get(spec.name)
        if value is not None and value != [] and value != {}:
            ordered[spec.name] = mark(value, spec)
        elif spec.head:
            ordered[spec.name] = None
    return dump_document(ordered).encode()


def format_state(record_id: str, state: State, record: type[msgspec.Struct] = Opportunity) -> bytes:
    """The canonical file of a deal or lead, from its state."""
    return format_record({"id": record_id, **build_document_of(state, record)}, record)


def build_edits(
    fields: Mapping[str, Sequence[Json]], record: type[msgspec.Struct] = Opportunity
) -> list[Edit]:
    """The text edits of {path: [before, after]} in a deal's or lead's file."""
    return [_edit(path, change[1], record) for path, change in fields.items()]


def _edit(path: str, after: Json, record: type[msgspec.Struct]) -> Edit:
    top, *rest = path.split("/")
    spec = spec_named(record, top)
    if not rest:
        return _edit_field((top,), after, spec)
    if spec is not None and spec.items is not None:
        item = Item(spec.target, rest[0])
        if len(rest) == 1:
            if after is None:
                return Remove((top, item))
            body = {spec.target: rest[0], **(after if isinstance(after, dict) else {})}
            ordered = {s.name: body[s.name] for s in specs_of(spec.items) if s.name in body}
            ordered |= {key: value for key, value in body.items() if key not in ordered}
            return Set((top, item), mark_document(ordered, spec.items))
        inner = spec_named(spec.items, rest[1])
        return _edit_field((top, item, rest[1]), after, inner, key_order(spec.items))
    if is_reference_list(spec):
        item = Item("", rest[0])
        return Remove((top, item)) if after is None else Set((top, item), rest[0])
    return _edit_field((top, rest[0]), after, None)


def _edit_field(
    path: tuple[str | Item, ...],
    after: Json,
    spec: FieldSpec | None,
    order: tuple[str, ...] = (),
) -> Edit:
    if after is None or after == [] or after == {}:
        if spec is not None and spec.head:
            return Set(path, None)
        return Remove(path)
    return Set(path, mark(after, spec), order)
