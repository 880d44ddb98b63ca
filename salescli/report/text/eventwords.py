"""Every kind of event in a few words that a seller would use.

Owns one sentence for each kind; the sentences have no subject, since who did it stands beside
them. Knows no order of events and no layout.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch

import msgspec

from salescli.model.activities import Activity
from salescli.model.events import (
    Asked,
    Attached,
    Cancelled,
    Changed,
    Closed,
    Created,
    Decided,
    Done,
    Event,
    Json,
    Mailed,
    Moved,
    Noted,
    Planned,
    Posted,
    Proposed,
    Released,
    Reopened,
    Repeated,
    Replanned,
    Reserved,
    Started,
    Stopped,
    Voided,
    Worked,
)
from salescli.model.fields import spec_named
from salescli.model.records import Lead, Opportunity
from salescli.report.text.numbers import clean_text, format_number_of
from salescli.report.text.wording import (
    Wording,
    describe_changes,
    format_bytes,
    format_minutes,
    format_start,
    format_value,
    quote,
)

_WHOLE = 1_000_000  # columns: no text is that long
_OF_A_STAGE = "close_date close_reason close_details winner actual_revenue leads".split()
MOST_CHANGES = 3  # phrases in a sentence; the details have all


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What an event refers to without repeating it: other events of its record."""

    wording: Wording
    activities: Mapping[str, Activity] = {}
    approvals: Mapping[str, str] = {}  # id → what it is about
    posts: Mapping[str, str] = {}  # id → who wrote it
    proposals: Mapping[str, str] = {}  # id → number
    is_lead: bool = False


@singledispatch
def describe_event(event: object, context: Context) -> str:
    """An event in a sentence without a subject and without its note."""
    raise TypeError(f"{type(event).__name__} is no event")


@describe_event.register
def _created(event: Created, context: Context) -> str:
    words = f"created at {_stage(event.fields.get('stage'), context)}"
    if event.from_lead:
        words += f", from lead {quote(context.wording.name('lead', event.from_lead))}"
    if event.continues:
        words += f", goes on from {context.wording.name('opportunity', event.continues)}"
    return words


@describe_event.register
def _changed(event: Changed, context: Context) -> str:
    return _changes(event.fields, context) or "nothing changed"


def _changes(fields: Mapping[str, list[Json]], context: Context) -> str:
    phrases = describe_changes(fields, context.wording, is_lead=context.is_lead)
    if len(phrases) > MOST_CHANGES + 1:
        phrases = [*phrases[:MOST_CHANGES], f"{len(phrases) - MOST_CHANGES} more changes"]
    return "; ".join(phrases)


def _changed_too(event: Moved | Closed, context: Context) -> str:
    """What a deal's event of a stage changes beyond what any such event writes."""
    if context.is_lead:
        return ""
    others = {
        path: change
        for path, change in event.fields.items()
        if path.partition("/")[0] not in _OF_A_STAGE
        and not (path == "probability" and change[1] is None)
    }
    words = _changes(others, context)
    return f"; {words}" if words else ""


@describe_event.register
def _moved(event: Moved, context: Context) -> str:
    words = _from_to(event, context)
    if event.undone:
        words += ", back"
    words += _skipped(event.skipped, context) + _forced(event.forced)
    return words + _changed_too(event, context)


@describe_event.register
def _closed(event: Closed, context: Context) -> str:
    words = _from_to(event, context) + _skipped(event.skipped, context)
    for name in ("close_reason", "winner"):
        after = event.fields.get(name, [None, None])[1]
        if after is not None:
            value = format_value(spec_named(Opportunity, name), after, context.wording)
            words += f": {value}" if name == "close_reason" else f", {value}"
    return words + _forced(event.forced) + _changed_too(event, context)


@describe_event.register
def _reopened(event: Reopened, context: Context) -> str:
    return f"{_from_to(event, context)}, reopened {quote(event.reason)}"


