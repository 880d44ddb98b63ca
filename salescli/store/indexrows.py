"""The statements that keep the index's tables in step with what was read.

Owns which chunk a record's packed part stands in. Is given a connection with a transaction open,
and must not know when one begins or ends.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import msgspec

from salescli.model.errors import Finding, Place, finding
from salescli.model.ids import shared_start
from salescli.store.fingerprints import Change
from salescli.store.indexpasts import forget_pasts
from salescli.store.layout import FOLDERS
from salescli.store.packing import CHUNK, BrokenBlob, PackedDigest, change_chunk, pack_findings

if TYPE_CHECKING:
    from salescli.store.database import Connection

SCHEMA = """
CREATE TABLE record (
    folder TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, chunk INTEGER,
    mark BLOB NOT NULL, findings BLOB, blobs BLOB NOT NULL, PRIMARY KEY (folder, name)
) WITHOUT ROWID;
CREATE INDEX record_by_id ON record (id);
CREATE INDEX record_invalid ON record (folder, name) WHERE findings IS NOT NULL;
CREATE TABLE word (text TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (text, record))
    WITHOUT ROWID;
CREATE INDEX word_of_record ON word (record);
CREATE TABLE chunk (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, records INTEGER NOT NULL);
CREATE TABLE deals (number INTEGER PRIMARY KEY, blob BLOB NOT NULL);
CREATE TABLE pasts (number INTEGER PRIMARY KEY, since INTEGER NOT NULL, blob BLOB NOT NULL);
CREATE TABLE facts (number INTEGER PRIMARY KEY, blob BLOB NOT NULL);
"""
_LAST = 2**62  # behind all chunks


class Item:
    """A record that is to be read, and where the index has had it."""

    __slots__ = ("change", "chunk", "id")

    def __init__(self, change: Change, old: tuple[str, int | None] | None) -> None:
        self.change = change
        self.id, self.chunk = old if old is not None else ("", None)


def old_row(db: "Connection", change: Change) -> tuple[str, int | None] | None:
    query = "SELECT id, chunk FROM record WHERE folder = ? AND name = ?"
    row: tuple[str, int | None] | None
    row = db.execute(query, [change.folder.path, change.name]).fetchone()
    return row


def plan_jobs(items: list[Item]) -> list[list[Item]]:
    """Slices of records of one kind, those of one chunk together."""
    jobs: list[list[Item]] = []
    for kind in FOLDERS:
        of_kind = [item for item in items if item.change.folder.kind == kind]
        of_kind.sort(key=lambda item: item.chunk if item.chunk is not None else _LAST)
        jobs += [of_kind[start : start + CHUNK] for start in range(0, len(of_kind), CHUNK)]
    return jobs


def remove_gone(db: "Connection", gone: list[tuple[str, str]]) -> None:
    without: dict[int, set[str]] = {}
    for folder, name in gone:
        query = "DELETE FROM record WHERE folder = ? AND name = ? RETURNING id, chunk"
        for record_id, chunk in db.execute(query, [folder, name]).fetchall():
            if chunk is not None:
                without.setdefault(chunk, set()).add(record_id)
                db.execute("DELETE FROM word WHERE record = ?", [record_id])
    for chunk, ids in without.items():
        _change(db, chunk, ids, {})


def put_records(db: "Connection", items: list[Item], digests: list[PackedDigest | None]) -> None:
    """Write the results of one job: all of one kind, at most a chunk."""
    kind = items[0].change.folder.kind
    without: dict[int, set[str]] = {}
    added: dict[int, dict[str, PackedDigest]] = {}
    rows: list[tuple[str, str, str, int | None, bytes, bytes | None, bytes]] = []
    words: list[tuple[str, str]] = []
    place, room = _last_chunk(db, kind)
    for item, digest in zip(items, digests, strict=True):
        number = item.chunk
        if number is not None:
            without.setdefault(number, set()).add(item.id)
            db.execute("DELETE FROM word WHERE record = ?", [item.id])
        if digest is None or not digest.is_valid:
            number = None
        elif number is None:
            if room == 0:
                place, room = _new_chunk(db, kind), CHUNK
            number, room = place, room - 1
        if digest is not None and number is not None:
            added.setdefault(number, {})[digest.id] = digest
            words += [(word, digest.id) for word in digest.words]
        findings = pack_findings(digest.findings) if digest and digest.findings else None
        change = item.change
        record_id = digest.id if digest is not None else ""
        blobs = digest.blobs if digest is not None else b""
        place_of = (change.folder.path, change.name, record_id, number)
        rows.append((*place_of, change.mark, findings, blobs))
    for number in {*without, *added}:
        _change(db, number, without.get(number, set()), added.get(number, {}))
    db.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", words)


def _last_chunk(db: "Connection", kind: str) -> tuple[int, int]:
    """The newest chunk of a kind and how many records it has room for."""
    query = "SELECT number, records FROM chunk WHERE kind = ? ORDER BY number DESC LIMIT 1"
    row = db.execute(query, [kind]).fetchone()
    return (row[0], max(0, CHUNK - row[1])) if row else (0, 0)


def _new_chunk(db: "Connection", kind: str) -> int:
    number = db.execute("INSERT INTO chunk (kind, records) VALUES (?, 0)", [kind]).lastrowid
    assert number is not None  # an INSERT has just given it
    return number


def _change(
    db: "Connection", number: int, without: set[str], added: Mapping[str, PackedDigest]
) -> None:
    """Rewrite one chunk; one that is left empty goes."""
    found = db.execute("SELECT kind FROM chunk WHERE number = ?", [number]).fetchone()
    if found is None:  # a row names a chunk that isn't there
        raise BrokenBlob
    parts = {}
    if found[0] == "opportunity":
        forget_pasts(db, number, without | added.keys())
        parts["deals"] = {key: digest.deal for key, digest in added.items()}
    parts["facts"] = {key: digest.facts for key, digest in added.items()}
    records = 0  # the same in each part
    for table, more in parts.items():
        row = db.execute(f"SELECT blob FROM {table} WHERE number = ?", [number]).fetchone()
        blob, records = change_chunk(row[0] if row else None, without, more)
        if records:
            db.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", [number, blob])
        else:
            db.execute(f"DELETE FROM {table} WHERE number = ?", [number])
    if records:
        db.execute("UPDATE chunk SET records = ? WHERE number = ?", [records, number])
    else:
        db.execute("DELETE FROM chunk WHERE number = ?", [number])
        db.execute("DELETE FROM pasts WHERE number = ?", [number])


def part_twins(db: "Connection", ids: list[str]) -> None:
    """Make invalid what has the id of another record: neither may count, and neither vanishes.

    Their marks go, so that what is left of them later is read again.
    """
    query = """SELECT id FROM record WHERE id IN (SELECT value FROM json_each(?))
        GROUP BY id HAVING count(*) > 1"""
    for (record_id,) in db.execute(query, [encode_ids(ids)]).fetchall():
        query = "SELECT folder, name, chunk FROM record WHERE id = ? ORDER BY folder, name"
        rows = db.execute(query, [record_id]).fetchall()
        for chunk in {chunk for _, _, chunk in rows if chunk is not None}:
            _change(db, chunk, {record_id}, {})
        paths = [f"{folder}/{name}" for folder, name, _ in rows]
        db.execute("DELETE FROM word WHERE record = ?", [record_id])
        for folder, name, _ in rows:
            found = pack_findings((_twin(record_id, f"{folder}/{name}", paths),))
            query = "UPDATE record SET chunk = NULL, mark = x'', findings = ?"
            db.execute(f"{query} WHERE folder = ? AND name = ?", [found, folder, name])


def _twin(record_id: str, path: str, paths: list[str]) -> Finding:
    others = ", ".join(other for other in paths if other != path)
    return finding(
        "id-twice",
        f"the id {record_id} is also that of {others}",
        hint="delete the copy",
        place=Place(path),
    )


def encode_ids(ids: Collection[str]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def shortest(db: "Connection", key: str, column: str, table: str) -> str:
    """The shortest beginning of an id that no other of a column has: at least 4 characters, without
    the kind in front.
    """
    query = f"SELECT {column} FROM {table} WHERE {column}"
    others = db.execute(f"{query} < ? ORDER BY {column} DESC LIMIT 1", [key]).fetchall()
    others += db.execute(f"{query} > ? ORDER BY {column} LIMIT 1", [key]).fetchall()
    shared = max((shared_start(key, other) for (other,) in others), default=0)
    start = key.index("-") + 1
    return key[start : max(start + 4, shared + 1)]


def mark_by_blobs(db: "Connection") -> None:
    """Give every record the mark that it has in a commit; its words stay known if they were."""
    names = "SELECT count(*) FROM sqlite_schema WHERE name = 'searched'"
    if db.execute(names).fetchone()[0]:
        query = """UPDATE searched SET mark = record.blobs FROM record
            WHERE record.id = searched.id AND record.mark = searched.mark AND record.mark != x''"""
        db.execute(query)
    db.execute("UPDATE record SET mark = blobs")
