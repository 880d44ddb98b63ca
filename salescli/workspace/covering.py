"""Leads and the deals that cover them: who covers one, and how leads follow their deal.

Which deal covers a lead stands in the deal alone. A lead that a closing moved has the closing's
id as the key of its event: so a reopening knows what it may take back.
"""

from collections.abc import Mapping, Sequence

from salescli.model.errors import Refused, finding
from salescli.model.events import Closed, Json, Moved, Reopened, last_stage_event
from salescli.model.leads import (
    AWAITING,
    HANDED_OFF,
    is_final,
    lead_stage_name,
    outcome_of_closing,
)
from salescli.report.text.numbers import cut
from salescli.workspace.addressing import find_by_id
from salescli.workspace.deals import Loaded, LoadedDeal, LoadedLead, load_deal, load_lead
from salescli.workspace.lead_events import head_after, write_lead
from salescli.workspace.session import Session

TITLE = 36  # columns of a title in a line of words or a note


def deals_covering(session: Session, lead_id: str) -> list[LoadedDeal]:
    """The deals whose files name a lead, whatever their status; the oldest first.

    The index is brought up to date and each file is asked, so a deal that came by git counts too.
    """
    session.index.refresh()
    found: list[LoadedDeal] = []
    for deal_id in session.index.covering(lead_id):
        located = find_by_id(session, deal_id)
        if located is not None:
            deal = load_deal(session, located.path)
            if lead_id in deal.facts.leads:
                found.append(deal)
    return sorted(found, key=lambda deal: (deal.events[0].at, deal.id))


def is_open(session: Session, deal: Loaded) -> bool:
    """Whether a loaded deal is open."""
    facts = deal.facts
    process = getattr(facts, "process", "")
    return session.process(process).status_of(facts.stage) == "open"


def refuse_uncoverable(session: Session, lead: LoadedLead, but: str = "") -> None:
    """Raise `Refused` if no open deal may take a lead: it has ended, or another covers it.

    `but` is the deal that is to take it.
    """
    if is_final(lead.facts.stage):
        text = f"{lead.facts.title} has ended: {lead_stage_name(lead.facts.stage).lower()}"
        hint = f"salescli lead move {session.short(lead.id)} --to {HANDED_OFF} takes it up again"
        raise Refused(finding("lead-has-ended", text, hint=hint, field="leads"))
    for deal in deals_covering(session, lead.id):
        if deal.id != but and is_open(session, deal):
            address = session.short(deal.id)
            text = f"{lead.facts.title} is covered by an open deal, {deal.facts.title} ({address})"
            hint = f"salescli opportunity lead remove {address} {lead.id} frees it"
            raise Refused(finding("covered-already", text, hint=hint, field="leads"))


def follow_list(
    session: Session, deal: LoadedDeal, fields: Mapping[str, Sequence[Json]]
) -> list[str]:
    """Move the leads that a change of an open deal's list brings or lets go; words about it.

    A lead that comes awaits this sale from now on, one that goes is handed off again. A closed
    deal's list is a record of the past: it moves nothing. Raises `Refused` for one that may not
    come.
    """
    words: list[str] = []
    if not is_open(session, deal):
        return words
    for path, (_, after) in fields.items():
        top, _, lead_id = path.partition("/")
        lead = _find(session, lead_id) if top == "leads" else None
        if lead is None:
            continue
        if after:
            refuse_uncoverable(session, lead, deal.id)
            if lead.facts.stage != AWAITING:
                write_lead(session, lead, {}, to=AWAITING, note=f"Covered by {named(deal)}")
                words.append(told(lead, AWAITING))
        elif lead.facts.stage == AWAITING:
            note = f"No longer covered by {named(deal)}"
            write_lead(session, lead, {}, to=HANDED_OFF, note=note)
            words.append(told(lead, HANDED_OFF))
    return words


def follow_closing(
    session: Session, deal: LoadedDeal, closing: Closed, chosen: str | None = None
) -> list[str]:
    """Move a closed deal's open leads where its outcome, or somebody, says; words about it."""
    status = session.process(deal.facts.process).status_of(closing.to)
    to = outcome_of_closing(status, chosen)
    words: list[str] = []
    for lead_id in deal.facts.leads:
        lead = _find(session, lead_id)
        if lead is None or is_final(lead.facts.stage) or lead.facts.stage == to:
            continue
        head = head_after(session, lead, closing.at, key=closing.id)
        note = f"{named(deal)} was closed: {status}"
        write_lead(session, lead, {}, to=to, note=note, head=head)
        words.append(told(lead, to))
    return words


def leads_elsewhere(session: Session, deal: LoadedDeal) -> dict[str, str]:
    """Leads of a closed deal's list that another deal, still open, covers by now; with words."""
    found: dict[str, str] = {}
    for lead_id in deal.facts.leads:
        others = deals_covering(session, lead_id)
        other = next((one for one in others if one.id != deal.id and is_open(session, one)), None)
        if other is not None:
            found[lead_id] = f"{lead_id} is covered by {named(other)} by now and stays with it."
    return found


def follow_reopening(session: Session, deal: LoadedDeal, reopened: Reopened) -> list[str]:
    """Take back the leads that the last closing moved, and nobody since; words about it."""
    closings = [event for event in deal.live if isinstance(event, Closed)]
    words: list[str] = []
    for lead_id in deal.facts.leads if closings else ():
        lead = _find(session, lead_id)
        last = last_stage_event(lead.live) if lead else None
        is_let_go = f"leads/{lead_id}" in reopened.fields
        if lead is None or not isinstance(last, Moved) or last.key != closings[-1].id or is_let_go:
            continue
        head = head_after(session, lead, reopened.at)
        note = f"{named(deal)} was reopened"
        write_lead(session, lead, {}, to=AWAITING, note=note, head=head)
        words.append(told(lead, AWAITING))
    return words


def told(lead: LoadedLead, to: str) -> str:
    """A lead's move in a line of words."""
    before, after = lead_stage_name(lead.facts.stage), lead_stage_name(to)
    return f"Lead {named(lead)}: {before} → {after}."


def named(record: Loaded) -> str:
    """A record's title as a line of words or a note has room for it."""
    return cut(record.facts.title, TITLE)


def _find(session: Session, lead_id: str) -> LoadedLead | None:
    """A lead of a deal's list; None where the list names nothing, which `check` tells."""
    located = find_by_id(session, lead_id)
    return load_lead(session, located.path) if located else None
