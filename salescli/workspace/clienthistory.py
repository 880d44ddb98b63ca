"""What a client has been to us: deals and leads from their files, joined into one history.

The deals of an account are those in its own name; those of its contacts are told, and counted
only when asked, so that the sums are those of every report by client.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from salescli.model.activities import build_activities
from salescli.model.amounts import value_of
from salescli.model.calendar import Calendar
from salescli.model.deal import Facts
from salescli.model.definition import Definition
from salescli.model.errors import Finding, SalesError
from salescli.model.events import Created
from salescli.model.records import Opportunity
from salescli.report.records.clienthistory import History, Row, contact_days, join_entries
from salescli.report.records.timeline import Entry, build_timeline, filter_entries
from salescli.report.text.wording import Wording
from salescli.store import layout
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.clients import end_of_merges, load_client
from salescli.workspace.clientsearch import search_client
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording

Invalid = tuple[str, tuple[Finding, ...]]


class ReadHistory(msgspec.Struct, frozen=True):
    """A history, the store's calendar, and the files that can't be read: whose they are, nobody
    knows.
    """

    history: History
    calendar: Calendar
    invalid: tuple[Invalid, ...]


def read_history(
    session: Session,
    text: str,
    *,
    kinds: Collection[str] = (),
    since: str | None = None,
    with_contacts: bool = False,
) -> ReadHistory:
    """The history of the client that `text` names; of a merged one, of what it was merged into.

    `kinds` and `since` are of the timeline alone, the figures are of everything. `with_contacts`
    takes the deals and leads of an account's contacts in. Raises `NotFound`, `WrongUsage`.
    """
    first = session.calendar.parse_day(since, session.today) if since else None
    session.index.refresh()
    found = end_of_merges(session, search_client(session, text))
    record = load_client(session, found)[1]
    ids = _ids_of(session, found.id)
    of_contacts = _contacts_of(session, ids) if found.kind == "account" else set()
    invalid = [
        entry
        for entry in session.index.invalid()
        if entry[0].startswith((layout.FOLDERS["opportunity"], layout.FOLDERS["lead"]))
    ]
    counted = ids | of_contacts if with_contacts else ids
    records = list(_records(session, counted, invalid))
    telling = _Telling(session)
    rows = sorted((telling.row(one) for one in records), key=_newest_first)
    entries = join_entries(entry for one in records for entry in telling.entries(one))
    shown = filter_entries(entries, session.calendar, kinds=kinds, since=first)
    days = [day for one in records for day in telling.contact_days(one)]
    history = History(
        id=found.id,
        kind=found.kind,
        name=record.name,
        addresses=(*record.emails, *record.phones),
        rows=tuple(rows),
        entries=tuple(shown),
        total=len(entries),
        first_contact_on=min(days, default=None),
        last_contact_on=max(days, default=None),
        others=tuple(_taking_part(session, found, ids)),
        left_out=() if with_contacts else tuple(_owned(session, of_contacts)),
    )
    return ReadHistory(history, session.calendar, tuple(invalid))


def _newest_first(row: Row) -> tuple[int, str]:
    return (-(row.created_on or date.min).toordinal(), row.id)


def _ids_of(session: Session, client: str) -> set[str]:
    """The client's id and those that were merged into it: an old branch may still name them."""
    known = [
        (one["id"], str(one["merged_into"]))
        for _, _, one in session.index.clients()
        if one.get("merged_into")
    ]
    ids = {client}
    while more := {stub for stub, into in known if into in ids} - ids:
        ids |= more
    return ids


def _contacts_of(session: Session, accounts: Collection[str]) -> set[str]:
    known = session.index.documents("contact")
    return {facts.id for facts in known if facts.document.get("account") in accounts}


def _of_clients(session: Session, kind: str, clients: Collection[str]) -> Iterator[Facts]:
    known = session.index.documents(kind) if clients else ()
    return (facts for facts in known if facts.document.get("client") in clients)


def _owned(session: Session, clients: Collection[str]) -> Iterator[tuple[str, str]]:
    for kind in ("opportunity", "lead"):
        for facts in _of_clients(session, kind, clients):
            yield facts.id, str(facts.document["title"])


def _records(
    session: Session, clients: Collection[str], invalid: list[Invalid]
) -> Iterator[Loaded]:
    """The deals and leads of these clients; what broke meanwhile goes to `invalid`."""
    for kind in ("opportunity", "lead"):
        for facts in list(_of_clients(session, kind, clients)):
            found = find_by_id(session, facts.id)
            if found is None:
                continue
            try:
                load = load_lead if kind == "lead" else load_deal
                yield load(session, found.path)
            except SalesError as error:
                invalid.append((found.path, error.findings))


def _taking_part(session: Session, found: Found, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Deals of others that name the client among their people or as their partner."""
    for facts in session.index.documents("opportunity"):
        document = facts.document
        if document.get("client") in ids:
            continue
        named = [entry.get("contact") for entry in document.get("contacts", ())]
        named += [entry.get("member") for entry in document.get("team", ())]
        if document.get("partner") in ids or any(one in ids for one in named):
            yield facts.id, str(document["title"])


class _Telling:
    """Rows and entries of records, with the names that their processes give to stages."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._wordings: dict[str, Wording] = {}
        self._definitions: dict[str, Definition | None] = {}

    def _definition(self, process: str) -> Definition | None:
        """A process; None where it can't be read: its stages then are what the files say."""
        if process not in self._definitions:
            try:
                self._definitions[process] = self.session.process(process)
            except SalesError:
                self._definitions[process] = None
        return self._definitions[process]

    def _wording(self, facts: Any) -> Wording:
        process = facts.process if isinstance(facts, Opportunity) else ""
        if process not in self._wordings:
            definition = self._definition(process) if process else None
            self._wordings[process] = build_wording(self.session, definition)
        return self._wordings[process]

    def row(self, record: Loaded) -> Row:
        """What the table says of a record."""
        facts, calendar = record.facts, self.session.calendar
        created = (calendar.day_of(one.at) for one in record.live if isinstance(one, Created))
        common: Mapping[str, Any] = {
            "id": record.id,
            "kind": record.kind,
            "title": facts.title,
            "client": facts.client or "",
            "stage": facts.stage,
            "owner": facts.owner,
            "created_on": next(created, None),
        }
        wording = self._wording(facts)
        if not isinstance(facts, Opportunity):
            stage = wording.name("lead-stage", facts.stage)
            return Row(
                **common,
                stage_name=stage,
                status=facts.stage,
                value=facts.budget,
                close_date=facts.decision_date,
            )
        definition = self._definition(facts.process)
        status = definition.status_of(facts.stage) if definition else "open"
        return Row(
            **common,
            stage_name=wording.name("stage", facts.stage),
            status=status,
            value=value_of(facts, status == "won"),
            close_date=facts.close_date,
        )

    def entries(self, record: Loaded) -> Sequence[Entry]:
        """What happened to a record, in words."""
        wording = self._wording(record.facts)
        return build_timeline(record.id, record.live, wording, is_lead=record.kind == "lead")

    def contact_days(self, record: Loaded) -> Iterable[date]:
        """The days on which somebody spoke with the client about a record."""
        types = {one.id: one.type for one in build_activities(record.live).values()}
        return contact_days(record.live, types, self.session.calendar)
