"""Findings as text for people: place, line with a caret, why, and what to do."""

import re
import textwrap
from collections.abc import Iterable, Iterator

from salescli.model.errors import Finding
from salescli.report.text.numbers import clean_text

WIDTH = 78
_EXCERPT = 200  # characters of a line that are shown
_BEFORE = 40  # of them before a place that lies further to the right
_PROGRAMS = ("salescli", "git")
_COMMAND_BEGINS = re.compile(r"(?:SALESCLI_\w+=\S+ )?(?:salescli|git) ")
_COMMAND = re.compile(rf"(?<=[^(]) (?={_COMMAND_BEGINS.pattern})|(?<=;) ")  # what stands between
_TYPED = re.compile(  # commands, and nothing else, that may be longer than a line
    r"salescli(?: -C \S+)? check --fix(?: --void \S+)+"
    r"|salescli(?: -C \S+)? person set \S+(?: --\w+ \S+)+"
    r"|git checkout \S+ --(?: \S+)+"
    r"|salescli opportunity (?:set|advance|close) --.* --yes"
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_KEPT = "\0"  # a blank between quotes, at which no line ends
_COMMANDS = ("salescli ", "git ", "--")  # a sentence with one ends in what is to be typed


def format_findings(findings: Iterable[Finding], error: str = "") -> Iterator[str]:
    """Lines of text for several findings of one error, each told once."""
    for found in dict.fromkeys(findings):
        yield from format_finding(found, "Refused: " if error == "Refused" else "")


def format_finding(found: Finding, lead: str = "") -> Iterator[str]:
    """Lines of text for one finding: what and why, excerpt with a caret, what to do."""
    place = _placed(found)
    if place and found.warning:
        place += "warning: "
    first, *rest = found.text.split("\n")
    if not place:
        first = lead + first if lead else _begun(first)
    if not rest:
        first = _ended(first)
    yield from wrapped(clean_text(place + first))
    yield from (clean_text(line) for line in rest)
    if found.place and found.place.excerpt:
        yield from _excerpt(found)
    if found.hint:
        for line in found.hint.split("\n"):
            yield from _wrapped_hint(_hinted(clean_text(line)))


def _wrapped_hint(hint: str) -> Iterator[str]:
    """A hint in lines: a command that fits on a line of its own is not broken over two."""
    words = ""
    for piece in _COMMAND.split(hint):
        joined = f"{words} {piece}".strip()
        if len(wrapped(joined, "  ")) == 1 or not _COMMAND_BEGINS.match(piece):
            words = joined
            continue
        if words:
            yield from _broken(words)
        words = piece
    yield from _broken(words)


def _broken(words: str) -> Iterator[str]:
    """Words in lines; what is to be typed goes on as a shell reads it."""
    if not _TYPED.fullmatch(words):
        yield from wrapped(words, "  ")
        return
    goes_on = " \\"
    kept = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _KEPT), words)
    *lines, last = wrapped(kept, "  ", WIDTH - len(goes_on))
    yield from (line.replace(_KEPT, " ") + goes_on for line in lines)
    yield last.replace(_KEPT, " ")


def _hinted(hint: str) -> str:
    """A hint is a sentence; one with a command or of values alone ends without a point."""
    begun = _begun(hint)
    is_sentence = begun[:1].isupper() and not any(word in hint for word in _COMMANDS)
    return _ended(begun) if is_sentence else begun


def _placed(found: Finding) -> str:
    """Where it is, unless the text says that itself."""
    place = found.place
    is_said = place is not None and not place.line and place.file in found.text
    return "" if place is None or is_said else f"{place}: "


def _begun(text: str) -> str:
    """Words begin like a sentence, unless they begin with a command or a value."""
    first = text.split(" ", 1)[0]
    is_word = first.isalpha() and first not in _PROGRAMS and " " in text
    return text[:1].upper() + text[1:] if is_word else text


def _ended(text: str) -> str:
    """Words end like a sentence, unless they end with what is to be typed."""
    last = text.rpartition(" ")[2]
    is_typed = last.startswith("-") or (last.isupper() and "--" in text)
    return text if is_typed or text.endswith((".", "?", ":", ";", "!", "…")) else f"{text}."


def wrapped(text: str, indent: str = "", width: int = WIDTH) -> list[str]:
    """A paragraph in lines of at most 78 columns; a word, such as a path, is never cut."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _excerpt(found: Finding) -> Iterator[str]:
    """The line, of a long one the part with the place; carets never go on over the screen."""
    place = found.place
    assert place is not None
    line, column = clean_text(place.excerpt), place.column
    if column > _EXCERPT and column <= len(line) + 1:
        begin = column - 1 - _BEFORE
        line, column = f"…{line[begin:]}", _BEFORE + 2
    shown = line[:_EXCERPT]
    margin = f"{place.line:>5} | "
    yield margin + shown
    if column and column <= len(shown) + 1:
        room = min(len(shown), WIDTH - len(margin)) - column + 1
        caret = "^" * max(1, min(place.width, room))
        yield " " * (len(margin) - 2) + "| " + " " * (column - 1) + caret
