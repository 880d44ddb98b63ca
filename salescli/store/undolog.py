"""The last commands as `ChangeSet`s in `.salescli/log/`: for log, undo and redo.

Owns the file of one entry and what undoing it means for plain files. Must not know what an event
says: lines appended to a history are never taken out, the caller voids them.

The journal of a running command *is* its entry to be: it is renamed into the log when all is
done (see `journal`), so entry and change are there together or not at all. After a power loss
in that very moment the entry alone may be missing.
"""

import contextlib
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from salescli.model.errors import Clash, Damaged, Place, finding
from salescli.store.changeset import (
    Append,
    Change,
    ChangeSet,
    Remove,
    Write,
    digest_bytes,
    hash_bytes,
)
from salescli.store.files import LOCAL_DIRECTORY, FileSystem, read_checked, read_if_there

LOG_DIRECTORY = f"{LOCAL_DIRECTORY}/log"
KEPT_ENTRIES = 200
KEPT_BYTES = 200_000_000

_MAGIC = b"salescli log 1\n\n"
_PREFIX = struct.Struct(">16sQQ32s32s")  # magic, sizes of head and body, their SHA-256
_FASTEST = 1  # zlib level: a batch of 10 000 moves waits for it
_HISTORY = "history.yaml"  # marks the directory of a record


class _Head(msgspec.Struct, frozen=True):
    """All of an entry but its files; `log` reads only this."""

    id: str
    words: str
    command: str
    actor: str
    at: datetime
    record_ids: tuple[str, ...]
    kind: Literal["command", "undo", "redo"]
    reverts: str
    file_count: int


class FileHashes(msgspec.Struct, frozen=True):
    """One file of an entry; None where there was, or is, no file. For an append: of the lines."""

    path: str
    before: str | None
    after: str | None


class LogEntry(msgspec.Struct, frozen=True):
    """One command that ran. `state` is `undone` while an undo of it holds."""

    id: str
    words: str
    command: str
    actor: str
    at: datetime
    record_ids: tuple[str, ...]
    kind: Literal["command", "undo", "redo"]
    reverts: str
    file_count: int
    state: Literal["done", "undone"]


class StoreView(Protocol):
    """The store as it stands now; a `Transaction` is one."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""

    def exists(self, path: str) -> bool:
        """Whether there is a file."""

    def list_directory(self, path: str) -> list[str]:
        """The names in a directory, none where there is none."""


class Appended(msgspec.Struct, frozen=True):
    """Lines of a history that the caller has to void."""

    path: str
    data: bytes


class Revert(msgspec.Struct, frozen=True):
    """What takes a command back: `plain` changes as they are; events to void; and the files
    beside those histories, by path with what stood there before the command. The caller sets
    them to what the fold then says, and to these very bytes where they say just that.
    """

    plain: tuple[Change, ...]
    appended: tuple[Appended, ...]
    recomputed: dict[str, bytes]


def format_entry(entry_id: str, changeset: ChangeSet) -> bytes:
    """The bytes of an entry, compressed, guarded by lengths and hashes."""
    head = msgspec.msgpack.encode(
        _Head(
            id=entry_id,
            words=changeset.words,
            command=changeset.command,
            actor=changeset.actor,
            at=changeset.at,
            record_ids=changeset.record_ids,
            kind=changeset.kind,
            reverts=changeset.reverts,
            file_count=len(changeset.changes),
        )
    )
    body = zlib.compress(msgspec.msgpack.encode(changeset.changes), _FASTEST)
    sums = (digest_bytes(head), digest_bytes(body))
    return _PREFIX.pack(_MAGIC, len(head), len(body), *sums) + head + body


def parse_entry(data: bytes, path: str) -> tuple[str, ChangeSet]:
    """Id and set of an entry. Raises `Damaged` (`log-damaged`) if a byte is missing or wrong."""
    head, start = _parse_head(data, path)
    _, _, body_size, _, body_hash = _PREFIX.unpack_from(data)
    body = data[start:]
    if len(body) != body_size or digest_bytes(body) != body_hash:
        raise _damaged(path)
    try:
        changes = msgspec.msgpack.decode(zlib.decompress(body), type=tuple[Change, ...])
    except (zlib.error, msgspec.DecodeError) as error:
        raise _damaged(path) from error
    return head.id, ChangeSet(
        changes=changes,
        words=head.words,
        command=head.command,
        actor=head.actor,
        at=head.at,
        record_ids=head.record_ids,
        kind=head.kind,
        reverts=head.reverts,
    )


def _parse_head(data: bytes, path: str) -> tuple[_Head, int]:
    if len(data) < _PREFIX.size:
        raise _damaged(path)
    magic, head_size, _, head_hash, _ = _PREFIX.unpack_from(data)
    end = _PREFIX.size + head_size
    head = data[_PREFIX.size : end]
    if magic != _MAGIC or digest_bytes(head) != head_hash:
        raise _damaged(path)
    try:
        return msgspec.msgpack.decode(head, type=_Head), end
    except msgspec.DecodeError as error:
        raise _damaged(path) from error


def _damaged(path: str) -> Damaged:
    text = f"{path} is cut off or altered."
    hint = "It is local to this clone: removing it loses the undo of that command, nothing else."
    return Damaged(finding("log-damaged", text, hint=hint, place=Place(path)))


def next_entry_id(root: Path) -> str:
    """The id after the highest: a number, since the log is one clone's and under the lock."""
    names = _entry_names(root)
    return f"{int(names[-1]) + 1 if names else 1:08d}"


