"""A person is forgotten (format.md section 8): what can be deleted goes, what can't is told.

The contact's file is emptied, the mails to and from their addresses go with the files that came
with them, and the events that brought these are voided. Events are never rewritten, so what
people wrote about them stays in there. Must not know what else of this clone holds their data:
the undo log and the index are emptied by whoever applies it.
"""

from collections.abc import Collection, Iterator, Sequence
from email.utils import getaddresses

import msgspec

from salescli.model.clients import ERASED, is_erased
from salescli.model.conversion import build_document
from salescli.model.correspondence import attached_with
from salescli.model.errors import NotFound, Refused, finding
from salescli.model.events import Attached, Event, Mailed
from salescli.model.ids import fold_name
from salescli.model.records import Contact
from salescli.store import layout
from salescli.store.codec import read_typed
from salescli.store.texts import format_record
from salescli.workspace.addressing import Found, ambiguous, find_record
from salescli.workspace.clientsearch import digits_of, find_exactly
from salescli.workspace.deals import Loaded, load_deal, load_lead
from salescli.workspace.mailremoval import remove_mails
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import record_paths, references_to
from salescli.workspace.session import Session

MOST_TOLD = 10  # records that a line names
NOTE = "erased"


class Forgotten(msgspec.Struct, frozen=True):
    """What an erasure is about: the contact's file, the stubs that lead to it, and its mails.

    `mails` are (record, its mails) of deals and leads, `mentions` all records that name the
    contact.
    """

    found: Found
    record: Contact
    stubs: tuple[Found, ...]
    mails: tuple[tuple[Loaded, tuple[Mailed, ...]], ...]
    mentions: tuple[Loaded, ...]


def plan_erasure(session: Session, text: str) -> Forgotten:
    """Everything of a contact that can be deleted. Raises `NotFound`, `Refused`, `Damaged`."""
    found = _find_contact(session, text)
    record = _read(session, found)
    if record.merged_into:
        raise Refused(
            finding(
                "merged",
                f"{record.name} was merged into {record.merged_into}",
                hint=f"salescli contact erase {record.merged_into} erases both",
            )
        )
    stubs = _stubs_of(session, found.id)
    addresses = {address.casefold() for address in record.emails}
    records = list(_loaded(session, _paths_with(session, addresses)))
    mails = [(one, _mails_of(one.live, addresses)) for one in records]
    ids = [found.id, *(stub.id for stub in stubs)]
    paths = dict.fromkeys(path for one in ids for path in references_to(session, one))
    return Forgotten(
        found=found,
        record=record,
        stubs=tuple(stubs),
        mails=tuple((one, theirs) for one, theirs in mails if theirs),
        mentions=tuple(_loaded(session, paths)),
    )


def _find_contact(session: Session, text: str) -> Found:
    """The contact with this id, name, e-mail or phone: never by a part of one, there is no undo."""
    try:
        return find_record(session, text, "contact")
    except NotFound as error:
        if error.findings[0].code != "no-such-record":
            raise
        exact = find_exactly(session, text, ("contact",))
        if not exact:
            raise
        if len(exact) > 1:
            raise NotFound(ambiguous(session, text, exact)) from error
        return exact[0]


def erase_contact(session: Session, plan: Forgotten) -> Outcome:
    """Stage the erasure; the words say what stays."""
    stays = list(_what_stays(session, plan))
    session.files.write(
        plan.found.path, format_record({"id": plan.found.id, "name": ERASED}, Contact)
    )
    for stub in plan.stubs:
        into = _read(session, stub).merged_into
        document = {"id": stub.id, "name": ERASED, "merged_into": into}
        session.files.write(stub.path, format_record(document, Contact))
    deleted = 0
    for record, mails in plan.mails:
        deleted += remove_mails(session, record, mails, NOTE)
    words = (_counted(plan, deleted), *stays)
    return Outcome((plan.found.id,), words, f"erase {plan.found.id}")


def _counted(plan: Forgotten, deleted: int) -> str:
    if is_erased(build_document(plan.record)):
        return f"{plan.found.id} is erased already; the undo log of this clone is emptied again."
    count = sum(len(mails) for _, mails in plan.mails)
    parts = ["the contact's file"]
    parts += [f"{count} mail{'' if count == 1 else 's'}"] if count else []
    parts += [f"{deleted} file{'' if deleted == 1 else 's'}"] if deleted else []
    return f"Erased: {', '.join(parts)}. undo can't bring it back: the log of this clone is empty."


