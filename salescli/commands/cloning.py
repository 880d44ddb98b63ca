"""`salescli opportunity clone`: the next deal of the same client."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import event_options, field_options, typed_fields
from salescli.model.records import Opportunity
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.command()
@click.argument("deal", metavar="DEAL")
@click.option("--title", metavar="TEXT", help="Title of the new deal, if not CLIENT/NUMBER.")
@click.option("--stage", metavar="STAGE", help="Open stage to begin in, if not the first.")
@field_options(Opportunity, "title", "client", "stage", "process", "leads")
@event_options
@click.pass_obj
def clone(
    app: App,
    /,
    deal: str,
    stage: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Make the next deal of the same client, with its people; prints its id.

    Example: salescli opportunity clone 7k2m --title "Flat 48" --budget 90000
    """
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        from salescli.workspace import cloning, guiding

        made = cloning.clone_opportunity(session, deal, typed, stage=stage)
        return guiding.with_next(session, made)

    app.write("opportunity clone", action, actor=actor, at=at, dry_run=dry_run)
