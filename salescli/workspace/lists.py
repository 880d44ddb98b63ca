"""The lists on a deal: people, rivals, team, product lines, leads. One table of five nouns.

Adding, changing and removing an item is one event that names its paths; the file's text is
patched at that item alone.
"""

from collections.abc import Container, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from salescli.model.amounts import amount_of
from salescli.model.conversion import build_document
from salescli.model.errors import (
    Finding,
    Gathered,
    NotFound,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)
from salescli.model.events import Json
from salescli.model.facts import build_state
from salescli.model.fields import specs_of
from salescli.model.records import Line, Rival, Stakeholder, TeamMember
from salescli.model.rules import check_line_numbers, check_locked
from salescli.report.text.numbers import fold_words, format_money
from salescli.workspace.clientsearch import search_contact
from salescli.workspace.covering import follow_list
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.lines import line_values
from salescli.workspace.listed import find_listed, names_of_item, say_changes
from salescli.workspace.opportunities import apply_fields, build_deal_record, put_fields
from salescli.workspace.outcome import Outcome
from salescli.workspace.rivals import find_rival_product
from salescli.workspace.session import Session
from salescli.workspace.values import (
    named_things,
    read_reference,
    read_values,
    refuse_archived,
)

Fields = dict[str, list[Json]]
WIDTH = 80  # columns of what is said


class ListNoun(msgspec.Struct, frozen=True):
    """One list: its noun on the command line, its key on the deal, its items.

    `key` is the field that identifies an item; `main` the deal's field that names one of them.
    """

    noun: str
    name: str
    items: type[msgspec.Struct] | None
    key: str
    target: str
    main: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What an item holds beside its key."""
        specs = specs_of(self.items) if self.items is not None else ()
        return tuple(spec.name for spec in specs if spec.name != self.key)


LISTS = {
    "contact": ListNoun("contact", "contacts", Stakeholder, "contact", "contact", "main_contact"),
    "competitor": ListNoun(
        "competitor", "competitors", Rival, "competitor", "competitor", "main_competitor"
    ),
    "product": ListNoun("product", "products", Line, "line", "product"),
    "member": ListNoun("member", "team", TeamMember, "member", "person|contact"),
    "lead": ListNoun("lead", "leads", None, "lead", "lead"),
}


def add_item(
    session: Session,
    deal: LoadedDeal,
    noun: str,
    who: str | None,
    typed: Mapping[str, str],
    *,
    is_main: bool = False,
) -> Outcome:
    """Put an item on a list of a deal; raises every fault of what was typed together."""
    fields = _read_added(session, deal, LISTS[noun], who, typed, is_main=is_main)
    key = list(fields)[-1].partition("/")[2]
    return write_fields(session, deal, fields, f"add {noun} {key} to")


def _read_added(
    session: Session,
    deal: LoadedDeal,
    entry: ListNoun,
    who: str | None,
    typed: Mapping[str, str],
    *,
    is_main: bool = False,
) -> Fields:
    """The change that puts an item on a list; its path comes last."""
    gathered = Gathered()
    key, item = "", dict[str, Any]()
    with gathered.trying(entry.key):
        key = _new_key(session, entry, who)
        if key in deal.state.get(entry.name, {}):
            raise Refused(_already_listed(session, deal, entry, key))
    with gathered.trying():
        Refused.raise_if(_locked(session, deal, entry))
    with gathered.trying():
        item = _item(session, entry, key, who, typed)
    gathered.raise_all()
    fields: Fields = {}
    if is_main and entry.main is not None:
        fields[entry.main] = [deal.state.get(entry.main), key]
    fields[f"{entry.name}/{key}"] = [None, True if entry.items is None else item]
    return fields


def read_put(
    session: Session,
    deal: LoadedDeal,
    noun: str,
    who: str | None,
    typed: Mapping[str, str],
    *,
    is_main: bool = False,
) -> Fields:
    """The change that puts an item on a list, or sets it if it is there; writes nothing.

    A product is there if one line is of it. Raises every fault of what was typed together.
    """
    entry = LISTS[noun]
    key = _key_on_list(session, entry, deal.state.get(entry.name, {}), who)
    if key is None:
        return _read_added(session, deal, entry, who, typed, is_main=is_main)
    if entry.items is None:
        return {}
    return _read_set(session, deal, entry, key, typed, is_main=is_main)


def _key_on_list(
    session: Session, entry: ListNoun, listed: Mapping[str, Any], who: str | None
) -> str | None:
    """The key of what is on the list already; the list is asked last for a part of a name."""
    if who is None or who in listed:
        return who
    is_product = entry.noun == "product"
    try:
        if is_product:
            found = read_reference(session, "product", who, "product")
        else:
            found = _new_key(session, entry, who)
    except SalesError as error:
        try:
            return find_listed(session, entry.name, listed, who)
        except NotFound:
            raise error from None
    if is_product:
        is_there = any(line.get("product") == found for line in listed.values())
        return find_listed(session, entry.name, listed, found) if is_there else None
    return found if found in listed else None


def _already_listed(session: Session, deal: LoadedDeal, entry: ListNoun, key: str) -> Finding:
    name = next(iter(names_of_item(session, entry.name, key, {})), key)
    hint = f"salescli opportunity {entry.noun} set {session.short(deal.id)} {key} …"
    return finding(
        "already-listed",
        f"{name} is on the list already",
        hint=hint if entry.items is not None else "",
        field=entry.name,
    )


def _locked(session: Session, deal: LoadedDeal, entry: ListNoun) -> list[Finding]:
    """The refusal of a list that the deal's final stage locks."""
    definition = session.process(deal.facts.process)
    return check_locked(definition, deal.facts.stage, [entry.name], session.short(deal.id))


