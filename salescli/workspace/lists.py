"""The lists on a deal: people, rivals, team, product lines, leads. One table of five nouns.

Adding, changing and removing an item is one event that names its paths; the file's text is
patched at that item alone.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from salescli.model.catalogues import value_on
from salescli.model.errors import Gathered, NotFound, Refused, SalesError, finding
from salescli.model.events import Json
from salescli.model.fields import specs_of
from salescli.model.nearest import did_you_mean
from salescli.model.records import Line, Rival, Stakeholder, TeamMember
from salescli.model.rules import check_locked
from salescli.workspace.addressing import find_record
from salescli.workspace.covering import follow_list
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import apply_fields
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import named_things, read_reference, read_values

Fields = dict[str, list[Json]]


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
    entry = LISTS[noun]
    gathered = Gathered()
    key, item = "", dict[str, Any]()
    with gathered.trying(entry.key):
        key = _new_key(session, entry, who)
        if key in deal.state.get(entry.name, {}):
            raise Refused(
                finding(
                    "already-listed",
                    f"{key} is on the list already",
                    hint=f"salescli opportunity {noun} set {session.short(deal.id)} {key} …",
                    field=entry.name,
                )
            )
    with gathered.trying():
        item = _item(session, entry, who, typed)
    gathered.raise_all()
    fields: Fields = {}
    if is_main and entry.main is not None:
        fields[entry.main] = [deal.state.get(entry.main), key]
    fields[f"{entry.name}/{key}"] = [None, True if entry.items is None else item]
    return _write(session, deal, fields, f"add {noun} {key} to")


def _new_key(session: Session, entry: ListNoun, who: str | None) -> str:
    if entry.noun == "product":
        return session.new_id("line")
    if who is None:
        raise Refused(finding("missing-value", f"which {entry.noun}?", field=entry.key))
    return read_reference(session, entry.target, who, entry.key)


def _item(
    session: Session, entry: ListNoun, who: str | None, typed: Mapping[str, str]
) -> dict[str, Any]:
    """The document of a new item, keys in their order, without its key."""
    if entry.items is None:
        return {}
    values = read_values(session, entry.items, typed)
    if entry.noun == "product":
        values = _line_values(session, who, values)
    return {name: values[name] for name in entry.columns if values.get(name) is not None}


def _line_values(session: Session, who: str | None, values: Mapping[str, Json]) -> dict[str, Json]:
    """A line's values: the product's price in force today unless one was typed."""
    line = {"quantity": "1", "offered_on": session.today.isoformat(), **values}
    if who is not None:
        line["product"] = read_reference(session, "product", who, "product")
    if line.get("price") is None and line.get("product") is not None:
        product = session.products.products[str(line["product"])]
        price = value_on(product.prices, session.today)
        line["price"] = None if price is None else str(price)
    if line.get("price") is None:
        raise Refused(
            finding("missing-value", "a line needs a price: --price MONEY", field="price")
        )
    return line


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
    assert entry.items is not None
    key = find_item(session, deal, entry, who)
    before = deal.state[entry.name][key]
    values = read_values(session, entry.items, typed)
    fields: Fields = {}
    if is_main and entry.main is not None and deal.state.get(entry.main) != key:
        fields[entry.main] = [deal.state.get(entry.main), key]
    for name in entry.columns:
        if name in values and values[name] != before.get(name):
            fields[f"{entry.name}/{key}/{name}"] = [before.get(name), values[name]]
    return _write(session, deal, fields, f"set {noun} {key} of")


def remove_item(session: Session, deal: LoadedDeal, noun: str, who: str) -> Outcome:
    """Take an item off a list; the deal's main one is emptied in the same event."""
    entry = LISTS[noun]
    key = find_item(session, deal, entry, who)
    fields: Fields = {}
    if entry.main is not None and deal.state.get(entry.main) == key:
        fields[entry.main] = [key, None]
    fields[f"{entry.name}/{key}"] = [deal.state[entry.name][key], None]
    return _write(session, deal, fields, f"remove {noun} {key} from")


def find_item(session: Session, deal: LoadedDeal, entry: ListNoun, who: str) -> str:
    """The key of the listed item that `who` names: key, beginning of a line's id, name, product.

    Raises `NotFound` with those that are listed.
    """
    listed: Mapping[str, Any] = deal.state.get(entry.name, {})
    if who in listed:
        return who
    found = [key for key in listed if who in _names_of(session, entry, key, listed[key])]
    if not found and entry.noun == "product":
        found = [key for key in listed if key.removeprefix("line-").startswith(who)]
    if not found and entry.noun != "product":
        found = _found_elsewhere(session, entry, who, listed)
    if len(found) == 1:
        return found[0]
    names = [name for key in listed for name in _names_of(session, entry, key, listed[key])]
    raise NotFound(
        finding(
            "ambiguous" if found else "not-listed",
            f"{who!r} may be {', '.join(found)}" if found else f"{who!r} is not on the list",
            hint=did_you_mean(who, names) or f"listed are {', '.join(listed) or 'none'}",
            field=entry.name,
        )
    )


def _names_of(session: Session, entry: ListNoun, key: str, item: Any) -> list[str]:
    if entry.noun == "product":
        product = item.get("product")
        name = named_things(session, "product").get(product, "") if product else ""
        return [text for text in (product, name, item.get("title")) if text]
    if entry.noun == "competitor":
        return [named_things(session, "competitor").get(key, key)]
    if entry.noun == "member":
        return [named_things(session, "person").get(key, key)]
    return [key]


def _found_elsewhere(
    session: Session, entry: ListNoun, who: str, listed: Mapping[str, Any]
) -> list[str]:
    """What is named like a record outside and stands on the list, archived or not."""
    kinds = [kind for kind in entry.target.split("|") if kind in ("contact", "lead")]
    try:
        found = find_record(session, who, *kinds).id if kinds else ""
    except SalesError:
        return []
    return [found] if found in listed else []


def _write(session: Session, deal: LoadedDeal, fields: Fields, words: str) -> Outcome:
    definition = session.process(deal.facts.process)
    Refused.raise_if(check_locked(definition, deal.facts.stage, fields, session.short(deal.id)))
    moved = follow_list(session, deal, fields)
    outcome = apply_fields(session, deal, fields, definition)
    return Outcome(outcome.ids, (*outcome.words, *moved), f"{words} {deal.id}: {deal.facts.title}")
