"""Case in SQL, in every script: SQLite's own `lower`, `upper`, `like`, `nocase` know ASCII alone.

Values in, values out; knows no database. A pattern is matched piece by piece between its `%`, so
that no pattern takes long.
"""

import re
from functools import lru_cache

_LONGEST_PATTERN = 50_000  # as in SQLite itself
Value = str | int | float | bytes | None


def lower(value: Value) -> str | None:
    """The text in small letters; null stays null."""
    return None if value is None else _text(value).lower()


def upper(value: Value) -> str | None:
    """The text in capitals; null stays null."""
    return None if value is None else _text(value).upper()


def compare(left: str, right: str) -> int:
    """The order of two texts if case doesn't count: below 0, 0, above 0."""
    one, other = left.casefold(), right.casefold()
    return (one > other) - (one < other)


def like(pattern: Value, value: Value, escape: Value = "") -> bool | None:
    """`value LIKE pattern ESCAPE escape`: `%` is any text, `_` any character; null if one is.

    Raises `ValueError` for an escape of several characters and a pattern of more than 50 000.
    """
    if pattern is None or value is None or escape is None:
        return None
    pieces = _pieces(_text(pattern), _text(escape))
    text = _text(value)
    if len(pieces) == 1:
        return pieces[0].fullmatch(text) is not None
    begin = pieces[0].match(text)
    if begin is None:
        return False
    place = begin.end()
    for piece in pieces[1:-1]:
        found = piece.search(text, place)
        if found is None:
            return False
        place = found.end()
    at = len(text) - pieces[-1].groups  # a piece has a group for each of its characters
    return at >= place and pieces[-1].fullmatch(text, at) is not None


@lru_cache(maxsize=256)
def _pieces(pattern: str, escape: str) -> tuple[re.Pattern[str], ...]:
    """What stands before, between and after the `%` of a pattern."""
    if len(escape) > 1 or len(pattern) > _LONGEST_PATTERN:
        raise ValueError("ESCAPE has one character, a pattern 50 000 at most")
    pieces: list[list[str]] = [[]]
    is_plain = False
    for sign in pattern:
        if sign == escape and not is_plain:
            is_plain = True
            continue
        if sign == "%" and not is_plain:
            pieces.append([])
        else:
            pieces[-1].append("(.)" if sign == "_" and not is_plain else f"({re.escape(sign)})")
        is_plain = False
    if is_plain:
        pieces[-1].append("(?!)")  # an escape of nothing: no text is like that
    return tuple(re.compile("".join(piece), re.IGNORECASE | re.DOTALL) for piece in pieces)


def _text(value: str | float | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
