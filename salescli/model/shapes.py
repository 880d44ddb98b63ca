"""How a value of each type is written on disk, and the words for one that isn't.

Pure: knows types, not files. msgspec reads text more loosely than the format allows (`1e3` as a
whole number, `TRUE` as yes, `NaN` as a decimal), so what it takes is looked at once more.
`guard_of` makes that quick look, `find_faults` the slow one that names every fault.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from salescli.model.errors import WrongUsage
from salescli.model.money import Money, parse_money
from salescli.model.nearest import did_you_mean
from salescli.model.years import TOO_EARLY, YEAR, is_too_early

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
Guard = Callable[[Any], bool]

# At most 18 digits: a longer number is a slip or an attack, and would leave 64 bits.
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,3})?")
DAY = re.compile(rf"{YEAR}-[0-9]{{2}}-[0-9]{{2}}")
INSTANT = re.compile(rf"{DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z")


def _is_whole(value: Any) -> bool:
    return WHOLE.fullmatch(value) is not None if isinstance(value, str) else type(value) is int


def _is_bool(value: Any) -> bool:
    return value is True or value is False or value == "true" or value == "false"


def _is_decimal(value: Any) -> bool:
    return isinstance(value, str) and DECIMAL.fullmatch(value) is not None


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and INSTANT.fullmatch(value) is not None


def _is_not_null_text(value: Any) -> bool:
    return not isinstance(value, str) or value.lower() != "null"


_SCALAR_GUARDS: dict[type[inspect.Type], Guard] = {
    inspect.IntType: _is_whole,
    inspect.BoolType: _is_bool,
    inspect.DecimalType: _is_decimal,
    inspect.DateType: _is_day,
    inspect.DateTimeType: _is_instant,
}


@cache
def _type_of(record: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(record)


@cache
def guard_of(record: type[msgspec.Struct]) -> Guard:
    """A test of a text tree that msgspec has taken: is every scalar written as it must be?"""
    return _guard(_type_of(record)) or (lambda tree: True)


def _guard(kind: inspect.Type) -> Guard | None:
    """The guard of a type; None where msgspec alone is strict enough."""
    if isinstance(kind, inspect.UnionType):
        return _union_guard(kind)
    if isinstance(kind, inspect.ListType):
        return _list_guard(_guard(kind.item_type))
    if isinstance(kind, inspect.DictType):
        return _dict_guard(_guard(kind.value_type))
    if isinstance(kind, inspect.StructType):
        return _struct_guard(kind)
    return _SCALAR_GUARDS.get(type(kind))


def _list_guard(inner: Guard | None) -> Guard | None:
    if inner is None:
        return None
    return lambda value: not isinstance(value, list) or all(map(inner, value))


def _dict_guard(inner: Guard | None) -> Guard | None:
    if inner is None:
        return None
    return lambda value: (
        not isinstance(value, dict)
        or all(entry is None or inner(entry) for entry in value.values())
    )


def _union_guard(kind: inspect.UnionType) -> Guard | None:
    members = [entry for entry in kind.types if not isinstance(entry, inspect.NoneType)]
    if any(isinstance(entry, inspect.StrType) for entry in members):
        return None  # any text is right
    inner = _guard(members[0]) if len(members) == 1 else None
    if type(members[0]) in _SCALAR_GUARDS or isinstance(members[0], inspect.CustomType):
        return inner
    if inner is None:
        return _is_not_null_text  # msgspec takes the text `null` for nothing
    return lambda value: _is_not_null_text(value) and inner(value)


def _struct_guard(kind: inspect.StructType) -> Guard | None:
    guards = tuple(
        (entry.encode_name, guard)
        for entry in kind.fields
        if (guard := _guard(entry.type)) is not None
    )
    if not guards:
        return None

    def look(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        for name, guard in guards:
            entry = value.get(name)
            if entry is not None and not guard(entry):
                return False
        return True

    return look


def find_faults(tree: Mapping[str, Any], record: type[msgspec.Struct]) -> list[Fault]:
    """Every fault of a text tree: where it is, and what is wrong in plain words."""
    return list(_faults(_type_of(record), tree, ()))


def _faults(kind: inspect.Type, value: Any, path: Path) -> Iterable[Fault]:
    if isinstance(kind, inspect.UnionType):
        yield from _union_faults(kind, value, path)
    elif isinstance(kind, inspect.StructType):
        yield from _struct_faults(kind, value, path)
    elif isinstance(kind, inspect.DictType):
        if not isinstance(value, Mapping):
            yield path, "not a mapping"
            return
        for key, entry in value.items():
            words = "" if isinstance(kind.key_type, inspect.StrType) else _words(kind.key_type, key)
            if words:
                yield (*path, key), words
            elif entry is not None or not is_absent_when_empty(kind.value_type):
                yield from _faults(kind.value_type, entry, (*path, key))
    elif isinstance(kind, inspect.ListType):
        if not isinstance(value, list):
            yield path, "not a list"
            return
        for place, entry in enumerate(value):
            yield from _faults(kind.item_type, entry, (*path, place))
    elif words := _words(kind, value):
        yield path, words


def is_absent_when_empty(kind: inspect.Type) -> bool:
    """Whether an empty key of a mapping reads as absent: not where emptiness says something."""
    members = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return not any(isinstance(one, inspect.NoneType | inspect.StructType) for one in members)


def drop_empty(tree: Mapping[str, Any], record: type[msgspec.Struct]) -> Any:
    """The tree without the keys, at any depth, that are empty and so read as absent."""
    return _without_empty(_type_of(record), tree)


def _without_empty(kind: inspect.Type, value: Any) -> Any:
    if isinstance(kind, inspect.UnionType):
        members = [entry for entry in kind.types if not isinstance(entry, inspect.NoneType)]
        return _without_empty(members[0], value) if len(members) == 1 else value
    if isinstance(kind, inspect.ListType) and isinstance(value, list):
        return [_without_empty(kind.item_type, entry) for entry in value]
    if isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        return {
            key: _without_empty(kind.value_type, entry)
            for key, entry in value.items()
            if entry is not None or not is_absent_when_empty(kind.value_type)
        }
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        types = {entry.encode_name: entry.type for entry in kind.fields}
        return {
            key: _without_empty(types[key], entry) if key in types else entry
            for key, entry in value.items()
            if entry is not None or (key in types and _takes_none(types[key]))
        }
    return value


def _union_faults(kind: inspect.UnionType, value: Any, path: Path) -> Iterable[Fault]:
    members = [entry for entry in kind.types if not isinstance(entry, inspect.NoneType)]
    if value is None and kind.includes_none:
        return
    if len(members) == 1:
        yield from _faults(members[0], value, path)
        return
    for entry in members:
        if isinstance(value, _SHAPES[type(entry)][0]):
            yield from _faults(entry, value, path)
            return
    yield path, "not " + " or ".join(_SHAPES[type(entry)][1] for entry in members)


# What the members of a union look like in a tree; they differ in that, else nobody could choose.
_SHAPES: dict[type[inspect.Type], tuple[type, str]] = {
    inspect.StrType: (str, "a text"),
    inspect.ListType: (list, "a list"),
    inspect.StructType: (dict, "a mapping"),
}


def _struct_faults(kind: inspect.StructType, value: Any, path: Path) -> Iterable[Fault]:
    if not isinstance(value, Mapping):
        yield path, "not a mapping"
        return
    for entry in kind.fields:
        name = entry.encode_name
        if value.get(name) is not None:
            yield from _faults(entry.type, value[name], (*path, name))
        elif entry.required and not (name in value and _takes_none(entry.type)):
            yield (*path, name) if name in value else path, f"{name} is missing"


def _takes_none(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.UnionType) and kind.includes_none


def _words(kind: inspect.Type, value: Any) -> str:
    """What is wrong with a scalar; empty if nothing is."""
    if isinstance(kind, inspect.StrType):
        return "" if isinstance(value, str) else "not a text"
    if isinstance(kind, inspect.IntType):
        return _whole_words(kind, value)
    if isinstance(kind, inspect.BoolType):
        return "" if _is_bool(value) else "not yes or no: write true or false"
    if isinstance(kind, inspect.DecimalType):
        return "" if _is_decimal(value) else _decimal_words(value)
    if isinstance(kind, inspect.DateType):
        right = _is_day(value) and _exists(date.fromisoformat, value)
        return "" if right else _early_words(value) or "not a day: write it like 2026-12-15"
    if isinstance(kind, inspect.DateTimeType):
        right = _is_instant(value) and _exists(datetime.fromisoformat, value)
        words = "not a time: write it like 2026-11-02T10:12:00Z"
        return "" if right else _early_words(value) or words
    if isinstance(kind, inspect.LiteralType):
        return _choice_words([str(entry) for entry in kind.values], value)
    if isinstance(kind, inspect.CustomType) and kind.cls is Money:
        return money_words(value)
    raise NotImplementedError(kind)


def _early_words(value: Any) -> str:
    is_early = isinstance(value, str) and is_too_early(value)
    return f"not a year: {value} {TOO_EARLY}" if is_early else ""


def _exists(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _choice_words(known: list[str], value: Any) -> str:
    if not isinstance(value, str):
        return f"not one of {', '.join(known)}"
    if value in known:
        return ""
    meant = did_you_mean(value, known)
    return f"not one of {', '.join(known)}" + (f": {meant}" if meant else "")


def _whole_words(kind: inspect.IntType, value: Any) -> str:
    if not _is_whole(value):
        digits = value.lstrip("-") if isinstance(value, str) else ""
        if re.fullmatch("[1-9][0-9]{18,}", digits):
            return "a whole number has at most 18 digits"
        number = re.fullmatch(r"([0-9]{1,18}) ?%", value) if isinstance(value, str) else None
        return "not a whole number" + (f": write {int(number[1])}" if number else "")
    low, high = kind.ge, kind.le
    if (low is None or int(value) >= low) and (high is None or int(value) <= high):
        return ""
    if low is None or high is None:
        return f"not a whole number of {low} or more" if high is None else f"more than {high}"
    return f"not a whole number from {low} to {high}"


def _decimal_words(value: Any) -> str:
    if isinstance(value, str):
        if re.fullmatch(r"-?[0-9]+,[0-9]+", value):
            return f"not a number: decimals take a point, {value.replace(',', '.')}"
        if re.fullmatch(r"-?[0-9]+\.[0-9]{4,}", value):
            return "a number has at most 3 decimals"
        if re.fullmatch(r"-?[1-9][0-9]{15,}(?:\.[0-9]*)?", value):
            return "a number has at most 15 digits before the point"
    return "not a number: write it like 1.5"


def money_words(value: Any) -> str:
    """What is wrong with an amount as it stands on disk; empty if nothing is."""
    if not isinstance(value, str):
        return "not an amount: write it like 12500.00 EUR"
    try:
        money = parse_money(value)
    except WrongUsage as error:
        first = error.findings[0]
        return f"{first.text}; {first.hint}" if first.hint else first.text
    return "" if str(money) == value else f"{value!r} is written {money} in full"


def scalar_words(kind: str, value: Any) -> str:
    """What is wrong with a value as it stands in a document; empty if nothing is."""
    if kind == "money":
        return money_words(value)
    if kind == "day" and not (_is_day(value) and _exists(date.fromisoformat, value)):
        return _early_words(value) or f"{value!r} is no day like 2026-12-15"
    if kind == "decimal" and not _is_decimal(value):
        return f"{value!r} is no number like 1.5"
    if kind in ("whole", "percent") and not WHOLE.fullmatch(str(value)):
        return f"{value!r} is no whole number"
    if kind == "yes-no" and value not in (True, False, "true", "false"):
        return f"{value!r} is neither true nor false"
    return ""
