"""The deals of a store counted for several questions at once: each deal is read once.

Knows no figure: what a deal contributes to each question is handed in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from salescli.model.deal import Deal
from salescli.report.figures import figure
from salescli.report.figures.figure import Partial, Partials
from salescli.report.figures.piecewise import Contribute, Run, TurningDays, add_up_runs
from salescli.report.figures.question import Question
from salescli.workspace.reported import Reported, instant_of
from salescli.workspace.session import Session


def add_up_each(
    session: Session,
    questions: Sequence[Question],
    contributions: Sequence[Contribute],
    *,
    with_ids: bool,
    thin: Callable[[Sequence[Partial[Any]]], Sequence[Any]] = tuple,
) -> list[Any]:
    """A partial for each question, of the deals as they stand at its end.

    No deal is held longer than it takes to count it. `thin` may make less of the partials of each
    part of the deals, before they are handed from process to process and added up. Raises `Damaged`
    for a history that broke since the index was brought up to date.
    """
    asked_at: dict[datetime | None, list[int]] = {}
    for place, question in enumerate(questions):
        asked_at.setdefault(instant_of(session, question.end), []).append(place)

    def count(deals: Iterable[Sequence[Deal | None]]) -> Partials:
        each = _add_up_states(deals, list(asked_at.values()), contributions, with_ids=with_ids)
        return Partials(tuple(thin(each)))

    def count_alike(deals: Iterable[Deal]) -> Partials:
        each = figure.add_up_each(deals, contributions, with_ids=with_ids)
        return Partials(tuple(thin(each)))

    if len(asked_at) == 1:
        (instant,) = asked_at
        return list(Reported(session.index, instant, 0).add_up(count_alike).parts)
    return list(reduce(add, session.index.count_states(list(asked_at), count)).parts)


def _add_up_states(
    deals: Iterable[Sequence[Deal | None]],
    places_of: Sequence[Sequence[int]],
    contributions: Sequence[Contribute],
    *,
    with_ids: bool,
) -> list[Partial[Any]]:
    """A partial for each contribution; `places_of` are those that each state is asked for."""
    counts: list[dict[Any, int]] = [{} for _ in contributions]
    ids: list[dict[Any, list[str]]] = [{} for _ in contributions]
    for states in deals:
        for deal, places in zip(states, places_of, strict=True):
            if deal is None:
                continue
            for place in places:
                shape = contributions[place](deal)
                if shape is None:
                    continue
                counts[place][shape] = counts[place].get(shape, 0) + 1
                if with_ids:
                    ids[place].setdefault(shape, []).append(deal.id)
    found = [{shape: tuple(who) for shape, who in one.items()} for one in ids]
    kept = found if with_ids else [None] * len(contributions)
    return [Partial(count, who) for count, who in zip(counts, kept, strict=True)]


def add_up_series(
    session: Session,
    questions: Sequence[Question],
    contributions: Sequence[Contribute],
    turning_days: TurningDays,
    *,
    with_ids: bool,
    whole: Contribute | None = None,
) -> list[Partial[Any]]:
    """The same as `add_up_each` of the spans of a series, in their order.

    It asks for a contribution only where the deal or the day may make another one of it. With
    `whole` there is one more, see `add_up_runs`.
    """
    instants = [instant_of(session, question.end) for question in questions]
    last_days = [question.as_of.toordinal() for question in questions]

    def count(deals: Iterable[Sequence[Run]]) -> Partials:
        each = add_up_runs(
            deals, last_days, contributions, turning_days, with_ids=with_ids, whole=whole
        )
        return Partials(tuple(each))

    return list(reduce(add, session.index.count_runs(instants, count)).parts)


def deals_on(session: Session, question: Question) -> Iterator[Deal]:
    """The deals as they stand at the end of a question; those created later are passed over."""
    instant = instant_of(session, question.end)
    yield from session.index.deals() if instant is None else session.index.deals_as_of(instant)
