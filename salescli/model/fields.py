"""How fields are declared: once, in the annotation of a record's attribute.

`text("…")`, `money("…")`, `reference("person", "…")` … make the annotation; `specs_of(Record)`
gives them back as `FieldSpec` values, from which codec, validation, options, JSON Schema, CSV
columns and docs are made.
"""

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec


class Only(msgspec.Struct, frozen=True):
    """Where a field may be set: where the field `key` beside it has one of `values`.

    None among the values is the absent key; `words` say it to people: `an open stage`.
    """

    key: str
    values: tuple[str | None, ...]
    words: str


class FieldSpec(msgspec.Struct, frozen=True):
    """One declared field. `kind` says how it is written; `target` what a reference points at.

    kinds: `id text words whole decimal money day instant yes-no percent reference choice mapping
    list`. A `choice` has the name of its dictionary in `target`, a `reference` the kind of record
    (`account|contact` where it may be one of two), a `list` the key of its items. A `one-of` has
    the words that there are in `values`. Definitions of processes have kinds of their own, which
    `salescli.model.jsonschema` knows.
    """

    name: str
    kind: str
    doc: str
    target: str = ""
    head: bool = False  # written even when empty
    required: bool = False
    items: type[msgspec.Struct] | None = None
    computed_by_commands: bool = False  # no option of its own: `advance`, `close` … write it
    only: Only | None = None
    values: tuple[str, ...] = ()
    is_no_if_absent: bool = False  # of yes-no: leaving it out says no, and not that nobody knows


class _Declaration(msgspec.Struct, frozen=True):
    kind: str
    doc: str
    target: str = ""
    head: bool = False
    items: type[msgspec.Struct] | None = None
    by_commands: bool = False
    only: Only | None = None
    computed_if_absent: bool = False


def text(doc: str, **more: Any) -> Any:
    """Declare free text."""
    return _Declaration("text", doc, **more)


def field(kind: str, doc: str, **more: Any) -> Any:
    """Declare a field of a simple kind: `day`, `money`, `whole`, `yes-no`, …"""
    return _Declaration(kind, doc, **more)


def reference(target: str, doc: str, **more: Any) -> Any:
    """Declare a field that names another record: its id."""
    return _Declaration("reference", doc, target, **more)


def choice(dictionary: str, doc: str, **more: Any) -> Any:
    """Declare a field whose values stand in a dictionary of dictionaries.yaml."""
    return _Declaration("choice", doc, dictionary, **more)


def item_list(items: type[msgspec.Struct], doc: str, **more: Any) -> Any:
    """Declare a list of mappings; the first field of `items` is their key."""
    return _Declaration("list", doc, specs_of(items)[0].name, items=items, **more)


@cache
def specs_of(record: type[msgspec.Struct]) -> tuple[FieldSpec, ...]:
    """The declared fields of a record type, in the order in which they are written."""
    hints = typing.get_type_hints(record, include_extras=True)
    specs = []
    for info in msgspec.structs.fields(record):
        declared = [
            extra
            for extra in getattr(hints[info.name], "__metadata__", ())
            if isinstance(extra, _Declaration)
        ]
        if declared:
            entry = declared[0]
            specs.append(
                FieldSpec(
                    info.encode_name,
                    entry.kind,
                    entry.doc,
                    entry.target,
                    entry.head,
                    info.required,
                    entry.items,
                    entry.by_commands,
                    entry.only,
                    tuple(_words_of(hints[info.name])),
                    entry.kind == "yes-no" and not entry.computed_if_absent,
                )
            )
    return tuple(specs)


def _words_of(hint: Any) -> Iterator[str]:
    """The words of a `Literal`, at any depth of an annotation; nothing without one."""
    if typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    elif typing.get_origin(hint) in (typing.Annotated, typing.Union, types.UnionType):
        for part in typing.get_args(hint):
            yield from _words_of(part)


@cache
def spec_named(record: type[msgspec.Struct], name: str) -> FieldSpec | None:
    """The declared field of that name, or None."""
    return next((spec for spec in specs_of(record) if spec.name == name), None)


def key_order(record: type[msgspec.Struct]) -> tuple[str, ...]:
    """The order in which the keys of a record stand on disk."""
    return tuple(spec.name for spec in specs_of(record))
