"""Taking mails out of a deal or lead: their events count as never written, their files go.

An event written by hand may name any path: nothing outside the record's own folders is removed.
"""

from collections.abc import Sequence

from salescli.model.correspondence import attached_with
from salescli.model.events import Event, Mailed
from salescli.store import layout
from salescli.workspace.deals import Loaded
from salescli.workspace.session import Session
from salescli.workspace.undoing import void_events


def remove_mails(
    session: Session, record: Loaded, mails: Sequence[Mailed], note: str | None = None
) -> int:
    """Void these mails and what came with them, and stage the removal of their files.

    A file that another event names stays, and so does the event that attached it. The number of
    files removed.
    """
    brought = attached_with(record.live, mails)
    others = [event for event in record.live if event not in mails and event not in brought]
    kept = {name for event in others for name in _files_in(event)}
    names = dict.fromkeys(name for mail in mails for name in _files_in(mail))
    paths = [f"{record.directory}/{name}" for name in names if name not in kept]
    inside = [path for path in paths if _is_inside(path) and session.files.exists(path)]
    for path in inside:
        session.files.remove(path)
    gone: list[Event] = [*mails, *(one for one in brought if one.file not in kept)]
    void_events(session, record.history_path, gone, "mistake", note)
    return len(inside)


def _files_in(event: Event) -> list[str]:
    named = [getattr(event, "file", None), *getattr(event, "attachments", ())]
    return [name for name in named if name]


def _is_inside(path: str) -> bool:
    """Whether a path is one of a record's files."""
    located = layout.locate(path)
    return located is not None and located.kind in ("files", "mail") and ".." not in path
