"""The timeline of a deal and its leads: every live event as an entry, in words (S5).

Pure: events and names come as values. Complete for every status; what was voided isn't in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from salescli.model.activities import build_activities, build_proposals
from salescli.model.approvals import build_approvals
from salescli.model.calendar import Calendar, format_day, format_instant
from salescli.model.events import EVENT_TYPES, Event, Posted, kind_of
from salescli.report.text.eventwords import Context, describe_details, describe_event
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import clean_text, cut, escape_markdown, pad, width_of
from salescli.report.text.wording import Wording, quote
from salescli.report.text.wrapping import wrap_text

TIMELINE_SCHEMA = "salescli/timeline@1"
KINDS = tuple(str(kind.__struct_config__.tag) for kind in EVENT_TYPES)
# What people call some kinds together, or one of them.
KIND_GROUPS: Mapping[str, tuple[str, ...]] = {
    "stage": ("created", "moved", "closed", "reopened", "repeated"),
    "change": ("changed",),
    "activity": ("planned", "replanned", "done", "cancelled"),
    "mail": ("mailed",),
    "note": ("noted",),
    "post": ("posted",),
    "file": ("attached",),
    "proposal": ("proposed",),
    "hours": ("worked",),
    "approval": ("asked", "decided"),
    "process": ("started", "stopped"),
    "unit": ("reserved", "released"),
}
_WIDEST_PERSON = 10
_TIME = len("00:00")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event as people read it. `record` is the deal or lead that it belongs to."""

    id: str
    record: str
    at: datetime
    by: str
    kind: str
    words: str
    details: tuple[str, ...] = ()


def build_timeline(
    record: str,
    events: Sequence[Event],
    wording: Wording,
    leads: Mapping[str, Sequence[Event]] | None = None,
    *,
    is_lead: bool = False,
) -> list[Entry]:
    """The entries of a record and of a deal's leads, the oldest first.

    All events are live and in fold order, as `live_events` gives them.
    """
    found = [*_entries(record, events, wording, is_lead)]
    for lead, history in (leads or {}).items():
        found += _entries(lead, history, wording, True)
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _entries(
    record: str, events: Sequence[Event], wording: Wording, is_lead: bool
) -> Iterable[tuple[tuple[datetime, str, int], Entry]]:
    """Entries with what orders them: time, then the record, then its own order."""
    context = build_context(events, wording, is_lead=is_lead)
    for place, event in enumerate(events):
        entry = Entry(
            id=event.id,
            record=record,
            at=event.at,
            by=event.by,
            kind=kind_of(event),
            words=_words(event, context),
            details=describe_details(event, context),
        )
        yield (event.at, record, place), entry


def _words(event: Event, context: Context) -> str:
    words = describe_event(event, context)
    return f"{words}: {quote(event.note)}" if event.note else words


def build_context(events: Sequence[Event], wording: Wording, *, is_lead: bool = False) -> Context:
    """What the events of one record say about each other."""
    proposals = build_proposals(events).values()
    lines = {**wording.names.get("line", {}), **_line_names(events, wording)}
    return Context(
        wording=msgspec.structs.replace(wording, names={**wording.names, "line": lines}),
        activities=build_activities(events),
        approvals={one.id: one.subject for one in build_approvals(events).values()},
        posts={one.post: one.by for one in events if isinstance(one, Posted)},
        proposals={one.id: one.number for one in proposals if one.number},
        is_lead=is_lead,
    )


def _line_names(events: Iterable[Event], wording: Wording) -> dict[str, str]:
    """Product lines by id: what the last event that held them whole called them."""
    names: dict[str, str] = {}
    for event in events:
        fields: Mapping[str, object] = getattr(event, "fields", {})
        for path, change in fields.items():
            top, _, key = path.partition("/")
            if top != "products" or "/" in key:
                continue
            values = change if isinstance(change, list) else [change]
            for item in values:
                if isinstance(item, dict):
                    title = item.get("title") or wording.name("product", item.get("product", key))
                    names[key] = str(title)
    return names


def filter_entries(
    entries: Iterable[Entry],
    calendar: Calendar,
    *,
    kinds: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[Entry]:
    """Entries of these kinds (none given: all) on these local days, both included."""
    return [
        entry
        for entry in entries
        if (not kinds or entry.kind in kinds)
        and (since is None or calendar.day_of(entry.at) >= since)
        and (until is None or calendar.day_of(entry.at) <= until)
    ]


def kinds_named(names: Iterable[str]) -> frozenset[str]:
    """The kinds of events that these names mean; raises KeyError with a name that means none."""
    found: set[str] = set()
    for name in names:
        found.update((name,) if name in KINDS else KIND_GROUPS[name])
    return frozenset(found)


def format_timeline(
    entries: Iterable[Entry],
    record: str,
    calendar: Calendar,
    *,
    width: int | None = 80,
    is_full: bool = False,
) -> list[str]:
    """Lines of at most `width` columns (None: unlimited), a heading a day, in the order given.

    What happened on one of the leads says so. `is_full` shows the details below each entry.
    """
    shown = list(entries)
    names = [clean_text(entry.by) for entry in shown]
    person = max(map(width_of, names), default=0)
    person = person if width is None else min(person, _WIDEST_PERSON)
    margin = " " * (2 + _TIME + 2 + person + 2)
    room = None if width is None else width - len(margin)
    lines: list[str] = []
    day: date | None = None
    for entry, name in zip(shown, names, strict=True):
        local = entry.at.astimezone(calendar.zone)
        if local.date() != day:
            day = local.date()
            lines.append(f" {format_day(day)}")
        words = entry.words if entry.record == record else f"on the lead: {entry.words}"
        wrapped = wrap_text(words, room)
        who = pad(cut(name, person), person)
        lines.append(f"  {local:%H:%M}  {who}  {wrapped[0]}")
        lines += [margin + line for line in wrapped[1:]]
        if is_full:
            lines += _detail_lines(entry, margin, room)
    return [line.rstrip() for line in lines]


def _detail_lines(entry: Entry, margin: str, room: int | None) -> list[str]:
    return [
        margin + line
        for detail in entry.details
        for line in wrap_text(f"- {detail}", room, indent="  ")
    ]


def format_timeline_markdown(
    entries: Iterable[Entry], record: str, calendar: Calendar, *, is_full: bool = False
) -> list[str]:
    """A heading a day and a line an entry, as Markdown shows them."""
    lines: list[str] = []
    day: date | None = None
    for entry in entries:
        local = entry.at.astimezone(calendar.zone)
        if local.date() != day:
            day = local.date()
            lines += ([""] if lines else []) + [f"## {format_day(day)}", ""]
        words = entry.words if entry.record == record else f"on the lead: {entry.words}"
        who = escape_markdown(clean_text(entry.by))
        lines.append(f"- {local:%H:%M} **{who}** {escape_markdown(words)}")
        if is_full:
            lines += [f"  - {escape_markdown(detail)}" for detail in entry.details]
    return lines


def build_timeline_document(record: str, entries: Iterable[Entry]) -> Document:
    """`salescli/timeline@1`: the entries in the order given."""
    return {
        "schema": TIMELINE_SCHEMA,
        "record": record,
        "entries": [
            {
                "id": entry.id,
                "record": entry.record,
                "at": format_instant(entry.at),
                "by": entry.by,
                "kind": entry.kind,
                "words": entry.words,
                "details": list(entry.details),
            }
            for entry in entries
        ],
    }
