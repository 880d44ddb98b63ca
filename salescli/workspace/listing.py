"""Lists: records that meet conditions, sorted, limited, with the values that were asked for.

One use case for all kinds of records; a kind brings its names, its getters and its defaults.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, overload

import msgspec

from salescli.model.asked import WITHOUT
from salescli.model.catalogues import value_on
from salescli.model.errors import Finding, Gathered, NotFound, finding
from salescli.model.expression import Condition, compile_condition, parse_condition
from salescli.model.ids import fold_name
from salescli.model.money import parse_money
from salescli.model.names import NameSpec, NameTable, build_names, subject_of
from salescli.model.nearest import did_you_mean
from salescli.model.rules import UNKNOWN_WINNER
from salescli.workspace.deal_rows import (
    DealRows,
    document_values,
    join_values,
    plain_values,
)
from salescli.workspace.lead_rows import LeadRows
from salescli.workspace.listrevisions import add_revision, with_revision
from salescli.workspace.session import Session
from salescli.workspace.storerows import Access, access_of_store, name_invalid, with_store
from salescli.workspace.values import catalogue_of, named_things

TERMINAL_ROWS = 50
DEFAULTS = {
    "opportunity": "id title client stage owner budget probability close_date".split(),
    "lead": "id title who stage need owner budget decision_date".split(),
    "account": "id name kind emails phones owner".split(),
    "contact": "id name account position emails phones".split(),
    "person": "id name emails department left".split(),
    "department": "id name parent manager retired".split(),
    "product": "id name group price retired".split(),
    "competitor": "id name products strengths weaknesses retired".split(),
}
JSON_ONLY = {
    "opportunity": (
        "id title client stage process status owner department budget amount value weighted need "
        "probability type close_date category mood source created_at days_at_stage overdue stale "
        "close_reason winner actual_revenue archived"
    ).split(),
    "lead": (
        "id title client person company emails phones stage status need owner department budget "
        "source decision_date medium products created_at days_at_stage "
        "disqualify_reason archived"
    ).split(),
}
SORTS = {"opportunity": ("-created_at", "id"), "lead": ("-created_at", "id")}
ARCHIVABLE = ("opportunity", "lead", "account", "contact")


class Records(Sequence[Mapping[str, Any]]):
    """Rows under common names: a mapping is made of one when it is asked for, then let go."""

    def __init__(self, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        self._names = names
        self._rows = list(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Mapping[str, Any]: ...

    @overload
    def __getitem__(self, place: slice) -> "Records": ...

    def __getitem__(self, place: int | slice) -> "Mapping[str, Any] | Records":
        if isinstance(place, slice):
            return Records(self._names, self._rows[place])
        return dict(zip(self._names, self._rows[place], strict=True))


class Listing(msgspec.Struct, frozen=True):
    """What a list shows. `found` counts all that met the conditions, `records` are those shown.

    `sums` add up the budgets of all found, by currency; `invalid` are the files that can't be
    read, by path.
    """

    columns: tuple[str, ...]
    records: Sequence[Mapping[str, Any]]
    found: int
    sums: Mapping[str, Decimal]
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]
    names: NameTable


def list_records(
    session: Session,
    kind: str,
    where: Sequence[str],
    *,
    sort: str | None = None,
    columns: str | None = None,
    limit: int | None = None,
    everything: bool = False,
    for_machines: bool = False,
) -> Listing:
    """List records of a kind; raises `WrongUsage` for conditions and names that mean nothing."""
    own = (JSON_ONLY if for_machines else DEFAULTS).get(kind, DEFAULTS[kind])
    is_born = kind in ARCHIVABLE
    shown = _names(columns) or (with_store(session, own, "store") if is_born else own)
    order = _names(sort) or list(SORTS.get(kind, ("name", "id") if session.stores else ()))
    names = add_revision(kind_names(session, kind), kind)
    if session.stores:  # what is wrong with the words is told once, not by each store
        wanted = [*shown, *(entry.removeprefix("-") for entry in order)]
        acting(session, read_conditions(names, where, wanted))
    asked = (kind, where, shown, order, limit, everything)
    parts = session.over_stores(find_rows, *asked) if is_born else [find_rows(session, *asked)]
    rows = parts[0] if len(parts) == 1 else merge_rows(parts, order, limit)
    return Listing(
        columns=tuple(shown),
        records=Records(shown, rows.rows),
        found=rows.found,
        sums=rows.sums,
        invalid=rows.invalid,
        names=names,
    )


class Rows(msgspec.Struct, frozen=True):
    """What one store, or several together, have for a list: the first rows of `found`.

    `keys` are what rows of several stores are sorted by; empty of one.
    """

    rows: list[tuple[Any, ...]]
    keys: list[tuple[Any, ...]]
    found: int
    sums: Mapping[str, Decimal]
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]


def merge_rows(parts: Sequence[Rows], order: Sequence[str], limit: int | None) -> Rows:
    """The rows of several stores in one order; equal ones stand in the stores' order."""
    pairs = [pair for one in parts for pair in zip(one.keys, one.rows, strict=True)]
    for place, name in reversed(list(enumerate(order))):
        pairs.sort(key=lambda pair, at=place: pair[0][at], reverse=name.startswith("-"))  # type: ignore[misc]
    sums: dict[str, Decimal] = {}
    for one in parts:
        for code, amount in one.sums.items():
            sums[code] = sums.get(code, Decimal(0)) + amount
    return Rows(
        rows=[row for _, row in pairs[:limit]],
        keys=[],
        found=sum(one.found for one in parts),
        sums=dict(sorted(sums.items())),
        invalid=tuple(entry for one in parts for entry in one.invalid),
    )


