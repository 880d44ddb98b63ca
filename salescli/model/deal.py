"""What figures and lists need of one deal, small enough to be read by the hundred thousand.

Pure: a `Deal` is made of a state and live events, wherever these come from.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from salescli.model.amounts import amount_of
from salescli.model.conversion import decode_scalar
from salescli.model.events import (
    Cancelled,
    Closed,
    Created,
    Done,
    Event,
    Mailed,
    Moved,
    Planned,
    Posted,
    Proposed,
    Reopened,
    Replanned,
    Worked,
)
from salescli.model.facts import State, fold
from salescli.model.records import Line
from salescli.model.visits import Visit, build_visits, seconds

TOUCHING = (Done, Mailed, Posted, Proposed, Created, Moved, Closed, Reopened)
"""Events that count as contact with the client or work on the deal (domain.md section 2)."""


class Deal(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One deal at a reporting date: its facts and visits as the events until then say.

    Money stays text (`250000.00 EUR`): it is grouped as it is and parsed once a group. Instants
    are whole seconds since 1970, days ISO text.
    """

    id: str
    title: str
    client: str
    stage: str
    process: str
    owner: str | None = None
    department: str | None = None
    budget: str | None = None
    amount: str | None = None  # Σ of lines
    revenue: str | None = None  # `actual_revenue`
    probability: int | None = None  # set by hand
    close_date: str | None = None
    need: str | None = None
    type: str | None = None
    category: str | None = None
    mood: str | None = None
    source: str | None = None
    close_reason: str | None = None
    winner: str | None = None
    archived: bool = False
    created_at: int
    changed_at: int  # the latest `at` of any live event
    touched_at: int  # the last of done, mailed, posted, proposed and stage events
    due_at: int | None = None  # the latest due instant of open activities
    visits: tuple[Visit, ...] = ()
    differs: bool = False  # the file says something that its history doesn't


class Activity(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An activity of a deal or lead, as far as filters ask for it."""

    type: str | None
    owner: str | None
    state: str  # open, done or cancelled
    result: str | None
    due_at: int  # its start, else when it was planned or done; seconds since 1970


class Proposal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A proposal as its latest events say."""

    state: str
    amount: str | None
    number: str | None


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """The rest of a record: all that a filter or column may ask for beyond `Deal`."""

    id: str
    document: dict[str, Any]  # as in events, with `id`
    activities: tuple[Activity, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    minutes: int = 0  # done and worked, of everybody


def build_deal(
    record_id: str, state: State, events: Sequence[Event], *, is_folded: bool = False
) -> Deal:
    """A deal of its state and of its live events in fold order.

    `differs` says whether `state` is something else than the events' fold; `is_folded` says that
    it was made by it. Raises ValueError without a `created` event, `msgspec.ValidationError` for
    a state that lacks what every deal has.
    """
    created = next((event for event in events if isinstance(event, Created)), None)
    if created is None:
        raise ValueError("no event says that the record was created")
    values = {name: state[name] for name in _COPIED if name in state}
    lines = state.get("products")
    values.update(
        id=record_id,
        amount=_amount_text(lines) if lines else None,
        revenue=state.get("actual_revenue"),
        created_at=seconds(created.at),
        changed_at=seconds(max(event.at for event in events)),
        touched_at=seconds(max(event.at for event in events if isinstance(event, TOUCHING))),
        due_at=_latest_due(events),
        visits=build_visits(events),
        differs=not is_folded and state != fold(events),
    )
    missing = [name for name in _ALWAYS if name not in values]
    if missing:
        raise ValueError(f"nothing says its {' and '.join(missing)}")
    return Deal(**values)


_COPIED = (
    "title client stage process owner department budget probability close_date need type category "
    "mood source close_reason winner archived"
).split()
_ALWAYS = ("title", "client", "stage", "process")


def _amount_text(items: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [{"line": key, **values} for key, values in items.items()]
    typed = msgspec.convert(lines, list[Line], strict=False, dec_hook=decode_scalar)
    return str(amount_of(typed))


def _latest_due(events: Sequence[Event]) -> int | None:
    if not any(isinstance(event, Planned) for event in events):
        return None
    return max((a.due_at for a in build_activities(events) if a.state == "open"), default=None)


def build_activities(events: Iterable[Event]) -> tuple[Activity, ...]:
    """The activities that live events in fold order plan, change and end, in that order."""
    found: dict[str, Activity] = {}
    planned_at: dict[str, int] = {}
    for event in events:
        if isinstance(event, Planned):
            planned_at[event.activity] = seconds(event.at)
            due_at = seconds(event.start or event.at)
            found[event.activity] = Activity(event.type, event.owner, "open", None, due_at)
        elif isinstance(event, Replanned) and event.activity in found:
            old = found[event.activity]
            found[event.activity] = _replan(old, event, planned_at[event.activity])
        elif isinstance(event, Done):
            old_one = found.get(event.activity)
            if old_one is None:
                due_at = seconds(event.start or event.at)
                old_one = Activity(event.type, event.owner or event.by, "done", None, due_at)
            found[event.activity] = msgspec.structs.replace(
                old_one, state="done", result=event.result
            )
        elif isinstance(event, Cancelled) and event.activity in found:
            old = found[event.activity]
            found[event.activity] = msgspec.structs.replace(
                old, state="cancelled", result=event.result
            )
    return tuple(found.values())


def _replan(old: Activity, event: Replanned, planned_at: int) -> Activity:
    after = {name: change[1] for name, change in event.fields.items()}
    due_at = old.due_at
    if "start" in after:
        start = after["start"]
        due_at = seconds(datetime.fromisoformat(start)) if isinstance(start, str) else planned_at
    owner = after.get("owner", old.owner)
    kind = after.get("type", old.type)
    return Activity(
        kind if isinstance(kind, str) else old.type,
        owner if isinstance(owner, str) else old.owner,
        old.state,
        old.result,
        due_at,
    )


def build_proposals(events: Iterable[Event]) -> tuple[Proposal, ...]:
    """The proposals of live events in fold order; later events overwrite what they name."""
    found: dict[str, Proposal] = {}
    for event in events:
        if isinstance(event, Proposed):
            old = found.get(event.proposal) or Proposal("", None, None)
            found[event.proposal] = Proposal(
                event.state, event.amount or old.amount, event.number or old.number
            )
    return tuple(found.values())


def build_facts(record_id: str, document: Mapping[str, Any], events: Sequence[Event]) -> Facts:
    """The rest of a deal or lead, of its document and its live events in fold order."""
    minutes = sum(e.minutes or 0 for e in events if isinstance(e, Done | Worked))
    return Facts(
        record_id,
        dict(document),
        build_activities(events),
        build_proposals(events),
        minutes,
    )
