"""Applying a `ChangeSet` all or nothing, whatever kills the process or the power.

Owns the order of writes. Must not know what stands in the files. All of it runs under the
exclusive lock.

1. The journal, which holds the whole set, is written beside its place, made durable and renamed:
   the commit point.
2. Temporary files with the new bytes, and the appends in place, at their recorded offsets; then
   all of these are made durable.
3. Renames and removals; their directories are made durable.
4. The journal is renamed into the log, as the entry that undo reads.

All that takes space happens in step 2, and until its end everything can be taken back: a full
disk leaves the old files. From step 3 on there is no way but forward; if that fails, the next
command goes on with it, and likewise after a crash at any step.
"""

import contextlib
import errno
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

from salescli.model.errors import Clash, Damaged, Failed, Finding, Place, finding
from salescli.store.changeset import Append, Change, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import (
    LOCAL_DIRECTORY,
    TEMPORARY_PREFIX,
    FileSystem,
    build_failure,
    check_directories,
    check_writable_path,
    make_local_directory,
    read_checked,
    read_if_there,
)
from salescli.store.undolog import (
    LOG_DIRECTORY,
    format_entry,
    make_log_directory,
    next_entry_id,
    parse_entry,
    prune_log,
)

JOURNAL = f"{LOCAL_DIRECTORY}/journal"
_UNCOMMITTED = f"{LOCAL_DIRECTORY}/{TEMPORARY_PREFIX}journal"

# One syncfs costs as much as a few dozen fsyncs, but also waits for what others wrote.
SMALL_SET = 32
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def apply_changeset(fs: FileSystem, root: Path, changeset: ChangeSet) -> str:
    """Apply a set and return the id of its log entry (nothing and "" for an empty set).

    When it returns, the change is durable. Raises `Clash` (`changed-since`) if a file is not what
    the set expects, `Damaged` (`unsafe-path`, …) and `Failed`; then nothing was changed, but
    after `not-finished`: that change is committed and the next command completes it.
    """
    if not changeset.changes:
        return ""
    recover(fs, root)
    base = os.fspath(root)
    _check_paths(base, changeset.changes)
    _check_unchanged(base, changeset.changes)
    work = _Work(fs, base, changeset.changes)
    with _signals_held():
        try:
            entry_id = next_entry_id(root)
            work.commit(format_entry(entry_id, changeset))
            work.stage()
        except OSError as error:
            raise _rolled_back(work, error, root) from error
        except BaseException:
            work.roll_back()
            raise
        try:
            work.settle()
            work.finish(entry_id)
        except OSError as error:
            raise _not_finished(error, base) from error
        with contextlib.suppress(OSError):  # an old entry more does no harm
            prune_log(fs, root)
    return entry_id


def recover(fs: FileSystem, root: Path) -> bool:
    """Complete a committed journal, or sweep an uncommitted one; True if one was completed.

    Raises `Clash` (`journal-stuck` with all files that are neither what stood there nor what the
    journal brings; `journal-waiting` where we may not write), `Damaged` (`journal-damaged`) and
    `Failed`. May be interrupted and called again at any point.
    """
    base = os.fspath(root)
    if not has_journal(root):
        with contextlib.suppress(OSError):  # in a read-only directory it may stay
            if os.path.lexists(f"{base}/{_UNCOMMITTED}"):
                fs.unlink(f"{base}/{_UNCOMMITTED}")
        return False
    entry_id, changeset = _read_journal(root)
    _check_paths(base, changeset.changes)
    pending = _find_pending(base, changeset.changes)
    with _signals_held():
        try:
            work = _Work(fs, base, changeset.changes, pending=pending, is_recovery=True)
            work.stage()
            work.settle()
            work.finish(entry_id)
        except OSError as error:
            if error.errno in _READ_ONLY:
                raise build_waiting(build_failure(error, JOURNAL, base).findings[0]) from error
            raise _not_finished(error, base) from error
    return True


def has_journal(root: Path) -> bool:
    """Whether a committed change waits to be completed."""
    return os.path.lexists(f"{os.fspath(root)}/{JOURNAL}")


