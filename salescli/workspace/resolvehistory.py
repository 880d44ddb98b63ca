"""What the events of a merged record are to say: just what stands in its file.

Owns which events of a fork count no more (format.md section 8), and the one `changed` with the
values that were kept. Knows no file but the two of the record.
"""

from collections.abc import Mapping, Sequence

import msgspec

from salescli.model.errors import Finding, Refused, finding
from salescli.model.events import Changed, Closed, Event, Json, Moved, Reopened
from salescli.model.facts import State, changes_between, fold
from salescli.model.merging import Clash
from salescli.model.records import RECORD_TYPES, Opportunity
from salescli.model.rules import check_locked
from salescli.store import layout
from salescli.workspace.checking.history import Road, check_history, parted_at
from salescli.workspace.checking.recording import copy_state
from salescli.workspace.checking.voiding import void_together
from salescli.workspace.deals import (
    Loaded,
    event_head,
    load_deal,
    load_lead,
    stage_event,
    stage_fields,
)
from salescli.workspace.resolvefiles import WHOLE
from salescli.workspace.running import let_go_by, mend_run
from salescli.workspace.session import Session
from salescli.workspace.undoing import void_events

INTO_NOTHING = "path-into-nothing"
_WAY = " → "
Steps = Moved | Closed | Reopened


class Sides(msgspec.Struct, frozen=True):
    """The ids of the events that each side has and the common commit has not."""

    ours: frozenset[str]
    theirs: frozenset[str]

    @property
    def both(self) -> frozenset[str]:
        """Those of either side."""
        return self.ours | self.theirs


def load(session: Session, kind: str, directory: str) -> Loaded:
    """A deal or lead; raises `Damaged`."""
    return (load_deal if kind == "opportunity" else load_lead)(session, directory)


def settle_history(
    session: Session,
    record: Loaded,
    sides: Sides,
    winner: str,
    taken: Mapping[str, str],
) -> list[str]:
    """Stage what makes file and history of a merged record one; answers in words.

    `winner` is the side whose stage stands in the file, `both` if they agree. `taken` are paths
    that somebody decided. Raises `Refused` where that can't be done by the rules.
    """
    words: list[str] = []
    wanted = copy_state(record.state)
    lost = find_lost(record.live, sides, winner)
    if lost:
        void_events(session, record.history_path, lost, "merge")
        record = load(session, record.kind, record.directory)
        wanted = _with_taken(record, wanted, taken)
        words += [_told_lost(one, session) for one in lost if isinstance(one, Steps)]
    if idle := _find_idle(session, record, sides):
        void_events(session, record.history_path, idle, "merge")
    said = fold(load(session, record.kind, record.directory).live)
    if said.get("stage") != wanted.get("stage"):
        text = f"the file says {wanted.get('stage')}, its history {said.get('stage')}"
        hint = "salescli check names the events of both sides, and what voids them"
        raise Refused(finding("fork", text, hint=hint, field="stage"))
    record = _put_back(session, record, wanted)
    fields = _of_merge(record, wanted, sides)
    if locked := _locked(session, record, fields):
        # A closed deal takes no change of them: what was said beside the close counts no more.
        beside = _said_beside(record, locked, sides, winner)
        if beside:
            void_events(session, record.history_path, beside, "merge")
            record = _put_back(session, record, wanted)
            fields = _of_merge(record, wanted, sides)
        Refused.raise_if(_locked(session, record, fields))
    if fields:
        event = Changed(**event_head(session, record), fields=fields)
        stage_event(session, record, event)
    if lost and record.kind == "opportunity":
        mend_run(session, load_deal(session, record.directory))
    return words


def find_lost(live: Sequence[Event], sides: Sides, winner: str) -> list[Event]:
    """The events of a fork that count no more: the steps of the side that lost, and what they let
    go of. Nothing where one side alone moved.

    Where both stand at one stage, the side that came there later loses.
    """
    steps = [event for event in live if isinstance(event, Steps)]
    ours = [event for event in steps if event.id in sides.ours]
    theirs = [event for event in steps if event.id in sides.theirs]
    if not ours or not theirs:
        return []
    if winner == "both":
        winner = "ours" if live.index(ours[-1]) < live.index(theirs[-1]) else "theirs"
    if winner not in ("ours", "theirs"):
        return []
    lost, ids = (theirs, sides.theirs) if winner == "ours" else (ours, sides.ours)
    return [*lost, *(event for event in let_go_by(live, lost) if event.id in ids)]


