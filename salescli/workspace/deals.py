"""One deal or lead, read from its two files and changed in them: facts patched, events appended."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from salescli.model.activities import build_activities
from salescli.model.chronology import check_time, choose_instant
from salescli.model.conversion import build_document
from salescli.model.errors import Damaged, Gathered, Refused, finding
from salescli.model.events import Event, Json, last_stage_event, live_events, stage_of_history
from salescli.model.facts import State, build_state, fold
from salescli.model.records import RECORD_TYPES, Lead, Opportunity
from salescli.model.runs import running_run
from salescli.store import layout
from salescli.store.codec import format_event_line, read_history, read_typed
from salescli.store.patch import patch
from salescli.store.recognise import recognise, rewrite_known, rewrite_plain, write_plain
from salescli.store.texts import build_edits, format_state
from salescli.workspace.session import Session

F = TypeVar("F", Opportunity, Lead)


class LoadedRecord(msgspec.Struct, Generic[F], frozen=True):
    """A deal or lead as its files say: `state` is that of the facts, `live` what counts.

    `is_plain`: `source` is, byte for byte, what `write_plain` makes of `state`.
    """

    id: str
    directory: str
    source: bytes
    facts: F
    events: Sequence[Event]
    live: Sequence[Event]
    state: State
    kind: str = "opportunity"
    is_plain: bool = False

    @property
    def path(self) -> str:
        """Where the facts stand."""
        return layout.record_file(self.kind, self.directory)

    @property
    def history_path(self) -> str:
        """Where the events stand."""
        return f"{self.directory}/{layout.HISTORY}"


LoadedDeal = LoadedRecord[Opportunity]
LoadedLead = LoadedRecord[Lead]
Loaded = LoadedDeal | LoadedLead


def load_deal(session: Session, directory: str) -> LoadedDeal:
    """Read a deal's two files; raises `Damaged` with all that is wrong in either."""
    return _load(session, "opportunity", directory, Opportunity)


def load_lead(session: Session, directory: str) -> LoadedLead:
    """Read a lead's two files; raises `Damaged` with all that is wrong in either."""
    return _load(session, "lead", directory, Lead)


def _load(session: Session, kind: str, directory: str, record: type[F]) -> LoadedRecord[F]:
    path = layout.record_file(kind, directory)
    history_path = f"{directory}/{layout.HISTORY}"
    source, history = session.read_required(path), session.read_required(history_path)
    if session.last_loaded is not None and session.last_loaded[0] == (path, source, history):
        known: LoadedRecord[F] = session.last_loaded[1]
        return known
    found = _read(kind, directory, source, history, record)
    session.last_loaded = ((path, source, history), found)
    return found


def _read(
    kind: str, directory: str, source: bytes, history: bytes, record: type[F]
) -> LoadedRecord[F]:
    path, history_path = layout.record_file(kind, directory), f"{directory}/{layout.HISTORY}"
    record_id = layout.id_in(directory.rpartition("/")[2])
    gathered = Gathered()
    events: list[Event] = []
    with gathered.trying():
        events = read_history(history, history_path)
    live = live_events(events)
    with gathered.trying():
        _refuse_senseless(live, history_path)
    with gathered.trying():
        facts, state, is_plain = _read_facts(source, path, record_id, fold(live), record)
    gathered.raise_all()
    return LoadedRecord(record_id, directory, source, facts, events, live, state, kind, is_plain)


def _read_facts(
    source: bytes, path: str, record_id: str, folded: State, record: type[F]
) -> tuple[F, State, bool]:
    """What the file says, typed, and as a state; whether it was recognised, so not read."""
    known = recognise(source, record_id, folded, record)
    if known is not None:
        return known[1], folded, True
    facts = read_typed(source, path, record)
    if facts.id != record_id:
        raise Damaged(
            finding(
                "wrong-id",
                f"{path} has the id {facts.id}, its directory another",
                hint="put the directory's id back into the file",
            )
        )
    return facts, build_state(build_document(facts), record), False


