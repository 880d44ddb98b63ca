"""`salescli activity …`: what is planned, moved, done, cancelled on a deal or lead."""

from collections.abc import Mapping
from typing import Any

import click

from salescli.commands.agenda import print_activities
from salescli.commands.app import App, say
from salescli.commands.asking import ask_form, read_pairs
from salescli.commands.listing import report_invalid
from salescli.commands.options import Decorator, event_options, format_option
from salescli.commands.stores import store_options
from salescli.workspace import activities, agenda, inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

RECORD = click.argument("record", metavar="RECORD")
ACTIVITY = click.argument("activity_id", metavar="ACTIVITY")
NOTE = click.option("--note", metavar="TEXT", help="What was said, minutes of a meeting …")
RESULT = click.option("--result", metavar="VALUE", help="How it ended; done if left out.")
TOOK = click.option("--minutes", metavar="LENGTH", help="What it took: 90, 1h30 or 1:30.")
TYPE = click.option("--type", "type_", metavar="VALUE", help="task, meeting, call, visit …")
OWNER = click.option("--owner", metavar="PERSON", help="Who does it, if not you.")


@click.group()
def activity() -> None:
    """Calls, meetings, visits, tasks of deals and leads.

    RECORD is a deal or lead: id, exact title, or the first characters of an id. ACTIVITY is the
    id of an activity, or the first characters of it.
    """


def _plan_options(function: Any) -> Any:
    options: tuple[Decorator, ...] = (
        TYPE,
        click.option("--start", metavar="TIME", help='A day, or day and time: "tomorrow 14:00".'),
        click.option("--minutes", metavar="LENGTH", help="How long: 90, 1h30 or 1:30."),
        click.option("--remind", metavar="LENGTH", help="How long before the start."),
        OWNER,
        click.option(
            "--person", "people", multiple=True, metavar="CONTACT", help="Who takes part."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _typed(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of an activity, by the names that its events have."""
    return {name.removesuffix("_"): value for name, value in options.items()}


@activity.command()
@RECORD
@click.argument("title")
@_plan_options
@event_options
@click.pass_obj
def plan(
    app: App,
    /,
    record: str,
    title: str,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Plan a call, meeting, task …; prints its id.

    Example: salescli activity plan 7k2m "Show block B" --type meeting --start "tomorrow 14:00"
    """

    def action(session: Session) -> Outcome:
        found = inner.open_record(session, record)
        return activities.plan_activity(session, found, title, _typed(options))

    app.write("activity plan", action, actor=actor, at=at, dry_run=dry_run)


@activity.command()
@ACTIVITY
@click.option("--title", metavar="TEXT", help="What it is.")
@_plan_options
@event_options
@click.pass_obj
def replan(
    app: App,
    /,
    activity_id: str,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Change an open activity: its time, length, people … An empty value ("") empties one.

    Example: salescli activity replan 3t8d --start "tomorrow 10:00"
    """
    typed = _typed(options)
    if all(value in (None, ()) for value in typed.values()):
        raise click.UsageError('nothing to change: name a field, like --start "tomorrow 10:00"')

    def action(session: Session) -> Outcome:
        return activities.replan_activity(session, activity_id, typed)

    app.write("activity replan", action, actor=actor, at=at, dry_run=dry_run)


@activity.command()
@ACTIVITY
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@RESULT
@TOOK
@NOTE
@event_options
@click.pass_obj
def done(
    app: App,
    /,
    activity_id: str,
    fields: tuple[str, ...],
    result: str | None,
    minutes: str | None,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Say that an activity is done. Its minutes count as hours of its owner.

    A form of the process takes its fields; on a terminal it asks for them if none is given.

    \b
    Example: salescli activity done 3t8d --minutes 70 --note "Liked the courtyard"
             salescli activity done 5k0r budget=250000 need=flat-to-live-in
    """
    typed = read_pairs(app, activity_id, fields, actor)
    if not typed and app.surroundings.is_interactive:
        typed, result = ask_form(app, activity_id, result, actor)

    def action(session: Session) -> Outcome:
        return activities.complete_activity(
            session, activity_id, result=result, minutes=minutes, note=note, fields=typed
        )

    app.write("activity done", action, actor=actor, at=at, dry_run=dry_run)


@activity.command()
@ACTIVITY
@NOTE
@event_options
@click.pass_obj
def cancel(
    app: App,
    /,
    activity_id: str,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Say that an activity won't be. It counts no hours."""

    def action(session: Session) -> Outcome:
        return activities.cancel_activity(session, activity_id, note=note)

    app.write("activity cancel", action, actor=actor, at=at, dry_run=dry_run)


@activity.command()
@RECORD
@click.argument("title")
@TYPE
@RESULT
@TOOK
@click.option("--start", metavar="TIME", help="When it began.")
@OWNER
@NOTE
@event_options
@click.pass_obj
def log(
    app: App,
    /,
    record: str,
    title: str,
    result: str | None,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Write down what was done and never planned; prints its id.

    Example: salescli activity log 7k2m "Called back" --type call --minutes 10
    """

    def action(session: Session) -> Outcome:
        found = inner.open_record(session, record)
        return activities.log_activity(
            session, found, title, _typed(options), result=result, note=note
        )

    app.write("activity log", action, actor=actor, at=at, dry_run=dry_run)


@activity.command("list")
@click.argument("record", required=False, metavar="[RECORD]")
@click.option("--person", metavar="PERSON", help="Only theirs; @me is you.")
@click.option("--open", "is_open", is_flag=True, help="Only what waits.")
@click.option("--overdue", "is_overdue", is_flag=True, help="Only what waits and is late.")
@click.option("--type", "types", multiple=True, metavar="VALUE", help="Only these types.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows.")
@click.option("--actor", metavar="PERSON", help="Who acts.")
@format_option()
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@store_options
@click.pass_obj
def list_(
    app: App,
    /,
    record: str | None,
    limit: int | None,
    actor: str | None,
    format_: str,
    raw: bool,
    **wanted: Any,
) -> None:
    """List activities of a deal or lead, or of all: the open ones first, by when they are due."""
    with app.reading(actor) as session:
        chosen = agenda.read_filter(session, **wanted)
        one = inner.open_record(session, record) if record is not None else None
        listed = agenda.list_activities(session, chosen, one)
        total = print_activities(app, session, listed, format_, raw=raw, limit=limit)
    if total:
        say(total)
    report_invalid(listed.invalid)
