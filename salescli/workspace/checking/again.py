"""What is wrong again once a mending is taken back: an undo does it all the same, and says so."""

import os
from collections.abc import Iterator

from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.undolog import LogEntry
from salescli.workspace.checking.survey import Survey
from salescli.workspace.checking.tree import read_store_tree
from salescli.workspace.session import Session

MENDING = ("check --fix", "resolve")
MOST_TOLD = 3


def broken_by(session: Session, entry: LogEntry) -> list[str]:
    """Words about the rules that records of a mending break by what is staged; else none.

    Where a clash comes back, git and `resolve` tell what is to be done.
    """
    return list(_told(session, entry)) if entry.command in MENDING else []


def _told(session: Session, entry: LogEntry) -> Iterator[str]:
    files = session.files
    tree = read_store_tree(os.fspath(files.root))
    checked = Survey(tree, files.read, session.now).run()
    broken = [
        found
        for found in checked.findings
        if not found.warning
        and found.code != "conflict-markers"
        and found.place is not None
        and layout.id_in(_name(found.place.file)) in entry.record_ids
    ]
    if broken:
        yield f"That breaks {format_number_of(len(broken), 'rule')} again:"
        for found in broken[:MOST_TOLD]:
            yield f"  {found.text} ({found.code})"
        if len(broken) > MOST_TOLD:
            yield f"  and {len(broken) - MOST_TOLD} more"
        yield "  salescli redo mends it as before; salescli check says more"


def _name(path: str) -> str:
    """The name of a record's directory, or of its file, with its id."""
    return layout.home_of(path).rpartition("/")[2].removesuffix(".yaml")
