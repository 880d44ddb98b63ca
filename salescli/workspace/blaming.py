"""Who set each field of a deal or lead, when, and which commit brought it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from salescli.model.blame import Setting, blame_fields
from salescli.model.calendar import Calendar
from salescli.model.conversion import build_document
from salescli.model.errors import NotFound, SalesError
from salescli.model.events import Json, kind_of
from salescli.model.facts import build_state, created_fields
from salescli.model.records import RECORD_TYPES
from salescli.report.text.wording import describe_changes
from salescli.store.codec import read_history, read_typed
from salescli.store.gitlog import Commit, read_commits
from salescli.store.gitobjects import GitObjects
from salescli.store.gitwatch import find_git_directory
from salescli.workspace.deals import Loaded
from salescli.workspace.revisions import RevisionSession
from salescli.workspace.session import Session
from salescli.workspace.timelines import wording_of

HAND = "hand"  # how a field came to be what no event says


class Blamed(msgspec.Struct, frozen=True):
    """A field, who made it what it is, and how: the kind of the event, or `hand`.

    Where that was by hand, `by` and `at` are the commit's, if it is committed.
    """

    path: str
    value: Json
    words: str
    how: str
    by: str
    at: datetime | None
    event: str = ""
    commit: Commit | None = None


class Blame(msgspec.Struct, frozen=True):
    """The fields of a record; `has_git` says whether commits were looked up."""

    record: str
    fields: tuple[Blamed, ...]
    calendar: Calendar
    has_git: bool


def read_blame(session: Session, record: Loaded) -> Blame:
    """Who set each field of a deal or lead.

    A commit is the first of those that lead to the work tree, or to the revision that is read, in
    which the event or the value stands. Raises `Failed`.
    """
    kind = RECORD_TYPES[record.kind]
    settings = blame_fields(record.live, record.state, kind)
    commits, has_git = _find_commits(session, record, settings)
    wording = wording_of(session, record)
    is_lead = record.kind == "lead"

    def words(one: Setting) -> str:
        return "; ".join(describe_changes({one.path: [None, one.value]}, wording, is_lead=is_lead))

    return Blame(
        record.id,
        tuple(_blamed(one, words(one), commits.get(_key(one))) for one in settings),
        session.calendar,
        has_git,
    )


def _blamed(one: Setting, words: str, commit: Commit | None) -> Blamed:
    if one.event is None:
        by, at = (commit.author, commit.at) if commit else ("", None)
        return Blamed(one.path, one.value, words, HAND, by, at, commit=commit)
    event = one.event
    how = kind_of(event)
    return Blamed(one.path, one.value, words, how, event.by, event.at, event.id, commit)


def _key(one: Setting) -> str:
    """What is looked for in commits: an event, or a value of the file."""
    return one.event.id if one.event is not None else one.path


def _find_commits(
    session: Session, record: Loaded, settings: Sequence[Setting]
) -> tuple[dict[str, Commit], bool]:
    """The first commit with each event or each value set by hand; and whether there is git."""
    root = session.files.root
    revision = "HEAD"
    if isinstance(session, RevisionSession):
        revision = session.revision.commit
    elif find_git_directory(root) is None:
        return {}, False
    with GitObjects(root, session.surroundings.environ) as objects:
        try:
            commits = read_commits(objects, revision, (record.path, record.history_path))[::-1]
        except NotFound:  # a repository without a commit
            return {}, True
        by_event = _first_with_events(commits, record.history_path, objects)
        by_hand = {one.path: one.value for one in settings if one.event is None}
        by_value = _first_with_values(commits, record, objects, by_hand) if by_hand else {}
    return by_event | by_value, True


def _first_with_events(
    commits: Iterable[Commit], path: str, objects: GitObjects
) -> dict[str, Commit]:
    """Event → the first commit whose history has it."""
    found: dict[str, Commit] = {}
    for commit, source in _versions(commits, path, objects):
        for key in _event_ids(source, path):
            found.setdefault(key, commit)
    return found


def _first_with_values(
    commits: Sequence[Commit], record: Loaded, objects: GitObjects, wanted: Mapping[str, Json]
) -> dict[str, Commit]:
    """Path → the commit since which the file says what it says now, without a break."""
    since: dict[str, Commit] = {}
    for commit, source in _versions(commits, record.path, objects):
        values = _values(source, record)
        for path, value in wanted.items():
            if values.get(path) == value:
                since.setdefault(path, commit)
            else:
                since.pop(path, None)
    return since


def _versions(
    commits: Iterable[Commit], path: str, objects: GitObjects
) -> Iterator[tuple[Commit, bytes]]:
    for commit in commits:
        blob = commit.files.get(path)
        if blob is not None:
            yield commit, objects.read(blob, None, path)


def _event_ids(source: bytes, path: str) -> list[str]:
    """The events of one version of a history; of one that couldn't be read, none."""
    try:
        return [event.id for event in read_history(source, path)]
    except SalesError:
        return []


def _values(source: bytes, record: Loaded) -> dict[str, Json]:
    """The fields of one version of a record; of one that couldn't be read, none."""
    kind = RECORD_TYPES[record.kind]
    try:
        facts = read_typed(source, record.path, kind)
    except SalesError:
        return {}
    return created_fields(build_state(build_document(facts), kind), kind)
