"""Whether the event that keeps an idempotency key can be what a line with that key would write.

An event doesn't hold its line, so this tells what certainly differs: another operation, another
text, stage or value. What can't be compared, like days that are said relative to today, may be the
same. Knows events and lines; no index.
"""

from collections.abc import Iterator, Mapping, Sequence

from salescli.model.batchlines import Line, Value
from salescli.model.definition import stage_id
from salescli.model.durations import parse_minutes
from salescli.model.errors import SalesError
from salescli.model.events import (
    Changed,
    Closed,
    Created,
    Done,
    Event,
    Json,
    Moved,
    Planned,
    Proposed,
    Reopened,
    Reserved,
    Worked,
    kind_of,
)
from salescli.model.fields import FieldSpec, spec_named
from salescli.model.ids import fold_name
from salescli.model.leads import find_lead_stage
from salescli.model.records import RECORD_TYPES, Rival, Stakeholder, TeamMember
from salescli.workspace.addressing import find_by_id
from salescli.workspace.clients import end_of_merges
from salescli.workspace.session import Session
from salescli.workspace.values import BORN, find_reference, read_value

FIRST: Mapping[str, Sequence[str]] = {
    "opportunity.advance": ("moved",),
    "opportunity.move": ("moved",),
    "opportunity.close": ("closed",),
    "opportunity.reopen": ("reopened",),
    "opportunity.repeat": ("repeated",),
    "opportunity.set": ("changed", "replanned"),
    "opportunity.archive": ("changed",),
    "opportunity.competitor.add": ("changed",),
    "opportunity.competitor.remove": ("changed",),
    "opportunity.competitor.set": ("changed",),
    "opportunity.contact.add": ("changed",),
    "opportunity.contact.remove": ("changed",),
    "opportunity.contact.set": ("changed",),
    "opportunity.member.add": ("changed",),
    "opportunity.member.remove": ("changed",),
    "opportunity.member.set": ("changed",),
    "opportunity.product.add": ("changed",),
    "opportunity.product.remove": ("changed",),
    "opportunity.product.set": ("changed",),
    "opportunity.tactic.set": ("changed",),
    "lead.archive": ("changed",),
    "lead.set": ("changed", "replanned", "moved"),
    "lead.disqualify": ("moved",),
    "lead.move": ("moved",),
    "activity.plan": ("planned",),
    "activity.replan": ("replanned",),
    "activity.log": ("done",),
    "activity.done": ("done", "decided"),
    "activity.cancel": ("cancelled",),
    "time.add": ("worked",),
    "note": ("noted",),
    "feed.post": ("posted",),
    "feed.reply": ("posted",),
    "file.attach": ("attached",),
    "proposal.add": ("proposed",),
    "proposal.set": ("proposed",),
    "approval.request": ("asked",),
    "approval.approve": ("decided", "done"),
    "approval.reject": ("decided", "done"),
    "mail.log": ("mailed",),
    "mail.import": ("mailed",),
    "reservation.add": ("reserved",),
    "reservation.extend": ("reserved",),
    "reservation.release": ("released",),
    "process.start": ("created", "started"),
    "process.stop": ("stopped",),
}
"""Operation → kinds of its first event, which keeps the key. One that is missing may write any."""

_CHANGES: Mapping[str, Sequence[str]] = {
    "archive": ("archived",),
    "competitor": ("competitors", "main_competitor"),
    "contact": ("contacts", "main_contact"),
    "member": ("team",),
    "product": ("products",),
    "tactic": ("tactic", "checked_on"),
}
"""Second word of an operation → the fields one of which it changes."""

