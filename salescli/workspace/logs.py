"""The last commands and the last commits of a store, or of each of a group, the newest first."""

from datetime import datetime
from typing import Any

from salescli.model.calendar import format_instant
from salescli.report.text.subjects import format_subject
from salescli.store import layout
from salescli.store.gitlog import read_commits
from salescli.store.gitobjects import GitObjects
from salescli.store.undolog import read_entries
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows

Row = dict[str, Any]


def list_commands(session: Session, limit: int) -> list[Row]:
    """The last commands of this clone; raises `Damaged` (`log-damaged`)."""
    rows, _ = gather_rows(session, find_commands, limit, key=_age)
    return rows[:limit]


def find_commands(session: Session, limit: int) -> tuple[list[Row], Invalid]:
    """Those of one store."""
    rows = [
        {
            "at": format_instant(entry.at),
            "actor": session.group_id("person", entry.actor),
            "command": entry.command,
            "words": entry.words,
            "files": entry.file_count,
            "state": entry.state,
        }
        for entry in read_entries(session.files.root)[:limit]
    ]
    return rows, ()


def list_commits(session: Session, limit: int, revision: str, *, is_whole: bool) -> list[Row]:
    """The last commits that touched the store; names and subjects short unless `is_whole`.

    Raises `NotFound`, `Failed`, in a group with the store's name.
    """
    rows, _ = gather_rows(session, find_commits, limit, revision, is_whole, key=_age)
    return rows[:limit]


def find_commits(
    session: Session, limit: int, revision: str, is_whole: bool
) -> tuple[list[Row], Invalid]:
    """Those of one store."""
    with GitObjects(session.files.root, session.surroundings.environ) as objects:
        commits = read_commits(objects, revision, limit=limit)
    rows = [
        {
            "at": format_instant(one.at),
            "author": one.author,
            "commit": one.oid if is_whole else one.short,
            "subject": one.subject if is_whole else format_subject(one.subject),
            "records": len({layout.home_of(path) for path in one.files}),
        }
        for one in commits
    ]
    return rows, ()


def _age(row: Row) -> float:
    """The later, the less."""
    return -datetime.fromisoformat(row["at"]).timestamp()
