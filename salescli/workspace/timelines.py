"""The timeline of a deal or lead: its history, and of a deal those of the leads that it covers."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Finding, SalesError, finding
from salescli.model.events import Event
from salescli.model.records import Opportunity
from salescli.report.records.timeline import Entry, build_timeline, filter_entries
from salescli.report.text.wording import Wording
from salescli.workspace.addressing import find_by_id
from salescli.workspace.deals import Loaded, load_lead
from salescli.workspace.inner import open_record
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording

T = TypeVar("T")
Broken = tuple[str, tuple[Finding, ...]]


class Timeline(msgspec.Struct, frozen=True):
    """What happened to a record, the oldest first. `broken` are leads that can't be read."""

    record: str
    title: str
    entries: tuple[Entry, ...]
    total: int  # before any filter
    calendar: Calendar
    broken: tuple[Broken, ...] = ()


class LeadHistories(msgspec.Struct, frozen=True):
    """Live events of a deal's leads by id, and what of them can't be read."""

    events: dict[str, Sequence[Event]]
    broken: tuple[Broken, ...] = ()


def read_timeline(
    session: Session,
    text: str,
    *,
    kinds: Collection[str] = (),
    since: str | None = None,
    until: str | None = None,
    open_: Callable[[Session, str], Loaded] = open_record,
) -> Timeline:
    """The timeline of the record that `text` names, of any status.

    `since` and `until` are days, both included; `open_` finds the record. Raises `NotFound`,
    `WrongUsage`, `Damaged`.
    """
    first, last = (_day(session, day) for day in (since, until))
    record = open_(session, text)
    leads = read_lead_histories(session, record)
    entries = build_entries(session, record, leads, wording_of(session, record))
    shown = filter_entries(entries, session.calendar, kinds=kinds, since=first, until=last)
    return Timeline(
        record=record.id,
        title=record.facts.title,
        entries=tuple(shown),
        total=len(entries),
        calendar=session.calendar,
        broken=leads.broken,
    )


def _day(session: Session, text: str | None) -> date | None:
    return None if text is None else session.calendar.parse_day(text, session.today)


def wording_of(session: Session, record: Loaded) -> Wording:
    """Names for the events of a record; a process that can't be read leaves its stages bare."""
    facts = record.facts
    if not isinstance(facts, Opportunity):
        return build_wording(session)
    try:
        return build_wording(session, session.process(facts.process))
    except SalesError:
        return build_wording(session)


def build_entries(
    session: Session, record: Loaded, leads: LeadHistories, wording: Wording
) -> list[Entry]:
    """Every live event of a record and of its leads in words."""
    return build_timeline(
        record.id, record.live, wording, leads.events, is_lead=record.kind == "lead"
    )


def read_lead_histories(session: Session, record: Loaded) -> LeadHistories:
    """The histories of the leads that a deal covers; of a lead itself there are none."""
    events: dict[str, Sequence[Event]] = {}
    broken: list[Broken] = []
    for lead in getattr(record.facts, "leads", ()):
        found = find_by_id(session, lead)
        if found is None:
            words = f"the deal covers {lead}, which isn't there"
            missing = finding("no-such-reference", words, field="leads")
            broken.append((record.path, (missing,)))
            continue
        try:
            events[lead] = load_lead(session, found.path).live
        except SalesError as error:
            broken.append((found.path, error.findings))
    return LeadHistories(events, tuple(broken))