_ENDING = {"done": "done", "cancel": "cancelled"}  # keys with which a move ends activities first
_SAID = ("text", "title", "subject", "note", "why")  # keys whose text an event keeps as it is
_MINUTES = FieldSpec("minutes", "minutes", "")
_KEPT: Mapping[type, Mapping[str, FieldSpec]] = {
    Proposed: {
        "amount": FieldSpec("amount", "money", ""),
        "number": FieldSpec("number", "text", ""),
        "state": FieldSpec("state", "text", ""),
    },
    Done: {"minutes": _MINUTES},
    Planned: {"owner": FieldSpec("owner", "reference", "", "person"), "minutes": _MINUTES},
    Worked: {"person": FieldSpec("person", "reference", "", "person"), "minutes": _MINUTES},
    Reopened: {"reason": FieldSpec("reason", "text", "")},
    Reserved: {"until": FieldSpec("until", "day", "")},
}
"""Keys whose value an event keeps beside its fields."""

_FIELD_OF: Mapping[str, Mapping[str, str]] = {
    "opportunity.close": {
        "reason": "close_reason",
        "details": "close_details",
        "revenue": "actual_revenue",
    },
    "opportunity.tactic.set": {"text": "tactic"},
    "lead.disqualify": {"reason": "disqualify_reason"},
}
"""Operation → its keys that are called otherwise than the fields that they fill."""

_LISTED: Mapping[str, tuple[str, type]] = {
    "competitor": ("competitors", Rival),
    "contact": ("contacts", Stakeholder),
    "member": ("team", TeamMember),
}
"""Key that names an entry of a deal's list → the field that it is in, and its type."""

_PLAIN = (
    "money",
    "choice",
    "text",
    "whole",
    "percent",
    "decimal",
    "yes-no",
    "reference",
    "minutes",
)
"""Kinds that mean the same on any day. Days do if they are written as such."""


def is_other(
    session: Session, line: Line, event: Event, live: Sequence[Event], process: str | None
) -> bool:
    """Whether a line certainly says something else than the event that keeps its key.

    `live` is the history in which the event is, `process` that of its deal, None of a lead.
    """
    kind = kind_of(event)
    ends = [ended for key, ended in _ENDING.items() if key in line.values]
    kinds = FIRST.get(line.op)
    if kinds is not None and kind not in (*kinds, *ends):
        return True
    if isinstance(event, Changed) and _changes_nothing_of(line, event):
        return True
    if _is_other_time(session, line.values.get("at"), event):
        return True
    if any(_is_other_text(line.values.get(key), getattr(event, key, None)) for key in _SAID):
        return True
    if _is_other_stage(session, line, event, process):
        return True
    return any(
        _is_other_value(session, spec, said, kept)
        for spec, said, kept in _compared(line, event, live, process)
    )


def _changes_nothing_of(line: Line, event: Changed) -> bool:
    """Whether an event changed none of the fields that an operation is about."""
    changes = _CHANGES.get(line.op.partition(".")[2].partition(".")[0])
    return changes is not None and not any(
        name.partition("/")[0] in changes for name in event.fields
    )


def _is_other_time(session: Session, said: object, event: Event) -> bool:
    """Whether a day or time that means the same on any day is not that of the event."""
    if not isinstance(said, str) or not said[:1].isdigit():
        return False
    calendar = session.calendar
    try:
        if len(said) == len("2026-11-02"):
            return calendar.parse_day(said, session.today) != calendar.day_of(event.at)
        return calendar.parse_instant(said) != event.at
    except SalesError:
        return False


def _is_other_text(said: object, kept: object) -> bool:
    if not isinstance(said, str) or not isinstance(kept, str):
        return False
    return fold_name(" ".join(said.split())) != fold_name(" ".join(kept.split()))


def _is_other_stage(session: Session, line: Line, event: Event, process: str | None) -> bool:
    if isinstance(event, Created):
        said, to = line.values.get("stage"), str(event.fields.get("stage", ""))
    elif isinstance(event, Moved | Closed | Reopened):
        said, to = line.values.get("to", line.values.get("outcome")), event.to
    else:
        return False
    if not isinstance(said, str):
        return False
    if process is None:
        return find_lead_stage(said) != to
    definition = session.process(process)
    won = definition.success.stage if definition.success is not None else ""
    return to not in (stage_id(definition, said), won if said == "won" else "")


