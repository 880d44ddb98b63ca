"""The SQLite file of the index: where it stands, which version it has, whether it can be written.

Owns sqlite3, which nothing else may import. Must not know what the tables hold.
"""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

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


def data_version(db: Connection) -> int:
    """A number that changes when another connection writes."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def drop_stored(root: Path) -> None:
    """Delete the file, of which nothing is worth keeping."""
    for suffix in ("", "-journal"):
        with suppress(OSError):
            os.unlink(f"{root}/{LOCAL}/{FILE}{suffix}")