class _Work:
    """One set on its way to the disk. Its methods raise OSError."""

    def __init__(
        self,
        fs: FileSystem,
        root: str,
        changes: Sequence[Change],
        pending: frozenset[int] | None = None,
        is_recovery: bool = False,
    ) -> None:
        self._fs = fs
        self._root = root
        self._changes = changes
        self._pending = frozenset(range(len(changes))) if pending is None else pending
        self._is_recovery = is_recovery
        self._is_large = len(changes) > SMALL_SET
        self._temporaries: list[str] = []
        self._appended: list[Append] = []
        self._made: list[str] = []  # directories, relative

    def commit(self, journal: bytes) -> None:
        """Step 1."""
        make_local_directory(self._fs, self._root)
        self._temporaries.append(self._full(_UNCOMMITTED))
        self._write_new(self._full(_UNCOMMITTED), journal, None)
        self._fs.fsync_file(self._full(_UNCOMMITTED))
        self._fs.rename(self._full(_UNCOMMITTED), self._full(JOURNAL))
        self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))

    def stage(self) -> None:
        """Step 2."""
        touched: list[str] = []
        for number, change in enumerate(self._changes):
            if isinstance(change, Remove):
                continue
            if isinstance(change, Append):
                touched.append(self._full(change.path))
                if number in self._pending:
                    self._appended.append(change)
                    self._fs.write_at(touched[-1], change.before_size, change.data)
            elif number in self._pending:
                touched.append(self._temporary(number))
                self._make_parents(change.path)
                self._temporaries.append(touched[-1])
                self._write_new(touched[-1], change.after, self._mode_of(change))
        self._sync_files(touched)

    def settle(self) -> None:
        """Step 3."""
        for number in sorted(self._pending):
            change = self._changes[number]
            if isinstance(change, Write):
                self._fs.rename(self._temporary(number), self._full(change.path))
            elif isinstance(change, Remove):
                self._fs.unlink(self._full(change.path))
        for change in self._changes:
            if isinstance(change, Remove):
                self._remove_empty(_parent(change.path))
        self._sync_directories()

    def finish(self, entry_id: str) -> None:
        """Step 4."""
        make_log_directory(self._fs, self._root)
        self._fs.rename(self._full(JOURNAL), self._full(f"{LOG_DIRECTORY}/{entry_id}"))
        self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))

    def roll_back(self) -> None:
        """Take steps 1 and 2 back, so that at each moment the journal still covers the rest."""
        for change in self._appended:
            self._fs.truncate(self._full(change.path), change.before_size)
        self._sync_files([self._full(change.path) for change in self._appended])
        for path in self._temporaries:
            with contextlib.suppress(FileNotFoundError):
                self._fs.unlink(path)
        for path in reversed(self._made):
            with contextlib.suppress(FileNotFoundError):
                self._fs.rmdir(self._full(path))
        if os.path.lexists(self._full(JOURNAL)):
            self._fs.unlink(self._full(JOURNAL))
            self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _temporary(self, number: int) -> str:
        """The same name after a crash, so that nothing has to be searched for."""
        directory = _parent(self._changes[number].path)
        name = f"{TEMPORARY_PREFIX}{number}"
        return self._full(f"{directory}/{name}" if directory else name)

    def _write_new(self, path: str, data: bytes, like: os.stat_result | None) -> None:
        try:
            self._fs.write_new(path, data, like)
        except FileExistsError:  # left by a crash
            self._fs.unlink(path)
            self._fs.write_new(path, data, like)

    def _mode_of(self, change: Write) -> os.stat_result | None:
        if change.before is None:
            return None
        return os.lstat(self._full(change.path))

    def _make_parents(self, path: str) -> None:
        missing: list[str] = []
        parent = _parent(path)
        while parent and not os.path.lexists(self._full(parent)):
            missing.append(parent)
            parent = _parent(parent)
        for directory in reversed(missing):
            self._made.append(directory)
            self._fs.mkdir(self._full(directory))

    def _remove_empty(self, directory: str) -> None:
        while directory:
            try:
                self._fs.rmdir(self._full(directory))
            except FileNotFoundError:
                pass
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    return
                raise
            directory = _parent(directory)

    def _sync_files(self, paths: Sequence[str]) -> None:
        if self._is_large and paths and self._fs.syncfs(self._root):
            return
        for path in paths:
            self._fs.fsync_file(path)

    def _sync_directories(self) -> None:
        if self._is_large and self._fs.syncfs(self._root):
            return
        for path in sorted(self._altered_directories()):
            self._fs.fsync_directory(self._full(path))

    def _altered_directories(self) -> set[str]:
        """Directories whose names changed; after a crash nobody knows which of them were new."""
        altered = {_parent(path) for path in self._made}
        for change in self._changes:
            if isinstance(change, Append):
                continue
            directory = _parent(change.path)
            while directory and not os.path.lexists(self._full(directory)):
                directory = _parent(directory)
            altered.add(directory)
            if self._is_recovery and isinstance(change, Write) and change.before is None:
                while directory:
                    directory = _parent(directory)
                    altered.add(directory)
        return altered


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Let Ctrl-C wait for the end: a change is finished or taken back, never left between."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _check_paths(root: str, changes: Sequence[Change]) -> None:
    known: set[str] = set()
    paths: set[str] = set()
    for change in changes:
        check_writable_path(change.path)
        check_directories(root, change.path, known)
        if change.path in paths:
            raise ValueError(f"two changes of {change.path} in one set")
        paths.add(change.path)


