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
    whole: Contribute | None = None,
) -> list[Partial[Any]]:
    """A partial for each span; `last_days` are the ordinals of their last days.

    Each deal is given by the spans from which on it was another one. With `whole` there is one
    more, without ids: what deals contribute to that as they are in the end.
    """
    size = len(last_days)
    all_of_it: dict[Any, int] = {}
    more: list[dict[Any, int]] = [{} for _ in range(size + 1)]  # than in the span before
    ids: list[dict[Any, list[str]]] | None = [{} for _ in range(size)] if with_ids else None
    for runs in deals:
        held: tuple[Hashable, int, str] | None = None  # what it contributes, from where on, its id
        for begin, deal in _asked(runs, last_days, turning_days):
            shape = contributions[begin](deal)
            if held is not None and shape == held[0]:
                continue
            if held is not None:
                _count(more, ids, *held, begin)
            held = None if shape is None else (shape, begin, deal.id)
        if held is not None:
            _count(more, ids, *held, size)
        if whole is not None and runs and (shape := whole(runs[-1][1])) is not None:
            all_of_it[shape] = all_of_it.get(shape, 0) + 1
    counts = _sum_up(more[:size])
    last = [] if whole is None else [Partial(all_of_it)]
    if ids is None:
        return [*map(Partial, counts), *last]
    found = ({shape: tuple(who) for shape, who in one.items()} for one in ids)
    return [*map(Partial, counts, found), *last]


def _asked(
    runs: Sequence[Run], last_days: Sequence[int], turning_days: TurningDays
) -> Iterator[tuple[int, Deal]]:
    """The spans for which a deal is asked, as what it is in each: the first of each of its runs,
    those in which it may turn, and those after them.
    """
    end = len(last_days)
    for number, (first, deal) in enumerate(runs, 1):
        until = runs[number][0] if number < len(runs) else end
        days = turning_days(deal)
        if days is None:
            places = set(range(first, until))
        else:
            places = {first}
            for day in days:
                place = bisect_left(last_days, day, first)
                places |= {place, place + 1}
        for place in sorted(places):
            if place < until:
                yield place, deal


def _count(
    more: list[dict[Any, int]],
    ids: list[dict[Any, list[str]]] | None,
    shape: Hashable,
    begin: int,
    deal_id: str,
    until: int,
) -> None:
    more[begin][shape] = more[begin].get(shape, 0) + 1
    more[until][shape] = more[until].get(shape, 0) - 1
    if ids is not None:
        for place in range(begin, until):
            ids[place].setdefault(shape, []).append(deal_id)


def _sum_up(more: Iterable[dict[Any, int]]) -> Iterator[dict[Any, int]]:
    running: dict[Any, int] = {}
    for one in more:
        for shape, count in one.items():
            left = running.get(shape, 0) + count
            if left:
                running[shape] = left
            else:
                del running[shape]
        yield dict(running)
