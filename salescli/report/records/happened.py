"""What happened to a deal or lead, kind by kind, as it stands in JSON documents of both.

Keys are those of the events, so that a list of one kind and a record say the same. Pure.
"""

from collections.abc import Sequence
from typing import Any

from salescli.model.activities import Activity, Proposal, build_activities, build_proposals
from salescli.model.approvals import Approval, build_approvals
from salescli.model.calendar import Calendar, format_instant
from salescli.model.events import Attached, Event, Mailed, Noted, Posted, Worked
from salescli.model.tactics import Tactic, build_tactics
from salescli.report.text.json_text import Document


def build_happened(events: Sequence[Event], calendar: Calendar) -> Document:
    """Everything that happened, kind by kind; `events` are live and in fold order."""
    return {
        "activities": [_activity(one) for one in build_activities(events).values()],
        "proposals": [_proposal(one) for one in build_proposals(events).values()],
        "approvals": [build_approval_document(one) for one in build_approvals(events).values()],
        "mails": [
            _own(one, "mail", "direction", "from_", "to", "cc", "subject", "excerpt", "file")
            | {"attachments": list(one.attachments)}
            for one in events
            if isinstance(one, Mailed)
        ],
        "files": [
            _own(one, "file", "url", "title", "bytes", "sha256")
            for one in events
            if isinstance(one, Attached)
        ],
        "posts": [
            _own(one, "post", "reply_to", "text", "mentions")
            for one in events
            if isinstance(one, Posted)
        ],
        "notes": [_own(one, "text") for one in events if isinstance(one, Noted)],
        "work": [
            _own(one, "person", "minutes", "note") for one in events if isinstance(one, Worked)
        ],
        "tactics": [
            build_tactic_document(one, calendar) for one in build_tactics(events, calendar)
        ],
    }


def build_tactic_document(entry: Tactic, calendar: Calendar) -> Document:
    """A tactic with the local days from which and until which it held; until null it holds."""
    until = None if entry.until is None else calendar.day_of(entry.until).isoformat()
    return {
        "text": entry.text,
        "by": entry.by,
        "from": calendar.day_of(entry.since).isoformat(),
        "until": until,
        "checked_on": list(entry.checked_on),
    }


def _proposal(one: Proposal) -> Document:
    return {
        "proposal": one.id,
        "number": one.number,
        "version": one.version,
        "state": one.state,
        "amount": str(one.amount) if one.amount else None,
        "file": one.file,
        "at": None if one.at is None else format_instant(one.at),
    }


def build_approval_document(one: Approval) -> Document:
    """What was asked for, with its decision, if there is one yet; instants in UTC."""
    is_decided = one.decided_at is not None
    return {
        "event": one.event,
        "at": format_instant(one.asked_at),
        "by": one.asked_by,
        "approval": one.id,
        "of": list(one.of),
        "subject": one.subject,
        "step": one.step,
        "state": one.state,
        "decision": one.state if is_decided else None,
        "decided_at": format_instant(one.decided_at) if one.decided_at else None,
        "decided_by": one.decided_by,
        "note": one.note,
    }


def _own(event: Event, *names: str) -> dict[str, Any]:
    """When, by whom, and these keys of an event."""
    return {
        "event": event.id,
        "at": format_instant(event.at),
        "by": event.by,
        **{name.rstrip("_"): getattr(event, name) for name in names},
    }


def _activity(one: Activity) -> Document:
    return {
        "activity": one.id,
        "type": one.type,
        "title": one.title,
        "owner": one.owner,
        "state": one.state,
        "result": one.result,
        "start": None if one.start_at is None else format_instant(one.start_at),
        "minutes": one.minutes,
        "people": list(one.people),
        "step": one.step,
        "run": one.run,
        "planned_at": None if one.planned_at is None else format_instant(one.planned_at),
        "closed_at": None if one.closed_at is None else format_instant(one.closed_at),
    }
