"""A command's view of the store: the disk, with what the command means to alter on top.

Owns the overlay, and the one way to read and to write under the locks. Must not know what stands
in the files. Everything is decided from the files, read under a lock, never from a cache.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from salescli.model.errors import Failed
from salescli.store.changeset import Append, Change, ChangeSet, Remove, Write, hash_bytes
from salescli.store.files import (
    TEMPORARY_PREFIX,
    FileSystem,
    RealFileSystem,
    build_failure,
    check_directories,
    check_path,
    check_writable_path,
    read_checked,
)
from salescli.store.gitwatch import wait_for_git
from salescli.store.journal import apply_changeset, build_waiting, has_journal, recover
from salescli.store.lock import DEFAULT_TIMEOUT_SECONDS, StoreLock

# A path, what was staged there, what was appended to it: each empty if nothing was.
_Before = tuple[str, dict[str, bytes | None], dict[str, bytes]]


class Transaction:
    """Reads see what was staged before; nothing reaches the disk but through the `ChangeSet`."""

    def __init__(self, fs: FileSystem, root: Path) -> None:
        self.fs = fs
        self.root = root
        self._base = os.fspath(root)
        self._known: set[str] = set()  # directories that are no links
        self._absent: set[str] = set()  # directories that aren't there
        self._disk: dict[str, bytes | None] = {}  # as first read
        self._staged: dict[str, bytes | None] = {}
        self._appended: dict[str, bytes] = {}  # of files altered by nothing else
        self._attempted: list[_Before] | None = None
        self._touched: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none. Raises `Damaged` and `Failed`."""
        if path in self._staged:
            return self._staged[path]
        current = self._read_disk(path)
        if current is not None and path in self._appended:
            return current + self._appended[path]
        return current

    def read_before(self, path: str) -> bytes | None:
        """The bytes of a file as it stood before anything was staged."""
        return self._read_disk(path)

    def read_once(self, path: str) -> bytes:
        """The bytes of a file as it stands, of which nothing is kept; raises FileNotFoundError."""
        return read_checked(self._base, path, None, self._known)

    def take_touched(self) -> set[str]:
        """The paths that were staged, or dropped again, since this was asked the last time."""
        touched, self._touched = self._touched, set()
        return touched

    @property
    def has_attempted(self) -> bool:
        """Whether the attempt that goes on has staged anything."""
        return bool(self._attempted)

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        if path in self._staged:
            return self._staged[path] is not None
        return self._kind_on_disk(path) == "file"

    def list_directory(self, path: str) -> list[str]:
        """Sorted names of files and directories in a directory; "" is the store itself."""
        prefix = f"{path}/" if path else ""
        names = set(self._list_disk(path))
        for staged, data in self._staged.items():
            if staged.startswith(prefix):
                name, _, below = staged[len(prefix) :].partition("/")
                if data is not None:
                    names.add(name)
                elif not below:
                    names.discard(name)
        return sorted(names)

    def write(self, path: str, data: bytes) -> None:
        """Stage a whole file, new or replaced."""
        check_writable_path(path)
        self._remember(path)
        self._read_disk(path)
        self._appended.pop(path, None)
        self._staged[path] = data

    def append(self, path: str, data: bytes) -> None:
        """Stage bytes at the end of a file; of a new file if there is none.

        A line that lost its end (a hand edit) gets it first: two events on one line are damage.
        """
        check_writable_path(path)
        self._remember(path)
        current = self.read(path)
        if current and not current.endswith(b"\n"):
            data = b"\n" + data
        if current is None or path in self._staged:
            self._staged[path] = (current or b"") + data
        else:
            self._appended[path] = self._appended.get(path, b"") + data

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """What is staged inside is dropped if it raises, so that others can go on without it."""
        before: list[_Before] = []
        self._attempted = before
        try:
            yield
        except BaseException:
            for path, staged, appended in reversed(before):
                self._staged.pop(path, None)
                self._appended.pop(path, None)
                self._staged |= staged
                self._touched.add(path)
                self._appended |= appended
            raise
        finally:
            self._attempted = None

    def _remember(self, path: str) -> None:
        self._touched.add(path)
        if self._attempted is not None:
            staged = {path: self._staged[path]} if path in self._staged else {}
            appended = {path: self._appended[path]} if path in self._appended else {}
            self._attempted.append((path, staged, appended))

    def remove(self, path: str) -> None:
        """Stage the removal of a file; nothing happens where there is none."""
        check_writable_path(path)
        self._remember(path)
        self._read_disk(path)
        self._appended.pop(path, None)
        self._staged[path] = None

    def changeset(
        self,
        words: str,
        command: str,
        actor: str,
        at: datetime,
        record_ids: tuple[str, ...] = (),
        *,
        kind: Literal["command", "undo", "redo"] = "command",
        reverts: str = "",
    ) -> ChangeSet:
        """All that was staged, by path, without what leaves a file as it is."""
        changes = [self._build_append(path) for path in self._appended]
        changes += [c for path in self._staged if (c := self._build_change(path)) is not None]
        changes.sort(key=lambda change: change.path)
        return ChangeSet(tuple(changes), words, command, actor, at, record_ids, kind, reverts)

    def _build_append(self, path: str) -> Change:
        before = self._disk[path] or b""
        lines = before.count(b"\n")
        if before and not before.endswith(b"\n"):
            lines += 1
        return Append(path, len(before), hash_bytes(before), self._appended[path], lines)

    def _build_change(self, path: str) -> Change | None:
        before, after = self._disk[path], self._staged[path]
        if before == after:
            return None
        if after is not None:
            return Write(path, before, after)
        assert before is not None  # both None was equal
        return Remove(path, before)

    def _read_disk(self, path: str) -> bytes | None:
        if path not in self._disk:
            folder = path.rpartition("/")[0]
            try:
                if folder not in self._absent:
                    self._disk[path] = read_checked(self._base, path, None, self._known)
                    return self._disk[path]
            except FileNotFoundError:
                if folder and folder not in self._known:
                    self._absent.add(folder)
            self._disk[path] = None
        return self._disk[path]

    def _kind_on_disk(self, path: str) -> str:
        check_path(path)
        check_directories(self._base, path, self._known)
        try:
            mode = os.lstat(f"{self._base}/{path}").st_mode
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise build_failure(error, path, self._base) from error
        return "file" if stat.S_ISREG(mode) else "directory" if stat.S_ISDIR(mode) else "other"

    def _list_disk(self, path: str) -> list[str]:
        if path and self._kind_on_disk(path) != "directory":
            return []
        try:
            names = os.listdir(f"{self._base}/{path}")
        except OSError as error:
            raise build_failure(error, path, self._base) from error
        return [name for name in names if not name.startswith(TEMPORARY_PREFIX)]


