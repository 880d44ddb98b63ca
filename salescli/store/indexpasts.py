"""Pasts of deals in the index: made of their histories when a day of the past is first asked for.

Owns how the table `pasts` is filled. A chunk's row holds the pasts of all its deals that changed
after `since`, in seconds since 1970; a past goes when its record is read again (`indexrows`). Must
not know where a history is read.
"""

from collections.abc import Callable
from contextlib import closing
from itertools import islice

import msgspec

from salescli.model.errors import Damaged, Failed
from salescli.store.database import Connection, data_version, write_unchanged
from salescli.store.digest import read_past
from salescli.store.layout import HISTORY
from salescli.store.packing import change_chunk, check_blob, pack_past, unpack_deals, unpack_pasts
from salescli.store.sharing import share_jobs

_SHARED_FROM = 2  # chunks from which on a second process pays
_COMMIT_EVERY = 64  # chunks; what is interrupted goes on from there

Read = Callable[[str, int | None, set[str]], bytes]
"""A file's path, its largest size, directories that were looked at → its bytes."""


class Lack(msgspec.Struct, frozen=True):
    """A chunk of which pasts may be missing: its blobs, and the directories of its deals by id."""

    number: int
    deals: bytes
    pasts: bytes | None
    paths: dict[str, str]


def fill_pasts(db: Connection, since: int, read: Read) -> None:
    """Make the pasts of all deals that changed after `since`, as far as their histories tell.

    What another process writes meanwhile ends it: whoever asks reads the histories then. Raises
    `BrokenBlob`.
    """
    version = data_version(db)
    lacks = find_lacks(db, since)

    def job(number: int) -> bytes:
        return fill_lack(lacks[number], since, read)

    def put(db: Connection) -> None:
        for number, blob in batch:
            row = [lacks[number].number, since, blob]
            db.execute("INSERT OR REPLACE INTO pasts VALUES (?, ?, ?)", row)

    is_shared = len(lacks) >= _SHARED_FROM
    with closing(share_jobs(len(lacks), job, is_shared=is_shared)) as results:
        while batch := list(islice(results, _COMMIT_EVERY)):
            if not write_unchanged(db, version, put):
                return


def find_lacks(db: Connection, since: int) -> list[Lack]:
    """The chunks of which nobody knows that all pasts are there. Raises `BrokenBlob`."""
    query = """SELECT number, deals.blob, pasts.blob FROM deals LEFT JOIN pasts USING (number)
        WHERE pasts.since IS NULL OR pasts.since > ?"""
    of_chunk = "SELECT id, folder || '/' || name FROM record WHERE chunk = ?"
    found = []
    for number, deals, pasts in db.execute(query, [since]).fetchall():
        for blob in filter(None, (deals, pasts)):
            check_blob(blob)
        found.append(Lack(number, deals, pasts, dict(db.execute(of_chunk, [number]))))
    return found


def fill_lack(lack: Lack, since: int, read: Read) -> bytes:
    """The blob of a chunk's pasts with those that were missing."""
    there = {past.id for past in unpack_pasts(lack.pasts)} if lack.pasts is not None else set()
    added: dict[str, msgspec.Raw] = {}
    known: set[str] = set()
    for deal in unpack_deals(lack.deals):
        has_past = deal.created_at != deal.changed_at and not deal.differs
        if has_past and deal.changed_at > since and deal.id not in there:
            file = f"{lack.paths[deal.id]}/{HISTORY}"
            try:
                past = read_past(deal, read(file, None, known), file)
            except (FileNotFoundError, NotADirectoryError, Damaged, Failed):
                continue  # it changed since it was compared: the next time it is read again
            if past is not None:
                added[deal.id] = pack_past(past)
    return change_chunk(lack.pasts, (), added)[0]
