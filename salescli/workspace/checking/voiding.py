"""`check --fix --void EVENT`: an event that counts no more, by its id.

How a wrong event is mended, and a fork that a merge left: a history never loses a line.
"""

from collections.abc import Callable, Iterable

from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.events import STAGE_EVENTS, Created, Event, Voided, kind_of, live_events
from salescli.model.facts import fold
from salescli.model.records import RECORD_TYPES
from salescli.store import layout
from salescli.store.codec import read_history
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.workspace.session import Session
from salescli.workspace.undoing import void_events

Say = Callable[[str, str], None]  # record's directory, words


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
        named = [name for name in wanted if name.encode() in source]
        if not named:
            continue
        with gathered.trying():
            events = read_history(source, path)
            counting = {event.id for event in live_events(events)}
            counting |= {event.id for event in events if isinstance(event, Voided)}
            for event in events:
                if event.id in named:
                    wanted.pop(event.id, None)
                    _refuse_void(event, event.id in counting, gathered)
                    found.setdefault(directory, []).append(event)
    for name in wanted:
        text = f"no history has an event {name}"
        hint = "the finding that it is about names it in full"
        gathered.add(NotFound(finding("voids-nothing", text, hint=hint, field="void")))
    gathered.raise_all()
    for directory, events in found.items():
        void_events(session, f"{directory}/{layout.HISTORY}", events, "mistake")
        if any(isinstance(event, STAGE_EVENTS) for event in events):
            _settle_stage(session, directory)
        say(directory, f"voided {', '.join(f'{kind_of(e)} {e.id}' for e in events)}")


def _settle_stage(session: Session, directory: str) -> None:
    """Let a record stand where its history says: of a fork, the file may have the other side."""
    path = f"{directory}/{layout.HISTORY}"
    located = layout.locate(path)
    assert located is not None
    said = fold(live_events(read_history(session.read_required(path), path))).get("stage")
    file = layout.record_file(located.of, directory)
    source = session.read_required(file)
    edits = build_edits({"stage": [None, said]}, RECORD_TYPES[located.of])
    session.files.write(file, patch(source, file, edits, layout.KEY_ORDER[located.of]))


def _refuse_void(event: Event, is_counting: bool, gathered: Gathered) -> None:
    if not is_counting:
        text = f"{event.id} is voided already"
        gathered.add(Refused(finding("voids-nothing", text, field="void")))
    elif isinstance(event, Created):
        text = f"{event.id} is how the record began: without it there is none"
        hint = "salescli opportunity delete, if it should never have been"
        gathered.add(Refused(finding("begins-the-record", text, hint=hint, field="void")))
