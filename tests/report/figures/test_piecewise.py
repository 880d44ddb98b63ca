"""A series counted piece by piece is the same as one whose every span asks every deal."""

import os
from collections import Counter
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.deal import Deal, Talk
from salescli.model.visits import seconds
from salescli.report.figures import managers, state, winloss
from salescli.report.figures.figure import Partial
from salescli.report.figures.piecewise import add_up_runs
from salescli.report.figures.question import ManagersQuestion, StateQuestion, WinLossQuestion, ask
from salescli.report.layouts.dynamics import ask_of_span, cut_period
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

EXAMPLES = 200 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 12
KINDS = {
    "state": (StateQuestion, state.build_contribution, state.build_turning_days),
    "win-loss": (WinLossQuestion, winloss.build_contribution, winloss.build_turning_days),
    "managers": (ManagersQuestion, managers.build_work, managers.build_turning_days),
}
MOVES = ["Q 03-01", "Q 03-10T21:59, K 03-20", "Q 03-02, W 03-24T22:00", "Q 03-05, L 04-07T20:59"]
FIRST, LAST = date(2024, 3, 3), date(2024, 5, 2)
instants = st.dates(date(2024, 2, 20), date(2024, 5, 10)).map(
    lambda day: seconds(CALENDAR.start_of(day))
)


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    close = st.dates(date(2024, 3, 1), date(2024, 5, 5)).map(date.isoformat)
    deal = make_deal(
        draw(st.sampled_from("ABC")),
        draw(st.sampled_from(MOVES)),
        draw(st.sampled_from(["1.00 EUR", None])),
        close_date=draw(st.none() | close | st.just("soon")),
        due_at=draw(st.none() | instants),
        process=draw(st.sampled_from(["real-estate", "real-estate", "other"])),
        talks=tuple(Talk("call", "anna", at) for at in draw(st.lists(instants, max_size=2))),
    )
    return msgspec.structs.replace(deal, created_at=0)  # it had begun before the first span


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["day", "week", "month"])
@settings(max_examples=EXAMPLES, deadline=None)
@given(pairs=st.lists(st.tuples(deals(), deals(), st.integers(0, 8), st.integers(0, 70))))
def test_counted_by_pieces_is_counted_span_by_span(
    kind: str, by: Any, pairs: list[tuple[Deal, Deal, int, int]]
) -> None:
    asked, contribution_of, turning_days_of = KINDS[kind]
    more = {"time_zone": "Europe/Riga"} | ({"today_start": 0} if kind == "state" else {})
    period = CALENDAR.parse_period("2024", LAST)
    question: Any = ask(asked, "real-estate", period, LAST, CALENDAR, **more)
    spans = list(cut_period(FIRST, LAST, by, 0))
    questions = [ask_of_span(question, span, CALENDAR) for span in spans]
    contributions = [contribution_of(one, REAL_ESTATE) for one in questions]
    runs = []
    for one, other, first, then in pairs:
        begun = [(first, one), (max(first + 1, then), other)]
        runs.append([(place, deal) for place, deal in begun if place < len(spans)])
    expected: list[Counter[Any]] = [Counter() for _ in spans]
    for run in runs:
        for place, contribute in enumerate(contributions):
            standing = [deal for begin, deal in run if begin <= place]
            shape = contribute(standing[-1]) if standing else None
            if shape is not None:
                expected[place][shape] += 1
    turning_days = turning_days_of(question, REAL_ESTATE)
    last_days = [span.last.toordinal() for span in spans]
    found = add_up_runs(runs, last_days, contributions, turning_days, with_ids=True)
    assert [one.counts for one in found] == expected
    for one in found:
        assert {shape: len(who) for shape, who in (one.ids or {}).items()} == one.counts


def test_what_stays_the_same_is_asked_once() -> None:
    calls = []

    def contribute(deal: Deal) -> str:
        calls.append(deal.id)
        return deal.stage

    deal = make_deal("A", MOVES[0])
    found = add_up_runs([[(0, deal)]], range(100), [contribute] * 100, lambda _: (), with_ids=False)
    assert (len(calls), len(found)) == (1, 100)
    assert found[99].counts == {deal.stage: 1}


def test_the_whole_is_of_the_deals_as_they_are_in_the_end() -> None:
    first, last, other = (make_deal(name, MOVES[0]) for name in "ABC")
    contribute = [lambda deal: deal.id] * 3
    found = add_up_runs(
        [[(0, first), (2, last)], [(1, other)], []],
        range(3),
        contribute,
        lambda _: (),
        with_ids=True,
        whole=lambda deal: None if deal.id == other.id else f"whole {deal.id}",
    )
    assert [one.counts for one in found] == [
        {first.id: 1},
        {first.id: 1, other.id: 1},
        {last.id: 1, other.id: 1},
        {f"whole {last.id}": 1},
    ]


def test_the_whole_counts_those_that_contribute_the_same() -> None:
    deals = [make_deal(name, MOVES[0]) for name in "AB"]
    found = add_up_runs(
        [[(0, deal)] for deal in deals],
        range(1),
        [lambda deal: deal.id],
        lambda _: (),
        with_ids=False,
        whole=lambda deal: deal.stage,
    )
    assert found[-1].counts == {deals[0].stage: 2}


