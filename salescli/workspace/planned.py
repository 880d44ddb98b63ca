"""The plans of a store as its files say: `plans/<year>.yaml`, one file a year.

What a period's plan is says `model.plans`; they are set and listed in `workspace.plans`.
"""

from collections.abc import Iterator, Mapping
from functools import reduce

import msgspec

from salescli.model.calendar import Period
from salescli.model.catalogues import Plan
from salescli.model.errors import Damaged, Gathered, finding
from salescli.model.fields import key_order
from salescli.model.money import Money
from salescli.model.plans import (
    Amounts,
    Days,
    add_plans_by_object,
    amounts_of,
    days_of,
    plan_of,
    year_of,
)
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.yamltext import parse_nodes
from salescli.workspace.session import Session

FOLDER = layout.CATALOGUE_FOLDERS["plan"]
COMPANY = "company"
_KINDS = {"owner": "person", "need": "needs"}  # what plans call otherwise than catalogues


class Planned(msgspec.Struct, frozen=True):
    """One plan: of what, for which days, how much. `id` is empty for the company."""

    kind: str
    id: str
    key: str
    days: Days
    money: Money
    path: str
    store: str = ""  # of a group of stores

    @property
    def of(self) -> str:
        """What it is of, as commands write it: `owner=anna`, `company`."""
        return f"{self.kind}={self.id}" if self.id else self.kind


def plan_files(session: Session) -> list[str]:
    """The files of plans that there are; none in a store that has no `plans/`."""
    names = session.files.list_directory(FOLDER)
    return [f"{FOLDER}/{name}" for name in sorted(names) if name.endswith(".yaml")]


def read_plans(session: Session) -> list[Planned]:
    """All plans in the order of the files; raises `Damaged` with every fault of all of them."""
    gathered = Gathered()
    found: list[Planned] = []
    for path in plan_files(session):
        with gathered.trying():
            found += read_plan_file(session, path)
    gathered.raise_all()
    return found


def read_plan_file(session: Session, path: str) -> list[Planned]:
    """The plans of one file; raises `Damaged`, also for a key that is no period of its year."""
    source = session.read_required(path)
    plan = read_typed(source, path, Plan)
    year = path.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
    planned: list[Planned] = []
    for kind, name, periods in _objects(plan):
        for key, money in periods.items():
            if year_of(key) != year:
                at = (kind, name, key) if name else (kind, key)
                raise Damaged(
                    finding(
                        "bad-plan-period",
                        f"{key!r} is no year, quarter or month of {year}",
                        hint=f"write {year}, {year}-Q2, {year}-04",
                        place=parse_nodes(source, path).place(at),
                    )
                )
            days = days_of(key, session.calendar)
            group_id = session.group_id(_KINDS.get(kind, kind), name)
            planned.append(Planned(kind, group_id, key, days, money, path))
    return planned


def _objects(plan: Plan) -> Iterator[tuple[str, str, Mapping[str, Money]]]:
    for kind in key_order(Plan):
        objects = getattr(plan, kind)
        for name, periods in {"": objects}.items() if kind == COMPANY else objects.items():
            yield kind, name, periods


def plans_in(session: Session, kind: str, period: Period) -> dict[str, Amounts]:
    """id → its plan for a period, of all objects of a kind that have plans; of a group what its
    stores have together. The company's id is empty, in a group it is the name of its store.
    """
    return reduce(add_plans_by_object, session.over_stores(count_plans, kind, period))


def count_plans(session: Session, kind: str, period: Period) -> dict[str, Amounts]:
    """The same of one store."""
    entries = plans_by_object(session, kind)
    return {
        name or session.store: amounts_of(plan_of(own, period)) for name, own in entries.items()
    }


def plans_by_object(session: Session, kind: str) -> dict[str, dict[Days, Money]]:
    """id → days → money of all plans of a kind; the company's id is empty.

    Of two keys for the same days, which `check` reports, the first holds.
    """
    found: dict[str, dict[Days, Money]] = {}
    for one in read_plans(session):
        if one.kind == kind:
            found.setdefault(one.id, {}).setdefault(one.days, one.money)
    return found