@describe_event.register
def _repeated(event: Repeated, context: Context) -> str:
    return f"{_stage(event.stage, context)} repeated"


@describe_event.register
def _planned(event: Planned, context: Context) -> str:
    verb = "opened" if event.step else "planned"
    words = f"{_activity(event.type, event.title, context)} {verb}"
    if event.start:
        words += f" for {format_start(event.start, context.wording.calendar)}"
    if event.minutes:
        words += f", {format_minutes(event.minutes)}"
    return words + _for(event.owner, event.by, context)


@describe_event.register
def _replanned(event: Replanned, context: Context) -> str:
    words = _known_activity(event.activity, context)
    step = event.fields.get("step")
    if step is not None and set(event.fields) <= _OF_A_STEP:
        return f"{words} taken as a step" if step[1] else f"{words} is no step any more"
    phrases = [
        _replan_phrase(name, change[0], change[1], context) for name, change in event.fields.items()
    ]
    return f"{words} replanned: {', '.join(phrases)}" if phrases else f"{words} replanned"


@describe_event.register
def _done(event: Done, context: Context) -> str:
    known = context.activities.get(event.activity)
    words = _known_activity(event.activity, context)
    if event.result == "done":
        words += " done"
    else:
        words += f": {context.wording.choice('activity_results', event.result)}"
    if event.minutes:
        words += f", {format_minutes(event.minutes)}"
    return words + _for(known.owner if known else event.by, event.by, context)


@describe_event.register
def _cancelled(event: Cancelled, context: Context) -> str:
    return f"{_known_activity(event.activity, context)} cancelled"


@describe_event.register
def _worked(event: Worked, context: Context) -> str:
    return f"{format_minutes(event.minutes)} of work" + _for(event.person, event.by, context)


@describe_event.register
def _noted(event: Noted, context: Context) -> str:
    return f"note {quote(event.text)}"


@describe_event.register
def _posted(event: Posted, context: Context) -> str:
    if event.reply_to is None:
        return f"post {quote(event.text)}"
    to = context.posts.get(event.reply_to)
    whom = f" to {context.wording.name('person', to)}" if to else ""
    return f"reply{whom} {quote(event.text)}"


@describe_event.register
def _mailed(event: Mailed, context: Context) -> str:
    words = f"mail {clean_text(event.direction)} {quote(event.subject or 'no subject')}"
    if event.direction == "in":
        words += f" from {clean_text(event.from_)}"
    elif event.to:
        more = f" and {len(event.to) - 1} more" if len(event.to) > 1 else ""
        words += f" to {clean_text(event.to[0])}{more}"
    if event.attachments:
        words += f", {format_number_of(len(event.attachments), 'file')}"
    return words


@describe_event.register
def _attached(event: Attached, context: Context) -> str:
    if event.url:
        return f"link {quote(event.title or event.url)}"
    name = clean_text((event.file or "").rpartition("/")[2])
    size = f", {format_bytes(event.bytes)}" if event.bytes is not None else ""
    title = f" {quote(event.title)}" if event.title else ""
    return f"file {name}{title}{size}"


@describe_event.register
def _proposed(event: Proposed, context: Context) -> str:
    number = event.number or context.proposals.get(event.proposal)
    parts = ["proposal", clean_text(number or event.proposal)]
    if event.version is not None:
        parts.append(f"v{event.version}")
    words = f"{' '.join(parts)} {clean_text(event.state)}"
    if event.amount:
        budget = spec_named(Opportunity, "budget")
        words += f", {format_value(budget, event.amount, context.wording)}"
    return words


@describe_event.register
def _asked(event: Asked, context: Context) -> str:
    people = " and ".join(context.wording.name("person", one) for one in event.of)
    return f"asked {people} to approve {quote(event.subject)}"


@describe_event.register
def _decided(event: Decided, context: Context) -> str:
    subject = context.approvals.get(event.approval)
    about = quote(subject) if subject else event.approval
    return f"{clean_text(event.decision)} {about}"


