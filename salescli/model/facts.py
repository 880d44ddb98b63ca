"""The fold: facts are what a record's events say (format.md sections 1.3 and 7).

A *state* is a record's document with each list of items turned into a mapping by key, so that a
path like `contacts/con-…/role` is three steps down. Days, money and decimals are text, whole
numbers numbers, yes/no booleans; nothing empty is in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.events import Created, Event, Json, Replanned
from salescli.model.fields import FieldSpec, key_order, spec_named, specs_of
from salescli.model.records import Opportunity

State = dict[str, Any]


def build_state(document: Mapping[str, Any], record: type[msgspec.Struct] = Opportunity) -> State:
    """Turn a document into a state: `id` left out, lists of items into mappings by key."""
    state: State = {}
    for name, value in document.items():
        if name == "id" or value is None or value == [] or value == {}:
            continue
        spec = spec_named(record, name)
        if spec is not None and spec.items is not None:
            state[name] = {
                item[spec.target]: {k: v for k, v in item.items() if k != spec.target}
                for item in value
            }
        elif is_reference_list(spec):
            state[name] = dict.fromkeys(value, True)
        elif spec is not None and spec.kind == "mapping":
            _put(state, name, {k: as_text(v) for k, v in value.items() if v != []} or None)
        else:
            state[name] = value
    return state


def is_reference_list(spec: FieldSpec | None) -> bool:
    """Whether a list's entries are single paths in events: a deal's `leads`."""
    return spec is not None and spec.name == "leads"


def build_document_of(state: State, record: type[msgspec.Struct] = Opportunity) -> dict[str, Any]:
    """Turn a state back into a document without `id`; items and keys of mappings are sorted."""
    document: dict[str, Any] = {}
    for spec in specs_of(record):
        value = state.get(spec.name)
        if value is None or value == {}:
            continue
        if spec.items is not None and isinstance(value, dict):
            document[spec.name] = [
                {spec.target: key, **_in_order(value[key], spec.items)} for key in sorted(value)
            ]
        elif is_reference_list(spec):
            document[spec.name] = sorted(value)
        elif spec.kind == "mapping" and isinstance(value, dict):
            document[spec.name] = dict(sorted(value.items()))
        else:
            document[spec.name] = value
    return document


def _in_order(item: Any, record: type[msgspec.Struct]) -> State:
    if not isinstance(item, dict):  # an event written by hand may say anything
        return {}
    known = {name: item[name] for name in key_order(record) if name in item}
    return known | item


def as_text(value: Any) -> Any:
    """A value under `custom` or `external` as text: its type is the settings' business."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def apply_value(state: State, path: str, after: Json) -> None:
    """Set one path of a state in place; None removes, and so does an empty list.

    A path into an item that isn't there does nothing, nor does one that leads through a value.
    """
    top, *keys = path.split("/")
    after = None if after == [] else after
    if not keys:
        _put(state, top, None if after == {} else after)
        return
    group = state.get(top, {})
    if not isinstance(group, dict):
        return
    if len(keys) == 1:
        _put(group, keys[0], as_text(after) if top in ("custom", "external") else _copy(after))
        _put(state, top, group or None)
        return
    item = group.get(keys[0])
    if isinstance(item, dict) and len(keys) == 2:
        _put(item, keys[1], after)


def apply_changes(state: State, fields: Mapping[str, Sequence[Json]]) -> State:
    """The state with {path: [before, after]} put in; the one given stays as it is."""
    after = {
        name: {key: _copy(item) for key, item in value.items()} if type(value) is dict else value
        for name, value in state.items()
    }
    for path, change in fields.items():
        apply_value(after, path, change[1])
    return after


def _put(holder: State, key: str, value: Any) -> None:
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value


def _copy(value: Json) -> Json:
    return dict(value) if isinstance(value, dict) else value


def fold(events: Iterable[Event]) -> State:
    """The facts that live events in fold order amount to."""
    state: State = {}
    for event in events:
        apply_event(state, event)
    return state


def apply_event(state: State, event: Event) -> None:
    """What one more event, in fold order, makes of a state; in place."""
    if isinstance(event, Created):
        for path, after in event.fields.items():
            apply_value(state, path, after)
        return
    to = getattr(event, "to", None)
    if isinstance(to, str):
        state["stage"] = to
    fields = getattr(event, "fields", None)
    if fields and not isinstance(event, Replanned):
        for path, change in fields.items():
            apply_value(state, path, change[1])


def changes_between(
    before: State, after: State, record: type[msgspec.Struct] = Opportunity
) -> dict[str, list[Json]]:
    """The `fields` of an event that leads from one state to another, paths in field order.

    A new or removed item is one path; a changed item one path for each of its keys.
    """
    fields: dict[str, list[Json]] = {}
    for name in _ordered_names(record, before, after):
        old, new = before.get(name), after.get(name)
        if not isinstance(old, dict) and not isinstance(new, dict):
            if old != new:
                fields[name] = [old, new]
            continue
        spec = spec_named(record, name)
        items = spec.items if spec else None
        old_items, new_items = old or {}, new or {}
        for key in sorted({*old_items, *new_items}):
            fields |= _item_changes(f"{name}/{key}", old_items.get(key), new_items.get(key), items)
    return fields


def _item_changes(
    path: str, old: Json, new: Json, items: type[msgspec.Struct] | None
) -> dict[str, list[Json]]:
    if old == new:
        return {}
    if not isinstance(old, dict) or not isinstance(new, dict):
        return {path: [old, new]}
    both = old | new
    return {
        f"{path}/{name}": [old.get(name), new.get(name)]
        for name in (_in_order(both, items) if items else both)
        if old.get(name) != new.get(name)
    }


def created_fields(state: State, record: type[msgspec.Struct] = Opportunity) -> dict[str, Json]:
    """The `fields` of a `created` event: every first value, items one path each."""
    fields: dict[str, Json] = {}
    for name in _ordered_names(record, state):
        value = state[name]
        if isinstance(value, dict):
            for key in sorted(value):
                fields[f"{name}/{key}"] = value[key]
        else:
            fields[name] = value
    return fields


def _ordered_names(record: type[msgspec.Struct], *states: State) -> list[str]:
    """The names that the states have: those of the record in its order, then any others."""
    present = dict.fromkeys(name for state in states for name in state)
    return list(_in_order(present, record))
