"""`salescli unit …`: buildings and their units, what is free, who holds what."""

from collections.abc import Sequence
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.fields import split_names
from salescli.commands.listing import report_invalid
from salescli.commands.options import (
    field_options,
    format_option,
    list_options,
    typed_fields,
    writer_options,
)
from salescli.commands.output import print_document, print_rows, store_columns
from salescli.commands.revision import rev_option
from salescli.commands.stores import store_options
from salescli.commands.unit_screens import (
    NONE_YET,
    TERMINAL_ROWS,
    default_columns,
    print_units,
    unit_lines,
)
from salescli.model.catalogues import Building, Unit
from salescli.model.errors import NotFound, finding
from salescli.model.units import STATES
from salescli.report.records.chessboard import format_chessboard, format_legend
from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text
from salescli.workspace import unit_rows, units
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.storerows import with_store


@click.group()
def unit() -> None:
    """Flats, shops, parking places: free, reserved, contracted, sold.

    UNIT is an id like b-47, or building/id, or the id or name of its product.
    """


@unit.group()
def building() -> None:
    """Buildings: create, list, set."""


@building.command("create")
@click.argument("building_id", metavar="ID")
@field_options(Building)
@writer_options
@click.pass_obj
def create_building(
    app: App, /, building_id: str, actor: str | None, dry_run: bool, **options: Any
) -> None:
    """Make a building; ID is a-z, 0-9 and -, for ever.

    Example: salescli unit building create river-b --name "Riverside, block B"
    """
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        return units.create_building(session, building_id, typed)

    app.write("unit building create", action, actor=actor, dry_run=dry_run)


@building.command("set")
@click.argument("building_id", metavar="BUILDING")
@field_options(Building)
@writer_options
@click.pass_obj
def set_building(
    app: App, /, building_id: str, actor: str | None, dry_run: bool, **options: Any
) -> None:
    """Change the name or project of a building; an empty value ("") empties one."""
    typed = typed_fields(options)
    if not typed:
        raise click.UsageError("nothing to set: name a field, like --name")

    def action(session: Session) -> Outcome:
        return units.set_building(session, building_id, typed)

    app.write("unit building set", action, actor=actor, dry_run=dry_run)


@building.command("list")
@format_option()
@store_options
@click.pass_obj
def list_buildings(app: App, /, format_: str) -> None:
    """List buildings with the number of their units in each state."""
    with app.reading() as session:
        rows, invalid = unit_rows.list_buildings(session)
    columns = [
        Column("building", "Building", kind="id"),
        Column("name", "Name"),
        Column("project", "Project"),
        *(Column(name, name.capitalize(), "right", "number") for name in ("units", *STATES)),
    ]
    empty = "" if invalid else NONE_YET
    columns = store_columns(session, columns)
    print_rows(app, rows, columns, format_, schema="salescli/buildings@1", empty=empty)
    report_invalid(invalid)


