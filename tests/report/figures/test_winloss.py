"""Wins and losses against domain.md section 8, cell by cell, and against figures by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from salescli.model.deal import Deal, first_deals_of
from salescli.model.money import Money
from salescli.report.figures.figure import Partial
from salescli.report.figures.question import WinLossQuestion, ask
from salescli.report.figures.winloss import (
    OUTCOMES,
    WinLoss,
    build_contribution,
    build_turning_days,
    build_win_loss,
    finish,
)
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals, make_deal

END_OF_MARCH = date(2024, 3, 31)


def question_of(
    period: str = "2024-03", as_of: date = END_OF_MARCH, **asked: object
) -> WinLossQuestion:
    return ask(
        WinLossQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        **{"sum": "value", "time_zone": "Europe/Riga", **asked},
    )


def figure_of(
    deals: list[Deal],
    period: str = "2024-03",
    as_of: date = END_OF_MARCH,
    *,
    first_deals: frozenset[str] = frozenset(),
    with_ids: bool = False,
    **asked: object,
) -> WinLoss:
    question = question_of(period, as_of, **asked)
    return build_win_loss(deals, question, REAL_ESTATE, first_deals=first_deals, with_ids=with_ids)


def counts(figure: WinLoss) -> list[int]:
    return [figure.total.outcomes[name].count for name in OUTCOMES]


def rows(figure: WinLoss) -> dict[str | None, tuple[int, int, int]]:
    """won, lost, rerouted by row."""
    return {
        row.key: tuple(row.figure.outcomes[name].count for name in OUTCOMES[:3])  # type: ignore[misc]
        for row in figure.rows
    }


def test_the_fixture_of_march() -> None:
    figure = figure_of(fixture_deals(), by="last-stage")
    assert counts(figure) == [1, 1, 0, 0]
    won, lost = figure.total.outcomes["won"], figure.total.outcomes["lost"]
    assert (won.sum, lost.sum) == ({"EUR": Decimal("100.00")}, {"EUR": Decimal("80.00")})
    assert str(figure.total.win_rate.percent) == "50.00"
    assert str(figure.total.win_rate_by_value["EUR"].percent) == "55.56"
    assert (won.mean, won.median, lost.mean, lost.median) == (26, 26, 17, 17)
    assert [row.key for row in figure.rows if row.figure.outcomes["lost"].count] == ["key-contacts"]
    velocity = figure.velocity["EUR"]
    assert (velocity.open, str(velocity.average), velocity.cycle) == (6, "100.00", 26)
    assert str(velocity.per_day) == "11.54"


def test_the_report_for_march_made_in_may_is_the_same() -> None:
    march, may = figure_of(fixture_deals()), figure_of(fixture_deals(), as_of=date(2024, 5, 31))
    assert (march.total, march.velocity) == (may.total, may.velocity)


LOST_THEN_WON = "Q 03-02, L 03-20, >Q 04-03, W 05-11"


def as_it_stood(last_day: str) -> Deal:
    moves = [move for move in LOST_THEN_WON.split(", ") if move.split(" ")[1] <= last_day]
    return make_deal("A", ", ".join(moves), "10.00 EUR")


def test_lost_in_march_reopened_and_won_in_may_counts_in_each_and_once_in_the_half_year() -> None:
    assert counts(figure_of([as_it_stood("03-31")])) == [0, 1, 0, 0]
    june = date(2024, 6, 30)
    april = figure_of([as_it_stood("04-30")], "2024-04", date(2024, 4, 30))
    assert counts(april) == [0, 0, 0, 0]
    assert counts(figure_of([as_it_stood("05-31")], "2024-05", june)) == [1, 0, 0, 0]
    half = figure_of([as_it_stood("06-30")], "2024-01-01..2024-06-30", june)
    assert counts(half) == [1, 0, 0, 0]
    assert half.total.outcomes["won"].mean == 70  # 2 March to 11 May: 29 + 30 + 11


def test_rerouted_and_rejected_deals_are_in_no_win_rate() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "30.00 EUR"),
        make_deal("B", "Q 03-02, L 03-08", "10.00 EUR"),
        make_deal("C", "Q 03-02, R 03-09", "99.00 EUR"),
    ]
    figure = figure_of(deals)
    assert counts(figure) == [1, 1, 1, 0]
    assert (figure.total.win_rate.part, figure.total.win_rate.whole) == (1, 2)
    assert str(figure.total.win_rate_by_value["EUR"].percent) == "75.00"
    assert figure.total.count == 3


def test_nothing_closed_has_no_rates() -> None:
    figure = figure_of([make_deal("A", "Q 03-02", "10.00 EUR")])
    assert figure.total.win_rate.percent is None
    assert figure.total.win_rate_by_value == {}
    assert figure.total.outcomes["won"].mean is None
    assert figure.velocity == {}
    only_rerouted = figure_of([make_deal("A", "Q 03-02, R 03-04", "10.00 EUR")])
    assert only_rerouted.total.win_rate.percent is None


def test_a_won_deal_is_worth_its_revenue_and_a_lost_one_its_amount() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "30.00 EUR", amount="20.00 EUR", revenue="15.00 EUR"),
        make_deal("B", "Q 03-02, L 03-08", "30.00 EUR", amount="20.00 EUR", revenue="15.00 EUR"),
        make_deal("C", "Q 03-02, W 03-08"),
    ]
    figure = figure_of(deals)
    won = figure.total.outcomes["won"]
    assert won.sum == {"EUR": Decimal("15.00")}
    assert (won.without_value, figure.without_value) == (1, 1)
    assert won.average == {"EUR": Decimal("15.00")}  # C is not in the mean
    assert figure.total.outcomes["lost"].sum == {"EUR": Decimal("20.00")}


def test_an_average_is_rounded_half_up_to_its_currency() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "0.01 EUR"),
        make_deal("B", "Q 03-02, W 03-06", "0.02 EUR"),
        make_deal("C", "Q 03-02, W 03-09", "700 JPY"),
        make_deal("D", "Q 03-02, W 03-10", "701 JPY"),
    ]
    won = figure_of(deals).total.outcomes["won"]
    assert {code: str(amount) for code, amount in won.average.items()} == {
        "EUR": "0.02",  # 0.015
        "JPY": "701",  # 700.5
    }
    assert (won.mean, won.median) == (Fraction(21, 4), Fraction(11, 2))  # 2, 4, 7, 8


def test_velocity_of_a_currency_takes_its_deals_and_those_without_money() -> None:
    # EUR: open 2 (D, F), won A and C (4 and 8 days, mean 6), lost B: 2 × 90 × 2/3 / 6 = 20.
    # USD: open 2 (E, F), won C alone without money: no mean value.
    deals = [
        make_deal("A", "Q 03-02, W 03-06", "90.00 EUR"),
        make_deal("B", "Q 03-02, L 03-06", "10.00 EUR"),
        make_deal("C", "Q 03-02, W 03-10"),
        make_deal("D", "Q 03-02", "10.00 EUR"),
        make_deal("E", "Q 03-02", "10.00 USD"),
        make_deal("F", "Q 02-02"),
        make_deal("G", "Q 03-02, L 03-06", "10.00 USD"),
    ]
    euros, dollars = (figure_of(deals).velocity[code] for code in ("EUR", "USD"))
    assert (euros.open, str(euros.average), euros.cycle, str(euros.per_day)) == (
        2,
        "90.00",
        6,
        "20.00",
    )
    assert (dollars.open, dollars.average, dollars.per_day) == (2, None, None)
    assert figure_of(deals, currency="EUR").velocity == {"EUR": euros}


def test_a_win_on_the_day_of_creation_has_no_velocity() -> None:
    deals = [make_deal("A", "Q 03-02, W 03-02T13:00", "9.00 EUR"), make_deal("B", "Q 03-02")]
    velocity = figure_of(deals).velocity["EUR"]
    assert (velocity.cycle, velocity.per_day) == (0, None)


def test_days_are_local_around_midnight_and_over_the_change_of_clocks() -> None:
    # Riga is UTC+2, from 31 March 2024 01:00 UTC UTC+3.
    late = make_deal("A", "Q 03-30T21:59, W 03-30T22:00", "1.00 EUR")  # 30 and 31 March
    assert figure_of([late], "2024-03-30").total.count == 0
    assert figure_of([late], "2024-03-31").total.outcomes["won"].mean == 1
    april = make_deal("B", "Q 03-30T22:00, W 03-31T21:00", "1.00 EUR")  # 31 March and 1 April
    assert counts(figure_of([april], "2024-04", date(2024, 4, 30))) == [1, 0, 0, 0]
    assert figure_of([april], "2024-04", date(2024, 4, 30)).total.outcomes["won"].mean == 1


def test_what_a_win_skips_is_not_where_the_deal_stood() -> None:
    figure = figure_of([make_deal("A", "Q 03-02, W 03-09")], by="last-stage")
    assert rows(figure)["qualification"] == (1, 0, 0)
    assert rows(figure)["proposal-presentation"] == (0, 0, 0)


def test_competitors_are_won_against_or_lost_to() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", rivals=("skyline", "nordic")),
        make_deal("B", "Q 03-02, L 03-09", rivals=("skyline", "nordic"), winner="skyline"),
        make_deal("C", "Q 03-02, L 03-09", winner="unknown"),
        make_deal("D", "Q 03-02, L 03-09", rivals=("nordic",)),
        make_deal("E", "Q 03-02, W 03-09"),
    ]
    figure = figure_of(deals, by="competitor")
    assert rows(figure) == {
        "skyline": (1, 1, 0),
        "nordic": (1, 0, 0),
        "unknown": (0, 1, 0),
        None: (1, 1, 0),
    }
    assert counts(figure) == [2, 3, 0, 0]
    assert [row.key for row in figure.rows] == ["skyline", "nordic", "unknown", None]


def test_size_bands_take_their_upper_bound_in_and_other_currencies_have_none() -> None:
    bands = (Money(Decimal("100.00"), "EUR"), Money(Decimal("250.00"), "EUR"))
    budgets = ["100.00 EUR", "100.01 EUR", "250.00 EUR", "250.01 EUR", "50.00 USD", None]
    deals = [make_deal(str(n), "Q 03-02, L 03-09", money) for n, money in enumerate(budgets)]
    figure = figure_of(deals, by="size", bands=bands)
    assert [(row.key, row.figure.count) for row in figure.rows] == [
        ("up to 100.00 EUR", 1),
        ("up to 250.00 EUR", 2),
        ("above 250.00 EUR", 1),
        (None, 2),
    ]


def test_new_clients_are_those_of_a_first_deal_unless_somebody_decided() -> None:
    deals = [
        make_deal("A", "Q 02-02, L 02-09", client="acc-0000000001"),
        make_deal("B", "Q 03-02, W 03-09", client="acc-0000000001"),
        make_deal("C", "Q 03-02, W 03-09", client="con-0000000001"),
        make_deal("D", "Q 03-04, L 03-09", client="con-0000000001", is_primary=True),
        make_deal("E", "Q 03-04, L 03-09", client="con-0000000002", is_primary=False),
    ]
    first = first_deals_of(deals)
    assert first == {"A", "C", "E"}
    assert rows(figure_of(deals, by="new-client", first_deals=first)) == {
        "new": (1, 1, 0),
        "existing": (1, 1, 0),
    }
    assert rows(figure_of(deals, by="client-kind")) == {"account": (1, 0, 0), "contact": (1, 2, 0)}


def test_first_deals_go_by_creation_then_id() -> None:
    deals = [make_deal("B", "Q 03-02"), make_deal("A", "Q 03-02"), make_deal("C", "Q 03-04")]
    assert first_deals_of(deals) == {"A"}


def test_months_of_the_period_stand_there_without_a_closing_up_to_the_as_of_day() -> None:
    deals = [
        make_deal("A", "Q 01-02, W 02-09", "5.00 EUR"),
        make_deal("B", "Q 01-02, L 03-31T22:30", "5.00 EUR"),  # 1 April in Riga
    ]
    figure = figure_of(deals, "2024", date(2024, 5, 2), by="month")
    assert rows(figure) == {
        "2024-01": (0, 0, 0),
        "2024-02": (1, 0, 0),
        "2024-03": (0, 0, 0),
        "2024-04": (0, 1, 0),
        "2024-05": (0, 0, 0),
    }
    always = figure_of(deals, "all", date(2024, 5, 2), by="month")
    assert list(rows(always)) == ["2024-02", "2024-03", "2024-04"]
    assert figure_of([], "all", by="month").rows == ()


@pytest.mark.parametrize(
    ("by", "facts"),
    [
        ("owner", {"owner": "anna"}),
        ("department", {"department": "north"}),
        ("source", {"source": "web"}),
        ("need", {"need": "parking"}),
        ("reason", {"close_reason": "price"}),
    ],
)
def test_rows_by_a_field_of_the_deal(by: str, facts: dict[str, str]) -> None:
    deals = [
        make_deal("A", "Q 03-02, L 03-09", **facts),
        make_deal("B", "Q 03-02, L 03-09"),
        make_deal("C", "Q 03-02, L 03-09"),
        make_deal("D", "Q 03-02", **facts),
    ]
    (value,) = facts.values()
    assert rows(figure_of(deals, by=by)) == {value: (0, 1, 0), None: (0, 2, 0)}


def test_filters_and_what_is_left_out() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", "5.00 EUR", owner="anna", department="north"),
        make_deal("B", "Q 03-02, W 03-09", "5.00 USD", owner="anna", differs=True),
        make_deal("C", "Q 03-02, L 03-09", "5.00 EUR", owner="boris"),
        make_deal("D", "Q 03-02, L 03-09", "5.00 EUR", owner="anna", process="other"),
        make_deal("E", "Q 03-02, L 02-09", "5.00 EUR", owner="anna", process="other"),
        make_deal("F", "Q 04-02", "5.00 EUR", owner="anna"),
    ]
    figure = figure_of(deals, owners=frozenset({"anna"}))
    assert (counts(figure), figure.other_process, figure.differs) == ([2, 0, 0, 0], 1, 1)
    assert figure_of(deals, currency="EUR").left_out == {"USD": 1}
    assert counts(figure_of(deals, departments=frozenset({"north"}))) == [1, 0, 0, 0]


def test_a_period_that_begins_after_its_end_has_no_figures() -> None:
    figure = figure_of(fixture_deals(), "2024-04", END_OF_MARCH, by="month")
    assert (figure.total.count, figure.rows, figure.velocity) == (0, (), {})


def test_ids_stand_behind_each_number() -> None:
    figure = figure_of(fixture_deals(), by="owner", with_ids=True)
    won = figure.total.outcomes["won"].ids
    assert won is not None
    assert (won.count, won.sum, won.without_value) == (("D1",), {"EUR": ("D1",)}, ())
    assert figure.velocity["EUR"].open_ids == ("D2", "D3", "D5", "D6", "D7", "D8")
    (boris,) = [row for row in figure.rows if row.key == "boris"]
    assert boris.figure.outcomes["lost"].ids is not None
    assert boris.figure.outcomes["lost"].ids.count == ("D4",)


def test_owners_partials_add_up_to_the_companys_figure() -> None:
    question = question_of(by="month")
    contributions = [*map(build_contribution(question, REAL_ESTATE), fixture_deals())]
    parts = [
        Partial({one: 1}, {one: (deal.id,)})
        for one, deal in zip(contributions, fixture_deals(), strict=True)
        if one is not None
    ]
    whole = Partial({}, {})
    for part in parts:
        whole = whole + part
    expected = figure_of(fixture_deals(), by="month", with_ids=True)
    assert finish(whole, REAL_ESTATE, question) == expected


def test_the_footer_counts_each_deal_once_and_nothing_is_0() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", "5.00 EUR", differs=True),
        make_deal("B", "Q 03-02, L 03-09", "5.00 EUR", differs=True),
        make_deal("C", "Q 03-02, L 03-09", "5.00 EUR"),
        make_deal("D", "Q 03-02, W 03-09", "5.00 USD"),
        make_deal("E", "Q 03-02, L 03-09", "5.00 USD"),
        make_deal("F", "Q 03-02", "5.00 GBP"),
        make_deal("G", "Q 03-02", "5.00 EUR", differs=True),
    ]
    figure = build_win_loss(deals, question_of(currency="EUR"), REAL_ESTATE, invalid=3)
    assert (figure.other_process, figure.differs, figure.invalid) == (0, 3, 3)
    assert list(figure.left_out.items()) == [("GBP", 1), ("USD", 2)]
    assert figure.process_name == "Real estate, corporate sale"
    assert figure_of(deals).invalid == 0
    assert figure_of(deals).left_out == {}


def test_deals_of_another_process_count_by_whether_they_closed_in_the_period() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", process="other"),
        make_deal("B", "Q 02-02, L 02-09", process="other"),
        make_deal("C", "Q 02-02", process="other"),
        make_deal("D", "Q 02-02, L 02-09, >Q 02-11", process="other"),
        make_deal("E", "Q 03-02, W 03-09", "5.00 USD", process="other"),
    ]
    assert figure_of(deals, currency="EUR").other_process == 4
    assert figure_of(deals, currency="EUR").left_out == {}


def test_a_period_of_wins_and_losses_holds_its_first_and_last_second() -> None:
    # March in Riga: 29 February 22:00:00 UTC to 31 March 20:59:59 UTC.
    deals = [
        make_deal("A", "Q 02-02, W 02-29T21:59:59"),
        make_deal("B", "Q 02-02, W 02-29T22:00"),
        make_deal("C", "Q 02-02, W 03-31T20:59:59"),
        make_deal("D", "Q 02-02, W 03-31T21:00"),
    ]
    won = figure_of(deals, with_ids=True).total.outcomes["won"].ids
    assert won is not None and won.count == ("B", "C")


def test_names_stand_beside_the_keys_of_rows() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", owner="anna"),
        make_deal("B", "Q 03-02, L 03-09", owner="boris"),
        make_deal("C", "Q 03-02, L 03-09"),
    ]
    figure = build_win_loss(
        deals, question_of(by="owner"), REAL_ESTATE, names={"anna": "Anna", "boris": "Boris"}
    )
    assert [(row.key, row.name) for row in figure.rows] == [
        ("anna", "Anna"),
        ("boris", "Boris"),
        (None, ""),
    ]
    assert figure_of(deals, by="owner").rows[0].name == "anna"


def test_wins_and_losses_have_no_ids_unless_asked() -> None:
    figure = build_win_loss(fixture_deals(), question_of(by="owner"), REAL_ESTATE)
    assert figure.total.ids is None
    assert [one.ids for one in figure.total.outcomes.values()] == [None] * 4
    assert figure.velocity["EUR"].open_ids is None
    assert figure_of(fixture_deals(), with_ids=True).total.ids == ("D1", "D4")
    assert figure_of([], with_ids=True).total.ids == ()


def test_rates_by_value_are_of_each_currency_and_one_side_may_have_none() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "30.00 EUR"),
        make_deal("B", "Q 03-02, L 03-08", "10.00 EUR"),
        make_deal("C", "Q 03-02, W 03-08", "5 JPY"),
        make_deal("D", "Q 03-02, L 03-08", "5.00 USD"),
    ]
    shares = figure_of(deals).total.win_rate_by_value
    assert [(code, str(one.part), str(one.whole)) for code, one in shares.items()] == [
        ("EUR", "30.00", "40.00"),
        ("JPY", "5", "5"),
        ("USD", "0.00", "5.00"),
    ]
    assert figure_of(deals).currencies == ("EUR", "JPY", "USD")
    assert figure_of([], store_currency="EUR").currencies == ("EUR",)
    assert figure_of([], currency="USD", store_currency="EUR").currencies == ("USD",)
    assert figure_of([]).currencies == ()


def test_velocity_per_day_has_the_decimals_of_its_currency() -> None:
    # 1 open × 700 × 1/1 / 3 days = 233.33 yen; 1 × 7.00 × 1/2 / 3 = 1.1666 dollars.
    deals = [
        make_deal("A", "Q 03-02, W 03-05", "700 JPY"),
        make_deal("B", "Q 03-02", "10 JPY"),
        make_deal("C", "Q 03-02, W 03-05", "7.00 USD"),
        make_deal("D", "Q 03-02, L 03-05", "9.00 USD"),
        make_deal("E", "Q 03-02", "8.00 USD"),
    ]
    velocity = figure_of(deals, with_ids=True).velocity
    assert list(velocity) == ["JPY", "USD"]
    assert [str(one.per_day) for one in velocity.values()] == ["233", "1.17"]
    assert [(one.win_rate.part, one.win_rate.whole) for one in velocity.values()] == [
        (1, 1),
        (1, 2),
    ]
    assert [one.open_ids for one in velocity.values()] == [("B",), ("E",)]


def turning_days_of(deal: Deal) -> list[str]:
    days = build_turning_days(question_of(), REAL_ESTATE)(deal)
    assert days is not None
    return [str(date.fromordinal(day)) for day in days]


def test_wins_and_losses_turn_on_the_local_day_of_the_last_closing_alone() -> None:
    assert turning_days_of(make_deal("A", "Q 03-02, W 03-05T21:59")) == ["2024-03-05"]
    assert turning_days_of(make_deal("B", "Q 03-02, L 03-05T22:00")) == ["2024-03-06"]
    assert turning_days_of(make_deal("C", "Q 03-02, L 03-05, >Q 03-07, W 03-09")) == ["2024-03-09"]
    assert turning_days_of(make_deal("D", "Q 03-02, L 03-05, >Q 03-07")) == ["2024-03-05"]
    assert turning_days_of(make_deal("E", "Q 03-02, K 03-05")) == []


def test_velocity_takes_the_mean_of_several_wins_in_the_decimals_of_the_currency() -> None:
    # 1 open × (100 + 201) / 2 × 2/2 / ((2 + 4) / 2 days) = 150.5 / 3 = 50.16.
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "100 JPY"),
        make_deal("B", "Q 03-02, W 03-06", "201 JPY"),
        make_deal("C", "Q 03-02", "10 JPY"),
    ]
    velocity = figure_of(deals).velocity["JPY"]
    assert (str(velocity.average), velocity.cycle, str(velocity.per_day)) == ("151", 3, "50")


def test_a_first_deal_makes_a_new_client_and_a_decision_by_hand_stands_above_that() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09"),
        make_deal("B", "Q 03-02, W 03-09"),
        make_deal("C", "Q 03-02, L 03-09"),
        make_deal("D", "Q 03-02, L 03-09", is_primary=True),
        make_deal("E", "Q 03-02, L 03-09", is_primary=True),
        make_deal("F", "Q 03-02, R 03-09", is_primary=False),
    ]
    figure = figure_of(deals, by="new-client", first_deals=frozenset("AF"))
    assert rows(figure) == {"new": (1, 2, 0), "existing": (1, 1, 1)}
    assert [row.key for row in figure.rows] == ["new", "existing"]
    none = figure_of([make_deal("A", "Q 03-02, W 03-09")], by="new-client").rows
    assert [(row.key, row.figure.count) for row in none] == [("new", 0), ("existing", 1)]


def test_kinds_of_clients_stand_in_one_order_even_without_a_deal() -> None:
    deals = [make_deal("A", "Q 03-02, W 03-09", client="con-0000000001")]
    figure = figure_of(deals, by="client-kind")
    assert [(row.key, row.figure.count) for row in figure.rows] == [("account", 0), ("contact", 1)]


@pytest.mark.parametrize(
    ("bounds", "keys"),
    [
        (["10.00"], ["up to 10.00 EUR", "above 10.00 EUR"]),
        (
            ["10.00", "20.00", "30.00"],
            ["up to 10.00 EUR", "up to 20.00 EUR", "up to 30.00 EUR", "above 30.00 EUR"],
        ),
    ],
)
def test_there_is_a_band_up_to_each_bound_and_one_above_the_last(
    bounds: list[str], keys: list[str]
) -> None:
    bands = tuple(Money(Decimal(bound), "EUR") for bound in bounds)
    deals = [make_deal("A", "Q 03-02, L 03-09", "10.01 EUR")]
    figure = figure_of(deals, by="size", bands=bands)
    assert [row.key for row in figure.rows] == keys
    assert [row.key for row in figure.rows if row.figure.count] == [keys[1]]


def test_sizes_without_bounds_make_one_row_of_all() -> None:
    deals = [make_deal("A", "Q 03-02, L 03-09", "10.01 EUR")]
    assert rows(figure_of(deals, by="size")) == {None: (0, 1, 0)}


def test_a_retired_stage_stands_there_while_deals_were_closed_from_it() -> None:
    retired = [msgspec.structs.replace(s, retired=s.stage[0] in "qk") for s in REAL_ESTATE.stages]
    definition = msgspec.structs.replace(REAL_ESTATE, stages=retired)
    deals = [
        make_deal("A", "Q 03-02, K 03-04, L 03-09"),
        make_deal("B", "P 03-02, L 03-09"),
    ]
    figure = build_win_loss(deals, question_of(by="last-stage"), definition)
    assert [(row.key, row.figure.count) for row in figure.rows] == [
        ("key-contacts", 1),
        ("proposal-preparation", 1),
        ("proposal-presentation", 0),
    ]


def test_months_of_a_period_with_one_end_run_to_or_from_the_closings() -> None:
    deals = [make_deal("A", "Q 01-02, W 02-09"), make_deal("B", "Q 01-02, W 04-09")]
    as_of = date(2024, 5, 2)
    assert list(rows(figure_of(deals, "2024-01-31..", as_of, by="month"))) == [
        "2024-01",
        "2024-02",
        "2024-03",
        "2024-04",
    ]
    assert list(rows(figure_of(deals, "..2024-05-01", as_of, by="month"))) == [
        "2024-02",
        "2024-03",
        "2024-04",
        "2024-05",
    ]
    for period in ("2024-01-31..", "..2024-05-01"):
        assert figure_of([], period, as_of, by="month").rows == ()
    assert list(rows(figure_of([], "2024-03-31..2024-05-30", as_of, by="month"))) == [
        "2024-03",
        "2024-04",
        "2024-05",
    ]


def test_rows_without_a_scale_stand_by_their_number_then_by_key() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", owner="carl"),
        make_deal("B", "Q 03-02, W 03-09", owner="boris"),
        make_deal("C", "Q 03-02, W 03-09", owner="dora"),
        make_deal("D", "Q 03-02, L 03-09", owner="dora"),
        make_deal("E", "Q 03-02, L 03-09"),
        make_deal("F", "Q 03-02, L 03-09"),
        make_deal("G", "Q 03-02, L 03-09"),
    ]
    figure = figure_of(deals, by="owner")
    assert [row.key for row in figure.rows] == ["dora", "boris", "carl", None]


def test_a_deal_at_a_stage_that_is_no_more_is_open_and_one_of_another_process_as_it_moved() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "1.00 EUR"),
        make_deal("B", "Q 03-02", "1.00 EUR", stage="of-old"),
        make_deal("C", "Q 02-02, L 02-09", process="other", stage="gone"),
        make_deal("D", "Q 02-02, L 03-09", process="other", stage="gone"),
    ]
    figure = figure_of(deals)
    assert (figure.velocity["EUR"].open, figure.other_process) == (1, 1)


def test_a_deal_that_its_file_alone_closes_is_of_its_last_closing_if_it_has_one() -> None:
    reopened = make_deal("A", "Q 03-02, L 03-05, >K 03-07", stage="lost")
    assert rows(figure_of([reopened], by="last-stage"))["qualification"] == (0, 1, 0)
    bare = msgspec.structs.replace(make_deal("B", "Q 03-02, L 03-05"), visits=())
    assert figure_of([bare], with_ids=True).total.ids == ()


def test_deals_that_took_as_long_are_each_in_the_mean_and_those_with_money_are_counted() -> None:
    # 2, 2 and 8 days
    deals = [
        make_deal("A", "Q 03-02, W 03-04", "1.00 EUR"),
        make_deal("B", "Q 03-02, W 03-04", "2.00 EUR"),
        make_deal("C", "Q 03-02, W 03-10", "3.00 EUR"),
        make_deal("D", "Q 03-02, W 03-06", "700 JPY"),
    ]
    won = figure_of(deals).total.outcomes["won"]
    assert (won.mean, won.median, won.valued) == (4, 3, {"EUR": 3, "JPY": 1})


def test_an_empty_row_has_no_ids_unless_asked_and_none_before_the_period() -> None:
    deals = [make_deal("A", "Q 03-02, W 03-09")]
    asked = {"by": "new-client"}
    assert figure_of(deals, **asked, with_ids=True).rows[0].figure.ids == ()
    assert figure_of(deals, **asked).rows[0].figure.ids is None
    assert figure_of(deals, "2024-04", **asked).rows == ()


def test_what_is_left_out_stands_before_or_after_what_is_counted() -> None:
    deals = [
        make_deal("A", "Q 03-02, W 03-09", "5.00 USD"),
        make_deal("B", "Q 03-02, W 03-09", "5.00 EUR"),
        make_deal("C", "Q 03-02, W 03-09", "6.00 USD"),
    ]
    figure = figure_of(deals, currency="EUR")
    assert (counts(figure), figure.left_out) == ([1, 0, 0, 0], {"USD": 2})


def test_before_its_period_nothing_is_owned_up_to() -> None:
    deals = [
        make_deal("A", "Q 03-02", differs=True),
        make_deal("B", "Q 03-02", process="other"),
        make_deal("C", "Q 03-02", "5.00 USD"),
    ]
    figure = figure_of(deals, "2024-04", currency="EUR")
    assert (figure.differs, figure.other_process, figure.left_out) == (0, 0, {})
