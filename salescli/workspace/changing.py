"""What happened in a store since a time or a revision: read from the histories of deals and leads.

Owns which events are new. Accounts, contacts and catalogues have no history; their past is git's.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from salescli.model.calendar import Calendar, format_instant
from salescli.model.errors import Finding, NotFound, SalesError, Unfetched, WrongUsage, finding
from salescli.model.events import Event
from salescli.report.records.changes import Change, Changes, Gone, Since, build_changes
from salescli.store.codec import read_history
from salescli.store.digest import has_history
from salescli.store.layout import FOLDERS, HISTORY, id_in
from salescli.store.revisions import Revision
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.revisions import RevisionSession, named_errors, open_revisions
from salescli.workspace.session import Session
from salescli.workspace.storerows import name_invalid
from salescli.workspace.timelines import wording_of

Invalid = tuple[str, tuple[Finding, ...]]
_STAMP = re.compile(rb'"(?:at|logged)":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')
_AT = b'"at":"'
_FindNew = Callable[[str, str, bytes], Collection[str]]
"""A record's id, its history's path and the bytes there → the ids of its new events."""
_Directories = Mapping[str, Sequence[str]]
"""id → kind and directory of a deal or lead."""


class FoundChanges(msgspec.Struct, frozen=True):
    """What happened, and the records that can't be read: what happened to these nobody knows."""

    changes: Changes
    invalid: tuple[Invalid, ...]


def read_changes(session: Session, text: str) -> FoundChanges:
    """All that happened since `text`: a time, or a revision of git.

    Of a time that is what was written since, whenever it happened; of a revision what it hasn't
    got. Raises `NotFound` for what is neither, and what `open_revisions` raises. Of a group the
    time is told in each store's own zone; a revision is refused (`WrongUsage`).
    """
    try:
        at = session.calendar.parse_moment(text, session.today)
    except WrongUsage:
        if session.stores:
            raise _of_one_repository(text) from None
        return _since_revision(session, text)
    parts = session.over_stores(find_changes, text)
    names = {key: entry.name for key, entry in session.team.people.items()}
    return FoundChanges(
        Changes(Since(at), session.now, tuple(one for found, _ in parts for one in found), names),
        tuple(one for _, invalid in parts for one in invalid),
    )


def find_changes(session: Session, text: str) -> tuple[list[Change], list[Invalid]]:
    """What was written in one store since a time, and what of it can't be read."""
    own = session.own
    at = own.calendar.parse_moment(text, own.today)
    found = _gather(own, Since(at), lambda _, path, source: _written_since(path, source, at))
    changes = found.changes.changes
    if session.store:
        changes = tuple(_in_group(session, own.calendar, one) for one in changes)
    return list(changes), name_invalid(session, found.invalid, session.store)


def _in_group(session: Session, calendar: Calendar, change: Change) -> Change:
    """A change of a store as its group tells it."""
    by = session.group_id("person", change.by)
    return msgspec.structs.replace(change, by=by, store=session.store, calendar=calendar)


def _of_one_repository(text: str) -> WrongUsage:
    words = f"{text!r} is no time, and a revision is of one repository"
    hint = "--since yesterday, --since 2026-11-02; of a revision with -C DIR, without --store"
    return WrongUsage(finding("not-of-several-stores", words, hint=hint, field="since"))


def _since_revision(session: Session, text: str) -> FoundChanges:
    try:
        with open_revisions(session.files.root, session.surroundings, text) as (then,):
            revision = then.revision
            since = Since(revision.committed_at, revision.name, revision.commit)
            before = {record_id: place for record_id, *place in _directories(then)}
            found = _gather(session, since, lambda *history: _not_in(before, revision, *history))
            return _with_gone(session, then, before, found)
    except NotFound as error:
        if error.findings[0].code != "no-such-revision":
            raise
        raise NotFound(_neither(text, error.findings[0])) from None


def _with_gone(
    session: Session, then: RevisionSession, before: _Directories, found: FoundChanges
) -> FoundChanges:
    """Also told: the deals and leads that the revision has and that are no more."""
    here = {record_id for record_id, *_ in _directories(session)}
    gone: list[Gone] = []
    invalid = [*found.invalid]
    for record_id, (kind, directory) in before.items():
        if record_id in here:
            continue
        try:
            with named_errors(then.revision.name):
                record = _load(then, kind, directory)
            gone.append(Gone(record.id, kind, record.facts.title, session.short(record.id)))
        except Unfetched:
            raise
        except SalesError as error:
            invalid.append((f"{then.revision.name}:{directory}", error.findings))
    changes = msgspec.structs.replace(found.changes, gone=tuple(gone))
    return FoundChanges(changes, tuple(invalid))


def _load(session: Session, kind: str, directory: str) -> Loaded:
    return (load_lead if kind == "lead" else load_deal)(session, directory)


def _neither(text: str, found: Finding) -> Finding:
    hint = f"--since yesterday, --since 2026-11-02, --since HEAD~3; {found.hint}"
    words = f"{text!r} is neither a time nor a revision of this repository"
    return finding("no-such-revision", words, hint=hint, field="since")


def _gather(session: Session, since: Since, find_new: _FindNew) -> FoundChanges:
    session.index.refresh()
    changes: list[Change] = []
    invalid: list[Invalid] = []
    for record_id, kind, directory in _directories(session):
        path = f"{directory}/{HISTORY}"
        try:
            source = session.files.read_once(path)
            new = find_new(record_id, path, source)
            if new:
                changes += _tell(session, kind, directory, new)
        except FileNotFoundError:
            continue  # the index names it below
        except SalesError as error:
            invalid.append((directory, error.findings))
    known = {directory for directory, _ in invalid}
    invalid += [one for one in session.index.invalid() if one[0] not in known]
    names = {key: entry.name for key, entry in session.team.people.items()}
    return FoundChanges(Changes(since, session.now, tuple(changes), names), tuple(invalid))


def _directories(session: Session) -> Iterator[tuple[str, str, str]]:
    """Id, kind and directory of all deals and leads."""
    for kind, top in FOLDERS.items():
        if not has_history(kind):
            continue
        for year in session.files.list_directory(top):
            for name in session.files.list_directory(f"{top}/{year}"):
                if id_in(name):
                    yield id_in(name), kind, f"{top}/{year}/{name}"


def _tell(session: Session, kind: str, directory: str, new: Collection[str]) -> list[Change]:
    record = _load(session, kind, directory)
    return build_changes(
        record.id,
        record.facts.title,
        session.short(record.id),
        record.events,
        new,
        wording_of(session, record),
        is_lead=kind == "lead",
    )


def _written_since(path: str, source: bytes, at: datetime) -> list[str]:
    """Most histories say nothing so late, and this is seen without reading their events."""
    stamps = _STAMP.findall(source)
    is_plain = source.count(_AT) >= source.count(b"\n")
    if is_plain and stamps and max(stamps) < format_instant(at).encode():
        return []
    return [event.id for event in read_history(source, path) if _written(event) >= at]


def _written(event: Event) -> datetime:
    return event.logged or event.at


def _not_in(
    before: _Directories, revision: Revision, record_id: str, path: str, source: bytes
) -> list[str]:
    """Events that a record's history hasn't got in a revision, wherever the record lay then."""
    _, directory = before.get(record_id, ("", ""))
    earlier = f"{directory}/{HISTORY}"
    if revision.has_same(earlier, source):
        return []
    known: set[str] = set()
    with named_errors(revision.name), suppress(FileNotFoundError):
        known = {event.id for event in read_history(revision.read(earlier, None), earlier)}
    return [event.id for event in read_history(source, path) if event.id not in known]
