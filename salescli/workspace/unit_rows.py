"""Units as rows: with state, price, and the deal that holds each; filtered like other lists.

Reads the index for titles and statuses of deals; what is written asks the files.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.catalogues import Building, Unit, value_on
from salescli.model.conversion import build_document
from salescli.model.errors import Finding, NotFound
from salescli.model.expression import compile_condition, parse_condition
from salescli.model.fields import specs_of
from salescli.model.money import Money, parse_money
from salescli.model.names import NameSpec, NameTable
from salescli.model.renaming import rename_document
from salescli.model.units import STATES, natural_key, state_on
from salescli.workspace.listing import find_ids
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows
from salescli.workspace.units import (
    buildings_with,
    find_building,
    no_building,
    places_of,
    read_buildings,
)

Row = Mapping[str, Any]
COMPUTED = (
    NameSpec("state", "choice", values=STATES, computed=True),
    NameSpec("building", "text", computed=True),
    NameSpec("project", "text", computed=True),
    NameSpec("price", "money", computed=True),
    NameSpec("deal", "text", computed=True),
    NameSpec("owner", "reference", "person", computed=True),
    NameSpec("days_left", "whole", computed=True),
)
_OWN = tuple(spec.name for spec in specs_of(Unit))
COLUMNS = (
    "id",
    "building",
    "project",
    *_OWN[:6],
    "price",
    "state",
    "deal",
    "owner",
    *_OWN[6:],
    "days_left",
)


class Units(msgspec.Struct, frozen=True):
    """Rows with every name of `COLUMNS`; `invalid` are the buildings that can't be read.

    `total` counts all units, `found` those that met the conditions, `rows` are those to show;
    `states` tells how many of the found are in which state, where they differ.
    """

    rows: Sequence[Row]
    found: int
    total: int
    states: str
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]
    names: NameTable


def list_units(
    session: Session,
    where: Sequence[str],
    *,
    building: str | None = None,
    sort: Sequence[str] = (),
    limit: int | None = None,
) -> Units:
    """Units that meet conditions, by building, section, floor and id unless sorted otherwise.

    `building` is an id or a name. What has run out is told no more: a free unit has no deal.
    Raises `WrongUsage` for conditions and names that mean nothing, `NotFound` for values that name
    nothing.
    """
    names = unit_names(session)
    conditions = [parse_condition(text, names) for text in where]
    for name in sort:
        names.named(name.removeprefix("-"))
    if building is not None and session.stores and not any(session.over_stores(has, building)):
        raise NotFound(no_building(building))
    rows, invalid = gather_rows(session, find_units, building, key=_place_in_building)
    total = len(rows)
    me = session.actor if any("@me" in condition.values for condition in conditions) else None
    tests = [compile_condition(entry, session.today, me, _values_of) for entry in conditions]
    rows = [row for row in rows if all(test(row) for test in tests)]
    for entry in reversed(sort):
        rows.sort(key=_sort_key(entry.removeprefix("-")), reverse=entry.startswith("-"))
    return Units(rows[:limit], len(rows), total, _states(rows), tuple(invalid), names)


def find_units(session: Session, building: str | None) -> tuple[list[Row], Invalid]:
    """The rows of one store, of all its buildings or of one, and the files that can't be read."""
    if building is not None and session.store and not has(session, building):
        return [], []
    only = None if building is None else [find_building(session, building)]
    good, invalid = read_buildings(session, only)
    return build_rows(session, good), invalid


def has(session: Session, building: str) -> bool:
    """Whether a store has a building of this id or name."""
    try:
        return bool(find_building(session, building))
    except NotFound:
        return False


def _states(rows: Iterable[Row]) -> str:
    counts = Counter(str(row["state"]) for row in rows)
    said = [f"{counts[state]} {state}" for state in STATES if counts[state]]
    return f": {', '.join(said)}" if len(said) > 1 else ""


def list_buildings(
    session: Session,
) -> tuple[list[Row], list[tuple[str, tuple[Finding, ...]]]]:
    """A row a building, by id, and the files that can't be read."""
    return gather_rows(session, find_buildings, key=lambda row: row["building"])


def find_buildings(session: Session) -> tuple[list[Row], Invalid]:
    """The same of one store."""
    good, invalid = read_buildings(session)
    return count_states(session, good), invalid