def find_rows(
    session: Session,
    kind: str,
    where: Sequence[str],
    shown: Sequence[str],
    order: Sequence[str],
    limit: int | None,
    everything: bool,
) -> Rows:
    """The rows of one store."""
    is_born = kind in ARCHIVABLE
    if is_born or not session.stores:
        session.index.refresh()
    names = add_revision(kind_names(session, kind), kind)
    conditions = read_conditions(names, where, [*shown, *(e.removeprefix("-") for e in order)])
    subjects, access, order_access = _subjects(session, kind)
    me = acting(session, conditions)
    tests = [compile_condition(entry, session.today, me, access) for entry in conditions]
    if not everything and is_born:
        is_archived = access("archived")
        tests.append(lambda subject: not any(v in (True, "true") for v in is_archived(subject)))
    if not everything and kind in ("account", "contact"):
        merged_into = access("merged_into")
        tests.append(lambda subject: not any(merged_into(subject)))
    # All names are asked for before a value is: what they need is then read in one pass.
    getters = [(access(name), name != "price" and names.named(name).many) for name in shown]
    own = session.settings.currency
    keys = [(entry.startswith("-"), sort_key(names, order_access, entry, own)) for entry in order]
    found = [subject for subject in subjects if all(test(subject) for test in tests)]
    for is_descending, key in reversed(keys):
        found.sort(key=key, reverse=is_descending)
    count, sums = len(found), add_up(_budgets(kind, found))
    found = found[:limit]
    invalid = session.index.invalid() if is_born or not session.stores else []
    return Rows(
        keys=[tuple(key(one) for _, key in keys) for one in found] if session.store else [],
        rows=[
            tuple(
                plain_values(get(one)) if many else join_values(get(one)) for get, many in getters
            )
            for one in _let_go(found)
        ],
        found=count,
        sums=sums,
        invalid=tuple(name_invalid(session, invalid, session.store)),
    )


def acting(session: Session, conditions: Sequence[Condition]) -> str | None:
    """Who acts, where a condition speaks of @me; raises what `Session.actor` raises."""
    return session.actor if any("@me" in one.values for one in conditions) else None


def read_conditions(
    names: NameTable, where: Sequence[str], wanted: Sequence[str] = ()
) -> list[Condition]:
    """The conditions, and the names looked up; raises what is wrong with any of them together."""
    gathered = Gathered()
    conditions: list[Condition] = []
    for text in where:
        with gathered.trying():
            conditions.append(parse_condition(text, names))
    for name in wanted:
        if name != "price":
            with gathered.trying():
                names.named(name)
    gathered.raise_all()
    return conditions


def _let_go(subjects: list[Any]) -> Iterator[Any]:
    """Each of them in turn, none of which is kept: all deals take more memory than their rows."""
    subjects.reverse()
    while subjects:
        yield subjects.pop()


def kind_names(session: Session, kind: str) -> NameTable:
    """The names of a kind of record in this store; references are found by id or name."""

    def find(target: str, text: str, part: bool) -> list[str] | None:
        found = find_ids(session, target, text, part)
        if found == [] and not part:
            if session.store:  # another store of the group may have one
                return None
            raise NotFound(_nothing_named(session, target, text))
        return found

    names = build_names(
        kind,
        currency=session.settings.currency,
        custom_fields=session.settings.custom_fields.get(kind),
        dictionaries=session.dictionaries,
        find=find,
    )
    if session.store or session.stores:
        names.names["store"] = NameSpec("store", "text", computed=True)
    return names


