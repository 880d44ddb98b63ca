"""`salescli process start | stop`: the process on a deal, and `opportunity repeat`."""

import click

from salescli.commands.app import App
from salescli.commands.options import ends_options, event_options
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

DEAL = click.argument("deal", metavar="DEAL")


@click.command()
@DEAL
@event_options
@click.pass_obj
def start(app: App, /, deal: str, actor: str | None, at: str | None, dry_run: bool) -> None:
    """Let the process lead a deal, from the stage where it is: its first steps open."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import opportunities, steps

        return steps.start_process(session, opportunities.open_deal(session, deal))

    app.write("process start", action, actor=actor, at=at, dry_run=dry_run)


@click.command()
@DEAL
@click.option("--reason", metavar="TEXT", default="by hand", help="Why.", show_default=True)
@event_options
@click.pass_obj
def stop(
    app: App, /, deal: str, reason: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Let a deal go on by hand: its open steps are cancelled, nothing else changes."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import opportunities, steps

        return steps.stop_process(session, opportunities.open_deal(session, deal), reason)

    app.write("process stop", action, actor=actor, at=at, dry_run=dry_run)


@click.command()
@DEAL
@ends_options
@click.option("--note", metavar="TEXT", help="A note in the event.")
@event_options
@click.pass_obj
def repeat(
    app: App,
    /,
    deal: str,
    note: str | None,
    done: tuple[str, ...],
    cancel: tuple[str, ...],
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Begin the steps of a deal's stage again, in the same visit."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import guiding, opportunities, stages
        from salescli.workspace.finishing import Ends

        loaded = opportunities.open_deal(session, deal)
        repeated = stages.repeat_stage(session, loaded, note, Ends(done, cancel))
        return guiding.with_next(session, repeated)

    app.write("opportunity repeat", action, actor=actor, at=at, dry_run=dry_run)
