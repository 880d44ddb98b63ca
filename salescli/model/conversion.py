"""Text trees ↔ typed records. Pure: knows fields and types, not files.

On disk every scalar is text; `build_record` types it by the declared field. A *document* is the
record as it stands on disk and in events: text for days, money, decimals, numbers for whole
numbers, booleans for yes/no, lists and mappings.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec

from salescli.model.calendar import format_instant
from salescli.model.money import Money, decimals_of
from salescli.model.shapes import Fault, drop_empty, find_faults, guard_of, money_words
from salescli.model.shapes import Path as Path

R = TypeVar("R", bound=msgspec.Struct)
# As on disk: the decimals of its currency, which `decode_scalar` counts, and no more than this.
_WRITTEN_MONEY = re.compile(r"((?:0|[1-9][0-9]{0,17})(?:\.([0-9]{1,4}))?) ([A-Z]{3})")
# Control characters but the line break, and halves of surrogate pairs, which no file can hold.
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MAX_TEXT = 16 * 1024


def format_decimal(number: Decimal) -> str:
    """A decimal without trailing zeros or exponent: `1.5`, `2`, `100`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decode_scalar(kind: type, value: Any) -> Any:
    """msgspec's hook for the types that it doesn't know."""
    if kind is not Money:
        raise NotImplementedError(kind)
    if isinstance(value, str):
        match = _WRITTEN_MONEY.fullmatch(value)
        if match and len(match[2] or "") == decimals_of(match[3]):
            return Money(Decimal(match[1]), match[3])
    raise ValueError(money_words(value))


def encode_scalar(value: Any) -> Any:
    """msgspec's hook for the types that it doesn't know, towards documents."""
    if isinstance(value, Money):
        return str(value)
    raise NotImplementedError(type(value))


class Mistyped(msgspec.ValidationError):
    """A text tree isn't the record it should be; `faults` holds every fault, with its path."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{format_path(path)}: {words}" for path, words in faults))
        self.faults = faults


def format_path(path: Path) -> str:
    """A path as people read it: `products/0/price`; the whole record is `.`."""
    return "/".join(str(part) for part in path) or "."


def build_record(tree: Mapping[str, Any], record: type[R]) -> R:
    """Type a text tree; raises `Mistyped`, a `msgspec.ValidationError`, with all faults.

    Empty keys read as absent. Unknown keys are passed over (they stay in the file). Types are
    always checked, what is inside a text is not: that is `check_text`.
    """
    present = {key: value for key, value in tree.items() if value is not None}
    try:
        built = msgspec.convert(present, record, strict=False, dec_hook=decode_scalar)
    except msgspec.ValidationError:
        faults = find_faults(tree, record)
        if faults:
            raise Mistyped(faults) from None
        # Right but for an empty key further down, which costs too much to look for every time.
        bare = drop_empty(tree, record)
        return msgspec.convert(bare, record, strict=False, dec_hook=decode_scalar)
    if not guard_of(record)(present):
        raise Mistyped(find_faults(tree, record))
    return built


def check_tree(tree: Mapping[str, Any], record: type[msgspec.Struct]) -> list[Fault]:
    """Every fault of a text tree, as (path, words); empty exactly when `build_record` works."""
    return find_faults(tree, record)


def check_text(tree: Any, path: Path = ()) -> list[Fault]:
    """Every text of a tree that breaks the rules for texts (format.md section 2).

    At most 16 KiB, in NFC, no control character but a line break. Too slow for every reading.
    """
    if isinstance(tree, Mapping):
        entries: Iterable[tuple[str | int, Any]] = tree.items()
    elif isinstance(tree, list):
        entries = enumerate(tree)
    else:
        words = text_words(tree) if isinstance(tree, str) else ""
        return [(path, words)] if words else []
    return [fault for key, entry in entries for fault in check_text(entry, (*path, key))]


def text_words(text: str) -> str:
    """What is wrong with a text; empty if nothing is."""
    if control := _FORBIDDEN.search(text):
        return f"has the control character U+{ord(control[0]):04X}"
    if not unicodedata.is_normalized("NFC", text):
        return "has letters put together from pieces: not NFC"
    size = len(text.encode())
    return f"has {size} bytes, {MAX_TEXT} are allowed" if size > MAX_TEXT else ""


def build_document(record: msgspec.Struct) -> dict[str, Any]:
    """A record as it stands on disk and in events, keys in their order, only what is set."""
    return {
        encoded: build_plain(value)
        for name, encoded in names_of(type(record))
        if (value := getattr(record, name)) is not None and value != [] and value != {}
    }


def build_plain(value: Any) -> Any:
    """One value of a record as it stands in a document."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [build_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {build_plain(key): build_plain(entry) for key, entry in value.items()}
    return build_document(value) if isinstance(value, msgspec.Struct) else value


@cache
def names_of(record: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """(attribute, key on disk) of each field; msgspec makes them anew at every call."""
    return tuple((info.name, info.encode_name) for info in msgspec.structs.fields(record))


def unknown_keys(tree: Mapping[str, Any], record: type[msgspec.Struct]) -> list[str]:
    """Top-level keys that no declaration knows."""
    known = {encoded for _, encoded in names_of(record)}
    return [key for key in tree if key not in known]
