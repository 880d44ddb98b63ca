"""Whether a deal's file is, byte for byte, what its history would have it say.

Most files are, and then they need not be scanned: that is a third of the time of a new index. It
proves by writing: from the history's state it makes the lines that only this state can have, and
compares. Whatever is not plain enough to be sure of is left to the reader; this is none.
"""

import re
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from salescli.model.conversion import format_decimal
from salescli.model.facts import State
from salescli.model.fields import FieldSpec, specs_of
from salescli.store.document import NULLS

# Text that stands without quotes and is read as it is: nothing in it means anything to YAML.
_PLAIN = re.compile(r"\w(?:[\w .,/()+&'@%-]*[\w.)%])?")


class _Part(msgspec.Struct, frozen=True):
    """How one key is written."""

    name: str
    is_always: bool  # even when empty
    is_needed: bool  # absent, the reader would give it a value of its own
    kind: type  # of its value in a state: int, bool, Decimal, dict, list; everything else is text
    items: "tuple[_Part, ...]" = ()


class _NotPlain(Exception):
    """It is not sure how this would be written."""


@cache
def _parts(record: type[msgspec.Struct]) -> tuple[_Part, ...]:
    hints = get_type_hints(record)  # without what the annotations declare beside the type
    types = {info.encode_name: hints[info.name] for info in msgspec.structs.fields(record)}
    return tuple(_part(spec, types[spec.name]) for spec in specs_of(record))


def _part(spec: FieldSpec, annotation: Any) -> _Part:
    arguments = get_args(annotation) or (annotation,)
    kind: type = next((one for one in (int, bool, Decimal) if one in arguments), str)
    if spec.kind == "mapping":
        kind = dict
    elif get_origin(annotation) is list:
        kind = list
    is_needed = annotation is Decimal
    items = _parts(spec.items) if spec.items is not None else ()
    return _Part(spec.name, spec.head, is_needed, kind, items)


def is_written_as(
    source: bytes, record_id: str, state: State, record: type[msgspec.Struct]
) -> bool:
    """Whether `source` surely says `state` and nothing else; False where it is not sure."""
    if not state.keys() <= _names(record):
        return False
    try:
        lines = _lines({"id": record_id, **state}, _parts(record), "")
        return "".join(lines).encode() == source
    except (_NotPlain, ArithmeticError):
        return False


@cache
def _names(record: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(part.name for part in _parts(record))


def _lines(values: State, parts: tuple[_Part, ...], indent: str) -> list[str]:
    lines = []
    for part in parts:
        value = values.get(part.name)
        if value is None:
            if part.is_needed:
                raise _NotPlain
            if part.is_always:
                lines.append(f"{indent}{part.name}:\n")
        elif part.kind is str:
            lines.append(f"{indent}{part.name}: {_plain(value)}\n")
        elif part.kind is dict or part.kind is list:
            lines.append(f"{indent}{part.name}:\n")
            lines += _inner_lines(value, part, indent + "  ")
        else:
            lines.append(f"{indent}{part.name}: {_typed(value, part.kind)}\n")
    return lines


def _inner_lines(values: object, part: _Part, indent: str) -> list[str]:
    if type(values) is not dict:
        raise _NotPlain
    if part.kind is dict:
        return [f"{indent}{_plain(key)}: {_plain(values[key])}\n" for key in sorted(values)]
    if not part.items:  # words, one a line
        return [f"{indent}- {_plain(key)}\n" for key in sorted(values)]
    lines = []
    key_part, *others = part.items
    names = {other.name for other in others}
    for key in sorted(values):
        item = values[key]
        if type(item) is not dict or not item.keys() <= names:
            raise _NotPlain
        lines.append(f"{indent}- {key_part.name}: {_plain(key)}\n")
        lines += _lines(item, tuple(others), indent + "  ")
    return lines


def _plain(value: object) -> str:
    if type(value) is str and _PLAIN.fullmatch(value) and value not in NULLS:
        return value
    raise _NotPlain


def _typed(value: object, kind: type) -> str:
    if kind is Decimal:
        text = _plain(value)
        if format_decimal(Decimal(text)) != text:
            raise _NotPlain
        return text
    if type(value) is not kind:
        raise _NotPlain
    return str(value).lower()