def _check_unchanged(root: str, changes: Sequence[Change]) -> None:
    """Raise unless all is as the set expects and may be written; before anything is."""
    known: set[str] = set()
    found: list[Finding] = []
    for change in changes:
        current = _read_current(root, change.path, known)
        if not _is_before(change, current):
            found.append(
                finding(
                    "changed-since",
                    f"{change.path} is not what this command read.",
                    hint="Somebody edited it meanwhile: run the command again.",
                    place=Place(change.path),
                )
            )
        elif isinstance(change, Append | Remove):
            _check_access(root, change)
    Clash.raise_if(found)


def _check_access(root: str, change: Append | Remove) -> None:
    """What could fail for want of permission after the commit point has to fail before."""
    path = change.path if isinstance(change, Append) else _parent(change.path)
    if not os.access(f"{root}/{path}", os.W_OK):
        raise build_failure(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), change.path)


def _read_current(root: str, path: str, known: set[str]) -> bytes | None:
    try:
        return read_checked(root, path, None, known)
    except FileNotFoundError:
        return None


def _is_before(change: Change, current: bytes | None) -> bool:
    if not isinstance(change, Append):
        return current == change.before
    return (
        current is not None
        and len(current) == change.before_size
        and hash_bytes(current) == change.before_hash
    )


def _is_after(change: Change, current: bytes | None) -> bool:
    if isinstance(change, Remove):
        return current is None
    if current is None:
        return False
    if isinstance(change, Write):
        return current == change.after
    return _has_kept(change, current) and current[change.before_size :] == change.data


def _is_torn(change: Change, current: bytes | None) -> bool:
    """Whether it is an append that a crash cut short.

    Some file systems lengthen a file before its bytes arrive, so zeros may follow the prefix.
    """
    if not isinstance(change, Append) or current is None or not _has_kept(change, current):
        return False
    tail = current[change.before_size :]
    written = tail.rstrip(b"\0")
    return len(tail) <= len(change.data) and change.data.startswith(written)


def _has_kept(change: Append, current: bytes) -> bool:
    return hash_bytes(current[: change.before_size]) == change.before_hash


def _find_pending(root: str, changes: Sequence[Change]) -> frozenset[int]:
    """Which changes are still to be done; raises `Clash` if one can't be."""
    known: set[str] = set()
    pending: set[int] = set()
    stuck: list[str] = []
    for number, change in enumerate(changes):
        current = _read_current(root, change.path, known)
        if _is_after(change, current):
            continue
        pending.add(number)
        if not _is_before(change, current) and not _is_torn(change, current):
            stuck.append(change.path)
    Clash.raise_if(
        finding(
            "journal-stuck",
            f"A command was interrupted, and {path} is neither what stood there before it nor "
            "what it brings.",
            hint=f"Put the file back as it was, or remove {JOURNAL} to keep all as it is now.",
            place=Place(path),
        )
        for path in stuck
    )
    return frozenset(pending)


def _read_journal(root: Path) -> tuple[str, ChangeSet]:
    data = read_if_there(root, JOURNAL)
    try:
        return parse_entry(data or b"", JOURNAL)
    except Damaged as error:
        raise Damaged(
            finding(
                "journal-damaged",
                f"{JOURNAL} of an interrupted command is cut off or altered.",
                hint=f"See with git diff what it wrote, then remove {JOURNAL}.",
                place=Place(JOURNAL),
            )
        ) from error


def _rolled_back(work: _Work, cause: OSError, root: Path) -> Failed:
    try:
        work.roll_back()
    except OSError as error:
        if has_journal(root):
            return _not_finished(error, os.fspath(root))
    return build_failure(cause, JOURNAL, os.fspath(root))


def _not_finished(error: OSError, root: str) -> Failed:
    said = build_failure(error, JOURNAL, root).findings[0]
    return Failed(
        finding(
            "not-finished",
            f"{said.text} The change is committed; the next command will complete it.",
            hint=said.hint,
            place=said.place,
        )
    )


def build_waiting(said: Finding) -> Clash:
    """The error for a committed change where we may not write; `said` is what forbids it."""
    return Clash(
        finding(
            "journal-waiting",
            f"An interrupted command has to be completed first, but this failed: {said.text}",
            hint="Run any command as somebody who may write here.",
            place=said.place,
        )
    )
