"""The index as a database that is brought up to date with the files that it is of.

Owns the connection, the comparison with the disk, and what is read of records that changed. What is
wrong with the database is never an error of the command: it is made anew, in memory if need be.
Must not know what is asked of it: `index` does.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

from salescli.store.database import (
    Connection,
    DatabaseError,
    connect,
    copy_to_memory,
    data_version,
    drop_stored,
    is_sound,
    stored_path,
    write_unchanged,
)
from salescli.store.digest import read_digest
from salescli.store.files import build_failure, read_checked
from salescli.store.fingerprints import Scan, Stored, changes_of, scan_records
from salescli.store.gitwatch import PATIENCE_SECONDS, read_undisturbed
from salescli.store.indexpasts import fill_lack, find_lacks, put_pasts
from salescli.store.indexrows import (
    Item,
    old_row,
    part_twins,
    plan_jobs,
    put_records,
    remove_gone,
)
from salescli.store.packing import (
    CHUNK,
    BrokenBlob,
    check_blob,
    pack_digests,
    unpack_digests,
)
from salescli.store.sharing import share_jobs

SHARED_FROM = 512  # records to be read from which on a second process pays
_COMMIT_EVERY = 64  # jobs of a chunk each; what is interrupted goes on from there
_ATTEMPTS = 3
T = TypeVar("T")


class IndexDatabase:
    """The records of the store at `root` as of the last `refresh`; a context manager.

    `clock_ns` is the clock that file times come from; `git_patience_seconds` how long to wait
    for a git that is changing the files; `in_git_hook` whether git itself waits for this.
    """

    def __init__(
        self,
        root: Path,
        *,
        clock_ns: Callable[[], int] = time.time_ns,
        git_patience_seconds: float = PATIENCE_SECONDS,
        in_git_hook: bool = False,
    ) -> None:
        self.root = root
        self._clock_ns = clock_ns
        self._patience = git_patience_seconds
        self._in_git_hook = in_git_hook
        self._open: Connection | None = None
        self._process = os.getpid()
        self._is_stored = True
        self._overlay: dict[str, bytes | None] = {}  # what is seen instead of the disk
        self.left_out: frozenset[str] = frozenset()  # ids of deals that count in no figure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go; the next call opens it again."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def run(self, work: Callable[[Connection], T]) -> T:
        """What `work` makes of the database; one that turns out to be broken is made anew first."""
        try:
            return work(self._connection())
        except DatabaseError as error:
            self._give_up(error)
            if self._is_stored:
                self.refresh()
            else:  # a refresh would leave memory again
                self._bring_up_to_date()
            return work(self._connection())

    def _rows(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        return self.run(lambda db: db.execute(query, values).fetchall())

    def _blobs(self, query: str, values: Sequence[str] = ()) -> Iterator[bytes]:
        return (row[0] for row in let_go(self._blob_rows(query, values)))

    def _blob_rows(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        """Blobs that are whole, all at one moment: what is broken is found before the first."""

        def work(db: Connection) -> list[Any]:
            rows = db.execute(query, values).fetchall()
            for row in rows:
                for blob in row:
                    if blob is not None:
                        check_blob(blob)
            return rows

        return self._whole(work)

    def _whole(self, work: Callable[[Connection], T]) -> T:
        """As `run`, for work that raises `BrokenBlob`: the database is made anew then, too."""
        try:
            return self.run(work)
        except BrokenBlob as error:
            self._give_up(error)
            self.refresh()
            return self.run(work)

    # --- bringing up to date -----------------------------------------------------------------

    def refresh(self, overlay: Mapping[str, bytes | None] | None = None) -> None:
        """Compare every record's mark with the disk and read again what changed.

        With `overlay`, path → bytes that are not on disk yet (None: the file goes), answers are
        as if they were, until the next refresh. Raises `Clash` (`git-is-switching`), `Failed`.
        """
        if not self._is_stored:
            self.close()
            self._is_stored = True
        self._overlay = {}
        try:
            read_undisturbed(
                self.root, self._bring_up_to_date, self._patience, in_git_hook=self._in_git_hook
            )
        except OSError as error:
            raise build_failure(error, ".", os.fspath(self.root)) from error
        if overlay:
            self._lay_over(overlay)

    def _bring_up_to_date(self) -> None:
        for _ in range(_ATTEMPTS):
            try:
                if self._update():
                    return
            except (DatabaseError, BrokenBlob) as error:
                self._give_up(error)
        self._move_to_memory()
        self._update()

    def _give_up(self, error: Exception) -> None:
        """Go on in memory with a database that can't be written, drop one that is broken."""
        if isinstance(error, DatabaseError) and is_sound(error):
            self._move_to_memory()
            return
        self.close()
        if self._is_stored:
            drop_stored(self.root)

    def _connection(self) -> Connection:
        if os.getpid() != self._process:
            raise RuntimeError("SQLite must not be asked in a process that was forked off")
        if self._open is None:
            self._open = connect(stored_path(self.root) if self._is_stored else None)
        return self._open

    def _move_to_memory(self) -> None:
        """From now on a copy in memory is used, of what the database has, if it can be read."""
        copy = copy_to_memory(self._open)
        if self._open is not None:
            self._open.close()
        self._open, self._is_stored = copy, False

    def _update(self) -> bool:
        """Read what changed; False if another process wrote the database meanwhile."""
        db = self._connection()
        version = data_version(db)
        stored: dict[str, dict[str, bytes]] = {}
        for (folder,) in db.execute("SELECT DISTINCT folder FROM record").fetchall():
            rows = db.execute("SELECT name, mark FROM record WHERE folder = ?", [folder])
            stored[folder] = dict(rows)
        scan = self._scan(stored)
        if not scan.changed and not scan.gone:
            return True
        old = {c: old_row(db, c) for c in scan.changed if c.name in stored.get(c.folder.path, ())}
        items = [Item(change, old.get(change)) for change in scan.changed]
        return self._store(version, items, scan.gone)

    def _scan(self, stored: Stored) -> Scan:
        return scan_records(self.root, stored, self._clock_ns())

    def _store(
        self,
        version: int,
        items: list[Item],
        gone: list[tuple[str, str]],
    ) -> bool:
        jobs = plan_jobs(items)

        def job(number: int) -> bytes:
            known: set[str] = set()
            return pack_digests(
                read_digest(
                    item.change.folder.kind,
                    item.change.folder.path,
                    item.change.name,
                    lambda path, limit: self.read_file(path, known, limit),
                )
                for item in jobs[number]
            )

        batch: list[tuple[list[Item], bytes]] = []
        is_shared = len(items) >= SHARED_FROM
        with closing(share_jobs(len(jobs), job, is_shared=is_shared)) as results:
            for number, result in results:
                batch.append((jobs[number], result))
                if len(batch) == _COMMIT_EVERY:
                    if not self._commit(version, gone, batch):
                        return False
                    gone, batch = [], []
        return not (gone or batch) or self._commit(version, gone, batch)

    def read_file(
        self,
        path: str,
        known: set[str],
        limit: int | None = None,
    ) -> bytes:
        """A file as what the index is of has it; `known` directories are looked at no more."""
        if path not in self._overlay:
            return read_checked(os.fspath(self.root), path, limit, known)
        source = self._overlay[path]
        if source is None:
            raise FileNotFoundError(path)
        return source

    def _commit(
        self, version: int, gone: list[tuple[str, str]], batch: list[tuple[list[Item], bytes]]
    ) -> bool:
        def put(db: Connection) -> None:
            remove_gone(db, gone)
            ids: list[str] = []
            for items, result in batch:
                digests = unpack_digests(result)
                put_records(db, items, digests)
                ids += [digest.id for digest in digests if digest is not None and digest.id]
            part_twins(db, ids)

        return write_unchanged(self._connection(), version, put)

    def _fill_pasts(self, db: Connection, since: int) -> None:
        """Make the pasts of all deals that changed after `since`, but those of unreadable ones."""
        version = data_version(db)
        lacks = find_lacks(db, since)

        def job(number: int) -> bytes:
            known: set[str] = set()
            lack = lacks[number]
            return fill_lack(lack, since, lambda file: self.read_file(file, known))

        is_shared = len(lacks) * CHUNK > SHARED_FROM
        with closing(share_jobs(len(lacks), job, is_shared=is_shared)) as results:
            while batch := list(islice(results, _COMMIT_EVERY)):
                blobs = {lacks[number].number: blob for number, blob in batch}
                if not write_unchanged(db, version, partial(put_pasts, since=since, blobs=blobs)):
                    return

    def _lay_over(self, overlay: Mapping[str, bytes | None]) -> None:
        if self._is_stored:
            self._move_to_memory()
        self._overlay.update(overlay)
        db = self._connection()
        items = [Item(change, old_row(db, change)) for change in changes_of(overlay)]
        self._store(data_version(db), items, [])


def let_go(rows: list[T]) -> Iterator[T]:
    """Rows in their order, each given up as it is taken: of all blobs half would wait in vain."""
    rows.reverse()
    while rows:
        yield rows.pop()
