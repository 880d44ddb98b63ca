"""The revision of a record: by which whoever read it tells that nobody has changed it since."""

from collections.abc import Callable

from salescli.model.errors import Clash, finding
from salescli.model.ids import kind_of_id
from salescli.store.changeset import hash_bytes
from salescli.store.digest import files_of
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.session import Session

DIGITS = 12


def revision_of(session: Session, found: Found) -> str:
    """The first 12 hexadecimal digits of SHA-256 over a record's files as the disk has them.

    Those of a deal or lead are its facts and then its history. What the command has staged doesn't
    count; of a record that isn't on disk yet it is `""`.
    """
    return _digest(found, session.files.read_before)


def revision_named(session: Session, record_id: str) -> str:
    """The revision of the record with this full id; `""` where there is none."""
    found = find_by_id(session, record_id) if kind_of_id(record_id) else None
    return revision_of(session, found) if found is not None else ""


def listed_revision(session: Session, record_id: str) -> str:
    """`revision_named` for one of many, where nothing is staged: no file is kept in memory."""

    def read(path: str) -> bytes | None:
        try:
            return session.files.read_once(path)
        except FileNotFoundError:
            return None

    found = find_by_id(session, record_id)
    return _digest(found, read) if found is not None else ""


def _digest(found: Found, read: Callable[[str], bytes | None]) -> str:
    sources = [read(found.path + suffix) for suffix in files_of(found.kind)]
    if None in sources:
        return ""
    return hash_bytes(b"".join(source or b"" for source in sources))[:DIGITS]


def refuse_changed(session: Session, found: Found, expected: str) -> None:
    """Raise `Clash` unless a record has the revision that was read."""
    revision = revision_of(session, found)
    if revision != expected:
        now = f"its revision is {revision}" if revision else "it was made by this batch"
        raise Clash(
            finding(
                "revision-changed",
                f"{found.id} is not what revision {expected!r} was read from: {now}",
                hint=f"salescli {found.kind} show {found.id} shows what it is now",
                field="if_unchanged",
            )
        )
