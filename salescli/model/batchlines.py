"""A line of a batch as a value: which operation, with what, under which name. Pure.

Values are text, as on a command line: numbers keep the digits that were written, so that no amount
becomes a float. Which keys an operation has is not known here.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.errors import Finding, Gathered, WrongUsage, finding

Value = str | bool | Sequence[str] | Mapping[str, str]
OWN_KEYS = ("op", "ref", "if_unchanged", "idempotency_key")
MAX_LINE = 1024 * 1024  # bytes
MAX_KEY = 200  # characters
RECORDS: Mapping[str, tuple[str, ...]] = {
    "opportunity": ("opportunity",),
    "lead": ("lead",),
    "account": ("account",),
    "contact": ("contact",),
    "client": ("account", "contact"),
    "record": ("opportunity", "lead"),
}
"""Keys that name a born record: of which kinds."""

NOUNS: Mapping[str, tuple[str, ...]] = {
    "DEAL": ("opportunity",),
    "RECORD": ("opportunity", "lead", "record"),
    "DEAL|LEAD": ("opportunity", "lead", "record"),
}
"""Words of commands for a born record: the keys by which a line names it."""

INNER: Mapping[str, str] = {
    "activity": "act",
    "post": "post",
    "proposal": "prop",
    "approval": "appr",
    "mail": "mail",
}
"""Keys that name what lies inside a deal or lead: the prefix of its id."""

FILE = "file"
"""The key that names a file, whatever else a command calls it."""

MAKING = ("create", "clone", "convert", "qualify", "repeat", "start")
"""Last words of the operations that may make a deal or lead."""

_REF = re.compile(r"[A-Za-z0-9][\w.-]{0,79}", re.ASCII)
_FOR = {  # field → keys that stand for it
    "stage": ("to", "outcome"),  # what becomes of it
    "record": ("opportunity", "lead"),
    "opportunity": ("record",),
    "lead": ("record",),
    "client": ("account", "contact"),
    "file": ("path", "source"),
    "source": ("file",),
    "team": ("member",),
}
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*[a-z])")
_REVISION = re.compile(r"[0-9a-f]{12}")


class Line(msgspec.Struct, frozen=True):
    """One line: `number` counts from 1, `op` is like `opportunity.create`, `values` what it takes.

    `revision` is that of `if_unchanged`, `key` the idempotency key.
    """

    number: int
    op: str
    values: Mapping[str, Value]
    ref: str | None = None
    revision: str | None = None
    key: str | None = None


def texts_of(value: Value) -> Sequence[str]:
    """The texts in a value; of a mapping those behind its keys."""
    if isinstance(value, bool):
        return ()
    if isinstance(value, str):
        return (value,)
    return [*value.values()] if isinstance(value, Mapping) else value


def acted_on(line: Line) -> str:
    """The key of a line that names the record which it changes, or what lies inside one.

    `""` where it makes a new one: its client, its account are what that points at.
    """
    noun, _, verb = line.op.partition(".")
    if verb == "create":
        return ""
    own = (noun, "opportunity", "lead", "record", *INNER)
    return next((key for key in own if (key in RECORDS or key in INNER) and key in line.values), "")


def key_at_fault(found: Finding, values: Mapping[str, Value], keys: Collection[str]) -> str:
    """The key of a line that a finding is about, of those that its operation has.

    That which names the file where it is; else the key that is called like its field, or stands
    for it, before one that was left out. A field that no key stands for is told as it is.
    """
    if found.place is not None:
        for key, text in values.items():
            if text == found.place.file:
                return key
    field = found.field.partition(".")[0]
    names = (field, field.rpartition("_")[2], field.removesuffix("s"), *_FOR.get(field, ()))
    known = [*(name for name in names if name in values), *(name for name in names if name in keys)]
    return known[0] if known else found.field


def plain_words(text: str, keys: Collection[str]) -> str:
    """The words of a command for a program: on one line, with keys instead of options."""
    first, *rest = text.split("\n")
    lines: list[str] = []
    for line in rest:
        if line.startswith("    ") and lines:  # it goes on with the one above
            lines[-1] += f" · {' '.join(line.split())}"
        else:
            lines.append(" ".join(line.split()))
    plain = " ".join([first, "; ".join(lines)]) if lines else first

    def named(option: re.Match[str]) -> str:
        key = option[1].replace("-", "_")
        return repr(key) if key in keys else option[0]

    return _OPTION.sub(named, plain)


class _Twice(Exception):
    """A key that stands twice in one mapping."""


def read_line(number: int, text: str) -> Line:
    """A line of JSON as a `Line`; raises `WrongUsage` with all that is wrong with it."""
    found = _parse(text)
    op = found.get("op")
    if not isinstance(op, str) or not op:
        said = "which operation?" if op is None else f"{_shown(op)} is no name of an operation"
        hint = 'write it like "op":"opportunity.advance"'
        raise WrongUsage(finding("unknown-op", said, hint=hint, field="op"))
    gathered = Gathered()
    own: dict[str, str | None] = {}
    for name, check in (("ref", _ref), ("if_unchanged", _revision), ("idempotency_key", _key)):
        with gathered.trying(name):
            own[name] = check(found[name]) if name in found else None
    values: dict[str, Value] = {}
    for name, value in found.items():
        if name not in OWN_KEYS:
            with gathered.trying(name):
                values[name] = _value(name, value)
    gathered.raise_all()
    return Line(number, op, values, own["ref"], own["if_unchanged"], own["idempotency_key"])


def _parse(text: str) -> dict[str, Any]:
    """The mapping that a line is; numbers as the text that was written."""
    try:
        found = json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_pairs,
        )
        if "\\u" in text:  # half of a character, which no file can hold, can only be an escape
            json.dumps(found, ensure_ascii=False).encode()
    except _Twice as error:
        said = f"{_shown(str(error))} stands twice in one line"
        raise WrongUsage(finding("key-twice", said, field=str(error))) from None
    except (ValueError, RecursionError) as error:
        said = f"not JSON, {_why(error)}: {_shown(text)}"
        hint = "one object a line, like jq -c writes them"
        raise WrongUsage(finding("not-json", said, hint=hint)) from None
    if not isinstance(found, dict):
        said = f"a line is an object, not {_shown(text)}"
        hint = '{"op":"opportunity.advance","opportunity":"7k2m"}'
        raise WrongUsage(finding("not-json", said, hint=hint))
    return found


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "too much is inside one another"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]}"
    return "half of a character" if isinstance(error, UnicodeEncodeError) else str(error)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _shown(value: Any) -> str:
    """A value in an error: as JSON, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _value(name: str, value: Any) -> Value:
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, list):
        return [_inner(entry, value) for entry in value]
    if isinstance(value, dict):
        return {name: _inner(entry, value) for name, entry in value.items()}
    hint = 'leave it out where nothing is known; "" empties a field'
    raise WrongUsage(finding("bad-value", f"{name!r} is null, which says nothing", hint=hint))


def _inner(value: Any, whole: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = f"{_shown(value)} in {_shown(whole)} is neither a text nor a number"
    raise WrongUsage(finding("bad-value", said))


def _ref(value: Any) -> str:
    if isinstance(value, str) and _REF.fullmatch(value):
        return value
    said = f"{_shown(value)} can't name a line: letters, digits and . _ - alone"
    raise WrongUsage(finding("bad-value", said))


def _revision(value: Any) -> str:
    if isinstance(value, str) and _REVISION.fullmatch(value):
        return value
    said = f"{_shown(value)} is no revision: 12 of 0123456789abcdef"
    raise WrongUsage(finding("bad-value", said, hint="show --format json prints it"))


def _key(value: Any) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= MAX_KEY and value.isprintable():
        return value
    said = f"{_shown(value)} is no key: one line of at most {MAX_KEY} characters"
    raise WrongUsage(finding("bad-value", said))
