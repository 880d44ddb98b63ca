"""Checks of settings and catalogues: what they name exists, and what rules speak of is there.

Pure: typed catalogues in, findings with the paths of their keys out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from salescli.model.calendar import Calendar
from salescli.model.catalogues import (
    DICTIONARIES,
    REQUIRED_VALUES,
    Building,
    Competitors,
    Department,
    Dictionary,
    Plan,
    Products,
    Settings,
    Team,
    choice_named,
)
from salescli.model.conversion import Path
from salescli.model.errors import Finding, SalesError, finding
from salescli.model.ids import is_born_id, is_slug
from salescli.model.money import Money
from salescli.model.nearest import did_you_mean
from salescli.model.plans import KINDS, Days, days_of, year_of
from salescli.model.units import check_unit
from salescli.workspace.checking.keys import unknown_key
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.values import check_values, no_such_reference

At = tuple[Path, Finding]
CUSTOM_KINDS = ("opportunity", "lead", "account", "contact", "product")
_PLAN_TARGETS = {
    "client": "account|contact",
    "department": "department",
    "owner": "person",
    "product": "product",
}


def check_settings(settings: Settings, processes: Iterable[str]) -> Iterator[At]:
    """Currency, zone, process, bands and declarations of `salescli.yaml`."""
    if settings.currency is not None and not re.fullmatch("[A-Z]{3}", settings.currency):
        text = f"{settings.currency!r} is no currency code like EUR"
        yield ("currency",), finding("bad-setting", text, field="currency")
    try:
        _ = Calendar(settings.time_zone).zone
    except SalesError as error:
        text = error.findings[0].text
        yield ("time_zone",), finding("bad-setting", text, field="time_zone")
    known = list(processes)
    if settings.process not in known:
        text = f"there is no process {settings.process!r}"
        hint = (
            did_you_mean(settings.process, known) or "salescli process list shows those there are"
        )
        yield ("process",), finding("no-such-reference", text, hint=hint, field="process")
    yield from _check_bands(settings.size_bands)
    yield from _check_declarations(settings)


def _check_bands(bands: list[Money]) -> Iterator[At]:
    for place, (lower, upper) in enumerate(pairwise(bands), 1):
        if lower.currency != upper.currency:
            text = "size bands are in one currency"
        elif lower.amount >= upper.amount:
            text = f"size bands rise: {upper} is not above {lower}"
        else:
            continue
        yield ("size_bands", place), finding("bad-setting", text, field="size_bands")


def _check_declarations(settings: Settings) -> Iterator[At]:
    for kind, fields in settings.custom_fields.items():
        if kind not in CUSTOM_KINDS:
            text = f"{kind!r} has no custom fields: {', '.join(CUSTOM_KINDS)} have"
            yield ("custom_fields", kind), finding("bad-setting", text, field="custom_fields")
        for name, declared in fields.items():
            at: Path = ("custom_fields", kind, name)
            if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
                text = f"{name!r} can't be the name of a field: use a-z, 0-9, - and _"
                yield at, finding("bad-id", text, field="custom_fields")
            if declared.type == "choice" and not declared.values:
                text = f"the choice {name} has no values"
                yield at, finding("bad-setting", text, field="custom_fields")


def check_ids(names: Iterable[str], path: Path) -> Iterator[At]:
    """Ids of named things that are no slugs."""
    for name in names:
        if not is_slug(name):
            text = f"{name!r} can't be an id"
            hint = "use a-z, 0-9 and -, at most 40 characters"
            yield (*path, name), finding("bad-id", text, hint=hint, field=str(path[0]))


def check_team(team: Team, known: Known) -> Iterator[At]:
    """People and departments, and that no department is above itself."""
    yield from check_ids(team.people, ("people",))
    yield from check_ids(team.departments, ("departments",))
    for name, person in team.people.items():
        yield from check_values(person, known, ("people", name))
    for name, department in team.departments.items():
        yield from check_values(department, known, ("departments", name))
    for name in find_cycles(team.departments):
        text = f"the department {name} is above itself"
        at: Path = ("departments", name, "parent")
        hint = f"salescli department set {name} --parent '' takes it out from under the others"
        yield at, finding("department-cycle", text, hint=hint, field="departments")


def find_cycles(departments: Mapping[str, Department]) -> list[str]:
    """The departments that lie on a cycle of parents."""
    found = []
    for name in departments:
        seen = {name}
        above = departments[name].parent
        while above is not None and above in departments and above not in seen:
            seen.add(above)
            above = departments[above].parent
        if above == name:
            found.append(name)
    return found


def check_dictionaries(dictionaries: Mapping[str, Dictionary]) -> Iterator[At]:
    """Ids, and the values that rules speak of."""
    for name, values in dictionaries.items():
        if name not in DICTIONARIES:
            yield (name,), unknown_key(name, frozenset(DICTIONARIES))
        if name != "loyalties":
            yield from check_ids(values, (name,))
        for value in values:
            choice = choice_named(values, value)
            for kind in choice.types if choice else ():
                if kind not in dictionaries.get("activity_types", {}):
                    text = f"activity_types has no value {kind!r}"
                    yield (name, value, "types"), finding("no-such-value", text, field=name)
    for name, wanted in REQUIRED_VALUES.items():
        for value, why in wanted.items():
            choice = choice_named(dictionaries.get(name, {}), value)
            if choice is None:
                text = f"{name} lacks {value!r}, of which rules speak"
                hint = "put it back; its text may be any"
                yield (name,), finding("required-value", text, hint=hint, field=name)
            elif choice.retired:
                text = f"{value} of {name} can't be retired: {why}"
                hint = f"salescli dictionary set {name} {value} --retired no"
                if value.startswith("-"):
                    hint = "take retired: true out; its name may be any"
                at = (name, value, "retired")
                yield at, finding("required-value", text, hint=hint, field=name)


def check_products(products: Products, known: Known) -> Iterator[At]:
    """Ids and custom fields of the catalogue."""
    yield from check_ids(products.products, ("products",))
    for name, product in products.products.items():
        yield from check_values(product, known, ("products", name))


def check_competitors(competitors: Competitors) -> Iterator[At]:
    """Ids of competitors and of their products."""
    yield from check_ids(competitors.competitors, ("competitors",))
    for name, competitor in competitors.competitors.items():
        yield from check_ids(competitor.products, ("competitors", name, "products"))


def check_plan(plan: Plan, year: str, known: Known) -> Iterator[At]:
    """Objects that exist, periods of the file's year, and none said twice."""
    if not re.fullmatch("[0-9]{4}", year):
        text = f"a plan's file has the name of its year, not {year!r}"
        yield (), finding("bad-plan-period", text)
        return
    yield from _check_periods(plan.company, year, ("company",), known)
    for kind in KINDS:
        objects: Mapping[str, Mapping[str, Money]] = getattr(plan, kind)
        for name, periods in objects.items():
            at: Path = (kind, name)
            if kind == "need":
                known_needs = known.dictionaries
                if known_needs is not None and name not in known_needs.get("needs", {}):
                    text = f"needs has no value {name!r}"
                    yield at, finding("no-such-value", text, field=kind)
            elif not known.is_there(_PLAN_TARGETS[kind], name):
                yield at, no_such_reference(_PLAN_TARGETS[kind], name, kind, known)
            yield from _check_periods(periods, year, at, known)


