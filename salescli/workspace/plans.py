"""Plans of the store: set, taken out, listed. Each change patches one line of a year's file."""

from datetime import date
from typing import Any

import msgspec

from salescli.model.catalogues import Plan
from salescli.model.errors import (
    Gathered,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.fields import key_order
from salescli.model.inputs import parse_input
from salescli.model.money import parse_money
from salescli.model.nearest import did_you_mean
from salescli.model.plans import KINDS, days_of, key_of, year_of
from salescli.store import layout
from salescli.store.dump import Plain
from salescli.store.patch import Remove, Set, patch
from salescli.store.yamltext import read_tree
from salescli.workspace.addressing import find_record
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.plan_norms import offer_norms
from salescli.workspace.planned import COMPANY, Planned, plan_files, read_plan_file, read_plans
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows
from salescli.workspace.values import read_choice, read_reference, value_named

_TARGETS = {
    "client": "account|contact",
    "department": "department",
    "owner": "person",
    "product": "product",
}


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
    if not value:
        return Outcome((f"{of} {key}",), (), title)
    norms = offer_norms(session, kind, name, days[0], parse_money(value))
    follows = f"Next: salescli report forecast --period {key}{_by(kind)}"
    return Outcome((f"{of} {key}",), (*norms, follows), title)


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
        example = f"owner={text}" if text and not sign else "owner=anna"
        raise WrongUsage(
            finding(
                "not-a-plan-object",
                f"{text!r} is nothing that has a plan",
                hint=did_you_mean(kind, [*KINDS, COMPANY])
                if kind not in KINDS and sign
                else f"write {example}; {', '.join(KINDS)} have plans, and company alone",
                field="object",
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
    key = value_named(needs, text)
    if key is not None:
        return key
    raise NotFound(
        finding(
            "no-such-value",
            f"needs has no value {text!r}",
            hint=did_you_mean(text, needs) or f"one of {', '.join(needs)}",
            field="need",
        )
    )


class PlanList(msgspec.Struct, frozen=True):
    """Plans for a list, and the files that can't be read, with what is wrong."""

    plans: list[Planned]
    invalid: list[tuple[str, tuple[Any, ...]]]


def list_plans(session: Session, target: str | None, period: str | None) -> PlanList:
    """All plans, or those of an object or kind, of periods that lie within `period`."""
    if session.stores and target is not None and not target.startswith("client="):
        _chosen(session, target)  # what is wrong with it is told once, not by each store
    found, invalid = gather_rows(session, find_plans, target, period, key=_place)
    return PlanList(found, invalid)


def find_plans(
    session: Session, target: str | None, period: str | None
) -> tuple[list[Planned], Invalid]:
    """The same of one store, and the files of it that can't be read."""
    if target is None or "client" in target:
        session.index.refresh()  # for the clients' names
    try:
        kind, name = _chosen(session, target)
    except NotFound:
        if session.store:  # another store of the group has it
            return [], []
        raise
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
    return sorted(chosen, key=_place), invalid


def _place(one: Planned) -> tuple[int, str, date, date]:
    return [*key_order(Plan)].index(one.kind), one.id, *one.days


def _chosen(session: Session, target: str | None) -> tuple[str, str]:
    if target is None or target in KINDS:
        return target or "", ""
    return find_object(session, target)