def count_runs(
    runs: list[list[tuple[int, str]]],
    days: Any,
    *,
    size: int = 6,
    none: str = "",
    with_ids: bool = True,
) -> list[Partial[Any]]:
    """Runs of deals named by a letter: `[(0, "A"), (3, "B")]` is A, and from span 3 on B.

    Spans end on the days 9, 19, 29 …; a deal contributes its letter, but nothing of `none`.
    `days` are those on which a letter may contribute something else.
    """
    deals = [[(place, make_deal(name, MOVES[0])) for place, name in run] for run in runs]
    return add_up_runs(
        deals,
        [10 * place + 9 for place in range(size)],
        [lambda deal: None if deal.id == none else deal.id] * size,
        lambda deal: days[deal.id],
        with_ids=with_ids,
    )


def test_a_deal_counts_from_its_first_span_until_it_is_another_one() -> None:
    """Two are A, of one B comes in span 3; another is B in the last two."""
    runs = [[(1, "A"), (3, "B")], [(2, "A")], [(4, "B")]]
    found = count_runs(runs, {"A": (), "B": ()})
    assert [one.counts for one in found] == [
        {},
        {"A": 1},
        {"A": 2},
        {"A": 1, "B": 1},
        {"A": 1, "B": 2},
        {"A": 1, "B": 2},
    ]
    assert [one.ids for one in found] == [
        {},
        {"A": ("A",)},
        {"A": ("A", "A")},
        {"B": ("B",), "A": ("A",)},
        {"B": ("B", "B"), "A": ("A",)},
        {"B": ("B", "B"), "A": ("A",)},
    ]
    assert {one.ids for one in count_runs(runs, {"A": (), "B": ()}, with_ids=False)} == {None}


def test_deals_that_come_and_go_together_are_all_counted() -> None:
    found = count_runs([[(1, "A"), (4, "B")]] * 2, {"A": (), "B": ()})
    assert [one.counts for one in found] == [{}, *[{"A": 2}] * 3, *[{"B": 2}] * 2]


def test_what_a_deal_was_for_no_span_is_not_counted() -> None:
    found = count_runs([[(2, "A"), (2, "B")]], {"A": (), "B": ()})
    assert [one.counts for one in found] == [{}, {}, *[{"B": 1}] * 4]


def test_while_a_deal_contributes_nothing_it_is_not_counted_and_then_is() -> None:
    """Of many turns, that nothing comes of the first is no end of it."""
    assert [
        one.counts for one in count_runs([[(0, "A"), (2, "B")]], {"A": None, "B": ()}, none="A")
    ] == [{}, {}, {"B": 1}, {"B": 1}, {"B": 1}, {"B": 1}]


def ask_by_spans(first: int, days: Any, *, until: int | None = None, size: int = 6) -> list[int]:
    """The spans for which a deal was asked that is there from `first` on, another from `until` on.

    Each contributes the number of the span for which it was asked, but nothing if that is odd.
    """
    asked: list[int] = []

    def build(place: int) -> Any:
        def contribute(deal: Deal) -> int | None:
            if deal.id == "B":
                return None
            asked.append(place)
            return place if place % 2 == 0 else None

        return contribute

    runs = [(first, make_deal("A", MOVES[0]))]
    if until is not None:
        runs.append((until, make_deal("B", MOVES[0])))
    last_days = [10 * place + 9 for place in range(size)]
    contributions = [build(place) for place in range(size)]
    turning = {"A": days, "B": ()}
    found = add_up_runs(
        [runs], last_days, contributions, lambda deal: turning[deal.id], with_ids=True
    )
    end = size if until is None else until
    for place, one in enumerate(found):
        since = max((begin for begin in asked if begin <= place), default=1)
        expected = {since: 1} if since % 2 == 0 and first <= place < end else {}
        assert one.counts == expected
        assert one.ids == dict.fromkeys(expected, ("A",))
    return asked


@pytest.mark.parametrize(
    ("first", "days", "until", "asked"),
    [
        (0, (), None, [0]),
        (2, (), None, [2]),
        (0, None, None, [0, 1, 2, 3, 4, 5]),
        (2, None, 5, [2, 3, 4]),
        (0, (25,), None, [0, 2, 3]),
        (0, (29,), None, [0, 2, 3]),  # the last day of a span belongs to it
        (0, (30,), None, [0, 3, 4]),
        (0, (25, 21), None, [0, 2, 3]),  # two in one span
        (0, (35, 25), None, [0, 2, 3, 4]),
        (0, (5, 55), None, [0, 1, 5]),  # the first and the last span
        (2, (5,), None, [2, 3]),  # before it begins
        (0, (60,), None, [0]),  # after the last
        (0, (25,), 2, [0]),  # when it is another one already
        (0, (15,), 2, [0, 1]),
    ],
)
def test_a_deal_is_asked_in_spans_with_a_turning_day_and_once_between(
    first: int, days: Any, until: int | None, asked: list[int]
) -> None:
    assert ask_by_spans(first, days, until=until) == asked


def test_a_deal_that_stays_as_it_is_for_a_while_is_asked_on() -> None:
    first, second, last = (make_deal(name, "Q 03-01") for name in "ABC")
    shapes = {"A": "low", "B": "low", "C": "high"}
    contributions = [lambda deal: shapes[deal.id]] * 3
    runs = [(0, first), (1, second), (2, last)]
    found = add_up_runs([runs], [1, 2, 3], contributions, lambda _: (), with_ids=False)
    assert [one.counts for one in found] == [{"low": 1}, {"low": 1}, {"high": 1}]
    assert [one.ids for one in found] == [None, None, None]
