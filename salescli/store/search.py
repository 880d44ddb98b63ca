"""Which records may hold some words: a full-text table beside the index, made when first asked.

Owns the tables of `search` (SQLite's FTS5) and when they are brought up to date: a record is read
again when its mark in the index is another than it was here. It keeps words and no texts, so it
only ever names candidates; whoever asks looks at the files. A row that is no longer true stays
until there are as many of these as true ones: taking words out would need the old text.
"""

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from salescli.model.events import live_events
from salescli.model.findable import LINKED_KINDS, OWN_KINDS, links_of, spots_of, words_of_text
from salescli.model.visits import seconds
from salescli.store.codec import read_history
from salescli.store.digest import has_history
from salescli.store.indexrows import encode_ids
from salescli.store.layout import FOLDERS, HISTORY
from salescli.store.sharing import share_jobs

if TYPE_CHECKING:
    from salescli.store.database import Connection
    from salescli.store.index import Index

_COLUMNS = ", ".join(f"{kind}_words" for kind in OWN_KINDS)
_TABLES = f"""
CREATE TABLE searched (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, mark BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE search_link (ref TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (ref, number, kind)) WITHOUT ROWID;
CREATE TABLE search_seal (checksum INTEGER NOT NULL);
CREATE VIRTUAL TABLE search USING fts5(
    {_COLUMNS}, content='', tokenize='ascii', detail='column', columnsize=0
);
"""
_NAMES = ("search", "searched", "search_link", "search_seal")
_BATCH = 4096  # records that are read before they are written: they wait in memory
_JOB = 256
SHARED_FROM = 512  # records from which on a second process pays
_MOST_STALE = 1000  # rows that may be untrue, however few are true


class _Text(msgspec.Struct, array_like=True):
    """The words of one record by column, when it last changed, and whom it names."""

    id: str
    at: int
    columns: list[str]
    links: list[tuple[str, str]]


_encoder = msgspec.msgpack.Encoder()
_texts = msgspec.msgpack.Decoder(list[_Text])
_Row = tuple[str, str, str, bytes]  # folder, name, id, mark


def find_candidates(
    index: "Index",
    words: Sequence[str],
    kinds: Collection[str] = (),
    prefixes: Collection[str] = (),
    on_reading: Callable[[int], None] | None = None,
) -> list[str] | None:
    """Ids of the records that hold all of these beginnings of words, the likeliest first.

    First those whose title holds them all, then what changed last. `kinds` are those of spots
    to look at, `prefixes` those of ids to find; none: all. The index has been refreshed.
    `on_reading` is told how many records must be read. None: this SQLite has no FTS5, and any
    record may be one.
    """

    def find(db: "Connection") -> list[str] | None:
        if not _is_possible(db):
            return None
        _update(index, db, on_reading)
        if not _is_whole(db):
            _in_transaction(db, lambda: _remake(db))
            _update(index, db, on_reading)
        return _find(db, words, kinds, prefixes)

    return index.run(find)


def _is_possible(db: "Connection") -> bool:
    query = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"
    return db.execute(query).fetchone() is not None


# --- bringing up to date -------------------------------------------------------------------------


def _update(index: "Index", db: "Connection", on_reading: Callable[[int], None] | None) -> None:
    _make_tables(db)
    rows = _stale(db)
    if rows and on_reading is not None:
        on_reading(len(rows))
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        texts = _read(index, batch)
        _in_transaction(db, lambda batch=batch, texts=texts: _put(db, batch, texts))  # type: ignore[misc]
    if _has_gone(db):
        _in_transaction(db, lambda: _forget(db))


def _make_tables(db: "Connection") -> None:
    """Make the tables where there are none, and anew where most of what they say is untrue."""
    names = "SELECT count(*) FROM sqlite_schema WHERE name IN (SELECT value FROM json_each(?))"
    if db.execute(names, [encode_ids(_NAMES)]).fetchone()[0] == len(_NAMES):
        count, last = db.execute("SELECT count(*), max(number) FROM searched").fetchone()
        if (last or 0) - count <= max(count, _MOST_STALE):
            return
    _in_transaction(db, lambda: _remake(db))


def _remake(db: "Connection") -> None:
    for name in _NAMES:
        db.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in _TABLES.split(";\n")[:-1]:
        db.execute(statement)
    _seal(db)


def _checksum(db: "Connection") -> int:
    """Of all that the full-text table holds: in damaged words FTS5 just finds nothing."""
    total = 0
    for (block,) in db.execute("SELECT block FROM search_data ORDER BY id"):
        total = zlib.crc32(block, total)
    return total


def _seal(db: "Connection") -> None:
    """Write down the checksum. At a savepoint FTS5 writes what it has kept in memory so far."""
    db.execute("SAVEPOINT sealing")
    db.execute("RELEASE sealing")
    db.execute("DELETE FROM search_seal")
    db.execute("INSERT INTO search_seal VALUES (?)", [_checksum(db)])


def _is_whole(db: "Connection") -> bool:
    db.execute("BEGIN")
    try:
        sealed = db.execute("SELECT checksum FROM search_seal").fetchone()
        return sealed is not None and sealed[0] == _checksum(db)
    finally:
        db.execute("COMMIT")


