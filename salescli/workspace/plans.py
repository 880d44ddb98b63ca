"""Plans of the store: set, listed, and as figures want them. One file a year, `plans/<year>.yaml`.

What a period's plan is says `model.plans`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from salescli.model.catalogues import Plan
from salescli.model.errors import (
    Damaged,
    Gathered,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.fields import key_order
from salescli.model.ids import fold_name
from salescli.model.inputs import parse_input
from salescli.model.money import Money
from salescli.model.nearest import did_you_mean
from salescli.model.plans import KINDS, Days, days_of, key_of, year_of
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.dump import Plain
from salescli.store.patch import Remove, Set, patch
from salescli.store.yamltext import parse_nodes, read_tree
from salescli.workspace.addressing import find_record
from salescli.workspace.listing import client_names
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import named_things, read_choice, read_reference

FOLDER = layout.CATALOGUE_FOLDERS["plan"]
COMPANY = "company"
_TARGETS = {
    "client": "account|contact",
    "department": "department",
    "owner": "person",
    "product": "product",
}


class Planned(msgspec.Struct, frozen=True):
    """One plan: of what, for which days, how much. `id` is empty for the company."""

    kind: str
    id: str
    key: str
    days: Days
    money: Money
    path: str

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
            planned.append(Planned(kind, name, key, days, money, path))
    return planned


def _objects(plan: Plan) -> Iterator[tuple[str, str, Mapping[str, Money]]]:
    for kind in key_order(Plan):
        objects = getattr(plan, kind)
        for name, periods in {"": objects}.items() if kind == COMPANY else objects.items():
            yield kind, name, periods


def plans_by_object(session: Session, kind: str) -> dict[str, dict[Days, Money]]:
    """id → days → money of all plans of a kind; the company's id is empty.

    Of two keys for the same days, which `check` reports, the first holds.
    """
    found: dict[str, dict[Days, Money]] = {}
    for one in read_plans(session):
        if one.kind == kind:
            found.setdefault(one.id, {}).setdefault(one.days, one.money)
    return found


def set_plan(session: Session, target: str, period: str, amount: str) -> Outcome:
    """Write the plan of one object for one period; an empty amount takes it out.

    Raises every fault of what was typed together; `Refused` (`plan-period-twice`) where the same
    days have a plan under another key.
    """
    gathered = Gathered()
    kind = name = key = ""
    value: Any = None
    with gathered.trying("target"):
        kind, name = find_object(session, target, is_new=bool(amount.strip()))
    with gathered.trying("period"):
        key = key_of(period, session.calendar, session.today)
    with gathered.trying("amount"):
        currency = session.settings.currency
        value = parse_input("money", amount, session.calendar, session.today, currency)
    gathered.raise_all()
    days = days_of(key, session.calendar)
    of = f"{kind}={name}" if name else kind
    same = [p for p in read_plans(session) if (p.kind, p.id, p.days) == (kind, name, days)]
    other = next((one for one in same if one.key != key), None)
    if other is not None:
        raise Refused(_twice(other, key, value))
    before = str(same[0].money) if same else None
    if value == before:
        told = "Nothing to change: it says so already." if same else "There is no such plan."
        return Outcome((f"{of} {key}",), (told,))
    _write(session, (kind, name, key) if name else (kind, key), key, value)
    title = f"plan {value} for {of} in {key}" if value else f"take the plan of {of} for {key} out"
    words = () if not value else (f"Next: salescli report forecast --period {key}{_by(kind)}",)
    return Outcome((f"{of} {key}",), words, title)


def _by(kind: str) -> str:
    return "" if kind in ("owner", COMPANY) else f" --by {kind}"


def _twice(other: Planned, key: str, value: str | None) -> Any:
    return finding(
        "plan-period-twice",
        f"{key} are the days of {other.key}, which has a plan already: {other.money}",
        hint=f'salescli plan set {other.of} {other.key} "{value or ""}"',
        field="period",
    )


def _write(session: Session, place: tuple[str, ...], key: str, value: str | None) -> None:
    path = layout.catalogue_file("plan", str(year_of(key)))
    source = session.files.read(path)
    step = (*place[:-1], Plain(key))
    if value is None:
        assert source is not None  # what is taken out was read from it
        patched = patch(source, path, [Remove(step)], key_order(Plan))
        if b"#" not in patched and not read_tree(patched, path):
            session.files.remove(path)
            return
    else:
        edit = Set(step, Plain(value))
        patched = patch(source or b"{}\n", path, [edit], key_order(Plan))
    session.files.write(path, patched)


def find_object(session: Session, text: str, *, is_new: bool = False) -> tuple[str, str]:
    """Kind and id of what has a plan: `owner=anna`, `department="North bank"`, `company`.

    With `is_new` what has left, is retired or archived is refused: it takes nothing new.
    Raises `WrongUsage` for another form, `NotFound` for nothing of that name.
    """
    kind, sign, name = text.partition("=")
    if text == COMPANY:
        return COMPANY, ""
    if kind not in KINDS or not sign or not name:
        raise WrongUsage(
            finding(
                "not-a-plan-object",
                f"{text!r} is nothing that has a plan",
                hint=did_you_mean(kind, [*KINDS, COMPANY])
                if kind not in KINDS and sign
                else f"write owner=anna; {', '.join(KINDS)} have plans, and company alone",
                field="target",
            )
        )
    if kind == "need":
        return kind, _need(session, name) if not is_new else str(
            read_choice(session, "needs", name, kind)
        )
    if is_new:
        return kind, read_reference(session, _TARGETS[kind], name, kind)
    if kind == "client":
        return kind, find_record(session, name, "account", "contact").id
    return kind, find_named(session, _TARGETS[kind], name)


def _need(session: Session, text: str) -> str:
    needs = session.dictionaries.get("needs", {})
    wanted = fold_name(text)
    for key, value in needs.items():
        name = value if isinstance(value, str) else value.name
        if text == key or fold_name(name) == wanted:
            return key
    known = ", ".join(needs)
    raise NotFound(
        finding(
            "no-such-value",
            f"needs has no value {text!r}",
            hint=did_you_mean(text, needs) or f"one of {known}",
            field="need",
        )
    )


class PlanList(msgspec.Struct, frozen=True):
    """Plans for a list, and the files that can't be read, with what is wrong."""

    plans: list[Planned]
    invalid: list[tuple[str, tuple[Any, ...]]]


