"""Whether the event that keeps an idempotency key can be what a line with that key would write.

An event doesn't hold its line, so this tells what certainly differs: another operation, another
text, stage or value. What can't be compared, like days that are said relative to today, may be the
same. Knows events and lines; no index.
"""

from collections.abc import Mapping, Sequence

from salescli.model.batchlines import Line
from salescli.model.definition import stage_id
from salescli.model.errors import SalesError
from salescli.model.events import Changed, Closed, Event, Moved, Reopened, kind_of
from salescli.model.fields import FieldSpec, spec_named
from salescli.model.ids import fold_name
from salescli.model.leads import find_lead_stage
from salescli.model.records import RECORD_TYPES
from salescli.workspace.session import Session
from salescli.workspace.values import read_value

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
_SAID = ("text", "title", "subject")  # keys whose text an event keeps as it is
_PLAIN = ("money", "choice", "text", "whole", "yes-no")  # kinds that mean the same on any day


def is_other(session: Session, line: Line, event: Event, process: str | None) -> bool:
    """Whether a line certainly says something else than the event that keeps its key.

    `process` is that of the event's deal, None of a lead.
    """
    kind = kind_of(event)
    ends = [ended for key, ended in _ENDING.items() if key in line.values]
    kinds = FIRST.get(line.op)
    if kinds is not None and kind not in (*kinds, *ends):
        return True
    if any(_is_other_text(line.values.get(key), getattr(event, key, None)) for key in _SAID):
        return True
    if isinstance(event, Moved | Closed | Reopened):
        return _is_other_stage(session, line, event.to, process)
    if isinstance(event, Changed):
        return _is_other_change(session, line, event)
    return False


def _is_other_text(said: object, kept: object) -> bool:
    if not isinstance(said, str) or not isinstance(kept, str):
        return False
    return fold_name(" ".join(said.split())) != fold_name(" ".join(kept.split()))


def _is_other_stage(session: Session, line: Line, to: str, process: str | None) -> bool:
    said = line.values.get("to", line.values.get("outcome"))
    if not isinstance(said, str):
        return False
    if process is None:
        return find_lead_stage(said) != to
    definition = session.process(process)
    won = definition.success.stage if definition.success is not None else ""
    return to not in (stage_id(definition, said), won if said == "won" else "")


def _is_other_change(session: Session, line: Line, event: Changed) -> bool:
    """Whether no field that the event changed is one of the line, or one got another value."""
    noun, _, verb = line.op.partition(".")
    changes = _CHANGES.get(verb.partition(".")[0])
    if changes is not None:
        return not any(name.partition("/")[0] in changes for name in event.fields)
    if verb != "set":
        return False
    record = RECORD_TYPES[noun]
    known = {name: event.fields[name] for name in event.fields if name in line.values}
    others = [name for name in line.values if spec_named(record, name) is not None]
    if not known:
        return bool(others) and not any("/" in name for name in event.fields)
    for name, change in known.items():
        spec, said = spec_named(record, name), line.values[name]
        is_plain = spec is not None and isinstance(said, str) and spec.kind in _PLAIN
        if is_plain and _is_other_value(session, spec, said, change[1]):  # type: ignore[arg-type]
            return True
    return False


def _is_other_value(session: Session, spec: FieldSpec, said: str, kept: object) -> bool:
    try:
        return read_value(session, spec, said) != kept
    except SalesError:  # what it meant then can't be told any more
        return False
