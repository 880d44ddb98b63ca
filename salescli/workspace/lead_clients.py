"""Whose lead it is: from the names, mails and phones written down first to a client of the store.

Once a lead has a client, these stand with the client alone; nothing of them is lost on the way.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from salescli.model.errors import Finding, Refused, finding
from salescli.model.events import Json
from salescli.model.facts import State
from salescli.model.ids import fold_name
from salescli.model.leads import RAW
from salescli.model.records import Contact
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.clients import LEAST_DIGITS, create_client, find_client, load_client
from salescli.workspace.session import Session

_NAMED_BY = {"account": "company", "contact": "person"}


class Settled(msgspec.Struct, frozen=True):
    """A lead's client: the field values that go with it, and the contact beside an account."""

    client: Found
    values: Mapping[str, Json]
    person: str | None = None
    words: tuple[str, ...] = ()


def settle_client(
    session: Session, state: State, client: str | None, create: str | None, address: str
) -> Settled:
    """Give a lead its client: the one that `client` names, or one made as `create` says.

    `state` is the lead's, `create` is `account` or `contact`. The person of a company becomes a
    contact of its account. Raises `NotFound` and `Refused`, also where neither is given.
    """
    raw = {name: state[name] for name in RAW if state.get(name)}
    words: list[str] = []
    if client is not None:
        found = find_client(session, client, can_create=True, there=state.get("client"))
    elif create is not None:
        words += [f"{name} ({key}) {why}, too." for key, name, why in alike(session, raw)]
        found = _create(session, raw, create, address, words)
    else:
        raise Refused(_no_client(session, raw))
    person = None
    if found.kind == "account" and raw.get("person"):
        person = _person_at(session, raw, found.id, words)
    elif client is not None:
        words += _not_known_there(session, raw, found)
    values: dict[str, Json] = {"client": found.id, **dict.fromkeys(raw)}
    return Settled(found, values, person, tuple(words))


def _no_client(session: Session, raw: Mapping[str, Any]) -> Any:
    known = [f"--client {key}: {name} {why}" for key, name, why in alike(session, raw)]
    hint = "; ".join(known) or (
        "--client NAME; or --create-client contact makes one of the person, account of the company"
    )
    return finding("missing-value", "the lead has no client yet", hint=hint, field="client")


def _create(
    session: Session, raw: Mapping[str, Any], kind: str, address: str, words: list[str]
) -> Found:
    """Make the client of what the lead says. A person's company is found or made beside it."""
    name = raw.get(_NAMED_BY[kind])
    if name is None:
        field = _NAMED_BY[kind]
        text = f"the lead names no {field} to make {_a(kind)} of"
        hint = f"salescli lead set {address} --{field} NAME"
        raise Refused(finding("missing-value", text, hint=hint, field=field))
    typed: dict[str, str] = {}
    if kind == "contact" or not raw.get("person"):
        typed = _addresses(raw)
    if kind == "contact" and raw.get("company"):
        typed["account"] = _company(session, str(raw["company"]), words)
    made = create_client(session, kind, str(name), typed).ids[0]
    words.append(f"{name} is {_a(kind)} now: {made}.")
    return _at(session, made)


def _company(session: Session, name: str, words: list[str]) -> str:
    """The account of exactly that name, made where there is none."""
    wanted = fold_name(name)
    session.index.refresh()
    for facts in session.index.documents("account"):
        is_usable = not facts.document.get("archived") and not facts.document.get("merged_into")
        if is_usable and fold_name(facts.document["name"]) == wanted:
            return facts.id
    made = create_client(session, "account", name, {}).ids[0]
    words.append(f"{name} is an account now: {made}.")
    return made


def _person_at(session: Session, raw: Mapping[str, Any], account: str, words: list[str]) -> str:
    """The contact of an account that has the lead's person's name, made where there is none."""
    known = contact_at(session, account, str(raw["person"]))
    if known is not None:
        words += _not_known_there(session, raw, _at(session, known))
        return known
    typed = {**_addresses(raw), "account": account}
    made = create_client(session, "contact", str(raw["person"]), typed).ids[0]
    words.append(f"{raw['person']} is a contact there now: {made}.")
    return made


def check_beside(session: Session, typed: Mapping[str, Any], settled: Settled) -> list[Finding]:
    """Refusals for names typed beside a client that would stand nowhere afterwards.

    The person of a company becomes its contact; any other name must be that of the client itself,
    or of the account that a contact belongs to. Mails and phones are told with the command that
    adds them.
    """
    record = load_client(session, settled.client)[1]
    names = {"person": None, "company": None, _NAMED_BY[settled.client.kind]: record.name}
    if isinstance(record, Contact) and record.account:
        account = find_by_id(session, record.account)
        names["company"] = load_client(session, account)[1].name if account else None
    found: list[Finding] = []
    for field, name in names.items():
        word = typed.get(field)
        is_kept = settled.person is not None and field == "person"
        words = fold_name(str(word or "")).split()
        if is_kept or set(words) <= set(fold_name(name or "").split()):
            continue
        text = f"the client is {record.name}, so the lead has no {field} of its own: {word}"
        hint = f"leave --{field} out, or leave --client out to write down whom you know"
        found.append(finding("raw-and-client", text, hint=hint, field=field))
    return found


def contact_at(session: Session, account: str, name: str) -> str | None:
    """The contact of an account that is named like that."""
    wanted = fold_name(name)
    session.index.refresh()
    for facts in session.index.documents("contact"):
        document = facts.document
        if document.get("account") == account and fold_name(document["name"]) == wanted:
            return facts.id
    return None


def _addresses(raw: Mapping[str, Any]) -> dict[str, str]:
    return {name: ",".join(raw[name]) for name in ("emails", "phones") if name in raw}


def _not_known_there(session: Session, raw: Mapping[str, Any], found: Found) -> Iterator[str]:
    """What the lead says that its client's file doesn't, with the command that adds it."""
    record = load_client(session, found)[1]
    for name in ("emails", "phones"):
        have: list[str] = getattr(record, name)
        new = [word for word in raw.get(name, ()) if word not in have]
        if new:
            option = name.removesuffix("s")
            all_of_them = " ".join(f'--{option} "{word}"' for word in [*have, *new])
            line = f"salescli {found.kind} set {found.id} {all_of_them}"
            yield f"{record.name} has no {', '.join(new)} yet: {line}"


def alike(session: Session, raw: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(id, name, why) of clients who may be the lead's: the same mail, phone or name."""
    if not any(raw.get(name) for name in RAW):
        return []
    session.index.refresh()
    mails = {mail.casefold() for mail in raw.get("emails", ())}
    phones = {_digits(phone) for phone in raw.get("phones", ())}
    phones = {digits for digits in phones if len(digits) >= LEAST_DIGITS}
    names = {fold_name(str(raw[name])) for name in ("person", "company") if raw.get(name)}
    found: list[tuple[str, str, str]] = []
    for _, _, tree in session.index.clients():
        if tree.get("archived") or tree.get("merged_into"):
            continue
        if mails & {mail.casefold() for mail in tree.get("emails", ())}:
            found.append((tree["id"], tree["name"], "has that e-mail"))
        elif phones & {_digits(phone) for phone in tree.get("phones", ())}:
            found.append((tree["id"], tree["name"], "has that phone"))
        elif fold_name(tree["name"]) in names:
            found.append((tree["id"], tree["name"], "is named like that"))
    return found


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _at(session: Session, record_id: str) -> Found:
    found = find_by_id(session, record_id)
    assert found is not None
    return found


def _a(kind: str) -> str:
    return "an account" if kind == "account" else "a contact"
