"""Buildings and their units: found, made, changed. Each change patches the lines of one unit.

An optional layer: a store without `units/` pays one look at a directory that isn't there.
Who holds a unit is `workspace.reservations`' business.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.catalogues import Building, Unit
from salescli.model.conversion import build_document, build_record
from salescli.model.errors import (
    Finding,
    Gathered,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.fields import key_order, spec_named
from salescli.model.ids import fold_name, is_slug
from salescli.model.nearest import did_you_mean
from salescli.model.units import check_unit
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.patch import Edit, Remove, Set, patch
from salescli.store.texts import format_record, mark, mark_document
from salescli.workspace.opportunities import as_tree
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.titles import told_fields
from salescli.workspace.values import read_values

FOLDER = layout.CATALOGUE_FOLDERS["units"]


class Place(msgspec.Struct, frozen=True):
    """A unit and where it stands: the building's id and record, the unit's id and record."""

    building_id: str
    building: Building
    id: str
    unit: Unit

    @property
    def path(self) -> str:
        """The building's file."""
        return layout.catalogue_file("units", self.building_id)


def building_ids(session: Session) -> list[str]:
    """The ids of the buildings there are; none in a store that has no `units/`."""
    names = session.files.list_directory(FOLDER)
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def read_building(session: Session, building_id: str) -> Building:
    """A building as its file says; raises `Damaged`."""
    path = layout.catalogue_file("units", building_id)
    return read_typed(session.read_required(path), path, Building)