def _new_key(session: Session, entry: ListNoun, who: str | None) -> str:
    if entry.noun == "product":
        return session.new_id("line")
    if who is None or not who.strip():
        raise Refused(finding("missing-value", f"which {entry.noun}?", field=entry.key))
    try:
        return read_reference(session, entry.target, who, entry.key)
    except NotFound as error:
        if error.findings[0].code != "no-such-record" or "contact" not in entry.target:
            raise
    return _contact_like(session, entry, who)


def _contact_like(session: Session, entry: ListNoun, who: str) -> str:
    """The contact whose e-mail, phone, or a part of whose name this is."""
    ours = named_things(session, "person") if "person" in entry.target else None
    found = search_contact(session, who, ours=ours)
    refuse_archived(session, found, entry.key)
    return found.id


def _item(
    session: Session, entry: ListNoun, key: str, who: str | None, typed: Mapping[str, str]
) -> dict[str, Any]:
    """The document of a new item, keys in their order, without its key."""
    if entry.items is None:
        return {}
    gathered = Gathered()
    values: dict[str, Json] = {}
    product: str | None = None
    with gathered.trying("product"):
        if entry.noun == "product" and who is not None:
            product = read_reference(session, "product", who, "product")
    with gathered.trying():
        values = _values(session, entry, key, typed)
    if entry.noun == "product" and who is not None and typed.get("title"):
        text = "a line is a product of the catalogue or has a --title of its own: not both"
        hint = "leave --title out, or leave the product out and give --price"
        gathered.add(WrongUsage(finding("line-of-what", text, hint=hint, field="title")))
    gathered.raise_all()
    if entry.noun == "product":
        values = line_values(session, product, values)
    return {name: values[name] for name in entry.columns if values.get(name) is not None}


def _values(
    session: Session, entry: ListNoun, key: str, typed: Mapping[str, str]
) -> dict[str, Json]:
    """The typed values of an item; of a rival's product, its id in the competitor's catalogue."""
    assert entry.items is not None
    gathered = Gathered()
    values: dict[str, Json] = {}
    for name, text in typed.items():
        with gathered.trying(name):
            values |= read_values(session, entry.items, {name: text})
    if entry.noun == "competitor" and values.get("product") is not None and key:
        with gathered.trying("product"):
            values["product"] = find_rival_product(session, key, str(values["product"]))
    if entry.items is Line:
        numbers = (_number(values.get(name)) for name in ("quantity", "discount"))
        for problem in check_line_numbers(*numbers):
            gathered.add(Refused(problem))
    gathered.raise_all()
    return values


