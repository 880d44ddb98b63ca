"""Pasts of deals in the index: made of their histories when a day of the past is first asked for.

Owns the table `pasts`. A chunk's row holds the pasts of all its deals that changed after `since`,
in seconds since 1970; a past goes when its record is read again. Must not know when a transaction
begins or ends, nor where a history is read.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import msgspec

from salescli.model.errors import Damaged, Failed
from salescli.store.digest import read_past
from salescli.store.layout import HISTORY
from salescli.store.packing import change_chunk, check_blob, pack_past, unpack_deals, unpack_pasts

if TYPE_CHECKING:
    from salescli.store.database import Connection

_NEVER = 1 << 62


class Lack(msgspec.Struct, frozen=True):
    """A chunk of which pasts may be missing: its blobs, and the directories of its deals by id."""

    number: int
    deals: bytes
    pasts: bytes | None
    paths: dict[str, str]


def find_lacks(db: "Connection", since: int) -> list[Lack]:
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


def fill_lack(lack: Lack, since: int, read: Callable[[str], bytes]) -> bytes:
    """The blob of a chunk's pasts with those that were missing."""
    there = {past.id for past in unpack_pasts(lack.pasts)} if lack.pasts is not None else set()
    added: dict[str, msgspec.Raw] = {}
    for deal in unpack_deals(lack.deals):
        has_past = deal.created_at != deal.changed_at and not deal.differs
        if has_past and deal.changed_at > since and deal.id not in there:
            file = f"{lack.paths[deal.id]}/{HISTORY}"
            try:
                past = read_past(deal, read(file), file)
            except (FileNotFoundError, NotADirectoryError, Damaged, Failed):
                continue  # it changed since it was compared: the next time it is read again
            if past is not None:
                added[deal.id] = pack_past(past)
    return change_chunk(lack.pasts, (), added)[0]


def put_pasts(db: "Connection", since: int, blobs: Mapping[int, bytes]) -> None:
    """Keep what `fill_lack` gave, by the number of the chunk."""
    for number, blob in blobs.items():
        db.execute("INSERT OR REPLACE INTO pasts VALUES (?, ?, ?)", [number, since, blob])


def forget_pasts(db: "Connection", number: int, ids: Collection[str]) -> None:
    """Take out the pasts of records that are read again or gone. Raises `BrokenBlob`."""
    row = db.execute("SELECT blob FROM pasts WHERE number = ?", [number]).fetchone()
    if row is not None:
        put_pasts(db, _NEVER, {number: change_chunk(row[0], ids, {})[0]})
