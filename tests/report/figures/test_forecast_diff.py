"""What moved a forecast, reason by reason, each figured by hand; and that it always adds up."""

import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.forecast import add_up_forecast, finish
from salescli.report.figures.forecast_diff import (
    Difference,
    add_up_difference,
    build_difference,
    build_look,
    sums_of,
)
from salescli.report.figures.forecast_standing import ForecastQuestion, ask_on
from salescli.report.figures.forecast_sums import Amounts
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 50
SINCE, UNTIL = date(2024, 4, 1), date(2024, 4, 20)
OPEN, WON, LOST = "Q 03-02", "Q 03-02, W 04-10", "Q 03-02, L 04-10"
IN, AFTER = "2024-04-25", "2024-05-05"


def difference_of(then: list[Deal], now: list[Deal], **filters: object) -> Difference:
    question = asked("2024-04", UNTIL, **filters)
    since = ask_on(question, SINCE, CALENDAR)
    found = build_difference(then, now, since, question, REAL_ESTATE)
    assert found == add_up_difference(paired(then, now), since, question, REAL_ESTATE)
    return found


def paired(then: list[Deal], now: list[Deal]) -> list[tuple[Deal | None, Deal | None]]:
    """Each deal as it was, and as it is."""
    was, is_now = ({deal.id: deal for deal in side} for side in (then, now))
    return [(was.get(one), is_now.get(one)) for one in {**was, **is_now}]


def moved(then: dict[str, Any] | None, now: dict[str, Any], **filters: object) -> list[tuple]:
    """Reason, and by how much actual, pipeline and weighted moved, in cents."""

    def made(facts: dict[str, Any]) -> Deal:
        given = {"moves": OPEN, "budget": "100.00 EUR", "close_date": IN, "probability": 50}
        given.update(facts)
        return make_deal("A", given.pop("moves"), given.pop("budget"), **given)

    before = [] if then is None else [made(then)]
    found = difference_of(before, [made(now)], **filters)
    return [
        (
            change.reason,
            *((code, a.actual, a.pipeline, a.weighted) for code, a in change.sums.items()),
        )
        for change in found.changes
    ]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (None, {}, [("new", ("EUR", 0, 10000, 5000))]),
        (None, {"moves": WON}, [("new", ("EUR", 10000, 0, 0))]),
        ({}, {"moves": WON}, [("won", ("EUR", 10000, -10000, -5000))]),
        ({}, {"moves": WON, "revenue": "90.00 EUR"}, [("won", ("EUR", 9000, -10000, -5000))]),
        ({"close_date": AFTER}, {"moves": WON}, [("won", ("EUR", 10000, 0, 0))]),
        ({}, {"moves": LOST}, [("lost", ("EUR", 0, -10000, -5000))]),
        (
            {"moves": "Q 03-02, W 04-01T08:00"},
            {"moves": "Q 03-02, W 04-01T08:00, >Q 04-05"},
            [("reopened", ("EUR", -10000, 10000, 5000))],
        ),
        ({"close_date": AFTER}, {}, [("pulled-in", ("EUR", 0, 10000, 5000))]),
        ({"close_date": None}, {}, [("pulled-in", ("EUR", 0, 10000, 5000))]),
        ({}, {"close_date": AFTER}, [("pushed-out", ("EUR", 0, -10000, -5000))]),
        ({}, {"close_date": None}, [("pushed-out", ("EUR", 0, -10000, -5000))]),
        (
            {"close_date": "2024-04-19"},
            {"close_date": "2024-04-19"},
            [("overdue", ("EUR", 0, -10000, -5000))],
        ),
        ({}, {"budget": "120.00 EUR"}, [("grown", ("EUR", 0, 2000, 1000))]),
        ({}, {"budget": "70.00 EUR"}, [("shrunk", ("EUR", 0, -3000, -1500))]),
        ({}, {"budget": None}, [("shrunk", ("EUR", 0, -10000, -5000))]),
        ({}, {"probability": 60}, [("probability-up", ("EUR", 0, 0, 1000))]),
        ({}, {"probability": 20}, [("probability-down", ("EUR", 0, 0, -3000))]),
        (
            # first the value at the old probability, then the probability
            {},
            {"budget": "200.00 EUR", "probability": 25},
            [
                ("grown", ("EUR", 0, 10000, 5000)),
                ("probability-down", ("EUR", 0, 0, -5000)),
            ],
        ),
        (
            {},
            {"budget": "80.00 USD"},
            [
                ("grown", ("USD", 0, 8000, 4000)),
                ("shrunk", ("EUR", 0, -10000, -5000)),
            ],
        ),
        (
            {"moves": "Q 03-02, W 04-01T08:00"},
            {"moves": "Q 03-02, W 04-01T08:00", "revenue": "101.00 EUR"},
            [("grown", ("EUR", 100, 0, 0))],
        ),
        # without a value, or with one of nothing, a deal still comes and goes
        ({"budget": None}, {"budget": None, "moves": LOST}, [("lost",)]),
        # nothing moved, or nothing that the period is concerned with
        ({}, {}, []),
        ({"close_date": AFTER}, {"close_date": AFTER, "budget": "1.00 EUR"}, []),
        ({"close_date": AFTER}, {"moves": LOST}, []),
    ],
)  # fmt: skip
def test_each_reason_by_hand(then, now, expected):
    assert moved(then, now) == expected