_Compared = tuple[FieldSpec | None, Value, Json]


def _compared(
    line: Line, event: Event, live: Sequence[Event], process: str | None
) -> Iterator[_Compared]:
    """(declaration, what the line says, what stood there after the event) of all known keys."""
    for name, beside in _KEPT.get(type(event), {}).items():
        if name in line.values and getattr(event, name) is not None:
            yield beside, line.values[name], getattr(event, name)
    noun, _, verb = line.op.partition(".")
    entry = verb.partition(".")[0]
    if entry in _LISTED and isinstance(event, Changed):
        yield from _of_entry(entry, line, event)
        return
    is_of_record = noun in RECORD_TYPES or noun == "process"
    if not is_of_record or not isinstance(event, Created | Changed | Moved | Closed | Reopened):
        return
    renamed = _FIELD_OF.get(line.op, {})
    if "." in verb and not renamed:
        return
    record = RECORD_TYPES["lead" if process is None else "opportunity"]
    for key, said in line.values.items():
        name = renamed.get(key, key)
        spec = spec_named(record, name)
        if isinstance(said, Mapping) and name in ("custom", "external"):
            yield from _of_mapping(name, said, live, event)
        elif spec is not None and name != "stage":
            yield spec, said, _value_after(live, event, name)


def _of_mapping(
    name: str, said: Mapping[str, str], live: Sequence[Event], event: Event
) -> Iterator[_Compared]:
    """The same of entries of a mapping; how a custom field writes its values isn't known here."""
    for key, text in said.items():
        kept = _value_after(live, event, f"{name}/{key}")
        if name == "external" or kept is None:
            yield FieldSpec(key, "text", ""), text, kept


def _value_after(live: Sequence[Event], event: Event, name: str) -> Json:
    """A field as the history has it once an event is written."""
    value: Json = None
    for one in live:
        if isinstance(one, Created):
            top, _, key = name.partition("/")
            value = one.fields.get(top)
            value = value.get(key) if key and isinstance(value, Mapping) else value
        elif isinstance(one, Changed | Moved | Closed | Reopened) and name in one.fields:
            value = one.fields[name][1]
        if one.id == event.id:
            break
    return value


def _of_entry(word: str, line: Line, event: Changed) -> Iterator[_Compared]:
    """The same of an entry of a list: which one, and its values that the event has."""
    where, record = _LISTED[word]
    listed = [path.split("/") for path in event.fields if path.partition("/")[0] == where]
    main = event.fields.get(f"main_{word}")
    ids = {path[1] for path in listed} or {one for one in main or () if isinstance(one, str)}
    if len(ids) == 1 and word in line.values:
        yield spec_named(record, word), line.values[word], next(iter(ids))
    for path in listed:
        after = event.fields["/".join(path)][1]
        values = {path[2]: after} if len(path) > 2 else after
        if isinstance(values, Mapping):
            for key, kept in values.items():
                if key in line.values:
                    yield spec_named(record, key), line.values[key], kept


def _is_other_value(session: Session, spec: FieldSpec | None, said: Value, kept: Json) -> bool:
    if spec is None or not isinstance(said, str):
        return False
    if spec.kind not in _PLAIN and not (spec.kind == "day" and said[:1].isdigit()):
        return False
    if spec.kind == "text" and said and kept:
        return _is_other_text(said, kept)
    try:
        if spec.kind == "reference" and said:
            found = find_reference(session, spec.target, said, spec.name)
            return _end(session, spec, found) != _end(session, spec, str(kept))
        if spec.kind == "minutes":
            return parse_minutes(said) != kept
        return read_value(session, spec, said) != kept
    except SalesError:  # what it meant then can't be told any more
        return False


def _end(session: Session, spec: FieldSpec, named: str) -> str:
    """What is named, or what that was merged into since."""
    found = find_by_id(session, named) if BORN.intersection(spec.target.split("|")) else None
    if found is None or found.kind not in ("account", "contact"):
        return named
    return end_of_merges(session, found).id
