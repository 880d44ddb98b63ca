"""From what people type to the account or contact they mean (domain.md section 2, "Client").

Tried in this order, each only where the one before found nothing: a full id, or the beginning of
one with its kind (`con-4c8t`); an exact name, e-mail or phone; a part of one; the beginning of an
id without its kind. So no name that is typed can hit a random id by chance.

What is archived or was merged counts only where nothing else is meant; what is erased has no
name any more. Must not know what the client is wanted for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from salescli.model.clients import is_erased
from salescli.model.errors import Finding, NotFound, finding
from salescli.model.ids import fold_name, is_born_id, kind_of_id
from salescli.workspace.addressing import Found, ambiguous, find_by_id, prefixed
from salescli.workspace.session import Session

CLIENT_KINDS = ("account", "contact")
LEAST_DIGITS = 5  # of a phone number: fewer name nobody
MOST_NEAR = 3  # names that are offered where there is no match
_PHONE = re.compile(r"[0-9 ()+./-]+")
_WITH_KIND = re.compile(r"(?:acc|con)-[0-9a-hjkmnp-tv-z]{1,10}")

_Known = tuple[Found, Mapping[str, Any]]  # a client and its document


def search_client(session: Session, text: str, *, can_create: bool = False) -> Found:
    """The one account or contact that `text` names, whether or not it takes anything new.

    `can_create`: whether the command makes one with `--create-client`. Raises `NotFound` with the
    candidates, or with near misses and how to make one.
    """
    found = _search(session, text, CLIENT_KINDS)
    if found is None:
        raise NotFound(_no_such_client(session, text, can_create))
    return found


def search_contact(session: Session, text: str, *, ours: Mapping[str, str] | None = None) -> Found:
    """The one contact that `text` names, found like a client.

    `ours`: people of ours, id → name, where one of these would do as well. Raises `NotFound` with
    the candidates, or with near misses among people, never among accounts.
    """
    found = _search(session, text, ("contact",))
    if found is None:
        raise NotFound(_no_such_contact(session, text, ours))
    return found


def _search(session: Session, text: str, kinds: Sequence[str]) -> Found | None:
    if is_born_id(text) and kind_of_id(text) in kinds:
        found = find_by_id(session, text)
        candidates = [found] if found else []
    elif is_client_id(text):
        candidates = prefixed(session, text, kinds)
    else:
        session.index.refresh()
        candidates = (
            find_exactly(session, text, kinds)
            or _find_partly(session, text, kinds)
            or prefixed(session, text, kinds)
        )
    if len(candidates) > 1:
        raise NotFound(ambiguous(session, text, candidates))
    return candidates[0] if candidates else None


def is_client_id(text: str) -> bool:
    """Whether a text can only be an id of a client or the beginning of one: `con-4c8t`."""
    return _WITH_KIND.fullmatch(text) is not None


def find_exactly(session: Session, text: str, kinds: Sequence[str] = CLIENT_KINDS) -> list[Found]:
    """The clients with just this name, e-mail or phone; the index has to be fresh."""
    wanted, digits = fold_name(text), digits_of(text)
    ids = {kind: set(session.index.titled(kind, text)) for kind in kinds}
    known = list(_known_clients(session, kinds, ids))
    if digits:
        known += [
            one for one in _known_clients(session, kinds) if one[0].id not in ids[one[0].kind]
        ]
    exact = [one for one in known if _is_exact(one[1], wanted, digits)]
    born = [
        Found(kind, record_id, path)
        for record_id, (path, name) in session.born.items()
        if (kind := kind_of_id(record_id)) in kinds and kind and fold_name(name) == wanted
    ]
    return born + _preferred([one for one in exact if one[0].id not in session.born])


def _find_partly(session: Session, text: str, kinds: Sequence[str]) -> list[Found]:
    wanted, digits = fold_name(text), digits_of(text)
    known = _known_clients(session, kinds) if wanted else ()
    return _preferred([one for one in known if _is_part(one[1], wanted, digits)])


def _known_clients(
    session: Session,
    kinds: Sequence[str] = CLIENT_KINDS,
    ids: Mapping[str, set[str]] | None = None,
) -> Iterator[_Known]:
    """All clients of the index that have a name, or those with these ids by kind."""
    if ids is None:
        known = (
            (Found(kind, one["id"], path), one)
            for kind, path, one in session.index.clients()
            if kind in kinds
        )
    else:
        known = (
            (Found(kind, facts.id, session.index.path_of(facts.id) or ""), facts.document)
            for kind in kinds
            if ids[kind]
            for facts in session.index.documents(kind, ids[kind])
        )
    return (one for one in known if not is_erased(one[1]))


def _preferred(known: Sequence[_Known]) -> list[Found]:
    """Those that take something new; if none does, those that are archived; else the merged."""
    for is_left_out in (_is_out_of_use, _is_merged, lambda _: False):
        kept = [found for found, document in known if not is_left_out(document)]
        if kept:
            return kept
    return []


def _is_out_of_use(document: Mapping[str, Any]) -> bool:
    return bool(document.get("archived")) or _is_merged(document)


def _is_merged(document: Mapping[str, Any]) -> bool:
    return bool(document.get("merged_into"))


def digits_of(text: str) -> str:
    """The digits of what can be a phone number, `""` of everything else."""
    digits = re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else ""
    return digits if len(digits) >= LEAST_DIGITS else ""


def _is_exact(document: Mapping[str, Any], wanted: str, digits: str) -> bool:
    if wanted == fold_name(document["name"]):
        return True
    if wanted in map(fold_name, document.get("emails", ())):
        return True
    return bool(digits) and digits in map(_digits, document.get("phones", ()))


def is_exactly(document: Mapping[str, Any], text: str) -> bool:
    """Whether a text is just the name, an e-mail or a phone of a client."""
    return _is_exact(document, fold_name(text), digits_of(text))


def _is_part(document: Mapping[str, Any], wanted: str, digits: str) -> bool:
    """A piece of the name or an e-mail; the end of a phone, as it is dialled in the country."""
    if digits and any(_digits(one).endswith(digits) for one in document.get("phones", ())):
        return True
    return any(wanted in fold_name(one) for one in (document["name"], *document.get("emails", ())))


def is_part_of(document: Mapping[str, Any], text: str) -> bool:
    """Whether a text stands in the name, an e-mail or, at its end, a phone of a client."""
    return _is_part(document, fold_name(text), digits_of(text))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _no_such_client(session: Session, text: str, can_create: bool) -> Finding:
    near = near_names(text, (document["name"] for _, document in _known_clients(session)))
    said = f"there is no client {text!r}"
    if near:
        said += f"; did you mean {' or '.join(map(repr, near))}?"
    broken = sum(path.startswith(("accounts/", "contacts/")) for path, _ in session.index.invalid())
    if broken:
        said += f" ({broken} can't be read: salescli check tells why)"
    hint = f'salescli contact create "{text}" (a person) or salescli account create "{text}" '
    hint += "(a company)"
    if can_create:
        hint += "; or --create-client contact (account) makes one at once"
    return finding(
        "no-such-client",
        said,
        hint=hint,
        field="client",
    )


def _no_such_contact(session: Session, text: str, ours: Mapping[str, str] | None) -> Finding:
    """Nobody is called so. That an account is, to the letter, is told; what is like it, is not."""
    accounts = find_exactly(session, text, ("account",))
    if accounts:
        return finding(
            "no-such-record",
            f"{text!r} is an account, and here a person is meant",
            hint=f'salescli contact create NAME --account "{text}" makes one there',
            field="contact",
        )
    names = [document["name"] for _, document in _known_clients(session, ("contact",))]
    near = near_names(text, [*(ours or {}).values(), *names])
    said = f"there is no {'contact' if ours is None else 'person or contact'} {text!r}"
    if near:
        said += f"; did you mean {' or '.join(map(repr, near))}?"
    hint = f'salescli contact create "{text}" makes one'
    if ours is not None:
        hint += f'; salescli person create "{text}" adds one of us'
    field = "contact" if ours is None else "member"
    return finding("no-such-record", said, hint=hint, field=field)


def near_names(text: str, names: Iterable[str]) -> list[str]:
    """Up to three of the names that are most like the text, wholly or in one of their words."""
    wanted = fold_name(text)
    spelled: dict[str, str] = {}
    for name in names:
        folded = fold_name(name)
        for piece in (folded, *folded.split()):
            spelled.setdefault(piece, name)
    close = get_close_matches(wanted, spelled, n=MOST_NEAR, cutoff=0.7)
    return list(dict.fromkeys(spelled[piece] for piece in close))
