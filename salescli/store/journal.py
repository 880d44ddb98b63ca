"""Applying a `ChangeSet` all or nothing, whatever kills the process or the power.

Owns the order of writes. Must not know what stands in the files. All of it runs while the files
are held alone; who applies a set holds the writers' lock, too.

1. The journal, which holds the whole set, is written beside its place, made durable and renamed:
   the commit point.
2. Temporary files with the new bytes, and the appends in place, at their recorded offsets; then
   all of these are made durable.
3. Renames, many of them side by side, and removals; their directories are made durable.
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

import msgspec

from salescli.model.errors import Clash, Damaged, Failed, Finding, Place, finding
from salescli.store.changeset import Append, Change, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import (
    FileSystem,
    build_failure,
    check_writable_path,
    read_checked,
    read_if_there,
)
from salescli.store.steps import JOURNAL, UNCOMMITTED, Work, parent_of
from salescli.store.undolog import (
    format_entry,
    next_entry_id,
    parse_entry,
    prune_log,
)

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
    _check_paths(changeset.changes)
    _check_unchanged(base, changeset.changes)
    work = Work(fs, base, changeset.changes)
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
            if os.path.lexists(f"{base}/{UNCOMMITTED}"):
                fs.unlink(f"{base}/{UNCOMMITTED}")
        return False
    entry_id, changeset = _read_journal(root)
    _check_paths(changeset.changes)
    pending = _find_pending(base, changeset.changes)
    with _signals_held():
        try:
            work = Work(fs, base, changeset.changes, pending=pending, is_recovery=True)
            work.commit_again()
            work.stage()
            work.settle()
            work.finish(entry_id)
        except OSError as error:
            if error.errno in _READ_ONLY:
                raise build_waiting(build_failure(error, JOURNAL, base).findings[0]) from error
            raise _not_finished(error, base) from error
    return True


def discard(fs: FileSystem, root: Path) -> None:
    """Give a committed change up: the files stay as they are now, whatever was done of it.

    For a set that is stuck, when a person has said so. Raises as `recover`, but `journal-stuck`.
    """
    _, changeset = _read_journal(root)
    work = Work(fs, os.fspath(root), changeset.changes)
    try:
        work.give_up()
    except OSError as error:
        raise build_failure(error, JOURNAL, os.fspath(root)) from error


def has_journal(root: Path) -> bool:
    """Whether a committed change waits to be completed."""
    return os.path.lexists(f"{os.fspath(root)}/{JOURNAL}")


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Let Ctrl-C wait for the end: a change is finished or taken back, never left between."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _check_paths(changes: Sequence[Change]) -> None:
    """Raise for a path that is not the store's; what leads there is looked at by reading it."""
    paths: set[str] = set()
    for change in changes:
        check_writable_path(change.path)
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
    path = change.path if isinstance(change, Append) else parent_of(change.path)
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
            f"{path} is neither what stood there before an interrupted command nor what that "
            "command brings.",
            hint="Put the file back as it was, then run any command.",
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


def _rolled_back(work: Work, cause: OSError, root: Path) -> Failed:
    try:
        work.roll_back()
    except OSError as error:
        if has_journal(root):
            return _not_finished(error, os.fspath(root))
    said = build_failure(cause, JOURNAL, os.fspath(root)).findings[0]
    return Failed(msgspec.structs.replace(said, text=f"{said.text} Nothing was changed."))


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
