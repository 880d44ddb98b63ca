"""Deals as they stood at past instants, of what the index holds now and their histories.

Must not know where either is kept: both are handed in.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from salescli.model.deal import Deal, build_deal
from salescli.model.errors import Damaged
from salescli.model.events import Created, Event, live_events
from salescli.model.facts import fold
from salescli.model.pasts import earlier_runs, restore
from salescli.model.visits import seconds
from salescli.store.codec import read_history
from salescli.store.digest import UNFIT, unfoldable
from salescli.store.packing import PackedPast

History = Callable[[str], tuple[str, bytes]]
"""A deal's id → the path of its history and its bytes."""

_NEVER = 1 << 62


def deals_at(
    deals: Iterable[tuple[Deal, PackedPast | None]],
    instants: Sequence[datetime | None],
    read: History,
) -> Iterator[Sequence[Deal | None]]:
    """Each deal of now as the events until each instant say; None where it began later.

    The instant None is now. A history is read once, and only where the deal is another one at
    some instant and its past isn't known. Raises `Damaged`.
    """
    limits = [None if one is None else seconds(one) for one in instants]
    for deal, past in deals:
        known = [_known_at(deal, limit) for limit in limits]
        states = [state for _, state in known]
        unknown = [place for place, (is_known, _) in enumerate(known) if not is_known]
        if unknown and past is not None and not deal.differs:
            ends = [(place, end) for place in unknown if (end := limits[place]) is not None]
            restored = restore(deal, past.unpack(), (end for _, end in ends))
            for place, end in ends:
                states[place] = restored[end]
        elif unknown:
            file, source = read(deal.id)
            days = [one for place in unknown if (one := instants[place]) is not None]
            found = deals_as_of(deal.id, source, file, days)
            for place, state in zip(unknown, found, strict=True):
                states[place] = _marked(state, is_differing=deal.differs)
        yield states


Run = tuple[int, Deal]
"""From which of the instants on a deal was this, until its next run or the last instant."""


def deal_runs(
    deals: Iterable[tuple[Deal, PackedPast | None]],
    instants: Sequence[datetime | None],
    read: History,
) -> Iterator[list[Run]]:
    """The same as `deals_at` of instants in their order, told by the places of changes.

    Raises `Damaged`.
    """
    limits = [_NEVER if one is None else seconds(one) for one in instants]
    for deal, past in deals:
        if deal.differs or (past is None and deal.created_at != deal.changed_at):
            (states,) = deals_at([(deal, past)], instants, read)
            yield _runs_of(states)
            continue
        begun = bisect_left(limits, deal.created_at)
        changed = bisect_left(limits, deal.changed_at)
        runs: list[Run] = []
        if past is not None and begun < changed:
            runs = earlier_runs(deal, past.unpack(), limits, begun, changed)
        if changed < len(limits):
            runs.append((changed, deal))
        yield runs


def _runs_of(states: Sequence[Deal | None]) -> list[Run]:
    before = [None, *states]
    return [
        (place, deal)
        for place, deal in enumerate(states)
        if deal is not None and deal is not before[place]
    ]


def _known_at(deal: Deal, limit: int | None) -> tuple[bool, Deal | None]:
    """Whether the deal of now tells what it was until `limit`, and what it was."""
    if limit is None:
        return True, deal
    if deal.differs:
        return False, None
    if deal.created_at > limit:
        return True, None
    return deal.changed_at <= limit, deal


def _marked(state: Deal | None, *, is_differing: bool) -> Deal | None:
    """A past day tells the history, and still that the file of the record says something else."""
    if state is None or not is_differing:
        return state
    return msgspec.structs.replace(state, differs=True)


def deals_as_of(
    record_id: str, source: bytes, file: str, instants: Sequence[datetime]
) -> list[Deal | None]:
    """A deal as the events of its history until each instant say; None where it began later.

    It is built anew only where something happened between an instant and the one before it.
    Raises `Damaged`.
    """
    events = read_history(source, file)
    built: dict[int, Deal | None] = {}  # by the number of events that had happened
    found = []
    for instant in instants:
        happened = sum(event.at <= instant for event in events)
        if happened not in built:
            built[happened] = _build_as_of(record_id, events, file, instant)
        found.append(built[happened])
    return found


def _build_as_of(
    record_id: str, events: Sequence[Event], file: str, instant: datetime
) -> Deal | None:
    try:
        live = live_events(events, instant)
        if not any(isinstance(event, Created) for event in live):
            return None
        return build_deal(record_id, fold(live), live, is_folded=True)
    except UNFIT as error:
        raise Damaged(unfoldable(file, error)) from error
