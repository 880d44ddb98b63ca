"""What a lead wants now: the commands that take it on from where it stands."""

from collections.abc import Sequence

from salescli.model.leads import AWAITING, HANDED_OFF, is_final
from salescli.workspace.covering import is_open
from salescli.workspace.deals import LoadedDeal, LoadedLead
from salescli.workspace.session import Session

WANTED = ("client", "need", "budget", "decision_date")


def missing_in(lead: LoadedLead) -> list[str]:
    """The fields of an open lead that a sale will ask for and that nobody knows yet."""
    if is_final(lead.facts.stage):
        return []
    return [name for name in WANTED if getattr(lead.facts, name) is None]


def go_on(session: Session, lead: LoadedLead, deals: Sequence[LoadedDeal]) -> list[str]:
    """The commands that come next for a lead, the likeliest first."""
    address, facts = session.short(lead.id), lead.facts
    whose = ""
    if facts.client is None:
        whose = " --client NAME"
        if facts.person or facts.company:
            whose = f" --create-client {'contact' if facts.person else 'account'}"
    if facts.stage in ("qualification", "nurturing"):
        return [
            f"salescli lead qualify {address}{whose}",
            f"salescli lead disqualify {address} --reason VALUE",
        ]
    covering = [deal for deal in deals if is_open(session, deal)]
    if facts.stage == HANDED_OFF or (facts.stage == AWAITING and not covering):
        return [f"salescli lead convert {address}{whose}"]
    if facts.stage == AWAITING:
        return [f"salescli next {session.short(deal.id)}" for deal in covering]
    return [f"salescli lead move {address} --to {HANDED_OFF}"]
