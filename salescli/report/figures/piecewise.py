"""Contributions to a series: asked anew only where a deal, or the day, makes another of them.

Pure: spans in their order, and deals as runs of them in, a partial for each span out.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from salescli.model.deal import Deal
from salescli.report.figures.figure import Partial

Run = tuple[int, Deal]
"""A deal, and the place of the span from which on it was this."""

Contribute = Callable[[Deal], Hashable | None]
TurningDays = Callable[[Deal], Iterable[int] | None]
"""The days (ordinals) on which a deal that stays as it is may contribute something else.

In the spans between the spans with such a day it contributes one thing alone. None: on any day.
"""


def add_up_runs(
    deals: Iterable[Sequence[Run]],
    last_days: Sequence[int],
    contributions: Sequence[Contribute],
    turning_days: TurningDays,
    *,
    with_ids: bool,
) -> list[Partial[Any]]:
    """A partial for each span; `last_days` are the ordinals of their last days.

    Each deal is given by the spans from which on it was another one.
    """
    size = len(last_days)
    more: list[dict[Any, int]] = [{} for _ in range(size + 1)]  # than in the span before
    ids: list[dict[Any, list[str]]] = [{} for _ in range(size)]
    for runs in deals:
        ends = [*(place for place, _ in runs), size]
        for (first, deal), end in zip(runs, ends[1:], strict=True):
            days = turning_days(deal)
            if days is None:
                turns = list(range(first, end))
            else:
                places = {bisect_left(last_days, day, first) for day in days}
                turns = sorted(place for place in places if place < end)
            for begin, until in _pieces(first, end, turns) if turns else ((first, end),):
                shape = contributions[begin](deal)
                if shape is None:
                    continue
                more[begin][shape] = more[begin].get(shape, 0) + 1
                more[until][shape] = more[until].get(shape, 0) - 1
                if with_ids:
                    for place in range(begin, until):
                        ids[place].setdefault(shape, []).append(deal.id)
    found = [{shape: tuple(who) for shape, who in one.items()} for one in ids]
    kept = found if with_ids else [None] * size
    return [Partial(count, who) for count, who in zip(_sum_up(more[:size]), kept, strict=True)]


def _pieces(first: int, end: int, turns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans from `first` until `end`: those in `turns` alone, those between them together."""
    begin = first
    for turn in turns:
        if begin < turn:
            yield begin, turn
        yield turn, turn + 1
        begin = turn + 1
    if begin < end:
        yield begin, end


def _sum_up(more: Iterable[dict[Any, int]]) -> Iterator[dict[Any, int]]:
    running: dict[Any, int] = {}
    for one in more:
        for shape, count in one.items():
            left = running.get(shape, 0) + count
            if left:
                running[shape] = left
            else:
                running.pop(shape, None)
        yield dict(running)
