"""`salescli dictionary …`: the values that fields choose from."""

import click

from salescli.commands.app import App
from salescli.commands.options import format_option, writer_options
from salescli.model.catalogues import choice_named
from salescli.model.errors import NotFound, finding
from salescli.model.nearest import did_you_mean
from salescli.report.listing import Column
from salescli.workspace import catalogue
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.group()
def dictionary() -> None:
    """Values to choose from: needs, sources, reasons, roles …"""


@dictionary.command("list")
@click.argument("name", required=False, metavar="[DICTIONARY]")
@format_option()
@click.pass_obj
def list_(app: App, /, name: str | None, format_: str) -> None:
    """List the values of one dictionary, or of all."""
    from salescli.commands.output import print_rows

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


@dictionary.command("set")
@click.argument("name", metavar="DICTIONARY")
@click.argument("value")
@click.argument("text", required=False, metavar="[NAME]")
@click.option("--retired", type=click.Choice(["yes", "no"]), help="Whether nobody is offered it.")
@writer_options
@click.pass_obj
def set_(
    app: App,
    /,
    name: str,
    value: str,
    text: str | None,
    retired: str | None,
    actor: str | None,
    dry_run: bool,
) -> None:
    """Add a value, rename one, or take one out of use. Its id stays for ever.

    Example: salescli dictionary set sources fair "Met at a fair"
    """

    def action(session: Session) -> Outcome:
        flag = None if retired is None else retired == "yes"
        return catalogue.set_dictionary_value(session, name, value, text, retired=flag)

    app.write("dictionary set", action, actor=actor, dry_run=dry_run)
