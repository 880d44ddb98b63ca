"""The fold: facts are what a record's events say (format.md sections 1.3 and 7).

A *state* is a record's document with each list of items turned into a mapping by key, so that a
path like `contacts/con-…/role` is three steps down. Days, money and decimals are text, whole
numbers numbers, yes/no booleans; nothing empty is in it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from salescli.model.events import Created, Event, Json, Replanned
from salescli.model.fields import FieldSpec, spec_named, specs_of
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
            state[name] = {key: _as_text(entry) for key, entry in value.items()}
        else:
            state[name] = value
    return state


def is_reference_list(spec: FieldSpec | None) -> bool:
    """Whether a list's entries are single paths in events: a deal's `leads`."""
    return spec is not None and spec.name == "leads"


def build_document_of(state: State, record: type[msgspec.Struct] = Opportunity) -> dict[str, Any]:
    """Turn a state back into a document without `id`; items in the order of their keys."""
    document: dict[str, Any] = {}
    for spec in specs_of(record):
        value = state.get(spec.name)
        if value is None or value == {}:
            continue
        if spec.items is not None:
            document[spec.name] = [{spec.target: key, **value[key]} for key in sorted(value)]
        elif is_reference_list(spec):
            document[spec.name] = sorted(value)
        else:
            document[spec.name] = value
    return document


def _as_text(value: Any) -> Any:
    """Values under `custom` and `external` as text: their types are the settings' business."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def apply_value(state: State, path: str, after: Json) -> None:
    """Set one path of a state in place; None removes.

    A path into an item that isn't there does nothing.
    """
    if "/" not in path:
        if after is None:
            state.pop(path, None)
        else:
            state[path] = after
        return
    top, key, *rest = path.split("/")
    if not rest:
        group = state.setdefault(top, {})
        if after is None:
            group.pop(key, None)
        else:
            group[key] = _as_text(after) if top in ("custom", "external") else _copy(after)
        if not group:
            del state[top]
        return
    holder = state.get(top, {}).get(key)
    if isinstance(holder, dict):
        if after is None:
            holder.pop(rest[0], None)
        else:
            holder[rest[0]] = after


def _copy(value: Json) -> Json:
    return dict(value) if isinstance(value, dict) else value


def fold(events: Iterable[Event]) -> State:
    """The facts that live events in fold order amount to."""
    state: State = {}
    for event in events:
        if isinstance(event, Created):
            for path, after in event.fields.items():
                apply_value(state, path, after)
            continue
        to = getattr(event, "to", None)
        if isinstance(to, str):
            state["stage"] = to
        fields = getattr(event, "fields", None)
        if fields and not isinstance(event, Replanned):
            for path, change in fields.items():
                apply_value(state, path, change[1])
    return state


def changes_between(before: State, after: State) -> dict[str, list[Json]]:
    """The `fields` of an event that leads from one state to another, paths in field order.

    A new or removed item is one path; a changed item one path for each of its keys.
    """
    fields: dict[str, list[Json]] = {}
    for name in _ordered_names(before, after):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if not isinstance(old, dict) and not isinstance(new, dict):
            fields[name] = [old, new]
            continue
        old_items, new_items = old or {}, new or {}
        for key in sorted({*old_items, *new_items}):
            old_item, new_item = old_items.get(key), new_items.get(key)
            if old_item == new_item:
                continue
            if isinstance(old_item, dict) and isinstance(new_item, dict):
                for inner in [*old_item, *(k for k in new_item if k not in old_item)]:
                    if old_item.get(inner) != new_item.get(inner):
                        path = f"{name}/{key}/{inner}"
                        fields[path] = [old_item.get(inner), new_item.get(inner)]
            else:
                fields[f"{name}/{key}"] = [old_item, new_item]
    return fields


def created_fields(state: State) -> dict[str, Json]:
    """The `fields` of a `created` event: every first value, items one path each."""
    fields: dict[str, Json] = {}
    for name in _ordered_names(state, {}):
        value = state[name]
        if isinstance(value, dict):
            for key in sorted(value):
                fields[f"{name}/{key}"] = value[key]
        else:
            fields[name] = value
    return fields


def _ordered_names(before: State, after: State) -> list[str]:
    names = [
        spec.name for spec in specs_of(Opportunity) if spec.name in before or spec.name in after
    ]
    others = [name for name in [*before, *after] if name not in names]
    return names + list(dict.fromkeys(others))
