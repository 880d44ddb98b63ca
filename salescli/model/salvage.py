"""What is right in a text tree that isn't wholly right: so that one fault doesn't hide the others.

Pure: knows types, not files. The record that comes out is for looking at, never for writing: what
can't be read is left out or made up, and the paths say of what nothing is known.
"""

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from salescli.model.conversion import build_record, check_tree
from salescli.model.money import Money
from salescli.model.shapes import Path

R = TypeVar("R", bound=msgspec.Struct)
_MADE_UP: dict[type[inspect.Type], Any] = {
    inspect.StrType: "-",
    inspect.BoolType: "false",
    inspect.DecimalType: "1",
    inspect.DateType: "2000-01-01",
    inspect.DateTimeType: "2000-01-01T00:00:00Z",
}


class Salvaged(msgspec.Struct, frozen=True):
    """A record of which all but `unknown` is as the tree says; None where nothing could be made."""

    record: Any
    unknown: tuple[Path, ...]

    def is_known(self, path: Path) -> bool:
        """Whether what stands at a path was read, not made up."""
        return not any(path[: len(entry)] == entry for entry in self.unknown)


def salvage(tree: Mapping[str, Any], record: type[R], apart: Collection[str] = ()) -> Salvaged:
    """Type a tree as far as it goes. Entries of mappings and lists keep their keys and places.

    Of what lacks a key that must stand there nothing is known, but for keys that are `apart`: what
    they say means nothing to the others.
    """
    mended = copy.deepcopy(dict(tree))
    kind = inspect.type_info(record)
    unknown = [
        path if path and path[-1] in apart else path[:-1] for path in _fill(kind, mended, ())
    ]
    unknown += [_mend(kind, mended, path) for path, _ in check_tree(mended, record) if path]
    try:
        return Salvaged(build_record(mended, record), tuple(unknown))
    except msgspec.ValidationError:
        return Salvaged(None, ((),))


def _mend(kind: inspect.Type, tree: Any, path: Path) -> Path:
    """Take out or make up what stands at a path; answers of what nothing is known then."""
    node = tree
    for place, step in enumerate(path[:-1]):
        kind, node = _inner(kind, node, step), _entry(node, step)
        if node is None:
            return path[:place]
    kind, last = _plain(kind, node), path[-1]
    if _entry(node, last) is None:
        return path
    if isinstance(kind, inspect.StructType):
        field = next(entry for entry in kind.fields if entry.encode_name == last)
        if not field.required:
            del node[last]
            return path
        node[last] = _made_up(field.type)
        return path[:-1]
    inner = _inner(kind, node, last)
    if isinstance(kind, inspect.DictType) and not isinstance(inner, inspect.StructType):
        del node[last]
    else:
        node[last] = _made_up(inner)
    return path


def _entry(node: Any, step: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    is_place = isinstance(node, list) and isinstance(step, int) and step < len(node)
    return node[step] if is_place else None


def _plain(kind: inspect.Type, value: Any) -> inspect.Type:
    """The member of a union that a value looks like."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    members = [entry for entry in kind.types if not isinstance(entry, inspect.NoneType)]
    shapes: tuple[type[inspect.Type], ...] = (inspect.StrType,)
    if isinstance(value, dict):
        shapes = (inspect.StructType, inspect.DictType)
    elif isinstance(value, list):
        shapes = (inspect.ListType,)
    return next((entry for entry in members if isinstance(entry, shapes)), members[0])


def _inner(kind: inspect.Type, value: Any, step: str | int) -> inspect.Type:
    kind = _plain(kind, value)
    if isinstance(kind, inspect.StructType):
        return next(entry.type for entry in kind.fields if entry.encode_name == step)
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    return kind.item_type if isinstance(kind, inspect.ListType) else kind


def _fill(kind: inspect.Type, value: Any, path: Path) -> Iterable[Path]:
    """Make up what must stand somewhere and doesn't; answers where."""
    kind = _plain(kind, value)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        for field in kind.fields:
            name = field.encode_name
            if value.get(name) is not None:
                yield from _fill(field.type, value[name], (*path, name))
            elif field.required:
                value[name] = _made_up(field.type)
                yield (*path, name)
    elif isinstance(kind, inspect.DictType) and isinstance(value, dict):
        for key, entry in value.items():
            yield from _fill(kind.value_type, entry, (*path, key))
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _fill(kind.item_type, entry, (*path, place))


def _made_up(kind: inspect.Type) -> Any:
    """Something of a type, as it stands in a tree."""
    kind = _plain(kind, "")
    if isinstance(kind, inspect.StructType):
        fields = (field for field in kind.fields if field.required)
        return {field.encode_name: _made_up(field.type) for field in fields}
    if isinstance(kind, inspect.DictType):
        return {}
    if isinstance(kind, inspect.ListType):
        return []
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.IntType):
        return str(kind.ge or 0)
    if isinstance(kind, inspect.CustomType) and kind.cls is Money:
        return "0.00 EUR"
    return _MADE_UP[type(kind)]