@describe_event.register
def _started(event: Started, context: Context) -> str:
    return "process started"


@describe_event.register
def _stopped(event: Stopped, context: Context) -> str:
    return "process at its end" if event.why == "end" else f"process stopped {quote(event.why)}"


@describe_event.register
def _reserved(event: Reserved, context: Context) -> str:
    until = f" until {_day(event.until, context)}" if event.until else ""
    return f"unit {context.wording.name('unit', event.unit)} reserved{until}"


@describe_event.register
def _released(event: Released, context: Context) -> str:
    return f"unit {context.wording.name('unit', event.unit)} released {quote(event.why)}"


@describe_event.register
def _voided(event: Voided, context: Context) -> str:
    return f"{format_number_of(len(event.events), 'event')} taken back ({clean_text(event.why)})"


def describe_details(event: Event, context: Context) -> tuple[str, ...]:
    """What a sentence leaves out: whole texts, all changes, who else, where it came from."""
    details: list[str] = []
    wording = msgspec.structs.replace(context.wording, longest=_WHOLE)
    if isinstance(event, Created):
        fields = {path: [None, value] for path, value in event.fields.items() if path != "stage"}
        details += describe_changes(fields, wording, is_lead=context.is_lead)
    elif isinstance(event, Changed | Moved | Closed | Reopened):
        details += describe_changes(event.fields, wording, is_lead=context.is_lead)
    elif isinstance(event, Noted | Posted):
        details.append(event.text)
    elif isinstance(event, Mailed):
        details += [f"from {event.from_}", *_people("to", event.to), *_people("cc", event.cc)]
        details += [event.excerpt, *event.attachments]
    elif isinstance(event, Planned) and event.people:
        names = (wording.name("contact|person", one) for one in event.people)
        details.append(f"with {', '.join(names)}")
    elif isinstance(event, Attached):
        details.append(event.url or event.file or "")
    details += [event.note or "", f"by {event.via}" if event.via else ""]
    return tuple(clean_text(detail) for detail in details if detail)


def _people(word: str, addresses: Iterable[str]) -> list[str]:
    joined = ", ".join(addresses)
    return [f"{word} {joined}"] if joined else []


def _stage(stage: object, context: Context) -> str:
    return context.wording.name("lead-stage" if context.is_lead else "stage", stage)


def _from_to(event: Moved | Closed | Reopened, context: Context) -> str:
    return f"{_stage(event.from_, context)} → {_stage(event.to, context)}"


def _skipped(stages: list[str], context: Context) -> str:
    names = ", ".join(_stage(stage, context) for stage in stages)
    return f", skipped {names}" if names else ""


def _forced(reason: str | None) -> str:
    return f", forced {quote(reason)}" if reason else ""


def _activity(type_: str, title: str, context: Context) -> str:
    return f"{context.wording.choice('activity_types', type_)} {quote(title)}"


def _known_activity(activity: str, context: Context) -> str:
    known = context.activities.get(activity)
    return _activity(known.type, known.title, context) if known else f"activity {activity}"


def _for(person: str, by: str, context: Context) -> str:
    return "" if person == by else f", for {context.wording.name('person', person)}"


_OF_A_STEP = {"step", "run", "results"}  # what adopting an activity and giving it back change
# Fields of an activity are declared nowhere; these deal fields are told alike.
_TOLD_LIKE = {"start": "meeting_at", "owner": "owner"}


def _replan_phrase(name: str, before: Json, after: Json, context: Context) -> str:
    spec = spec_named(Lead, _TOLD_LIKE[name]) if name in _TOLD_LIKE else None
    old, new = (format_value(spec, value, context.wording) for value in (before, after))
    if after in (None, []):
        return f"no {name}"
    return f"{name} {new}" if before in (None, []) else f"{name} {old} → {new}"


def _day(text: str, context: Context) -> str:
    return format_value(spec_named(Opportunity, "close_date"), text, context.wording)
