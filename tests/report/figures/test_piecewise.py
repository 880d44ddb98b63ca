"""A series counted piece by piece is the same as one whose every span asks every deal."""

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
from salescli.report.figures.piecewise import add_up_runs
from salescli.report.figures.question import ManagersQuestion, StateQuestion, WinLossQuestion, ask
from salescli.report.layouts.dynamics import ask_of_span, cut_period
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

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
@settings(max_examples=60, deadline=None)
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
