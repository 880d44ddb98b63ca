"""Open activities as an iCalendar file (RFC 5545); the only module that loads icalendar.

The same activities give the same bytes in every process: no clock, no random ids. An activity
keeps its UID, so that a calendar that subscribes takes a new time for a change.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import icalendar

from salescli.model.activities import Activity
from salescli.model.calendar import Calendar
from salescli.report.records.agenda import Appointment, due_on_of
from salescli.report.text.numbers import clean_text

_MINUTES = 30  # a meeting that nobody gave a length
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def format_calendar(appointments: Iterable[Appointment], calendar: Calendar, name: str) -> bytes:
    """A calendar called `name`: what has a start is an event in it, the rest is to be done."""
    made = icalendar.Calendar()
    made.add("prodid", "-//salescli//agenda//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", clean_text(name))
    for one in sorted(appointments, key=lambda one: one.activity.id):
        made.add_component(_component(one, calendar))
    text: bytes = made.to_ical()
    return text


def _component(one: Appointment, calendar: Calendar) -> icalendar.Event | icalendar.Todo:
    activity, calendar = one.activity, one.own(calendar)
    made: icalendar.Event | icalendar.Todo
    if activity.start_at is not None:
        made = icalendar.Event()
        day = calendar.day_of(activity.start_at)
        if activity.minutes is None and activity.start_at == calendar.start_of(day):
            made.add("dtstart", day)  # no time was agreed: all day
        else:
            made.add("dtstart", activity.start_at.astimezone(UTC))
            made.add("duration", timedelta(minutes=activity.minutes or _MINUTES))
    else:
        made = icalendar.Todo()
        made.add("status", "NEEDS-ACTION")
        if (due_on := due_on_of(one, calendar)) is not None:
            made.add("due", due_on)
    made.add("uid", f"{activity.id}@salescli")
    # When the entry was made; today's time would change the bytes from run to run.
    made.add("dtstamp", (activity.planned_at or activity.start_at or _NO_TIME).astimezone(UTC))
    made.add("summary", clean_text(activity.title))
    about = " · ".join(clean_text(text) for text in (one.title, one.client, one.store) if text)
    made.add("description", f"{about}\n{one.record}".strip())
    made.add("categories", [clean_text(activity.type)])
    if activity.remind is not None and activity.start_at is not None:
        made.add_component(_alarm(activity))
    return made


def _alarm(activity: Activity) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", clean_text(activity.title))
    alarm.add("trigger", timedelta(minutes=-(activity.remind or 0)))
    return alarm
