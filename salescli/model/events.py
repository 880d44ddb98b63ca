"""Events: what happened to a deal or lead, one struct a kind (format.md section 7).

Order of attributes = order of keys on disk, between the five that come first and the four that
come last. Events are never changed; `voided` says that some never counted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

# A value inside an event: text, whole number, yes/no, list of words, an item's mapping, nothing.
Json = str | int | bool | None | list[Any] | dict[str, Any]
# [before, after]; a list and not a tuple, since that is what msgspec and YAML both give.
Change = Annotated[list[Json], msgspec.Meta(min_length=2, max_length=2)]
# An instant without `Z` or an offset would be no point in time, and can't be compared with one.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
FIRST_KEYS = ("id", "seq", "at", "by")
LAST_KEYS = ("note", "logged", "via", "key")


class BaseEvent(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True, gc=False
):
    """What every event has. `at` is when it happened, `logged` when it was written."""

    id: str
    seq: Annotated[int, msgspec.Meta(ge=1)]
    at: Instant
    by: str
    note: str | None = None
    logged: Instant | None = None
    via: str | None = None
    key: str | None = None


class Created(BaseEvent, frozen=True, kw_only=True, tag="created"):
    """The record begins; `fields` holds the first values alone."""

    from_lead: str | None = None
    continues: str | None = None
    fields: dict[str, Json]


class Changed(BaseEvent, frozen=True, kw_only=True, tag="changed"):
    """Sets fields: path → [before, after]."""

    fields: dict[str, Change]


class Moved(BaseEvent, frozen=True, kw_only=True, tag="moved"):
    """Open stage → open stage. `undone` is present exactly when it goes back."""

    from_: str = msgspec.field(name="from")
    to: str
    skipped: list[str] = []
    undone: list[str] = []
    forced: str | None = None
    fields: dict[str, Change] = {}


class Closed(BaseEvent, frozen=True, kw_only=True, tag="closed"):
    """Open stage → final stage; `fields` always has `close_date`."""

    from_: str = msgspec.field(name="from")
    to: str
    skipped: list[str] = []
    forced: str | None = None
    fields: dict[str, Change] = {}


class Reopened(BaseEvent, frozen=True, kw_only=True, tag="reopened"):
    """Final stage → open stage."""

    from_: str = msgspec.field(name="from")
    to: str
    undone: list[str] = []
    reason: str
    fields: dict[str, Change] = {}


class Repeated(BaseEvent, frozen=True, kw_only=True, tag="repeated"):
    """Same visit, the first steps again."""

    stage: str


class Planned(BaseEvent, frozen=True, kw_only=True, tag="planned"):
    """An open activity; `step` = made by the process."""

    activity: str
    type: str
    title: str
    owner: str
    start: Instant | None = None
    minutes: int | None = None
    remind: int | None = None
    people: list[str] = []
    results: list[str] = []
    step: str | None = None
    run: str | None = None


class Replanned(BaseEvent, frozen=True, kw_only=True, tag="replanned"):
    """Changes an open activity: name → [before, after]."""

    activity: str
    fields: dict[str, Change] = {}


class Done(BaseEvent, frozen=True, kw_only=True, tag="done"):
    """An activity is done; type, title, owner if it was never planned."""

    activity: str
    result: str
    minutes: int | None = None
    type: str | None = None
    title: str | None = None
    owner: str | None = None
    start: Instant | None = None


class Cancelled(BaseEvent, frozen=True, kw_only=True, tag="cancelled"):
    """An activity won't be; with a result it takes the step's route."""

    activity: str
    result: str | None = None


class Worked(BaseEvent, frozen=True, kw_only=True, tag="worked"):
    """Hours by hand."""

    person: str
    minutes: int


class Noted(BaseEvent, frozen=True, kw_only=True, tag="noted"):
    """A note."""

    text: str


class Posted(BaseEvent, frozen=True, kw_only=True, tag="posted"):
    """A post or reply in the feed."""

    post: str
    reply_to: str | None = None
    text: str
    mentions: list[str] = []


class Mailed(BaseEvent, frozen=True, kw_only=True, tag="mailed"):
    """A mail in or out; text and attachments are files. Without a Message-ID: `sha256:…` of it."""

    mail: str
    message_id: str | None = None
    direction: str
    from_: str = msgspec.field(name="from")
    to: list[str] = []
    cc: list[str] = []
    subject: str = ""
    excerpt: str = ""
    file: str | None = None
    attachments: list[str] = []


class Attached(BaseEvent, frozen=True, kw_only=True, tag="attached"):
    """A file inside the deal's directory, or a link."""

    file: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    url: str | None = None
    title: str | None = None


