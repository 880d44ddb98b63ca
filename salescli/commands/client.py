"""`salescli account …` and `salescli contact …`: clients, made from one table of two kinds."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.erasing import erase
from salescli.commands.options import (
    field_options,
    format_option,
    list_options,
    typed_fields,
    writer_options,
)
from salescli.commands.revision import rev_option
from salescli.model.records import RECORD_TYPES
from salescli.workspace import clients
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


def build_group(kind: str, words: str) -> click.Group:
    """The commands of one kind of client."""
    record = RECORD_TYPES[kind]
    group = click.Group(kind, help=words)

    @group.command(help=f"Make {_a(kind)}; prints its id.")
    @click.argument("name")
    @field_options(record, "name", "archived")
    @writer_options
    @click.pass_obj
    def create(app: App, /, name: str, actor: str | None, dry_run: bool, **options: Any) -> None:
        typed = typed_fields(options)

        def action(session: Session) -> Outcome:
            return clients.create_client(session, kind, name, typed)

        app.write(f"{kind} create", action, actor=actor, dry_run=dry_run)

    @group.command("set", help=f'Change fields of {_a(kind)}; an empty value ("") empties one.')
    @click.argument("record", metavar=kind.upper())
    @field_options(record)
    @writer_options
    @click.pass_obj
    def set_(
        app: App,
        /,
        actor: str | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        text = options.pop("record")
        typed = typed_fields(options)
        if not typed:
            raise click.UsageError("nothing to set: name a field, like --phone")

        def action(session: Session) -> Outcome:
            return clients.set_client(session, kind, text, typed)

        app.write(f"{kind} set", action, actor=actor, dry_run=dry_run)

    @group.command(help=f"Take {_a(kind)} out of use: out of lists, and nothing new takes it.")
    @click.argument("record", metavar=kind.upper())
    @writer_options
    @click.pass_obj
    def archive(app: App, /, record: str, actor: str | None, dry_run: bool) -> None:
        def action(session: Session) -> Outcome:
            return clients.set_client(session, kind, record, {"archived": "yes"})

        app.write(f"{kind} archive", action, actor=actor, dry_run=dry_run)

    @group.command("list", help=f"List {kind}s, by name.")
    @list_options
    @click.pass_obj
    def list_(app: App, /, **options: Any) -> None:
        from salescli.commands.listing import list_records

        list_records(app, kind, **options)

    @group.command(help=f"Show {_a(kind)}.")
    @click.argument("record", metavar=kind.upper())
    @format_option("table", "json", "md")
    @rev_option
    @click.pass_obj
    def show(app: App, /, record: str, format_: str) -> None:
        from salescli.commands.showing import show_client

        show_client(app, kind, record, format_)

    return group


def _a(kind: str) -> str:
    return "an account" if kind == "account" else "a contact"


account = build_group("account", "Companies: clients, partners, suppliers, banks.")
contact = build_group("contact", "People outside: clients of their own, or at an account.")
contact.add_command(erase)