def _number(value: Json) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _missing_values(entry: ListNoun, values: Mapping[str, Json]) -> list[Finding]:
    """Refusals for what an item can't be without and what somebody empties."""
    assert entry.items is not None
    return [
        finding("missing-value", f"a {entry.noun} needs a {spec.name}", field=spec.name)
        for spec in specs_of(entry.items)
        if spec.required and spec.name in values and values[spec.name] is None
    ]


def _won_by(session: Session, deal: LoadedDeal, winner: str) -> Finding:
    name = named_things(session, "competitor").get(winner, winner)
    return finding(
        "not-in-list",
        f"{name} won this deal, so it stays on the list",
        hint=f"salescli opp reopen {session.short(deal.id)} --to STAGE --reason TEXT takes it back",
        field="competitors",
    )


def set_item(
    session: Session,
    deal: LoadedDeal,
    noun: str,
    who: str,
    typed: Mapping[str, str],
    *,
    is_main: bool = False,
) -> Outcome:
    """Change an item of a list; an empty value empties a field of it."""
    entry = LISTS[noun]
    key = find_listed(session, entry.name, deal.state.get(entry.name, {}), who)
    fields = _read_set(session, deal, entry, key, typed, is_main=is_main)
    return write_fields(session, deal, fields, f"set {noun} {key} of")


def _read_set(
    session: Session,
    deal: LoadedDeal,
    entry: ListNoun,
    key: str,
    typed: Mapping[str, str],
    *,
    is_main: bool = False,
) -> Fields:
    """The change of an item that is on the list."""
    assert entry.items is not None
    before = deal.state[entry.name][key]
    gathered = Gathered()
    values: dict[str, Json] = {}
    with gathered.trying():
        Refused.raise_if(_locked(session, deal, entry))
    with gathered.trying():
        values = _values(session, entry, key, typed)
        Refused.raise_if(_missing_values(entry, values))
    fields: Fields = {}
    if is_main and entry.main is not None and deal.state.get(entry.main) != key:
        fields[entry.main] = [deal.state.get(entry.main), key]
        with gathered.trying(entry.main):
            read_reference(session, entry.target, key, entry.main)
    gathered.raise_all()
    for name in entry.columns:
        if name in values and values[name] != before.get(name):
            fields[f"{entry.name}/{key}/{name}"] = [before.get(name), values[name]]
    return fields


def remove_item(session: Session, deal: LoadedDeal, noun: str, who: str) -> Outcome:
    """Take an item off a list; the deal's main one is emptied in the same event."""
    entry = LISTS[noun]
    key = find_listed(session, entry.name, deal.state.get(entry.name, {}), who)
    Refused.raise_if(_locked(session, deal, entry))
    if noun == "competitor" and deal.facts.winner == key:
        raise Refused(_won_by(session, deal, key))
    fields: Fields = {}
    if entry.main is not None and deal.state.get(entry.main) == key:
        fields[entry.main] = [key, None]
    fields[f"{entry.name}/{key}"] = [deal.state[entry.name][key], None]
    return write_fields(session, deal, fields, f"remove {noun} {key} from")


def write_fields(
    session: Session,
    deal: LoadedDeal,
    fields: Fields,
    words: str,
    *,
    ending: Container[str] = (),
) -> Outcome:
    """Write a change with lists in it; says what changed, and what all lines come to.

    `ending`: activities that end with the same command, and go to no new owner.
    """
    definition = session.process(deal.facts.process)
    moved = follow_list(session, deal, fields)
    outcome = apply_fields(session, deal, fields, definition, ending=ending)
    if not fields:
        return outcome
    said = [f"{entry[:1].upper()}{entry[1:]}." for entry in say_changes(session, deal, fields)]
    if any(path.startswith("products/") for path in fields):
        said.append(_amount_words(deal, fields))
    title = f"{words} {deal.id}: {deal.facts.title}"
    lines = fold_words(" ".join(said), WIDTH - 2)
    return Outcome(outcome.ids, ("\n  ".join(lines), *outcome.words[1:], *moved), title)


def _amount_words(deal: LoadedDeal, fields: Fields) -> str:
    after = build_state(build_document(deal.facts))
    put_fields(after, fields)
    amount = amount_of(build_deal_record(deal.id, after).products)
    if amount is None:
        return "No lines are left."
    return f"Amount {format_money(amount.amount, amount.currency)}."
