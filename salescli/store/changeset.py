"""What a command alters, as values: the only way to alter a store.

Owns `ChangeSet` and its diff. Must not know how a set gets to the disk (`journal`), nor what
stands in the files.
"""

import difflib
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import Literal

import msgspec


def digest_bytes(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    digest: bytes = import_module("hashlib").sha256(data).digest()  # OpenSSL: no report needs it
    return digest


def hash_bytes(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return digest_bytes(data).hex()


class Write(msgspec.Struct, frozen=True, tag="write"):
    """A whole file: new (`before` is None) or replaced."""

    path: str
    before: bytes | None
    after: bytes


class Append(msgspec.Struct, frozen=True, tag="append"):
    """Bytes at the end of a file that is there."""

    path: str
    before_size: int  # bytes
    before_hash: str  # of all that stood there, by `hash_bytes`
    data: bytes
    before_lines: int = 0  # for the diff alone


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """A file that goes; directories that become empty go with it."""

    path: str
    before: bytes


Change = Write | Append | Remove


class ChangeSet(msgspec.Struct, frozen=True):
    """All that one command alters, at most one change a path, and who does it.

    `words` says it in the trade's words, `command` as typed without its arguments. `reverts` is
    the id of the log entry that an undo or a redo takes back (a redo takes back the undo).
    """

    changes: tuple[Change, ...]
    words: str
    command: str
    actor: str
    at: datetime
    record_ids: tuple[str, ...] = ()
    kind: Literal["command", "undo", "redo"] = "command"
    reverts: str = ""


def diff(changeset: ChangeSet) -> str:
    """A unified diff without context lines; one line for a file that is not text.

    The text is as it stands in the files: whoever prints it cleans it for a terminal.
    """
    return "".join(line + "\n" for change in changeset.changes for line in _diff_lines(change))


def _diff_lines(change: Change) -> Iterator[str]:
    if isinstance(change, Append):
        before, after = b"", change.data
    elif isinstance(change, Remove):
        before, after = change.before, b""
    else:
        before, after = change.before or b"", change.after
    old, new = _text(before), _text(after)
    if old is None or new is None:
        yield f"Binary file {change.path}: {len(before)} → {len(after)} bytes"
        return
    is_new = isinstance(change, Write) and change.before is None
    yield f"--- {'/dev/null' if is_new else change.path}"
    yield f"+++ {'/dev/null' if isinstance(change, Remove) else change.path}"
    if isinstance(change, Append):
        count = len(_lines(new))
        start = change.before_lines
        size = "" if count == 1 else f",{count}"
        yield f"@@ -{start},0 +{start + 1}{size} @@"
        yield from (part for line in _lines(new) for part in _marked("+" + line))
        return
    hunks = difflib.unified_diff(_lines(old), _lines(new), n=0)
    for line in list(hunks)[2:]:
        yield from _marked(line)


def _text(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _lines(text: str) -> list[str]:
    """Lines with their ends; only LF ends one (`splitlines` also cuts at U+2028 and others)."""
    parts = [part + "\n" for part in text.split("\n")]
    parts[-1] = parts[-1][:-1]
    return parts if parts[-1] else parts[:-1]


def _marked(line: str) -> list[str]:
    if line.startswith("@@") or line.endswith("\n"):
        return [line.rstrip("\n")]
    return [line, "\\ No newline at end of file"]
