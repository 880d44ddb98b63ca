"""The deals that are somebody's affair today: their own, and those where a step waits for them.

What the index says chooses the deals; each is then read from its files. A store of a group is asked
as it sees itself: its day, its ids, its commands, which are then given its directory.
"""

from msgspec import Struct
from msgspec.structs import replace

from salescli.model.errors import Finding
from salescli.model.renaming import activity_renamer
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.guiding import Guided, Waiting, guide
from salescli.workspace.session import Session
from salescli.workspace.storerows import name_invalid


class Morning(Struct, frozen=True):
    """What a person's open deals want, those first that want something today.

    `invalid` are the files that can't be read, by path.
    """

    person: str
    name: str
    wanting: tuple[Guided, ...]
    rest: tuple[Guided, ...]
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...] = ()

    def first(self, count: int) -> "Morning":
        """The same with its first deals alone."""
        rest = self.rest[: max(count - len(self.wanting), 0)]
        return replace(self, wanting=self.wanting[:count], rest=rest)

    @property
    def all(self) -> tuple[Guided, ...]:
        """All of them, in this order."""
        return self.wanting + self.rest


class _Found(Struct, frozen=True):
    """A deal of one store: since when it stands at its stage, in seconds, and what it wants."""

    since: int
    wants_today: bool
    guided: Guided


def read_morning(session: Session, person: str) -> Morning:
    """Everything that a person's deals want; the longest at its stage first, of all stores."""
    parts = session.over_stores(find_morning, person)
    found = [one for part, _ in parts for one in part]
    found.sort(key=lambda one: (one.since, one.guided.deal.id))
    entry = session.team.people.get(person)
    return Morning(
        person,
        entry.name if entry else person,
        tuple(one.guided for one in found if one.wants_today),
        tuple(one.guided for one in found if not one.wants_today),
        tuple(broken for _, invalid in parts for broken in invalid),
    )


def find_morning(
    session: Session, person: str
) -> tuple[list[_Found], list[tuple[str, tuple[Finding, ...]]]]:
    """The deals of one store, and the files of it that can't be read."""
    own, name = session.own, session.own_id("person", person)
    found = []
    for since, deal_id in open_deals_of(own, name):
        one = guide(own, deal_id)
        guided = replace(one, address=own.short(deal_id))
        found.append(_Found(since, wants_today(one, name), _in_group(session, guided)))
    return found, name_invalid(session, own.index.invalid(), session.store)


def _in_group(session: Session, one: Guided) -> Guided:
    """A deal of a store as its group tells it, without what only the store needs of it."""
    if not session.store:
        return one
    rename = activity_renamer(session.renames)

    def named(entry: Waiting) -> Waiting:
        expected = replace(entry.expected, activity=rename(entry.activity))
        return replace(entry, expected=expected)

    return replace(
        one,
        deal=replace(one.deal, events=(), live=()),
        waiting=tuple(map(named, one.waiting)),
        me=session.known_actor,
        store=session.store,
        place=session.places[session.store],
    )


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


def open_deals_of(session: Session, person: str) -> list[tuple[int, str]]:
    """The open deals that a person owns or has an open activity in: since when, in seconds, each
    stands at its stage, and its id; the longest there first.
    """
    session.index.refresh()
    rows = DealRows(session)
    awaited = {
        facts.id
        for facts in session.index.facts()
        if any(one.owner == person for one in facts.waiting)
    }
    return sorted(
        (deal.visits[-1].started_at if deal.visits else 0, deal.id)
        for deal in session.index.deals()
        if (deal.owner == person or deal.id in awaited) and rows.status(deal) == "open"
    )