class Writing(Transaction):
    """The transaction of the one who writes: others may read what is on disk until it applies."""

    def __init__(self, fs: FileSystem, root: Path, lock: StoreLock) -> None:
        super().__init__(fs, root)
        self._lock = lock

    def apply(self, changeset: ChangeSet, after: Callable[[], None] | None = None) -> str:
        """Apply a set while nobody reads; returns and raises as `apply_changeset`.

        `after` runs before anybody may read again. Raises `Clash` (`store-locked`), too.
        """
        if not changeset.changes and after is None:
            return ""
        with self._lock.exclusive():
            entry_id = apply_changeset(self.fs, self.root, changeset)
            if after is not None:
                after()
        return entry_id


@contextlib.contextmanager
def writing(
    root: Path,
    *,
    command: str = "",
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
    fs: FileSystem | None = None,
    in_git_hook: bool = False,
) -> Iterator[Writing]:
    """A transaction that no other runs beside, after completing what was interrupted.

    The caller applies the set of it before leaving. Raises `Clash` where git is just changing the
    files; `in_git_hook` as of `read_undisturbed`. Another one who writes is told of `command`.
    """
    real = fs if fs is not None else RealFileSystem()
    lock = StoreLock(root, timeout_seconds=timeout_seconds, on_wait=on_wait, fs=real)
    with lock.writing(command):
        if not in_git_hook:
            wait_for_git(root)
        with _reading(lock, real, root):
            recover(real, root)  # a journal that was not committed is in the way of none but us
            yield Writing(real, root, lock)


@contextlib.contextmanager
def reading(
    root: Path,
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
    fs: FileSystem | None = None,
) -> Iterator[None]:
    """The files as they are between two commands, after completing what was interrupted.

    Raises `Clash` (`journal-waiting`) where that can't be done, for the files are not to be
    trusted then.
    """
    real = fs if fs is not None else RealFileSystem()
    lock = StoreLock(root, timeout_seconds=timeout_seconds, on_wait=on_wait, fs=real)
    with _reading(lock, real, root):
        yield


@contextlib.contextmanager
def _reading(lock: StoreLock, fs: FileSystem, root: Path) -> Iterator[None]:
    """Hold the files shared, and whole.

    A journal that is seen so is a dead command's: who applies holds the files alone. A writer that
    decides has seen none, and only the one who writes can make one; so whoever finds one may
    complete it, without the writers' lock.
    """
    while True:
        with lock.shared():
            if not has_journal(root):
                yield
                return
        _complete(lock, fs, root)


def _complete(lock: StoreLock, fs: FileSystem, root: Path) -> None:
    try:
        with lock.exclusive():
            recover(fs, root)
    except Failed as error:
        if error.findings[0].code == "no-permission":  # not even the lock could be taken
            raise build_waiting(error.findings[0]) from error
        raise