def _refuse_senseless(live: Sequence[Event], path: str) -> None:
    """Raise `Damaged` for events that are well-formed one by one and make no sense together."""
    try:
        build_activities(live)
    except ValueError as error:
        raise Damaged(
            finding(
                "history-makes-no-record",
                f"{path}: the events don't make a record: {error}",
                hint="salescli check shows the line",
            )
        ) from error


def event_head(
    session: Session,
    deal: Loaded | None,
    after: Sequence[Event] = (),
    *,
    is_following: bool = False,
) -> Any:
    """The five keys and `logged`, `via`, `key` that a new event of this command has, as a mapping.

    The idempotency key goes to the first event of a command alone.

    `after` are events of the same command that come before it: it lies before none of them. Nor,
    where a process goes on by itself after something that is dated back, before the last stage
    event or the start of its run.
    """
    known = [*(deal.events if deal else ()), *after]
    live = [*(deal.live if deal else ()), *after]
    at = choose_instant(session.at, session.calendar, session.now, live)
    at = max([at, *(event.at for event in after)])
    if is_following:
        last, run = last_stage_event(live), running_run(live)
        at = max(at, last.at if last else at, run.started_at if run else at)
    head: dict[str, Any] = {
        "id": session.new_id("h"),
        "seq": max((event.seq for event in known), default=0) + 1,
        "at": at,
        "by": session.actor,
    }
    if at != session.now:
        head["logged"] = session.now
    if session.via:
        head["via"] = session.via
    if session.key is not None:
        head["key"], session.key = session.key, None
    return head


def stage_event(session: Session, deal: Loaded, event: Event) -> None:
    """Append an event to a deal's history; raises `Refused` if it may not lie there."""
    Refused.raise_if(check_time(event, deal.live, session.calendar))
    session.files.append(deal.history_path, format_event_line(event))


def stage_fields(session: Session, deal: Loaded, fields: Mapping[str, Sequence[Json]]) -> None:
    """Put {path: [before, after]} into a deal's facts, every other line as it was."""
    source = session.read_required(deal.path)
    session.files.write(deal.path, patch_record(deal, source, fields))


def patch_record(deal: Loaded, source: bytes, fields: Mapping[str, Sequence[Json]]) -> bytes:
    """`source`, a text of the deal's facts, with {path: [before, after]} put in."""
    record = RECORD_TYPES[deal.kind]
    if deal.is_plain and source == deal.source:
        written = rewrite_known(deal.id, deal.state, fields, record)
    else:
        written = rewrite_plain(source, deal.id, deal.state, fields, record)
    if written is not None:
        return written
    return patch(source, deal.path, build_edits(fields, record), layout.KEY_ORDER[deal.kind])


def stage_new_record(session: Session, kind: str, record_id: str, events: Sequence[Event]) -> str:
    """Write a new deal or lead: its facts are what its events say. Returns its directory."""
    state = fold(live_events(events))
    year = session.calendar.day_of(events[0].at).year
    slug = layout.slug_at_birth(kind, str(state["title"]))
    directory = layout.record_directory(kind, year, slug, record_id)
    record = RECORD_TYPES[kind]
    text = write_plain(record_id, state, record) or format_state(record_id, state, record)
    session.files.write(layout.record_file(kind, directory), text)
    lines = b"".join(format_event_line(event) for event in events)
    session.files.write(f"{directory}/{layout.HISTORY}", lines)
    session.born[record_id] = (directory, str(state["title"]))
    return directory


def refuse_unrecorded_stage(record: Loaded) -> None:
    """Raise `Refused` if somebody edited the stage by hand and nothing recorded it."""
    recorded = stage_of_history(record.live)
    if recorded != record.facts.stage:
        raise Refused(
            finding(
                "unrecorded-stage",
                f"the file says {record.facts.stage}, its history {recorded or 'nothing'}",
                hint="salescli check --fix first: it records what was edited by hand",
                field="stage",
            )
        )
