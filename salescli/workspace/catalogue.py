"""Named things: people, departments, products, and the values of dictionaries.

They stand in files of many entries; each change patches the lines of one entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec

from salescli.model.catalogues import (
    Competitor,
    Department,
    Person,
    Product,
    value_on,
)
from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, NotFound, Refused, WrongUsage, finding
from salescli.model.facts import as_text, changes_between
from salescli.model.fields import key_order, spec_named
from salescli.model.ids import build_slug, is_slug
from salescli.model.inputs import clean_text, parse_input
from salescli.report.text.numbers import format_money
from salescli.store import layout
from salescli.store.dump import Plain
from salescli.store.patch import Edit, Remove, Set, patch
from salescli.store.texts import mark, mark_document
from salescli.workspace.entries import add_entries
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.titles import told_fields
from salescli.workspace.values import (
    catalogue_of,
    named_things,
    read_custom,
    read_reference,
    read_value,
)


class Catalogue(msgspec.Struct, frozen=True):
    """Where one kind of named thing stands: file, top key, and the type of its entries."""

    file: str
    key: str
    record: type[msgspec.Struct]
    others: tuple[str, ...]  # the file's top keys, in their order


CATALOGUES = {
    "person": Catalogue(layout.TEAM, "people", Person, ("people", "departments")),
    "department": Catalogue(layout.TEAM, "departments", Department, ("people", "departments")),
    "product": Catalogue(layout.PRODUCTS, "products", Product, ("products",)),
    "competitor": Catalogue(layout.COMPETITORS, "competitors", Competitor, ("competitors",)),
}


def create_named(
    session: Session, kind: str, name: str, typed: Mapping[str, str], slug: str | None = None
) -> Outcome:
    """Add a person, department or product; raises every fault of what was typed together.

    The id is made from the name unless given; one that is taken is refused, never numbered.
    """
    catalogue = CATALOGUES[kind]
    gathered = Gathered()
    document: dict[str, Any] = {}
    with gathered.trying("id"):
        slug = new_slug(name, slug, named_things(session, kind), kind)
    with gathered.trying():
        values = read_entry(session, catalogue.record, {"name": name, **typed})
        document = _merged({}, values)
        if not document.get("name"):
            raise Refused(finding("missing-value", f"a {kind} needs a name", field="name"))
    gathered.raise_all()
    assert slug is not None
    entry = _ordered(mark_document(document, catalogue.record), catalogue)
    _add(session, kind, Set((catalogue.key, slug), entry))
    return Outcome((slug,), (), f"create {kind} {slug}: {document['name']}")


def new_slug(name: str, slug: str | None, taken: Mapping[str, Any], kind: str) -> str:
    """The id of a new named thing; raises `WrongUsage` for a bad one, `Refused` for a taken one."""
    chosen = slug if slug is not None else build_slug(name)
    if not is_slug(chosen):
        raise WrongUsage(
            finding(
                "not-a-slug",
                f"{chosen!r} can't be the id of a {kind}",
                hint="--id SLUG: up to 40 of a-z, 0-9 and -, like anna or flat-b47",
                field="id",
            )
        )
    if chosen in taken:
        raise Refused(
            finding(
                "id-taken",
                f"there is a {kind} {chosen} already",
                hint="--id SLUG gives the new one another id",
                field="id",
            )
        )
    return chosen


def set_named(session: Session, kind: str, text: str, typed: Mapping[str, str]) -> Outcome:
    """Change fields of a person, department or product. Ids stay; names may change."""
    catalogue = CATALOGUES[kind]
    slug = find_named(session, kind, text)
    before = build_document(catalogue_of(session, kind)[slug])
    values = read_entry(session, catalogue.record, typed, before)
    after = _merged(before, values)
    if not after.get("name"):
        raise Refused(finding("missing-value", f"a {kind} needs a name", field="name"))
    if kind == "department" and "parent" in values:
        refuse_cycle(session, slug, after.get("parent"))
    fields = {
        path: both
        for path, both in changes_between(before, after).items()
        if as_text(both[0]) != as_text(both[1])  # a number of a custom field is read as text
    }
    if not fields:
        return Outcome((slug,), ("Nothing to change: it says so already.",))
    _patch(session, catalogue, _edits(catalogue, slug, before, after, fields))
    title = f"set {told_fields(fields)} of {kind} {slug}"
    return Outcome((slug,), (), title if after["name"] == slug else f"{title}: {after['name']}")


def set_price(session: Session, text: str, price: str, first: str | None = None) -> Outcome:
    """Set what a product costs from a day on, today by default; `""` takes that day's price out."""
    slug = find_named(session, "product", text)
    day = session.today if first is None else session.calendar.parse_day(first, session.today)
    dated = session.products.products[slug].prices
    if not price.strip() and day not in dated:
        raise NotFound(
            finding(
                "no-such-price",
                f"{slug} has no price that begins on {day}",
                hint=f"there are {', '.join(f'{d} {m}' for d, m in sorted(dated.items()))}"
                if dated
                else "it has none at all",
                field="prices",
            )
        )
    outcome = set_named(session, "product", slug, {"prices": f"{day}={price}"})
    now = value_on(session.products.products[slug].prices, session.today)
    words = f"{slug} has no price today."
    if now is not None:
        words = f"{slug} costs {format_money(now.amount, now.currency)} today."
    return Outcome(outcome.ids, (*outcome.words, words), outcome.title)


