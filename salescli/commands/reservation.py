"""`salescli reservation …`: who holds which unit, and until when."""

from collections.abc import Sequence

import click

from salescli.commands.app import App
from salescli.commands.fields import split_names
from salescli.commands.listing import report_invalid
from salescli.commands.options import Decorator, event_options, list_options
from salescli.commands.unit_screens import TERMINAL_ROWS, print_units
from salescli.workspace import reservations, unit_rows
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.storerows import with_store

SHOWN = ("id", "reserved_until", "days_left", "owner", "deal", "reserved_for")
FOR_MACHINES = (
    "id building state reserved_for deal owner reserved_until days_left contracted_on price"
).split()


@click.group()
def reservation() -> None:
    """Units held for deals: add, extend, release, list.

    A reservation ends by itself on the day after its last. DEAL is an id, an exact title, or the
    first characters of an id; UNIT an id like b-47, or the id or name of its product.
    """


DEAL = click.argument("deal", metavar="DEAL")
UNIT = click.argument("unit", metavar="UNIT")


def _until(words: str) -> Decorator:
    return click.option("--until", required=True, metavar="DAY", help=words)


@reservation.command()
@DEAL
@UNIT
@_until("Last day, inclusive: 2026-11-30, today+14d.")
@event_options
@click.pass_obj
def add(
    app: App, /, deal: str, unit: str, until: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Reserve a unit for a deal. What another deal holds is refused.

    Example: salescli reservation add 7k2m b-47 --until today+14d
    """

    def action(session: Session) -> Outcome:
        return reservations.add_reservation(session, open_deal(session, deal), unit, until)

    app.write("reservation add", action, actor=actor, at=at, dry_run=dry_run)


@reservation.command()
@DEAL
@UNIT
@_until("The new last day, inclusive.")
@event_options
@click.pass_obj
def extend(
    app: App, /, deal: str, unit: str, until: str, actor: str | None, at: str | None, dry_run: bool
) -> None:
    """Give a deal's reservation another last day, a later or an earlier one."""

    def action(session: Session) -> Outcome:
        return reservations.extend_reservation(session, open_deal(session, deal), unit, until)

    app.write("reservation extend", action, actor=actor, at=at, dry_run=dry_run)


@reservation.command()
@DEAL
@UNIT
@click.option("--why", metavar="TEXT", help='Why; "by hand" unless said.')
@event_options
@click.pass_obj
def release(
    app: App,
    /,
    deal: str,
    unit: str,
    why: str | None,
    actor: str | None,
    at: str | None,
    dry_run: bool,
) -> None:
    """Free a unit before its day. Closing a deal without winning it does this by itself."""

    def action(session: Session) -> Outcome:
        return reservations.release_reservation(session, open_deal(session, deal), unit, why)

    app.write("reservation release", action, actor=actor, at=at, dry_run=dry_run)


@reservation.command("list")
@list_options
@click.pass_obj
def list_(
    app: App,
    /,
    where: Sequence[str],
    sort: str | None,
    columns: str | None,
    limit: int | None,
    everything: bool,
    format_: str,
    raw: bool,
) -> None:
    """List the reservations in force, the first to end first; --all: contracts and sales too.

    Example: salescli reservation list --where owner=@me --where 'reserved_until<today+7d'
    """
    if limit is None and format_ == "table" and app.surroundings.is_terminal and not everything:
        limit = TERMINAL_ROWS
    states = "state!=free" if everything else "state=reserved"
    with app.reading() as session:
        order = split_names(sort) or ["state", "reserved_until"]
        found = unit_rows.list_units(session, [states, *where], sort=order, limit=limit)
    is_for_people = format_ in ("table", "md")
    defaults = [*SHOWN[:1], "state", *SHOWN[1:]] if everything else SHOWN
    defaults = defaults if is_for_people else FOR_MACHINES
    shown = split_names(columns) or with_store(session, defaults, "store")
    schema = "salescli/reservations@1"
    print_units(app, found, shown, format_, raw=raw, schema=schema, noun="reservation")
    report_invalid(found.invalid)
