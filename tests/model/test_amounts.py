from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.amounts import amount_of, currencies_of, line_total, value_of, weighted
from salescli.model.conversion import build_record
from salescli.model.money import Money, parse_money
from salescli.model.records import Line, Opportunity


def build_line(price, quantity="1", discount=None):
    return Line(
        line="line-3n8v5t2h7q",
        price=parse_money(price),
        quantity=Decimal(quantity),
        discount=None if discount is None else Decimal(discount),
    )


def build_deal(**more):
    return Opportunity(
        id="opp-7k2m9xq4tb",
        title="Flat",
        client="con-4c8t1m9zqa",
        stage="won",
        process="real-estate",
        **more,
    )


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "total"),
    [
        ("236000.00 EUR", "1", "1.5", "232460.00 EUR"),
        ("9500.00 EUR", "1", None, "9500.00 EUR"),
        ("9500.00 EUR", "3", "0", "28500.00 EUR"),
        ("0.01 EUR", "0.5", None, "0.01 EUR"),  # half a cent goes up
        ("0.05 EUR", "1", "50", "0.03 EUR"),  # 2.5 cents, half even would say 0.02
        ("0.33 EUR", "0.333", None, "0.11 EUR"),
        ("101 JPY", "0.5", None, "51 JPY"),
        ("1.001 KWD", "0.5", None, "0.501 KWD"),
        ("10.00 EUR", "1", "100", "0.00 EUR"),
        ("10.00 EUR", "1", "33.333", "6.67 EUR"),
    ],
)
def test_a_line_is_price_times_quantity_less_the_discount(price, quantity, discount, total):
    assert str(line_total(build_line(price, quantity, discount))) == total


@given(st.integers(0, 10**20 - 1), st.integers(0, 10**18 - 1), st.integers(0, 100_000))
def test_a_line_is_exact_however_long_its_numbers_are(cents, thousandths, discount):
    line = Line(
        line="line-3n8v5t2h7q",
        price=Money(Decimal(cents).scaleb(-2), "EUR"),
        quantity=Decimal(thousandths).scaleb(-3),
        discount=Decimal(discount).scaleb(-3),
    )
    exact = Fraction(cents * thousandths * (100_000 - discount), 1000 * 100_000)
    rounded = (2 * exact + 1) // 2  # whole cents, halves up
    assert Fraction(line_total(line).amount) * 100 == rounded


def test_an_amount_is_the_sum_of_rounded_lines():
    lines = [build_line("0.01 EUR", "0.5"), build_line("0.01 EUR", "0.5")]
    assert str(amount_of(lines)) == "0.02 EUR"  # rounded after the sum it would be 0.01


def test_a_deal_without_lines_has_no_amount_rather_than_nothing():
    assert amount_of([]) is None


def test_the_sum_keeps_every_cent_of_lines_longer_than_pythons_own_decimals():
    long = build_line("999999999999999999.99 EUR", "999999999999999")
    # 99999999999999999999 cents × 999999999999999, and one cent
    cents = 99999999999999999999 * 999999999999999 + 1
    assert str(amount_of([long, build_line("0.01 EUR")])) == f"{cents // 100}.{cents % 100:02} EUR"


def test_the_formats_deal_has_the_amount_of_its_proposal(read_block):
    deal = build_record(read_block("opportunity.yaml"), Opportunity)
    assert str(amount_of(deal.products)) == "241960.00 EUR"
    assert str(value_of(deal, is_won=False)) == "241960.00 EUR"
    assert currencies_of(deal) == {"EUR"}


@pytest.mark.parametrize(
    ("revenue", "lines", "budget", "is_won", "value"),
    [
        ("3 EUR", "2 EUR", "1 EUR", True, "3.00 EUR"),
        ("3 EUR", "2 EUR", "1 EUR", False, "2.00 EUR"),  # typed, but not won
        (None, "2 EUR", "1 EUR", True, "2.00 EUR"),
        (None, None, "1 EUR", True, "1.00 EUR"),
        (None, None, "1 EUR", False, "1.00 EUR"),
        ("0 EUR", "2 EUR", "1 EUR", True, "0.00 EUR"),  # nothing came in: somebody said so
        (None, "0 EUR", "1 EUR", False, "0.00 EUR"),  # lines for nothing are an amount
        (None, None, None, True, None),
    ],
)
def test_a_value_is_revenue_if_won_else_amount_else_budget(revenue, lines, budget, is_won, value):
    deal = build_deal(
        actual_revenue=revenue and parse_money(revenue),
        products=[build_line(lines)] if lines else [],
        budget=budget and parse_money(budget),
    )
    found = value_of(deal, is_won)
    assert (found and str(found)) == value


@pytest.mark.parametrize(
    ("value", "probability", "expected"),
    [
        ("240000.00 EUR", 35, "84000.00 EUR"),
        ("0.01 EUR", 50, "0.01 EUR"),
        ("0.05 EUR", 50, "0.03 EUR"),
        ("5 JPY", 50, "3 JPY"),
        ("100.00 EUR", 0, "0.00 EUR"),
        ("100.00 EUR", 100, "100.00 EUR"),
        ("999999999999999999.99 EUR", 99, "989999999999999999.99 EUR"),
    ],
)
def test_weighted_is_value_times_probability_rounded_half_up(value, probability, expected):
    assert str(weighted(parse_money(value), probability)) == expected


def test_every_currency_of_a_deals_money_is_told():
    deal = build_deal(
        budget=parse_money("1 EUR"),
        actual_revenue=parse_money("1 USD"),
        direct_expense=parse_money("1 JPY"),
        products=[build_line("1 SEK")],
    )
    assert currencies_of(deal) == {"EUR", "USD", "JPY", "SEK"}
    assert currencies_of(build_deal()) == set()
