"""Accounts and contacts: finding a client by what people type, making and changing them."""

import re
from collections.abc import Mapping
from typing import Any

from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.facts import State, as_text, changes_between
from salescli.model.ids import fold_name
from salescli.model.nearest import nearest
from salescli.model.records import RECORD_TYPES, Account, Contact
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.patch import patch
from salescli.store.texts import build_edits, format_record
from salescli.workspace.addressing import Found, ambiguous, find_record
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.values import read_values, refuse_archived

CLIENT_KINDS = ("account", "contact")
LEAST_DIGITS = 5  # of a phone number: fewer name nobody
_PHONE = re.compile(r"[0-9 ()+./-]+")


def find_client(session: Session, text: str) -> Found:
    """The account or contact that `text` names (domain.md section 2, "Client").

    An id, exact name, e-mail or phone wins; only without one do partial matches count. Raises
    `NotFound` with the candidates, or with near misses and how to make one.
    """
    if not text.strip():
        raise Refused(finding("missing-value", "a deal needs a client", field="client"))
    try:
        found = find_record(session, text, *CLIENT_KINDS)
    except NotFound as error:
        if error.findings[0].code == "ambiguous":
            raise
        found = _find_partly(session, text)
    refuse_archived(session, found, "client")
    return found


def _find_partly(session: Session, text: str) -> Found:
    wanted = fold_name(text)
    digits = re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else ""
    exact, partial, names = [], [], []
    for kind, path, tree in session.index.clients():
        names.append(tree["name"])
        found = Found(kind, tree["id"], path)
        addresses = [address.casefold() for address in tree.get("emails", [])]
        phones = [re.sub(r"\D", "", phone) for phone in tree.get("phones", [])]
        if wanted in addresses or (len(digits) >= LEAST_DIGITS and digits in phones):
            exact.append(found)
        elif _is_part(wanted, digits, [fold_name(tree["name"]), *addresses], phones):
            partial.append(found)
    candidates = exact or partial
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise NotFound(ambiguous(session, text, candidates))
    near = nearest(text, names)
    raise NotFound(
        finding(
            "no-such-client",
            f"there is no client {text!r}" + (f"; did you mean {near!r}?" if near else ""),
            hint=f'salescli contact create "{text}" (a person) or '
            f'salescli account create "{text}" (a company)',
            field="client",
        )
    )


def _is_part(wanted: str, digits: str, texts: list[str], phones: list[str]) -> bool:
    if len(digits) >= LEAST_DIGITS and any(phone.endswith(digits) for phone in phones):
        return True  # the number as it is dialled within the country
    return any(wanted in text for text in texts)


def load_client(session: Session, found: Found) -> tuple[bytes, Account | Contact]:
    """An account's or contact's file and what it says."""
    source = session.read_required(found.path)
    record: Any = read_typed(source, found.path, RECORD_TYPES[found.kind])
    return source, record


def create_client(session: Session, kind: str, name: str, typed: Mapping[str, str]) -> Outcome:
    """Make an account or contact; raises every fault of what was typed together."""
    values = read_values(session, RECORD_TYPES[kind], {"name": name, **typed})
    if not values.get("name"):
        raise Refused(finding("missing-value", f"{_a(kind)} needs a name", field="name"))
    record_id = session.new_id(kind)
    document = {"id": record_id, **_nested(values)}
    path = layout.client_file(kind, layout.slug_at_birth(kind, str(values["name"])), record_id)
    session.files.write(path, format_record(document, RECORD_TYPES[kind]))
    session.born[record_id] = (path, str(values["name"]))
    return Outcome((record_id,), (), f"create {kind} {record_id}: {values['name']}")


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "account" else f"a {kind}"


def _nested(values: Mapping[str, Any]) -> State:
    document: State = {}
    for path, value in values.items():
        top, _, key = path.partition("/")
        if value is None:
            continue
        if key:
            document.setdefault(top, {})[key] = value
        else:
            document[top] = value
    return document


def set_client(session: Session, kind: str, text: str, typed: Mapping[str, str]) -> Outcome:
    """Change fields of an account or contact, patching its file."""
    gathered = Gathered()
    found = find_record(session, text, kind)
    source, record = load_client(session, found)
    before = build_document(record)
    after: State = {**before}
    with gathered.trying():
        for path, value in read_values(session, RECORD_TYPES[kind], typed).items():
            _put(after, path, value)
        if not after.get("name"):
            raise Refused(finding("missing-value", f"{_a(kind)} needs a name", field="name"))
    gathered.raise_all()
    fields = {
        path: both
        for path, both in changes_between(before, after).items()
        if as_text(both[0]) != as_text(both[1])  # a number of a custom field is read as text
    }
    if not fields:
        return Outcome((found.id,), ("Nothing to change: it says so already.",))
    edits = build_edits(fields, RECORD_TYPES[kind])
    session.files.write(found.path, patch(source, found.path, edits, layout.KEY_ORDER[kind]))
    words = f"set {', '.join(fields)} of {found.id}: {record.name}"
    return Outcome((found.id,), (), words)


def _put(document: State, path: str, value: Any) -> None:
    top, _, key = path.partition("/")
    if key:
        group = {**document.get(top, {}), key: value}
        document[top] = {k: v for k, v in group.items() if v is not None}
    elif value is None:
        document.pop(top, None)
    else:
        document[top] = value
