"""The agenda: open activities by person, what is overdue, due today, due later this week (S5).

Pure: activities come with the deal or lead that they belong to. As a calendar file it is the
affair of `ics`, which loads a library of its own and is loaded only when that is asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Literal

import msgspec

from salescli.model.activities import Activity
from salescli.model.approvals import Approval
from salescli.model.calendar import Calendar, format_day, format_instant
from salescli.model.errors import Failed, finding
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import (
    clean_text,
    cut,
    escape_markdown,
    format_days,
    format_number_of,
    width_of,
)
from salescli.report.text.wording import format_minutes
from salescli.report.text.wrapping import wrap_text

Scope = Literal["overdue", "day", "week"]
AGENDA_SCHEMA = "salescli/agenda@1"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EVER = datetime.max.replace(tzinfo=UTC)
TO_APPROVE = "To approve or reject"
NOBODY = "Nothing waits for anybody."
_SMALLEST_TITLE = 20
_WHEN = len("100 days late")


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits in one store of a group: its name, and the calendar that cuts its days.

    Where there is one store alone, both are left out.
    """

    store: str = ""
    calendar: Calendar | None = None

    def own(self, calendar: Calendar) -> Calendar:
        """The calendar that it lives by: its own, else that of all."""
        return self.calendar or calendar


class Appointment(Waiting, frozen=True, kw_only=True):
    """An activity and what it is for. `record` is a deal or lead.

    `address` is what people type for it; without one no column of addresses is shown.
    """

    activity: Activity
    record: str
    title: str
    client: str = ""
    address: str = ""


class Request(Waiting, frozen=True, kw_only=True):
    """An approval that waits, on a deal or lead; `address` is what people type for it."""

    approval: Approval
    record: str
    title: str
    address: str = ""


