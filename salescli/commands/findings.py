"""Findings as text for people: place, line with a caret, why, and what to do."""

import textwrap
from collections.abc import Iterable, Iterator

from salescli.model.errors import Finding
from salescli.report.numbers import clean_text

WIDTH = 78


def format_findings(findings: Iterable[Finding], error: str = "") -> Iterator[str]:
    """Lines of text for several findings of one error, each told once."""
    for found in dict.fromkeys(findings):
        yield from format_finding(found, "Refused: " if error == "Refused" else "")


def format_finding(found: Finding, lead: str = "") -> Iterator[str]:
    """Lines of text for one finding: what and why, excerpt with a caret, what to do."""
    place = f"{found.place}: " if found.place else ""
    text = found.text
    if found.hint and "\n" not in text and not text.endswith((".", "?", ":", ";")):
        text += "."
    first, *rest = text.split("\n")
    if not place and lead:
        first = lead + first
    yield from wrapped(clean_text(place + first))
    yield from (clean_text(line) for line in rest)
    if found.place and found.place.excerpt:
        yield from _excerpt(found)
    if found.hint:
        for line in found.hint.split("\n"):
            yield from wrapped(_begun(clean_text(line)), "  ")


def _begun(hint: str) -> str:
    """A hint begins like a sentence, unless it begins with a command or a value."""
    first = hint.split(" ", 1)[0]
    is_word = first.isalpha() and first != "salescli" and " " in hint
    return hint[:1].upper() + hint[1:] if is_word else hint


def wrapped(text: str, indent: str = "") -> list[str]:
    """A paragraph in lines of at most 78 columns; a word, such as a path, is never cut."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _excerpt(found: Finding) -> Iterator[str]:
    place = found.place
    assert place is not None
    shown = clean_text(place.excerpt)[:200]
    margin = f"{place.line:>5} | "
    yield margin + shown
    if place.column and place.column <= len(shown) + 1:
        caret = "^" * max(1, min(place.width, len(shown) - place.column + 1))
        yield " " * (len(margin) - 2) + "| " + " " * (place.column - 1) + caret
