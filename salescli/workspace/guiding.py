"""What `next` says of deals: the engine's guidance for one, or for all that somebody owns."""

import msgspec

from salescli.model.computed import Computed
from salescli.model.definition import Definition
from salescli.process.guidance import Guidance, build_guidance
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import open_deal
from salescli.workspace.session import Session
from salescli.workspace.stages import build_standing, compute


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
    standing = build_standing(session, deal, {"at": session.now})
    guidance = build_guidance(standing, computed)
    return Guided(deal, definition, computed, guidance, client_name(session, deal.facts.client))


def client_name(session: Session, client_id: str) -> str:
    """The name of an account or contact; its id where the index doesn't know it."""
    for kind in ("account", "contact"):
        for facts in session.index.documents(kind, [client_id]):
            return str(facts.document["name"])
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