class PersonAgenda(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for one person, the earliest due first. `later` is the rest, only counted."""

    person: str
    overdue: tuple[Appointment, ...] = ()
    today: tuple[Appointment, ...] = ()
    week: tuple[Appointment, ...] = ()  # after today, to the week's last day
    later: int = 0
    approvals: tuple[Request, ...] = ()  # asked of them, the one asked for first at the top


class Agenda(msgspec.Struct, frozen=True):
    """The agenda on a day; `week_ends_on` is the last day of its week."""

    today: date
    week_ends_on: date
    people: tuple[PersonAgenda, ...]
    scope: Scope = "week"


def build_agenda(
    appointments: Iterable[Appointment],
    calendar: Calendar,
    today: date,
    *,
    person: str | None = None,
    scope: Scope = "week",
    requests: Iterable[Request] = (),
) -> Agenda:
    """Sort what is open by person and day; `person`: theirs alone, even if nothing waits.

    `scope`: what is overdue alone, that and today, or all until the week's last day.

    An activity is due from its start, else from when it was planned; a day is a local one, so
    what was to start this morning is today's and not overdue. `requests` are the approvals that
    wait by themselves: they have no day, and stand in every scope but that of what is overdue.
    """
    ends_on = today + timedelta(days=6 - (today.weekday() - calendar.week_start) % 7)
    by_person: dict[str, list[Appointment]] = {} if person is None else {person: []}
    for one in appointments:
        owner = one.activity.owner
        if one.activity.is_open and (person is None or owner == person):
            by_person.setdefault(owner, []).append(one)
    asked = _asked(requests if scope != "overdue" else (), person)
    people = [
        _person(name, by_person.get(name, []), asked.get(name, []), calendar, today, ends_on, scope)
        for name in sorted({*by_person, *asked})
    ]
    return Agenda(today, ends_on, tuple(people), scope)


def _asked(requests: Iterable[Request], person: str | None) -> dict[str, list[Request]]:
    """The approvals by each of those who were asked."""
    found: dict[str, list[Request]] = {}
    for one in sorted(requests, key=lambda one: (one.approval.asked_at, one.approval.id)):
        for name in one.approval.of:
            if person in (None, name):
                found.setdefault(name, []).append(one)
    return found


def _person(
    name: str,
    waiting: list[Appointment],
    asked: list[Request],
    calendar: Calendar,
    today: date,
    ends_on: date,
    scope: Scope,
) -> PersonAgenda:
    waiting = sorted(waiting, key=lambda one: (one.activity.due_at or _EVER, one.activity.id))
    last = {"overdue": today - timedelta(days=1), "day": today, "week": ends_on}[scope]
    overdue: list[Appointment] = []
    now: list[Appointment] = []
    week: list[Appointment] = []
    for one in waiting:
        due_on = due_on_of(one, calendar)
        if due_on is None or due_on > last:
            continue
        (overdue if due_on < today else now if due_on == today else week).append(one)
    return PersonAgenda(
        person=name,
        overdue=tuple(overdue),
        today=tuple(now),
        week=tuple(week),
        later=len(waiting) - len(overdue) - len(now) - len(week),
        approvals=tuple(asked),
    )


def due_on_of(one: Appointment, calendar: Calendar) -> date | None:
    """The local day on which an activity is due; None where nothing says it."""
    due_at = one.activity.due_at
    return None if due_at is None else one.own(calendar).day_of(due_at)


def format_agenda(
    agenda: Agenda, calendar: Calendar, names: Mapping[str, str], *, width: int | None = 80
) -> list[str]:
    """Lines of at most `width` columns (None: unlimited); `names` are those of people."""
    lines: list[str] = []
    for one in agenda.people:
        if lines:
            lines.append("")
        lines += wrap_text(names.get(one.person, one.person), width)
        addresses = [entry.address for entry in _shown(one)]
        addresses += [request.address for request in one.approvals]
        room = max(map(len, addresses), default=0)
        for heading, group in _groups(agenda, one):
            lines.append(f" {heading}")
            for entry in group:
                when = say_when(entry, calendar, agenda.today)
                lines += _lines(entry.address, when, say_what(entry), say_about(entry), width, room)
        if one.approvals:
            lines.append(f" {TO_APPROVE}")
        for request in one.approvals:
            when = _asked_when(request, calendar, agenda.today)
            what, about = clean_text(request.approval.subject), _say_of(request)
            lines += _lines(request.address, when, what, about, width, room)
        lines += [f" {line}" for line in _rest(agenda, one)]
    return lines or [NOBODY]


def format_agenda_markdown(
    agenda: Agenda, calendar: Calendar, names: Mapping[str, str]
) -> list[str]:
    """The same as Markdown: a heading a person and group, an item an activity."""
    lines: list[str] = []
    for one in agenda.people:
        lines += [f"## {escape_markdown(clean_text(names.get(one.person, one.person)))}", ""]
        for heading, group in _groups(agenda, one):
            lines += [f"### {heading}", ""]
            for entry in group:
                when = say_when(entry, calendar, agenda.today)
                about = f"{say_what(entry)} · {say_about(entry)}"
                said = escape_markdown(f"{when}: {about}" if when else about)
                lines.append(f"- {said} `{entry.address or entry.activity.id}`")
            lines.append("")
        if one.approvals:
            lines += [f"### {TO_APPROVE}", ""]
            for request in one.approvals:
                about = f"{clean_text(request.approval.subject)} · {_say_of(request)}"
                address = request.address or request.approval.id
                lines.append(f"- {escape_markdown(about)} `{address}`")
            lines.append("")
        rest = _rest(agenda, one)
        lines += [*rest, ""] if rest else []
    return lines[:-1] or [NOBODY]


def _shown(one: PersonAgenda) -> tuple[Appointment, ...]:
    return one.overdue + one.today + one.week


def _rest(agenda: Agenda, one: PersonAgenda) -> list[str]:
    """That nothing waits, and how much is left out."""
    nothing = {
        "overdue": "Nothing is overdue.",
        "day": "Nothing waits today.",
        "week": "Nothing waits this week.",
    }
    lines = [] if _shown(one) or one.approvals else [nothing[agenda.scope]]
    if one.later:
        label = "Not yet due" if agenda.scope == "overdue" else "Later"
        lines.append(f"{label}: {format_number_of(one.later, 'activity', 'activities')}")
    return lines


def _groups(agenda: Agenda, one: PersonAgenda) -> list[tuple[str, tuple[Appointment, ...]]]:
    groups = [
        ("Overdue", one.overdue),
        (f"Today, {_weekday(agenda.today)}", one.today),
        (f"This week, to {_weekday(agenda.week_ends_on)}", one.week),
    ]
    return [(heading, group) for heading, group in groups if group]


def _weekday(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {format_day(day)}"


def say_what(entry: Appointment) -> str:
    activity = entry.activity
    length = f" ({format_minutes(activity.minutes)})" if activity.minutes else ""
    return f"{clean_text(activity.type)} {clean_text(activity.title)}{length}"


def say_about(entry: Appointment) -> str:
    parts = (entry.title, entry.client, entry.store)
    return " · ".join(clean_text(text) for text in parts if text)


def _say_of(request: Request) -> str:
    return " · ".join(clean_text(text) for text in (request.title, request.store) if text)


def _lines(
    address: str, when: str, what: str, about: str, width: int | None, address_room: int
) -> list[str]:
    """When, what, for whom; the deal goes to a line of its own where it has no room."""
    address = f"{address:<{address_room}}  " if address_room else ""
    line = f"  {address}{when:<{_WHEN}}  "
    if width is None:
        return [f"{line}{what}  {about}".rstrip()]
    margin = " " * len(line)
    if width_of(f"{line}{what}  {about}") <= width:
        return [f"{line}{what}  {about}"]
    room = max(width - len(margin), _SMALLEST_TITLE)
    wrapped = wrap_text(what, room)
    return [line + wrapped[0], *(margin + more for more in [*wrapped[1:], cut(about, room)])]


def say_when(entry: Appointment, calendar: Calendar, today: date) -> str:
    """`14:00` today, `Fri 14:00` this week, `7 days late`; no time where none was agreed."""
    calendar = entry.own(calendar)
    due_on = due_on_of(entry, calendar)
    if due_on is None:
        return ""
    if due_on < today:
        return f"{format_days((today - due_on).days)} late"
    start = entry.activity.start_at
    has_time = start is not None and start != calendar.start_of(due_on)
    time = f"{start.astimezone(calendar.zone):%H:%M}" if start and has_time else ""
    return time if due_on == today else f"{_WEEKDAYS[due_on.weekday()]} {time}".rstrip()


def _asked_when(request: Request, calendar: Calendar, today: date) -> str:
    """`3 days` since it was asked for; empty on the same day."""
    days = (today - request.own(calendar).day_of(request.approval.asked_at)).days
    return format_days(days) if days > 0 else ""


def build_agenda_document(agenda: Agenda, calendar: Calendar) -> Document:
    """`salescli/agenda@1`."""
    return {
        "schema": AGENDA_SCHEMA,
        "today": agenda.today.isoformat(),
        "week_ends_on": agenda.week_ends_on.isoformat(),
        "scope": agenda.scope,
        "people": [
            {
                "person": one.person,
                "overdue": [_document(entry, calendar) for entry in one.overdue],
                "today": [_document(entry, calendar) for entry in one.today],
                "week": [_document(entry, calendar) for entry in one.week],
                "later": one.later,
                "approvals": [_request_document(entry) for entry in one.approvals],
            }
            for one in agenda.people
        ],
    }


def _request_document(entry: Request) -> Document:
    return {
        "approval": entry.approval.id,
        "subject": entry.approval.subject,
        "asked_by": entry.approval.asked_by,
        "asked_at": format_instant(entry.approval.asked_at),
        "record": entry.record,
        "record_title": entry.title,
        **in_store(entry),
    }


def in_store(entry: Waiting) -> Document:
    """Whose it is, where there are several stores."""
    return {"store": entry.store} if entry.store else {}


def _document(entry: Appointment, calendar: Calendar) -> Document:
    activity = entry.activity
    due_on = due_on_of(entry, calendar)
    return {
        "activity": activity.id,
        "type": activity.type,
        "title": activity.title,
        "start": format_instant(activity.start_at) if activity.start_at else None,
        "due_on": due_on.isoformat() if due_on else None,
        "minutes": activity.minutes,
        "step": activity.step,
        "record": entry.record,
        "record_title": entry.title,
        "client": entry.client,
        **in_store(entry),
    }


def render_ics(appointments: Iterable[Appointment], calendar: Calendar, name: str) -> bytes:
    """Open activities as an iCalendar file; raises `Failed` where the package isn't installed."""
    try:
        ics = import_module("salescli.report.files.ics")
    except ModuleNotFoundError as error:
        if error.name != "icalendar":
            raise
        fault = finding(
            "icalendar-missing",
            "calendar files are made by the icalendar package, which is not installed",
            hint="install it with pip install 'salescli[ics]'",
        )
        raise Failed(fault) from None
    made: bytes = ics.format_calendar(list(appointments), calendar, name)
    return made
