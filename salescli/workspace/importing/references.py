"""What rows name, found once: clients, people, products, records by the ids of other systems.

Stricter than a command line: an import takes exact names alone, never a part of one or the
beginning of an id, for nobody sees what was found. Knows the session, not rows.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from salescli.model.errors import NotFound, Refused, SalesError, finding
from salescli.model.events import Json
from salescli.model.foreignids import id_core
from salescli.model.ids import build_slug, fold_name
from salescli.model.near_clients import Near, find_near
from salescli.model.nearest import did_you_mean
from salescli.workspace.addressing import Found, ambiguous
from salescli.workspace.catalogue import create_named
from salescli.workspace.clients import create_client
from salescli.workspace.importing.cells import Cell
from salescli.workspace.importing.known import key_there
from salescli.workspace.importing.values import name_and_mail
from salescli.workspace.session import Session
from salescli.workspace.values import (
    named_things,
    read_reference,
    read_values,
    refuse_archived,
)

NAMED = ("person", "department", "product", "competitor")


class Resolver:
    """References of one import. `on_create` is told the kind of each record made on the spot."""

    def __init__(
        self, session: Session, system: str | None, on_create: Callable[[str], None]
    ) -> None:
        self.session = session
        self.system = system
        self.on_create = on_create
        self._values: dict[tuple[str, str], Mapping[str, Json] | SalesError] = {}
        self._found: dict[tuple[str, str], str] = {}
        self._clients: dict[str, list[Found]] = {}  # folded name or e-mail, or id → clients
        self._keyed: dict[str, list[Found]] = {}  # the other system's id → clients
        self._key_of: dict[str, str] = {}  # client → its id in the other system
        self._fresh: list[Callable[[], None]] = []
        self._documents: list[Mapping[str, Any]] = []  # clients that were here
        self._made: dict[str, Mapping[str, Any]] = {}  # and those that weren't, by id
        session.index.refresh()
        for kind, path, document in session.index.clients():
            self.know_client(Found(kind, document["id"], path), document)
            self._documents.append(document)

    def know_client(self, found: Found, document: Mapping[str, Any]) -> None:
        """Take a client into what names are looked up in."""
        for name in _names_of(found, document):
            self._clients.setdefault(name, []).append(found)
        key = key_there(document, self.system)
        if key:
            self._key_of[found.id] = key
            self._keyed.setdefault(id_core(key), []).append(found)

    def note_made(self, document: Mapping[str, Any]) -> None:
        """A client was made: it will be compared with the others."""
        client = str(document["id"])
        self._made[client] = document
        self._fresh.append(lambda: self._forget_made(client))

    def _forget_made(self, client: str) -> None:
        self._made.pop(client, None)

    def find_near(self) -> list[Near]:
        """The clients made by this import that may be others by another name."""
        return find_near(self._documents, self._made.values())

    def begin_row(self) -> None:
        """From here on, what is made belongs to one row."""
        self._fresh.clear()

    def forget_row(self) -> None:
        """The row was dropped, and with it what it had made."""
        for forget in reversed(self._fresh):
            forget()
        self._fresh.clear()

    def values(self, record: type[Any], name: str, text: str) -> Mapping[str, Json]:
        """The values that a field's text means, as `read_values` gives them; looked up once."""
        key = (name, text)
        known = self._values.get(key)
        if known is None:
            try:
                known = read_values(self.session, record, {name: text})
            except SalesError as error:
                known = error
            self._values[key] = known
        if isinstance(known, SalesError):
            raise known
        return known

    def clients_named(self, text: str) -> list[Found]:
        """The clients that a text names: by id, exact name or e-mail."""
        return self._clients.get(text) or self._clients.get(fold_name(text), [])

    def clients_keyed(self, key: str) -> list[Found]:
        """The clients with that id of the other system."""
        return self._keyed.get(id_core(key), [])

    def key_of(self, client: str) -> str | None:
        """The id that a client has in the other system."""
        return self._key_of.get(client)

    def client(self, text: str, said: Cell | None, create: str | None) -> str:
        """The id of the client that a row names; made if it isn't there and `create` says so.

        `said` is how the mapping reads the cell: by name, key or mail, and of which kind it is.
        """
        by, kind = (said.by, said.kind) if said is not None else ("name", None)
        place = (f"{kind} by {by}", text)
        known = self._found.get(place)
        if known is not None:
            return known
        found = self._clients_of(text, by, kind)
        if len(found) > 1:
            raise NotFound(ambiguous(self.session, text, found))
        if found:
            if found[0].id not in self.session.born:
                refuse_archived(self.session, found[0], "client")
            client = found[0].id
        elif create is not None and by != "key":
            client = self._create_client(kind or create, text, by)
        else:
            raise self._no_client(text, by)
        self._remember(place, client, is_fresh=not found)
        return client

    def _clients_of(self, text: str, by: str, kind: str | None) -> list[Found]:
        """The clients that a cell means. An id is one of its kind; a name may be another's."""
        if by == "key":
            return [found for found in self.clients_keyed(text) if kind in (None, found.kind)]
        name, mail = name_and_mail(text) if by == "mail" else (text, "")
        found = self.clients_named(mail or name)
        return [each for each in found if each.kind == kind] or found

    def _create_client(self, kind: str, text: str, by: str) -> str:
        name, mail = name_and_mail(text) if by == "mail" else (text, "")
        made = create_client(self.session, kind, name, {"emails": mail} if mail else {}).ids[0]
        self.on_create(kind)
        found = Found(kind, made, self.session.born[made][0])
        document = {"id": made, "name": name, "emails": [mail] if mail else []}
        self.know_client(found, document)
        self.note_made(document)
        self._fresh.append(lambda: self._forget_client(found, document))
        return made

    def _forget_client(self, found: Found, document: Mapping[str, Any]) -> None:
        self.session.born.pop(found.id, None)
        for name in _names_of(found, document):
            self._clients[name].remove(found)

    def _no_client(self, text: str, by: str) -> NotFound:
        if by == "key":
            words = f"there is no client with the id {text!r} of {self.system}"
            hint = "import the clients first, by the same --key"
            return NotFound(finding("no-such-client", words, hint=hint, field="client"))
        names = [name for name in self._clients if not name.startswith(("acc-", "con-"))]
        hint = did_you_mean(text, names) or "`create: client: account` in the mapping makes them"
        return NotFound(
            finding("no-such-client", f"there is no client {text!r}", hint=hint, field="client")
        )

    def named(
        self,
        kind: str,
        text: str,
        field: str,
        *,
        create: bool,
        typed: Mapping[str, str] | None = None,
    ) -> str:
        """The id of the person, department, product or competitor that a row names."""
        known = self._found.get((kind, text))
        if known is not None:
            return known
        is_there = True
        if create:
            things = named_things(self.session, kind)
            names = {fold_name(name) for name in things.values()}
            is_there = text in things or fold_name(text) in names
        if is_there:
            found = read_reference(self.session, kind, text, field)
        else:
            found = self._create_named(kind, text, field, typed or {})
        self._remember((kind, text), found, is_fresh=not is_there)
        return found

    def _create_named(self, kind: str, name: str, field: str, typed: Mapping[str, str]) -> str:
        slug = build_slug(name)
        if slug in named_things(self.session, kind):
            raise Refused(
                finding(
                    "id-taken",
                    f"{name!r} isn't there, and its id {slug} belongs to another {kind}",
                    hint=f'salescli {kind} create "{name}" --id SLUG, then import again',
                    field=field,
                )
            )
        made = create_named(self.session, kind, name, typed).ids[0]
        self.on_create(kind)
        return made

    def _remember(self, key: tuple[str, str], found: str, *, is_fresh: bool) -> None:
        self._found[key] = found
        if is_fresh:
            self._fresh.append(lambda: self._forget_found(key))

    def _forget_found(self, key: tuple[str, str]) -> None:
        del self._found[key]


def _names_of(found: Found, document: Mapping[str, Any]) -> Iterable[str]:
    """What a client is looked up by: its id, its name, its addresses."""
    names = [found.id, fold_name(str(document["name"]))]
    names += [fold_name(address) for address in document.get("emails", [])]
    return dict.fromkeys(names)
