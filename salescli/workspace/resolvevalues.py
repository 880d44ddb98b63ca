"""A value that somebody types for a place where two sides clash, in a record or in a catalogue.

Owns which places take one, and how it is read and written there. Knows no merge.
"""

from typing import Any

import msgspec
from msgspec import inspect

from salescli.model.conversion import build_record
from salescli.model.errors import WrongUsage, finding
from salescli.model.fields import FieldSpec, spec_named, specs_of
from salescli.model.records import RECORD_TYPES
from salescli.store import layout
from salescli.store.edits import Edit, Item, Remove, Set
from salescli.store.patch import patch
from salescli.store.textchecks import has_markers
from salescli.store.texts import build_edits
from salescli.store.yamltext import read_tree
from salescli.workspace.schemas import TYPES
from salescli.workspace.session import Session
from salescli.workspace.values import read_value

_ONE_OF = {"Money": "money", "str": "text"}  # what a mapping by key has under each


class _Leaf(msgspec.Struct, frozen=True):
    """A place in a catalogue that has one value."""

    steps: tuple[str | Item, ...]
    spec: FieldSpec


def takes_value(kind: str, path: str) -> bool:
    """Whether a value may be typed at a path; otherwise only a side can be taken."""
    if kind in RECORD_TYPES:
        return _spec_of_record(kind, path) is not None
    return _find_leaf(kind, path) is not None


def put_value(session: Session, data: bytes, file: str, kind: str, path: str, text: str) -> bytes:
    """The file with a typed value at a path that takes one.

    Raises `WrongUsage`, `NotFound`, `Refused` for what can't be there.
    """
    spec = _spec_of_record(kind, path) if kind in RECORD_TYPES else None
    if spec is not None:
        value = read_value(session, spec, text)
        edits = build_edits({path: [None, value]}, RECORD_TYPES[kind])
        return patch(data, file, edits, layout.KEY_ORDER[kind])
    leaf = _find_leaf(kind, path)
    assert leaf is not None
    value = read_value(session, leaf.spec, text)
    edit: Edit = Remove(leaf.steps) if value is None else Set(leaf.steps, value)
    made = patch(data, file, [edit], ())
    if not has_markers(made):
        _refuse_senseless(made, file, kind, path, text)
    return made


def _refuse_senseless(data: bytes, file: str, kind: str, path: str, text: str) -> None:
    try:
        build_record(read_tree(data, file), TYPES[kind])
    except msgspec.ValidationError as error:
        words = f"{path} can't be {text!r}: {error}"
        raise WrongUsage(finding("bad-value", words, field=path)) from None


def _spec_of_record(kind: str, path: str) -> FieldSpec | None:
    if path == "stage":  # a stage comes with its events
        return None
    top, *keys = path.split("/")
    spec = spec_named(RECORD_TYPES[kind], top)
    if spec is not None and len(keys) == 2 and spec.items is not None:
        return spec_named(spec.items, keys[1])
    return None if keys or spec is None or spec.items is not None else spec


def _find_leaf(kind: str, path: str) -> _Leaf | None:
    """The way to a value through a catalogue's declarations; None where there is none."""
    if kind not in TYPES:
        return None
    info: Any = inspect.type_info(TYPES[kind])
    steps: list[str | Item] = []
    spec: FieldSpec | None = None
    for key in path.split("/"):
        info = _plain(info)
        step: str | Item = key
        if isinstance(info, inspect.StructType):
            spec = spec_named(info.cls, key)
            info = next((one.type for one in info.fields if one.encode_name == key), None)
        elif isinstance(info, inspect.DictType):
            info = info.value_type
            one_of = _ONE_OF.get(_name_of(info))
            spec = FieldSpec(key, one_of, "") if one_of else None
        elif isinstance(info, inspect.ListType) and isinstance(info.item_type, inspect.StructType):
            info = info.item_type
            step, spec = Item(specs_of(info.cls)[0].name, key), None
        else:
            return None
        steps.append(step)
    many = inspect.StructType | inspect.DictType | inspect.ListType
    return None if spec is None or isinstance(_plain(info), many) else _Leaf(tuple(steps), spec)


def _plain(info: Any) -> Any:
    """A type without the None that may stand instead."""
    if isinstance(info, inspect.UnionType):
        return next((one for one in info.types if not isinstance(one, inspect.NoneType)), None)
    return info


def _name_of(info: Any) -> str:
    if isinstance(info, inspect.CustomType):
        return str(info.cls.__name__)
    return "str" if isinstance(info, inspect.StrType) else ""