def _in_transaction(db: "Connection", work: Callable[[], None]) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        work()
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _stale(db: "Connection") -> list[_Row]:
    """Valid records whose words aren't known, or not for sure: too young to have a mark."""
    query = """SELECT folder, name, record.id, record.mark FROM record LEFT JOIN searched USING (id)
        WHERE chunk IS NOT NULL AND (searched.mark IS NOT record.mark OR record.mark = x'')
        ORDER BY chunk"""
    return db.execute(query).fetchall()


def _has_gone(db: "Connection") -> bool:
    query = """SELECT (SELECT count(*) FROM searched),
        (SELECT count(*) FROM record WHERE chunk IS NOT NULL)"""
    known, valid = db.execute(query).fetchone()
    return bool(known != valid)


def _forget(db: "Connection") -> None:
    query = "SELECT id FROM record WHERE chunk IS NOT NULL"
    db.execute(f"DELETE FROM searched WHERE id NOT IN ({query})")


def _read(index: "Index", rows: Sequence[_Row]) -> list[_Text]:
    """The words of records: facts as the index has them, events from their files."""
    kinds = {FOLDERS[kind]: kind for kind in FOLDERS}
    ids: dict[str, list[str]] = {}
    for folder, _, record_id, _ in rows:
        ids.setdefault(kinds[folder.partition("/")[0]], []).append(record_id)
    documents = {
        facts.id: facts.document
        for kind, some in ids.items()
        for facts in index.documents(kind, some)
    }
    jobs = [rows[start : start + _JOB] for start in range(0, len(rows), _JOB)]

    def job(number: int) -> bytes:
        known: set[str] = set()
        found = []
        for folder, name, record_id, _ in jobs[number]:
            document = documents.get(record_id)
            if document is not None:
                is_long = has_history(kinds[folder.partition("/")[0]])
                path = f"{folder}/{name}/{HISTORY}" if is_long else ""
                found.append(_build(index, record_id, document, path, known))
        return _encoder.encode(found)

    texts: list[_Text] = []
    is_shared = len(rows) >= SHARED_FROM
    with closing(share_jobs(len(jobs), job, is_shared=is_shared)) as results:
        for _, result in results:
            texts += _texts.decode(result)
    return texts


def _build(
    index: "Index", record_id: str, document: dict[str, object], path: str, known: set[str]
) -> _Text:
    live = []
    if path:
        source = index.read_file(path, known)
        live = live_events(read_history(source, path))
    columns: dict[str, dict[str, None]] = {kind: {} for kind in OWN_KINDS}
    for spot in spots_of(document, live):
        columns[spot.kind].update(dict.fromkeys(words_of_text(spot.text)))
    at = max((seconds(event.at) for event in live), default=0)
    return _Text(record_id, at, [" ".join(words) for words in columns.values()], links_of(document))


def _put(db: "Connection", rows: Sequence[_Row], texts: Sequence[_Text]) -> None:
    marks = {record_id: mark for _, _, record_id, mark in rows}
    places = ", ".join("?" * (len(OWN_KINDS) + 1))
    insert = f"INSERT INTO search (rowid, {_COLUMNS}) VALUES ({places})"
    for text in texts:
        db.execute("DELETE FROM searched WHERE id = ?", [text.id])
        values = [text.id, marks[text.id], text.at]
        row = db.execute("INSERT INTO searched (id, mark, at) VALUES (?, ?, ?)", values)
        number = row.lastrowid
        db.execute(insert, [number, *text.columns])
        links = [(ref, number, kind) for kind, ref in text.links]
        db.executemany("INSERT OR IGNORE INTO search_link VALUES (?, ?, ?)", links)
    _seal(db)


# --- asking --------------------------------------------------------------------------------------

_OWN = "SELECT rowid FROM search WHERE search MATCH ?"
_LINKED = f"""SELECT number FROM search_link WHERE kind IN (SELECT value FROM json_each(?))
    AND ref IN (SELECT id FROM searched WHERE number IN ({_OWN}) AND substr(id, 1, 4) IN
    ('acc-', 'con-'))"""


def _find(
    db: "Connection", words: Sequence[str], kinds: Collection[str], prefixes: Collection[str]
) -> list[str]:
    found = set.intersection(*(set(_numbers(db, word, kinds)) for word in words))
    titled = set.intersection(*(set(_numbers(db, word, ("title",))) for word in words))
    numbers = encode_ids([str(number) for number in found])
    query = """SELECT number, id, at FROM searched
        WHERE number IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"""
    rows = [
        (number not in titled, -at, record_id)
        for number, record_id, at in db.execute(query, [numbers])
        if not prefixes or record_id.partition("-")[0] in prefixes
    ]
    return [record_id for _, _, record_id in sorted(rows)]


def _numbers(db: "Connection", word: str, kinds: Collection[str]) -> Iterator[int]:
    """Rows that hold a word with that beginning, or name somebody whose name does."""
    own = [kind for kind in OWN_KINDS if not kinds or kind in kinds]
    if own:
        columns = " ".join(f"{kind}_words" for kind in own)
        for (number,) in db.execute(_OWN, [f'{{{columns}}} : "{word}"*']):
            yield number
    linked = [kind for kind in LINKED_KINDS if not kinds or kind in kinds]
    if linked:
        values = [encode_ids(linked), f'title_words : "{word}"*']
        for (number,) in db.execute(_LINKED, values):
            yield number