@unit.command()
@click.argument("building", metavar="BUILDING")
@click.argument("unit_id", metavar="UNIT")
@field_options(Unit, "contracted_on")
@writer_options
@click.pass_obj
def create(
    app: App,
    /,
    building: str,
    unit_id: str,
    actor: str | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Add a unit to a building; UNIT is a new id, of all buildings its only one.

    Example: salescli unit create river-b b-47 --kind flat --floor 9 --rooms 3
    """
    typed = typed_fields(options)

    def action(session: Session) -> Outcome:
        return units.create_unit(session, building, unit_id, typed)

    app.write("unit create", action, actor=actor, dry_run=dry_run)


@unit.command("set")
@click.argument("unit_id", metavar="UNIT")
@field_options(Unit)
@writer_options
@click.pass_obj
def set_(app: App, /, unit_id: str, actor: str | None, dry_run: bool, **options: Any) -> None:
    """Change fields of a unit; an empty value ("") empties one.

    A contract has been signed: --contracted-on DAY. Who holds it: salescli reservation.
    """
    typed = typed_fields(options)
    if not typed:
        raise click.UsageError("nothing to set: name a field, like --rooms 3")

    def action(session: Session) -> Outcome:
        return units.set_unit(session, unit_id, typed)

    app.write("unit set", action, actor=actor, dry_run=dry_run)


@unit.command("list")
@click.option("--building", metavar="BUILDING", help="Only of this building.")
@click.option("--state", metavar="STATES", help="free, reserved, contracted, sold; with commas.")
@click.option("--kind", metavar="KINDS", help="flat, parking …; with commas.")
@click.option("--rooms", metavar="NUMBERS", help="How many rooms; with commas.")
@click.option("--floor-from", metavar="FLOOR", help="From this floor up.")
@click.option("--floor-to", metavar="FLOOR", help="Up to this floor.")
@list_options
@click.pass_obj
def list_(
    app: App,
    /,
    building: str | None,
    where: Sequence[str],
    sort: str | None,
    columns: str | None,
    limit: int | None,
    everything: bool,
    format_: str,
    raw: bool,
    **narrowed: str | None,
) -> None:
    """List units with state, price and who holds them.

    Example: salescli unit list --state free --rooms 2,3 --floor-from 4
    """
    ops = {"floor_from": "floor>=", "floor_to": "floor<="}
    wanted = [f"{ops.get(n, f'{n}=')}{v}" for n, v in narrowed.items() if v is not None]
    if limit is None and format_ == "table" and app.surroundings.is_terminal and not everything:
        limit = TERMINAL_ROWS
    with app.reading() as session:
        found = unit_rows.list_units(
            session,
            [*wanted, *where],
            building=building,
            sort=split_names(sort),
            limit=limit,
        )
    shown = split_names(columns) or with_store(
        session, default_columns(found.rows, format_), "store"
    )
    print_units(app, found, shown, format_, raw=raw, schema="salescli/units@1")
    report_invalid(found.invalid)


@unit.command()
@click.argument("unit_id", metavar="UNIT")
@format_option("table", "json", "md")
@rev_option
@click.pass_obj
def show(app: App, /, unit_id: str, format_: str) -> None:
    """Show one unit: what it is, what it costs, who holds it until when."""
    with app.reading() as session:
        place = units.find_unit(session, unit_id)
        (row,) = unit_rows.build_rows(session, [(place.building_id, _alone(place))])
        lines = unit_lines(session, place, row)
    if format_ == "json":
        print_document({"schema": "salescli/unit@1", **row})
        return
    for line in lines if format_ == "table" else [f"- {line}" for line in lines]:
        click.echo(line if format_ == "md" else f" {line}")


def _alone(place: units.Place) -> Building:
    """A building that has this unit alone."""
    record = place.building
    return Building(
        building=record.building,
        name=record.name,
        project=record.project,
        units={place.id: place.unit},
    )


@unit.command()
@click.argument("building", metavar="[BUILDING]", required=False)
@rev_option
@click.pass_obj
def chess(app: App, /, building: str | None) -> None:
    """Draw a building: floors, sections, and a mark for the state of each unit."""
    with app.reading() as session:
        known = units.building_ids(session)
        if building is None and len(known) == 1:
            (building,) = known
        if building is None:
            raise NotFound(_which_building(known))
        name = units.find_building(session, building)
        record = units.read_building(session, name)
        rows = unit_rows.build_rows(session, [(name, record)])
    click.echo(clean_text(f" {record.name} ({name})"))
    if not rows:
        say(f"No units yet. salescli unit create {name} UNIT --kind flat makes one.")
        return
    for line in format_chessboard(rows, app.surroundings.width - 1):
        click.echo(f" {line}".rstrip())
    click.echo(f" {format_legend(rows)}")


def _which_building(known: Sequence[str]) -> Any:
    hint = f"there are {', '.join(known)}" if known else NONE_YET
    return finding("no-such-building", "which building?", hint=hint, field="building")