def refuse_cycle(session: Session, slug: str, parent: str | None) -> None:
    """Raise `Refused` if a department would stand above itself."""
    seen = [slug]
    while parent is not None:
        seen.append(parent)
        if parent == slug:
            raise Refused(
                finding(
                    "department-cycle",
                    f"departments would stand above themselves: {' → '.join(seen)}",
                    field="parent",
                )
            )
        entry = session.team.departments.get(parent)
        parent = entry.parent if entry else None


def read_entry(
    session: Session,
    record: type[msgspec.Struct],
    typed: Mapping[str, str],
    there: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Typed values of a catalogue entry: path → value. `price` and `hourly` are `[DAY=]MONEY`.

    What the entry says `there` already may be said again.
    """
    gathered = Gathered()
    values: dict[str, Any] = {}
    for name, text in typed.items():
        with gathered.trying(name):
            top, _, key = name.partition(".")
            spec = spec_named(record, top)
            if spec is None:
                raise ValueError(f"{record.__name__} has no field {top}")
            if spec.kind == "dated-money":
                values |= _read_all_dated(session, top, text)
            elif key and top == "custom":
                values[f"{top}/{key}"] = read_custom(session, record, key, text)
            elif key:
                values[f"{top}/{key}"] = clean_text(text) or None
            elif name == "manager" and text:
                values[name] = read_reference(session, "person", text, name, there.get(name))
            else:
                values[name] = read_value(session, spec, text, there.get(name))
    gathered.raise_all()
    return values


def _read_all_dated(session: Session, name: str, text: str) -> dict[str, str | None]:
    """Dated amounts, one a line: path → value; raises `Refused` for two of one day."""
    values: dict[str, str | None] = {}
    for line in text.split("\n"):
        day, value = read_dated(session, line)
        path = f"{name}/{day}"
        if path in values:
            words = f"{day} would have two {name}: {values[path]} and {value}"
            hint = "give each day once"
            raise Refused(finding("day-twice", words, hint=hint, field=name))
        values[path] = value
    return values


def read_dated(session: Session, text: str) -> tuple[str, str | None]:
    """Read `2026-09-01=236000`, or `236000` for today on; an empty amount takes the day out."""
    day_text, separator, amount = text.rpartition("=")
    day: date = session.today
    if separator:
        day = session.calendar.parse_day(day_text.strip(), session.today)
    currency = session.settings.currency
    value = parse_input("money", amount.strip(), session.calendar, session.today, currency)
    return day.isoformat(), None if value is None else str(value)


def _merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    after = {key: dict(v) if isinstance(v, dict) else v for key, v in before.items()}
    for path, value in values.items():
        top, _, key = path.partition("/")
        if key:
            group = {**after.get(top, {}), key: value}
            after[top] = {k: group[k] for k in sorted(group) if group[k] is not None}
        else:
            after[top] = value
    return {key: value for key, value in after.items() if value not in (None, {}, [])}


def _ordered(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    return {key: document[key] for key in key_order(catalogue.record) if key in document}


def _edits(
    catalogue: Catalogue,
    slug: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    paths: Iterable[str],
) -> list[Edit]:
    """The edits of the changed paths; a mapping that wasn't there is one edit, in its order."""
    edits: dict[str, Edit] = {}
    for path in paths:
        top, _, key = path.partition("/")
        spec = spec_named(catalogue.record, top)
        place: tuple[str, ...] = (catalogue.key, slug, top)
        if not key or top not in before:
            value = mark(after.get(top), spec)
            new = Set(place, value, key_order(catalogue.record))
            edits[top] = Remove(place) if value is None else new
            continue
        is_day = spec is not None and spec.kind == "dated-money"
        place = (*place, Plain(key) if is_day else key)
        value = after.get(top, {}).get(key)
        edits[path] = Remove(place) if value is None else Set(place, value)
    return list(edits.values())


def _add(session: Session, kind: str, edit: Set) -> None:
    """Write a new entry, or let it wait where many are added."""
    catalogue = CATALOGUES[kind]

    def write(edits: Sequence[Set]) -> None:
        source = _source(session, catalogue)
        added = add_entries(source, catalogue.file, edits, catalogue.others)
        session.files.write(catalogue.file, added)

    if session.batch is None:
        write([edit])
        return
    known = catalogue_of(session, kind)
    assert isinstance(known, dict)
    session.batch.add(edit, catalogue.record, known, write)


def _patch(session: Session, catalogue: Catalogue, edits: list[Edit]) -> None:
    if session.batch is not None:
        session.batch.flush()
    source = _source(session, catalogue)
    session.files.write(catalogue.file, patch(source, catalogue.file, edits, catalogue.others))


def _source(session: Session, catalogue: Catalogue) -> bytes:
    source = session.files.read(catalogue.file)
    if source is None:
        source = "".join(f"{key}:\n" for key in catalogue.others).encode()
    return source
