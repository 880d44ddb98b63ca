"""`check --fix --void EVENT`: an event that counts no more, by its id.

How a wrong event is mended, and a fork that a merge left: a history never loses a line.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.events import (
    STAGE_EVENTS,
    Changed,
    Created,
    Event,
    Json,
    Voided,
    kind_of,
    live_events,
)
from salescli.model.facts import State, build_state, changes_between, fold
from salescli.model.records import RECORD_TYPES
from salescli.model.rules import LOCKED_WHEN_CLOSED
from salescli.store import layout
from salescli.store.codec import format_event_line, read_history, read_typed
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.workspace.checking.activityforks import check_activity_forks
from salescli.workspace.checking.forks import what_stays
from salescli.workspace.checking.history import check_history, last_closing, parted_at
from salescli.workspace.checking.lines import rename_event
from salescli.workspace.running import let_go_by
from salescli.workspace.session import Session
from salescli.workspace.undoing import void_events

Say = Callable[[str, str], None]  # record's directory, words
# What branches that contradict each other leave in a history.
_OF_MERGES = frozenset({"fork", "locked-change", "path-into-nothing"})


def void_named(
    session: Session, directories: Iterable[str], names: Iterable[str], say: Say
) -> None:
    """Stage a `voided` for each history that has any of the events; raises every fault together.

    Raises `NotFound` for ids of no event, `Refused` for what can't be voided.
    """
    wanted = dict.fromkeys(names)
    gathered = Gathered()
    found: dict[str, list[Event]] = {}
    for directory in directories if wanted else ():
        path = f"{directory}/{layout.HISTORY}"
        source = session.files.read(path) or b""
        named = [name for name in wanted if name.partition(":")[0].encode() in source]
        if not named:
            continue
        with gathered.trying():
            ids = _ids_of(session, path, named)
            events = read_history(session.read_required(path), path)
            counting = {event.id for event in live_events(events)}
            counting |= {event.id for event in events if isinstance(event, Voided)}
            first = next((one.id for one in live_events(events) if isinstance(one, Created)), "")
            for event in events:
                if event.id in ids:
                    wanted.pop(ids[event.id], None)
                    begins = event.id == first and ids[event.id] == event.id
                    _refuse_void(event, event.id in counting, gathered, begins=begins)
                    found.setdefault(directory, []).append(event)
    for name in wanted:
        text = f"no history has an event {name}"
        hint = "the finding that it is about names it in full"
        gathered.add(NotFound(finding("voids-nothing", text, hint=hint, field="void")))
    gathered.raise_all()
    for directory, events in found.items():
        kept = void_together(session, directory, events, _why(session, directory, events))
        told = f"voided {', '.join(f'{kind_of(e)} {e.id}' for e in events)}"
        say(directory, f"{told}; what it says of {', '.join(kept)} stays" if kept else told)


def _why(session: Session, directory: str, events: Iterable[Event]) -> str:
    """`merge` for events that branches made beside each other, where they contradict each other."""
    path = f"{directory}/{layout.HISTORY}"
    located = layout.locate(path)
    is_lead = located is not None and located.of == "lead"
    known = read_history(session.read_required(path), path)
    road = check_history(known, session.now, session.calendar, is_lead)
    parted = parted_at(road.live)
    is_wrong = any(entry.code in _OF_MERGES for _, entry in road.found)
    is_wrong = is_wrong or any(check_activity_forks(road.live, session.calendar))
    is_beside = parted is not None and all(event.seq >= parted for event in events)
    return "merge" if is_wrong and is_beside else "mistake"


def _ids_of(session: Session, path: str, names: Iterable[str]) -> dict[str, str]:
    """The ids of the events that are meant, with how each was named.

    `h-7n4t8x1w0q:3` is the event of that id in line 3: of two lines with one id, one gets an id of
    its own, so that it can be voided.
    """
    source = session.read_required(path)
    ids: dict[str, str] = {}
    for name in names:
        old, colon, number = name.partition(":")
        new = session.new_id("h") if colon else old
        changed = rename_event(source, int(number), old, new) if number.isdecimal() else source
        if changed is not None and (changed != source or not colon):
            ids[new], source = name, changed
    if source != session.read_required(path):
        session.files.write(path, source)
    return ids


def void_together(
    session: Session, directory: str, events: Sequence[Event], why: str
) -> tuple[str, ...]:
    """Stage a `voided` of events of one record, with the steps of the process they let go of.

    What else a change says that counts no more for what a closed deal locks is said again, in a
    `changed` of its own; answers the paths of that.

    Where stage events are among them, the file then says of their fields what the history does,
    and of a closed deal all that it locks: of a fork, the file may have the other side.
    """
    path = f"{directory}/{layout.HISTORY}"
    live = live_events(read_history(session.read_required(path), path))
    steps = [event for event in events if isinstance(event, STAGE_EVENTS)]
    known = {event.id for event in events}
    more = [event for event in let_go_by(live, steps) if event.id not in known]
    stays = what_stays(live, known)
    stood = _state_of(session, directory)
    void_events(session, path, [*events, *more], why)
    if steps:
        _settle_facts(session, directory, steps)
    if stays:
        _say_again(session, directory, stays, stood)
    return tuple(stays)


def _say_again(
    session: Session, directory: str, fields: Mapping[str, list[Json]], stood: State
) -> None:
    """Stage the one `changed` with these fields; the file says of them what it said."""
    path = f"{directory}/{layout.HISTORY}"
    known = read_history(session.read_required(path), path)
    event = Changed(
        id=session.new_id("h"),
        seq=max(event.seq for event in known) + 1,
        at=max(session.now, *(event.at for event in known)),
        by=session.actor,
        fields=dict(fields),
        via=session.via,
    )
    session.files.append(path, format_event_line(event))
    state = _state_of(session, directory)
    tops = {name.partition("/")[0] for name in fields}
    wanted = {name: value for name, value in state.items() if name not in tops}
    wanted |= {name: stood[name] for name in tops if name in stood}
    _write_facts(session, directory, state, wanted)


def _state_of(session: Session, directory: str) -> State:
    """What the file of a record says, as it is staged."""
    located = layout.locate(f"{directory}/{layout.HISTORY}")
    assert located is not None
    file, record = layout.record_file(located.of, directory), RECORD_TYPES[located.of]
    typed = read_typed(session.read_required(file), file, record)
    return build_state(build_document(typed), record)


def _settle_facts(session: Session, directory: str, lost: Iterable[Event]) -> None:
    path = f"{directory}/{layout.HISTORY}"
    live = live_events(read_history(session.read_required(path), path))
    said = fold(live)
    names = {"stage"}
    for event in lost:
        names |= {one.partition("/")[0] for one in getattr(event, "fields", None) or ()}
    names |= set(LOCKED_WHEN_CLOSED) if last_closing(live) is not None else set()
    state = _state_of(session, directory)
    wanted = {name: value for name, value in state.items() if name not in names}
    wanted |= {name: said[name] for name in names if name in said}
    _write_facts(session, directory, state, wanted)


def _write_facts(session: Session, directory: str, state: State, wanted: State) -> None:
    """Stage the file of a record with what is wanted, every other line as it was."""
    located = layout.locate(f"{directory}/{layout.HISTORY}")
    assert located is not None
    file, record = layout.record_file(located.of, directory), RECORD_TYPES[located.of]
    edits = build_edits(changes_between(state, wanted, record), record)
    source = session.read_required(file)
    session.files.write(file, patch(source, file, edits, layout.KEY_ORDER[located.of]))


def _refuse_void(event: Event, is_counting: bool, gathered: Gathered, *, begins: bool) -> None:
    if not is_counting:
        text = f"{event.id} is voided already"
        gathered.add(Refused(finding("voids-nothing", text, field="void")))
    elif begins:
        text = f"{event.id} is how the record began: without it there is none"
        hint = "salescli opportunity delete, if it should never have been"
        gathered.add(Refused(finding("begins-the-record", text, hint=hint, field="void")))
