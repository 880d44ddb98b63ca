"""What `next` says of deals: the engine's guidance for one, or for all that somebody owns."""

import msgspec

from salescli.model.computed import Computed
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, WrongUsage
from salescli.process.guidance import Guidance, build_guidance
from salescli.workspace.addressing import find_by_id, title_of
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import open_deal
from salescli.workspace.session import Session
from salescli.workspace.stages import compute, standing_at


class Guided(msgspec.Struct, frozen=True):
    """A deal with what can be said about it today."""

    deal: LoadedDeal
    definition: Definition
    computed: Computed
    guidance: Guidance
    client: str  # the client's name


def guide(session: Session, text: str) -> Guided:
    """What the deal that `text` names wants now."""
    return guide_loaded(session, open_deal(session, text))


def guide_loaded(session: Session, deal: LoadedDeal) -> Guided:
    """What a loaded deal wants now."""
    definition = session.process(deal.facts.process)
    computed = compute(session, deal, definition, session.today)
    standing = standing_at(session, deal, session.now, _me(session))
    guidance = build_guidance(standing, computed)
    return Guided(deal, definition, computed, guidance, client_name(session, deal.facts.client))


def _me(session: Session) -> str | None:
    """Who acts, if anybody is known to: whoever reads need not be one of the team."""
    try:
        return session.actor
    except WrongUsage:
        return None


def client_name(session: Session, client_id: str) -> str:
    """The name that an account's or contact's file says; its id where no file tells one."""
    try:
        found = find_by_id(session, client_id)
        return (title_of(session, found) if found else "") or client_id
    except Damaged:
        return client_id


def open_deals_of(session: Session, person: str) -> list[str]:
    """Ids of the open deals that a person owns, the oldest at its stage first."""
    session.index.refresh()
    rows = DealRows(session)
    mine = [
        deal
        for deal in session.index.deals()
        if deal.owner == person and rows.status(deal) == "open"
    ]
    mine.sort(key=lambda deal: (deal.visits[-1].started_at if deal.visits else 0, deal.id))
    return [deal.id for deal in mine]
