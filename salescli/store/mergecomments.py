"""Comments of two sides in one text: nothing that somebody wrote is lost.

Owns how comments are told apart and put together. Must not know what they stand beside.
"""

import re
from collections.abc import Sequence

COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_Three = Sequence[str | None]
"""Base, ours and theirs; None where there is no such text."""


def keep_added(three: _Three) -> str:
    """The comments above something that goes: those that one side has added."""
    old = _lines(three[0])
    added = [line for side in three[1:] for line in _lines(side) if line not in old]
    return "".join(dict.fromkeys(line for line in added if line.strip()))


def merge_comment_lines(three: _Three) -> str:
    """Whole lines of comments: where both sides changed them, those of both."""
    chosen = _only_change(three)
    if chosen is not None:
        return chosen
    known = {*_lines(three[0]), *_lines(three[1])}
    return "".join([*_lines(three[1]), *(line for line in _lines(three[2]) if line not in known)])


def merge_said(three: _Three, column: int) -> str:
    """What is said behind a key or value, and below it: where both sides changed it, of both.

    What theirs have said then stands below, at `column`.
    """
    chosen = _only_change(three)
    if chosen is not None:
        return chosen
    known = {comment for text in three[:2] for comment in COMMENT.findall(text or "")}
    added = [said for said in COMMENT.findall(three[2] or "") if said not in known]
    return (three[1] or "") + "".join(f"{' ' * column}{said}\n" for said in added)


def stands_in(comment: str, text: str) -> bool:
    """Whether a text has a comment, be it behind or before another one."""
    if comment not in text:
        return False
    return re.search(rf"(?:^|\s){re.escape(comment)}(?=\s|$)", text) is not None


def set_beside(lead: str, column: int) -> str:
    """Comments between two entries, none of the first deeper than these.

    It would belong to the entry above; what comes behind one that is not deeper does not.
    """
    lines = _lines(lead)
    for at, line in enumerate(lines):
        text = line.lstrip(" ")
        if text.startswith("#"):
            if len(line) - len(text) <= column:
                break
            lines[at] = " " * column + text
    return "".join(lines)


def _only_change(three: _Three) -> str | None:
    """The text of the side that alone has changed it; None if both have."""
    base, ours, theirs = three
    if ours is None or theirs is None:
        return ours or theirs or ""
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else None


def _lines(text: str | None) -> list[str]:
    return (text or "").splitlines(keepends=True)
