"""Which clients may be one and the same, and why: told to people, who decide. Pure.

Blocked by exact keys (a mail, a phone, a web address, the bare name and the bare name without one
of its letters), so that many thousand are compared in one pass.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from salescli.model.ids import fold_name

LEAST_DIGITS = 7  # of a phone that says who it is
LEAST_LETTERS = 5  # of a name that may have a letter wrong; numbers are never wrong by one
_WORD = re.compile(r"[^\W_]+")
_FORMS = frozenset(
    "ab ag aps as asa bv co company corp corporation cv eg ek ev gbr gesmbh gmbh group holding inc "
    "incorporated kft kg kgaa limited llc llp ltd mbh nv oao og ohg ooo oy oyj pjsc plc pte pty sa "
    "sarl sas se sia snc spa srl sro the ug uab zao ао зао ип оао ооо пао".split()
)
# Two ways to write one letter: what a system can't write, people write with two.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "å": "aa", "œ": "oe"}
)
_SLASH = re.compile(r"\b(\w)/(\w)\b")  # A/S


class Near(msgspec.Struct, frozen=True):
    """Two clients that may be one: ids and names, the newer first, and why."""

    id: str
    name: str
    other: str
    other_name: str
    why: str


def find_near(known: Iterable[Mapping[str, Any]], fresh: Iterable[Mapping[str, Any]]) -> list[Near]:
    """Of each fresh client the first reason for each other one that it may be.

    Documents of accounts and contacts; the fresh ones are compared with each other, too. One of
    another kind only counts where they share a mail or phone.
    """
    places: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for document in known:
        if not document.get("archived") and not document.get("merged_into"):
            for key in _keys(document):
                places.setdefault(key, []).append(document)
    found: list[Near] = []
    for document in fresh:
        told: set[str] = {str(document["id"])}
        keys = list(_keys(document))
        for key in keys:
            for other in places.get(key, ()):
                if other["id"] not in told:
                    told.add(str(other["id"]))
                    found.append(_near(document, other, key))
        for key in keys:
            places.setdefault(key, []).append(document)
    return found


def _near(document: Mapping[str, Any], other: Mapping[str, Any], key: tuple[str, str, str]) -> Near:
    why = _WHY[key[0]].format(key[2])
    return Near(str(document["id"]), document["name"], str(other["id"]), other["name"], why)


_WHY = {
    "mail": "the same e-mail {}",
    "phone": "the same phone {}",
    "site": "the same web address {}",
    "name": "the same name but for its form or its order",
    "letter": "the name differs by a letter",
}


def _keys(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(reason, kind that it holds for, value), the strongest reason first."""
    kind = str(document["id"])[:3]
    for mail in document.get("emails") or ():
        if mail:
            yield "mail", "", str(mail).casefold()
    for phone in document.get("phones") or ():
        digits = re.sub(r"\D", "", str(phone))
        if len(digits) >= LEAST_DIGITS:
            yield "phone", "", digits
    site = _host(str(document.get("website") or ""))
    if site:
        yield "site", kind, site
    bare = bare_name(str(document["name"]))
    if bare:
        yield "name", kind, bare
    if len(bare) >= LEAST_LETTERS and not re.search(r"[0-9]", bare):
        yield "letter", kind, bare
        for place in range(len(bare)):
            yield "letter", kind, bare[:place] + bare[place + 1 :]


def bare_name(name: str) -> str:
    """A name without legal forms and signs, its words in the order of the alphabet.

    Letters that have two spellings stand in the longer one: `Müller` is `mueller`.
    """
    plain = _SLASH.sub(r"\1\2", name.replace(".", ""))
    words = _WORD.findall(fold_name(plain).translate(_LETTERS))
    return " ".join(sorted(word for word in words if word not in _FORMS))


def _host(address: str) -> str:
    bare = re.sub(r"^[a-z]+://", "", address.strip().casefold()).removeprefix("www.")
    return bare.partition("/")[0]
