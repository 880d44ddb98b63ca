"""The board: the open deals of one process that meet conditions, as cards."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from salescli.model.deal import Deal
from salescli.model.errors import Finding
from salescli.model.expression import compile_condition
from salescli.model.ids import shared_start
from salescli.model.money import parse_money
from salescli.report.records.board import Card, Column, build_board
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.listing import acting, kind_names, read_conditions
from salescli.workspace.named import find_process
from salescli.workspace.session import Session
from salescli.workspace.storerows import access_of_store, name_invalid

MOST_CARDS = 10  # of a stage on a terminal
LEAST_CHARACTERS = 4  # of an id's beginning


class Board(msgspec.Struct, frozen=True):
    """A board, how many deals are on it, and how many open ones of other processes are not."""

    columns: tuple[Column, ...]
    shown: int
    other: int
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]


class _Found(msgspec.Struct, frozen=True):
    """What one store has for a board: cards, open deals of other processes, what can't be read."""

    cards: list[Card]
    other: int
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]


def read_board(session: Session, where: Sequence[str], process: str | None = None) -> Board:
    """The board of a process, default the store's; `where` are conditions as lists take them.

    Archived deals are closed ones, so none is on it. Of a group the cards of all stores stand
    under the stages of all. Raises `WrongUsage`, `NotFound`.
    """
    chosen = find_process(session, process)
    definition = session.process(chosen)
    if session.stores:  # what is wrong with the words is told once, not by each store
        acting(session, read_conditions(kind_names(session, "opportunity"), where))
    parts = session.over_stores(find_cards, tuple(where), chosen)
    cards = [card for part in parts for card in part.cards]
    return Board(
        build_board(cards, definition),
        len(cards),
        sum(part.other for part in parts),
        tuple(one for part in parts for one in part.invalid),
    )


def find_cards(session: Session, where: Sequence[str], process: str) -> _Found:
    """The cards of one store."""
    session.index.refresh()
    conditions = read_conditions(kind_names(session, "opportunity"), where)
    me = acting(session, conditions)
    rows = DealRows(session)
    access = access_of_store(session, rows.access)
    tests = [compile_condition(one, session.today, me, access) for one in conditions]
    ids: list[str] = []
    deals: list[Deal] = []
    other = 0
    for deal in session.index.deals():
        ids.append(deal.id)
        if rows.status(deal) == "open" and all(test(deal) for test in tests):
            if deal.process == process:
                deals.append(deal)
            else:
                other += 1
    clients = _client_names(session, {deal.client for deal in deals})
    # What is short in one store may be another's in the next.
    addresses = {one: one for one in ids} if session.store else short_ids(ids)
    cards = build_cards(deals, rows, clients, addresses, session.store)
    invalid = name_invalid(session, session.index.invalid(), session.store)
    return _Found(cards, other, tuple(invalid))


def build_cards(
    deals: Sequence[Deal],
    rows: DealRows,
    clients: Mapping[str, str],
    addresses: Mapping[str, str],
    store: str = "",
) -> list[Card]:
    """A card of each deal: its value, and how long it stands where it stands."""
    return [
        Card(
            id=deal.id,
            title=deal.title,
            stage=deal.stage,
            address=addresses[deal.id],
            client=clients.get(deal.client, deal.client),
            money=None if (value := rows.value(deal)) is None else parse_money(value),
            days=rows.days_at_stage(deal),
            overdue=rows.overdue(deal),
            store=store,
        )
        for deal in deals
    ]


def _client_names(session: Session, ids: set[str]) -> dict[str, str]:
    return {
        facts.id: facts.document["name"]
        for kind in ("account", "contact")
        for facts in session.index.documents(kind, [one for one in ids if one[:3] == kind[:3]])
    }


def short_ids(ids: Sequence[str]) -> dict[str, str]:
    """id → the shortest beginning, without its kind, that no other of these ids of one kind has.

    At once for all of them: asking the index for each takes two queries.
    """
    ordered = sorted(set(ids))
    shared = [shared_start(left, right) for left, right in pairwise(ordered)]
    found = {}
    for place, record_id in enumerate(ordered):
        both = shared[max(place - 1, 0) : place + 1]
        start = record_id.index("-") + 1
        found[record_id] = record_id[
            start : max(start + LEAST_CHARACTERS, max(both, default=0) + 1)
        ]
    return found
