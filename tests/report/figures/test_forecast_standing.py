"""Where a deal stands in a forecast, by hand: April 2024, days of Riga (UTC+3 then)."""

from datetime import date

import msgspec
import pytest

from salescli.report.figures.forecast_standing import (
    BEYOND,
    OTHER_PROCESS,
    Standing,
    ask_forecast,
    ask_on,
    build_standing,
    closed_second,
)
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

TENTH = date(2024, 4, 10)


def standing_of(deal, period="2024-04", as_of=TENTH, definition=REAL_ESTATE, **more):
    return build_standing(asked(period, as_of, **more), definition)(deal)


@pytest.mark.parametrize(
    ("close_date", "expected"),
    [
        (None, "undated"),
        ("2024-03-31", "overdue"),
        ("2024-04-09", "overdue"),
        ("2024-04-10", "pipeline"),
        ("2024-04-30", "pipeline"),
        ("2024-05-01", "beyond"),
    ],
)
def test_an_open_deal_stands_by_its_close_date(close_date, expected):
    deal = make_deal("A", "Q 03-02", "1.00 EUR", close_date=close_date)
    found = standing_of(deal)
    assert found is not None and (found.place, found.part) == (expected, 0)
    assert (found is BEYOND) == (expected == "beyond")


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ("S 03-02, W 03-31T20:59:59", "beyond"),
        ("S 03-02, W 03-31T21:00", "actual"),
        ("S 03-02, W 04-09", "actual"),
        ("S 03-02, L 04-09", "beyond"),
        ("S 03-02, W 04-02, >S 04-03", "undated"),
    ],
)
def test_a_closed_deal_stands_by_its_last_closing(moves, expected):
    found = standing_of(make_deal("A", moves, "1.00 EUR"))
    assert found is not None and found.place == expected


def test_a_deal_stands_in_one_of_the_months():
    months = {"months": True, "period": "2024-03..2024-05"}
    april = make_deal("A", "S 03-02, W 04-05", "1.00 EUR", owner="anna")
    may = make_deal("B", "Q 03-02", "1.00 EUR", owner="anna", close_date="2024-05-02")
    assert standing_of(april, **months) == Standing("actual", 1, "anna", (), "1.00 EUR", 100)
    assert standing_of(may, **months) == Standing("pipeline", 2, "anna", (), "1.00 EUR", 100)
    question = asked("2024-03..2024-05", TENTH, months=True)
    assert [span.key for span in question.parts] == ["2024-03", "2024-04", "2024-05"]
    assert [span.key for span in asked("2024-03..2024-05", TENTH).parts] == [""]


def test_how_likely_is_said_by_hand_else_by_the_stage_and_won_is_sure():
    stages = [
        msgspec.structs.replace(s, cap=40) if s.stage == "key-contacts" else s
        for s in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)

    def likely(moves, **facts):
        deal = make_deal("A", moves, "1.00 EUR", close_date="2024-04-20", **facts)
        return standing_of(deal, definition=definition).probability

    assert likely("K 03-02") == 40
    assert likely("K 03-02", probability=0) == 0
    assert likely("K 03-02", probability=70) == 70
    assert likely("S 03-02, W 04-05", probability=70) == 100
    assert likely("Q 03-02", stage="of-old") == 0  # the process no longer has it


def test_the_row_and_the_money_of_a_deal():
    facts = {"department": "north", "need": "parking", "lines": (("flat", "2.00 EUR"),)}
    deal = make_deal(
        "A", "Q 03-02", "1.00 EUR", amount="2.00 EUR", revenue="3.00 EUR", owner="anna",
        close_date="2024-04-20", differs=True, **facts,
    )  # fmt: skip
    rows = {by: standing_of(deal, by=by) for by in ("owner", "department", "client", "need")}
    assert {by: one.row for by, one in rows.items()} == {
        "owner": "anna", "department": "north", "client": "acc-1", "need": "parking",
    }  # fmt: skip
    assert rows["owner"] == Standing("pipeline", 0, "anna", (), "2.00 EUR", 100, True)
    lines = standing_of(deal, by="product")
    assert lines == Standing("pipeline", 0, None, (("flat", "2.00 EUR"),), "2.00 EUR", 100, True)
    won = make_deal("B", "S 03-02, W 04-05", "1.00 EUR", amount="2.00 EUR", revenue="3.00 EUR")
    assert standing_of(won).money == "3.00 EUR"


def test_filters_keep_deals_out():
    deal = make_deal("A", "Q 03-02", owner="anna", department="north", close_date="2024-04-20")
    assert standing_of(deal, owners=frozenset({"anna"})) is not None
    assert standing_of(deal, owners=frozenset({"boris"})) is None
    assert standing_of(deal, departments=frozenset({"north"})) is not None
    assert standing_of(deal, departments=frozenset({"south"})) is None


@pytest.mark.parametrize(
    "facts", [{"budget": "1.00 USD"}, {"amount": "1.00 USD"}, {"revenue": "1.00 USD"}]
)
def test_any_money_in_another_currency_leaves_a_deal_out(facts):
    deal = make_deal("A", "Q 03-02", close_date="2024-04-20", **facts)
    assert standing_of(deal, currency="EUR") == Standing("left-out", row="USD")
    assert standing_of(deal, currency="USD").place == "pipeline"
    assert standing_of(deal).place == "pipeline"


def test_a_deal_without_money_is_of_every_currency_and_one_beyond_is_left_out_of_nothing():
    bare = make_deal("A", "Q 03-02", close_date="2024-04-20")
    assert standing_of(bare, currency="EUR").place == "pipeline"
    late = make_deal("B", "Q 03-02", "1.00 USD", close_date="2024-06-20")
    assert standing_of(late, currency="EUR") is BEYOND


@pytest.mark.parametrize(
    ("moves", "is_concerned"),
    [
        ("Q 03-02", True),
        ("Q 03-02, W 04-05", True),
        ("Q 03-02, L 04-05", True),
        ("Q 03-02, W 03-05", False),
        ("Q 03-02, W 03-05, >Q 03-06", True),
    ],
)
def test_a_deal_of_another_process_concerns_the_period_if_it_runs_or_closed_in_it(
    moves, is_concerned
):
    deal = make_deal("A", moves, "1.00 USD", process="quick")
    expected = Standing("left-out", row=OTHER_PROCESS) if is_concerned else None
    assert standing_of(deal) == standing_of(deal, currency="EUR") == expected


def test_a_deal_of_another_process_without_a_history_may_run():
    deal = msgspec.structs.replace(make_deal("A", "Q 03-02", process="quick"), visits=())
    assert standing_of(deal) == Standing("left-out", row=OTHER_PROCESS)


def test_the_last_closing_is_the_one_that_counts():
    noon = 12 * 3600
    deal = make_deal("A", "S 03-02, W 03-05, >S 03-12, W 04-02")
    assert closed_second(deal) == 1712016000 + noon  # 2 April 2024
    assert closed_second(make_deal("B", "Q 03-02")) is None


def test_a_question_on_another_day_ends_with_that_day():
    question = ask_on(asked(), date(2024, 4, 20), CALENDAR)
    assert (question.as_of, question.end) == (date(2024, 4, 20), 1713646799)  # 20:59:59 UTC
    assert question.spans == asked().spans
    assert asked("2024-04", TENTH).end == 1712782799  # 10 April, 20:59:59 UTC


def test_a_forecast_is_of_the_whole_period_unless_months_are_asked_for():
    question = asked("2024-03..2024-05", TENTH)
    assert [span.key for span in ask_forecast(question, CALENDAR).spans] == [""]