def find_building(session: Session, text: str) -> str:
    """The id of the building that `text` names by id or exact name; raises `NotFound`."""
    known = building_ids(session)
    if text in known:
        return text
    wanted = fold_name(text)
    names = {one: read_building(session, one).name for one in known}
    found = [one for one, name in names.items() if fold_name(name) == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        near = did_you_mean(text, [*known, *names.values()])
        raise NotFound(no_building(text, near or f"there are {', '.join(known)}" if known else ""))
    hint = "give its id"
    told = f"{text!r} may be {', '.join(found)}"
    raise NotFound(finding("ambiguous", told, hint=hint, field="building"))


def no_building(text: str, hint: str = "") -> Finding:
    """That nothing of this id or name is there."""
    hint = hint or "salescli unit building create ID --name NAME makes one"
    return finding(
        "no-such-building", f"there is no building {text!r}", hint=hint, field="building"
    )


def places_of(building_id: str, building: Building) -> Iterator[Place]:
    """The units of a building, in the file's order."""
    for unit_id, unit in building.units.items():
        yield Place(building_id, building, unit_id, unit)


def buildings_with(session: Session, text: str) -> list[str]:
    """The ids of the buildings whose files hold `text` at all: the others need no parsing."""
    wanted = text.encode()
    return [
        one
        for one in building_ids(session)
        if wanted in (session.files.read(layout.catalogue_file("units", one)) or b"")
    ]


def places_with(session: Session, text: str) -> list[Place]:
    """The units of those buildings; raises `Damaged` for one that can't be read."""
    return [
        place
        for one in buildings_with(session, text)
        for place in places_of(one, read_building(session, one))
    ]


def find_unit(session: Session, text: str) -> Place:
    """The unit that `text` names: its id, `building/unit`, or its product's id or exact name.

    Raises `NotFound` with the nearest ones, or with all that it may be.
    """
    building_id, _, unit_id = text.rpartition("/")
    found = [
        place
        for place in places_with(session, unit_id)
        if place.id == unit_id and building_id in ("", place.building_id)
    ]
    if not found:
        every = [p for one in building_ids(session) for p in _places_in(session, one)]
        wanted = fold_name(text)
        found = [place for place in every if wanted in _product_names(session, place.unit)]
        if not found:
            raise NotFound(_no_such_unit(session, text, every))
    if len(found) == 1:
        return found[0]
    lines = [f"{text!r} may be any of {len(found)}:"]
    lines += [f"  {place.building_id}/{place.id}" for place in found[:10]]
    hint = "give the one you mean, like it stands here"
    raise NotFound(finding("ambiguous", "\n".join(lines), hint=hint, field="unit"))


def _places_in(session: Session, building_id: str) -> list[Place]:
    return list(places_of(building_id, read_building(session, building_id)))


def _product_names(session: Session, unit: Unit) -> tuple[str, ...]:
    product = session.products.products.get(unit.product or "")
    return (
        () if product is None or unit.product is None else (unit.product, fold_name(product.name))
    )


def _no_such_unit(session: Session, text: str, every: list[Place]) -> Any:
    near = did_you_mean(text, [place.id for place in every])
    how = "salescli unit create BUILDING UNIT --kind flat makes one"
    if not building_ids(session):
        how = "this store has no buildings; salescli unit building create ID --name NAME makes one"
    elif every:
        how = "salescli unit list shows all"
    return finding("no-such-unit", f"there is no unit {text!r}", hint=near or how, field="unit")


def product_of(session: Session, text: str) -> str:
    """The product of the unit that `text` names; raises `Refused` where it has none."""
    place = find_unit(session, text)
    if place.unit.product is None:
        words = f"{place.id} has no product in the catalogue, and so no price"
        hint = f"salescli unit set {place.id} --product PRODUCT, or --title and --price"
        raise Refused(finding("unit-without-product", words, hint=hint, field="unit"))
    return place.unit.product


def create_building(session: Session, building_id: str, typed: Mapping[str, str]) -> Outcome:
    """Make a building without units; raises every fault of what was typed together."""
    gathered = Gathered()
    values: Mapping[str, Any] = {}
    with gathered.trying("id"):
        _refuse_id(building_id, building_ids(session), "building")
    with gathered.trying():
        values = read_values(session, Building, typed)
        refuse_nameless(values)
    gathered.raise_all()
    document = {"building": building_id, **values}
    path = layout.catalogue_file("units", building_id)
    session.files.write(path, format_record(document, Building))
    words = f"Next: salescli unit create {building_id} UNIT --kind flat"
    return Outcome((building_id,), (words,), f"create building {building_id}: {values['name']}")


def _refuse_id(new: str, taken: Collection[str], kind: str) -> None:
    """Raise `WrongUsage` for an id that can't be one, `Refused` for one that is taken."""
    if not is_slug(new):
        text = f"{new!r} can't be the id of a {kind}"
        hint = "up to 40 of a-z, 0-9 and -, like riverside-b or b-47"
        raise WrongUsage(finding("not-a-slug", text, hint=hint, field=kind))
    if new in taken:
        text = f"there is a {kind} {new} already"
        hint = "ids of units are those of all buildings" if kind == "unit" else ""
        raise Refused(finding("id-taken", text, hint=hint, field=kind))


def refuse_nameless(values: Mapping[str, Any]) -> None:
    """Raise `Refused` where a building would have no name."""
    if values.get("name") is None:
        text = "a building needs a name: --name NAME"
        raise Refused(finding("missing-value", text, field="name"))


def set_building(session: Session, text: str, typed: Mapping[str, str]) -> Outcome:
    """Change a building's name or project."""
    building_id = find_building(session, text)
    before = build_document(read_building(session, building_id))
    values = read_values(session, Building, typed)
    refuse_nameless({**before, **values})
    edits = _edits((), {n: v for n, v in values.items() if before.get(n) != v}, Building)
    if not edits:
        return Outcome((building_id,), ("Nothing to change: it says so already.",))
    patch_building(session, building_id, edits)
    return Outcome((building_id,), (), f"set {told_fields(values)} of building {building_id}")


def create_unit(session: Session, building: str, unit_id: str, typed: Mapping[str, str]) -> Outcome:
    """Add a unit to a building. Ids are the store's: events name a unit without its building."""
    gathered = Gathered()
    building_id = ""
    document: dict[str, Any] = {}
    with gathered.trying("building"):
        building_id = find_building(session, building)
    with gathered.trying("id"):
        _refuse_id(unit_id, [place.id for place in places_with(session, unit_id)], "unit")
    with gathered.trying():
        values = read_values(session, Unit, typed)
        document = {name: value for name, value in values.items() if value is not None}
        _refuse_broken(session, {"kind": "", **document})
    gathered.raise_all()
    ordered = {name: document[name] for name in key_order(Unit) if name in document}
    edit = Set(("units", unit_id), mark_document(ordered, Unit))
    patch_building(session, building_id, [edit])
    return Outcome((unit_id,), (), f"create unit {unit_id} in {building_id}")


def _refuse_broken(session: Session, document: Mapping[str, Any]) -> None:
    unit = build_record(as_tree(document), Unit)
    Refused.raise_if(check_unit(unit, session.today))


def set_unit(session: Session, text: str, typed: Mapping[str, str]) -> Outcome:
    """Change fields of a unit; who holds it is changed by reservations alone."""
    place = find_unit(session, text)
    before = build_document(place.unit)
    values = read_values(session, Unit, typed)
    after = {name: v for name, v in {**before, **values}.items() if v is not None}
    _refuse_broken(session, {"kind": "", **after})
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    if not changed:
        return Outcome((place.id,), ("Nothing to change: it says so already.",))
    patch_unit(session, place, changed)
    return Outcome((place.id,), (), f"set {told_fields(changed)} of unit {place.id}")


def patch_unit(session: Session, place: Place, values: Mapping[str, Any]) -> None:
    """Write fields of one unit, None takes a key out; every other line stays as it is."""
    patch_building(session, place.building_id, _edits(("units", place.id), values, Unit))


def _edits(
    place: tuple[str, ...], values: Mapping[str, Any], record: type[msgspec.Struct]
) -> list[Edit]:
    order = key_order(record)
    return [
        Remove((*place, name))
        if value is None
        else Set((*place, name), mark(value, spec_named(record, name)), order)
        for name, value in values.items()
    ]


def patch_building(session: Session, building_id: str, edits: list[Edit]) -> None:
    """Write edits into a building's file."""
    path = layout.catalogue_file("units", building_id)
    source = session.read_required(path)
    session.files.write(path, patch(source, path, edits, key_order(Building)))


def read_buildings(
    session: Session, only: Sequence[str] | None = None
) -> tuple[list[tuple[str, Building]], list[tuple[str, tuple[Any, ...]]]]:
    """(id, building) of all, or of some, that can be read, and (path, findings) of the others."""
    good: list[tuple[str, Building]] = []
    invalid: list[tuple[str, tuple[Any, ...]]] = []
    for building_id in building_ids(session) if only is None else only:
        try:
            good.append((building_id, read_building(session, building_id)))
        except SalesError as error:
            invalid.append((layout.catalogue_file("units", building_id), error.findings))
    return good, invalid
