"""The board: the open deals of one process that meet conditions, as cards."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from salescli.model.deal import Deal
from salescli.model.errors import Finding
from salescli.model.expression import compile_condition, parse_condition
from salescli.model.ids import shared_start
from salescli.model.money import parse_money
from salescli.report.records.board import Card, Column, build_board
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.listing import kind_names
from salescli.workspace.named import find_process
from salescli.workspace.session import Session

MOST_CARDS = 10  # of a stage on a terminal
LEAST_CHARACTERS = 4  # of an id's beginning


class Board(msgspec.Struct, frozen=True):
    """A board, how many deals are on it, and how many open ones of other processes are not."""

    columns: tuple[Column, ...]
    shown: int
    other: int
    invalid: tuple[tuple[str, tuple[Finding, ...]], ...]


def read_board(session: Session, where: Sequence[str], process: str | None = None) -> Board:
    """The board of a process, default the store's; `where` are conditions as lists take them.

    Archived deals are closed ones, so none is on it. Raises `WrongUsage`, `NotFound`.
    """
    session.index.refresh()
    chosen = find_process(session, process)
    definition = session.process(chosen)
    names = kind_names(session, "opportunity")
    conditions = [parse_condition(text, names) for text in where]
    me = session.actor if any("@me" in one.values for one in conditions) else None
    rows = DealRows(session)
    tests = [compile_condition(one, session.today, me, rows.access) for one in conditions]
    ids: list[str] = []
    deals: list[Deal] = []
    other = 0
    for deal in session.index.deals():
        ids.append(deal.id)
        if rows.status(deal) == "open" and all(test(deal) for test in tests):
            if deal.process == chosen:
                deals.append(deal)
            else:
                other += 1
    clients = {deal.client for deal in deals}
    cards = build_cards(deals, rows, _client_names(session, clients), short_ids(ids))
    invalid = tuple(session.index.invalid())
    return Board(build_board(cards, definition), len(cards), other, invalid)


def build_cards(
    deals: Sequence[Deal], rows: DealRows, clients: Mapping[str, str], addresses: Mapping[str, str]
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