def append_entry(fs: FileSystem, root: Path, changeset: ChangeSet) -> str:
    """Write an entry for a set that was not applied by the journal; returns its id."""
    entry_id = next_entry_id(root)
    base = os.fspath(root)
    make_log_directory(fs, base)
    fs.write_new(f"{base}/{LOG_DIRECTORY}/{entry_id}", format_entry(entry_id, changeset), None)
    return entry_id


def make_log_directory(fs: FileSystem, root: str) -> None:
    """Make `.salescli/log` in a `.salescli` that is there. Raises OSError."""
    with contextlib.suppress(FileExistsError):
        fs.mkdir(f"{root}/{LOG_DIRECTORY}")


def prune_log(fs: FileSystem, root: Path) -> None:
    """Keep the last 200 entries, and of these the last 200 MB; the newest in any case."""
    total = 0
    for count, name in enumerate(reversed(_entry_names(root)), 1):
        full = f"{os.fspath(root)}/{LOG_DIRECTORY}/{name}"
        total += os.lstat(full).st_size
        if count > KEPT_ENTRIES or (total > KEPT_BYTES and count > 1):
            fs.unlink(full)


def clear_log(fs: FileSystem, root: Path) -> None:
    """Remove all entries: what a person asked to be forgotten must not live on in an undo."""
    for name in _entry_names(root):
        fs.unlink(f"{os.fspath(root)}/{LOG_DIRECTORY}/{name}")


def _entry_names(root: Path) -> list[str]:
    """Names of entries, oldest first."""
    try:
        names = os.listdir(f"{os.fspath(root)}/{LOG_DIRECTORY}")
    except (FileNotFoundError, PermissionError):
        return []
    return sorted(name for name in names if len(name) == 8 and name.isdecimal())


def read_entries(root: Path) -> list[LogEntry]:
    """All entries, newest first. Raises `Damaged` (`log-damaged`)."""
    base, known = os.fspath(root), set[str]()
    entries: list[LogEntry] = []
    reverted: set[str] = set()
    for name in reversed(_entry_names(root)):
        path = f"{LOG_DIRECTORY}/{name}"
        head, _ = _parse_head(read_checked(base, path, None, known), path)
        is_undone = head.id in reverted
        if head.reverts and not is_undone:
            reverted.add(head.reverts)
        state: Literal["done", "undone"] = "undone" if is_undone else "done"
        entries.append(LogEntry(**msgspec.structs.asdict(head), state=state))
    return entries


def read_changeset(root: Path, entry_id: str) -> ChangeSet:
    """The set of one entry that the log has. Raises `Damaged`, if it is gone meanwhile too."""
    path = f"{LOG_DIRECTORY}/{entry_id}"
    return parse_entry(read_if_there(root, path) or b"", path)[1]


def build_hashes(changeset: ChangeSet) -> tuple[FileHashes, ...]:
    """The files of a set with the hashes of what stood and what stands there."""
    return tuple(_hashes(change) for change in changeset.changes)