def test_a_deal_that_is_gone_takes_with_it_what_it_stood_for():
    deals = [
        make_deal("A", OPEN, "100.00 EUR", close_date=IN, probability=50),
        make_deal("B", WON, "30.00 EUR"),
        make_deal("C", OPEN, "70.00 EUR", close_date=AFTER),
    ]
    found = difference_of(deals, [])
    assert [(change.id, change.reason, change.sums) for change in found.changes] == [
        ("A", "gone", {"EUR": Amounts(0, -10000, -5000)}),
        ("B", "gone", {"EUR": Amounts(-3000, 0, 0)}),
    ]


def test_deals_of_one_title_are_told_apart_by_their_ids():
    def flat(name: str, budget: str) -> Deal:
        deal = make_deal(name, OPEN, budget, close_date=IN, probability=50)
        return msgspec.structs.replace(deal, title="Flat")

    then = [flat("A", "100.00 EUR"), flat("B", "30.00 EUR")]
    found = difference_of(then, [flat("B", "30.00 EUR"), flat("C", "10.00 EUR")])
    assert [(one.id, one.title, one.reason) for one in found.changes] == [
        ("C", "Flat", "new"),
        ("A", "Flat", "gone"),
    ]
    assert found.before.ids["pipeline"] == ("A", "B")
    assert found.after.ids["pipeline"] == ("B", "C")


def test_what_a_filter_takes_in_or_lets_go_says_so():
    mine = {"owners": frozenset({"anna"})}
    assert moved({"owner": "boris"}, {"owner": "anna"}, **mine) == [
        ("taken-over", ("EUR", 0, 10000, 5000))
    ]
    assert moved({"owner": "anna"}, {"owner": "boris"}, **mine) == [
        ("given-away", ("EUR", 0, -10000, -5000))
    ]
    assert moved({"owner": "boris"}, {"owner": "carl"}, **mine) == []


def test_a_currency_is_a_filter_too():
    euros = {"currency": "EUR"}
    assert moved({"budget": "5.00 USD"}, {}, **euros) == [("taken-over", ("EUR", 0, 10000, 5000))]


def test_other_processes_move_nothing():
    deal = make_deal("A", OPEN, "1.00 EUR", close_date=IN, process="quick")
    found = difference_of([], [deal])
    assert (found.changes, found.after.sums, found.other_process) == ((), {}, 1)


