"""What of a record is found by its words, and how words are compared (`search`).

Words are compared without case and accents, by their beginning. Pure: knows no index.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from salescli.model.events import (
    Asked,
    Attached,
    Changed,
    Closed,
    Created,
    Done,
    Event,
    Mailed,
    Moved,
    Noted,
    Planned,
    Posted,
    Proposed,
    Reopened,
)

OWN_KINDS = ("title", "note", "mail", "file", "post", "tactic", "activity", "proposal", "fact")
LINKED_KINDS = ("client", "people")
SPOT_KINDS = (*OWN_KINDS, *LINKED_KINDS)

_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # scripts without blanks
_ACCENTS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff"
    "\u20d0-\u20ff\u3099\u309a"
)
_IS_ACCENT = re.compile(f"[{_ACCENTS}]+")
_ASCII_WORD = re.compile("[a-z0-9]+")
_FOLDED_WORD = re.compile(f"[{_WIDE}]|[^\\W_{_WIDE}]+")
_WORD = re.compile(f"[{_WIDE}]|[^\\W_{_WIDE}](?:[^\\W_{_WIDE}]|[{_ACCENTS}])*")


class Spot(msgspec.Struct, frozen=True):
    """A text of a record: of which kind, and of an event when it was and by whom."""

    kind: str
    text: str
    at: datetime | None = None
    by: str = ""


class FoundWord(msgspec.Struct, frozen=True):
    """A word of a text as it is compared, and where it begins and ends in the text."""

    word: str
    start: int
    end: int


def words_of_text(text: str) -> list[str]:
    """The words of a text as they are compared, in order; scripts without blanks by character.

    Without case, accents and signs: `Krūmiņš` and `KRUMINS` are one, ё is е, й is и.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    bare = _IS_ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _FOLDED_WORD.findall(bare.casefold())


def find_words(text: str) -> Iterator[FoundWord]:
    """The words of a text with their places, in order."""
    for match in _WORD.finditer(text):
        yield FoundWord("".join(words_of_text(match.group())), match.start(), match.end())


def words_met(text: str, wanted: Collection[str]) -> set[str]:
    """Those of the wanted beginnings with which a word of the text begins."""
    words = set(words_of_text(text))
    return {one for one in wanted if any(word.startswith(one) for word in words)}


def spots_of(document: Mapping[str, Any], live: Iterable[Event] = ()) -> list[Spot]:
    """All texts of a record, of its document and its live events in fold order.

    Names of other records are not among them: see `links_of`.
    """
    spots = [Spot("title", str(document.get("title") or document.get("name") or ""))]
    tactics: list[str] = []
    for event in live:
        for kind, text in _event_texts(event):
            spots.append(Spot(kind, text, event.at, event.by))
            tactics += [text] if kind == "tactic" else []
    tactic = document.get("tactic")
    if tactic and (not tactics or tactics[-1] != tactic):
        spots.append(Spot("tactic", str(tactic)))
    if document.get("notes"):
        spots.append(Spot("note", str(document["notes"])))
    spots += [Spot("fact", text) for text in _facts(document)]
    return spots


def _event_texts(event: Event) -> Iterator[tuple[str, str]]:
    if isinstance(event, Noted):
        yield "note", event.text
    elif isinstance(event, Posted):
        yield "post", event.text
    elif isinstance(event, Mailed):
        people = " ".join([event.from_, *event.to, *event.cc])
        yield "mail", "\n".join(part for part in (event.subject, event.excerpt, people) if part)
    elif isinstance(event, Attached):
        name = (event.file or "").rpartition("/")[2]
        yield "file", " ".join(part for part in (name, event.title, event.url) if part)
    elif isinstance(event, Planned | Done) and event.title:
        yield "activity", event.title
    elif isinstance(event, Proposed) and event.number:
        yield "proposal", event.number
    elif isinstance(event, Asked):
        yield "note", event.subject
    elif isinstance(event, Reopened):
        yield "note", event.reason
    elif isinstance(event, Created | Changed | Moved | Closed):
        yield from _tactic_texts(event)
    if event.note:
        yield "note", event.note


def _tactic_texts(event: Created | Changed | Moved | Closed) -> Iterator[tuple[str, str]]:
    after: object = event.fields.get("tactic")
    if not isinstance(event, Created) and isinstance(after, list):
        after = after[1]
    if isinstance(after, str):
        yield "tactic", after


_FACTS = (
    "strengths weaknesses close_details emails phones website address position person company"
).split()
_ITEM_FACTS = {
    "contacts": ("motivator",),
    "competitors": ("product", "strengths", "weaknesses"),
    "products": ("title", "product"),
}


def _facts(document: Mapping[str, Any]) -> Iterator[str]:
    for name in _FACTS:
        value = document.get(name)
        if value:
            yield " ".join(value) if isinstance(value, list) else str(value)
    for name, keys in _ITEM_FACTS.items():
        for item in document.get(name) or ():
            if isinstance(item, dict):
                text = " ".join(str(item[key]) for key in keys if item.get(key))
                if text:
                    yield text
    for name in ("external", "custom"):
        values = document.get(name)
        if isinstance(values, dict):
            for value in values.values():
                yield " ".join(value) if isinstance(value, list) else str(value)


def links_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(kind of spot, id) of the accounts and contacts by whose names a record is found."""
    found = [("client", document.get(name)) for name in ("client",)]
    found += [("people", document.get(name)) for name in ("partner", "account")]
    for name, key in (("contacts", "contact"), ("team", "member")):
        found += [("people", item.get(key)) for item in _items(document.get(name))]
    links = [(kind, str(one)) for kind, one in found if str(one)[:4] in ("acc-", "con-")]
    return list(dict.fromkeys(links))


def _items(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value or () if isinstance(item, dict)]
