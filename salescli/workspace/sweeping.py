"""One walk through all deals for many figures: each deal is read once, as of each instant."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from salescli.model.deal import Deal
from salescli.model.visits import seconds
from salescli.report.figures import Partial
from salescli.workspace.session import Session

Part = tuple[int, Callable[[Deal], Any]]
"""An instant in seconds, and what a deal contributes to a figure as it stood then; None nothing."""


def add_up_at(session: Session, parts: Sequence[Part], *, with_ids: bool) -> list[Partial[Any]]:
    """A partial for each part; no deal is held longer than it takes to count it.

    The index is as it was last refreshed. Raises `Damaged` for a history that can't be read.
    """
    now = seconds(session.now)
    ends = [min(end, now) for end, _ in parts]
    instants = list(dict.fromkeys(ends))
    counts: list[dict[Any, int]] = [{} for _ in parts]
    ids: list[dict[Any, list[str]]] = [{} for _ in parts]
    jobs = [
        (instants.index(end), contribute, counts[place], ids[place])
        for place, (end, (_, contribute)) in enumerate(zip(ends, parts, strict=True))
    ]
    for states in _states(session, instants, now):
        for place, contribute, counted, found in jobs:
            deal = states[place]
            shape = None if deal is None else contribute(deal)
            if deal is None or shape is None:
                continue
            counted[shape] = counted.get(shape, 0) + 1
            if with_ids:
                found.setdefault(shape, []).append(deal.id)
    if not with_ids:
        return [Partial(count) for count in counts]
    kept = [{shape: tuple(who) for shape, who in one.items()} for one in ids]
    return [Partial(count, who) for count, who in zip(counts, kept, strict=True)]


def _states(session: Session, instants: Sequence[int], now: int) -> Iterator[Sequence[Deal | None]]:
    """Each deal as of each instant; what is asked of now alone opens no history."""
    if list(instants) == [now]:
        return ((deal,) for deal in session.index.deals())
    return session.index.deals_at(
        [None if end >= now else datetime.fromtimestamp(end, UTC) for end in instants]
    )
