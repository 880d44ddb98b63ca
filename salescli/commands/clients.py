"""`salescli client …`: accounts and contacts alike, whichever of the two somebody is."""

import click

from salescli.commands.app import App
from salescli.commands.clienthistory import show_history, show_list
from salescli.commands.options import event_options, format_option
from salescli.commands.revision import rev_option
from salescli.commands.showing import show_client
from salescli.commands.stores import store_options
from salescli.workspace import merging
from salescli.workspace.clientsearch import search_client
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

CLIENT = click.argument("client_", metavar="CLIENT")


@click.group()
def client() -> None:
    """Clients, companies and people alike: list, show, history, merge.

    CLIENT is an id, a name, an e-mail, a phone, or a part of one that only one client has.
    """


@client.command()
@CLIENT
@click.argument("into", metavar="INTO")
@event_options
@click.pass_obj
def merge(
    app: App, /, client_: str, into: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Merge CLIENT into INTO: deals, leads and open activities follow, a stub stays.

    Example: salescli client merge con-9p3x con-4c8t
    """

    def action(session: Session) -> Outcome:
        return merging.merge_clients(session, client_, into)

    app.write("client merge", action, actor=actor, at=at, dry_run=dry_run)


@client.command()
@CLIENT
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only such events.")
@click.option("--since", metavar="DAY", help="Only what happened from that day on.")
@click.option("--with-contacts", is_flag=True, help="Of a company: its people's deals, too.")
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def history(
    app: App, /, client_: str, kinds: tuple[str, ...], since: str | None, format_: str, **more: bool
) -> None:
    """Everything with a client: deals, leads, what they came to, one timeline.

    Example: salescli client history elena --kind mailed --kind done --since 2026-01-01
    """
    show_history(app, client_, kinds, since, format_, with_contacts=more["with_contacts"])


@client.command("list")
@click.argument("text", required=False)
@click.option("--all", "everything", is_flag=True, help="Archived ones too.")
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@format_option()
@store_options
@click.pass_obj
def list_(app: App, /, text: str | None, everything: bool, raw: bool, format_: str) -> None:
    """List clients by name, with their deals; with TEXT, those that have it somewhere.

    Example: salescli client list petrov
    """
    show_list(app, text, format_, everything=everything, raw=raw)


@client.command()
@CLIENT
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, client_: str, format_: str) -> None:
    """Show an account or contact, found by any part of its name."""
    with app.reading() as session:
        found = search_client(session, client_)
    show_client(app, found.kind, found.id, format_)
