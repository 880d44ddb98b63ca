"""Activities of deals and leads: planned, moved, done, cancelled (format.md section 7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from salescli.model.activities import Activity, build_activities
from salescli.model.calendar import format_instant
from salescli.model.catalogues import choice_named
from salescli.model.errors import Gathered, Refused, WrongUsage, finding
from salescli.model.events import Cancelled, Done, Event, Json, Planned, Replanned
from salescli.model.inputs import clean_text
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.inner import find_inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice, read_reference


def find_activity(session: Session, text: str) -> tuple[Activity, Loaded]:
    """The activity whose id begins with `text`, and its record; raises `NotFound`."""
    inner, record = find_inner(session, "act", text, lambda one: build_activities(one.live))
    return build_activities(record.live)[inner], record


def plan_activity(
    session: Session, record: Loaded, title: str, typed: Mapping[str, Any]
) -> Outcome:
    """Plan an activity; raises every fault of what was typed together."""
    values = _read(session, {"title": title, "type": "task", **typed})
    activity = session.new_id("act")
    owner = values.pop("owner", None) or record.facts.owner or session.actor
    event = Planned(**event_head(session, record), activity=activity, owner=owner, **values)
    stage_event(session, record, event)
    when = f" for {session.calendar.format_local(event.start)}" if event.start else ""
    words = f"Planned{when}, for {owner}. salescli activity done {session.short_inner(activity)}"
    return Outcome((activity,), (words,), f"plan {title!r} for {record.id}: {record.facts.title}")


def log_activity(
    session: Session,
    record: Loaded,
    title: str,
    typed: Mapping[str, Any],
    result: str | None,
    note: str | None,
) -> Outcome:
    """Write down an activity that was never planned and is done."""
    values = _read(session, {"title": title, "type": "task", **typed})
    activity = session.new_id("act")
    owner = values.pop("owner", None) or session.actor
    values.pop("people", None)
    values.pop("remind", None)
    kind = values["type"]
    event = Done(
        **event_head(session, record),
        activity=activity,
        result=choose_result(session, kind, (), result),
        owner=owner,
        note=_note(note),
        **values,
    )
    stage_event(session, record, event)
    return Outcome((activity,), (), f"log {title!r} on {record.id}: {record.facts.title}")


def replan_activity(session: Session, text: str, typed: Mapping[str, Any]) -> Outcome:
    """Change an open activity: its start, minutes, title, owner, people."""
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    values = _read(session, typed)
    fields: dict[str, list[Json]] = {}
    for name, after in values.items():
        before = getattr(activity, "start_at" if name == "start" else name, None)
        old, new = _json(before), _json(after)
        if old != new:
            fields[name] = [old, new]
    if not fields:
        return Outcome((activity.id,), ("Nothing to change: it says so already.",))
    event = Replanned(**event_head(session, record), activity=activity.id, fields=fields)
    stage_event(session, record, event)
    return Outcome((activity.id,), (), f"replan {activity.title!r} of {record.id}")


def complete_activity(
    session: Session, text: str, result: str | None, minutes: int | None, note: str | None
) -> Outcome:
    """Say that an activity is done, with its result (domain.md section 5)."""
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    event: Event = Done(
        **event_head(session, record),
        activity=activity.id,
        result=choose_result(session, activity.type, activity.results, result),
        minutes=minutes,
        note=_note(note),
    )
    stage_event(session, record, event)
    return Outcome((activity.id,), (), f"done {activity.title!r} of {record.id}")


def cancel_activity(session: Session, text: str, note: str | None) -> Outcome:
    """Say that an activity won't be. A step that has no such result can't be cancelled."""
    activity, record = find_activity(session, text)
    refuse_closed(activity)
    is_step = activity.step is not None
    if is_step and "cancelled" not in activity.results:
        raise Refused(
            finding(
                "step-not-cancellable",
                f"{activity.title!r} is a step that can't be cancelled",
                hint=f"its results are {', '.join(activity.results)}",
                field="activity",
            )
        )
    event = Cancelled(
        **event_head(session, record),
        activity=activity.id,
        result="cancelled" if is_step else None,
        note=_note(note),
    )
    stage_event(session, record, event)
    return Outcome((activity.id,), (), f"cancel {activity.title!r} of {record.id}")


def refuse_closed(activity: Activity) -> None:
    """Raise `Refused` for an activity that is done or cancelled."""
    if not activity.is_open:
        raise Refused(
            finding(
                "activity-closed",
                f"{activity.title!r} is {activity.state} already",
                hint="salescli undo takes the last command back",
                field="activity",
            )
        )


def choose_result(session: Session, kind: str, results: Sequence[str], typed: str | None) -> str:
    """The result of a done activity: of a step one of its own, else one of the dictionary.

    Left out it is `done`, for a step its only one; raises `Refused` with the list.
    """
    if results:
        own = [result for result in results if result != "cancelled"]
        if typed in own:
            return str(typed)
        if typed is None and len(own) == 1:
            return own[0]
        raise Refused(
            finding(
                "result-needed",
                f"{typed!r} is no result of this step" if typed else "this step has results",
                hint=f"--result, one of {', '.join(own)}",
                field="result",
            )
        )
    if typed is None:
        return "done"
    key = str(read_choice(session, "activity_results", typed, "result"))
    choice = choice_named(session.dictionaries["activity_results"], key)
    if key == "cancelled" or (choice is not None and choice.types and kind not in choice.types):
        raise Refused(
            finding(
                "wrong-result",
                f"{key} is no result of a done {kind}",
                hint="salescli activity cancel" if key == "cancelled" else "leave it out for done",
                field="result",
            )
        )
    return key


def _note(note: str | None) -> str | None:
    return clean_text(note) or None if note else None


def _read(session: Session, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values of an activity as its event holds them; raises every fault together."""
    gathered = Gathered()
    values: dict[str, Any] = {}
    for name, value in typed.items():
        if value is None or value == ():
            continue
        with gathered.trying(name):
            values[name] = _read_one(session, name, value)
    gathered.raise_all()
    return values


def _read_one(session: Session, name: str, value: Any) -> Any:
    if name == "type":
        return read_choice(session, "activity_types", value, name)
    if name == "owner":
        return read_reference(session, "person", value, name)
    if name == "start":
        return session.calendar.parse_instant(value)
    if name == "people":
        return sorted(read_reference(session, "contact", one, name) for one in value)
    if name == "title":
        title = clean_text(value)
        if not title.strip():
            raise WrongUsage(finding("missing-value", "an activity needs a title", field=name))
        return title
    return value


def _json(value: Any) -> Json:
    if hasattr(value, "astimezone"):
        return format_instant(value)
    if isinstance(value, tuple):
        return list(value)
    text: Json = value
    return text
