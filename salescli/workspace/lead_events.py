"""Writing to one lead: fields and stage change by one event, and the file is patched to match.

All that alters a lead comes through here: its own commands, and what deals do to their leads.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from salescli.model.conversion import build_document, build_record
from salescli.model.errors import Gathered, Refused
from salescli.model.events import Changed, Event, Json, Moved, last_stage_event
from salescli.model.facts import State, build_document_of, build_state
from salescli.model.leads import check_lead, check_step, stages_undone
from salescli.model.records import Lead
from salescli.store import layout
from salescli.workspace.deals import (
    LoadedLead,
    event_head,
    refuse_unrecorded_stage,
    stage_event,
    stage_fields,
)
from salescli.workspace.opportunities import Fields, as_tree, put_fields
from salescli.workspace.session import Session


def write_lead(
    session: Session,
    lead: LoadedLead,
    fields: Fields,
    *,
    to: str | None = None,
    note: str | None = None,
    head: Mapping[str, Any] | None = None,
) -> Event | None:
    """Change fields of a lead, and its stage, by one event; None where nothing changes.

    `fields` is {path: [before, after]}; a new stage takes the reason of a disqualification and
    the archive with it. `head` are the event's first keys, where the caller knows them. Raises
    `Refused` with every rule that the lead would break.
    """
    if to is None and not fields:
        return None
    gathered = Gathered()
    changes = dict(fields)
    if to is not None:
        refuse_unrecorded_stage(lead)
        with gathered.trying("stage"):
            Refused.raise_if(check_step(lead.facts.stage, to, session.short(lead.id)))
        changes = {**_left_behind(lead, to), **changes}
    order = layout.KEY_ORDER["lead"]
    changes = dict(sorted(changes.items(), key=lambda pair: order.index(pair[0].split("/")[0])))
    stage: dict[str, list[Json]] = {} if to is None else {"stage": [lead.facts.stage, to]}
    with gathered.trying():
        state = build_state(build_document(lead.facts), Lead)
        put_fields(state, {**stage, **changes})
        Refused.raise_if(check_lead(build_lead_record(lead.id, state)))
    gathered.raise_all()
    first = event_head(session, lead) if head is None else head
    event: Event
    if to is None:
        event = Changed(**first, note=note, fields=changes)
    else:
        undone = stages_undone(lead.live, lead.facts.stage, to)
        event = Moved(
            **first, note=note, from_=lead.facts.stage, to=to, undone=undone, fields=changes
        )
    stage_event(session, lead, event)
    stage_fields(session, lead, {**stage, **changes})
    return event


def _left_behind(lead: LoadedLead, to: str) -> dict[str, list[Json]]:
    """What doesn't outlive the stage that a lead leaves."""
    fields: dict[str, list[Json]] = {}
    if lead.facts.disqualify_reason is not None and to != "disqualified":
        fields["disqualify_reason"] = [lead.facts.disqualify_reason, None]
    if lead.facts.archived:
        fields["archived"] = [True, None]
    return fields


def build_lead_record(lead_id: str, state: State) -> Lead:
    """The typed record that a state makes."""
    return build_record({"id": lead_id, **as_tree(build_document_of(state, Lead))}, Lead)


def head_after(session: Session, lead: LoadedLead, at: datetime, key: str | None = None) -> Any:
    """The first keys of an event that follows from one of a deal's at that instant.

    Like the clock it never lies before the lead's own last change of stage.
    """
    last = last_stage_event(lead.live)
    head = event_head(session, lead)
    head["at"] = max(at, last.at) if last else at
    head["key"] = key
    if head["at"] != session.now:
        head["logged"] = session.now
    else:
        head.pop("logged", None)
    return head
