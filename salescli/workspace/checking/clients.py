"""Checks of accounts and contacts, and of what is open for one that is out of use.

A client has no history, so what two sides of a merge made of one shows in its file alone. Pure.
"""

from collections.abc import Iterator

import msgspec

from salescli.model.clients import ERASED, forgotten_again, left_on_stub
from salescli.model.conversion import build_document
from salescli.model.errors import Finding, finding
from salescli.model.records import Lead, Opportunity
from salescli.workspace.checking.collected import At, Source
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.values import check_values


class Clients(msgspec.Struct, frozen=True):
    """What is known of clients that take nothing new.

    `merged`: what is left of a merged client → where it went, to the end of the chain; the ids of
    those that are archived, and of those that were erased.
    """

    merged: dict[str, str]
    archived: frozenset[str]
    erased: frozenset[str]


def check_client(
    source: Source, facts: msgspec.Struct, record_id: str, known: Known
) -> list[Finding]:
    """What is wrong with an account or contact."""
    found: list[At] = [*check_id(facts, record_id), *check_values(facts, known)]
    merged_into = getattr(facts, "merged_into", None)
    into = known.merged.get(record_id)
    if merged_into is not None and into is None and known.is_there("account|contact", merged_into):
        text = f"{merged_into} was merged in turn, and it leads back here"
        hint = "take merged_into out of the one that stands for itself"
        circle = finding("merged-in-circle", text, hint=hint, field="merged_into")
        found.append((("merged_into",), circle))
    found += _check_forgotten(facts, record_id, known)
    left = left_on_stub(build_document(facts))
    if left and into is not None and into not in known.erased:
        text = f"it was merged into {into}, and nobody reads here: {', '.join(left)}"
        hint = f"salescli check --fix moves it to {into}"
        found.append(((left[0],), finding("merged-with-data", text, hint=hint, field=left[0])))
    return source.place_all(found)


def check_id(facts: msgspec.Struct, record_id: str) -> Iterator[At]:
    """Whether a record says the id that its file's name does."""
    written = getattr(facts, "id", "")
    if written != record_id:
        text = f"the id is {written}, the file's name says {record_id}"
        hint = f"write id: {record_id}"
        yield ("id",), finding("wrong-id", text, hint=hint, field="id")


def _check_forgotten(facts: msgspec.Struct, record_id: str, known: Known) -> Iterator[At]:
    """A person who was erased comes back by no merge, nor in what they were merged into."""
    document = build_document(facts)
    into = known.merged.get(record_id)
    is_known_as_erased = into is not None and into in known.erased
    if document.get("name") != ERASED:
        words = f"goes by their name: it was merged into {into}" if is_known_as_erased else ""
        at = "name"
    elif again := forgotten_again(document):
        words, at = f"is here again: {', '.join(again)}", again[0]
    else:
        lives_on = into is not None and not is_known_as_erased
        words, at = f"lives on in {into}" if lives_on else "", "merged_into"
    if words:
        text = f"they were erased, and what was to be forgotten {words}"
        hint = f"salescli contact erase {into or record_id} --yes erases it again"
        yield (at,), finding("erased-with-data", text, hint=hint, field=at)


def check_client_in_use(facts: Opportunity | Lead, is_open: bool, known: Known) -> Iterator[At]:
    """Whether something is open for a client who takes nothing new; a warning.

    Archiving a client leaves what is open for them, so the files alone don't say which was first.
    """
    client = facts.client
    if client is None or not is_open or client not in known.archived:
        return
    noun, command = ("lead", "lead") if isinstance(facts, Lead) else ("deal", "opp")
    kind = "account" if client in known.ids["account"] else "contact"
    text = f"{client} is archived, and this {noun} of theirs is open"
    hint = (
        f"salescli {kind} set {client} --archived no takes them back\n"
        f"or salescli {command} set {facts.id} --client NAME"
    )
    found = finding("archived-client", text, hint=hint, field="client", warning=True)
    yield ("client",), found
