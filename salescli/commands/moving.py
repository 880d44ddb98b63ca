"""`salescli opportunity advance | move | close | reopen`: deals through their stages."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import ends_options, event_options
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

DEAL = click.argument("deal", metavar="DEAL")
FORCE = click.option(
    "--force", metavar="REASON", help="Override required criteria; it is recorded."
)
NOTE = click.option("--note", metavar="TEXT", help="A note in the event.")


@click.command()
@DEAL
@click.option("--to", metavar="STAGE", help="A later open stage; the next one by default.")
@ends_options
@FORCE
@NOTE
@event_options
@click.pass_obj
def advance(
    app: App,
    /,
    deal: str,
    to: str | None,
    force: str | None,
    note: str | None,
    done: tuple[str, ...],
    cancel: tuple[str, ...],
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Move a deal forward: to the next stage, or over some to a later one."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import guiding, opportunities, stages
        from salescli.workspace.finishing import Ends

        loaded = opportunities.open_deal(session, deal)
        moved = stages.advance_opportunity(
            session, loaded, to=to, force=force, note=note, ends=Ends(done, cancel)
        )
        return guiding.with_next(session, moved)

    app.write("opportunity advance", action, actor=actor, at=at, dry_run=dry_run)


@click.command()
@DEAL
@click.option("--to", metavar="STAGE", required=True, help="Any open stage.")
@ends_options
@FORCE
@NOTE
@event_options
@click.pass_obj
def move(
    app: App,
    /,
    deal: str,
    to: str,
    force: str | None,
    note: str | None,
    done: tuple[str, ...],
    cancel: tuple[str, ...],
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Move a deal to any open stage, back too."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import guiding, opportunities, stages
        from salescli.workspace.finishing import Ends

        loaded = opportunities.open_deal(session, deal)
        moved = stages.move_opportunity(
            session, loaded, to=to, force=force, note=note, ends=Ends(done, cancel)
        )
        return guiding.with_next(session, moved)

    app.write("opportunity move", action, actor=actor, at=at, dry_run=dry_run)


@click.command()
@DEAL
@click.option(
    "--outcome", required=True, metavar="OUTCOME", help="won, lost, rerouted, rejected, or a stage."
)
@click.option("--reason", metavar="VALUE", help="Why it was not won.")
@click.option("--details", metavar="TEXT", help="The reason in words.")
@click.option("--revenue", metavar="MONEY", help="What came in; else the amount or budget counts.")
@click.option("--winner", metavar="NAME", help="The competitor who won it, or unknown.")
@click.option(
    "--leads",
    type=click.Choice(["satisfied", "hand-off", "not-interested"]),
    help="Where the leads of a deal go that was not won.",
)
@ends_options
@FORCE
@NOTE
@event_options
@click.pass_obj
def close(
    app: App,
    /,
    deal: str,
    done: tuple[str, ...],
    cancel: tuple[str, ...],
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Close a deal: won, lost, rerouted or rejected.

    Example: salescli opportunity close 7k2m --outcome lost --reason no-budget
    """

    def action(session: Session) -> Outcome:
        from salescli.workspace import opportunities, stages
        from salescli.workspace.finishing import Ends

        loaded = opportunities.open_deal(session, deal)
        return stages.close_opportunity(session, loaded, ends=Ends(done, cancel), **options)

    app.write("opportunity close", action, actor=actor, at=at, dry_run=dry_run)


@click.command()
@DEAL
@click.option("--to", required=True, metavar="STAGE", help="An open stage.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is open again.")
@click.option("--close-date", metavar="DAY", help="When it is expected to close now.")
@NOTE
@event_options
@click.pass_obj
def reopen(
    app: App, /, deal: str, actor: str | None, at: str | None, dry_run: bool, **options: Any
) -> None:
    """Open a closed deal again."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import guiding, opportunities, stages

        loaded = opportunities.open_deal(session, deal)
        return guiding.with_next(session, stages.reopen_opportunity(session, loaded, **options))

    app.write("opportunity reopen", action, actor=actor, at=at, dry_run=dry_run)
