"""What rows name, found once: clients, people, products, records by the ids of other systems.

Stricter than a command line: an import takes exact names alone, never a part of one or the
beginning of an id, for nobody sees what was found. Knows the session, not rows.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from salescli.model.clients import end_of_chain
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
from salescli.workspace.importing.reading import Beside
from salescli.workspace.importing.values import is_mail, name_and_mail
from salescli.workspace.session import Session
from salescli.workspace.values import (
    find_reference,
    ids_named,
    named_things,
    people_with,
    read_values,
    refuse_archived,
    refuse_unusable,
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
        self._usable: set[str] = set()  # clients, and named things, that take something new
        self._by_id: dict[str, Found] = {}
        self._merged: dict[str, str] = {}  # what is left of a merged client → where it went
        self._merged_names: dict[str, set[str]] | None = None
        self._clients: dict[str, list[Found]] = {}  # folded name or e-mail, or id → clients
        self._keyed: dict[str, list[Found]] = {}  # the other system's id → clients
        self._key_of: dict[str, str] = {}  # client → its id in the other system
        self._fresh: list[Callable[[], None]] = []
        self._before: dict[str, Mapping[str, Any]] = {}  # clients that were here, by id
        self._made: dict[str, Mapping[str, Any]] = {}  # and those that weren't, by id
        session.index.refresh()
        for kind, path, document in session.index.clients():
            self.know_client(Found(kind, document["id"], path), document)
            self._before[document["id"]] = document

    def know_client(self, found: Found, document: Mapping[str, Any]) -> None:
        """Take a client into what names are looked up in."""
        self._by_id[found.id] = found
        if document.get("merged_into"):
            self._merged[found.id] = str(document["merged_into"])
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
        return find_near(self._before.values(), self._made.values())

    def begin_row(self) -> None:
        """From here on, what is made belongs to one row."""
        self._fresh.clear()

    def forget_row(self) -> None:
        """The row was dropped, and with it what it had made."""
        for forget in reversed(self._fresh):
            forget()
        self._fresh.clear()

    def values(
        self, record: type[Any], name: str, text: str, there: Json = None
    ) -> Mapping[str, Json]:
        """The values that a field's text means, as `read_values` gives them; looked up once.

        What is `there` already may be out of use.
        """
        key = (name, text)
        known = self._values.get(key)
        if known is None:
            try:
                known = read_values(self.session, record, {name: text})
            except SalesError as error:
                known = error
            self._values[key] = known
        if isinstance(known, Refused) and there is not None:
            return read_values(self.session, record, {name: text}, {name: there})
        if isinstance(known, SalesError):
            raise known
        return known

    def clients_named(self, text: str) -> list[Found]:
        """The clients that a text names: by id, exact name or e-mail; merged ones, too."""
        return self._clients.get(text) or self._clients.get(fold_name(text), [])

    def clients_keyed(self, key: str) -> list[Found]:
        """The clients with that id of the other system; merged ones, too."""
        return self._keyed.get(id_core(key), [])

    def said_of(self, client: str) -> Mapping[str, Any]:
        """What a client says, as far as it is known: before the import, or as it was made."""
        return self._before.get(client) or self._made.get(client, {})

    def may_be(self, text: str, said: Cell | None, beside: Beside | None) -> list[str]:
        """The ids of the clients that a row may name; makes and remembers nothing."""
        by, kind = (said.by, said.kind) if said is not None else ("name", None)
        found = self._clients_of(text, by, kind)
        if not found and beside is not None:
            found = self._unkeyed_beside(beside, kind)
        return [one.id for one in found]

    def document_of(self, client: str) -> Mapping[str, Any]:
        """What a client that was here said before the import; nothing of one that it made."""
        return self._before.get(client, {})

    def slug_of(self, kind: str, text: str) -> str | None:
        """The id of the one named thing with that id or name, in use or not."""
        things = named_things(self.session, kind)
        keys = [text] if text in things else ids_named(things, text)
        return keys[0] if len(keys) == 1 else None

    def is_merged(self, client: str) -> bool:
        """Whether this is what is left of a client that was merged into another."""
        return client in self._merged

    def merged_names(self, client: str) -> set[str]:
        """The folded names of all that was merged into a client."""
        if self._merged_names is None:
            self._merged_names = {}
            for stub in self._merged:
                names = self._merged_names.setdefault(
                    end_of_chain(self._merged, stub) or stub, set()
                )
                names.add(fold_name(str(self._before[stub]["name"])))
        return self._merged_names.get(client, set())

    def standing(self, found: Iterable[Found]) -> list[Found]:
        """Those that stand for themselves; where none does, those that they were merged into."""
        found = list(found)
        alive = [one for one in found if one.id not in self._merged]
        if alive:
            return alive
        ends = (end_of_chain(self._merged, one.id) or one.id for one in found)
        return [self._by_id[end] for end in dict.fromkeys(ends) if end in self._by_id]

    def key_of(self, client: str) -> str | None:
        """The id that a client has in the other system."""
        return self._key_of.get(client)

    def client(
        self,
        text: str,
        said: Cell | None,
        create: str | None,
        *,
        beside: Beside | None = None,
        there: Json = None,
    ) -> str:
        """The id of the client that a row names; made if it isn't there and `create` says so.

        `said` is how the mapping reads the cell: by name, key or mail, and of which kind it is;
        `beside` what the row says beside an id. The client that is `there` already may be out of
        use.
        """
        by, kind = (said.by, said.kind) if said is not None else ("name", None)
        place = (f"{kind} by {by}", f"{text}\n{beside.text}" if beside else text)
        client = self._found.get(place)
        if client is None:
            found = self._clients_of(text, by, kind)
            if not found and beside is not None:
                found = self._named_beside(beside, kind, text)
            if len(found) > 1:
                raise NotFound(ambiguous(self.session, text, found))
            if found:
                client = found[0].id
            elif create is not None and (by != "key" or beside is not None):
                client = self._create_client(kind or create, text, by, beside)
            else:
                raise self._no_client(text, by)
            self._remember(place, client, is_fresh=not found)
        if client != there and client not in self.session.born and client not in self._usable:
            refuse_archived(self.session, self._by_id[client], "client")
            self._usable.add(client)
        return client

    def _clients_of(self, text: str, by: str, kind: str | None) -> list[Found]:
        """The clients that a cell means. An id is one of its kind; a name may be another's."""
        if by == "key":
            keyed = [found for found in self.clients_keyed(text) if kind in (None, found.kind)]
            return self.standing(keyed)
        name, mail = name_and_mail(text) if by == "mail" else (text, "")
        found = self.clients_named(mail or name)
        return self.standing([each for each in found if each.kind == kind] or found)

    def _named_beside(self, beside: Beside, kind: str | None, key: str) -> list[Found]:
        """The clients of the name beside an id that nothing here has: never one with another id."""
        found = self._unkeyed_beside(beside, kind)
        if len(found) == 1 and self.key_of(found[0].id) is None:
            self.know_key(found[0], key)
        return found

    def _unkeyed_beside(self, beside: Beside, kind: str | None) -> list[Found]:
        name, mail = name_and_mail(beside.text) if beside.cell.by == "mail" else (beside.text, "")
        named = [one for one in self.clients_named(mail or name) if kind in (None, one.kind)]
        return self.standing(one for one in named if self.key_of(one.id) is None)

    def know_key(self, found: Found, key: str) -> None:
        """A client found by its name has this id: one of that name with another id is another."""
        self._key_of[found.id] = key
        self._keyed.setdefault(id_core(key), []).append(found)
        self._fresh.append(lambda: self._forget_key(found, key))

    def _forget_key(self, found: Found, key: str) -> None:
        self._key_of.pop(found.id, None)
        self._keyed[id_core(key)].remove(found)

    def _create_client(self, kind: str, text: str, by: str, beside: Beside | None) -> str:
        key = text if beside is not None else None
        if beside is not None:
            text, by = beside.text, beside.cell.by
        name, mail = name_and_mail(text) if by == "mail" else (text, "")
        typed = {"emails": mail} if mail else {}
        if key is not None:
            typed[f"external.{self.system}"] = key
        made = create_client(self.session, kind, name, typed).ids[0]
        self.on_create(kind)
        found = Found(kind, made, self.session.born[made][0])
        document = {"id": made, "name": name, "emails": [mail] if mail else []}
        self.know_client(found, document)
        self.note_made(document)
        self._fresh.append(lambda: self._forget_client(found, document))
        if key is not None:
            self.know_key(found, key)
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
        there: Json = None,
        at: str | None = None,
    ) -> str:
        """The id of the person, department, product or competitor that a row names.

        One of our people may be named by an address alone, or by a name and an address.
        What is `there` already may be out of use. `at`, where it is known, is when the row's
        record began: somebody who left since may have it.
        """
        known = self._found.get((kind, text))
        if known is None:
            called, mail = self._called(kind, text)
            people = people_with(self.session, mail) if mail else []
            is_there = not create or bool(people) or self._is_named(kind, called)
            if len(people) > 1:
                words = f"{mail!r} is the address of several: {', '.join(people)}"
                raise NotFound(finding("ambiguous", words, field=field))
            if people:
                known = people[0]
            elif is_there:
                known = find_reference(self.session, kind, called, field)
            else:
                more = {"emails": mail} if mail else {}
                known = self._create_named(kind, called, field, {**(typed or {}), **more})
            self._remember((kind, text), known, is_fresh=not is_there)
        if known != there and f"{kind} {known}" not in self._usable:
            with self.session.dated(at):
                refuse_unusable(self.session, kind, known, field)
            if kind != "person" or self.session.team.people[known].left is None:
                self._usable.add(f"{kind} {known}")
        return known

    def _is_named(self, kind: str, text: str) -> bool:
        things = named_things(self.session, kind)
        return text in things or bool(ids_named(things, text))

    def _called(self, kind: str, text: str) -> tuple[str, str]:
        """What a text calls a thing, and the address that it gives of one of our people."""
        if kind != "person" or self._is_named(kind, text):
            return text, ""
        name, mail = name_and_mail(text)
        return (name, mail) if mail or not is_mail(text) else (text, text)

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
