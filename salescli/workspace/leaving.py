"""Somebody leaves: what is open goes to somebody else, what is closed stays theirs.

Open deals and leads, open activities wherever they are, and the clients that they looked after.
The index says where to look; what is handed over is decided from the files.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from salescli.model.activities import Activity, build_activities
from salescli.model.calendar import format_day
from salescli.model.catalogues import is_employed_on
from salescli.model.deal import Facts
from salescli.model.errors import About, Damaged, Gathered, Refused, finding
from salescli.model.events import Changed, Event
from salescli.model.leads import is_final
from salescli.model.records import RECORD_TYPES, Opportunity
from salescli.store import layout
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.approvals import requests_waiting
from salescli.workspace.catalogue import set_named
from salescli.workspace.clients import load_client
from salescli.workspace.deals import (
    Loaded,
    event_head,
    load_deal,
    load_lead,
    stage_event,
    stage_fields,
)
from salescli.workspace.handover import replan_for
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.telling import counted
from salescli.workspace.values import refuse_unusable

_NOUNS = {
    "opportunity": ("deal", "deals"),
    "lead": ("lead", "leads"),
    "activity": ("activity", "activities"),
    "client": ("client", "clients"),
}


def leave(
    session: Session, text: str, to: str, *, on: str | None = None, manager: str | None = None
) -> Outcome:
    """Set a person's last day and hand over all that is open; raises every fault together.

    `on` is the last day, inclusive [the one that is set, else today]; `manager` takes over the
    departments that the person manages. Raises `Damaged` if any deal or lead can't be read.
    """
    person = find_named(session, "person", text)
    heir, last, head = _check_asked(session, person, to, on, manager)
    _refuse_unreadable(session)
    counts = dict.fromkeys(_NOUNS, 0)
    kept = dict.fromkeys(_NOUNS, 0)
    gathered = Gathered()
    for kind, facts in _touched(session, person):
        with gathered.trying():
            _hand_over(session, kind, facts.id, person, heir, counts, kept)
    gathered.raise_all()
    _hand_over_clients(session, person, heir, counts)
    name = session.team.people[person].name
    words = [
        f"{name} leaves on {format_day(last)}; {heir} gets {counted(counts, _NOUNS) or 'nothing'}."
    ]
    if counted(kept, _NOUNS):
        words.append(f"What is closed stays {person}'s: {counted(kept, _NOUNS)}.")
    if session.team.people[person].left != last:
        set_named(session, "person", person, {"left": last.isoformat()})
    words += _departments(session, person, head) + _approvals(session, person, heir)
    return Outcome((person,), tuple(words), f"person leave {person}, to {heir}")


def _check_asked(
    session: Session, person: str, to: str, on: str | None, manager: str | None
) -> tuple[str, date, str | None]:
    """Who takes over, the last day, and who manages then."""
    gathered = Gathered()
    heir, head, last = "", None, session.today
    with gathered.trying("on"):
        left = session.team.people[person].left
        last = session.calendar.parse_day(on, session.today) if on else left or session.today
    with gathered.trying("to"):
        heir = _successor(session, person, to, last, "to")
    with gathered.trying("manager"):
        head = None if manager is None else _successor(session, person, manager, last, "manager")
    gathered.raise_all()
    return heir, last, head


def _successor(session: Session, person: str, text: str, last: date, field: str) -> str:
    """The person who takes over: another one, who is still here after the last day."""
    with About(field, "person"):
        heir = find_named(session, "person", text)
    if heir == person:
        text = f"{person} is the one who leaves"
        raise Refused(finding("leaves-to-oneself", text, hint="name somebody else", field=field))
    refuse_unusable(session, "person", heir, field)
    if not is_employed_on(session.team.people[heir], last):
        left = session.team.people[heir].left
        text = f"{heir} leaves too, on {left}"
        raise Refused(finding("has-left", text, hint="name somebody who stays", field=field))
    return heir


def _refuse_unreadable(session: Session) -> None:
    """Raise `Damaged` for deals and leads that can't be read: nobody knows whose they are."""
    session.index.refresh()
    folders = (layout.FOLDERS["opportunity"], layout.FOLDERS["lead"])
    broken = [found for path, found in session.index.invalid() if path.startswith(folders)]
    Damaged.raise_if(entry for findings in broken for entry in findings)


def _touched(session: Session, person: str) -> Iterator[tuple[str, Facts]]:
    """(kind, facts) of the deals and leads that a person owns or has something to do in."""
    for kind in ("opportunity", "lead"):
        for facts in session.index.documents(kind):
            is_theirs = facts.document.get("owner") == person
            if is_theirs or any(one.owner == person for one in facts.activities):
                yield kind, facts


def _hand_over(
    session: Session,
    kind: str,
    record_id: str,
    person: str,
    heir: str,
    counts: dict[str, int],
    kept: dict[str, int],
) -> None:
    """Hand over one deal or lead, and the activities in it, as far as they are open."""
    found = find_by_id(session, record_id)
    if found is None:
        return
    record: Loaded
    record = load_lead(session, found.path) if kind == "lead" else load_deal(session, found.path)
    staged: list[Event] = []
    if record.facts.owner == person:
        if _is_open(session, record):
            fields: dict[str, list[Any]] = {"owner": [person, heir]}
            event = Changed(**event_head(session, record), fields=fields)
            stage_event(session, record, event)
            stage_fields(session, record, fields)
            staged.append(event)
            counts[kind] += 1
        else:
            kept[kind] += 1
    theirs = [one for one in build_activities(record.live).values() if one.owner == person]
    waiting: list[Activity] = [one for one in theirs if one.is_open]
    replan_for(session, record, waiting, heir, staged)
    counts["activity"] += len(waiting)
    kept["activity"] += len(theirs) - len(waiting)


def _is_open(session: Session, record: Loaded) -> bool:
    facts = record.facts
    if isinstance(facts, Opportunity):
        return session.process(facts.process).status_of(facts.stage) == "open"
    return not is_final(facts.stage)


def _hand_over_clients(session: Session, person: str, heir: str, counts: dict[str, int]) -> None:
    """Accounts and contacts that are in use."""
    for kind, path, document in list(session.index.clients()):
        is_used = not document.get("archived") and not document.get("merged_into")
        if document.get("owner") != person or not is_used:
            continue
        source, record = load_client(session, Found(kind, document["id"], path))
        if record.owner == person:
            edits = build_edits({"owner": [person, heir]}, RECORD_TYPES[kind])
            session.files.write(path, patch(source, path, edits, layout.KEY_ORDER[kind]))
            counts["client"] += 1


def _approvals(session: Session, person: str, heir: str) -> list[str]:
    """That approvals wait for somebody who leaves: whom to ask instead is for people to say."""
    return [
        f"{person} is still to approve {one.approval.subject!r} of {one.title}; {heir} may: "
        f"salescli approval approve|reject {one.address}"
        for one in requests_waiting(session, person)
    ]


def _departments(session: Session, person: str, head: str | None) -> list[str]:
    """Give the departments that a person manages to another, or tell that they are headless."""
    managed = {
        key: entry.name
        for key, entry in session.team.departments.items()
        if entry.manager == person and not entry.retired
    }
    if head is None:
        return [
            f"{person} still manages {name}: salescli department set {key} --manager PERSON"
            for key, name in managed.items()
        ]
    for key in managed:
        set_named(session, "department", key, {"manager": head})
    return [f"{head} manages {name} now." for name in managed.values()]
