"""Activities of the whole store: lists of them, and the agenda of a person.

What is open the index holds whole; the histories are read only where what is closed is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from salescli.model.activities import Activity, build_activities
from salescli.model.activity_rules import STEP_KINDS, TYPES
from salescli.model.calendar import LAST_INSTANT, Calendar
from salescli.model.deal import Facts
from salescli.model.errors import Finding, NotFound, finding
from salescli.model.events import live_events
from salescli.model.nearest import did_you_mean
from salescli.model.renaming import activity_renamer
from salescli.report.records.agenda import Agenda, Appointment, Scope, build_agenda
from salescli.store.codec import read_history
from salescli.store.layout import HISTORY
from salescli.workspace.approvals import requests_waiting
from salescli.workspace.deals import Loaded
from salescli.workspace.guiding import client_name
from salescli.workspace.named import find_named
from salescli.workspace.naming import client_names
from salescli.workspace.session import Session
from salescli.workspace.storerows import Invalid, gather_rows

KINDS = ("opportunity", "lead")


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which activities a list shows; `overdue` ones are open."""

    person: str | None = None
    types: tuple[str, ...] = ()
    is_open: bool = False
    is_overdue: bool = False

    @property
    def wants_closed(self) -> bool:
        """Whether what is done or cancelled is asked for, too."""
        return not (self.is_open or self.is_overdue)

    def takes(self, kind: str, owner: str) -> bool:
        """Whether an activity of this type and owner is meant."""
        return self.person in (None, owner) and (not self.types or kind in self.types)


class ActivityList(msgspec.Struct, frozen=True, kw_only=True):
    """Activities with their records, the earliest first; `invalid` as of the index."""

    found: Sequence[Appointment]
    today: date
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...] = ()


def read_person(session: Session, text: str) -> str:
    """One of our people by id or name; `@me` is the acting one. Raises `NotFound`."""
    if text == "@me":
        return session.actor
    return find_named(session, "person", text, is_filter=True)


def read_filter(
    session: Session,
    *,
    person: str | None = None,
    types: Sequence[str] = (),
    is_open: bool = False,
    is_overdue: bool = False,
) -> ActivityFilter:
    """A filter of typed texts; raises `NotFound` for a person or type that isn't there."""
    known = dict.fromkeys([*session.dictionaries.get(TYPES, {}), *STEP_KINDS])
    for name in types:
        if name not in known:
            hint = did_you_mean(name, known) or f"one of {', '.join(known)}"
            text = f"{TYPES} has no value {name!r}"
            raise NotFound(finding("no-such-value", text, hint=hint, field="type"))
    return ActivityFilter(
        person=read_person(session, person) if person is not None else None,
        types=tuple(types),
        is_open=is_open,
        is_overdue=is_overdue,
    )


def list_activities(
    session: Session, wanted: ActivityFilter, record: Loaded | None = None
) -> ActivityList:
    """The activities of the store, or of one record, that a filter takes."""
    if record is not None:
        about = _About(record.facts.title, _client_of(session, record))
        pairs = ((record.id, about, one) for one in build_activities(record.live).values())
        found = [_appointment(*pair) for pair in pairs if _fits(session, wanted, pair[2])]
        return ActivityList(found=sorted(found, key=_place), today=session.today)
    found, invalid = gather_rows(session, find_activities, wanted, key=_place)
    return ActivityList(found=found, today=session.today, invalid=tuple(invalid))


def find_activities(session: Session, wanted: ActivityFilter) -> tuple[list[Appointment], Invalid]:
    """Those of one store, and the files of it that can't be read."""
    session.index.refresh()
    calendar = session.calendar if session.store else None
    found = [
        msgspec.structs.replace(_appointment(facts.id, about, one), calendar=calendar)
        for facts, about, activities in _activities(session, wanted)
        for one in activities
        if _fits(session, wanted, one)
    ]
    return sorted(found, key=_place), session.index.invalid()


class _About(msgspec.Struct, frozen=True):
    """What an activity is for: the record's title, its client."""

    title: str
    client: str


def _activities(
    session: Session, wanted: ActivityFilter
) -> Iterator[tuple[Facts, _About, Iterable[Activity]]]:
    """Records that have activities that a filter may take, with those that are asked for."""
    chosen: list[Facts] = []
    for kind in KINDS:
        for facts in session.index.documents(kind):
            held = facts.activities if wanted.wants_closed else facts.waiting
            if any(wanted.takes(one.type, one.owner) for one in held):
                chosen.append(facts)
    names = client_names(session, {str(facts.document.get("client")) for facts in chosen})
    for facts in chosen:
        document = facts.document
        raw = str(document.get("person") or document.get("company") or "")
        client = document.get("client")
        about = _About(str(document["title"]), names.get(client, client) if client else raw)
        yield facts, about, _of(session, facts) if wanted.wants_closed else facts.waiting


def _of(session: Session, facts: Facts) -> Iterable[Activity]:
    """All activities of a record, from its history, which the index has just read."""
    path = f"{session.index.path_of(facts.id)}/{HISTORY}"
    events = read_history(session.read_required(path), path)
    found = build_activities(live_events(events)).values()
    return map(activity_renamer(session.renames), found) if session.store else found


def _client_of(session: Session, record: Loaded) -> str:
    facts = record.facts
    if facts.client is not None:
        return client_name(session, facts.client)
    return getattr(facts, "person", None) or getattr(facts, "company", None) or ""


def _fits(session: Session, wanted: ActivityFilter, one: Activity) -> bool:
    if not wanted.takes(one.type, one.owner) or not (wanted.wants_closed or one.is_open):
        return False
    return not wanted.is_overdue or is_overdue(session, one)


def is_overdue(session: Session, one: Activity, calendar: Calendar | None = None) -> bool:
    """Whether an open activity was due on a day that is over; `calendar` if not the session's."""
    due_at = one.due_at
    own = calendar or session.calendar
    return one.is_open and due_at is not None and own.day_of(due_at) < session.today


def _appointment(record: str, about: _About, one: Activity) -> Appointment:
    return Appointment(activity=one, record=record, title=about.title, client=about.client)


def _place(one: Appointment) -> tuple[bool, float, str]:
    """The open ones first by when they are due, then the closed ones, the latest first."""
    activity = one.activity
    if activity.is_open:
        return (False, (activity.due_at or LAST_INSTANT).timestamp(), activity.id)
    return (True, -(activity.closed_at or LAST_INSTANT).timestamp(), activity.id)


def read_agenda(
    session: Session, *, person: str | None, scope: Scope
) -> tuple[Agenda, ActivityList]:
    """The agenda of a person (None: of everybody), and all of theirs that is open."""
    listed = list_activities(session, ActivityFilter(person=person, is_open=True))
    agenda = build_agenda(
        listed.found,
        session.calendar,
        session.today,
        person=person,
        scope=scope,
        requests=requests_waiting(session, person),
    )
    return _addressed(session, agenda), listed


def _addressed(session: Session, agenda: Agenda) -> Agenda:
    """With what people type for each activity; asked for those alone that are shown."""

    def group(entries: tuple[Appointment, ...]) -> tuple[Appointment, ...]:
        return tuple(
            msgspec.structs.replace(one, address=session.short_inner(one.activity.id))
            for one in entries
        )

    people = tuple(
        msgspec.structs.replace(
            one, overdue=group(one.overdue), today=group(one.today), week=group(one.week)
        )
        for one in agenda.people
    )
    return msgspec.structs.replace(agenda, people=people)
