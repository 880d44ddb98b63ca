"""The tactics that a deal has had: how one meant to win it, from when to when. Pure.

A change of the tactic keeps the former one: it stands in the event that set it.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.events import Created, Event, Json, Replanned


class Tactic(msgspec.Struct, frozen=True, kw_only=True):
    """One tactic: its text, who wrote it when, until when it held, and the days it was checked.

    `until` is None while it holds. `checked_on` are days as they stand in events, in the order in
    which they were written.
    """

    text: str
    by: str
    since: datetime
    until: datetime | None = None
    checked_on: tuple[str, ...] = ()


def build_tactics(live: Iterable[Event], calendar: Calendar) -> list[Tactic]:
    """The tactics that live events in fold order tell of, the first one first.

    A tactic that was emptied leaves a gap. The same text again goes on. The day of checking that
    stands beside a new tactic counts for it unless it lies before it.
    """
    found: list[Tactic] = []
    checked: Json = None
    for event in live:
        fields = _after(event)
        is_new = "tactic" in fields and _turn(found, event, fields["tactic"])
        checked = fields.get("checked_on", checked)
        is_said = "checked_on" in fields or (
            is_new and str(checked) >= calendar.day_of(event.at).isoformat()
        )
        if is_said and isinstance(checked, str) and found and found[-1].until is None:
            days = (*found[-1].checked_on, checked)
            found[-1] = msgspec.structs.replace(found[-1], checked_on=days)
    return found


def _turn(found: list[Tactic], event: Event, text: Json) -> bool:
    """Put an event's tactic behind those before it; whether a new one begins."""
    running = found[-1] if found and found[-1].until is None else None
    if running is not None and running.text == text:
        return False
    if running is not None:
        found[-1] = msgspec.structs.replace(running, until=event.at)
    if isinstance(text, str):
        found.append(Tactic(text=text, by=event.by, since=event.at))
    return isinstance(text, str)


def _after(event: Event) -> dict[str, Json]:
    """The values that an event sets, by path."""
    fields = getattr(event, "fields", None) or {}
    if isinstance(event, Created):
        return dict(event.fields)
    return {} if isinstance(event, Replanned) else {p: c[1] for p, c in fields.items()}
