"""A group of companies: what several stores call the same, and what each calls otherwise.

Pure. An id that two stores have for different things is written `store/id`; everything else means
the same in all of them and adds up. Must not know where a store lies or how it is read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any

import msgspec

from salescli.model.catalogues import (
    REQUIRED_VALUES,
    Competitor,
    Department,
    Dictionary,
    Person,
    Product,
    Settings,
)
from salescli.model.definition import Definition, Stage
from salescli.model.errors import Finding
from salescli.model.ids import fold_name

Renames = Mapping[str, Mapping[str, str]]  # kind of thing → its id in the store → in the group
_PROGRAM = re.compile(r"\bsalescli (?=[a-z])")


class Catalogues(msgspec.Struct, frozen=True):
    """The settings and named things of one store, or of a group, each under its id."""

    settings: Settings
    people: dict[str, Person]
    departments: dict[str, Department]
    products: dict[str, Product]
    competitors: dict[str, Competitor]
    dictionaries: dict[str, Dictionary]
    processes: dict[str, Definition]

    def by_kind(self) -> dict[str, Mapping[str, Any]]:
        """Kind of thing → things by id; a dictionary is a kind of its own."""
        return {
            "person": self.people,
            "department": self.departments,
            "product": self.products,
            "competitor": self.competitors,
            "process": self.processes,
            **self.dictionaries,
        }


class Group(msgspec.Struct, frozen=True):
    """Several stores seen as one. `renames` are by store; so are those of `differing` processes.

    The first store's settings are the group's: currency, process, week, fiscal year, size bands.
    """

    stores: tuple[str, ...]
    catalogues: Catalogues
    renames: dict[str, dict[str, dict[str, str]]]
    differing: dict[str, tuple[str, ...]]  # process → the stores whose definitions differ
    today: date = date.min  # one day for all: the latest of any store
    places: dict[str, str] = {}  # store → its directory, as commands are given it


def build_group(stores: Mapping[str, Catalogues]) -> Group:
    """The group of these stores, the first of which leads; by the stores' names."""
    renames = build_renames({name: one.by_kind() for name, one in stores.items()})
    first = next(iter(stores.values())).settings
    merged = {name: _renamed(one, name, renames[name]) for name, one in stores.items()}
    process = renames[next(iter(stores))].get("process", {}).get(first.process, first.process)
    names = dict.fromkeys(key for one in stores.values() for key in one.dictionaries)
    processes = _collect(one.processes for one in merged.values())
    catalogues = Catalogues(
        settings=msgspec.structs.replace(
            first,
            name=", ".join(sorted({one.settings.name for one in stores.values()})),
            process=process,
            custom_fields={
                kind: _first_of(one.settings.custom_fields.get(kind, {}) for one in stores.values())
                for one in stores.values()
                for kind in one.settings.custom_fields
            },
        ),
        people=_first_of(one.people for one in merged.values()),
        departments=_first_of(one.departments for one in merged.values()),
        products=_first_of(one.products for one in merged.values()),
        competitors=_first_of(one.competitors for one in merged.values()),
        dictionaries={
            name: _first_of(one.dictionaries.get(name, {}) for one in merged.values())
            for name in names
        },
        processes={name: merge_definitions(found) for name, found in processes.items()},
    )
    differing = {
        name: tuple(store for store, one in merged.items() if name in one.processes)
        for name, found in processes.items()
        if any(one != found[0] for one in found)
    }
    return Group(tuple(stores), catalogues, renames, differing)


