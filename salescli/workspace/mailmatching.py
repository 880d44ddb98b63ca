"""Which deal or lead a mail belongs to, by the addresses of those who take part in it.

Answers from the index, which must have been refreshed; whoever writes reads the files.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from salescli.model.errors import Finding, NotFound, finding
from salescli.model.events import Mailed
from salescli.store.digest import word_of_message
from salescli.store.mailtext import Mail
from salescli.workspace.addressing import find_by_id
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.session import Session

WAITING_LEADS = frozenset({"qualification", "nurturing", "hand-off"})  # no deal covers them yet
MAX_SHOWN = 10

Candidate = tuple[str, str, str]  # kind, id, title
Table = dict[str, set[Candidate]]


class MailMatcher:
    """The open deals and waiting leads of a store by the addresses of their people."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.ours = {
            address.casefold()
            for person in session.team.people.values()
            for address in person.emails
        }

    @cached_property
    def _addresses(self) -> dict[str, list[str]]:
        """Client → its addresses; an account has those of its people, too."""
        found: dict[str, list[str]] = {}
        for _, _, document in self._session.index.clients():
            emails = document.get("emails", [])
            found.setdefault(document["id"], []).extend(emails)
            if document.get("account"):
                found.setdefault(document["account"], []).extend(emails)
        return found

    @cached_property
    def _tables(self) -> tuple[Table, Table]:
        """Address → what is open, and what is closed."""
        tables: tuple[Table, Table] = ({}, {})
        for is_open, people, candidate in (*self._deals(), *self._leads()):
            for name in people:
                for address in self._addresses.get(name, (name,)):
                    table = tables[0 if is_open else 1]
                    table.setdefault(address.casefold(), set()).add(candidate)
        return tables

    def direction_of(self, mail: Mail) -> str:
        """`out` if one of us wrote it, else `in`."""
        return "out" if mail.from_.casefold() in self.ours else "in"

    def find(self, mail: Mail) -> str:
        """The id of the one open deal or waiting lead of those who take part.

        Raises `NotFound`: `ambiguous` with the candidates, or `no-record-for-mail`.
        """
        outside = [address for address in mail.participants if address.casefold() not in self.ours]
        found = _candidates(self._tables[0], outside)
        if len(found) == 1:
            return found[0][1]
        if not found:
            raise NotFound(self._none_found(mail, outside))
        who = ", ".join(outside)
        lines = [f"{_subject(mail)} ({who}) may belong to any of {len(found)}:", *_lines(found)]
        hint = "salescli mail import FILE RECORD says which"
        raise NotFound(finding("ambiguous", "\n".join(lines), hint=hint))

    def _none_found(self, mail: Mail, outside: Sequence[str]) -> Finding:
        who = ", ".join(outside)
        closed = _candidates(self._tables[1], outside)
        known = {one.casefold() for emails in self._addresses.values() for one in emails}
        hint = "salescli mail import FILE RECORD names one"
        if closed:
            text = "\n".join(
                [f"no open deal of {who} for {_subject(mail)}, only:", *_lines(closed)]
            )
            hint = "salescli mail import FILE RECORD adds it to one that is closed, too"
        elif not outside:
            text = f"no deal or lead for {_subject(mail)}: nobody but us takes part in it"
        elif known.isdisjoint(address.casefold() for address in outside):
            text = f"no deal or lead for {_subject(mail)}: nobody here has the address {who}"
            hint += f"; or salescli contact set CONTACT --email {outside[0]}"
        else:
            text = f"no deal or lead for {_subject(mail)}: {who} has none"
        return finding("no-record-for-mail", text, hint=hint)

    def _deals(self) -> Iterable[tuple[bool, list[str], Candidate]]:
        for facts in self._session.index.documents("opportunity"):
            document = facts.document
            people = [document["client"], document.get("partner")]
            people += [entry["contact"] for entry in document.get("contacts", ())]
            people += [
                one["member"] for one in document.get("team", ()) if one["member"][:4] == "con-"
            ]
            definition = self._session.process(document["process"])
            is_open = definition.status_of(document["stage"]) == "open"
            yield is_open, [one for one in people if one], ("deal", facts.id, document["title"])

    def _leads(self) -> Iterable[tuple[bool, list[str], Candidate]]:
        for facts in self._session.index.documents("lead"):
            document: Mapping[str, Any] = facts.document
            people = [document["client"]] if document.get("client") else document.get("emails", ())
            is_open = document["stage"] in WAITING_LEADS
            yield is_open, list(people), ("lead", facts.id, document["title"])


def _candidates(table: Table, addresses: Iterable[str]) -> list[Candidate]:
    return sorted({one for name in addresses for one in table.get(name.casefold(), ())})


def _subject(mail: Mail) -> str:
    return repr(mail.subject) if mail.subject else "the mail without a subject"


def _lines(candidates: Sequence[Candidate]) -> list[str]:
    lines = [f"  {kind} {record_id}  {title}" for kind, record_id, title in candidates[:MAX_SHOWN]]
    more = len(candidates) - MAX_SHOWN
    return [*lines, f"  … and {more} more"] if more > 0 else lines


def load_record(session: Session, record_id: str) -> Loaded:
    """A deal or lead by its id; raises `NotFound`."""
    found = find_by_id(session, record_id)
    if found is None:
        raise NotFound(finding("no-such-record", f"there is no record {record_id}"))
    if found.kind == "lead":
        return load_lead(session, found.path)
    return load_deal(session, found.path)


def find_imported(
    session: Session, message_id: str, load: Callable[[str], Loaded]
) -> tuple[Mailed, Loaded] | None:
    """The mail with that Message-ID that stands in the store, and its deal or lead.

    `load` gives a record of its id: whoever asks for many mails keeps them.
    """
    word = word_of_message(message_id)
    for kind in ("opportunity", "lead"):
        for record_id in session.index.titled(kind, word):
            record = load(record_id)
            for event in record.live:
                if isinstance(event, Mailed) and event.message_id == message_id:
                    return event, record
    return None