def test_a_deal_that_changed_its_process_comes_and_goes():
    other, euros = {"process": "quick"}, ("EUR", 0, 10000, 5000)
    lost_before = {**other, "moves": "Q 03-02, L 03-10"}  # has no part in any forecast of April
    assert moved(other, {}) == moved(lost_before, {}) == [("new", euros)]
    gone = [("gone", ("EUR", 0, -10000, -5000))]
    assert moved({}, other) == moved({}, lost_before) == gone


def test_what_is_left_out_of_several_adds_up_by_currency():
    def left_of(code: str, without: int, differing: int) -> Difference:
        now = [make_deal(code, OPEN, f"1.00 {code}", close_date=IN)]
        now += [make_deal(f"{code}{n}", OPEN, close_date=IN) for n in range(without)]
        more = {"close_date": IN, "differs": True}
        now += [make_deal(f"{code}d{n}", OPEN, "1.00 EUR", **more) for n in range(differing)]
        return difference_of([], now, currency="EUR")

    both = left_of("USD", 2, 3) + left_of("JPY", 4, 1)
    assert list(both.left_out.items()) == [("JPY", 1), ("USD", 1)]
    assert (both.without_value, both.differs, both.other_process) == (6, 4, 0)


def test_what_the_later_forecast_leaves_out_is_counted_as_the_forecast_counts_it():
    then = [make_deal("A", OPEN, "1.00 USD", close_date=IN)]
    now = [
        *then,
        make_deal("B", OPEN, "1.00 USD", close_date="2024-04-19"),
        make_deal("C", OPEN, "1.00 JPY", close_date=AFTER),  # beyond: it would have no part
        make_deal("D", OPEN, close_date=IN),
        make_deal("E", OPEN, "1.00 EUR", close_date=IN, differs=True),
        make_deal("F", OPEN, "1.00 EUR", close_date=IN, process="quick"),
        make_deal("G", "Q 03-02, L 03-10", "1.00 EUR", process="quick"),
    ]
    found = difference_of(then, now, currency="EUR")
    question = asked("2024-04", UNTIL, currency="EUR")
    counted = add_up_forecast(now, question, REAL_ESTATE)
    forecast = finish(counted, question, REAL_ESTATE, None, {})
    for one in (found, forecast):
        told = (one.other_process, one.left_out, one.differs, one.without_value)
        assert told == (1, {"USD": 2}, 1, 1)
    twice = found + found
    assert (twice.other_process, twice.left_out, twice.differs) == (2, {"USD": 4}, 2)


DAYS = st.none() | st.integers(-10, 40).map(lambda step: str(SINCE + timedelta(days=step)))
MONEY = st.none() | st.builds(
    lambda cents, code: f"{cents // 100}.{cents % 100:02} {code}",
    st.integers(0, 99_999),
    st.sampled_from(["EUR", "EUR", "USD"]),
)
FACTS = st.fixed_dictionaries(
    {
        "budget": MONEY,
        "close_date": DAYS,
        "probability": st.none() | st.integers(0, 100),
        "owner": st.sampled_from(["anna", "boris", None]),
        "process": st.sampled_from(["real-estate", "real-estate", "real-estate", "quick"]),
    }
)
LIVES = [OPEN, WON, LOST, "Q 03-02, W 03-20", "Q 03-02, W 04-01T08:00, >Q 04-05", "Q 04-03"]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The facts of a deal on both days, and its moves until then."""
    life = draw(st.sampled_from(LIVES))
    then = [move for move in life.split(", ") if move.split(" ")[1] < "04-02"]
    now = {**draw(FACTS), "moves": life}
    before = {**draw(FACTS), "moves": ", ".join(then), "process": now["process"]}
    return (before if then else None), now


def naive(facts: dict[str, Any], as_of: date, owner: str | None) -> dict[str, list[Fraction]]:
    """actual, pipeline, weighted of one deal by currency, from section 7's words alone."""
    if facts["process"] != "real-estate" or (owner and facts["owner"] != owner):
        return {}
    last = facts["moves"].split(", ")[-1]
    letter, moved_on = last.split(" ")
    if facts["budget"] is None:
        return {}
    number, code = facts["budget"].split(" ")
    value = Fraction(Decimal(number))
    if letter == "W":
        return {code: [value, Fraction(0), Fraction(0)]} if moved_on.startswith("04-") else {}
    day = facts["close_date"]
    is_here = day is not None and str(as_of) <= day and "2024-04-01" <= day <= "2024-04-30"
    if letter == "L" or not is_here:
        return {}
    percent = 100 if facts["probability"] is None else facts["probability"]
    cents = value * percent  # value × 100 × percent / 100
    weighted = Fraction((2 * cents.numerator + cents.denominator) // (2 * cents.denominator), 100)
    return {code: [Fraction(0), value, weighted]}


def add(
    total: dict[str, list[Fraction]], more: dict[str, list[Fraction]]
) -> dict[str, list[Fraction]]:
    nothing = [Fraction(0)] * 3
    codes = {*total, *more}
    return {
        code: [
            a + b for a, b in zip(total.get(code, nothing), more.get(code, nothing), strict=True)
        ]
        for code in codes
    }


def as_fractions(sums: Any) -> dict[str, list[Fraction]]:
    return {
        code: [Fraction(part, 100) for part in (a.actual, a.pipeline, a.weighted)]
        for code, a in sums.items()
    }


def without_nothing(total: dict[str, list[Fraction]]) -> dict[str, list[Fraction]]:
    return {code: parts for code, parts in total.items() if any(parts)}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(pairs(), max_size=8), st.sampled_from([None, "anna"]))
