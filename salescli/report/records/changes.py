"""What happened in a store since some moment, person by person.

Pure: all events of a record and which of them are new in, sentences out; then their layout.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from salescli.model.calendar import MONTH_NAMES, Calendar, format_instant
from salescli.model.events import Event, Voided, kind_of, live_events
from salescli.report.records.timeline import build_context
from salescli.report.text.eventwords import describe_event
from salescli.report.text.forge_text import escape_for_forge
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import clean_text, code_markdown, format_number_of
from salescli.report.text.wording import Wording, begun_small, quote
from salescli.report.text.wrapping import wrap_text

SCHEMA = "salescli/changes@1"
_MARGIN = 8  # columns before what happened to a record
_NEWS = (
    {"closed", "reopened", "moved", "created", "changed", "reserved", "released"},
    {"decided", "proposed", "mailed", "noted", "posted", "attached", "done", "worked"},
)  # what a message tells first; the rest is what waits
MOST_OF_RECORD = 6
"""Sentences of one record in a message; the rest is counted."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did, in words. `address` is how commands name the record.

    In a group of stores `store` is whose it is, and `calendar` that store's.
    """

    record: str
    kind: str  # opportunity or lead
    title: str
    address: str
    event: str
    what: str  # the event's kind
    at: datetime
    logged: datetime
    by: str
    words: str
    store: str = ""
    calendar: Calendar | None = None


class Gone(msgspec.Struct, frozen=True):
    """A deal or lead that a revision has and that is no more; who took it away only git knows."""

    record: str
    kind: str
    title: str
    address: str


class Since(msgspec.Struct, frozen=True):
    """From when on: an instant, or all that a revision, made then, hasn't got."""

    at: datetime
    revision: str | None = None
    commit: str | None = None


class Changes(msgspec.Struct, frozen=True):
    """All that happened; `names` are those of people, `until` is when it was asked.

    `gone` are records that a revision has and that are no more, in its order.
    """

    since: Since
    until: datetime
    changes: tuple[Change, ...]
    names: Mapping[str, str]
    gone: tuple[Gone, ...] = ()

    @property
    def people(self) -> dict[str, list[Change]]:
        """Who → what they did, by name; each in the order of the days."""
        found: dict[str, list[Change]] = {}
        for change in sorted(self.changes, key=lambda one: (one.at, one.record)):
            found.setdefault(change.by, []).append(change)
        return dict(sorted(found.items(), key=lambda item: (self.name(item[0]), item[0])))

    def name(self, person: str) -> str:
        """What somebody is called; the id of somebody unknown."""
        return clean_text(self.names.get(person, person))


class Told(msgspec.Struct, frozen=True):
    """What is to be told of one event; `act` is the one that did it, if that is another."""

    event: Event
    act: Event
    lead: str = ""  # before the words: what was done with the event


def select_told(events: Sequence[Event], new: Collection[str]) -> Iterator[Told]:
    """What the new ones among all events of a record come to, in fold order.

    What was written and taken back meanwhile is not told; what was there and was taken back is,
    under whoever took it back.
    """
    before = {event.id for event in live_events(e for e in events if e.id not in new)}
    after = {event.id for event in live_events(events)}
    voiding = [event for event in events if isinstance(event, Voided) and event.id in new]
    by_target = {target: event for event in voiding for target in event.events}
    for event in sorted(events, key=lambda one: (one.seq, one.at, one.id)):
        if event.id in new:
            if event.id in after:
                yield Told(event, event)
        elif event.id in before - after:
            yield Told(event, by_target.get(event.id, event), "taken back: ")
        elif event.id in after - before:
            yield Told(event, _who_brought_back(event, events, by_target), "brought back: ")


def _who_brought_back(
    event: Event, events: Iterable[Event], by_target: Mapping[str, Event]
) -> Event:
    """The new event that voids what had voided this one."""
    for one in events:
        if isinstance(one, Voided) and event.id in one.events and one.id in by_target:
            return by_target[one.id]
    return event


def build_changes(
    record: str,
    title: str,
    address: str,
    events: Sequence[Event],
    new: Collection[str],
    wording: Wording,
    *,
    is_lead: bool = False,
) -> list[Change]:
    """What the `new` events of a record come to, in words."""
    context = build_context(
        [event for event in events if not isinstance(event, Voided)], wording, is_lead=is_lead
    )
    found = []
    for told in select_told(events, new):
        words = describe_event(told.event, context)
        words = f"{told.lead}{begun_small(words) if told.lead else words}"
        if told.event.note:
            words += f": {quote(told.event.note)}"
        found.append(
            Change(
                record=record,
                kind="lead" if is_lead else "opportunity",
                title=title,
                address=address,
                event=told.act.id,
                what=kind_of(told.act),
                at=told.act.at,
                logged=told.act.logged or told.act.at,
                by=told.act.by,
                words=words,
            )
        )
    return found


# --- layout ---------------------------------------------------------------------------------------


