"""What moved a forecast, reason by reason, each figured by hand; and that it always adds up."""

import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.deal import Deal
from salescli.report.figures.forecast_diff import Difference, build_difference
from salescli.report.figures.forecast_standing import ForecastQuestion, ask_on
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 200
SINCE, UNTIL = date(2024, 4, 1), date(2024, 4, 20)
OPEN, WON, LOST = "Q 03-02", "Q 03-02, W 04-10", "Q 03-02, L 04-10"
IN, AFTER = "2024-04-25", "2024-05-05"


def difference_of(then: list[Deal], now: list[Deal], **filters: object) -> Difference:
    question = asked("2024-04", UNTIL, **filters)
    since = ask_on(question, SINCE, CALENDAR)
    return build_difference(then, now, since, question, REAL_ESTATE)


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
    assert difference_of([], [deal]).changes == ()


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
