"""The records that are here already, by a key of another system or by a field of theirs.

Knows documents, as the index has them; what was made by the running import isn't among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.errors import NotFound, Refused, finding
from salescli.model.foreignids import id_core
from salescli.model.ids import fold_name
from salescli.workspace.importing.mapping import OWN_ID
from salescli.workspace.importing.reading import Reading
from salescli.workspace.session import Session


class Here(msgspec.Struct, frozen=True):
    """A record that is here: its id, and its document."""

    id: str
    document: Mapping[str, Any]

    @property
    def is_merged(self) -> bool:
        """Whether this is what is left of a client that was merged into another."""
        return bool(self.document.get("merged_into"))


class Known:
    """The records of a kind by `external.<system>`, or by the field `match` of their own.

    What is left of merged clients is found where nothing else is. `is_unkeyed`: only records
    without an id of the system.
    """

    def __init__(
        self,
        session: Session,
        kind: str,
        system: str | None,
        match: str | None,
        *,
        is_unkeyed: bool = False,
    ) -> None:
        self.kind, self.system, self.match = kind, system, match
        self._here: dict[str, list[Here]] = {}
        # Ids of other systems are exact: those of Salesforce differ by upper and lower case alone.
        is_id = match is None or match.startswith(("id", "external."))
        self._fold = id_core if is_id else fold_name
        path = match or (f"external.{system}" if system else None)
        if path is None:
            return
        session.index.refresh()
        for facts in session.index.documents(kind):
            if is_unkeyed and key_there(facts.document, system) is not None:
                continue
            for value in _values_at(facts.document, path, facts.id):
                self._here.setdefault(self._fold(value), []).append(Here(facts.id, facts.document))

    def find(self, reading: Reading) -> Here | None:
        """The record that a row is about, if it is here.

        Raises `NotFound` for several, and for an id of our own that nothing has; `Refused` for a
        row without a value to find it by.
        """
        texts = self._sought(reading)
        found = self._one(texts, self.match or "key")
        if found is None and texts and self.match == OWN_ID:
            words = f"there is no {self.kind} {texts[0]!r}"
            hint = "leave the row out, or find records by another field: `match`"
            raise NotFound(finding("no-such-record", words, hint=hint, field=OWN_ID))
        return found

    def one(self, text: str, field: str) -> Here | None:
        """The record with that value, None without; raises `NotFound` for several."""
        return self._one([text], field)

    def _one(self, texts: Sequence[str], field: str) -> Here | None:
        found: dict[str, Here] = {}
        for text in texts:
            found |= {here.id: here for here in self._here.get(self._fold(text), [])}
        standing = {key: here for key, here in found.items() if not here.is_merged}
        found = standing or found
        if len(found) > 1:
            what = "the id" if self.match is None else f"the {self.match}"
            words = f"{', '.join(texts)!r} is {what} of {len(found)}: {', '.join(found)}"
            raise NotFound(finding("ambiguous", words, field=field))
        return next(iter(found.values()), None)

    def _sought(self, reading: Reading) -> list[str]:
        if self.match is None:
            return [reading.key] if reading.key and self.system else []
        text = reading.texts.get(self.match)
        if text is None:
            words = f"the row has no {self.match}, by which it would be found"
            raise Refused(finding("no-match-value", words, field=self.match))
        is_list = self.match in ("emails", "phones")
        return [part.strip() for part in text.split(",") if part.strip()] if is_list else [text]


def key_there(document: Mapping[str, Any], system: str | None) -> str | None:
    """The id that a record has in another system."""
    key = (document.get("external") or {}).get(system)
    return None if key is None else str(key)


def _values_at(document: Mapping[str, Any], path: str, record_id: str) -> Iterator[str]:
    if path == OWN_ID:
        yield record_id
        return
    top, _, key = path.partition(".")
    value = document.get(top)
    if key:
        value = value.get(key) if isinstance(value, dict) else None
    for entry in value if isinstance(value, list) else [value]:
        if entry is not None:
            yield str(entry)