def format_changes(found: Changes, calendar: Calendar, width: int | None) -> list[str]:
    """Lines for a terminal or a pipe: each person, their records, what happened and when."""
    lines = [f" {_subject(found, calendar)}"]
    for person, changes in found.people.items():
        lines.append(f" {found.name(person)}")
        for own in _by_record(changes):
            head = f"{'':2}{own[0].address}{'':2}"
            whose = f" · {own[0].store}" if own[0].store else ""
            lines += _hang(head, f"{_of_lead(own[0])}{own[0].title}{whose}", width)
            for change in own:
                head = f"{'':{_MARGIN}}{_when(change.at, change.calendar or calendar)}{'':2}"
                lines += _hang(head, change.words, width)
    if found.gone:
        lines.append(" Gone")
    for one in found.gone:
        lines += _hang(f"{'':2}{one.address}{'':2}", f"{_of_lead(one)}{one.title}", width)
    return lines


def _hang(head: str, text: str, width: int | None) -> list[str]:
    """A text behind a head, its further lines below its first."""
    room = None if width is None else width - len(head)
    first, *more = wrap_text(text, room)
    return [head + first, *(" " * len(head) + line for line in more)]


def format_changes_markdown(found: Changes, calendar: Calendar) -> str:
    """A message for a chat or a comment: a heading a person, a line a record, the news first.

    A revision stands as code, so that it can be copied.
    """
    revision = clean_text(found.since.revision or "")
    subject = _told(found, calendar, code_markdown(revision) if revision else "")
    parts = [f"**{subject}**"]
    for person, changes in found.people.items():
        count = format_number_of(len(changes), "change")
        lines = [f"**{escape_for_forge(found.name(person))}** · {count}", ""]
        for own in sorted(map(_news_first, _by_record(changes)), key=_is_no_closing):
            told = [escape_for_forge(change.words) for change in own[:MOST_OF_RECORD]]
            if len(own) > MOST_OF_RECORD:
                told.append(f"{len(own) - MOST_OF_RECORD} more")
            title = escape_for_forge(f"{_of_lead(own[0])}{own[0].title}")
            whose = f", {escape_for_forge(own[0].store)}" if own[0].store else ""
            lines.append(f"- *{title}* ({own[0].address}{whose}): {'; '.join(told)}")
        parts.append("\n".join(lines))
    if found.gone:
        titles = ((escape_for_forge(f"{_of_lead(one)}{one.title}"), one) for one in found.gone)
        told = [f"- *{title}* ({one.address})" for title, one in titles]
        parts.append("\n".join(["**Gone**", "", *told]))
    return "\n\n".join(parts)


def _news_first(changes: list[Change]) -> list[Change]:
    """Moves and facts of a record before what was done, then what waits; each in its order."""
    return sorted(changes, key=_rank)


def _is_no_closing(changes: list[Change]) -> tuple[bool, int]:
    """By what records are ordered: those closed first, then those with moves and facts."""
    return not any(change.what == "closed" for change in changes), _rank(changes[0])


def _rank(change: Change) -> int:
    return next((rank for rank, kinds in enumerate(_NEWS) if change.what in kinds), len(_NEWS))


def _subject(found: Changes, calendar: Calendar) -> str:
    return _told(found, calendar, clean_text(found.since.revision or ""))


def _told(found: Changes, calendar: Calendar, revision: str) -> str:
    """Since when, and how much happened; `revision` as it is to be written, `""` for a time."""
    when = calendar.format_local(found.since.at)
    words = f"Since {revision} ({when})" if revision else f"Since {when}"
    told = []
    if found.changes:
        people = format_number_of(len(found.people), "person", "people")
        told.append(f"{format_number_of(len(found.changes), 'change')} by {people}")
    if found.gone:
        told.append(f"{format_number_of(len(found.gone), 'record')} gone")
    return f"{words}: {', '.join(told) or 'nothing happened'}"


def _by_record(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each record, the record that somebody came to first first."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.record, []).append(change)
    return list(found.values())


def _of_lead(change: Change | Gone) -> str:
    return "Lead " if change.kind == "lead" else ""


def _when(at: datetime, calendar: Calendar) -> str:
    local = at.astimezone(calendar.zone)
    return f"{local.day} {MONTH_NAMES[local.month - 1][:3]} {local:%H:%M}"


def build_changes_document(found: Changes) -> Document:
    """`salescli/changes@1`: instants in UTC."""
    since = found.since
    return {
        "schema": SCHEMA,
        "since": {
            "at": format_instant(since.at),
            "revision": since.revision,
            "commit": since.commit,
        },
        "until": format_instant(found.until),
        "people": [
            {
                "person": person,
                "name": found.name(person),
                "changes": [_build_change(change) for change in changes],
            }
            for person, changes in found.people.items()
        ],
        "gone": [
            {"record": one.record, "kind": one.kind, "title": one.title} for one in found.gone
        ],
    }


def _build_change(change: Change) -> Document:
    return {
        "record": change.record,
        "kind": change.kind,
        "title": change.title,
        "event": change.event,
        "what": change.what,
        "at": format_instant(change.at),
        "logged": format_instant(change.logged),
        "words": change.words,
    } | ({"store": change.store} if change.store else {})
