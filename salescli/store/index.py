"""The index: what lists and reports need of all records, kept in `.salescli/index.sqlite`.

Owns what is asked of the database and when it is brought up to date. It answers reads only, and
only after each record's mark was compared with the disk; it may be deleted at any time. What is
wrong with it is never an error of the command: it is made anew, in memory if need be. Must not
compute figures.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

from salescli.model.deal import Deal, Facts
from salescli.model.errors import Finding
from salescli.model.ids import INNER_PREFIXES, is_born_id
from salescli.model.pasts import Past
from salescli.store.database import (
    Connection,
    DatabaseError,
    connect,
    copy_to_memory,
    data_version,
    drop_stored,
    is_sound,
    stored_path,
)
from salescli.store.digest import read_digest, word_of
from salescli.store.files import build_failure, read_checked
from salescli.store.fingerprints import Scan, Stored, changes_of, scan_records
from salescli.store.gitwatch import PATIENCE_SECONDS, read_undisturbed
from salescli.store.indexrows import (
    Item,
    encode_ids,
    old_row,
    part_twins,
    plan_jobs,
    put_records,
    remove_gone,
    shortest,
)
from salescli.store.layout import FOLDERS, HISTORY, prefix_of
from salescli.store.packing import (
    BrokenBlob,
    check_blob,
    pack_digests,
    unpack_deals,
    unpack_digests,
    unpack_facts,
    unpack_findings,
    unpack_pasts,
)
from salescli.store.past import Run, deal_runs, deals_at
from salescli.store.sharing import share_jobs

SHARED_FROM = 512  # records to be read from which on a second process pays
_COMMIT_EVERY = 64  # jobs of a chunk each; what is interrupted goes on from there
_ATTEMPTS = 3
T = TypeVar("T")
_OF_THESE = (
    "number IN (SELECT chunk FROM record WHERE id IN (SELECT value FROM json_each(?)))"  # of `ids`
)


class Index:
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
        self._is_stored = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go; the next call opens it again."""
        if self._open is not None:
            self._open.close()
        self._open = None

    # --- reading -----------------------------------------------------------------------------

    def deals(self) -> Iterator[Deal]:
        """All valid deals, a chunk at a time, in no particular order."""
        for blob in self._blobs("SELECT blob FROM deals"):
            yield from unpack_deals(blob)

    def deals_as_of(self, instant: datetime) -> Iterator[Deal]:
        """All valid deals as the events until `instant` say; later ones are left out.

        Raises `Damaged` for a history that broke since `refresh`.
        """
        return (deal for (deal,) in self.deals_at([instant]) if deal is not None)

    def deals_at(self, instants: Sequence[datetime | None]) -> Iterator[Sequence[Deal | None]]:
        """Each valid deal as of each instant, None where it began later: `past.deals_at`."""
        return deals_at(self._deals_with_pasts(), instants, self._history)

    def deal_runs(self, instants: Sequence[datetime | None]) -> Iterator[list[Run]]:
        """Each valid deal by the instants from which on it was another: `past.deal_runs`."""
        return deal_runs(self._deals_with_pasts(), instants, self._history)

    def _deals_with_pasts(self) -> Iterator[tuple[Deal, Past | None]]:
        query = "SELECT deals.blob, pasts.blob FROM deals LEFT JOIN pasts USING (number)"
        for blob, other in _let_go(self._blob_rows(query)):
            pasts = {} if other is None else {past.id: past for past in unpack_pasts(other)}
            for deal in unpack_deals(blob):
                yield deal, pasts.get(deal.id)

    def _history(self, record_id: str) -> tuple[str, bytes]:
        return (file := f"{self.path_of(record_id)}/{HISTORY}"), self.read_file(file, set())

    def facts(self, ids: Collection[str] | None = None) -> Iterator[Facts]:
        """The rest of all valid deals, or of those with `ids`, in no particular order."""
        return self.documents("opportunity", ids)

    def documents(self, kind: str, ids: Collection[str] | None = None) -> Iterator[Facts]:
        """All valid records of a kind, or those with `ids`, as documents."""
        query = "SELECT blob FROM facts JOIN chunk USING (number) WHERE kind = ?"
        values = [kind]
        if ids is not None:
            query += f" AND {_OF_THESE}"
            values.append(encode_ids(ids))
        wanted = None if ids is None else set(ids)
        for blob in self._blobs(query, values):
            for facts in unpack_facts(blob):
                if wanted is None or facts.id in wanted:
                    yield facts

    def whole_deals(self, ids: Collection[str] | None = None) -> Iterator[tuple[Deal, Facts]]:
        """All valid deals, or those with `ids`, each with the rest of it, a chunk at a time."""
        query, values = "SELECT deals.blob, facts.blob FROM deals JOIN facts USING (number)", []
        if ids is not None:
            query += f" WHERE {_OF_THESE}"
            values.append(encode_ids(ids))
        wanted = None if ids is None else set(ids)
        for blob, other in _let_go(self._blob_rows(query, values)):
            deals = {deal.id: deal for deal in unpack_deals(blob)}
            for facts in unpack_facts(other):
                if wanted is None or facts.id in wanted:
                    yield deals[facts.id], facts

    def titles(self, kind: str) -> list[tuple[str, str]]:
        """(id, title or name) of all valid records of a kind."""
        if kind == "opportunity":
            return [(deal.id, deal.title) for deal in self.deals()]
        key = "title" if kind == "lead" else "name"
        return [(facts.id, str(facts.document[key])) for facts in self.documents(kind)]

    def titled(self, kind: str, text: str) -> list[str]:
        """Ids of records whose title, name, e-mail or phone is `text`, NFC and case-folded.

        Asked of the index as it stands; of very long names only the beginning is compared.
        """
        query = "SELECT record FROM word WHERE text = ? AND record GLOB ?"
        rows = self._rows(query, [word_of(text), f"{prefix_of(kind)}*"])
        return [record for (record,) in rows]

    def holders(self, beginning: str) -> list[tuple[str, str]]:
        """(inner id, record id) of activities, lines, posts … whose id begins like that."""
        query = "SELECT text, record FROM word WHERE text >= ? AND text < ? ORDER BY text LIMIT 20"
        rows = self._rows(query, [beginning, f"{beginning}~"])
        return [(text, record) for text, record in rows if is_born_id(text, *INNER_PREFIXES)]

    def holding(self, prefix: str) -> list[str]:
        """Ids of the records that have something inside whose id begins with this prefix."""
        query = "SELECT DISTINCT record FROM word WHERE text >= ? AND text < ? ORDER BY record"
        return [record for (record,) in self._rows(query, [f"{prefix}-", f"{prefix}-~"])]

    def covering(self, lead_id: str) -> list[str]:
        """Ids of the deals whose file names a lead."""
        query = "SELECT record FROM word WHERE text = ? ORDER BY record"
        found = [record for (record,) in self._rows(query, [lead_id])]
        return [record for record in found if record.startswith(prefix_of("opportunity"))]

    def clients(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(kind, path, document) of all valid accounts and contacts."""
        query = "SELECT id, name FROM record WHERE folder = ? AND chunk IS NOT NULL"
        for kind in ("account", "contact"):
            names = dict(self._rows(query, [FOLDERS[kind]]))
            for facts in self.documents(kind):
                yield kind, f"{FOLDERS[kind]}/{names[facts.id]}", facts.document

    def invalid(self) -> list[tuple[str, tuple[Finding, ...]]]:
        """Paths of the records that can't be read, each with what is wrong, in their order."""
        query = "SELECT folder, name, findings FROM record WHERE findings IS NOT NULL"
        rows = self._rows(f"{query} ORDER BY folder, name")
        return [(f"{folder}/{name}", unpack_findings(found)) for folder, name, found in rows]

    def record_count(self, kind: str = "opportunity") -> int:
        """How many valid records of a kind there are."""
        rows = self._rows("SELECT sum(records) FROM chunk WHERE kind = ?", [kind])
        return int(rows[0][0] or 0)

    def path_of(self, record_id: str) -> str | None:
        """The directory of a deal or lead, the file of an account or contact; None if unknown."""
        rows = self._rows("SELECT folder, name FROM record WHERE id = ?", [record_id])
        return "/".join(rows[0]) if rows else None

    def paths_of(self, ids: Collection[str]) -> dict[str, str]:
        """`path_of` of those that are known, in one question."""
        query = "SELECT id, folder, name FROM record WHERE id IN (SELECT value FROM json_each(?))"
        found: dict[str, str] = {}
        for record_id, *parts in self._rows(query, [encode_ids(ids)]):
            found.setdefault(record_id, "/".join(parts))
        return found

    def short_id(self, record_id: str) -> str:
        """The shortest beginning of a record's id, in the manner of `short_inner`."""
        return self.run(lambda db: shortest(db, record_id, "id", "record"))

    def short_inner(self, inner: str) -> str:
        """The shortest beginning of the id of an activity, post … that no other of its kind has:

        at least 4 characters, without the kind in front. `inner` itself need not be known yet.
        """
        return self.run(lambda db: shortest(db, inner, "text", "word"))

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
        return (row[0] for row in _let_go(self._blob_rows(query, values)))

    def _blob_rows(self, query: str, values: Sequence[str] = ()) -> list[Any]:
        """Blobs that are whole, all at one moment: what is broken is found before the first."""
        rows = self._rows(query, values)
        try:
            for row in rows:
                for blob in row:
                    if blob is not None:
                        check_blob(blob)
        except BrokenBlob as error:
            self._give_up(error)
            self.refresh()
            rows = self._rows(query, values)
        return rows

    # --- bringing up to date -----------------------------------------------------------------

    def refresh(self, overlay: Mapping[str, bytes | None] | None = None) -> None:
        """Compare every record's mark with the disk and read again what changed.

        With `overlay`, path → bytes that are not on disk yet (None: the file goes), answers are
        as if they were, until the next refresh. Raises `Clash` (`git-is-switching`), `Failed`.
        """
        if not self._is_stored:
            self.close()
            self._is_stored = True
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
        return self._store(version, items, scan.gone, {})

    def _scan(self, stored: Stored) -> Scan:
        return scan_records(self.root, stored, self._clock_ns())

    def _store(
        self,
        version: int,
        items: list[Item],
        gone: list[tuple[str, str]],
        overlay: Mapping[str, bytes | None],
    ) -> bool:
        jobs = plan_jobs(items)

        def job(number: int) -> bytes:
            known: set[str] = set()
            return pack_digests(
                read_digest(
                    item.change.folder.kind,
                    item.change.folder.path,
                    item.change.name,
                    lambda path, limit: self.read_file(path, known, limit, overlay),
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
        overlay: Mapping[str, bytes | None] = MappingProxyType({}),
    ) -> bytes:
        """A file as what the index is of has it; `known` directories are looked at no more."""
        if path not in overlay:
            return read_checked(os.fspath(self.root), path, limit, known)
        source = overlay[path]
        if source is None:
            raise FileNotFoundError(path)
        return source

    def _commit(
        self, version: int, gone: list[tuple[str, str]], batch: list[tuple[list[Item], bytes]]
    ) -> bool:
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            if data_version(db) != version:
                db.execute("ROLLBACK")
                return False
            remove_gone(db, gone)
            ids: list[str] = []
            for items, result in batch:
                digests = unpack_digests(result)
                put_records(db, items, digests)
                ids += [digest.id for digest in digests if digest is not None and digest.id]
            part_twins(db, ids)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        return True

    def _lay_over(self, overlay: Mapping[str, bytes | None]) -> None:
        if self._is_stored:
            self._move_to_memory()
        db = self._connection()
        items = [Item(change, old_row(db, change)) for change in changes_of(overlay)]
        self._store(data_version(db), items, [], overlay)


def _let_go(rows: list[T]) -> Iterator[T]:
    """Rows in their order, each given up as it is taken: of all blobs half would wait in vain."""
    rows.reverse()
    while rows:
        yield rows.pop()


def open_index(root: Path, **options: Any) -> Index:
    """The index of the store at `root`; `refresh` it before reading. Options as of `Index`."""
    return Index(root, **options)
