"""Accounts and contacts: finding a client by what people type, making and changing them."""

from collections.abc import Mapping
from typing import Any

from salescli.model.addresses import is_address
from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, Refused, finding
from salescli.model.events import Json
from salescli.model.facts import State, as_text, changes_between
from salescli.model.records import RECORD_TYPES, Account, Contact
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.patch import patch
from salescli.store.texts import build_edits, format_record
from salescli.workspace.addressing import Found, find_by_id, find_record
from salescli.workspace.clientsearch import LEAST_DIGITS as LEAST_DIGITS
from salescli.workspace.clientsearch import (
    digits_of,
    find_exactly,
    is_client_id,
    search_client,
)
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.titles import told_fields
from salescli.workspace.values import read_values, refuse_archived, refuse_gone


def find_client(
    session: Session, text: str, *, can_create: bool = False, there: Json = None
) -> Found:
    """The account or contact that `text` names and that takes something new, or is `there`.

    `can_create`: whether the command makes one with `--create-client`, so that its hint says so.
    Raises `NotFound` with the candidates, or with near misses and how to make one; `Refused` for
    what is archived, merged or erased.
    """
    if not text.strip():
        raise Refused(finding("missing-value", "a deal needs a client", field="client"))
    found = search_client(session, text, can_create=can_create)
    if found.id != there:
        refuse_archived(session, found, "client")
    return found


def find_or_create_client(
    session: Session, text: str, create: str | None, there: Json = None
) -> tuple[str, tuple[str, ...]]:
    """(id, words) of the client that `text` names; made as an account or contact if it isn't there.

    Without `create` the same as `find_client`. With it only an exact name, e-mail, phone or id
    counts: a part of a name would put a deal under somebody else. The words tell what was made.
    The client that is `there` already may be named again, whatever became of it.
    """
    if create is None or not text.strip() or is_client_id(text):
        return find_client(session, text, can_create=True, there=there).id, ()
    session.index.refresh()
    if find_exactly(session, text):
        found = find_client(session, text, there=there)
        name = load_client(session, found)[1].name
        return found.id, (f"There is {_a(found.kind)} already, {found.id}: {name}.",)
    outcome = create_client(session, create, *_as_typed(text))
    made, name = outcome.ids[0], session.born[outcome.ids[0]][1]
    return made, (f"Made {_a(create)}, {made}: {name}.",)


def _as_typed(text: str) -> tuple[str, dict[str, str]]:
    """Name and fields of a client of whom nothing is known but one text."""
    if digits_of(text):
        return text, {"phones": text}
    if is_address(text):
        return text, {"emails": text}
    return text, {}


def load_client(session: Session, found: Found) -> tuple[bytes, Account | Contact]:
    """An account's or contact's file and what it says."""
    source = session.read_required(found.path)
    record: Any = read_typed(source, found.path, RECORD_TYPES[found.kind])
    return source, record


def end_of_merges(session: Session, found: Found) -> Found:
    """The client that a merged one ended in; a circle ends where it began."""
    seen = {found.id}
    while into := load_client(session, found)[1].merged_into:
        after = find_by_id(session, into)
        if after is None or after.id in seen:
            return found
        seen.add(after.id)
        found = after
    return found


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
    refuse_gone(record, found, "")
    before = build_document(record)
    after: State = {**before}
    with gathered.trying():
        for path, value in read_values(session, RECORD_TYPES[kind], typed, before).items():
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
    words = f"set {told_fields(fields)} of {found.id}: {record.name}"
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