def _hashes(change: Change) -> FileHashes:
    if isinstance(change, Append):
        return FileHashes(change.path, change.before_hash, hash_bytes(change.data))
    before = None if change.before is None else hash_bytes(change.before)
    after = hash_bytes(change.after) if isinstance(change, Write) else None
    return FileHashes(change.path, before, after)


def undoable(entries: Sequence[LogEntry]) -> list[LogEntry]:
    """What `undo` may take back, the newest first: commands and redos that still hold."""
    return [entry for entry in entries if entry.kind != "undo" and entry.state == "done"]


def latest_redoable(entries: Sequence[LogEntry]) -> LogEntry | None:
    """The undo that `redo` takes back: the newest that holds, if no command came after it."""
    for entry in entries:
        if entry.kind == "undo" and entry.state == "done":
            return entry
        if entry.kind == "command":
            return None
    return None


def read_settled_appends(root: Path, entry_id: str) -> dict[str, bytes]:
    """What later commands that were undone, and their undoing, appended to each history.

    It changes nothing about what the entry did, so it does not stand in the way of undoing it.
    """
    appended: dict[str, bytes] = {}
    for entry in reversed(read_entries(root)):
        is_settled = entry.state == "undone" or entry.reverts > entry_id
        if entry.id <= entry_id or not is_settled:
            continue
        for change in read_changeset(root, entry.id).changes:
            if isinstance(change, Append):
                appended[change.path] = appended.get(change.path, b"") + change.data
    return appended


def plan_revert(
    changeset: ChangeSet, view: StoreView, settled: Mapping[str, bytes] | None = None
) -> Revert:
    """What takes `changeset` back; redo is the same, done to the undo's own set.

    `settled` (see `read_settled_appends`) may follow the lines of a history. Records that the
    set made are removed whole, those that it removed come back. Raises `Clash`
    (`changed-since`) with all files that are not as the set left them.
    """
    tails = settled or {}
    current = {change.path: view.read(change.path) for change in changeset.changes}
    changed = [c.path for c in changeset.changes if not _is_as_left(c, current[c.path], tails)]
    changed += _find_strays(changeset, view)
    hint = (
        "somebody edited it by hand, or git did: put that back (git diff shows it), "
        "or change by hand what the command did"
    )
    Clash.raise_if(
        finding("changed-since", f"{path} changed since.", hint=hint, place=Place(path))
        for path in changed
    )
    appended = tuple(Appended(c.path, c.data) for c in changeset.changes if isinstance(c, Append))
    records = {_directory(item.path) for item in appended}
    plain: list[Change] = []
    recomputed: dict[str, bytes] = {}
    for change in changeset.changes:
        if isinstance(change, Append):
            continue
        before = _facts_before(change)
        if before is not None and _directory(change.path) in records:
            recomputed[change.path] = before
        else:
            plain.append(_reversed(change, current[change.path]))
    return Revert(tuple(plain), appended, recomputed)


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _facts_before(change: Change) -> bytes | None:
    return change.before if isinstance(change, Write) else None


def _is_as_left(change: Change, current: bytes | None, tails: Mapping[str, bytes]) -> bool:
    tail = tails.get(change.path, b"")
    if isinstance(change, Remove):
        return current is None
    if current is None:
        return False
    if isinstance(change, Write):
        return current == change.after + tail
    kept, added = current[: change.before_size], current[change.before_size :]
    return added == change.data + tail and hash_bytes(kept) == change.before_hash


def _find_strays(changeset: ChangeSet, view: StoreView) -> list[str]:
    """Files in the directories of records that the set made, and that others put there."""
    made = {c.path for c in changeset.changes if isinstance(c, Write) and c.before is None}
    records = sorted(_directory(p) for p in made if p.rpartition("/")[2] == _HISTORY)
    strays: list[str] = []
    waiting = [record for record in records if record]
    while waiting:
        directory = waiting.pop(0)
        for name in view.list_directory(directory):
            path = f"{directory}/{name}"
            if not view.exists(path):
                waiting.append(path)
            elif path not in made:
                strays.append(path)
    return strays


def _reversed(change: Change, current: bytes | None) -> Change:
    if isinstance(change, Remove):
        return Write(change.path, None, change.before)
    assert isinstance(change, Write) and current is not None
    if change.before is None:
        return Remove(change.path, current)
    return Write(change.path, current, change.before)
