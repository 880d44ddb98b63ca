"""One event ↔ one line of a history: JSON that YAML 1.1 readers take for the same value.

Owns the bytes of a line (format.md section 2, "Writing an event"), without its `- ` in front and
its end; knows nothing of files. A general JSON encoder won't do: YAML refuses U+007F and U+009B,
reads U+0085 as a space, and takes no pair of escapes for one character.
"""

import re
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from salescli.model.calendar import format_instant
from salescli.model.errors import Refused, finding
from salescli.model.events import FIRST_KEYS, LAST_KEYS, BaseEvent, Event, kind_of, own_keys

MAX_LINE = 256 * 1024 - len("- ")
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
# What msgspec leaves raw though YAML wouldn't read it back (U+FFFE and U+FFFF are no characters
# to YAML at all), and the short escapes that the format writes in full. `\\` is matched only to
# be stepped over, with whatever follows it left alone.
_TO_ESCAPE = re.compile(r"\\(.)|[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SHORT = {"b": r"\u0008", "f": r"\u000c", "r": r"\u000d", "t": r"\u0009"}


def decode_event(line: bytes) -> Event:
    """Read one event from its JSON; raises `msgspec.DecodeError` for anything else."""
    return _decoder.decode(line)


def format_event(event: Event) -> str:
    """Write one event as compact JSON, keys in the order of format.md section 7.

    Raises `Refused` for an event longer than a line may be, and UnicodeEncodeError for a half of
    a surrogate pair, which no file can hold.
    """
    values: dict[str, Any] = {}
    for attribute, key, default in _plan(type(event)):
        value = kind_of(event) if attribute == "" else getattr(event, attribute)
        if value != default:
            values[key] = format_instant(value) if isinstance(value, datetime) else value
    line = _TO_ESCAPE.sub(_escape, msgspec.json.encode(values).decode())
    if len(line) * 4 > MAX_LINE and (size := len(line.encode())) > MAX_LINE:
        raise Refused(
            finding(
                "event-too-long",
                f"the event would have {size} bytes, {MAX_LINE} are allowed",
                hint="keep long text in a file: salescli file attach",
            )
        )
    return line


def _escape(match: re.Match[str]) -> str:
    short = match.group(1)
    if short is None:
        return f"\\u{ord(match.group()):04x}"
    return _SHORT.get(short, match.group())


@cache
def _plan(kind: type[BaseEvent]) -> tuple[tuple[str, str, Any], ...]:
    """(attribute, key, value left out) in the order of writing; `kind` has no attribute."""
    infos = {info.encode_name: info for info in msgspec.structs.fields(kind)}
    plan: list[tuple[str, str, Any]] = []
    for key in (*FIRST_KEYS, "kind", *own_keys(kind), *LAST_KEYS):
        if key == "kind":
            plan.append(("", key, msgspec.NODEFAULT))
        elif infos[key].default_factory is not msgspec.NODEFAULT:
            plan.append((infos[key].name, key, infos[key].default_factory()))
        else:
            plan.append((infos[key].name, key, infos[key].default))
    return tuple(plan)
