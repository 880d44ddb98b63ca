"""Activities and proposals of a deal or lead, folded from its events (format.md section 7).

Pure: knows events, neither files nor today's date.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import msgspec

from salescli.model.events import Cancelled, Done, Event, Planned, Proposed, Replanned, Worked
from salescli.model.money import Money, parse_money

ActivityState = Literal["open", "done", "cancelled"]
ProposalState = Literal["draft", "sent", "accepted", "declined"]
PROPOSAL_STATES = ("draft", "sent", "accepted", "declined")


class Activity(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """A task, meeting, call …; `minutes` are the planned ones until it is done.

    `step` and `run` are set where the process made it, `results` are then the allowed ones.
    """

    id: str
    type: str
    title: str
    owner: str
    start_at: datetime | None = None
    planned_at: datetime | None = None  # None: written down only when it was done
    minutes: int | None = None
    remind: int | None = None
    people: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    step: str | None = None
    run: str | None = None
    state: ActivityState = "open"
    result: str | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be done or cancelled."""
        return self.state == "open"

    @property
    def due_at(self) -> datetime | None:
        """From when it is due: its start, else when it was planned."""
        return self.start_at or self.planned_at


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal as its latest events say."""

    id: str
    state: str
    number: str | None = None
    version: int | None = None
    amount: Money | None = None
    file: str | None = None
    at: datetime | None = None  # of the latest event


def build_activities(
    events: Iterable[Event], before: Mapping[str, Activity] | None = None
) -> dict[str, Activity]:
    """The activities that live events in fold order make, by id, in order of appearance.

    `before` are those that earlier events made. Raises ValueError for a `replanned` that says
    what no activity can be.
    """
    found = dict(before or {})
    for event in events:
        if isinstance(event, Planned):
            found[event.activity] = _planned(event)
        elif isinstance(event, Replanned) and event.activity in found:
            found[event.activity] = _replanned(found[event.activity], event)
        elif isinstance(event, Done):
            found[event.activity] = _done(found.get(event.activity), event)
        elif isinstance(event, Cancelled) and event.activity in found:
            found[event.activity] = msgspec.structs.replace(
                found[event.activity],
                state="cancelled",
                result=event.result,
                closed_at=event.at,
            )
    return found


def _planned(event: Planned) -> Activity:
    return Activity(
        id=event.activity,
        type=event.type,
        title=event.title,
        owner=event.owner,
        start_at=event.start,
        planned_at=event.at,
        minutes=event.minutes,
        remind=event.remind,
        people=tuple(event.people),
        results=tuple(event.results),
        step=event.step,
        run=event.run,
    )


REPLANNED = tuple("type title owner start minutes remind people results step run".split())
"""What a `replanned` may change."""


def _replanned(activity: Activity, event: Replanned) -> Activity:
    changes: dict[str, Any] = {}
    for name, change in event.fields.items():
        after: Any = change[1]
        if name not in REPLANNED:
            continue
        if not fits_activity(name, after):
            raise ValueError(f"{name} of activity {activity.id} can't be {after!r}")
        if name == "start":
            changes["start_at"] = None if after is None else _instant(str(after))
        elif name in ("people", "results"):
            changes[name] = tuple(after or ())
        else:
            changes[name] = after
    return msgspec.structs.replace(activity, **changes)


def fits_activity(name: str, value: Any) -> bool:
    """Whether a `replanned` may say this. Type, title and owner can't be taken away."""
    if name in ("minutes", "remind"):
        return value is None or (type(value) is int and value >= 0)
    if name in ("people", "results"):
        is_list = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        return value is None or is_list
    if name == "start":
        return value is None or _is_instant(value)
    return isinstance(value, str) or (value is None and name in ("step", "run"))


def _is_instant(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (ValueError, TypeError):
        return False


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _done(activity: Activity | None, event: Done) -> Activity:
    if activity is None:
        activity = Activity(
            id=event.activity,
            type=event.type or "task",
            title=event.title or "",
            owner=event.owner or event.by,
            start_at=event.start,
        )
    minutes = activity.minutes if event.minutes is None else event.minutes
    return msgspec.structs.replace(
        activity, state="done", result=event.result, minutes=minutes, closed_at=event.at
    )


def build_proposals(events: Iterable[Event]) -> dict[str, Proposal]:
    """The proposals that live events in fold order make; a later event overwrites what it names."""
    found: dict[str, Proposal] = {}
    for event in events:
        if not isinstance(event, Proposed):
            continue
        old = found.get(event.proposal) or Proposal(id=event.proposal, state=event.state)
        found[event.proposal] = Proposal(
            id=event.proposal,
            state=event.state,
            number=event.number or old.number,
            version=old.version if event.version is None else event.version,
            amount=parse_money(event.amount) if event.amount else old.amount,
            file=event.file or old.file,
            at=event.at,
        )
    return found


def hours_of(minutes: int) -> Decimal:
    """Minutes as hours, round(minutes/60, 2) half up (domain.md section 8)."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def total_hours(events: Iterable[Event], activities: Iterable[Activity]) -> Decimal:
    """Hours of completed activities and those written down by hand."""
    done = (hours_of(entry.minutes or 0) for entry in activities if entry.state == "done")
    by_hand = (hours_of(event.minutes) for event in events if isinstance(event, Worked))
    return sum(done, Decimal(0)) + sum(by_hand, Decimal(0))