def _check_periods(periods: Iterable[str], year: str, path: Path, known: Known) -> Iterator[At]:
    seen: dict[Days, str] = {}
    for key in periods:
        at = (*path, key)
        if year_of(key) != year:
            text = f"{key!r} is no year, quarter or month of {year}"
            yield at, finding("bad-plan-period", text, hint=f"write {year}, {year}-Q2, {year}-04")
            continue
        first = seen.setdefault(days_of(key, known.calendar), key)
        if first != key:
            text = f"{key} are the days of {first}, which has a plan already"
            yield at, finding("plan-period-twice", text, hint="keep one of the two")


def check_building(building: Building, name: str, known: Known) -> Iterator[At]:
    """A building's id is its file's name; its units name products and deals that exist."""
    if building.building != name:
        text = f"the building is {building.building!r}, its file says {name!r}"
        yield ("building",), finding("wrong-id", text, field="building")
    yield from check_ids(building.units, ("units",))
    for unit, entry in building.units.items():
        at: Path = ("units", unit)
        for one in check_unit(entry, known.today):
            yield (*at, one.field), one
        if entry.product is not None and not known.is_there("product", entry.product):
            found = no_such_reference("product", entry.product, "product", known)
            yield (*at, "product"), found
        deal = entry.reserved_for
        if deal is not None and not (is_born_id(deal) and known.is_there("opportunity", deal)):
            found = no_such_reference("opportunity", deal, "reserved_for", known)
            yield (*at, "reserved_for"), found