def build_renames(
    stores: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> dict[str, dict[str, dict[str, str]]]:
    """Store → kind → id → `store/id`, of the ids that two stores have for different things.

    Values that rules speak of (`REQUIRED_VALUES`) mean the same everywhere, whatever their names.
    """
    renames: dict[str, dict[str, dict[str, str]]] = {store: {} for store in stores}
    for kind in dict.fromkeys(kind for one in stores.values() for kind in one):
        holders: dict[str, list[tuple[str, Any]]] = {}
        for store, kinds in stores.items():
            for key, thing in kinds.get(kind, {}).items():
                if key not in REQUIRED_VALUES.get(kind, ()):
                    holders.setdefault(key, []).append((store, thing))
        for key, found in holders.items():
            things = [thing for _, thing in found]
            if not all(is_same(one, other) for one, other in combinations(things, 2)):
                for store, _ in found:
                    renames[store].setdefault(kind, {})[key] = f"{store}/{key}"
    return renames


def is_same(one: Any, other: Any) -> bool:
    """Whether two stores mean the same by an id: the name is the same, and no e-mail denies it."""
    if fold_name(_name_of(one)) != fold_name(_name_of(other)):
        return False
    if isinstance(one, Person) and one.emails and other.emails:
        mails = [{mail.casefold() for mail in person.emails} for person in (one, other)]
        return bool(mails[0] & mails[1])
    return True


def _name_of(thing: Any) -> str:
    return thing if isinstance(thing, str) else str(thing.name)


def _first_of(catalogues: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All things by id; of those that several stores have the first store's."""
    return {key: found[0] for key, found in _collect(catalogues).items()}


def _collect(catalogues: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in catalogues:
        for key, thing in one.items():
            found.setdefault(key, []).append(thing)
    return found


def _renamed(one: Catalogues, store: str, renames: Renames) -> Catalogues:
    """The catalogues of a store with the group's ids, in what they refer to as well."""
    department_of = rename_by(renames, "department")
    person_of = rename_by(renames, "person")

    def things(kind: str, catalogue: Mapping[str, Any]) -> dict[str, Any]:
        known = renames.get(kind, {})
        return {
            known.get(key, key): _prefixed(store, thing) if key in known else thing
            for key, thing in catalogue.items()
        }

    people = {
        key: msgspec.structs.replace(person, department=department_of(person.department))
        for key, person in one.people.items()
    }
    departments = {
        key: msgspec.structs.replace(
            entry, parent=department_of(entry.parent), manager=person_of(entry.manager)
        )
        for key, entry in one.departments.items()
    }
    return Catalogues(
        settings=one.settings,
        people=things("person", people),
        departments=things("department", departments),
        products=things("product", one.products),
        competitors=things("competitor", one.competitors),
        dictionaries={name: things(name, values) for name, values in one.dictionaries.items()},
        processes=things("process", one.processes),
    )


def _prefixed(store: str, thing: Any) -> Any:
    """A thing whose name says whose it is."""
    if isinstance(thing, str):
        return f"{store}/{thing}"
    return msgspec.structs.replace(thing, name=f"{store}/{thing.name}")


def rename_by(renames: Renames, kind: str) -> Callable[[str | None], str | None]:
    """The function that gives the group's id of a thing; what isn't renamed stays."""
    known = renames.get(kind, {})
    return lambda key: key if key is None else known.get(key, key)


def merge_definitions(found: Sequence[Definition]) -> Definition:
    """One process of several stores: the first one's stages, and those that others have besides.

    Each of these stands after the stage that it follows in its own store, but never below the
    first final stage unless it is final itself. A stage that one of them shows is shown.
    """
    stages: list[Stage] = list(found[0].stages)
    for other in found[1:]:
        for place, stage in enumerate(other.stages):
            known = [entry.stage for entry in stages]
            if stage.stage in known:
                continue
            before = [entry.stage for entry in other.stages[:place] if entry.stage in known]
            at = known.index(before[-1]) + 1 if before else 0
            stages.insert(_fitting(stages, at, stage), stage)
    return msgspec.structs.replace(found[0], stages=[_shown_as(one, found) for one in stages])


def _shown_as(stage: Stage, found: Sequence[Definition]) -> Stage:
    """The stage, hidden or retired only if it is so in all definitions that have it."""
    same = [one for entry in found if (one := entry.stage_named(stage.stage))]
    return msgspec.structs.replace(
        stage,
        in_funnel=any(one.in_funnel for one in same),
        retired=all(one.retired for one in same),
    )


def _fitting(stages: Sequence[Stage], at: int, stage: Stage) -> int:
    """The nearest place where open stages still come before final ones."""
    opens = sum(entry.is_open for entry in stages)
    return min(at, opens) if stage.is_open else max(at, opens)


def name_store(found: Finding, store: str, place: str) -> Finding:
    """A finding that says which store it is of: before its file, or before its words.

    The commands that help are those of the store, whose directory is `place`.
    """
    hint = None if found.hint is None else aim_commands(found.hint, place)
    if found.place is None:
        return msgspec.structs.replace(found, text=f"{store}: {found.text}", hint=hint)
    named = msgspec.structs.replace(found.place, file=f"{store}/{found.place.file}")
    return msgspec.structs.replace(found, place=named, hint=hint)


def aim_commands(words: str, place: str) -> str:
    """Words with their commands as they are typed elsewhere: `salescli -C ../south check`."""
    return _PROGRAM.sub(lambda _: f"salescli -C {place} ", words)
