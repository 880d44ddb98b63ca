"""The forecast against domain.md section 7, cell by cell, and against figures by hand."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.amounts import units_of, weighted, weighted_units
from salescli.model.errors import WrongUsage
from salescli.model.money import parse_money
from salescli.report.figures.forecast import (
    Forecast,
    add_up_forecast,
    build_contribution,
    build_forecast,
    finish,
    rows_in,
)
from salescli.report.figures.forecast_standing import ForecastQuestion
from salescli.report.figures.question import ask
from salescli.report.figures.spans import build_spans
from tests.report.forecast_deals import MARCH, PLANS, april_deals, asked, figures, forecast_of
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal


def test_every_cell_of_the_fixture():
    forecast = forecast_of(april_deals(), asked())
    assert [row.name for row in forecast.rows] == ["Anna", "Boris"]
    assert [figures(row.cells[0]) for row in forecast.rows] == [
        ["250.00", "0", "320.00", "116.00", "46.40", "1.28"],
        ["300.00", "0", "450.00", "240.00", "80.00", "1.50"],
    ]
    assert figures(forecast.total.cells[0]) == [
        "550.00", "0", "770.00", "356.00", "64.73", "1.40",
    ]  # fmt: skip
    assert forecast.without is None
    assert forecast.without_plan == (0,)


def test_march_of_anna_as_the_fixture_says():
    forecast = forecast_of(april_deals(), asked("2024-03"))
    anna = forecast.rows[0].cells[0]
    assert (anna.plan, anna.actual.sum) == ({"EUR": Decimal(120)}, {"EUR": Decimal(100)})
    assert f"{anna.attainment('EUR'):f}" == "83.33"
    assert anna.gap("EUR") == 20
    assert f"{anna.coverage('EUR'):f}" == "0.00"  # nothing else closes in March
    assert [row.id for row in forecast.rows] == ["anna"]  # Boris has neither plan nor deal


def test_overdue_and_undated_are_in_no_pipeline():
    # On 2 April D5 (1 April, 300 at 60 %) is overdue; D6 and D8 never had a date: 50 and 90,
    # at the cap of their stage, which the tests' process leaves at 100.
    forecast = forecast_of(april_deals(), asked(as_of=date(2024, 4, 2)))
    assert forecast.overdue.deals.sum == {"EUR": Decimal(300)}
    assert forecast.overdue.weighted == {"EUR": Decimal(180)}
    assert (forecast.undated.deals.count, forecast.undated.deals.sum) == (2, {"EUR": Decimal(140)})
    assert forecast.total.cells[0].pipeline.sum == {"EUR": Decimal(470)}


def test_a_deal_that_closes_on_the_as_of_day_is_not_overdue():
    deals = [make_deal("A", "Q 03-02", "10.00 EUR", close_date="2024-03-31")]
    assert forecast_of(deals, asked("2024-03")).total.cells[0].pipeline.count == 1
    late = forecast_of(deals, asked("2024-03", date(2024, 4, 1)))
    assert (late.total.cells[0].pipeline.count, late.overdue.deals.count) == (0, 1)


def test_months_add_up_to_the_whole_and_each_has_its_plan():
    forecast = forecast_of(april_deals(), asked("2024-03..2024-04", months=True))
    anna, boris = forecast.rows
    assert [span.key for span in forecast.question.spans] == ["2024-03", "2024-04", ""]
    assert [figures(cell)[:3] for cell in anna.cells] == [
        ["120.00", "100.00", "0"],
        ["250.00", "0", "320.00"],
        ["370.00", "100.00", "320.00"],
    ]
    assert [figures(cell)[0] for cell in boris.cells] == [None, "300.00", None]
    assert [figures(cell)[0] for cell in forecast.total.cells] == ["120.00", "550.00", "370.00"]
    assert forecast.without_plan == (1, 0, 1)


def test_a_period_in_the_middle_of_months_is_cut_where_it_ends():
    spans = build_spans(
        CALENDAR.parse_period("2024-03-20..2024-05-02", MARCH), CALENDAR, months=True
    )
    days = [(str(span.period.first), str(span.period.last)) for span in spans]
    assert days == [
        ("2024-03-20", "2024-03-31"),
        ("2024-04-01", "2024-04-30"),
        ("2024-05-01", "2024-05-02"),
        ("2024-03-20", "2024-05-02"),
    ]


@pytest.mark.parametrize("period", ["all", "2024-01..", "..2024-04", "2024..2034"])
def test_what_has_no_end_or_too_many_months_is_refused_by_months(period):
    with pytest.raises(WrongUsage):
        build_spans(CALENDAR.parse_period(period, MARCH), CALENDAR, months=True)


def test_a_deal_won_in_march_and_reopened_is_no_actual_of_march():
    deals = [make_deal("A", "S 03-02, W 03-05, >S 04-12", "10.00 EUR", close_date="2024-05-01")]
    april = date(2024, 4, 30)
    assert forecast_of(deals, asked("2024-03", april)).total.cells[0].actual.count == 0
    assert forecast_of(deals, asked("2024-05", april)).total.cells[0].pipeline.count == 1


def test_a_deal_won_twice_counts_where_its_last_closing_lies():
    deals = [make_deal("A", "S 03-02, W 03-05, >S 03-12, W 04-02", "10.00 EUR")]
    april = date(2024, 4, 30)
    assert forecast_of(deals, asked("2024-03", april)).total.cells[0].actual.count == 0
    assert forecast_of(deals, asked("2024-04", april)).total.cells[0].actual.count == 1


def test_a_closing_is_cut_at_the_stores_midnight():
    # 31 March 2024 is the day on which Riga's clocks go forward: its last second is 20:59:59 UTC.
    in_time = make_deal("A", "S 03-02, W 03-31T20:59", "10.00 EUR")
    too_late = make_deal("B", "S 03-02, W 03-31T21:00", "10.00 EUR")
    forecast = forecast_of([in_time, too_late], asked("2024-03", date(2024, 4, 30)), with_ids=True)
    ids = forecast.total.cells[0].actual.ids
    assert ids is not None and ids.count == ("A",)


def test_value_is_revenue_if_won_else_amount_else_budget():
    won = make_deal("A", "S 03-02, W 03-05", "10.00 EUR", amount="9.00 EUR", revenue="8.00 EUR")
    lines = make_deal("B", "Q 03-02", "10.00 EUR", amount="9.00 EUR", close_date="2024-03-31")
    cell = forecast_of([won, lines], asked("2024-03")).total.cells[0]
    assert (cell.actual.sum, cell.pipeline.sum) == ({"EUR": Decimal(8)}, {"EUR": Decimal(9)})


def test_without_a_probability_by_hand_the_stage_decides():
    stages = [
        msgspec.structs.replace(stage, cap=40) if stage.stage == "key-contacts" else stage
        for stage in REAL_ESTATE.stages
    ]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=stages)
    deals = [make_deal("A", "K 03-02", "0.99 EUR", close_date="2024-04-01")]
    question = asked()
    partial = add_up_forecast(deals, question, definition)
    forecast = finish(partial, question, definition, {}, {})
    # 0.99 × 40 % = 0.396
    assert forecast.total.cells[0].weighted == {"EUR": Decimal("0.40")}


def test_a_probability_of_nothing_by_hand_is_one():
    deals = [make_deal("A", "K 03-02", "10.00 EUR", close_date="2024-04-01", probability=0)]
    assert forecast_of(deals, asked()).total.cells[0].weighted == {"EUR": Decimal("0.00")}


def test_a_deal_without_a_value_makes_a_row_and_is_counted():
    deals = [make_deal("A", "Q 03-02", None, owner="boris", close_date="2024-04-02")]
    forecast = forecast_of(deals, asked(), {})
    (row,) = forecast.rows
    assert (row.id, row.cells[0].pipeline.count, row.cells[0].pipeline.without_value) == (
        "boris", 1, 1,
    )  # fmt: skip
    assert row.cells[0].pipeline.sum == {}
    assert (forecast.without_value, forecast.without_plan) == (1, (1,))


def test_what_has_no_owner_stands_apart_and_has_no_plan_to_miss():
    deals = [make_deal("A", "Q 03-02", "5.00 EUR", close_date="2024-04-02")]
    forecast = forecast_of(deals, asked(), {})
    assert forecast.rows == ()
    assert forecast.without is not None
    assert forecast.without.cells[0].pipeline.sum == {"EUR": Decimal(5)}
    assert forecast.without_plan == (0,)


def test_a_plan_makes_a_row_without_any_deal():
    forecast = forecast_of([], asked())
    assert [figures(row.cells[0]) for row in forecast.rows] == [
        ["250.00", "0", "0", "0", "0.00", "0.00"],
        ["300.00", "0", "0", "0", "0.00", "0.00"],
    ]


def test_nothing_is_made_up_of_a_plan_of_nothing_or_a_gap_that_is_none():
    won = [make_deal("A", "S 03-02, W 03-05", "10.00 EUR", owner="anna")]
    none = forecast_of(won, asked("2024-03"), {"anna": {"2024-03": "0.00 EUR"}}).rows[0].cells[0]
    assert (none.attainment("EUR"), none.expected_percent("EUR")) == (None, None)
    assert (none.gap("EUR"), none.coverage("EUR")) == (-10, None)
    even = forecast_of(won, asked("2024-03"), {"anna": {"2024-03": "10.00 EUR"}}).rows[0].cells[0]
    assert (even.gap("EUR"), even.coverage("EUR"), str(even.attainment("EUR"))) == (
        0, None, "100.00",
    )  # fmt: skip


def test_every_ratio_is_of_one_currency():
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR", owner="anna", close_date="2024-04-02"),
        make_deal("B", "Q 03-02", "30.00 USD", owner="anna", close_date="2024-04-02"),
    ]
    plans = {"anna": {"2024-04": "20.00 EUR"}, "boris": {"2024-04": "60.00 USD"}}
    forecast = forecast_of(deals, asked(), plans)
    anna, total = forecast.rows[0].cells[0], forecast.total.cells[0]
    assert (anna.coverage("EUR"), anna.coverage("USD"), anna.gap("USD")) == (
        Decimal("0.50"), None, None,
    )  # fmt: skip
    assert total.plan == {"EUR": 20, "USD": 60}
    assert (total.coverage("EUR"), total.coverage("USD")) == (Decimal("0.50"), Decimal("0.50"))
    assert forecast.without_plan == (0,)


def test_a_currency_keeps_its_deals_those_without_money_and_its_plans():
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR", owner="anna", close_date="2024-04-02"),
        make_deal("B", "Q 03-02", "30.00 USD", owner="anna", close_date="2024-04-02"),
        make_deal("C", "Q 03-02", None, owner="anna", close_date="2024-04-02"),
        make_deal("D", "Q 03-02", "30.00 USD", owner="anna", close_date="2025-04-02"),
    ]
    plans = {"anna": {"2024-04": "20.00 USD"}, "boris": {"2024-04": "60.00 USD"}}
    forecast = forecast_of(deals, asked(currency="EUR"), plans)
    assert [row.id for row in forecast.rows] == ["anna"]
    assert forecast.total.cells[0].plan == {}
    assert (forecast.total.cells[0].pipeline.count, forecast.left_out) == (2, {"USD": 1})


def test_deals_of_other_processes_are_counted_where_they_could_matter():
    deals = [
        make_deal("A", "Q 03-02", "10.00 EUR", process="quick"),
        make_deal("B", "Q 03-02, W 04-03", "10.00 EUR", process="quick"),
        make_deal("C", "Q 03-02, W 03-03", "10.00 EUR", process="quick"),
    ]
    forecast = forecast_of(deals, asked("2024-04", date(2024, 4, 30)), {})
    assert (forecast.other_process, forecast.rows) == (2, ())


def test_a_filter_of_another_kind_leaves_no_plan():
    forecast = forecast_of(april_deals(), asked(departments=frozenset({"north"})), None)
    assert (forecast.has_plans, forecast.rows) == (False, ())


def by_product(*deals) -> Forecast:
    return forecast_of(deals, asked(by="product"), {"flat": {"2024-04": "100.00 EUR"}})


def test_by_product_a_line_is_a_row_and_the_rest_of_the_value_stands_without():
    # Flat 40, kitchen 5 of its own title, so the amount is 45: 5 without product.
    deal = make_deal(
        "A", "Q 03-02", "99.00 EUR", amount="45.00 EUR", lines=(("flat", "40.00 EUR"),),
        close_date="2024-04-02", probability=50,
    )  # fmt: skip
    forecast = by_product(deal)
    assert figures(forecast.rows[0].cells[0]) == [
        "100.00", "0", "40.00", "20.00", "20.00", "0.40",
    ]  # fmt: skip
    assert forecast.without is not None
    assert figures(forecast.without.cells[0])[2:4] == ["5.00", "2.50"]
    assert figures(forecast.total.cells[0])[:4] == ["100.00", "0", "45.00", "22.50"]


def test_by_product_revenue_below_the_lines_is_negative_without_product():
    deal = make_deal(
        "A", "S 03-02, W 04-03", amount="45.00 EUR", revenue="43.00 EUR",
        lines=(("flat", "40.00 EUR"), ("parking", "5.00 EUR")),
    )  # fmt: skip
    forecast = forecast_of([deal], asked(as_of=date(2024, 4, 30), by="product"), {})
    assert [(row.id, row.cells[0].actual.sum["EUR"]) for row in forecast.rows] == [
        ("flat", 40), ("parking", 5),
    ]  # fmt: skip
    assert forecast.without is not None
    assert forecast.without.cells[0].actual.sum == {"EUR": Decimal(-2)}
    assert forecast.total.cells[0].actual.sum == {"EUR": Decimal(43)}


def test_by_product_two_lines_of_one_product_are_one_deal():
    lines = (("flat", "0.01 EUR"), ("flat", "0.01 EUR"))
    deal = make_deal(
        "A", "Q 03-02", amount="0.02 EUR", lines=lines, close_date="2024-04-02", probability=50
    )
    forecast = by_product(deal)
    cell = forecast.rows[0].cells[0]
    # Each line weighs 0.005, so 0.01; the deal 0.01: what is too much stands without product.
    assert (cell.pipeline.count, cell.weighted) == (1, {"EUR": Decimal("0.02")})
    assert forecast.without is not None
    assert forecast.without.cells[0].weighted == {"EUR": Decimal("-0.01")}
    assert forecast.total.cells[0].weighted == {"EUR": Decimal("0.01")}


def test_partials_of_two_stores_add_up_in_any_order():
    question = asked()
    deals = april_deals()
    parts = [
        add_up_forecast(some, question, REAL_ESTATE, with_ids=True)
        for some in (deals[:4], deals[4:])
    ]
    names = {"anna": "Anna", "boris": "Boris"}
    assert rows_in(parts[0] + parts[1]) == {"anna", "boris"}
    whole = forecast_of(deals, question, {}, with_ids=True)
    assert finish(parts[0] + parts[1], question, REAL_ESTATE, {}, names) == whole
    assert finish(parts[1] + parts[0], question, REAL_ESTATE, {}, names) == whole


def test_the_deals_behind_each_number_add_up():
    forecast = forecast_of(april_deals(), asked(), PLANS, with_ids=True)
    found = [row.cells[0].pipeline.ids for row in (*forecast.rows, forecast.total)]
    found.append(forecast.undated.deals.ids)
    assert [ids and ids.count for ids in found] == [
        ("D2", "D7"),
        ("D3", "D5"),
        ("D2", "D3", "D5", "D7"),
        ("D6", "D8"),
    ]


def test_the_period_does_not_cut_the_reporting_date():
    early = CALENDAR.parse_period("2024-03", date(2024, 4, 30))
    question = ask(ForecastQuestion, "real-estate", early, date(2024, 4, 30), CALENDAR)
    assert asked("2024-03", date(2024, 4, 30)).end > question.end


@given(st.integers(0, 10**15), st.integers(0, 100), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_cents_weigh_what_money_weighs(units, probability, code):
    digits = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}[code]
    text = f"{units:0{digits + 1}}"
    written = f"{text[:-digits]}.{text[-digits:]} {code}" if digits else f"{text} {code}"
    assert units_of(written) == (units, code)
    # domain.md section 2: value × probability / 100, half up
    exact = parse_money(written).amount * probability / 100
    nearest = weighted(parse_money(written), probability)
    assert abs(nearest.amount - exact) * 2 <= Decimal(1).scaleb(-digits)
    assert units_of(str(nearest)) == (weighted_units(units, probability), code)


def test_half_a_cent_goes_up():
    assert [weighted_units(1, percent) for percent in (49, 50, 51)] == [0, 1, 1]


def test_money_written_by_hand_with_other_decimals_is_the_same_money():
    assert units_of("250 EUR") == units_of("250.0 EUR") == (25000, "EUR")


def test_the_footer_of_a_forecast_counts_each_deal_once_and_nothing_is_0():
    close = {"close_date": "2024-04-02"}
    deals = [
        make_deal("A", "Q 03-02", "1.00 EUR", differs=True, **close),
        make_deal("B", "Q 03-02", "2.00 EUR", differs=True, owner="anna", **close),
        make_deal("C", "Q 03-02", "3.00 EUR", **close),
        make_deal("D", "Q 03-02", "1.00 USD", **close),
        make_deal("E", "Q 03-02", "2.00 USD"),
        make_deal("F", "Q 03-02", "1.00 GBP", close_date="2024-03-02"),
    ]
    forecast = forecast_of(deals, asked(currency="EUR"), invalid=3)
    assert (forecast.other_process, forecast.differs, forecast.invalid) == (0, 2, 3)
    assert list(forecast.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert forecast.process_name == "Real estate, corporate sale"
    assert forecast.has_plans
    assert forecast_of(deals, asked()).left_out == {}
    partial = add_up_forecast(deals, asked(), REAL_ESTATE)
    assert finish(partial, asked(), REAL_ESTATE, None, {}).invalid == 0


def test_rows_of_a_forecast_stand_by_name_then_id_and_the_total_has_none():
    close = {"close_date": "2024-04-02"}
    names = {"u1": "zoe", "u2": "Anna", "u3": "Zoe"}
    deals = [make_deal(one, "Q 03-02", owner=one, **close) for one in ("u3", "u1", "u2", "yuri")]
    partial = add_up_forecast(deals, asked(), REAL_ESTATE)
    forecast = finish(partial, asked(), REAL_ESTATE, {}, names)
    assert [(row.id, row.name) for row in forecast.rows] == [
        ("u2", "Anna"), ("yuri", "yuri"), ("u1", "zoe"), ("u3", "Zoe"),
    ]  # fmt: skip
    assert (forecast.total.id, forecast.total.name) == (None, "")
    nobody = forecast_of([make_deal("A", "Q 03-02", **close)], asked()).without
    assert nobody is not None and (nobody.id, nobody.name, nobody.cells[0].plan) == (None, "", {})


def test_the_currencies_of_a_forecast_are_those_of_all_its_figures():
    deals = [
        make_deal("A", "Q 03-02", "1.00 USD", close_date="2024-03-02"),
        make_deal("B", "Q 03-02", "1.00 GBP"),
        make_deal("C", "S 03-02, W 04-03", "1.00 CHF"),
        make_deal("D", "Q 03-02", "1.00 JPY", close_date="2024-04-30"),
    ]
    april = asked(as_of=date(2024, 4, 10))
    assert forecast_of(deals, april).currencies == ("CHF", "EUR", "GBP", "JPY", "USD")
    assert forecast_of([], april, {}).currencies == ("EUR",)
    assert forecast_of([], asked(currency="USD"), {}).currencies == ("USD",)


def test_deals_without_a_value_are_counted_wherever_they_stand():
    deals = [
        make_deal("A", "Q 03-02", close_date="2024-03-02"),
        make_deal("B", "Q 03-02"),
        make_deal("C", "Q 03-02"),
        make_deal("D", "S 03-02, W 04-03"),
        make_deal("E", "Q 03-02", close_date="2024-04-30"),
        make_deal("F", "Q 03-02", close_date="2024-05-30"),
    ]
    forecast = forecast_of(deals, asked(as_of=date(2024, 4, 10)), with_ids=True)
    assert forecast.without_value == 5
    assert forecast.overdue.deals.without_value == 1
    assert forecast.undated.deals.without_value == 2
    ids = forecast.undated.deals.ids
    assert ids is not None and (ids.count, ids.sum, ids.without_value) == (
        ("B", "C"), {}, ("B", "C"),
    )  # fmt: skip


def test_ids_of_a_forecast_stand_by_currency():
    close = {"close_date": "2024-04-02"}
    deals = [
        make_deal("C", "Q 03-02", "1.00 EUR", **close),
        make_deal("B", "Q 03-02", "1.00 USD", **close),
        make_deal("A", "Q 03-02", "2.00 EUR", **close),
        make_deal("D", "Q 03-02", **close),
    ]
    ids = forecast_of(deals, asked(), with_ids=True).total.cells[0].pipeline.ids
    assert ids is not None
    assert ids.count == ("A", "B", "C", "D")
    assert list(ids.sum.items()) == [("EUR", ("A", "C")), ("USD", ("B",))]
    assert ids.without_value == ("D",)
    plain = build_forecast(deals, asked(), REAL_ESTATE, {}, {})
    assert plain.total.cells[0].pipeline.ids is None
    assert plain.invalid == 0


def test_a_won_deal_whose_history_tells_no_closing_counts_by_its_close_date():
    deals = [
        make_deal("A", "W 03-02", "1.00 EUR", close_date="2024-04-05"),
        make_deal("B", "W 03-02", "2.00 EUR", close_date="2024-05-05"),
        make_deal("C", "W 03-02", "4.00 EUR"),
    ]
    cell = forecast_of(deals, asked(as_of=date(2024, 4, 30))).total.cells[0]
    assert (cell.actual.count, cell.actual.sum) == (1, {"EUR": Decimal("1.00")})


def test_expected_is_what_was_sold_and_what_is_likely():
    deals = [
        make_deal("A", "S 03-02, W 04-03", "10.00 EUR"),
        make_deal("B", "Q 03-02", "8.00 EUR", close_date="2024-04-30", probability=25),
        make_deal("C", "Q 03-02", "5.00 USD", close_date="2024-04-30", probability=20),
    ]
    plans = {"anna": {"2024-04": "40.00 EUR"}}
    cell = forecast_of(deals, asked(as_of=date(2024, 4, 10)), plans).total.cells[0]
    assert (str(cell.expected("EUR")), str(cell.expected("USD"))) == ("12.00", "1.00")
    assert str(cell.expected("CHF")) == "0.00"
    assert (str(cell.attainment("EUR")), str(cell.expected_percent("EUR"))) == ("25.00", "30.00")
    assert (cell.attainment("USD"), cell.expected_percent("USD")) == (None, None)
    assert (str(cell.gap("EUR")), str(cell.coverage("EUR"))) == ("30.00", "0.27")  # 8 / 30
    assert cell.currencies == ("EUR", "USD")


def test_a_gap_below_one_is_covered_like_any_other():
    deals = [make_deal("A", "Q 03-02", "1.00 EUR", owner="anna", close_date="2024-04-30")]
    cell = forecast_of(deals, asked(), {"anna": {"2024-04": "0.50 EUR"}}).rows[0].cells[0]
    assert str(cell.coverage("EUR")) == "2.00"


def test_deals_alike_are_counted_each_and_money_has_the_decimals_of_its_currency():
    close = {"close_date": "2024-04-02", "probability": 50}
    deals = [
        make_deal("A", "Q 03-02", "3.00 EUR", owner="anna", **close),
        make_deal("B", "Q 03-02", "3.00 EUR", owner="anna", **close),
        make_deal("C", "Q 03-02", "4.00 EUR", owner="boris", **close),
        make_deal("D", "Q 03-02", "700 JPY", owner="boris", **close),
        make_deal("E", "Q 03-02", owner="anna", **close),
        make_deal("F", "Q 03-02", owner="boris", **close),
    ]
    cell = forecast_of(deals, asked(), {}).total.cells[0]
    sums = {code: str(amount) for code, amount in cell.pipeline.sum.items()}
    weighted_sums = {code: str(amount) for code, amount in cell.weighted.items()}
    assert sums == {"EUR": "10.00", "JPY": "700"}
    assert weighted_sums == {"EUR": "5.00", "JPY": "350"}
    assert cell.pipeline.valued == {"EUR": 3, "JPY": 1}
    assert (cell.pipeline.count, cell.pipeline.without_value) == (6, 2)
    nothing = forecast_of([], asked()).total.cells[0]
    assert (str(cell.expected("JPY")), str(nothing.expected("JPY"))) == (
        "350", "0",
    )  # fmt: skip


def test_lines_of_one_product_are_put_together_and_what_fits_leaves_nothing_over():
    # Half of 20 and of 30 are likely: 10 and 15. The lines are all of the value.
    close = {"close_date": "2024-04-02", "probability": 50}
    lines = (("flat", "20.00 EUR"), ("flat", "30.00 EUR"))
    deal = make_deal("A", "Q 03-02", amount="50.00 EUR", lines=lines, **close)
    forecast = forecast_of([deal], asked(by="product"), {})
    (flat,) = forecast.rows
    assert flat.cells[0].pipeline.sum == {"EUR": Decimal(50)}
    assert flat.cells[0].weighted == {"EUR": Decimal(25)}
    assert (flat.cells[0].pipeline.count, forecast.without) == (1, None)


def test_a_deal_worth_nothing_without_lines_stands_under_no_product():
    deal = make_deal("A", "Q 03-02", "0.00 EUR", close_date="2024-04-02")
    forecast = forecast_of([deal], asked(by="product"), {})
    assert forecast.without is not None
    assert forecast.without.cells[0].pipeline.sum == {"EUR": Decimal(0)}


def test_a_deal_beyond_the_period_has_no_part_in_a_forecast():
    contribute = build_contribution(asked(), REAL_ESTATE)
    assert contribute(make_deal("A", "Q 03-02", close_date="2024-05-01")) is None
    assert contribute(make_deal("B", "Q 03-02", close_date="2024-04-30")) is not None


def test_no_deals_without_a_value_are_no_ids():
    deals = [make_deal("A", "Q 03-02", "1.00 EUR", close_date="2024-04-02")]
    ids = forecast_of(deals, asked(), with_ids=True).total.cells[0].pipeline.ids
    assert ids is not None and (ids.count, ids.without_value) == (("A",), ())
