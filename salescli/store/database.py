"""SQLite: the file of the index, and databases in memory that are asked what anybody typed.

Owns sqlite3, which nothing else may import, where the index stands, and what a query may do. Must
not know what the tables hold.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from salescli.store import sqltext
from salescli.store.indexrows import SCHEMA
from salescli.store.layout import LOCAL
from salescli.store.packing import build_version

FILE = "index.sqlite"
_WAIT_SECONDS = 10.0
Connection = sqlite3.Connection
DatabaseError = sqlite3.Error

# Of these the database itself is sound, or we can't do anything about it.
_NOT_WRITABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOLFS,
}


def is_sound(error: DatabaseError) -> bool:
    """Whether it is not the content of the file that is at fault."""
    return error.sqlite_errorcode & 0xFF in _NOT_WRITABLE


def stored_path(root: Path) -> Path | None:
    """Where the database stands; None if no plain file can be there. Makes the directory."""
    folder = root / LOCAL
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return None
        if not stat.S_ISREG(os.lstat(folder / FILE).st_mode):
            return None
    except FileNotFoundError:
        return folder / FILE if folder.is_dir() else None
    except OSError:
        return None
    return folder / FILE


def connect(path: Path | None) -> Connection:
    """Open or make the database, with the tables of this version; in memory without a path."""
    db = sqlite3.connect(path or ":memory:", timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        db.execute("PRAGMA trusted_schema = OFF")  # a copied directory may bring any database
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] == build_version():
            return db
        db.execute("BEGIN IMMEDIATE")
        # A virtual table first: its own tables go with it, and without them it can't go itself.
        tables = db.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
            " ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (name,) in tables.fetchall():
            if not name.startswith("sqlite_"):
                db.execute(f'DROP TABLE IF EXISTS "{name}"')
        for statement in SCHEMA.split(";")[:-1]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {build_version()}")
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def copy_stored(root: Path) -> Connection | None:
    """What the file of the index has, in memory; None where it isn't there, sound and of today.

    Nothing is made or changed on disk.
    """
    path = f"{root}/{LOCAL}/{FILE}"
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        stored = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True, isolation_level=None)
    except (OSError, sqlite3.Error):
        return None
    with closing(stored):
        try:
            if stored.execute("PRAGMA user_version").fetchone()[0] == build_version():
                return copy_to_memory(stored)
        except sqlite3.Error:
            return None
    return None


def data_version(db: Connection) -> int:
    """A number that changes when another connection writes."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def write_unchanged(db: Connection, version: int, write: Callable[[Connection], None]) -> bool:
    """Write in one transaction; False, and nothing written, if another process did meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if data_version(db) != version:
            db.execute("ROLLBACK")
            return False
        write(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return True


def drop_stored(root: Path) -> None:
    """Delete the file, of which nothing is worth keeping."""
    for suffix in ("", "-journal"):
        with suppress(OSError):
            os.unlink(f"{root}/{LOCAL}/{FILE}{suffix}")


# What a query needs; all else (writing, attaching, settings) is refused when it is compiled.
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_LONGEST_VALUE = 10_000_000  # bytes of a text or blob that a query makes
_HEAP = 768 * 1024 * 1024  # bytes that SQLite may take in all
_STEPS = 10_000  # of the virtual machine between two looks at the clock
REFUSED = sqlite3.SQLITE_AUTH
INTERRUPTED = sqlite3.SQLITE_INTERRUPT
TOO_MUCH = (sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_NOMEM)


def copy_to_memory(db: Connection | None) -> Connection:
    """A database in memory with what `db` has, if it can be read."""
    copy = connect(None)
    if db is None:
        return copy
    try:
        db.execute("BEGIN")  # a lock now, else `backup` would wait without end
        db.execute("SELECT count(*) FROM chunk").fetchone()
        db.backup(copy)
    except DatabaseError:
        return connect(None)
    return copy


def connect_scratch() -> Connection:
    """An empty database in memory, which knows case in every script."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("PRAGMA temp_store = MEMORY")  # a large sort would make a file
    for name, count, function in (
        ("lower", 1, sqltext.lower),
        ("upper", 1, sqltext.upper),
        ("like", 2, sqltext.like),
        ("like", 3, sqltext.like),
    ):
        db.create_function(name, count, function, deterministic=True)
    db.create_collation("NOCASE", sqltext.compare)
    return db


def seal(db: Connection, seconds: float) -> None:
    """From now on only reading: no file is opened, nothing changed, and time and memory end.

    A query that does more raises `DatabaseError` with `REFUSED`, `INTERRUPTED` or `TOO_MUCH`.
    """
    db.execute("PRAGMA query_only = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    end = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    db.set_authorizer(_authorize)


def _authorize(action: int, _first: str | None, second: str | None, *_: object) -> int:
    is_loading = action == sqlite3.SQLITE_FUNCTION and second in ("load_extension", "readfile")
    return sqlite3.SQLITE_OK if action in _ALLOWED and not is_loading else sqlite3.SQLITE_DENY


def error_code(error: Exception) -> int:
    """The basic code of a database's error, 0 where the driver itself complains."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