def count_states(session: Session, buildings: Sequence[tuple[str, Building]]) -> list[Row]:
    """A row a building: its names, and how many units it has in all and in each state."""
    counted: dict[str, Counter[str]] = {name: Counter() for name, _ in buildings}
    for row in build_rows(session, buildings):
        counted[row["building"]][row["state"]] += 1
    return [
        {
            "building": name,
            "name": record.name,
            "project": record.project,
            "units": counted[name].total(),
            **{state: counted[name][state] for state in STATES},
        }
        for name, record in buildings
    ]


def unit_names(session: Session) -> NameTable:
    """The names that conditions on units may use."""
    own = [NameSpec(spec.name, spec.kind, spec.target) for spec in specs_of(Unit)]
    entries = [NameSpec("id", "id"), *own, *COMPUTED]

    def find(target: str, text: str, part: bool) -> list[str] | None:
        return find_ids(session, target, text, part)

    if session.stores:
        entries.append(NameSpec("store", "text", computed=True))
    return NameTable({entry.name: entry for entry in entries}, session.settings.currency, find)


def build_rows(session: Session, buildings: Iterable[tuple[str, Building]]) -> list[Row]:
    """The rows of buildings, in the order in which people look for a unit."""
    places = [place for one in buildings for place in places_of(*one)]
    deals = _deals(session, {p.unit.reserved_for for p in places if p.unit.reserved_for})
    rows: list[Row] = []
    for place in places:
        deal = deals.get(place.unit.reserved_for or "", {})
        state = state_on(place.unit, session.today, deal.get("status"))
        own = rename_document(Unit, build_document(place.unit), session.renames)
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | own
        row |= {"id": place.id, "building": place.building_id, "state": state}
        row |= {"project": place.building.project, "price": _price(session, place.unit)}
        row |= {"deal": deal.get("title"), "owner": deal.get("owner")}
        if state == "reserved" and place.unit.reserved_until is not None:
            row["days_left"] = (place.unit.reserved_until - session.today).days
        if state != "reserved":
            row["reserved_until"] = None
        if state == "free":
            row |= dict.fromkeys(("reserved_for", "deal", "owner"))
        rows.append(row)
    rows.sort(key=_place_in_building)
    return rows


def _place_in_building(row: Row) -> tuple[Any, ...]:
    floor = row["floor"]
    return (
        row["building"],
        row["section"] is None,
        natural_key(row["section"]),
        floor is not None,
        floor or 0,
        natural_key(row["id"]),
    )


def _deals(session: Session, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Title, owner and status of deals, as the index has them."""
    if not ids:
        return {}
    session.index.refresh()
    found: dict[str, dict[str, Any]] = {}
    known = session.process_names()
    for facts in session.index.facts(ids):
        document = facts.document
        process, status = document["process"], None
        if process in known:  # a deal of none is told by `check`, and won nothing
            status = session.process(process).status_of(document["stage"])
        found[facts.id] = {
            "title": document["title"],
            "owner": document.get("owner"),
            "status": status,
        }
    return found


def _price(session: Session, unit: Unit) -> str | None:
    product = session.products.products.get(session.group_id("product", unit.product or ""))
    price: Money | None = value_on(product.prices, session.today) if product else None
    return None if price is None else str(price)


def _values_of(name: str) -> Callable[[Row], Sequence[Any]]:
    return lambda row: () if row[name] is None else (row[name],)


def _sort_key(name: str) -> Callable[[Row], tuple[Any, ...]]:
    def key(row: Row) -> tuple[Any, ...]:
        value = row[name]
        if value is None:
            return (False,)
        if name == "price":
            money = parse_money(value)
            return (True, money.currency, money.amount)
        if name == "state":
            return (True, STATES.index(value))
        return (True, value if isinstance(value, int) else natural_key(str(value)))

    return key


def units_of(session: Session, deal_id: str) -> tuple[list[Row], list[str]]:
    """The units that a deal holds or has bought, and paths of buildings that can't be read.

    Only buildings that name the deal are looked into.
    """
    good, invalid = read_buildings(session, buildings_with(session, deal_id))
    rows = build_rows(session, good) if good else []
    return [row for row in rows if row["reserved_for"] == deal_id], [path for path, _ in invalid]
