"""`salescli lead …`: interests, before there is a deal and beside it."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.blaming import blame_options, print_blame
from salescli.commands.options import (
    Decorator,
    event_options,
    field_options,
    format_option,
    list_options,
    typed_fields,
    writer_options,
)
from salescli.commands.revision import rev_option
from salescli.commands.views import print_timeline, timeline_options
from salescli.model.records import Lead, Opportunity
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

LEAD = click.argument("lead", metavar="LEAD")
NOTE = click.option("--note", metavar="TEXT", help="A note in the event.")
CREATE_CLIENT = click.option(
    "--create-client",
    type=click.Choice(["account", "contact"]),
    help="Make the client of the company or person that the lead names.",
)


def client_option(words: str) -> Decorator:
    """`--client`, with what it is good for here."""
    return click.option("--client", metavar="TEXT", help=words)


def refuse_two_clients(client: str | None, create_client: str | None) -> None:
    """Raise a usage error for a client that is there and one to be made, in one command."""
    if client is not None and create_client is not None:
        raise click.UsageError("--client names one that is there; leave --create-client out")


@click.group()
def lead() -> None:
    """Leads: an interest, its history, and the deal that it becomes.

    LEAD is an id, an exact title, or the first characters of an id.
    """


@lead.command()
@click.argument("title", required=False)
@client_option("Whose it is, if that is known: name, e-mail, phone or id.")
@CREATE_CLIENT
@click.option("--stage", metavar="STAGE", help="Open stage to begin in, if not the first.")
@field_options(Lead, "title", "client")
@event_options
@click.pass_obj
def create(
    app: App,
    /,
    title: str | None,
    client: str | None,
    create_client: str | None,
    stage: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Write down an interest; prints its id.

    Example: salescli lead create "Flat for Elena" --person "Elena Petrova" --phone 21111111
    """
    refuse_two_clients(client, create_client)
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        return leads.create_lead(
            session, title, typed, client=client, create_client=create_client, stage=stage
        )

    app.write("lead create", action, actor=actor, at=at, dry_run=dry_run)


@lead.command("set")
@LEAD
@client_option('Whose it is; takes the place of person, company, mails and phones. "" empties.')
@field_options(Lead, "client")
@event_options
@click.pass_obj
def set_(
    app: App,
    /,
    client: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Change fields of a lead; an empty value ("") empties one."""
    text = options.pop("lead")
    typed = typed_fields(options)
    if not typed and client is None:
        raise click.UsageError("nothing to set: name a field, like --need parking")

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        return leads.set_lead(session, leads.open_lead(session, text), typed, client)

    app.write("lead set", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@click.option("--to", metavar="STAGE", required=True, help="Any stage but disqualified.")
@NOTE
@event_options
@click.pass_obj
def move(
    app: App,
    /,
    lead: str,
    to: str,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Move a lead to another stage, back too, and out of an end again.

    Stages: qualification, nurturing, hand-off, awaiting-sale; ends: satisfied, not-interested.
    """

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        return leads.move_lead(session, leads.open_lead(session, lead), to=to, note=note)

    app.write("lead move", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@client_option("Whose it is: name, e-mail, phone or id.")
@CREATE_CLIENT
@field_options(Lead, "client", "person", "company", "emails", "phones")
@NOTE
@event_options
@click.pass_obj
def qualify(
    app: App,
    /,
    client: str | None,
    create_client: str | None,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """The interest is real, and it is known whose: hand the lead off to be sold to.

    Example: salescli lead qualify 0f5s --create-client contact --need parking --owner boris
    """
    refuse_two_clients(client, create_client)
    text = options.pop("lead")
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        loaded = leads.open_lead(session, text)
        return leads.qualify_lead(
            session, loaded, typed, client=client, create_client=create_client, note=note
        )

    app.write("lead qualify", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@click.option("--reason", metavar="VALUE", help="Why nothing can come of it.")
@NOTE
@event_options
@click.pass_obj
def disqualify(
    app: App,
    /,
    lead: str,
    reason: str | None,
    note: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """End a lead that nothing can come of."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        loaded = leads.open_lead(session, lead)
        return leads.disqualify_lead(session, loaded, reason=reason, note=note)

    app.write("lead disqualify", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@click.option("--title", metavar="TEXT", help="What to call the deal, if not CLIENT/NUMBER.")
@client_option("Who buys, if the lead doesn't know or it is another.")
@CREATE_CLIENT
@click.option("--stage", metavar="STAGE", help="Open stage to begin in, if not the first.")
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@field_options(Opportunity, "title", "client", "stage", "process", "leads")
@event_options
@click.pass_obj
def convert(
    app: App,
    /,
    client: str | None,
    create_client: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Make a deal of a lead, which then awaits the sale; prints the deal's id.

    Fields of the deal that are not given are the lead's.
    """
    refuse_two_clients(client, create_client)
    text = options.pop("lead")
    more = {name: options.pop(name) for name in ("title", "stage", "process")}
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        from salescli.workspace import converting, guiding, leads

        loaded = leads.open_lead(session, text)
        made = converting.convert_lead(
            session, loaded, typed, client=client, create_client=create_client, **more
        )
        return guiding.with_next(session, made)

    app.write("lead convert", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@event_options
@click.pass_obj
def archive(app: App, /, lead: str, actor: str | None, at: str | None, dry_run: bool) -> None:
    """Take a lead that has ended out of lists."""

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        return leads.archive_lead(session, leads.open_lead(session, lead))

    app.write("lead archive", action, actor=actor, at=at, dry_run=dry_run)


@lead.command()
@LEAD
@click.option("--yes", is_flag=True, help="Don't ask.")
@writer_options
@click.pass_obj
def delete(app: App, /, lead: str, yes: bool, actor: str | None, dry_run: bool) -> None:
    """Delete a lead that nothing refers to. `salescli undo` brings it back."""
    if not dry_run and not yes:
        from salescli.workspace import leads

        with app.reading() as session:
            facts = leads.open_lead(session, lead).facts
        app.confirm(f"Delete {facts.title}?", f"salescli lead delete {facts.id}")

    def action(session: Session) -> Outcome:
        from salescli.workspace import leads

        return leads.delete_lead(session, leads.open_lead(session, lead))

    app.write("lead delete", action, actor=actor, dry_run=dry_run)


@lead.command("list")
@list_options
@click.pass_obj
def list_(app: App, /, **options: Any) -> None:
    """List leads: all that are not archived, newest first.

    Example: salescli lead list --where status=open --where 'decision_date<today+30d'
    """
    from salescli.commands.listing import list_records

    list_records(app, "lead", **options)


@lead.command()
@LEAD
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, lead: str, format_: str) -> None:
    """Show one lead: whose it is, where it stands, what it asks for, what happened last."""
    from salescli.commands.showing_leads import show_lead

    show_lead(app, lead, format_)


@lead.command()
@LEAD
@blame_options
@click.pass_obj
def blame(app: App, /, lead: str, format_: str) -> None:
    """Who set each field of a lead, when, and which commit brought it."""
    from salescli.workspace.leads import open_lead

    print_blame(app, lead, open_lead, format_)


@lead.command()
@LEAD
@timeline_options
@rev_option
@click.pass_obj
def timeline(app: App, /, lead: str, **options: Any) -> None:
    """Everything that happened to a lead, whatever its stage.

    Example: salescli lead timeline 0f5s --kind mail --since today-30d
    """
    from salescli.workspace.leads import open_lead

    print_timeline(app, lead, open_lead, **options)
