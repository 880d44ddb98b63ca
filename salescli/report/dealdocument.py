"""A deal as one JSON document: what is on disk, what is computed, what its history holds.

Owns the shape of `salescli/opportunity@1`. Pure.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from salescli.model.activities import Activity, Proposal
from salescli.model.calendar import format_instant
from salescli.model.conversion import build_document
from salescli.model.events import (
    Asked,
    Attached,
    Decided,
    Event,
    Mailed,
    Noted,
    Posted,
    Worked,
)
from salescli.model.visits import Visit
from salescli.report.dealview import DealView, day_at, stage_days, tactics_of
from salescli.report.documents import Document
from salescli.report.stakeholders import build_stakeholders_document

OPPORTUNITY_SCHEMA = "salescli/opportunity@1"


def build_deal_document(view: DealView) -> Document:
    """A deal as a document: the fields of its file, then `computed`, then `history`.

    Instants are UTC, money and percentages text. What was voided is nowhere in it.
    """
    return {
        "schema": OPPORTUNITY_SCHEMA,
        "as_of": view.today.isoformat(),
        **build_document(view.deal),
        **({"units": list(view.units)} if view.units else {}),
        "computed": _computed(view),
        "history": _history(view),
    }


def _computed(view: DealView) -> Document:
    computed = view.computed
    amounts = {"amount": computed.amount, "value": computed.value, "weighted": computed.weighted}
    return {
        "status": computed.status,
        "probability": computed.probability,
        **{name: str(money) if money else None for name, money in amounts.items()},
        "created_on": computed.created_on.isoformat() if computed.created_on else None,
        "closed_on": computed.closed_on.isoformat() if computed.closed_on else None,
        "days_in_funnel": computed.days_in_funnel,
        "days_at_stage": computed.days_at_stage,
        "quiet_days": computed.quiet_days,
        "overdue": computed.overdue,
        "stale": computed.stale,
        "hours": f"{computed.hours:f}",
        "completeness": f"{computed.completeness_percent:f}",
        "missing": [entry.field for entry in view.missing],
        "warnings": list(view.warnings),
        "client_name": view.client,
        "people": build_stakeholders_document(view.people),
        "stages": [
            {"stage": one.stage, "name": one.name, "mark": one.mark, "days": one.days}
            for one in stage_days(view)
        ],
        "visits": [_visit(view, visit) for visit in computed.visits],
    }


def _visit(view: DealView, visit: Visit) -> Document:
    """A stay in a stage; `days` are local days, to the reporting day while it runs."""
    ended = visit.ended_at
    end_on = view.today if ended is None else day_at(view, ended)
    return {
        "stage": visit.stage,
        "started_at": _instant(visit.started_at),
        "ended_at": None if ended is None else _instant(ended),
        "days": (end_on - day_at(view, visit.started_at)).days,
        "skipped": visit.is_skipped,
        "historical": visit.historical,
    }


def _instant(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))


def _history(view: DealView) -> Document:
    events = view.events
    return {
        "activities": [_activity(one) for one in view.computed.activities],
        "proposals": [_proposal(one) for one in view.computed.proposals],
        "approvals": _approvals(events),
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
            {"at": format_instant(one.at), "by": one.by, "text": one.text}
            for one in tactics_of(events)
        ],
    }


def _proposal(one: Proposal) -> Document:
    return {
        "id": one.id,
        "number": one.number,
        "version": one.version,
        "state": one.state,
        "amount": str(one.amount) if one.amount else None,
        "file": one.file,
        "at": None if one.at is None else format_instant(one.at),
    }


def _approvals(events: Sequence[Event]) -> list[Document]:
    """What was asked for, each with its decision, if there is one yet."""
    decided = {event.approval: event for event in events if isinstance(event, Decided)}
    found = []
    for one in events:
        if isinstance(one, Asked):
            answer = decided.get(one.approval)
            decision = {
                "decision": answer.decision if answer else None,
                "decided_at": format_instant(answer.at) if answer else None,
            }
            found.append(_own(one, "approval", "of", "subject") | decision)
    return found


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
        "id": one.id,
        "type": one.type,
        "title": one.title,
        "owner": one.owner,
        "state": one.state,
        "result": one.result,
        "start": None if one.start_at is None else format_instant(one.start_at),
        "minutes": one.minutes,
        "people": list(one.people),
        "step": one.step,
        "planned_at": None if one.planned_at is None else format_instant(one.planned_at),
        "closed_at": None if one.closed_at is None else format_instant(one.closed_at),
    }
