"""What a merge has to know of each kind of file: which lists have keys, and where order counts.

Made from the declarations of the fields (format.md sections 1.7 and 8), not written twice.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from salescli.model.fields import specs_of
from salescli.model.shapes import is_absent_when_empty

_ORDERED = ("stages", "blocks")  # lists in which, and in all that is in them, order says something
_OFFERED = "values"  # words in the order in which they are offered


class Shape(msgspec.Struct, frozen=True):
    """What is known of one value.

    `keys`: a list of items, each known by the first of these keys that it has. `is_set`: a list
    of words in no order. `strict`: emptiness says something. `order`: of keys where they are new.
    `stays`: its key remains when its last entry goes.
    """

    keys: tuple[str, ...] = ()
    is_set: bool = False
    ordered: bool = False
    strict: bool = False
    stays: bool = False
    order: tuple[str, ...] = ()
    entries: Mapping[str, "Shape"] = {}
    others: "Shape | None" = None

    @property
    def has_keys(self) -> bool:
        """Whether the entries of a list are known by keys."""
        return bool(self.keys) or self.is_set

    @property
    def item(self) -> "Shape":
        """The shape of an item, or of what stands under a key that nobody knows."""
        return self.others or ANY

    def inner(self, key: str) -> "Shape":
        """The shape of an entry."""
        return self.entries.get(key) or self.item

    def key_of(self, item: Any) -> str | None:
        """What an item of a list is known by."""
        if self.is_set:
            return item if isinstance(item, str) else None
        if not isinstance(item, dict):
            return None
        found = (item[key] for key in self.keys if isinstance(item.get(key), str))
        return next(found, None)

    def precedes(self, one: str, other: str) -> bool:
        """Whether, of two new keys in one place, `one` stands first."""
        if one in self.order and other in self.order:
            return self.order.index(one) < self.order.index(other)
        return one < other


ANY = Shape()
"""Of what nobody has declared: mappings by key, lists as one value."""


@cache
def shape_of_file(record: type[msgspec.Struct]) -> Shape:
    """The shape of a file that holds one record of that type."""
    return _of_struct(record, ordered=False, top=True)


def _of_struct(record: type[msgspec.Struct], *, ordered: bool, top: bool = False) -> Shape:
    specs = {spec.name: spec.kind for spec in specs_of(record)}
    info = inspect.type_info(record)
    assert isinstance(info, inspect.StructType)
    entries = {}
    for field in info.fields:
        name = field.encode_name
        inside = ordered or name in _ORDERED
        shape = _of_type(field.type, specs.get(name, ""), ordered=inside)
        if name == _OFFERED:
            shape = ANY
        is_mapping = isinstance(field.type, inspect.DictType)
        entries[name] = msgspec.structs.replace(shape, stays=top and is_mapping)
    return Shape(order=tuple(entries), entries=entries)


def _of_type(kind: inspect.Type, declared: str, *, ordered: bool) -> Shape:
    if isinstance(kind, inspect.UnionType):
        return _of_union(kind, declared, ordered=ordered)
    if isinstance(kind, inspect.StructType):
        return _of_struct(kind.cls, ordered=ordered)
    if isinstance(kind, inspect.DictType):
        inner = _of_type(kind.value_type, "words", ordered=ordered)
        strict = not is_absent_when_empty(kind.value_type)
        # Of a dictionary, which no record declares, and of routes the order is that of offering.
        offers = declared in ("", "routes")
        return Shape(ordered=offers, others=msgspec.structs.replace(inner, strict=strict))
    if isinstance(kind, inspect.ListType):
        if isinstance(kind.item_type, inspect.StructType):
            return _of_items(kind.item_type.cls, ordered=ordered)
        return Shape(is_set=declared == "words" and not ordered)
    return ANY


def _of_union(kind: inspect.UnionType, declared: str, *, ordered: bool) -> Shape:
    for member in kind.types:
        shape = _of_type(member, declared, ordered=ordered)
        if shape != ANY:
            return shape
    return ANY


def _of_items(record: type[msgspec.Struct], *, ordered: bool) -> Shape:
    keys = getattr(record, "exactly_one", ()) or (specs_of(record)[0].name,)
    return Shape(keys=keys, ordered=ordered, others=_of_struct(record, ordered=ordered))