def test_both_days_equal_a_naive_forecast_and_the_changes_lie_between_them(lives, owner):
    filters = {"owners": frozenset({owner})} if owner else {}

    def made(place: int, facts: dict[str, Any]) -> Deal:
        given = dict(facts)
        return make_deal(f"D{place}", given.pop("moves"), given.pop("budget"), **given)

    then = [made(place, b) for place, (b, _) in enumerate(lives) if b is not None]
    now = [made(place, n) for place, (_, n) in enumerate(lives)]
    found = difference_of(then, now, **filters)
    before: dict[str, list[Fraction]] = {}
    after: dict[str, list[Fraction]] = {}
    for b, n in lives:
        before = add(before, naive(b, SINCE, owner) if b is not None else {})
        after = add(after, naive(n, UNTIL, owner))
    assert without_nothing(as_fractions(found.before.sums)) == without_nothing(before)
    assert without_nothing(as_fractions(found.after.sums)) == without_nothing(after)
    for change in found.changes:
        before = add(before, as_fractions(change.sums))
    assert without_nothing(before) == without_nothing(after)


def test_the_question_of_the_earlier_day_is_the_same_but_for_the_day():
    question = asked("2024-04", UNTIL)
    since = ask_on(question, SINCE, CALENDAR)
    assert isinstance(since, ForecastQuestion)
    assert (since.spans, since.as_of) == (question.spans, SINCE)


def test_the_totals_of_both_days_by_hand():
    close = {"close_date": IN, "probability": 50}
    then = [
        make_deal("B", OPEN, "1.00 EUR", **close),
        make_deal("A", OPEN, "1.00 EUR", **close),
        make_deal("C", OPEN, "700 JPY", **close),
        make_deal("D", OPEN, **close),
        make_deal("E", OPEN, "9.00 EUR", close_date=AFTER),
    ]
    now = [
        make_deal("B", WON, "1.00 EUR", **close),
        make_deal("A", WON, "1.00 EUR", **close),
        *then[2:],
    ]
    found = difference_of(then, now)
    assert (found.before.actual, found.before.pipeline) == (0, 4)
    assert list(found.before.sums.items()) == [
        ("EUR", Amounts(0, 200, 100)), ("JPY", Amounts(0, 700, 350)),
    ]  # fmt: skip
    assert found.before.ids == {"actual": (), "pipeline": ("A", "B", "C", "D")}
    assert (found.after.actual, found.after.pipeline) == (2, 2)
    assert found.after.sums == {"EUR": Amounts(200, 0, 0), "JPY": Amounts(0, 700, 350)}
    assert found.after.ids == {"actual": ("A", "B"), "pipeline": ("C", "D")}
    assert [(one.id, one.title, one.reason) for one in found.changes] == [
        ("A", "A", "won"), ("B", "B", "won"),
    ]  # fmt: skip
    assert (found.invalid, found.currencies) == (0, ("EUR", "JPY"))
    assert (found.since.as_of, found.question.as_of) == (SINCE, UNTIL)


