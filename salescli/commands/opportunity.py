"""`salescli opportunity …`: deals.

Use cases are imported by the commands that call them: a list has no need of those that write.
"""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.bulk import change_deals, where_options
from salescli.commands.cloning import clone
from salescli.commands.moving import DEAL_OR_MANY, advance, close, move, reopen, repeat
from salescli.commands.neighbours import add_neighbours
from salescli.commands.options import (
    event_options,
    field_options,
    format_option,
    list_options,
    typed_fields,
    writer_options,
)
from salescli.commands.revision import rev_option
from salescli.model.records import Opportunity
from salescli.report.text.numbers import cut
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

LISTS = ("contact", "competitor", "product", "member", "lead")
GROUPS = (*LISTS, "tactic")
VIEWS = ("show", "timeline", "brief", "board", "blame")
DEAL = click.argument("deal", metavar="DEAL")
CREATE_CLIENT = click.option(
    "--create-client",
    "client_kind",
    type=click.Choice(["account", "contact"]),
    help="Make the client, as a company or a person, if it isn't there.",
)


class OpportunityGroup(click.Group):
    """The commands of deals; groups inside and views are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *GROUPS, *VIEWS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = self._load(ctx, cmd_name)
        return command and add_neighbours(command, f"opportunity {cmd_name}")

    def _load(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in LISTS:
            from salescli.commands.lists import build_group

            return build_group(cmd_name)
        if cmd_name == "tactic":
            from salescli.commands.tactic import tactic

            return tactic
        if cmd_name in VIEWS:
            from salescli.commands.views import VIEW_COMMANDS

            return VIEW_COMMANDS[cmd_name]
        return super().get_command(ctx, cmd_name)


@click.group(cls=OpportunityGroup)
def opportunity() -> None:
    """Deals: create and advance them, list and show them.

    DEAL is an id, an exact title, or the first characters of an id.
    """


@opportunity.command()
@click.argument("title", required=False)
@click.option("--client", metavar="TEXT", help="Who buys: name, e-mail, phone or id.")
@CREATE_CLIENT
@click.option("--stage", metavar="STAGE", help="Open stage to begin in, if not the first.")
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@click.option("--continue", "continues", metavar="DEAL", help="The deal that it goes on from.")
@field_options(Opportunity, "title", "client", "stage", "process")
@event_options
@click.pass_obj
def create(
    app: App,
    /,
    title: str | None,
    client: str | None,
    stage: str | None,
    process: str | None,
    continues: str | None,
    client_kind: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Make a deal; prints its id.

    Example: salescli opportunity create "Flat 47" --client elena --budget 250000
    """
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        from salescli.workspace import continuing, guiding

        made = continuing.begin_opportunity(
            session,
            title,
            client,
            typed,
            continues=continues,
            stage=stage,
            process=process,
            client_kind=client_kind,
        )
        return guiding.with_next(session, made)

    app.write("opportunity create", action, actor=actor, at=at, dry_run=dry_run)


@opportunity.command("set")
@DEAL_OR_MANY
@click.option("--client", metavar="TEXT", help="Who buys: name, e-mail, phone or id.")
@CREATE_CLIENT
@field_options(Opportunity, "client", "stage", "process", "leads")
@click.option("--winner", metavar="COMPETITOR", help="Who won it, or unknown.")
@click.option(
    "--with-activities", is_flag=True, help="A new owner gets the hand-made activities too."
)
@where_options
@event_options
@click.pass_obj
def set_(
    app: App,
    /,
    deal: str | None,
    client_kind: str | None,
    with_activities: bool,
    where: tuple[str, ...],
    yes: bool,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Change fields of a deal; an empty value ("") empties one.

    With --where of all deals that meet it: those are shown, and all of them are changed or none.

    Example: salescli opportunity set 7k2m --budget 240000 --close-date 2026-12-15
    """
    typed = typed_fields(options)
    if not typed:
        raise click.UsageError("nothing to set: name a field, like --budget 240000")

    def change(session: Session, loaded: LoadedDeal) -> Outcome:
        from salescli.workspace import opportunities

        return opportunities.set_opportunity(
            session, loaded, typed, client_kind=client_kind, with_activities=with_activities
        )

    change_deals(
        app,
        "opportunity set",
        deal,
        change,
        aim=": " + ", ".join(f"{name} {cut(text, 30)}" for name, text in typed.items()),
        where=where,
        yes=yes,
        actor=actor,
        at=at,
        dry_run=dry_run,
    )


@opportunity.command()
@DEAL
@event_options
@click.pass_obj
def archive(app: App, /, deal: str, actor: str | None, at: str | None, dry_run: bool) -> None:
    """Take a closed deal out of lists; every figure still counts it."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import opportunities

        return opportunities.archive_opportunity(session, opportunities.open_deal(session, deal))

    app.write("opportunity archive", action, actor=actor, at=at, dry_run=dry_run)


@opportunity.command()
@DEAL
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def completion(app: App, /, deal: str, format_: str) -> None:
    """What a deal has brought and cost: revenue, hours by person, own cost, margin, how it ended.

    Of a deal that is not won only hours and own cost are known.
    """
    from salescli.commands.completion import show_completion

    show_completion(app, deal, format_)


@opportunity.command()
@DEAL
@click.option("--yes", is_flag=True, help="Don't ask.")
@writer_options
@click.pass_obj
def delete(app: App, /, deal: str, yes: bool, actor: str | None, dry_run: bool) -> None:
    """Delete a deal that nothing refers to. `salescli undo` brings it back."""
    if not dry_run and not yes:
        from salescli.workspace import opportunities

        with app.reading() as session:
            facts = opportunities.open_deal(session, deal).facts
        app.confirm(f"Delete {facts.title}?", f"salescli opportunity delete {facts.id}")

    def action(session: Session) -> Outcome:
        from salescli.workspace import deleting, opportunities

        return deleting.delete_opportunity(session, opportunities.open_deal(session, deal))

    app.write("opportunity delete", action, actor=actor, dry_run=dry_run)


@opportunity.command()
@DEAL
@event_options
@click.pass_obj
def edit(app: App, /, deal: str, actor: str | None, at: str | None, dry_run: bool) -> None:
    """Edit a deal's file in $EDITOR; what changed is written as one event.

    The store isn't locked meanwhile: changes that others make are merged field by field. What is
    refused stays in a file whose path is told.
    """
    from salescli.commands.editing import copy_to_edit, run_editor
    from salescli.workspace import editing

    with app.reading() as session:
        base = editing.begin_edit(session, deal)
    with copy_to_edit(base.source, base.path) as copy:
        run_editor(app, copy)
        edited = copy.read_bytes()
        if edited == base.source:
            say("Nothing was changed.")
            return

        def action(session: Session) -> Outcome:
            return editing.finish_edit(session, base, edited)

        app.write("opportunity edit", action, actor=actor, at=at, dry_run=dry_run)


@opportunity.command("list")
@list_options
@click.pass_obj
def list_(app: App, /, **options: Any) -> None:
    """List deals: all that are not archived, newest first.

    Example: salescli opportunity list --where 'budget>=100000 EUR' --where 'close_date<today+30d'
    """
    from salescli.commands.listing import list_records

    list_records(app, "opportunity", **options)


opportunity.add_command(clone)
for command in (advance, move, close, reopen, repeat):
    opportunity.add_command(command)