class Proposed(BaseEvent, frozen=True, kw_only=True, tag="proposed"):
    """A proposal; later events of the same one overwrite what they name."""

    proposal: str
    number: str | None = None
    version: int | None = None
    state: str
    amount: str | None = None
    file: str | None = None


class Asked(BaseEvent, frozen=True, kw_only=True, tag="asked"):
    """An approval is asked for."""

    approval: str
    of: list[str]
    subject: str
    step: str | None = None


class Decided(BaseEvent, frozen=True, kw_only=True, tag="decided"):
    """An approval is decided."""

    approval: str
    decision: str


class Started(BaseEvent, frozen=True, kw_only=True, tag="started"):
    """The process runs."""

    run: str


class Stopped(BaseEvent, frozen=True, kw_only=True, tag="stopped"):
    """The process runs no more; `end` where it came to its end."""

    run: str
    why: str


class Reserved(BaseEvent, frozen=True, kw_only=True, tag="reserved"):
    """A unit is reserved."""

    unit: str
    until: str | None = None


class Released(BaseEvent, frozen=True, kw_only=True, tag="released"):
    """A unit is free again."""

    unit: str
    why: str


class Voided(BaseEvent, frozen=True, kw_only=True, tag="voided"):
    """The named events count as never written, for every day."""

    events: list[str]
    why: str


Event = (
    Created
    | Changed
    | Moved
    | Closed
    | Reopened
    | Repeated
    | Planned
    | Replanned
    | Done
    | Cancelled
    | Worked
    | Noted
    | Posted
    | Mailed
    | Attached
    | Proposed
    | Asked
    | Decided
    | Started
    | Stopped
    | Reserved
    | Released
    | Voided
)
StageEvent = Created | Moved | Closed | Reopened
STAGE_EVENTS = (Created, Moved, Closed, Reopened)
EVENT_TYPES: tuple[type[BaseEvent], ...] = Event.__args__


def kind_of(event: BaseEvent) -> str:
    """The event's kind as it stands on disk."""
    return str(type(event).__struct_config__.tag)


def own_keys(kind: type[BaseEvent]) -> tuple[str, ...]:
    """A kind's own keys, in the order in which they are written."""
    shared = {*FIRST_KEYS, *LAST_KEYS}
    names = (info.encode_name for info in msgspec.structs.fields(kind))
    return tuple(name for name in names if name not in shared)


def sort_events(events: Iterable[Event]) -> list[Event]:
    """Fold order: (`seq`, `at`, `id`)."""
    return sorted(events, key=lambda event: (event.seq, event.at, event.id))


def live_events(events: Iterable[Event], until: datetime | None = None) -> list[Event]:
    """The events that count, in fold order; with `until`, those with `at` not later.

    What is voided is left out first, for every day; a `voided` counts for events with a lower
    `seq` only, and not if it is itself voided (format.md section 2, "Time").
    """
    ordered = sort_events(events)
    dead = _dead(ordered)
    return [
        event
        for event in ordered
        if not isinstance(event, Voided)
        and event.seq >= dead.get(event.id, 0)
        and (until is None or event.at <= until)
    ]


def _dead(ordered: Sequence[Event]) -> dict[str, int]:
    """Event id → seq of the last voided that names it and counts itself."""
    dead: dict[str, int] = {}
    for event in reversed(ordered):
        if isinstance(event, Voided) and event.seq >= dead.get(event.id, 0):
            for name in event.events:
                dead[name] = max(dead.get(name, 0), event.seq)
    return dead


def counting_ids(events: Iterable[Event]) -> frozenset[str]:
    """Ids of the events that nothing takes back, the voidings that hold among them."""
    ordered = sort_events(events)
    dead = _dead(ordered)
    return frozenset(event.id for event in ordered if event.seq >= dead.get(event.id, 0))


def last_stage_event(events: Sequence[Event]) -> StageEvent | None:
    """The last of the stage events among `events`, which are live and in fold order."""
    for event in reversed(events):
        if isinstance(event, STAGE_EVENTS):
            return event
    return None


def stage_of_history(live: Sequence[Event]) -> str:
    """The stage that live events in fold order end in; empty where none says one."""
    last = last_stage_event(live)
    if last is None:
        return ""
    return str(last.fields.get("stage", "")) if isinstance(last, Created) else last.to
