"""`salescli opportunity contact | competitor | product | member | lead  add | set | remove`."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import Decorator, event_options, field_options, typed_fields
from salescli.workspace import lists
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.reservations import with_availability
from salescli.workspace.session import Session
from salescli.workspace.units import product_of

WORDS = {
    "contact": "The people who decide, with role, influence and attitude.",
    "competitor": "The rivals in a deal.",
    "product": "The product lines, at prices frozen when they were added.",
    "member": "Who works on a deal.",
    "lead": "The leads that a deal covers.",
}
MAIN = click.option("--main", "is_main", is_flag=True, help="The one that comes first.")


def build_group(noun: str) -> click.Group:
    """The commands of one list."""
    entry = lists.LISTS[noun]
    group = click.Group(noun, help=WORDS[noun])
    group.add_command(_add(entry))
    if entry.items is not None:
        group.add_command(_set(entry))
    group.add_command(_remove(entry))
    return group


def _fields(entry: lists.ListNoun) -> Decorator:
    if entry.items is None:
        return lambda function: function
    left_out = (entry.key, "product") if entry.noun == "product" else (entry.key,)
    return field_options(entry.items, *left_out)


def _unit_option(entry: lists.ListNoun) -> Decorator:
    """A flat, shop or parking place instead of its product."""
    if entry.noun != "product":
        return lambda function: function
    return click.option("--unit", metavar="UNIT", help="The unit whose product it is.")


def _add(entry: lists.ListNoun) -> click.Command:
    noun = entry.noun
    is_product = noun == "product"

    @click.command("add", help=f"Add a {noun} to a deal.")
    @click.argument("deal")
    @click.argument(
        "who", metavar=f"[{noun.upper()}]" if is_product else noun.upper(), required=not is_product
    )
    @_fields(entry)
    @_unit_option(entry)
    @event_options
    @click.pass_obj
    def add(
        app: App,
        /,
        deal: str,
        who: str | None,
        actor: str | None,
        at: str | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        is_main = options.pop("is_main", False)
        unit = options.pop("unit", None)
        if unit is not None and who is not None:
            raise click.UsageError("--unit says the product: leave the other out")
        typed = typed_fields(options)

        def action(session: Session) -> Outcome:
            loaded = open_deal(session, deal)
            what = who if unit is None else product_of(session, unit)
            outcome = lists.add_item(session, loaded, noun, what, typed, is_main=is_main)
            return outcome if unit is None else with_availability(session, loaded, unit, outcome)

        app.write(f"opportunity {noun} add", action, actor=actor, at=at, dry_run=dry_run)

    return _with_main(entry, add)


def _set(entry: lists.ListNoun) -> click.Command:
    noun = entry.noun

    @click.command("set", help=f'Change a {noun} of a deal; an empty value ("") empties one.')
    @click.argument("deal")
    @click.argument("who", metavar=noun.upper())
    @_fields(entry)
    @event_options
    @click.pass_obj
    def set_(
        app: App,
        /,
        deal: str,
        who: str,
        actor: str | None,
        at: str | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        is_main = options.pop("is_main", False)
        typed = typed_fields(options)
        if not typed and not is_main:
            raise click.UsageError("nothing to set: name a field")

        def action(session: Session) -> Outcome:
            loaded = open_deal(session, deal)
            return lists.set_item(session, loaded, noun, who, typed, is_main=is_main)

        app.write(f"opportunity {noun} set", action, actor=actor, at=at, dry_run=dry_run)

    return _with_main(entry, set_)


def _remove(entry: lists.ListNoun) -> click.Command:
    noun = entry.noun

    @click.command("remove", help=f"Take a {noun} off a deal.")
    @click.argument("deal")
    @click.argument("who", metavar=noun.upper())
    @event_options
    @click.pass_obj
    def remove(
        app: App, /, deal: str, who: str, actor: str | None, at: str | None, dry_run: bool
    ) -> None:
        def action(session: Session) -> Outcome:
            return lists.remove_item(session, open_deal(session, deal), noun, who)

        app.write(f"opportunity {noun} remove", action, actor=actor, at=at, dry_run=dry_run)

    return remove


def _with_main(entry: lists.ListNoun, command: click.Command) -> click.Command:
    return MAIN(command) if entry.main is not None else command
