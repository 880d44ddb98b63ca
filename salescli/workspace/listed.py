"""What stands on the lists of a deal: its names, which item a text means, changes in words.

Reads names of people, rivals, products and leads from the store. Changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from salescli.model.catalogues import choice_named
from salescli.model.errors import Finding, NotFound, finding
from salescli.model.events import Json
from salescli.model.ids import RECORD_PREFIXES, fold_name, kind_of_id
from salescli.model.nearest import did_you_mean
from salescli.report.text.wording import Wording, describe_changes
from salescli.workspace.clientsearch import is_exactly, is_part_of
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.guiding import client_name
from salescli.workspace.session import Session
from salescli.workspace.values import named_things

BORN_LISTS = ("contacts", "team", "leads")  # lists whose keys may be random ids
TYPED_START = 4  # characters of a random id that are enough to name it
MOST_NAMED = 8  # listed items that a refusal names


def find_listed(session: Session, name: str, listed: Mapping[str, Any], text: str) -> str:
    """The key of the one item of a deal's list that `text` names; raises `NotFound`.

    A key, an exact name, the beginning of a random id, or a part of a name; in this order. A
    contact is then looked for by e-mail and phone, as whoever adds one to the list is.
    """
    if text in listed:
        return text
    named = {key: names_of_item(session, name, key, listed[key]) for key in listed}
    wanted = fold_name(text)
    contacts = cache(lambda: _contacts_of(session, listed))
    tiers: Sequence[Callable[[str], bool]] = (
        lambda key: wanted in map(fold_name, named[key]),
        lambda key: _begins_id(name, key, text),
        lambda key: bool(wanted) and any(wanted in fold_name(one) for one in named[key]),
        lambda key: key in contacts() and is_exactly(contacts()[key], text),
        lambda key: key in contacts() and is_part_of(contacts()[key], text),
    )
    for holds in tiers:
        found = [key for key in listed if holds(key)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(_ambiguous(name, text, {key: named[key] for key in found}))
    raise NotFound(_not_listed(name, text, named))


def _contacts_of(session: Session, listed: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The documents of the contacts on a list, by id."""
    ids = {key for key in listed if kind_of_id(key) == "contact"}
    if not ids:
        return {}
    session.index.refresh()
    return {facts.id: facts.document for facts in session.index.documents("contact", ids)}


def _begins_id(name: str, key: str, text: str) -> bool:
    prefix, _, digits = key.partition("-")
    known = ("line",) if name == "products" else (*RECORD_PREFIXES.values(),)
    if prefix not in known or name not in (*BORN_LISTS, "products"):
        return False
    is_long = len(text.removeprefix(f"{prefix}-")) >= TYPED_START
    return is_long and (key.startswith(text) or digits.startswith(text))


def _ambiguous(name: str, text: str, found: Mapping[str, Sequence[str]]) -> Finding:
    lines = [f"{text!r} may be any of {len(found)}:"]
    lines += [f"  {key}  {names[0] if names else ''}".rstrip() for key, names in found.items()]
    hint = "give the id of the one you mean"
    return finding("ambiguous", "\n".join(lines), hint=hint, field=name)


def _not_listed(name: str, text: str, named: Mapping[str, Sequence[str]]) -> Finding:
    known = [one for names in named.values() for one in names]
    firsts = [names[0] if names else key for key, names in named.items()]
    more = f" and {len(firsts) - MOST_NAMED} more" if len(firsts) > MOST_NAMED else ""
    listed = f"listed: {', '.join(firsts[:MOST_NAMED])}{more}" if firsts else "nothing is"
    return finding(
        "not-listed",
        f"{text!r} is not on the list",
        hint=did_you_mean(text, known) or listed,
        field=name,
    )


def names_of_item(session: Session, name: str, key: str, item: Any) -> list[str]:
    """What an item is called; the first is for people to read."""
    if name == "products":
        product = item.get("product")
        known = named_things(session, "product").get(product) if product else None
        return [text for text in (item.get("title"), known, product) if text]
    if name == "competitors":
        return [named_things(session, "competitor").get(key, key)]
    people = named_things(session, "person")
    if name == "team" and key in people:
        return [people[key]]
    return [client_name(session, key)]


def say_changes(
    session: Session, deal: LoadedDeal, fields: Mapping[str, Sequence[Json]]
) -> list[str]:
    """A change of a deal's lists in words, a phrase each, with names where there are any."""
    return describe_changes(fields, _wording(session, deal, fields))


def _wording(session: Session, deal: LoadedDeal, fields: Mapping[str, Sequence[Json]]) -> Wording:
    names: dict[str, dict[str, str]] = {
        kind: named_things(session, kind) for kind in ("person", "competitor", "product")
    }
    for dictionary, values in session.dictionaries.items():
        choices = ((value, choice_named(values, value)) for value in values)
        names[dictionary] = {value: entry.name for value, entry in choices if entry}
    rivals = session.competitors.competitors.values()
    names["rival-product"] = {
        key: product.name for rival in rivals for key, product in rival.products.items()
    }
    clients = {deal.facts.main_contact or ""}
    for path, change in fields.items():
        top, key, *_ = [*path.split("/"), ""]
        if top == "products":
            item = deal.state.get(top, {}).get(key) or change[1] or change[0]
            known = names_of_item(session, top, key, item) if isinstance(item, dict) else []
            names.setdefault("line", {})[key] = known[0] if known else key
        clients |= {key} if top in BORN_LISTS else set()
        clients |= {str(one) for one in change if one} if top == "main_contact" else set()
    clients = {one for one in clients if one.startswith(("con-", "acc-", "lead-"))}
    names["contact"] = names["lead"] = {one: client_name(session, one) for one in clients}
    return Wording(session.calendar, names)
