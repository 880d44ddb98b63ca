"""`salescli agenda`, and how activities are shown in lists."""

import sys
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.fields import fields_option, tell_names
from salescli.commands.listing import report_invalid
from salescli.commands.nested import AGENDA, print_nested
from salescli.commands.options import format_option
from salescli.commands.output import print_rows, store_columns, write_outside
from salescli.commands.stores import store_options
from salescli.model.activities import Activity
from salescli.model.calendar import Calendar, format_instant
from salescli.report.records.agenda import (
    Agenda,
    Appointment,
    Scope,
    build_agenda_document,
    due_on_of,
    format_agenda,
    format_agenda_markdown,
    in_store,
    render_ics,
)
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_number_of
from salescli.workspace.agenda import ActivityList, is_overdue, read_agenda, read_person
from salescli.workspace.session import Session

TERMINAL_ROWS = 50
COLUMNS = [
    Column("activity", "Id", kind="id"),
    Column("when", "When", kind="day"),
    Column("type", "Type"),
    Column("title", "Title"),
    Column("owner", "Owner"),
    Column("state", "State"),
    Column("minutes", "Min", "right", "number"),
    Column("record_title", "For"),
]
MACHINE_COLUMNS = [
    Column(name, name, kind="number" if name in ("minutes", "remind") else "text")
    for name in (
        "activity record record_title client type title owner state result start due_on overdue "
        "minutes remind people planned_at closed_at step run"
    ).split()
]


@click.command()
@click.option("--person", metavar="PERSON", help="Whose, if not yours; @me is you.")
@click.option("--everyone", is_flag=True, help="Everybody's, person by person.")
@click.option("--week", is_flag=True, help="To the end of the week, not of today.")
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option("--ics", metavar="FILE", help="Write all that waits as iCalendar; - is stdout.")
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option("table", "json", "md")
@fields_option
@store_options
@click.pass_obj
def agenda(
    app: App,
    /,
    person: str | None,
    everyone: bool,
    week: bool,
    overdue: bool,
    ics: str | None,
    actor: str | None,
    format_: str,
) -> None:
    """What waits: today, and what is overdue, of calls, meetings, tasks on deals and leads.

    Example: salescli agenda --week --ics week.ics
    """
    if everyone and person is not None:
        raise click.UsageError("--everyone and --person exclude each other")
    if week and overdue:
        raise click.UsageError("--week and --overdue exclude each other")
    tell_names(app.fields, AGENDA.names)
    scope: Scope = "week" if week else "overdue" if overdue else "day"
    with app.reading(actor) as session:
        who = None if everyone else read_person(session, person or "@me")
        found, waiting = read_agenda(session, person=who, scope=scope)
        names = {key: entry.name for key, entry in session.team.people.items()}
        calendar = session.calendar
    if ics is not None:
        title = names.get(who, who) if who is not None else session.settings.name
        _write_ics(app, ics, render_ics(waiting.found, calendar, title), len(waiting.found))
    else:
        _print(app, session, found, format_, names)
    report_invalid(waiting.invalid)


def _print(app: App, session: Session, found: Agenda, format_: str, names: dict[str, str]) -> None:
    calendar = session.calendar
    if app.fields or format_ == "json":
        print_nested(app, AGENDA, build_agenda_document(found, calendar), format_)
        return
    if format_ == "md":
        lines = format_agenda_markdown(found, calendar, names)
    else:
        width = app.surroundings.width if app.surroundings.is_terminal else None
        lines = format_agenda(found, calendar, names, width=width)
    for line in lines:
        click.echo(line)


def _write_ics(app: App, path: str, data: bytes, count: int) -> None:
    """Write a calendar file, or to stdout."""
    if path == "-":
        sys.stdout.buffer.write(data)
        return
    write_outside(app, path, data)
    say(f"{path}: {format_number_of(count, 'activity', 'activities')}.")


def print_activities(
    app: App,
    session: Session,
    listed: ActivityList,
    format_: str,
    *,
    raw: bool,
    limit: int | None,
) -> str:
    """Print activities as rows or documents; answers the line that goes under them."""
    found = listed.found
    is_terminal = app.surroundings.is_terminal
    if limit is None and format_ == "table" and is_terminal:
        limit = TERMINAL_ROWS
    shown = found[:limit]
    documents = [activity_document(session, one) for one in shown]
    is_words = format_ in ("table", "md")
    worded = [
        _worded(session, one, document, is_terminal)
        for one, document in zip(shown, documents, strict=True)
        if is_words
    ]
    print_rows(
        app,
        documents,
        store_columns(session, COLUMNS if is_words else MACHINE_COLUMNS),
        format_,
        schema="salescli/activities@1",
        raw=raw,
        empty="No activities meet that. salescli activity plan RECORD TITLE plans one.",
        shown=worded if is_words else None,
    )
    if format_ != "table" or not found:
        return ""
    count = format_number_of(len(found), "activity", "activities")
    if len(shown) < len(found):
        return f"{len(shown)} of {count} shown; --limit N sets another number."
    return f"{count}."


def _worded(
    session: Session, one: Appointment, document: dict[str, Any], is_short: bool
) -> dict[str, Any]:
    """A row for people: the id as short as it may be, the state with result and lateness."""
    activity = one.activity
    state = str(activity.state)
    if document["overdue"]:
        state = "overdue"
    elif activity.result not in (None, state):
        state = f"{state}: {activity.result}"
    address = session.short_inner(activity.id) if is_short else activity.id
    when = _when(one.own(session.calendar), activity)
    return {**document, "activity": address, "when": when, "state": state}


def _when(calendar: Calendar, activity: Activity) -> str:
    """When it was closed, or begins: day and time, of a whole day the day; else its due day."""
    start = activity.start_at
    if start is None or activity.closed_at is not None:
        at = activity.closed_at or activity.due_at
        return calendar.day_of(at).isoformat() if at is not None else ""
    day = calendar.day_of(start)
    is_day = start == calendar.start_of(day)
    return day.isoformat() if is_day else calendar.format_local(start)


def activity_document(session: Session, one: Appointment) -> dict[str, Any]:
    """An activity as scripts get it; instants in UTC, `due_on` a local day."""
    activity = one.activity
    due_on = due_on_of(one, session.calendar)
    return {
        "activity": activity.id,
        "record": one.record,
        "record_title": one.title,
        "client": one.client,
        "type": activity.type,
        "title": activity.title,
        "owner": activity.owner,
        "state": activity.state,
        "result": activity.result,
        "start": format_instant(activity.start_at) if activity.start_at else None,
        "due_on": due_on.isoformat() if due_on else None,
        "overdue": is_overdue(session, activity, one.calendar),
        "minutes": activity.minutes,
        "remind": activity.remind,
        "people": list(activity.people),
        "planned_at": format_instant(activity.planned_at) if activity.planned_at else None,
        "closed_at": format_instant(activity.closed_at) if activity.closed_at else None,
        "step": activity.step,
        "run": activity.run,
        **in_store(one),
    }
