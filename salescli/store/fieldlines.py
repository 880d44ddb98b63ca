"""Three versions of a file whose fields stand a line each, merged by those lines, unread.

Owns when lines alone say what becomes of the fields, so that nobody has to read the file as YAML.
The first step of the merge driver is the same in `sh` (`workspace/driversteps`). Must not know what
the fields mean, nor what is done with the files that are not of this kind.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(rb"[A-Za-z0-9_]")
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")
_KEY = re.compile(rb"[A-Za-z0-9_][A-Za-z0-9_.-]*:(?= |$)")
# What ends with its line: nothing, a text in quotes, a list or mapping of plain words, plain words.
_VALUE = re.compile(
    rb" *(?:|\"[^\"\\]*\"|'[^']*'|\[[^][{}\"'#]*\]|\{[^][{}\"'#]*\}|"
    rb"(?!- |-$)[^][{}\"'#&*!%@`?,:|> ](?:[^:]|:(?=[^ ]))*)"
)
_BLOCK = re.compile(rb" *[|>].*")


def merge_fields(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The file with what each side has changed of the other's lines; None where it isn't so plain.

    A changed line is one field, before and after, and in no line may begin what goes on in others,
    but for blocks and lists, which all three have alike. Each side may have fields more.
    """
    sources = (base, ours, theirs)
    if not base or any(not one.endswith(b"\n") or _CONTROL.search(one) for one in sources):
        return None
    sides = [one.split(b"\n")[-2::-1] for one in sources]  # the first line comes last
    merged: list[bytes] = []
    keys: set[bytes] = set()
    is_changed = False  # whether the field above is
    while any(sides):
        before, here, there = heads = [side[-1] if side else None for side in sides]
        line = there if here == before else here
        if line is None or len(set(heads)) == len(heads):
            return None
        key = _key_of(line, may_go_on=line == before)
        if key in keys or (not key and not _is_of_a_field(line, heads, is_changed)):
            return None
        merged.append(line)
        is_new = False
        if key:
            keys.add(key)
            is_changed = line != before
            is_new = before is None or not before.startswith(key)
            if not is_new and not _key_of(before or b"", may_go_on=not is_changed):
                return None
        for side, head in zip(sides, heads, strict=True):
            if head == line or not is_new:
                side.pop()
    return b"".join(line + b"\n" for line in merged)


def _key_of(line: bytes, *, may_go_on: bool) -> bytes:
    """`title:`, of a line that is a field; empty if it isn't, or may go on in lines below it."""
    match = _KEY.match(line)
    return match[0] if match and _ends_here(line[match.end() :], may_go_on=may_go_on) else b""


def _ends_here(value: bytes, *, may_go_on: bool) -> bool:
    """Whether a value is over with its line, or with the indented lines below it."""
    return bool(_VALUE.fullmatch(value) or (may_go_on and _BLOCK.fullmatch(value)))


def _is_of_a_field(line: bytes, heads: Sequence[bytes | None], is_changed: bool) -> bool:
    """Whether a line that all have is empty, a comment, or of the field above, which all have."""
    if any(head != line for head in heads):
        return False
    if not line or line.startswith(b"#"):
        return True
    if is_changed or not (line.startswith((b" ", b"- ")) or line == b"-"):
        return False
    text = line.lstrip(b" -")
    if text.startswith(b"#"):
        return True
    if _WORD.match(text):
        text = b"" if text.endswith(b":") else text.partition(b": ")[2] or text
    return _ends_here(text, may_go_on=True)