def test_changes_stand_by_reason_then_by_deal():
    close = {"close_date": IN}
    then = [make_deal(one, OPEN, "1.00 EUR", **close) for one in ("D", "C", "A")]
    now = [
        make_deal("D", WON, "1.00 EUR", **close),
        make_deal("C", OPEN, "2.00 EUR", **close),
        make_deal("B", OPEN, "1.00 EUR", **close),
        make_deal("A", OPEN, "2.00 EUR", **close),
    ]
    found = difference_of(then, now)
    assert [(one.reason, one.id) for one in found.changes] == [
        ("new", "B"), ("won", "D"), ("grown", "A"), ("grown", "C"),
    ]  # fmt: skip


def test_differences_of_other_deals_are_put_together():
    question = asked("2024-04", UNTIL)
    since = ask_on(question, SINCE, CALENDAR)

    def difference(name: str, money: str, moves: str, invalid: int) -> Difference:
        then = [make_deal(name, OPEN, money, close_date=IN)]
        now = [make_deal(name, moves, money, close_date=IN)]
        return build_difference(then, now, since, question, REAL_ESTATE, invalid=invalid)

    both = difference("B", "2.00 USD", WON, 1) + difference("A", "1.00 EUR", LOST, 2)
    both = both + difference("C", "4.00 EUR", WON, 0)
    assert (both.question, both.since, both.invalid) == (question, since, 3)
    assert (both.before.actual, both.before.pipeline) == (0, 3)
    assert list(both.before.sums.items()) == [
        ("EUR", Amounts(0, 500, 500)), ("USD", Amounts(0, 200, 200)),
    ]  # fmt: skip
    assert both.before.ids == {"actual": (), "pipeline": ("A", "B", "C")}
    assert (both.after.actual, both.after.pipeline) == (2, 0)
    assert both.after.ids == {"actual": ("B", "C"), "pipeline": ()}
    assert both.after.sums == {"EUR": Amounts(400, 0, 0), "USD": Amounts(200, 0, 0)}
    assert [(one.reason, one.id) for one in both.changes] == [
        ("won", "B"), ("won", "C"), ("lost", "A"),
    ]  # fmt: skip
    assert both.currencies == ("EUR", "USD")


def test_the_currencies_of_a_difference_are_those_of_either_day_and_of_what_moved():
    usual = {"close_date": IN}
    then, now = make_deal("A", OPEN, "1.00 USD", **usual), make_deal("A", LOST, "1.00 USD", **usual)
    new = make_deal("B", OPEN, "1.00 GBP", **usual)
    assert difference_of([then], [now, new]).currencies == ("GBP", "USD")
    assert difference_of([], []).currencies == ("EUR",)  # the store's
    assert difference_of([], [], currency="CHF").currencies == ("CHF",)


def test_sums_become_money_of_their_currency_and_expected_is_what_is_sold_and_likely():
    money = Amounts(actual=150, pipeline=300, weighted=75).as_money("EUR")
    assert {name: str(amount) for name, amount in money.items()} == {
        "actual": "1.50", "pipeline": "3.00", "weighted": "0.75", "expected": "2.25",
    }  # fmt: skip
    assert str(Amounts(actual=150).as_money("JPY")["actual"]) == "150"
    assert Amounts(1, 2, 3).times(4) == Amounts(4, 8, 12)
    assert Amounts(5, 7, 9) - Amounts(1, 2, 3) == Amounts(4, 5, 6)
    assert [bool(one) for one in (Amounts(), Amounts(1), Amounts(0, 1), Amounts(0, 0, 1))] == [
        False, True, True, True,
    ]  # fmt: skip


