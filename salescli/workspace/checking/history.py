"""Checks of a record's events: their order, the road through the stages, what they point at.

What leads out of a fork is said by `checking.forks`.

Pure: events in, (event id, finding) out; whoever has the lines adds the places. Order and what
counts come from `model.events`; the rules stand in format.md sections 2, 6, 7 and 8.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from salescli.model.calendar import Calendar, format_instant
from salescli.model.chronology import SLACK, check_time, is_of_process
from salescli.model.errors import Finding, finding
from salescli.model.events import (
    STAGE_EVENTS,
    Asked,
    Cancelled,
    Changed,
    Closed,
    Created,
    Decided,
    Done,
    Event,
    Moved,
    Planned,
    Posted,
    Reopened,
    Replanned,
    StageEvent,
    Started,
    Voided,
    live_events,
)
from salescli.model.facts import State, apply_value
from salescli.model.ids import is_born_id
from salescli.model.rules import LOCKED_WHEN_CLOSED
from salescli.model.years import FIRST_YEAR, TOO_EARLY

Of = tuple[str, Finding]


class Road(msgspec.Struct, frozen=True):
    """What live events in fold order amount to, and what is wrong on the way.

    `twins`: whether two of them have one `seq`, the trace of a merge.
    """

    live: Sequence[Event]
    state: State
    stage: str
    twins: bool
    found: tuple[Of, ...]

    @property
    def is_born(self) -> bool:
        """Whether the history says how the record began; without it, it says nothing of facts."""
        return bool(self.live) and isinstance(self.live[0], Created)

    @property
    def is_forked(self) -> bool:
        """Whether stage events contradict each other."""
        return any(entry.code == "fork" for _, entry in self.found)


def check_history(
    events: Sequence[Event], now: datetime, calendar: Calendar, is_lead: bool = False
) -> Road:
    """Walk a record's events once; everything that needs neither files nor catalogues."""
    live = live_events(events)
    state: State = {}
    found = [*_check_each(events, now), *_check_voided(events), *_check_creation(live)]
    found += _check_inner(live)
    marks: list[Event] = []  # creation, stage events and starts so far: all chronology looks at
    twins = len({event.seq for event in live}) < len(live)
    stage = ""
    closed = False
    for event in live:
        if isinstance(event, STAGE_EVENTS):
            found += _check_step(event, marks, stage, calendar)
            stage = stage_after(event)
            closed = isinstance(event, Closed) if not is_lead else False
            marks.append(event)
        elif isinstance(event, Changed):
            found += _check_time(event, marks, twins, calendar)
            if closed:
                found += _check_locked(event)
        elif is_of_process(event):
            found += _check_time(event, marks, twins, calendar)
            marks += [event] if isinstance(event, Started) else []
        found += _fold_in(state, event)
    return Road(live, state, stage, twins, tuple(found))


def parted_at(live: Iterable[Event]) -> int | None:
    """The first `seq` that two events have: from there on two branches wrote beside each other."""
    counts = Counter(event.seq for event in live)
    return min((seq for seq, count in counts.items() if count > 1), default=None)


def stage_after(event: StageEvent) -> str:
    """The stage that a stage event leads to."""
    return str(event.fields.get("stage", "")) if isinstance(event, Created) else event.to


def _check_each(events: Sequence[Event], now: datetime) -> Iterator[Of]:
    for event in events:
        if not is_born_id(event.id, "h"):
            text = f"{event.id!r} is no id of an event: h- and 10 characters"
            yield event.id, finding("bad-id", text)
        if event.at.year < FIRST_YEAR:
            text = f"at: {format_instant(event.at)} {TOO_EARLY}"
            hint = "write the year in full, here and in the event's other times"
            yield event.id, finding("bad-event-value", text, hint=hint, field="at")
        if event.at > now + SLACK:
            text = f"{format_instant(event.at)} lies in the future; now it is {format_instant(now)}"
            yield event.id, finding("in-the-future", text, field="at", warning=True)
        if isinstance(event, Moved | Closed | Reopened) and event.to == event.from_:
            text = f"it leads from {event.to} to itself"
            yield event.id, finding("fork", text, field="to")


_NOT_VOIDED = "name an earlier event, or delete the line"


def _check_voided(events: Sequence[Event]) -> Iterator[Of]:
    seqs = {event.id: event.seq for event in events}
    for event in events:
        if not isinstance(event, Voided):
            continue
        for name in event.events:
            if name not in seqs:
                text = f"it voids {name}, which is no event of this history"
                yield event.id, finding("voids-nothing", text, hint=_NOT_VOIDED, field="events")
            elif seqs[name] >= event.seq:
                text = f"it voids {name}, which has no lower seq, so that one counts all the same"
                yield event.id, finding("voids-nothing", text, hint=_NOT_VOIDED, field="events")


