"""The four steps by which a set of changes gets to the disk.

Owns each step and its way back. Must not know when to go forward or back, nor what a user is
told: see `journal`, which explains the order.
"""

import contextlib
import errno
import os
from collections.abc import Sequence

from salescli.store.changeset import Append, Change, Remove, Write
from salescli.store.files import (
    LOCAL_DIRECTORY,
    TEMPORARY_PREFIX,
    FileSystem,
    make_local_directory,
)
from salescli.store.undolog import LOG_DIRECTORY, make_log_directory

JOURNAL = f"{LOCAL_DIRECTORY}/journal"
UNCOMMITTED = f"{LOCAL_DIRECTORY}/{TEMPORARY_PREFIX}journal"

# One syncfs costs as much as a few dozen fsyncs, but also waits for what others wrote.
SMALL_SET = 32


class Work:
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
        self._there: set[str] = set()  # directories that were looked for and made where missing

    def commit(self, journal: bytes) -> None:
        """Step 1."""
        make_local_directory(self._fs, self._root)
        self._temporaries.append(self._full(UNCOMMITTED))
        self._write_new(self._full(UNCOMMITTED), journal, None)
        self._fs.fsync_file(self._full(UNCOMMITTED))
        self._fs.rename(self._full(UNCOMMITTED), self._full(JOURNAL))
        self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))
        if not os.path.lexists(self._full(LOG_DIRECTORY)):  # the first change of this clone
            self._fs.fsync_directory(self._root)

    def commit_again(self) -> None:
        """Step 1 after a kill: the journal's name may have reached no more than the cache."""
        self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))
        self._fs.fsync_directory(self._root)

    def stage(self) -> None:
        """Step 2."""
        touched: list[str] = []
        for number, change in enumerate(self._changes):
            try:
                path = self._stage_one(change, number in self._pending, self._temporary(number))
            except OSError as error:
                error.filename = self._full(change.path)  # nobody knows our temporary files
                raise
            if path:
                touched.append(path)
        self._sync_files(touched)

    def _stage_one(self, change: Change, is_pending: bool, temporary: str) -> str:
        """Write what is to be written of one change; returns the path to make durable."""
        if isinstance(change, Append):
            path = self._full(change.path)
            if is_pending:
                self._appended.append(change)
                self._fs.write_at(path, change.before_size, change.data)
            return path
        if isinstance(change, Remove) or not is_pending:
            return ""
        if change.before is None:
            self._make_parents(change.path)
        self._temporaries.append(temporary)
        self._write_new(temporary, change.after, self._mode_of(change))
        return temporary

    def settle(self) -> None:
        """Step 3."""
        changes = [(number, self._changes[number]) for number in sorted(self._pending)]
        self._fs.rename_all(
            [(self._temporary(n), self._full(c.path)) for n, c in changes if isinstance(c, Write)]
        )
        for _, change in changes:
            if isinstance(change, Remove):
                self._fs.unlink(self._full(change.path))
        for change in self._changes:
            if isinstance(change, Remove):
                self._remove_empty(parent_of(change.path))
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
        self._unlink_temporaries()
        for path in reversed(self._made):
            with contextlib.suppress(FileNotFoundError):
                self._fs.rmdir(self._full(path))
        parents = {parent_of(path) for path in self._temporaries}
        for path in sorted(parents | {parent_of(self._full(path)) for path in self._made}):
            if os.path.lexists(path):  # a temporary file must not come back without its journal
                self._fs.fsync_directory(path)
        self._drop_journal()

    def give_up(self) -> None:
        """Remove the traces of a set but not what it did."""
        self._temporaries = [
            self._temporary(n)
            for n, change in enumerate(self._changes)
            if isinstance(change, Write)
        ]
        self._unlink_temporaries()
        self._drop_journal()

    def _unlink_temporaries(self) -> None:
        for path in self._temporaries:
            with contextlib.suppress(FileNotFoundError):
                self._fs.unlink(path)

    def _drop_journal(self) -> None:
        if os.path.lexists(self._full(JOURNAL)):
            self._fs.unlink(self._full(JOURNAL))
            self._fs.fsync_directory(self._full(LOCAL_DIRECTORY))

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _temporary(self, number: int) -> str:
        """The same name after a crash, so that nothing has to be searched for."""
        directory = parent_of(self._changes[number].path)
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
        parent = parent_of(path)
        while parent and parent not in self._there and not os.path.lexists(self._full(parent)):
            missing.append(parent)
            parent = parent_of(parent)
        for directory in reversed(missing):
            self._made.append(directory)
            self._fs.mkdir(self._full(directory))
        self._there.add(parent_of(path))

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
            directory = parent_of(directory)

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
        altered = {parent_of(path) for path in self._made}
        for change in self._changes:
            if isinstance(change, Append):
                continue
            directory = parent_of(change.path)
            while directory and not os.path.lexists(self._full(directory)):
                directory = parent_of(directory)
            altered.add(directory)
            if self._is_recovery and isinstance(change, Write) and change.before is None:
                while directory:
                    directory = parent_of(directory)
                    altered.add(directory)
        return altered


def parent_of(path: str) -> str:
    """The directory of a path; "" for the store itself."""
    return path.rpartition("/")[0]