def test_a_process_that_was_another_one_then_is_looked_at_as_it_was():
    # Key contacts were at most 40 % likely then, and are at most 50 % now.
    def capped(percent: int) -> Definition:
        stages = [
            msgspec.structs.replace(one, cap=percent) if one.stage == "key-contacts" else one
            for one in REAL_ESTATE.stages
        ]
        return msgspec.structs.replace(REAL_ESTATE, stages=stages)

    deal = make_deal("A", "K 03-02", "10.00 EUR", close_date=IN)
    question = asked("2024-04", UNTIL)
    since = ask_on(question, SINCE, CALENDAR)
    found = build_difference(
        [deal], [deal], since, question, capped(50), definition_then=capped(40)
    )
    assert [(one.reason, one.sums) for one in found.changes] == [
        ("probability-up", {"EUR": Amounts(0, 0, 100)})
    ]
    assert build_difference([deal], [deal], since, question, capped(50)).changes == ()


def test_a_rerouted_deal_is_lost():
    assert moved({}, {"moves": "Q 03-02, R 04-10"}) == [("lost", ("EUR", 0, -10000, -5000))]
    lost, rerouted = {"moves": "Q 03-02, L 03-10"}, {"moves": "Q 03-02, R 03-10"}
    assert moved(lost, rerouted) == []


def test_a_look_that_the_filters_keep_out_is_beyond_the_period():
    mine = asked("2024-04", UNTIL, owners=frozenset({"anna"}), currency="EUR")
    deals = [
        make_deal("A", OPEN, close_date=IN, owner="boris"),
        make_deal("B", OPEN, "1.00 USD", close_date=IN, owner="anna"),
        make_deal("C", WON, "1.00 EUR", owner="anna"),
        make_deal("D", OPEN, close_date=IN, owner="anna", stage="of-old"),
    ]
    look_at = build_look(mine, REAL_ESTATE)
    looks = [look for _, _, look in map(look_at, deals)]
    assert [(one.status, one.place, one.is_counted) for one in looks] == [
        ("open", "beyond", False),
        ("open", "beyond", False),
        ("won", "actual", True),
        ("open", "pipeline", True),
    ]
    assert [sums_of(one) for one in looks] == [{}, {}, {"EUR": Amounts(actual=100)}, {}]


def test_a_deal_that_becomes_overdue_says_so_and_one_that_stays_out_says_nothing():
    late = {"close_date": "2024-04-19", "budget": None}
    assert moved(late, late) == [("overdue",)]
    assert moved({"close_date": "2024-03-20"}, {"close_date": AFTER}) == []


def test_a_cent_more_is_growth_and_lost_in_any_way_is_lost():
    cent = {"budget": "100.01 EUR", "probability": 100}
    assert moved({"probability": 100}, cent) == [("grown", ("EUR", 0, 1, 1))]
    deals = [
        make_deal("A", OPEN, process="quick"),
        make_deal("B", LOST),
        make_deal("C", "Q 03-02, R 04-10"),
        make_deal("D", WON),
    ]
    looks = map(build_look(asked("2024-04", UNTIL), REAL_ESTATE), [*deals, None])
    assert [(look[0], look[2].status) for look in looks if look and not look[2].left_out] == [
        ("B", "lost"), ("C", "lost"), ("D", "won"),
    ]  # fmt: skip


def test_the_totals_of_a_day_are_of_all_amounts_of_a_currency():
    close = {"close_date": IN, "probability": 50}
    deals = [
        make_deal("A", OPEN, "1.00 EUR", **close),
        make_deal("B", OPEN, "2.00 EUR", **close),
        make_deal("C", WON, "4.00 EUR", **close),
    ]
    assert difference_of([], deals).after.sums == {"EUR": Amounts(400, 300, 150)}