def list_plans(session: Session, target: str | None, period: str | None) -> PlanList:
    """All plans, or those of an object or kind, of periods that lie within `period`."""
    kind, name = _chosen(session, target)
    within = session.calendar.parse_period(period or "all", session.today)
    first, last = within.first or date.min, within.last or date.max
    plans: list[Planned] = []
    invalid: list[tuple[str, tuple[Any, ...]]] = []
    for path in plan_files(session):
        try:
            plans += read_plan_file(session, path)
        except SalesError as error:
            invalid.append((path, error.findings))
    chosen = [
        one
        for one in plans
        if kind in ("", one.kind)
        and name in ("", one.id)
        and first <= one.days[0]
        and one.days[1] <= last
    ]
    order = [*key_order(Plan)]
    chosen.sort(key=lambda one: (order.index(one.kind), one.id, one.days[0], one.days[1]))
    return PlanList(chosen, invalid)


def _chosen(session: Session, target: str | None) -> tuple[str, str]:
    if target is None or target in KINDS:
        return target or "", ""
    return find_object(session, target)


def names_of(session: Session, kind: str, ids: set[str]) -> Mapping[str, str]:
    """id → name of owners, departments, needs, products or clients, where it has one."""
    if kind == "client":
        return client_names(session, ids)
    if kind == "need":
        needs = session.dictionaries.get("needs", {})
        return {key: v if isinstance(v, str) else v.name for key, v in needs.items()}
    return named_things(session, _TARGETS[kind]) if kind in _TARGETS else {}