def _read(session: Session, found: Found) -> Contact:
    return read_typed(session.read_required(found.path), found.path, Contact)


def _stubs_of(session: Session, record_id: str) -> list[Found]:
    """What is left of contacts that were merged into this one, and of those merged into them."""
    session.index.refresh()
    known = [
        (Found(kind, one["id"], path), str(one["merged_into"]))
        for kind, path, one in session.index.clients()
        if kind == "contact" and one.get("merged_into")
    ]
    stubs: dict[str, Found] = {}
    before = -1
    while before != len(stubs):
        before = len(stubs)
        stubs |= {one.id: one for one, into in known if into == record_id or into in stubs}
    return list(stubs.values())


def _paths_with(session: Session, addresses: Collection[str]) -> Iterator[str]:
    """Histories in which one of the addresses stands, in whatever letters."""
    wanted = [address.encode() for address in addresses]
    for path in record_paths(session) if wanted else ():
        if path.endswith(f"/{layout.HISTORY}"):
            data = (session.files.read(path) or b"").lower()
            if any(address in data for address in wanted):
                yield path


def _loaded(session: Session, paths: Collection[str] | Iterator[str]) -> Iterator[Loaded]:
    """The deals and leads that files belong to, each once."""
    seen: set[str] = set()
    for path in paths:
        located = layout.locate(path)
        kind = (located.of or located.kind) if located is not None else ""
        directory = path.rpartition("/")[0]
        if kind in ("opportunity", "lead") and directory not in seen:
            seen.add(directory)
            load = load_lead if kind == "lead" else load_deal
            yield load(session, directory)


def _mails_of(live: Sequence[Event], addresses: Collection[str]) -> tuple[Mailed, ...]:
    """The mails that came from one of the addresses or went there."""
    return tuple(
        event
        for event in live
        if isinstance(event, Mailed)
        and any(
            address.casefold() in addresses
            for _, address in getaddresses([event.from_, *event.to, *event.cc])
        )
    )


def _what_stays(session: Session, plan: Forgotten) -> Iterator[str]:
    """What no command can take away, and what to do about it."""
    if plan.mentions:
        yield f"What people wrote about them stays in the events of {_named(plan.mentions)}."
    if plan.mails:
        records = _named([record for record, _ in plan.mails])
        yield (
            "Subject, beginning and addresses of the mails stay in the lines, now voided, of "
            f"{records}; git keeps them, too."
        )
    people = [plan.record, *(_read(session, stub) for stub in plan.stubs)]
    names = [fold_name(one.name) for one in people if one.name != ERASED]
    titles = [(one, fold_name(one.facts.title)) for one in plan.mentions]
    titled = [one for one, title in titles if any(name in title for name in names)]
    if titled:
        yield f"Titles still name them: {_named(titled)}; set --title changes one."
    brought = {event.id for one, mails in plan.mails for event in attached_with(one.live, mails)}
    files = [
        f"{one.directory}/{event.file}"
        for one in plan.mentions
        for event in one.live
        if isinstance(event, Attached) and event.file and event.id not in brought
    ]
    if files:
        more = f" and {len(files) - 3} more" if len(files) > 3 else ""
        yield f"Attached by hand, see whether it is theirs: {', '.join(files[:3])}{more}."
    leads = list(_raw_leads(session, plan))
    if leads:
        yield f"Written down in leads before there was a client: {', '.join(leads)}."
    yield f"The name of the file stays: {plan.found.path}."
    yield "git's past keeps all of it until git's own tools take it out (git filter-repo)."
    yield "Other clones keep it until they pull, and then in their past and undo log."


def _raw_leads(session: Session, plan: Forgotten) -> Iterator[str]:
    """Titles of leads that hold an address or phone of theirs themselves."""
    mails = {address.casefold() for address in plan.record.emails}
    phones = {digits_of(phone) for phone in plan.record.phones} - {""}
    for facts in session.index.documents("lead"):
        document = facts.document
        if mails & {one.casefold() for one in document.get("emails", ())} or phones & {
            digits_of(one) for one in document.get("phones", ())
        }:
            yield f"{document['title']} ({facts.id})"


def _named(records: Sequence[Loaded]) -> str:
    told = [f"{one.facts.title} ({one.id})" for one in records[:MOST_TOLD]]
    more = len(records) - MOST_TOLD
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
