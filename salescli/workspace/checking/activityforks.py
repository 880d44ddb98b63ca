"""Activities that two sides of a merge took different ways: told with both, and what decides.

Owns what counts as such a fork: a `replanned` that goes on from a value which another one had
changed already, and an end after an end. Pure; the other rules stand in `model.activity_rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Finding, finding
from salescli.model.events import Cancelled, Done, Event, Json, Planned, Replanned
from salescli.workspace.checking.history import Of, void_line

Value = Json | float
PLANS = tuple("type title owner start minutes remind people".split())
"""What two people may plan differently; steps and runs are the process's own business."""


class Step(msgspec.Struct, frozen=True):
    """One replanning of one field: what it went on from, and what holds after it."""

    event: Replanned
    before: Value
    after: Value


def check_activity_forks(live: Sequence[Event], calendar: Calendar) -> Iterator[Of]:
    """Warnings of live events in fold order: event id, finding."""
    begun: dict[str, Planned] = {}
    plans: dict[str, list[Replanned]] = {}
    ends: dict[str, Done | Cancelled] = {}
    for event in live:
        if isinstance(event, Planned):
            begun[event.activity] = event
        elif isinstance(event, Replanned | Done | Cancelled) and event.activity in ends:
            title = _title(event.activity, live)
            yield event.id, _closed_already(title, ends[event.activity], event, calendar)
        elif isinstance(event, Done | Cancelled):
            ends[event.activity] = event
        elif isinstance(event, Replanned):
            plans.setdefault(event.activity, []).append(event)
    for name, events in plans.items():
        # Of what is over no plan is of use any more.
        if len(events) > 1 and name in begun and name not in ends:
            yield from _check_plans(_title(name, live), begun[name], events, calendar)


def _title(activity: str, live: Sequence[Event]) -> str:
    """What an activity is called in the end; its events may say what no activity can be."""
    title = activity
    for event in live:
        if getattr(event, "activity", "") == activity:
            replanned = event.fields.get("title") if isinstance(event, Replanned) else None
            said = replanned[1] if replanned else getattr(event, "title", None)
            title = said if isinstance(said, str) else title
    return title


def _closed_already(
    title: str, first: Done | Cancelled, second: Replanned | Done | Cancelled, calendar: Calendar
) -> Finding:
    text = f"{title!r} was {_told(first, calendar)} already, and then {_told(second, calendar)}"
    ways = {_word(first): second, _word(second): first}
    if len(ways) == 1:
        hint = f"keep the first: {void_line(second.id)}"
    else:
        lines = [f"keep it {word}: {void_line(lost.id)}" for word, lost in ways.items()]
        hint = "\nor ".join(lines)
    return finding("activity-closed", text, hint=hint, field="activity", warning=True)


def _word(event: Replanned | Done | Cancelled) -> str:
    """`done`, or whatever else it was done with; `cancelled`, `replanned`."""
    if isinstance(event, Done):
        return "done" if event.result in (None, "done") else f"done ({event.result})"
    return "cancelled" if isinstance(event, Cancelled) else "replanned"


def _told(event: Replanned | Done | Cancelled, calendar: Calendar) -> str:
    return f"{_word(event)} by {event.by} on {calendar.format_local(event.at)}"


def _check_plans(
    title: str, planned: Planned, events: Sequence[Replanned], calendar: Calendar
) -> Iterator[Of]:
    for name in PLANS:
        steps = [
            Step(event, _plain(event.fields[name][0]), _plain(event.fields[name][1]))
            for event in events
            if name in event.fields
        ]
        ways = find_ways(steps, _plain(getattr(planned, name)))
        if len(ways) > 1:
            yield next(iter(ways)), _forked(title, name, ways, calendar)


def find_ways(steps: Sequence[Step], began: Value) -> Mapping[str, tuple[Step, tuple[str, ...]]]:
    """The ends to which replannings of one field lead, the one that holds now first.

    Event id of the end → the step, and the ids of the events that fall if it is kept. One end
    where none contradicts another, or where all come to one value.
    """
    chains: list[tuple[Step, ...]] = []
    for step in steps:
        before = [one for one in chains if one[-1].after == step.before]
        is_first = not before and (step.before == began or not chains)
        chains.append((*(() if is_first else (before or chains)[-1]), step))
    followed = {one[-2].event.id for one in chains if len(one) > 1}
    ends = [one for one in reversed(chains) if one[-1].event.id not in followed]
    if len({str(one[-1].after) for one in ends}) < 2:
        ends = ends[:1]
    found: dict[str, tuple[Step, tuple[str, ...]]] = {}
    for chain in ends:
        kept = {step.event.id for step in chain}
        lost = tuple(step.event.id for step in steps if step.event.id not in kept)
        found[chain[-1].event.id] = (chain[-1], lost)
    return found


def _plain(value: object) -> Value:
    """A value to be compared: a moment in seconds, whatever its zone, nothing as None."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return moment.timestamp() if moment.tzinfo is not None else value
    if isinstance(value, list | tuple):
        return list(value) or None
    return value if isinstance(value, int) else None


def _forked(
    title: str,
    name: str,
    ways: Mapping[str, tuple[Step, tuple[str, ...]]],
    calendar: Calendar,
) -> Finding:
    told = [f"{_shown(step, name, calendar)} by {step.event.by}" for step, _ in ways.values()]
    text = f"two sides of a merge replanned {title!r}: {name} {', '.join(told)}"
    lines = [
        f"keep {_shown(step, name, calendar)}: {void_line(*lost)}" for step, lost in ways.values()
    ]
    return finding("replanned-twice", text, hint="\nor ".join(lines), field=name, warning=True)


def _shown(step: Step, name: str, calendar: Calendar) -> str:
    value = step.event.fields[name][1]
    if name == "start" and isinstance(step.after, float):
        return calendar.format_local(datetime.fromisoformat(str(value)))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    return "nothing" if value is None else str(value)
