"""Whether a deal's file is, byte for byte, what its history would have it say.

Most files are, and then they need not be scanned: that is a third of the time of a new index and
half of that of a move. It proves by writing: from the history's state it makes the lines that only
this state can have, and compares. Whatever is not plain enough to be sure of is left to the reader
and the patcher; this is neither.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from salescli.model.conversion import build_record, format_decimal
from salescli.model.events import Json
from salescli.model.facts import State, apply_changes, build_document_of
from salescli.model.fields import FieldSpec, specs_of
from salescli.store.document import NULLS
from salescli.store.dump import BLOCK_LISTS, is_plain
from salescli.store.texts import PLAIN_KINDS

R = TypeVar("R", bound=msgspec.Struct)
# Text of which nothing means anything to YAML: it is read as it is, in quotes as well.
_PLAIN = re.compile(r"\w(?:[\w .,/()+&'@%-]*[\w.)%])?")


class _Part(msgspec.Struct, frozen=True):
    """How one key is written."""

    name: str
    is_always: bool  # even when empty
    is_needed: bool  # absent, the reader would give it a value of its own
    kind: type  # of its value in a state: int, bool, Decimal, dict, list; everything else is text
    is_free: bool  # text of any form, which stands in quotes where a reader might type it
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
    return _Part(spec.name, spec.head, is_needed, kind, spec.kind not in PLAIN_KINDS, items)


def write_plain(record_id: str, state: State, record: type[msgspec.Struct]) -> bytes | None:
    """The one file that surely says `state` and nothing else; None where it is not sure."""
    if not state.keys() <= _names(record):
        return None
    try:
        return "".join(_lines({"id": record_id, **state}, _parts(record), "")).encode()
    except (_NotPlain, ArithmeticError):
        return None


def recognise(
    source: bytes, record_id: str, state: State, record: type[R]
) -> tuple[dict[str, Any], R] | None:
    """Document and typed record of a file that says exactly `state`; None: it must be read."""
    if write_plain(record_id, state, record) != source:
        return None
    document = {"id": record_id, **build_document_of(state, record)}
    try:
        return document, build_record(as_text_tree(document), record)
    except msgspec.ValidationError:
        return None


def as_text_tree(value: Any) -> Any:
    """A document as the reader gives it, every scalar as text."""
    if isinstance(value, dict):
        return {key: v if type(v) is str else as_text_tree(v) for key, v in value.items()}
    if isinstance(value, list):
        return [as_text_tree(entry) for entry in value]
    return str(value).lower() if isinstance(value, int) else value


def rewrite_plain(
    source: bytes,
    record_id: str,
    state: State,
    fields: Mapping[str, Sequence[Json]],
    record: type[msgspec.Struct],
) -> bytes | None:
    """`source` with {path: [before, after]} put in, if it says exactly `state`; else None.

    The same bytes as patching gives: in a file of this form nothing stands that has to be kept.
    """
    if write_plain(record_id, state, record) != source:
        return None
    return rewrite_known(record_id, state, fields, record)


def rewrite_known(
    record_id: str,
    state: State,
    fields: Mapping[str, Sequence[Json]],
    record: type[msgspec.Struct],
) -> bytes | None:
    """`rewrite_plain` of a text that is known to be what `write_plain` makes of `state`.

    None also for a number or yes/no of a custom field: patching writes it in its type, and a
    state has it as text.
    """
    mappings = [part.name for part in _parts(record) if part.kind is dict]
    for path, change in fields.items():
        if path.partition("/")[0] in mappings and not _is_text(change[1]):
            return None
    return write_plain(record_id, apply_changes(state, fields), record)


def _is_text(value: Json) -> bool:
    """Whether a value, or each of a mapping, is text or nothing."""
    values = value.values() if isinstance(value, dict) else [value]
    return all(one is None or type(one) is str for one in values)


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
            lines.append(f"{indent}{part.name}: {_plain(value, part.is_free)}\n")
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
    if not part.items:
        if part.name not in BLOCK_LISTS:
            raise _NotPlain
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


def _plain(value: object, is_free: bool = True) -> str:
    written = _write_text(value, is_free) if type(value) is str else ""
    if not written:
        raise _NotPlain
    return written


@lru_cache(maxsize=4096)
def _write_text(text: str, is_free: bool) -> str:
    """How a text surely stands: as it is, or in quotes where a reader might type it; else "".

    Stages, people and clients come again with every record.
    """
    if not _PLAIN.fullmatch(text) or text in NULLS:
        return ""
    return text if not is_free or is_plain(text) else f'"{text}"'


def _typed(value: object, kind: type) -> str:
    if kind is Decimal:
        text = _plain(value, is_free=False)
        if format_decimal(Decimal(text)) != text:
            raise _NotPlain
        return text
    if type(value) is not kind:
        raise _NotPlain
    return str(value).lower()
