"""Which clients may be one and the same, and why: told to people, who decide. Pure.

Blocked by exact keys (a mail, the end of a phone, a web address, the bare name in the letters of
ASCII and that without one of its letters), so that many thousand are compared in one pass.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import msgspec

from salescli.model.ids import fold_name, latin_letters

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
LONGEST_COUNTRY = 3  # digits of the code of a country
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
                if other["id"] not in told and (why := _why(document, other, key)):
                    told.add(str(other["id"]))
                    found.append(_near(document, other, why))
        for key in keys:
            places.setdefault(key, []).append(document)
    return found


def is_another(document: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether what a file says of a client of that name speaks against its being this one.

    An address that both have makes them one; else it is another where each has addresses, or a
    web address, or an employer (`account`), and no two are the same. `said` has the same shape as
    a document, but an `account` of ids that it may be.
    """
    mails, others = _folded(document.get("emails")), _folded(said.get("emails"))
    if mails and others:
        return not mails & others
    site, other = (_host(str(each.get("website") or "")) for each in (document, said))
    if site and other and site != other:
        return True
    account, accounts = document.get("account"), said.get("account")
    return bool(account) and accounts is not None and account not in accounts


def _folded(mails: Iterable[Any] | None) -> set[str]:
    return {str(mail).strip().casefold() for mail in mails or () if str(mail).strip()}


def _near(document: Mapping[str, Any], other: Mapping[str, Any], why: str) -> Near:
    return Near(str(document["id"]), document["name"], str(other["id"]), other["name"], why)


def _why(one: Mapping[str, Any], other: Mapping[str, Any], key: tuple[str, str, str]) -> str:
    """Why two that share a key may be one; empty where they only share the end of a phone."""
    reason, _, value = key
    if reason == "phone":
        phone = _same_phone(one, other)
        return f"the same phone {phone}" if phone else ""
    if reason == "name":
        return _same_name(str(one["name"]), str(other["name"]))
    return _WHY[reason].format(value)


_WHY = {
    "mail": "the same e-mail {}",
    "site": "the same web address {}",
    "letter": "the name differs by a letter",
}


def _same_name(one: str, other: str) -> str:
    if fold_name(one) == fold_name(other):
        return "the same name"
    if _bare_words(one) == _bare_words(other):
        return "the same name but for its form or its order"
    return "the same name in other letters"


def _same_phone(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The digits of a phone that both have, with the country's if either says it."""
    for text, there in product(one.get("phones") or (), other.get("phones") or ()):
        short, long = sorted((_digits(str(text)), _digits(str(there))), key=len)
        if len(short) < LEAST_DIGITS:
            continue
        may_lack = not (_is_abroad(text) and _is_abroad(there))
        is_ending = long.endswith(short) and len(long) - len(short) <= LONGEST_COUNTRY
        if short == long or (may_lack and is_ending):
            return long
    return None


def _digits(phone: str) -> str:
    """The digits of a phone without the zeros that dial out: `+44 (0)20` is 4420."""
    return re.sub(r"\D", "", phone.replace("(0)", "")).lstrip("0")


def _is_abroad(phone: object) -> bool:
    return str(phone).strip().startswith(("+", "00"))


def _keys(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(reason, kind that it holds for, value), the strongest reason first."""
    kind = str(document["id"])[:3]
    for mail in document.get("emails") or ():
        if mail:
            yield "mail", "", str(mail).casefold()
    for phone in document.get("phones") or ():
        digits = _digits(str(phone))
        if len(digits) >= LEAST_DIGITS:
            yield "phone", "", digits[-LEAST_DIGITS:]
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
    """A name without legal forms and signs, its words in the order of the alphabet, in ASCII.

    Letters that have two spellings stand in the longer one: `Müller` is `mueller`.
    """
    words = (latin_letters(word).casefold().replace("'", "") for word in _bare_words(name))
    return " ".join(sorted(word for word in words if word not in _FORMS))


def _bare_words(name: str) -> list[str]:
    plain = _SLASH.sub(r"\1\2", name.replace(".", ""))
    words = _WORD.findall(fold_name(plain).translate(_LETTERS))
    return sorted(word for word in words if word not in _FORMS)


def _host(address: str) -> str:
    bare = re.sub(r"^[a-z]+://", "", address.strip().casefold()).removeprefix("www.")
    return bare.partition("/")[0]