def _check_creation(live: Sequence[Event]) -> Iterator[Of]:
    births = [event for event in live if isinstance(event, Created)]
    if not live or not isinstance(live[0], Created):
        text = "a history begins with a created event, this one does not"
        hint = "git log -p shows the line that is gone: put it back as the first"
        yield live[0].id if live else "", finding("no-creation", text, hint=hint)
    for event in births[1:] if live and isinstance(live[0], Created) else ():
        text = f"the record was created already, by {births[0].id}"
        hint = void_line(event.id)
        yield event.id, finding("created-twice", text, hint=hint)


def _check_step(
    event: StageEvent, marks: Sequence[Event], stage: str, calendar: Calendar
) -> Iterator[Of]:
    if not marks or isinstance(event, Created):
        return
    last = next((one for one in reversed(marks) if isinstance(one, STAGE_EVENTS)), marks[-1])
    text = f"a fork: {event.by} {_led(event)} on {calendar.format_local(event.at)}"
    brought = f"{last.by} brought it there on {calendar.format_local(last.at)}"
    if event.from_ != stage:
        text += f", when it stood at {stage}: {brought}"
        yield event.id, finding("fork", text, field="from")
    elif event.at < last.at:
        text += f", before it stood at {stage}: {brought}"
        yield event.id, finding("fork", text, field="at")


def _check_time(
    event: Event, marks: Sequence[Event], twins: bool, calendar: Calendar
) -> Iterator[Of]:
    """Whether an event lies too early; of the stage events on the other branch nobody knows."""
    known = [one for one in marks if isinstance(one, Created | Started) or not twins]
    for entry in check_time(event, known, calendar):
        hint = f"write a later at into this line, or {void_line(event.id)}"
        yield event.id, msgspec.structs.replace(entry, hint=hint)


def _led(event: Moved | Closed | Reopened) -> str:
    """What somebody did with the stage."""
    if isinstance(event, Closed):
        return f"closed it as {event.to} from {event.from_}"
    verb = "reopened it from" if isinstance(event, Reopened) else "moved it from"
    return f"{verb} {event.from_} to {event.to}"


def void_line(*names: str) -> str:
    """The command after which events count no more."""
    return "salescli check --fix " + " ".join(f"--void {name}" for name in names)


def _check_locked(event: Changed) -> Iterator[Of]:
    for name in dict.fromkeys(path.partition("/")[0] for path in event.fields):
        if name in LOCKED_WHEN_CLOSED:
            text = f"{name} was changed after the deal was closed"
            hint = void_line(event.id)
            yield event.id, finding("locked-change", text, hint=hint, field=name)


def _fold_in(state: State, event: Event) -> Iterator[Of]:
    """Apply an event to a state, as `model.facts.fold` does, and tell paths that lead nowhere."""
    if isinstance(event, Created):
        for path, value in event.fields.items():
            apply_value(state, path, value)
        return
    to = getattr(event, "to", None)
    if isinstance(to, str):
        state["stage"] = to
    fields = getattr(event, "fields", None)
    if not fields or isinstance(event, Replanned):
        return
    for path, change in fields.items():
        top, _, rest = path.partition("/")
        if "/" in rest and rest.partition("/")[0] not in _items(state, top):
            text = f"{path} leads into an item that is not there: it does nothing"
            hint = f"another branch took the item out: {void_line(event.id)}"
            yield event.id, finding("path-into-nothing", text, hint=hint, field=top)
        apply_value(state, path, change[1])


def _items(state: State, top: str) -> Mapping[str, object]:
    items = state.get(top)
    return items if isinstance(items, dict) else {}


def _check_inner(live: Sequence[Event]) -> Iterator[Of]:
    """Activities, approvals and posts that nothing began."""
    planned: set[str] = set()
    asked: set[str] = set()
    posts = {event.post for event in live if isinstance(event, Posted)}
    for event in live:
        if isinstance(event, Planned):
            planned.add(event.activity)
        elif isinstance(event, Asked):
            asked.add(event.approval)
        elif isinstance(event, Replanned | Cancelled) and event.activity not in planned:
            yield event.id, _of_nothing(event, f"activity {event.activity} was never planned")
        elif isinstance(event, Done) and event.activity not in planned:
            planned.add(event.activity)
            if event.type is None or event.title is None or event.owner is None:
                text = f"activity {event.activity} was never planned, nor says what it was"
                yield event.id, _of_nothing(event, text)
        elif isinstance(event, Decided) and event.approval not in asked:
            yield event.id, _of_nothing(event, f"approval {event.approval} was never asked for")
        elif isinstance(event, Posted) and event.reply_to and event.reply_to not in posts:
            yield event.id, _of_nothing(event, f"there is no post {event.reply_to} to reply to")


def _of_nothing(event: Event, text: str) -> Finding:
    hint = f"bring back the one before, or {void_line(event.id)}"
    return finding("event-of-nothing", text, hint=hint)


def last_closing(live: Sequence[Event]) -> Closed | None:
    """The closing that a closed deal stands on."""
    for event in reversed(live):
        if isinstance(event, Closed):
            return event
        if isinstance(event, STAGE_EVENTS):
            return None
    return None
