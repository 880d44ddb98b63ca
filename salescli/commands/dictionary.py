"""`salescli dictionary …`: the values that fields choose from."""

from collections.abc import Callable
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import format_option, writer_options
from salescli.commands.output import print_rows
from salescli.commands.stores import store_options
from salescli.model.catalogues import choice_named
from salescli.model.errors import NotFound, finding
from salescli.model.nearest import did_you_mean
from salescli.report.text.listing import Column
from salescli.workspace import dictionaries
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

NAME = click.argument("name", metavar="DICTIONARY")
VALUE = click.argument("value")


@click.group()
def dictionary() -> None:
    """Values to choose from: needs, sources, reasons, roles …"""


@dictionary.command("list")
@click.argument("name", required=False, metavar="[DICTIONARY]")
@format_option()
@store_options
@click.pass_obj
def list_(app: App, /, name: str | None, format_: str) -> None:
    """List the values of one dictionary, or of all."""
    with app.reading() as session:
        known = session.dictionaries
    if name is not None and name not in known:
        raise NotFound(
            finding(
                "no-such-dictionary",
                f"there is no dictionary {name!r}",
                hint=did_you_mean(name, known) or f"there are {', '.join(known)}",
            )
        )
    rows = []
    for title, values in known.items():
        if name in (None, title):
            for key in values:
                choice = choice_named(values, key)
                assert choice is not None
                flags = [
                    flag
                    for flag, is_set in (
                        ("retired", choice.retired),
                        ("details required", choice.details),
                        ("imports only", choice.imported),
                    )
                    if is_set
                ]
                rows.append(
                    {"dictionary": title, "value": key, "name": choice.name, "flags": flags}
                )
    columns = [
        Column("dictionary", "Dictionary"),
        Column("value", "Value", kind="id"),
        Column("name", "Name"),
        Column("flags", "Flags"),
    ]
    print_rows(app, rows, columns, format_, schema="salescli/dictionaries@1")


RETIRED = click.option(
    "--retired", type=click.Choice(["yes", "no"]), help="Whether nobody is offered it."
)


def _flag_options(function: Callable[..., Any]) -> Callable[..., Any]:
    details = click.option(
        "--details",
        type=click.Choice(["yes", "no"]),
        help="Whether a reason of closing wants words beside it.",
    )
    types = click.option(
        "--type",
        "types",
        multiple=True,
        metavar="TYPE",
        help="Activity type that a result belongs to; without one it belongs to all.",
    )
    return details(types(function))


def _flags(
    details: str | None, types: tuple[str, ...], retired: str | None = None
) -> dictionaries.Flags:
    yes = {None: None, "yes": True, "no": False}
    words = [word for word in types if word] if types else None
    return dictionaries.Flags(yes[retired], yes[details], words)


@dictionary.command()
@NAME
@VALUE
@click.argument("text", metavar="NAME")
@_flag_options
@writer_options
@click.pass_obj
def add(
    app: App,
    /,
    name: str,
    value: str,
    text: str,
    details: str | None,
    types: tuple[str, ...],
    actor: str | None,
    dry_run: bool,
) -> None:
    """Add a value; its id is for ever, its name may change.

    Example: salescli dictionary add sources fair "Met at a fair"
    """

    def action(session: Session) -> Outcome:
        flags = _flags(details, types)
        return dictionaries.add_dictionary_value(session, name, value, text, flags)

    app.write("dictionary add", action, actor=actor, dry_run=dry_run)


@dictionary.command("set")
@NAME
@VALUE
@click.argument("text", required=False, metavar="[NAME]")
@RETIRED
@_flag_options
@writer_options
@click.pass_obj
def set_(
    app: App,
    /,
    name: str,
    value: str,
    text: str | None,
    retired: str | None,
    details: str | None,
    types: tuple[str, ...],
    actor: str | None,
    dry_run: bool,
) -> None:
    """Rename a value, change what is said of it, or add it. Its id stays for ever.

    Example: salescli dictionary set sources fair "Met at a fair"
    """
    flags = _flags(details, types, retired)

    def action(session: Session) -> Outcome:
        return dictionaries.set_dictionary_value(session, name, value, text, flags)

    app.write("dictionary set", action, actor=actor, dry_run=dry_run)


@dictionary.command()
@NAME
@VALUE
@writer_options
@click.pass_obj
def retire(app: App, /, name: str, value: str, actor: str | None, dry_run: bool) -> None:
    """Take a value out of use: what has it keeps it, nobody is offered it.

    `salescli dictionary set DICTIONARY VALUE --retired no` brings it back.
    """

    def action(session: Session) -> Outcome:
        return dictionaries.retire_dictionary_value(session, name, value)

    app.write("dictionary retire", action, actor=actor, dry_run=dry_run)
