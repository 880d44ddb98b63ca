"""Rows that are clients, products or people: made, or changed where they are here already."""

from collections.abc import Mapping as Map
from typing import Any, Literal

from salescli.model.clients import join_words
from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.foreignids import is_same_id
from salescli.model.ids import fold_name
from salescli.model.near_clients import is_another
from salescli.workspace.addressing import Found
from salescli.workspace.catalogue import create_named, set_named
from salescli.workspace.clients import create_client, set_client
from salescli.workspace.importing.known import Known, key_there
from salescli.workspace.importing.mapping import RECORDS, Mapping
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.importing.report import Report
from salescli.workspace.session import Session
from salescli.workspace.values import catalogue_of, named_things

Did = Literal["created", "updated", "unchanged"]


class NamedImporter:
    """Takes the rows of one file of accounts, contacts, products or people."""

    def __init__(
        self,
        session: Session,
        mapping: Mapping,
        system: str | None,
        reader: Reader,
        resolver: Resolver,
        report: Report,
    ) -> None:
        self.session, self.mapping, self.system = session, mapping, system
        self.reader, self.resolver, self.report = reader, resolver, report
        self.kind = mapping.kind
        self._made: str | None = None  # the client that the running row made
        self._taken: dict[str, Map[str, str]] = {}  # clients → what rows said of them
        if self.kind in ("account", "contact"):
            self.known = Known(session, self.kind, None, mapping.match)

    def take(self, reading: Reading) -> Did:
        """Stage what a row says; raises every fault together."""
        gathered = reading.gathered
        found, self._made, is_sure = None, None, False
        with gathered.trying():
            found = self._find(reading)
            is_sure = "name" not in reading.broken
            if reading.key is None:  # else it is told by that
                self._refuse_taken(found, reading)
        if found is not None and self.resolver.is_merged(found):
            gathered.raise_all()
            self.report.notes[f"{self.kind} merged into another here: left as it is"] += 1
            return "unchanged"
        texts = self._texts(reading, found)
        if found is not None and is_same_id(self._key_of(found), reading.key):
            texts.pop(f"external.{self.system}", None)
        slug = texts.pop("id", None)
        if found is not None:
            self._keep_merged(found, texts)
        did: Did = "unchanged"
        with gathered.trying():
            if is_sure:  # else nobody knows whether it is here
                did = self._write(found, texts, slug, gathered)
        gathered.raise_all()
        client = found or self._made
        if client is not None and self.kind in ("account", "contact"):
            self._taken[client] = {**self._taken.get(client, {}), **reading.texts}
        return did

    def _refuse_taken(self, found: str | None, reading: Reading) -> None:
        """Refuse a row for a client that another row says something else of: which one is right?"""
        before = self._taken.get(found or "", {})
        other = [name for name, text in reading.texts.items() if before.get(name, text) != text]
        if other:
            text = f"another row of this {self.kind} says another {', '.join(other)}"
            hint = "`key` in the mapping names the column that tells the rows apart"
            raise Refused(finding("key-twice", text, hint=hint, field="name"))

    def _keep_merged(self, found: str, texts: dict[str, str]) -> None:
        """Let a row take nothing away of what a merge brought: names, addresses, phones."""
        names = self.resolver.merged_names(found)
        if not names:
            return
        if fold_name(texts.get("name", "")) in names:
            del texts["name"]
        document = self.resolver.document_of(found)
        for name in ("emails", "phones"):
            if name in texts:
                said = filter(None, map(str.strip, texts[name].split(",")))
                texts[name] = ",".join(join_words(document.get(name, ()), said))

    def _write(
        self, found: str | None, texts: dict[str, str], slug: str | None, gathered: Gathered
    ) -> Did:
        """Make or change the record, so that its faults are told; kept if the row has no other."""
        if found is None:
            self._create(texts, slug, gathered)
            self.report.count("created", self.kind)
            return "created"
        if self.kind in ("account", "contact"):
            outcome = set_client(self.session, self.kind, found, texts)
        else:
            outcome = set_named(self.session, self.kind, found, texts)
        return "updated" if outcome.title else "unchanged"

    def _create(self, texts: dict[str, str], slug: str | None, gathered: Gathered) -> None:
        name = texts.pop("name", "")
        if not name:
            raise Refused(finding("missing-value", f"a {self.kind} needs a name", field="name"))
        if self.kind not in ("account", "contact"):
            create_named(self.session, self.kind, name, texts, slug)
            return
        self._made = made = create_client(self.session, self.kind, name, texts).ids[0]
        if not gathered.is_empty:
            del self.session.born[made]
            return
        found = Found(self.kind, made, self.session.born[made][0])
        document = {"id": made, "name": name, "external": self._external(texts)}
        self.resolver.know_client(found, document)
        words = {name: texts.get(name, "").split(",") for name in ("emails", "phones")}
        said = {"website": texts.get("website"), "account": texts.get("account"), **words}
        self.resolver.note_made({**document, **said})

    def _external(self, texts: dict[str, str]) -> dict[str, str]:
        return {
            name.partition(".")[2]: text
            for name, text in texts.items()
            if name.startswith("external.")
        }

    def _find(self, reading: Reading) -> str | None:
        """The record that the row is about: by the other system's id, else by id or name.

        A record of that name with another id of that system is another one. What is left of a
        merged one is found where nothing else is.
        """
        if self.mapping.match is not None and self.kind in ("account", "contact"):
            here = self.known.find(reading)
            return here.id if here else None
        if self.kind in ("account", "contact"):
            return self._find_client(reading)
        return self._find_named(reading)

    def _find_client(self, reading: Reading) -> str | None:
        keyed = self.resolver.clients_keyed(reading.key) if reading.key and self.system else []
        keyed = [found for found in keyed if found.kind == self.kind]
        keyed = [one for one in keyed if not self.resolver.is_merged(one.id)] or keyed[:1]
        if len(keyed) > 1:
            ids = ", ".join(found.id for found in keyed)
            text = f"{reading.key!r} is the id of several: {ids}"
            raise NotFound(finding("ambiguous", text, field="key"))
        if keyed:
            return keyed[0].id
        named = self.resolver.clients_named(reading.texts.get("name", ""))
        unkeyed = [
            found
            for found in named
            if found.kind == self.kind and self.resolver.key_of(found.id) is None
        ]
        unkeyed = self._not_others(unkeyed, reading)
        same = self.resolver.standing(unkeyed)
        if unkeyed and all(self.resolver.is_merged(one.id) for one in unkeyed):
            takes_key = [one for one in same if self.system and not self.resolver.key_of(one.id)]
            same = takes_key or unkeyed[:1]
        if len(same) > 1:
            ids = ", ".join(found.id for found in same)
            text = f"{reading.texts['name']!r} is the name of several: {ids}"
            raise NotFound(finding("ambiguous", text, field="name"))
        if same and self.system:
            self.report.count("notes", f"{self.kind} known by its name")
            if reading.key and not self.resolver.is_merged(same[0].id):
                self.resolver.know_key(same[0], reading.key)
        return same[0].id if same else None

    def _not_others(self, found: list[Found], reading: Reading) -> list[Found]:
        """Those of a name that the row may mean: nothing that it says speaks against them."""
        texts = reading.texts
        mails = [mail.strip() for mail in texts.get("emails", "").split(",")]
        said: dict[str, Any] = {"emails": mails, "website": texts.get("website")}
        if self.kind == "contact" and "account" in texts:
            where, beside = reading.said.get("account"), reading.beside.get("account")
            said["account"] = self.resolver.may_be(texts["account"], where, beside)
        documents = self.resolver.said_of
        return [
            one
            for one in found
            if self.resolver.is_merged(one.id) or not is_another(documents(one.id), said)
        ]

    def _find_named(self, reading: Reading) -> str | None:
        things = named_things(self.session, self.kind)
        if self.kind == "product" and reading.key and self.system:
            for slug, entry in catalogue_of(self.session, "product").items():
                if is_same_id((entry.external or {}).get(self.system), reading.key):
                    return slug
        slug_typed = reading.texts.get("id")
        if slug_typed in things:
            return slug_typed
        wanted = fold_name(reading.texts.get("name", ""))
        same = [slug for slug, name in things.items() if fold_name(name) == wanted]
        if len(same) > 1:
            text = f"{reading.texts['name']!r} is the name of {', '.join(same)}"
            raise NotFound(finding("ambiguous", text, field="name"))
        if not same or slug_typed is not None:
            return None
        other = self._key_of(same[0])
        if reading.key and other and not is_same_id(other, reading.key):
            text = f"{same[0]} is the {self.kind} {other!r} of {self.system}, not {reading.key!r}"
            hint = "two of one name: give one another name in the file, or say an `id`"
            raise Refused(finding("id-taken", text, hint=hint, field="name"))
        return same[0]

    def _key_of(self, found: str) -> str | None:
        """The id of the other system that a record says."""
        if self.kind in ("account", "contact"):
            return key_there(self.resolver.said_of(found), self.system)
        entry = catalogue_of(self.session, "product").get(found)
        return (entry.external or {}).get(self.system) if entry else None

    def _texts(self, reading: Reading, found: str | None) -> dict[str, str]:
        """What a person would have typed. Stand-ins only make, they never change."""
        texts = dict(reading.texts)
        there = self._document(found)
        if found is None:
            for name in self.mapping.stand_ins:
                if name not in texts and name not in reading.broken:
                    assumed = self.reader.assume(name)
                    if assumed is not None:
                        texts[name] = assumed
        else:
            constant = {"price_from", "external"}
            texts = {
                name: text
                for name, text in texts.items()
                if name not in reading.assumed or name in constant
            }
        self._price(texts)
        with reading.gathered.trying():
            self._department(texts)
        owner = texts.pop("owner", None)
        if owner is not None:
            with reading.gathered.trying():
                makes = self.mapping.create.owner
                texts["owner"] = self.resolver.named(
                    "person", owner, "owner", create=makes, there=there.get("owner")
                )
        self._account(reading, texts, there.get("account"))
        if self.system and reading.key and "external" in RECORDS[self.kind].__struct_fields__:
            texts[f"external.{self.system}"] = reading.key
        return texts

    def _document(self, found: str | None) -> Map[str, Any]:
        """What an account or contact says that is here."""
        is_client = found is not None and self.kind in ("account", "contact")
        return self.resolver.document_of(str(found)) if is_client else {}

    def _account(self, reading: Reading, texts: dict[str, str], there: Any) -> None:
        """The company of a contact's row, by its exact name; made if it isn't there."""
        name = texts.pop("account", None)
        if name is not None:
            said, makes = reading.said.get("account"), self.mapping.create.client
            with reading.gathered.trying("account"):
                beside = reading.beside.get("account")
                texts["account"] = self.resolver.client(
                    name, said, makes, beside=beside, there=there
                )

    def _price(self, texts: dict[str, str]) -> None:
        since, price = texts.pop("price_from", None), texts.pop("price", None)
        if price is not None:
            texts["prices"] = f"{since}={price}" if since else price

    def _department(self, texts: dict[str, str]) -> None:
        """The department that a person's row names, made under its parent if it isn't there."""
        parent, name = texts.pop("department.parent", None), texts.pop("department", None)
        if name is None:
            return
        create = self.mapping.create.department
        typed: dict[str, str] = {}
        above = None
        if parent is not None:
            above = self.resolver.named("department", parent, "department.parent", create=create)
            typed["parent"] = above
        department = self.resolver.named(
            "department", name, "department", create=create, typed=typed
        )
        stands_under = self.session.team.departments[department].parent
        if above is not None and stands_under != above:
            text = f"{name} stands under {stands_under or 'nothing'} here, not under {above}"
            hint = f"salescli department set {department} --parent {above}"
            raise Refused(finding("other-parent", text, hint=hint, field="department.parent"))
        texts["department"] = department
