"""Activities of deals and leads: planned, moved, done, cancelled (format.md section 7).

Each command is one event. What a process opens after a step is not decided here.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from salescli.model.activities import Activity, build_activities
from salescli.model.activity_rules import (
    CANCELLED,
    TYPES,
    check_reminder,
)
from salescli.model.calendar import LAST_INSTANT, format_instant
from salescli.model.catalogues import is_employed_on
from salescli.model.durations import parse_minutes
from salescli.model.errors import About, Gathered, Refused, WrongUsage, finding
from salescli.model.events import Done, Event, Json, Planned, Replanned
from salescli.model.inputs import clean_text, refuse_placeholder
from salescli.model.leads import is_final
from salescli.model.records import Lead
from salescli.process.forms import Typed
from salescli.report.text.numbers import cut
from salescli.report.text.wording import format_start
from salescli.workspace import forms, steps
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.finishing import (
    Ending,
    choose_result,
    find_activity,
    read_ending,
    read_note,
    refuse_closed,
    write_cancelled,
    write_done,
)
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice, read_reference

DEFAULT_TYPE = "task"
LONGEST_TITLE = 26  # columns of a title in a line for people that says more than it
_LASTING = ("title", "type", "owner")  # what every activity has


def plan_activity(
    session: Session,
    record: Loaded,
    title: str,
    typed: Mapping[str, Any],
    *,
    note: str | None = None,
) -> Outcome:
    """Plan an activity, for the acting person unless `owner` is typed.

    `typed` holds texts of `type start minutes remind owner` and the `people`; raises every fault
    of them together.
    """
    head = event_head(session, record)
    gathered = Gathered()
    values = _read(session, _with_defaults(title, typed), gathered)
    if typed.get("start") is None or "start" in values:
        with gathered.trying():
            _refuse_lonely_reminder(values.get("remind"), values.get("start"))
    said = None
    with gathered.trying("note"):
        said = read_note(note)
    gathered.raise_all()
    activity = session.new_id("act")
    owner = values.pop("owner", None) or session.actor
    event = Planned(**head, activity=activity, owner=owner, note=said, **_said(values))
    stage_event(session, record, event)
    when = f" for {format_start(event.start, session.calendar)}" if event.start else ""
    address = session.short_inner(activity)
    words = f"Planned{when}, {owner}. Then: salescli activity done {address}"
    return Outcome((activity,), (words,), f"plan {event.title!r} for {record.facts.title}")


def log_activity(
    session: Session,
    record: Loaded,
    title: str,
    typed: Mapping[str, Any],
    *,
    result: str | None = None,
    note: str | None = None,
) -> Outcome:
    """Write down an activity that was never planned and is done; takes no people."""
    head = event_head(session, record)
    on = session.calendar.day_of(head["at"])
    gathered = Gathered()
    values = _read(session, _with_defaults(title, typed), gathered, on)
    chosen, said = "", None
    with gathered.trying("result"):
        chosen = choose_result(session, str(values.get("type", "")), (), result)
    with gathered.trying("note"):
        said = read_note(note)
    gathered.raise_all()
    activity = session.new_id("act")
    owner = values.pop("owner", None) or session.actor
    event = Done(**head, activity=activity, result=chosen, owner=owner, note=said, **_said(values))
    stage_event(session, record, event)
    words = _then(session, record, event)
    return Outcome((activity,), (words,), f"log {event.title!r} of {record.facts.title}")


def replan_activity(session: Session, text: str, typed: Mapping[str, Any]) -> Outcome:
    """Change an open activity; an empty text takes start, minutes, reminder or people away."""
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    gathered = Gathered()
    values = _read(session, typed, gathered)
    with gathered.trying():
        remind = values.get("remind", activity.remind)
        _refuse_lonely_reminder(remind, values.get("start", activity.start_at))
    gathered.raise_all()
    fields = _differing(activity, values)
    if not fields:
        return Outcome((activity.id,), ("Nothing to change: it says so already.",))
    event = Replanned(**event_head(session, record), activity=activity.id, fields=fields)
    stage_event(session, record, event)
    title = f"replan {activity.title!r} of {record.facts.title}"
    return Outcome((activity.id,), (_replanned_words(session, activity, values),), title)


def differing_from(
    session: Session, activity: Activity, typed: Mapping[str, Any]
) -> dict[str, list[Json]]:
    """{name: [before, after]} of what is typed otherwise than an activity, open or not, says it."""
    gathered = Gathered()
    values = _read(session, typed, gathered)
    gathered.raise_all()
    return _differing(activity, values)


def _differing(activity: Activity, values: Mapping[str, Any]) -> dict[str, list[Json]]:
    fields: dict[str, list[Json]] = {}
    for name, after in values.items():
        before = getattr(activity, "start_at" if name == "start" else name)
        old, new = _json(before), _json(after)
        if old != new:
            fields[name] = [old, new]
    return fields


def _replanned_words(session: Session, activity: Activity, values: Mapping[str, Any]) -> str:
    said = []
    if "start" in values:
        start = values["start"]
        said.append(format_start(start, session.calendar) if start else "no time agreed")
    if "owner" in values:
        said.append(f"for {values['owner']}")
    title = cut(values.get("title", activity.title), LONGEST_TITLE)
    return f"{title}: {', '.join(said) or 'changed'}."


def complete_activity(
    session: Session,
    text: str,
    *,
    result: str | None = None,
    minutes: str | None = None,
    note: str | None = None,
    fields: Typed = (),
) -> Outcome:
    """Say that an activity is done, with its result; a step of the process leads to what follows.

    `minutes` are what it took; left out, what was planned counts. `fields` are (name, text) of a
    form: they are changed first. Raises every fault of all of it together.
    """
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    gathered = Gathered()
    chosen, changes = Ending(""), forms.NO_FIELDS
    with gathered.trying():
        chosen = read_ending(session, activity, result, minutes, note)
    with gathered.trying():
        changes = forms.read_form(session, record, activity, fields)
    gathered.raise_all()
    record, filled = forms.write_form(session, record, activity, changes)
    event = write_done(session, record, activity, chosen)
    words = steps.follow(session, record, activity, event.result)
    title = f"done {activity.title!r} of {record.facts.title}"
    return Outcome((activity.id,), (*filled, *(words or (_then(session, record, event),))), title)


def find_form(session: Session, text: str) -> forms.OpenForm | None:
    """The open form that `text` names; None for an activity that is none.

    Raises `NotFound`, and `Refused` for one that is closed.
    """
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    return forms.form_of(session, record, activity)


def cancel_activity(session: Session, text: str, *, note: str | None = None) -> Outcome:
    """Say that an activity won't be. A step that has no such result can't be cancelled."""
    activity, record = find_activity(session, text)
    event = write_cancelled(session, record, activity, note)
    words = steps.follow(session, record, activity, CANCELLED)
    title = f"cancel {activity.title!r} of {record.facts.title}"
    return Outcome((activity.id,), words or (_then(session, record, event),), title)


def read_worker(session: Session, text: str, on: date, field: str) -> str:
    """One of our people who worked here that day; raises `NotFound`, `Refused`."""
    with About(field, "person"):
        person = session.actor if text == "@me" else find_named(session, "person", text)
    entry = session.team.people[person]
    if not is_employed_on(entry, on):
        text = f"{person} left on {entry.left} and takes nothing new"
        raise Refused(finding("has-left", text, field=field))
    return person


def _then(session: Session, record: Loaded, event: Event) -> str:
    """What is to be done next on a record after this event."""
    known = build_activities([*record.live, event]).values()
    waiting = [one for one in known if one.is_open]
    if not waiting and not _takes_more(session, record):
        return "Nothing waits: it is closed."
    if not waiting:
        return f"Next: salescli activity plan {session.short(record.id)} TITLE"
    first = min(waiting, key=lambda one: (one.due_at or LAST_INSTANT, one.id))
    when = f", {format_start(first.start_at, session.calendar)}" if first.start_at else ""
    title = cut(first.title, LONGEST_TITLE)
    return f"Next: {title}{when} · salescli activity done {session.short_inner(first.id)}"


def _takes_more(session: Session, record: Loaded) -> bool:
    """Whether a deal or lead is in an open stage."""
    facts = record.facts
    if isinstance(facts, Lead):
        return not is_final(facts.stage)
    return session.process(facts.process).status_of(facts.stage) == "open"


def _refuse_lonely_reminder(remind: int | None, start: datetime | None) -> None:
    Refused.raise_if(filter(None, [check_reminder(remind, start)]))


def _read(
    session: Session, typed: Mapping[str, Any], gathered: Gathered, on: date | None = None
) -> dict[str, Any]:
    """Typed values of an activity as Python values; faults go to `gathered`.

    None was not typed; an empty text takes a value away. `on`: the day the owner must be here.
    """
    values: dict[str, Any] = {}
    for name, value in typed.items():
        if value is None or value == ():
            continue
        with gathered.trying(name):
            values[name] = _read_one(session, name, value, on or session.today)
    return values


def _read_one(session: Session, name: str, value: Any, on: date) -> Any:
    if name == "people":
        named = [text for text in value if text.strip()]
        people = {read_reference(session, "person|contact", text, "person") for text in named}
        return tuple(sorted(people))
    text = clean_text(value).strip()
    if not text and name in _LASTING:
        raise WrongUsage(finding("missing-value", f"an activity needs a {name}", field=name))
    if not text:
        return None
    refuse_placeholder(text)
    if name == "type":
        return str(read_choice(session, TYPES, text, name))
    if name == "owner":
        return read_worker(session, text, on, name)
    if name == "start":
        return session.calendar.parse_moment(text, session.today)
    if name in ("minutes", "remind"):
        return parse_minutes(text, name)
    return " ".join(text.split())


def _with_defaults(title: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of a new activity; its type is a task unless said."""
    return {"title": title, **typed, "type": typed.get("type") or DEFAULT_TYPE}


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for a new event: what is nothing is left out."""
    said = {name: value for name, value in values.items() if value is not None}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}


def _json(value: Any) -> Json:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, tuple):
        return list(value) or None
    plain: Json = value
    return plain
