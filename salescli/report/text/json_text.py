"""JSON as it is put out: letters raw, controls escaped."""

import json
from typing import Any

from salescli.report.text.numbers import UNSAFE

Document = dict[str, Any]


def format_json(value: object, *, indent: int | None = 2) -> str:
    """JSON with letters of every script raw and every control escaped; no line break at its end."""
    separators = (",", ":") if indent is None else None
    return escape_json(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators))


def escape_json(text: str) -> str:
    """JSON with what a terminal would obey escaped; it says the same."""
    if text.isascii() and text.isprintable():  # nothing in it is unsafe: most lines
        return text
    return UNSAFE.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    return character if character == "\n" else json.dumps(character)[1:-1]  # LF: our own layout
