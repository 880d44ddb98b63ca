"""Keys that no declaration knows, at any depth of a text tree. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from salescli.model.conversion import Path
from salescli.model.errors import Finding, finding
from salescli.model.nearest import did_you_mean

At = tuple[Path, Finding]
OWN_FIELDS = "own fields go under custom:, declared in salescli.yaml"


class _Plan(msgspec.Struct, frozen=True):
    """What may stand in a value: `keys` of a mapping, or something in each entry of it."""

    keys: Mapping[str, Any] | None = None
    each: Any = None


@cache
def plan_of(record: type[msgspec.Struct]) -> _Plan:
    """The plan of a record type."""
    plan = _plan(inspect.type_info(record))
    assert plan is not None  # a record is a mapping with keys
    return plan


def _plan(kind: inspect.Type) -> _Plan | None:
    if isinstance(kind, inspect.StructType):
        return _Plan({entry.encode_name: _plan(entry.type) for entry in kind.fields})
    if isinstance(kind, inspect.UnionType):
        return next((plan for entry in kind.types if (plan := _plan(entry)) is not None), None)
    inner = None
    if isinstance(kind, inspect.ListType):
        inner = _plan(kind.item_type)
    elif isinstance(kind, inspect.DictType):
        inner = _plan(kind.value_type)
    return None if inner is None else _Plan(each=inner)


def check_keys(tree: Any, record: type[msgspec.Struct], otherwise: str = OWN_FIELDS) -> list[At]:
    """A warning for every unknown key, with the nearest known one; the path ends in the key.

    `otherwise` is the hint where no known key is like it.
    """
    return list(_check(tree, plan_of(record), (), otherwise))


def _check(tree: Any, plan: _Plan, path: Path, otherwise: str) -> Iterator[At]:
    if plan.each is not None:
        entries: Any = tree.items() if isinstance(tree, Mapping) else ()
        if isinstance(tree, list):
            entries = enumerate(tree)
        for key, entry in entries:
            yield from _check(entry, plan.each, (*path, key), otherwise)
    elif isinstance(tree, Mapping) and plan.keys is not None:
        for key, entry in tree.items():
            if key not in plan.keys:
                yield (*path, key), unknown_key(key, plan.keys, otherwise)
            elif plan.keys[key] is not None:
                yield from _check(entry, plan.keys[key], (*path, key), otherwise)


def unknown_key(
    key: str, known: Mapping[str, Any] | frozenset[str], otherwise: str = OWN_FIELDS
) -> Finding:
    """The warning for a key that nobody knows."""
    text = f"nobody knows the key {key!r}: it is kept, and means nothing"
    hint = did_you_mean(key, known) or otherwise
    return finding("unknown-key", text, hint=hint, field=key, warning=True)