def _nothing_named(session: Session, target: str, text: str) -> Finding:
    kind = "client" if target == "account|contact" else target.partition("|")[0]
    known = (pair for one in target.split("|") for pair in things(session, one) or ())
    hint = did_you_mean(text, [word for pair in known for word in pair])
    hint = "!NAME finds what has none, as !owner does" if text == WITHOUT else hint
    return finding("unknown-value", f"there is no {kind} {text!r}", hint=hint, field=kind)


def find_ids(session: Session, target: str, text: str, part: bool) -> list[str] | None:
    """Ids of the records that a condition's value names: by id, exact name, or a part of one.

    None where what there is can't be told.
    """
    wanted = fold_name(text)
    found: list[str] = []
    for kind in target.split("|"):
        known = things(session, kind)
        if known is None:
            return None
        for key, name in known:
            folded = fold_name(name)
            if text == key or folded == wanted or (part and wanted in folded):
                found.append(key)
    return found


def things(session: Session, kind: str) -> Iterable[tuple[str, str]] | None:
    """(id, name) of all that a reference of a kind may name; None for kinds that aren't known."""
    if kind in ("account", "contact"):
        if session.stores:
            return None
        return ((f.id, f.document["name"]) for f in session.index.documents(kind))
    if kind == "stage":
        return stage_names(session)
    if kind == "competitor":
        return [*named_things(session, kind).items(), (UNKNOWN_WINNER, UNKNOWN_WINNER)]
    if kind in ("person", "department", "product", "process"):
        return named_things(session, kind).items()
    return None


def stage_names(session: Session) -> list[tuple[str, str]]:
    """(id, name) of every stage of every process."""
    processes = [session.process(name) for name in session.process_names()]
    return [(stage.stage, stage.name) for process in processes for stage in process.stages]


def _names(text: str | None) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def _subjects(session: Session, kind: str) -> tuple[Iterable[Any], Access, Access]:
    """The records of a kind, what gets a name's values from one, and what those sort by."""
    subjects, *own = _own_subjects(session, kind)
    access, order = (access_of_store(session, with_revision(session, one)) for one in own)
    return subjects, access, order


def _own_subjects(session: Session, kind: str) -> tuple[Iterable[Any], Access, Access]:
    if kind == "opportunity":
        rows = DealRows(session)
        return session.index.deals(), rows.access, rows.order
    if kind == "lead":
        leads = LeadRows(session)
        return session.index.documents("lead"), leads.access, leads.order
    if kind in ("account", "contact"):

        def access(name: str) -> Callable[[Any], Sequence[Any]]:
            top, _, inner = name.partition(".")
            return lambda facts: document_values(facts.document, top, inner)

        records = sorted(
            session.index.documents(kind), key=lambda f: (fold_name(f.document["name"]), f.id)
        )
        return records, access, access
    return _named_subjects(session, kind)


def _named_subjects(session: Session, kind: str) -> tuple[Iterable[Any], Access, Access]:
    subjects = [
        subject_of(record, {"price": _current_price(record, session.today)}, id=key)
        for key, record in catalogue_of(session, kind).items()
    ]

    def access(name: str) -> Callable[[Any], Sequence[Any]]:
        return lambda subject: subject.values(name)

    return subjects, access, access


def _current_price(record: Any, today: date) -> Sequence[str]:
    price = value_on(getattr(record, "prices", {}), today)
    return (str(price),) if price else ()


def sort_key(
    names: NameTable, access: Access, entry: str, currency: str | None
) -> Callable[[Any], tuple[Any, ...]]:
    """What a record sorts by, of a name with or without its minus; what lacks it stands first.

    Money sorts by currency, then amount; `currency`, the store's, comes before all others.
    """
    name = entry.removeprefix("-")
    is_descending = entry.startswith("-")
    is_money = name == "price" or names.named(name).kind == "money"
    get = access(name)

    def key(subject: Any) -> tuple[Any, ...]:
        values = get(subject)
        if not values:
            return (False, "")
        if is_money:
            money = parse_money(values[0])
            is_first = (money.currency == currency) == is_descending
            return (True, is_first, money.currency, money.amount)
        value = values[0]
        return (True, value.casefold() if isinstance(value, str) else value)

    return key


def _budgets(kind: str, found: Iterable[Any]) -> Iterator[str | None]:
    if kind == "opportunity":
        yield from (deal.budget for deal in found)
    elif kind == "lead":
        yield from (facts.document.get("budget") for facts in found)


def add_up(budgets: Iterable[str | None]) -> Mapping[str, Decimal]:
    """The sums of money as it is written, by currency; what there is none of is left out."""
    counted: dict[str, int] = {}
    for text in budgets:
        if text is not None:
            counted[text] = counted.get(text, 0) + 1
    sums: dict[str, Decimal] = {}
    for text, count in counted.items():
        money = parse_money(text)
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount * count
    return dict(sorted(sums.items()))
