"""Undo and redo of whole commands, and the log of them.

Files that aren't histories go back to what stood there; lines of a history are never taken out:
a `voided` names them, and the facts are set to what the fold then says (format.md section 8).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from salescli.model.conversion import build_document
from salescli.model.errors import Clash, Refused, SalesError, finding
from salescli.model.events import Event, Voided, live_events
from salescli.model.facts import State, apply_value, build_state, changes_between, fold
from salescli.model.records import RECORD_TYPES
from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.changeset import Append, Remove, Write
from salescli.store.codec import format_event_line, read_history, read_typed
from salescli.store.patch import patch
from salescli.store.textchecks import has_markers
from salescli.store.texts import build_edits
from salescli.store.undolog import (
    LogEntry,
    Revert,
    latest_redoable,
    plan_revert,
    read_changeset,
    read_entries,
    read_settled_appends,
    undoable,
)
from salescli.workspace.finishedmerges import refuse_finished_merge
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.telling import shown

MOST_TOLD = 10  # changes that a line names
MOST_RECORDS = 3  # deals and leads whose changes are named
BEGINNINGS = ("init", "demo", "import store")  # not undone: the folder can be deleted

_LOG = "salescli log shows the commands of this clone"


def undo_last(session: Session, *, skips: bool = False) -> tuple[Outcome, LogEntry]:
    """Stage the taking back of the last command that holds; raises `Refused` if there is none.

    `skips`: the last of those that can be taken back still. What it passes over is told.
    """
    known = undoable(read_entries(session.files.root))
    refused: list[SalesError] = []
    passed: list[str] = []
    for entry in (one for one in known if one.command not in BEGINNINGS):
        try:
            with session.files.attempt():
                outcome = _revert(session, entry, "undo", "Undone", "salescli redo brings it back.")
        except (Refused, Clash) as error:
            refused.append(error)
            passed.append(entry.words)
            if not skips:
                raise
        else:
            words = [f"Left as it is, since others went on from it: {one}." for one in passed]
            return msgspec.structs.replace(outcome, words=(*words, *outcome.words)), entry
    text = "there is no command to undo"
    raise refused[0] if refused else Refused(finding("nothing-to-undo", text, hint=_LOG))


def redo_last(session: Session) -> tuple[Outcome, LogEntry]:
    """Stage the bringing back of the last command that was undone, if nothing came after it."""
    entry = latest_redoable(read_entries(session.files.root))
    if entry is None:
        raise Refused(
            finding(
                "nothing-to-redo",
                "there is no undone command to bring back, or another came after it",
                hint=_LOG,
            )
        )
    return _revert(session, entry, "redo", "Brought back", "salescli undo takes it back."), entry


def _revert(session: Session, entry: LogEntry, kind: str, verb: str, hint: str) -> Outcome:
    changeset = read_changeset(session.files.root, entry.id)
    tails = read_settled_appends(session.files.root, entry.id)
    refuse_finished_merge(session, changeset)
    revert = plan_revert(changeset, session.files, tails)
    changed = apply_revert(session, revert)
    what = entry.words.removeprefix("undo: ").removeprefix("redo: ")
    said = f"{verb}: {what} ({ago(session.now - entry.at)})"
    words = [f"{said}{_told_of_records(revert, kind) or told_changes(changed)}.", hint]
    return Outcome(entry.record_ids, tuple(words), f"{kind}: {what}")


def told_changes(changed: Sequence[str]) -> str:
    """Changes at the end of a line: each once, with how often; of many only the first."""
    counts = Counter(changed)
    told = [words if count == 1 else f"{words} ({count} times)" for words, count in counts.items()]
    more = f"; {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return f", {'; '.join(told[:MOST_TOLD])}{more}" if told else ""


def _told_of_records(revert: Revert, kind: str) -> str:
    """Of a change of many deals or leads how many there are; `""` of a few."""
    kinds = [layout.locate(appended.path) for appended in revert.appended]
    counts = Counter(located.of for located in kinds if located is not None)
    if sum(counts.values()) <= MOST_RECORDS:
        return ""
    nouns = {"opportunity": "deal", "lead": "lead"}
    told = [format_number_of(count, nouns[of]) for of, count in counts.items() if of in nouns]
    return f", {' and '.join(told)} {'as before' if kind == 'undo' else 'changed again'}"


def ago(passed: timedelta) -> str:
    """How long ago, in the largest unit that fits: `2 minutes ago`."""
    seconds = max(0, int(passed.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def apply_revert(session: Session, revert: Revert) -> list[str]:
    """Stage what a revert says; answers what changed in the facts, in words."""
    for change in revert.plain:
        if isinstance(change, Write):
            session.files.write(change.path, change.after)
        elif isinstance(change, Remove):
            session.files.remove(change.path)
        else:
            assert isinstance(change, Append)
            session.files.append(change.path, change.data)
    said: list[str] = []
    for appended in revert.appended:
        events = read_history(appended.data, appended.path)
        said += void_events(session, appended.path, events, "undo", stood=revert.recomputed)
    return said


def void_events(
    session: Session,
    history_path: str,
    events: Sequence[Event],
    why: str,
    note: str | None = None,
    *,
    stood: Mapping[str, bytes] | None = None,
) -> list[str]:
    """Append a `voided` that names the events, and set the facts to what the fold then says.

    Only the paths that those events set are touched: an edit by hand elsewhere stays. `stood` has
    the bytes of files before a command that nobody touched since: where they say what is to be
    said, they come back as they were, comments and all, and what was done before can be undone.
    """
    known = read_history(session.read_required(history_path), history_path)
    before = fold(live_events(known))
    voided = Voided(
        id=session.new_id("h"),
        seq=max(event.seq for event in known) + 1,
        at=max(session.now, max(event.at for event in events)),
        by=session.actor,
        events=[event.id for event in events],
        why=why,
        note=note,
        via=session.via,
    )
    session.files.append(history_path, format_event_line(voided))
    after = fold(live_events([*known, voided]))
    return _set_facts(session, history_path, before, after, stood or {})


def _set_facts(
    session: Session, history_path: str, before: State, after: State, stood: Mapping[str, bytes]
) -> list[str]:
    located = layout.locate(history_path)
    assert located is not None
    record = RECORD_TYPES[located.of]
    path = layout.record_file(located.of, history_path.rpartition("/")[0])
    source = session.read_required(path)
    if has_markers(stood.get(path, b"")):  # a merge that goes on: what clashed clashes again
        session.files.write(path, stood[path])
        return []
    file_state = _state_in(source, path, record)
    wanted = _state_in(source, path, record)
    for name, change in changes_between(before, after, record).items():
        apply_value(wanted, name, change[1])
    fields = changes_between(file_state, wanted, record)
    as_it_was = stood.get(path)
    if as_it_was is None or _state_in(as_it_was, path, record) != wanted:
        as_it_was = patch(source, path, build_edits(fields, record), layout.KEY_ORDER[located.of])
    session.files.write(path, as_it_was)
    return [f"{name} {shown(a)} → {shown(b)}" for name, (a, b) in fields.items()]


def _state_in(source: bytes, path: str, record: type[msgspec.Struct]) -> State:
    return build_state(build_document(read_typed(source, path, record)), record)
