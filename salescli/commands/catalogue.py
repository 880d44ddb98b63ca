"""`salescli person | department | product | competitor …`: named things, made from one table.

What only one kind has, prices and the products of competitors, stands below it.
"""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import (
    event_options,
    field_options,
    format_option,
    list_options,
    typed_fields,
    writer_options,
)
from salescli.commands.revision import rev_option
from salescli.model.catalogues import RivalProduct
from salescli.workspace import catalogue, rivals
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


def build_group(kind: str, words: str) -> click.Group:
    """The commands of one kind of named thing."""
    record = catalogue.CATALOGUES[kind].record
    group = click.Group(kind, help=words)

    @group.command(help=f"Add a {kind}; prints its id, made from the name unless --id says it.")
    @click.argument("name")
    @click.option("--id", "slug", metavar="SLUG", help="The id: a-z, 0-9 and -, for ever.")
    @field_options(record, "name")
    @writer_options
    @click.pass_obj
    def create(
        app: App, /, name: str, slug: str | None, actor: str | None, dry_run: bool, **options: Any
    ) -> None:
        typed = typed_fields(options)

        def action(session: Session) -> Outcome:
            return catalogue.create_named(session, kind, name, typed, slug)

        is_person = kind == "person"  # the first one is made by nobody
        app.write(f"{kind} create", action, actor=actor, dry_run=dry_run, needs_actor=not is_person)

    @group.command("set", help=f'Change fields of a {kind}; an empty value ("") empties one.')
    @click.argument("record", metavar=kind.upper())
    @field_options(record)
    @writer_options
    @click.pass_obj
    def set_(app: App, /, actor: str | None, dry_run: bool, **options: Any) -> None:
        text = options.pop("record")
        typed = typed_fields(options)
        if not typed:
            raise click.UsageError("nothing to set: name a field, like --name")

        def action(session: Session) -> Outcome:
            return catalogue.set_named(session, kind, text, typed)

        app.write(f"{kind} set", action, actor=actor, dry_run=dry_run)

    @group.command("list", help=f"List all of kind {kind}, in the file's order.")
    @list_options
    @click.pass_obj
    def list_(app: App, /, **options: Any) -> None:
        from salescli.commands.listing import list_records

        list_records(app, kind, **options)

    @group.command(help=f"Show a {kind}.")
    @click.argument("record", metavar=kind.upper())
    @format_option("table", "json", "md")
    @rev_option
    @click.pass_obj
    def show(app: App, /, record: str, format_: str) -> None:
        from salescli.commands.showing import show_named

        show_named(app, kind, record, format_)

    return group


person = build_group("person", "Our people.")
department = build_group("department", "Departments; a parent takes in those below it.")
product = build_group("product", "Products, with dated prices.")
competitor = build_group("competitor", "Competitors, and the products they sell against ours.")
rival_product = click.Group("product", help="What a competitor sells.")
competitor.add_command(rival_product)
RIVAL = click.argument("rival", metavar="COMPETITOR")


@product.command("price")
@click.argument("record", metavar="PRODUCT")
@click.argument("price", metavar="MONEY")
@click.option("--from", "first", metavar="DAY", help="From when on; today by default.")
@writer_options
@click.pass_obj
def price_(
    app: App, /, record: str, price: str, first: str | None, actor: str | None, dry_run: bool
) -> None:
    """Set what a product costs from a day on; an empty price ("") takes that day's out.

    Lines on deals keep the price that they were added at.

    Example: salescli product price flat-b47 241000 --from 2027-01-01
    """

    def action(session: Session) -> Outcome:
        return catalogue.set_price(session, record, price, first)

    app.write("product price", action, actor=actor, dry_run=dry_run)


@rival_product.command("add")
@RIVAL
@click.argument("name")
@click.option("--id", "slug", metavar="SLUG", help="The id: a-z, 0-9 and -, for ever.")
@field_options(RivalProduct, "name", "retired")
@writer_options
@click.pass_obj
def add_rival_product(
    app: App,
    /,
    rival: str,
    name: str,
    slug: str | None,
    actor: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Add a product to a competitor; prints its id."""
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        return rivals.add_rival_product(session, rival, name, typed, slug)

    app.write("competitor product add", action, actor=actor, dry_run=dry_run)


@rival_product.command("set")
@RIVAL
@click.argument("record", metavar="PRODUCT")
@field_options(RivalProduct)
@writer_options
@click.pass_obj
def set_rival_product(
    app: App, /, rival: str, record: str, actor: str | None, dry_run: bool, **options: Any
) -> None:
    """Change a product of a competitor; an empty value ("") empties a field."""
    typed = typed_fields(options)
    if not typed:
        raise click.UsageError("nothing to set: name a field, like --strengths")

    def action(session: Session) -> Outcome:
        return rivals.set_rival_product(session, rival, record, typed)

    app.write("competitor product set", action, actor=actor, dry_run=dry_run)


@rival_product.command("remove")
@RIVAL
@click.argument("record", metavar="PRODUCT")
@writer_options
@click.pass_obj
def remove_rival_product(
    app: App, /, rival: str, record: str, actor: str | None, dry_run: bool
) -> None:
    """Take a product off a competitor, if no deal ever named it; else retire it."""

    def action(session: Session) -> Outcome:
        return rivals.remove_rival_product(session, rival, record)

    app.write("competitor product remove", action, actor=actor, dry_run=dry_run)


@person.command()
@click.argument("who", metavar="PERSON")
@click.option("--to", metavar="PERSON", required=True, help="Who takes over what is open.")
@click.option("--on", metavar="DAY", help="The last day, today if it isn't said.")
@click.option("--manager", metavar="PERSON", help="Who manages their departments from now on.")
@event_options
@click.pass_obj
def leave(
    app: App,
    /,
    who: str,
    to: str,
    on: str | None,
    manager: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Set the last day of a person and hand over all that is open.

    Open deals, leads and activities, and the clients that the person looks after, go to another;
    what is closed stays. Example: salescli person leave boris --to anna --on 2026-11-30
    """

    def action(session: Session) -> Outcome:
        from salescli.workspace import leaving

        return leaving.leave(session, who, to, on=on, manager=manager)

    app.write("person leave", action, actor=actor, at=at, dry_run=dry_run)
