"""Text broken into lines of a terminal, by the columns that it takes there."""

import re

from salescli.report.text.numbers import clean_text, width_of

# Not within a number with its thousands, nor between an amount and its currency.
_BREAKS = re.compile(r"(?<!\d) |(?<=\d) (?!\d{3}\b|[A-Z]{3}\b)")


def split_words(text: str) -> list[str]:
    """The pieces of a text between which a line may be broken: an amount of money is one."""
    return _BREAKS.split(" ".join(text.split()))


def last_break(text: str, end: int) -> int:
    """The last place from 1 to `end` at which a line may be broken, that of a blank; else 0."""
    return max((one.start() for one in _BREAKS.finditer(text, 1) if one.start() <= end), default=0)


def wrap_text(text: str, width: int | None, *, indent: str = "") -> list[str]:
    """Cleaned text in lines of at most `width` columns, all but the first after `indent`.

    Broken between words; a word that is longer than a line is broken where the line ends. None:
    one line. There is always a first line, if an empty one.
    """
    words = split_words(clean_text(text))
    if width is None:
        return [" ".join(words)]
    lines: list[str] = []
    line = ""
    for word in words:
        start = indent if lines else ""
        if line.strip() and width_of(f"{line} {word}") <= width:
            line = f"{line} {word}"
            continue
        if line.strip():
            lines.append(line)
            start = indent
        line = start + word
        while width_of(line) > width:
            head = _head(line, max(width, width_of(start) + 2))
            if head == line:
                break
            lines.append(head)
            start = indent
            line = start + line[len(head) :]
    return [*lines, line] if line or not lines else lines


def _head(line: str, width: int) -> str:
    """As many of the first characters as fit; what has no width stays with what it marks."""
    used = 0
    for place, character in enumerate(line):
        used += width_of(character)
        if used > width:
            return line[:place]
    return line
