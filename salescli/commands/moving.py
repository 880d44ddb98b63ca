"""`salescli opportunity advance | move | close | reopen | repeat`: deals through their stages."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.bulk import change_deals, where_options
from salescli.commands.options import ends_options, event_options
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

DEAL = click.argument("deal", metavar="DEAL")
DEAL_OR_MANY = click.argument("deal", metavar="[DEAL]", required=False)
FORCE = click.option(
    "--force", metavar="REASON", help="Override required criteria; it is recorded."
)
NOTE = click.option("--note", metavar="TEXT", help="A note in the event.")


@click.command()
@DEAL_OR_MANY
@click.option("--to", metavar="STAGE", help="A later open stage; the next one by default.")
@ends_options
@FORCE
@NOTE
@where_options
@event_options
@click.pass_obj
def advance(app: App, /, deal: str | None, **options: Any) -> None:
    """Move a deal forward: to the next stage, or over some to a later one.

    With --where all deals that meet it: those that it would change are shown, and all of them are
    moved or none.
    """
    _change(app, "advance", deal, **options)


@click.command()
@DEAL
@click.option("--to", metavar="STAGE", required=True, help="Any open stage.")
@ends_options
@FORCE
@NOTE
@event_options
@click.pass_obj
def move(app: App, /, deal: str, **options: Any) -> None:
    """Move a deal to any open stage, back too."""
    _change(app, "move", deal, **options)


@click.command()
@DEAL_OR_MANY
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
@where_options
@event_options
@click.pass_obj
def close(app: App, /, deal: str | None, **options: Any) -> None:
    """Close a deal: won, lost, rerouted or rejected.

    With --where all deals that meet it, or none.

    Example: salescli opportunity close 7k2m --outcome lost --reason no-budget
    """
    _change(app, "close", deal, **options)


@click.command()
@DEAL
@click.option("--to", required=True, metavar="STAGE", help="An open stage.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is open again.")
@click.option("--close-date", metavar="DAY", help="When it is expected to close now.")
@NOTE
@event_options
@click.pass_obj
def reopen(app: App, /, deal: str, **options: Any) -> None:
    """Open a closed deal again."""
    _change(app, "reopen", deal, **options)


@click.command()
@DEAL
@ends_options
@NOTE
@event_options
@click.pass_obj
def repeat(app: App, /, deal: str, **options: Any) -> None:
    """Begin the steps of a deal's stage again, in the same visit."""
    _change(app, "repeat", deal, **options)


def _aim(name: str, options: Mapping[str, Any]) -> str:
    """What becomes of the deals, as a question says it."""
    if name == "close":
        return f", as {options['outcome']}"
    return f", to {options.get('to') or 'their next stage'}"


def _change(
    app: App,
    name: str,
    deal: str | None,
    *,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    where: tuple[str, ...] = (),
    yes: bool = False,
    **options: Any,
) -> None:
    """Run the change of that name, with the activities that end together with it.

    The last line says what one would do next.
    """

    def change(session: Session, loaded: LoadedDeal) -> Outcome:
        from salescli.workspace import guiding, stages
        from salescli.workspace.finishing import Ends

        changes: dict[str, Callable[..., Outcome]] = {
            "advance": stages.advance_opportunity,
            "move": stages.move_opportunity,
            "close": stages.close_opportunity,
            "reopen": stages.reopen_opportunity,
            "repeat": stages.repeat_stage,
        }
        if "done" in options:
            options["ends"] = Ends(options.pop("done"), options.pop("cancel"))
        return guiding.with_next(session, changes[name](session, loaded, **options))

    change_deals(
        app,
        f"opportunity {name}",
        deal,
        change,
        aim=_aim(name, options),
        where=where,
        yes=yes,
        actor=actor,
        at=at,
        dry_run=dry_run,
    )
