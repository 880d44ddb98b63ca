"""The deals that are somebody's affair today: their own, and those where a step waits for them.

What the index says chooses the deals; each is then read from its files.
"""

import msgspec

from salescli.workspace.deal_rows import DealRows
from salescli.workspace.guiding import Guided, Waiting, guide
from salescli.workspace.session import Session


class Morning(msgspec.Struct, frozen=True):
    """What a person's open deals want, those first that want something today."""

    person: str
    name: str
    wanting: tuple[Guided, ...]
    rest: tuple[Guided, ...]

    def first(self, count: int) -> "Morning":
        """The same with its first deals alone."""
        rest = self.rest[: max(count - len(self.wanting), 0)]
        return msgspec.structs.replace(self, wanting=self.wanting[:count], rest=rest)

    @property
    def all(self) -> tuple[Guided, ...]:
        """All of them, in this order."""
        return self.wanting + self.rest


def read_morning(session: Session, person: str) -> Morning:
    """Everything that a person's deals want; the longest at its stage first."""
    wanting: list[Guided] = []
    rest: list[Guided] = []
    for deal_id in open_deals_of(session, person):
        one = guide(session, deal_id)
        (wanting if wants_today(one, person) else rest).append(one)
    entry = session.team.people.get(person)
    return Morning(person, entry.name if entry else person, tuple(wanting), tuple(rest))


def wants_today(one: Guided, person: str) -> bool:
    """Whether a deal wants something of a person today.

    Of its owner: where something is late or due, it lies still, is at its stage for longer than
    the limit, its close date has passed, or its stage has come to its end; of others: where
    something of their own is late or due.
    """
    if one.deal.facts.owner != person:
        return any(_is_due(one, entry) for entry in one.waiting if entry.activity.owner == person)
    guidance = one.guidance
    is_alarming = guidance.is_stale or guidance.is_over_limit or guidance.overdue_since is not None
    is_due = any(_is_due(one, entry) for entry in one.waiting)
    return is_due or is_alarming or guidance.has_come_to_end


def _is_due(one: Guided, entry: Waiting) -> bool:
    return entry.due_on is not None and entry.due_on <= one.today


def open_deals_of(session: Session, person: str) -> list[str]:
    """Ids of the open deals that a person owns or has an open activity in.

    The longest at its stage first.
    """
    session.index.refresh()
    rows = DealRows(session)
    awaited = {
        facts.id
        for facts in session.index.facts()
        if any(one.owner == person for one in facts.waiting)
    }
    found = [
        deal
        for deal in session.index.deals()
        if (deal.owner == person or deal.id in awaited) and rows.status(deal) == "open"
    ]
    found.sort(key=lambda deal: (deal.visits[-1].started_at if deal.visits else 0, deal.id))
    return [deal.id for deal in found]
