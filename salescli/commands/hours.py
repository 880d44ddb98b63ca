"""`salescli time add`: hours by hand."""

import click

from salescli.commands.app import App
from salescli.commands.options import event_options
from salescli.workspace import hours, opportunities
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.group()
def time() -> None:
    """Hours that no activity says; they count in the completion of a deal."""


@time.command()
@click.argument("deal")
@click.argument("length", metavar="MINUTES")
@click.option("--person", metavar="PERSON", help="Who worked, if not you.")
@click.option("--note", metavar="TEXT", help="At what.")
@event_options
@click.pass_obj
def add(
    app: App,
    /,
    deal: str,
    length: str,
    person: str | None,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Write down time spent on a deal: 90, 1h30 or 1:30.

    Example: salescli time add 7k2m 1h30 --note "Drive to the site and back"
    """

    def action(session: Session) -> Outcome:
        loaded = opportunities.open_deal(session, deal)
        return hours.add_time(session, loaded, length, person=person, note=note)

    app.write("time add", action, actor=actor, at=at, dry_run=dry_run)
