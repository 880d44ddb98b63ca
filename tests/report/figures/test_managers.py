"""The best managers against figures by hand (domain.md section 9)."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.deal import Deal, Talk
from salescli.model.visits import seconds
from salescli.report.figures.figure import Partial, add_up
from salescli.report.figures.managers import (
    Managers,
    build_managers,
    build_turning_days,
    build_work,
    finish,
)
from salescli.report.figures.question import ManagersQuestion, ask
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals, instant, make_deal

END_OF_MARCH = date(2024, 3, 31)


def question_of(
    period: str = "2024-03", as_of: date = END_OF_MARCH, **asked: Any
) -> ManagersQuestion:
    usual = {"sum": "value", "time_zone": "Europe/Riga", "store_currency": "EUR"}
    parsed = CALENDAR.parse_period(period, as_of)
    return ask(ManagersQuestion, "real-estate", parsed, as_of, CALENDAR, **{**usual, **asked})


def managers_of(deals: list[Deal], *, with_ids: bool = False, **asked: Any) -> Managers:
    return build_managers(deals, question_of(**asked), REAL_ESTATE, with_ids=with_ids)


def order(figure: Managers) -> list[str | None]:
    return [one.key for one in figure.ranked]


def test_the_fixture_of_march() -> None:
    # Anna: D1 won (100 in 26 days), D2, D6, D7 open. Boris: D4 lost, D3, D5, D8 open.
    figure = managers_of(fixture_deals(), min_deals=1, with_ids=True)
    anna, boris = figure.ranked
    assert (anna.key, boris.key, figure.others) == ("anna", "boris", ())
    won = anna.figure.outcomes["won"]
    assert (won.sum, won.average) == ({"EUR": Decimal("100.00")}, {"EUR": Decimal("100.00")})
    assert (won.mean, str(anna.figure.win_rate.percent)) == (26, "100.00")
    assert anna.active.ids == ("D2", "D6", "D7")
    assert (boris.active.count, str(boris.figure.win_rate.percent)) == (3, "0.00")
    assert boris.figure.outcomes["won"].mean is None
    assert (figure.total.active.count, figure.total.figure.count) == (6, 2)


def closed(name: str, owner: str | None, moves: str, money: str | None = None) -> Deal:
    return make_deal(name, moves, money, owner=owner)


def test_what_was_done_in_the_first_and_the_last_second_counts() -> None:
    # March in Riga, whose summer time began on the 31st.
    first, last = seconds(instant("02-29T22:00:00")), seconds(instant("03-31T20:59:59"))
    talks = tuple(Talk("call", "anna", at) for at in (first - 1, first, last, last + 1))
    deal = msgspec.structs.replace(fixture_deals()[1], talks=talks)
    assert managers_of([deal], min_deals=0).total.calls.count == 2


def test_who_closed_too_few_of_all_outcomes_stands_under_the_line() -> None:
    deals = [
        *(closed(f"A{n}", "anna", "Q 03-02, R 03-04") for n in range(5)),
        *(closed(f"B{n}", "boris", "Q 03-02, W 03-04", "9.00 EUR") for n in range(4)),
        closed("N", None, "Q 03-02, W 03-04", "9.00 EUR"),
    ]
    figure = managers_of(deals)
    assert (order(figure), [one.key for one in figure.others]) == (["anna"], ["boris", None])
    figure = managers_of(deals, min_deals=4)
    assert order(figure) == ["boris", "anna"]
    assert order(managers_of(deals, min_deals=0)) == ["boris", "anna"]


@pytest.mark.parametrize(
    ("rank_by", "expected"),
    [
        ("won", ["anna", "boris", "carl"]),  # 30, 20, 0
        ("average", ["boris", "anna", "carl"]),  # 20, 15, none
        ("active", ["carl", "anna", "boris"]),  # 2, 0, 0: equals by id
        ("meetings", ["boris", "anna", "carl"]),  # 2, 0, 0
        ("calls", ["carl", "boris", "anna"]),  # 2, 1, 0
        ("win-rate", ["boris", "anna", "carl"]),  # 1/1, 2/3, 0/1
        ("cycle", ["anna", "boris", "carl"]),  # 2, 3, none
    ],
)
def test_ranked_by_each_figure(rank_by: str, expected: list[str]) -> None:
    def talk(kind: str, owner: str) -> Talk:
        return Talk(kind, owner, seconds(instant("03-10")))

    deals = [
        closed("A", "anna", "Q 03-02, W 03-04", "20.00 EUR"),
        closed("B", "anna", "Q 03-02, W 03-04", "10.00 EUR"),
        closed("C", "anna", "Q 03-02, L 03-09", "99.00 EUR"),
        closed("D", "boris", "Q 03-02, W 03-05", "20.00 EUR"),
        closed("E", "carl", "Q 03-02, L 03-09", "99.00 EUR"),
        closed("F", "carl", "Q 03-02", "99.00 EUR"),
        make_deal(
            "G",
            "Q 03-02",
            owner="carl",
            talks=(
                talk("meeting", "boris"),
                talk("meeting", "boris"),
                talk("call", "carl"),
                talk("call", "carl"),
                talk("call", "boris"),
            ),
        ),
    ]
    assert order(managers_of(deals, min_deals=1, rank_by=rank_by)) == expected


def test_meetings_and_calls_are_those_of_the_period_by_their_own_owner() -> None:
    talks = (
        Talk("meeting", "anna", seconds(instant("02-29T21:59"))),  # 29 February in Riga
        Talk("meeting", "anna", seconds(instant("02-29T22:00"))),
        Talk("call", "boris", seconds(instant("03-31T20:59"))),  # summer time: 31 March
        Talk("call", "boris", seconds(instant("03-31T21:00"))),
    )
    old = make_deal("A", "Q 01-02, L 01-05", owner="carl", talks=talks)  # closed long before
    figure = managers_of([old], as_of=date(2024, 4, 30), with_ids=True)
    assert {one.key: (one.meetings.count, one.calls.count) for one in figure.others} == {
        "anna": (1, 0),
        "boris": (0, 1),
    }
    assert figure.total.meetings.ids == ("A",)


def test_a_filter_by_owner_keeps_the_row_as_it_is_without() -> None:
    talks = (Talk("call", "anna", seconds(instant("03-10"))),)
    deals = [
        *fixture_deals(),
        make_deal("X", "Q 03-02", owner="boris", talks=talks, department="north"),
        make_deal("Y", "Q 03-02", owner="boris", talks=talks, process="other"),
        make_deal("Z", "Q 03-02", "1.00 USD", owner="boris", talks=talks),
    ]
    everybody = managers_of(deals, min_deals=0)
    alone = managers_of(deals, min_deals=0, owners=frozenset({"anna"}))
    assert alone.ranked == everybody.ranked[:1]
    assert alone.ranked[0].calls.count == 2
    north = managers_of(deals, min_deals=0, departments=frozenset({"north"}))
    assert north.total.calls.count == 1
    euros = managers_of(deals, min_deals=0, currency="EUR")
    assert (euros.total.calls.count, euros.left_out, everybody.other_process) == (1, {"USD": 1}, 1)


def test_a_period_that_begins_after_its_end_has_nobody() -> None:
    figure = managers_of(fixture_deals(), period="2024-04")
    assert (figure.ranked, figure.others, figure.total.active.count) == ((), (), 0)


deals_of_people = st.lists(
    st.tuples(
        st.sampled_from(["anna", "boris", None]),
        st.sampled_from(["Q 03-02", "Q 03-02, W 03-09", "Q 03-02, L 03-09", "Q 02-02, L 02-09"]),
        st.sampled_from(["1.00 EUR", "0.35 EUR", None]),
        st.lists(st.sampled_from([("call", "anna"), ("meeting", "boris")]), max_size=2),
    ),
    max_size=9,
)


@given(deals_of_people, st.integers(0, 3))
def test_people_equal_naive_ones_and_partials_add_up(raws: list[Any], least: int) -> None:
    at = seconds(instant("03-10"))
    deals = [
        make_deal(str(n), moves, money, owner=owner, talks=tuple(Talk(*t, at) for t in talks))
        for n, (owner, moves, money, talks) in enumerate(raws)
    ]
    figure = managers_of(deals, min_deals=least, with_ids=True)
    for one in [*figure.ranked, *figure.others]:
        mine = [raw for raw in raws if raw[0] == one.key]
        won = [raw for raw in mine if "W" in raw[1]]
        lost = [raw for raw in mine if raw[1].endswith("L 03-09")]
        assert one.figure.win_rate.part == len(won)
        assert one.figure.count == len(won) + len(lost)
        assert one.figure.outcomes["won"].sum.get("EUR", 0) == sum(
            Decimal(raw[2][:-4]) for raw in won if raw[2]
        )
        assert one.active.count == sum(raw[1] == "Q 03-02" for raw in mine)
        done = Counter(talk for raw in raws for talk in raw[3] if talk[1] == one.key)
        assert one.calls.count == done["call", one.key]
        assert one.meetings.count == done["meeting", one.key]
        assert one.calls.ids is not None and len(one.calls.ids) == one.calls.count
    assert all(one.figure.count >= least for one in figure.ranked)
    sums = [one.figure.outcomes["won"].sum.get("EUR", Decimal(0)) for one in figure.ranked]
    assert sums == sorted(sums, reverse=True)

    question = question_of(min_deals=least)
    work_of = build_work(question, REAL_ESTATE)
    whole: Partial[Any] = Partial({}, {})
    for deal in deals:
        work = work_of(deal)
        if work is not None:
            whole = whole + Partial({work: 1}, {work: (deal.id,)})
    assert finish(whole, REAL_ESTATE, question) == figure


def test_managers_turn_on_the_days_of_the_last_closing_and_of_talks() -> None:
    talks = (
        Talk("call", "anna", seconds(instant("03-10T21:59"))),
        Talk("meeting", "anna", seconds(instant("03-10T22:00"))),  # midnight in Riga
    )
    turning_days = build_turning_days(question_of(), REAL_ESTATE)
    won = turning_days(make_deal("A", "Q 03-02, W 03-05", talks=talks))
    waiting = turning_days(make_deal("B", "Q 03-02", talks=talks))
    assert won is not None and waiting is not None
    assert [str(date.fromordinal(day)) for day in won] == ["2024-03-05", "2024-03-10", "2024-03-11"]
    assert [str(date.fromordinal(day)) for day in waiting] == ["2024-03-10", "2024-03-11"]


def test_equals_stand_by_their_ids_and_nothing_won_is_0() -> None:
    deals = [
        closed("A", "carl", "Q 03-02, L 03-04"),
        closed("B", "anna", "Q 03-02, L 03-04"),
        closed("C", "boris", "Q 03-02, W 03-04", "0.00 EUR"),
        closed("D", "dora", "Q 03-02, W 03-04", "0.50 EUR"),
    ]
    assert order(managers_of(deals, min_deals=0)) == ["dora", "anna", "boris", "carl"]


def test_who_closed_nothing_has_no_win_rate_and_comes_last() -> None:
    deals = [
        closed("A", "anna", "Q 03-02"),
        closed("B", "boris", "Q 03-02, L 03-04"),
        closed("C", "carl", "Q 03-02, W 03-04", "1.00 EUR"),
    ]
    ranked = managers_of(deals, min_deals=0, rank_by="win-rate")
    assert order(ranked) == ["carl", "boris", "anna"]


def test_the_shortest_cycle_is_the_best_and_none_is_the_last() -> None:
    deals = [
        closed("A", "anna", "Q 03-02, W 03-09"),
        closed("B", "boris", "Q 03-02, W 03-04"),
        closed("C", "carl", "Q 03-02, L 03-04"),
    ]
    assert order(managers_of(deals, min_deals=0, rank_by="cycle")) == ["boris", "anna", "carl"]


def test_the_footer_of_managers_counts_each_deal_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-02", "1.00 USD"),
        make_deal("B", "Q 03-02", "2.00 GBP"),
        make_deal("C", "Q 03-02, W 03-04", "3.00 USD", owner="anna"),
        make_deal("D", "Q 03-02, W 03-04", "5.00 EUR", differs=True),
        make_deal("E", "Q 03-02", "6.00 EUR", differs=True),
        make_deal("F", "Q 03-02, W 03-04"),
        make_deal("G", "Q 03-02, W 03-05"),
    ]
    figure = managers_of(deals, currency="EUR")
    assert list(figure.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert (figure.other_process, figure.differs, figure.invalid) == (0, 2, 0)
    assert figure.process_name == "Real estate, corporate sale"
    assert (figure.total.key, figure.total.name, figure.without_value) == (None, "", 2)
    assert build_managers(deals, figure.question, REAL_ESTATE, invalid=3).invalid == 3
    partial: Partial[Any] = add_up(deals, build_work(figure.question, REAL_ESTATE))
    assert finish(partial, REAL_ESTATE, figure.question).invalid == 0
    assert managers_of(deals[:2]).currencies == ("EUR",)  # the store's: nothing is won
    assert managers_of([deals[2]]).currencies == ("USD",)
    assert managers_of([], currency="CHF").currencies == ("CHF",)


def test_people_have_names_and_ids_if_asked() -> None:
    talks = (
        Talk("meeting", "boris", seconds(instant("03-10"))),
        Talk("call", "boris", seconds(instant("03-10"))),
        Talk("call", "boris", seconds(instant("03-11"))),
    )
    deals = [
        make_deal("B", "Q 03-02", owner="anna", talks=talks),
        make_deal("A", "Q 03-02", owner="anna", talks=talks[:2]),
        make_deal("C", "Q 03-02"),
    ]
    question = question_of(min_deals=0)
    figure = build_managers(deals, question, REAL_ESTATE, names={"anna": "Anna"}, with_ids=True)
    assert (figure.question, figure.total.active.ids) == (question, ("A", "B", "C"))
    people = {one.key: one for one in [*figure.ranked, *figure.others]}
    assert {key: one.name for key, one in people.items()} == {
        "anna": "Anna",
        "boris": "boris",
        None: "",
    }
    assert (people["anna"].active.count, people["anna"].active.ids) == (2, ("A", "B"))
    assert (people["boris"].meetings.count, people["boris"].meetings.ids) == (2, ("A", "B"))
    assert (people["boris"].calls.count, people["boris"].calls.ids) == (3, ("A", "B", "B"))
    assert people["anna"].calls.ids == ()
    plain = build_managers(deals, question, REAL_ESTATE).total
    assert (plain.active.ids, plain.meetings.ids, plain.calls.ids) == (None, None, None)
    assert [one.name for one in build_managers(deals, question, REAL_ESTATE).ranked] == [
        "anna",
        "boris",
    ]


def test_without_a_beginning_all_talks_count_and_a_deal_long_closed_adds_its_talks_alone() -> None:
    talks = (Talk("call", "anna", seconds(instant("01-10"))),)
    deals = [make_deal("A", "Q 01-02, L 01-05", owner="anna", talks=talks)]
    assert managers_of(deals, period="all").total.calls.count == 1
    assert managers_of(deals).total.calls.count == 0