def find_apart(live: Sequence[Event], sides: Sides) -> Clash | None:
    """The stages to which both sides moved a record, where the file alone can't say whose holds.

    One side went there and back: its file is as before, so that the other's merged without a
    clash; or both came to one stage, on two ways, of which the history can keep one. Nobody has
    decided then. None where both went one way, or where the files clashed.
    """
    steps = [event for event in live if isinstance(event, Steps)]
    ours = [event for event in steps if event.id in sides.ours]
    theirs = [event for event in steps if event.id in sides.theirs]
    if not ours or not theirs:
        return None
    before, ends = ours[0].from_, (ours[-1].to, theirs[-1].to)
    if ends[0] != ends[1]:
        return Clash(before, *ends) if before in ends else None
    ways = [[before, *(event.to for event in side)] for side in (ours, theirs)]
    return None if ways[0] == ways[1] else Clash(before, *map(_WAY.join, ways))


def give_way(session: Session, record: Loaded, sides: Sides, winner: str) -> list[str]:
    """Stage that the steps of the side that lost count no more, and the file with what is left.

    For sides that stand apart: the file may be of either. Answers in words.
    """
    lost = find_lost(record.live, sides, winner)
    void_together(session, record.directory, lost, "merge")
    if record.kind == "opportunity":
        mend_run(session, load_deal(session, record.directory))
    return [_told_lost(one, session) for one in lost if isinstance(one, Steps)]


def walk(session: Session, record: Loaded) -> Road:
    """The way of a record through its events, and what is wrong on it."""
    is_lead = record.kind == "lead"
    return check_history(record.events, session.now, session.calendar, is_lead)


def may_contradict(live: Sequence[Event]) -> bool:
    """Whether events of two sides may contradict each other: a look at those since they parted.

    A walk costs ten times as much, and most merges have neither steps nor changes of items.
    """
    parted = parted_at(live)
    return parted is not None and any(
        isinstance(event, Steps)
        or (isinstance(event, Changed) and any(path.count("/") > 1 for path in event.fields))
        for event in live
        if event.seq >= parted
    )


def _find_idle(session: Session, record: Loaded, sides: Sides) -> list[Event]:
    """The changes of one side in items that the other took out: they do nothing any more."""
    found = {name for name, entry in walk(session, record).found if entry.code == INTO_NOTHING}
    return [
        event
        for event in record.live
        if event.id in found & sides.both and isinstance(event, Changed)
    ]


def _with_taken(record: Loaded, before: State, taken: Mapping[str, str]) -> State:
    """The facts without the lost side's, but for what somebody decided about itself."""
    if WHOLE in taken:
        return copy_state(before)
    wanted = copy_state(record.state)
    for path in taken:
        top = path.partition("/")[0]
        if top != "stage" and top in before:
            wanted[top] = before[top]
        elif top != "stage":
            wanted.pop(top, None)
    return wanted


def _put_back(session: Session, record: Loaded, wanted: State) -> Loaded:
    """The record with the facts that are wanted."""
    record = load(session, record.kind, record.directory)
    fields = changes_between(record.state, wanted, RECORD_TYPES[record.kind])
    if not fields:
        return record
    stage_fields(session, record, fields)
    return load(session, record.kind, record.directory)


def _of_merge(record: Loaded, wanted: State, sides: Sides) -> dict[str, list[Json]]:
    """The changes that the merge made: what was edited by hand before it is no business of it."""
    touched = [
        path
        for event in record.events
        if event.id in sides.both
        for path in getattr(event, "fields", None) or ()
    ]
    fields = changes_between(fold(record.live), wanted, RECORD_TYPES[record.kind])
    return {
        path: change
        for path, change in fields.items()
        if any(
            f"{one}/".startswith(f"{path}/") or f"{path}/".startswith(f"{one}/") for one in touched
        )
    }


def _locked(session: Session, record: Loaded, fields: Mapping[str, object]) -> list[Finding]:
    """What a closed deal doesn't take of a change."""
    if not isinstance(record.facts, Opportunity):
        return []
    definition = session.process(record.facts.process)
    return check_locked(definition, record.facts.stage, fields, session.short(record.id))


def _said_beside(
    record: Loaded, locked: Sequence[Finding], sides: Sides, winner: str
) -> list[Event]:
    """The changes of locked fields on the side that didn't close the deal."""
    names = {found.field for found in locked}
    ids = sides.theirs if winner == "ours" else sides.ours if winner == "theirs" else frozenset()
    return [
        event
        for event in record.live
        if event.id in ids
        and isinstance(event, Changed)
        and names & {path.partition("/")[0] for path in event.fields}
    ]


def _told_lost(event: Steps, session: Session) -> str:
    moment = session.calendar.format_local(event.at)
    return f"the step of {event.by} to {event.to} of {moment} is voided"


def history_path(directory: str) -> str:
    """Where the events of a deal or lead stand."""
    return f"{directory}/{layout.HISTORY}"
