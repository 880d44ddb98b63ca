"""Text trees ↔ typed records. Pure: knows fields and types, not files.

On disk every scalar is text; `read_record` types it by the declared field. A *document* is the
record as it stands on disk and in events: text for days, money, decimals, numbers for whole
numbers, booleans for yes/no, lists and mappings.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from salescli.model.calendar import format_instant
from salescli.model.errors import Finding, WrongUsage, finding
from salescli.model.fields import key_order
from salescli.model.money import Money, parse_money

R = TypeVar("R", bound=msgspec.Struct)
Path = tuple[str | int, ...]


def format_decimal(number: Decimal) -> str:
    """A decimal without trailing zeros or exponent: `1.5`, `2`, `100`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decode_scalar(kind: type, value: Any) -> Any:
    """msgspec's hook for the types that it doesn't know."""
    if kind is Money:
        if not isinstance(value, str):
            raise ValueError("expected an amount like 12500.00 EUR")
        try:
            money = parse_money(value)
        except WrongUsage as error:
            first = error.findings[0]
            raise ValueError(f"{first.text}; {first.hint}" if first.hint else first.text) from None
        if str(money) != value:
            raise ValueError(f"{value!r} is written {money} in full")
        return money
    raise NotImplementedError(kind)


def encode_scalar(value: Any) -> Any:
    """msgspec's hook for the types that it doesn't know, towards documents."""
    if isinstance(value, Money):
        return str(value)
    raise NotImplementedError(type(value))


def build_record(tree: Mapping[str, Any], record: type[R]) -> R:
    """Type a text tree; raises `msgspec.ValidationError` with a path for the first fault.

    Empty keys read as absent. Unknown keys are passed over (they stay in the file).
    """
    present = {key: value for key, value in tree.items() if value is not None}
    return msgspec.convert(present, record, strict=False, dec_hook=decode_scalar)


def check_tree(tree: Mapping[str, Any], record: type[R]) -> list[tuple[Path, str]]:
    """Every fault of a text tree, key by key, as (path, words)."""
    faults: list[tuple[Path, str]] = []
    fields = {info.encode_name: info for info in msgspec.structs.fields(record)}
    for name, info in fields.items():
        value = tree.get(name)
        if value is None:
            if info.required:
                faults.append((() if name not in tree else (name,), f"{name} is missing"))
            continue
        try:
            msgspec.convert(value, info.type, strict=False, dec_hook=decode_scalar)
        except msgspec.ValidationError as error:
            path, words = parse_fault(error)
            faults.append(((name, *path), words))
    return faults


def parse_fault(error: msgspec.ValidationError) -> tuple[Path, str]:
    """Split msgspec's message into a path and plain words."""
    message = str(error)
    words, _, location = message.partition(" - at `")
    if "..." in location or not location.startswith("$"):
        return (), _plain(words)
    path: list[str | int] = []
    for part in location.rstrip("`")[1:].replace("[", ".[").split("."):
        if part.startswith("["):
            inner = part[1:-1]
            if inner.isdigit():
                path.append(int(inner))
        elif part:
            path.append(part)
    return tuple(path), _plain(words)


_WORDS = {
    "Expected `int`, got `str`": "not a whole number",
    "Expected `bool`, got `str`": "not yes or no: write true or false",
    "Expected `bool | null`, got `str`": "not yes or no: write true or false",
    "Expected `int | null`, got `str`": "not a whole number",
    "Invalid date": "not a day: write it like 2026-12-15",
    "Invalid RFC3339 encoded datetime": "not a time: write it like 2026-11-02T10:12:00Z",
    "Invalid decimal string": "not a number: decimals take a point",
    "Expected `array`, got `str`": "not a list",
    "Expected `object`, got `str`": "not a mapping",
}


def _plain(words: str) -> str:
    return _WORDS.get(words.strip(), words.strip().replace("`", ""))


def build_document(record: msgspec.Struct) -> dict[str, Any]:
    """A record as it stands on disk and in events, keys in their order, only what is set."""
    return {
        key: value
        for key, value in _builtins(record).items()
        if value is not None and value != [] and value != {}
    }


def _builtins(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {
            info.encode_name: _builtins(entry)
            for info in msgspec.structs.fields(value)
            if (entry := getattr(value, info.name)) is not None and entry != [] and entry != {}
        }
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_builtins(entry) for entry in value]
    if isinstance(value, dict):
        return {_builtins(key): _builtins(entry) for key, entry in value.items()}
    return value


def unknown_keys(tree: Mapping[str, Any], record: type[msgspec.Struct]) -> list[str]:
    """Top-level keys that no declaration knows."""
    known = {info.encode_name for info in msgspec.structs.fields(record)}
    return [key for key in tree if key not in known]


def order_of(record: type[msgspec.Struct]) -> tuple[str, ...]:
    """Top-level keys in the order of writing."""
    return key_order(record) or tuple(i.encode_name for i in msgspec.structs.fields(record))


def usage_fault(field_name: str, text: str) -> Finding:
    """The finding for a typed value that can't be read as its field's type."""
    return finding("not-readable", text, field=field_name)
