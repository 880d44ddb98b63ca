"""What a picture draws of several currencies: counts of all deals, sums of one."""

from decimal import Decimal

from salescli.report.layouts.drawn_money import narrow_comparison, narrow_funnel, say_undrawn
from tests.report.comparisons import compare_owners
from tests.report.funnel_deals import funnel_of, make_deal

MIXED = [
    make_deal("A", "Q 03-02", "100.00 EUR"),
    make_deal("B", "Q 03-03", "70.00 USD"),
    make_deal("C", "Q 03-04", "30.00 USD"),
    make_deal("D", "Q 03-05"),
]


def mixed_funnel(store_currency):
    return funnel_of(MIXED, store_currency=store_currency)


def test_counts_stay_and_sums_are_of_the_stores_currency():
    funnel, said = narrow_funnel(mixed_funnel("EUR"))
    assert funnel.stages[0].count == 4
    assert funnel.stages[0].sum == {"EUR": Decimal("100.00")}
    assert said == ["Left out of the sums for their currency: 2 in USD."]


def test_a_currency_that_no_deal_has_gives_way_to_the_first_that_one_has():
    funnel, said = narrow_funnel(mixed_funnel("GBP"))
    assert funnel.stages[0].sum == {"EUR": Decimal("100.00")}
    assert said == ["Left out of the sums for their currency: 2 in USD."]


def test_a_store_without_a_currency_draws_all_money():
    funnel = mixed_funnel(None)
    assert narrow_funnel(funnel) == (funnel, [])


def test_nothing_is_said_where_all_money_is_drawn():
    assert say_undrawn({"EUR": 3}, "EUR") == []
    assert say_undrawn({"EUR": 3, "CHF": 1, "USD": 1200}, "EUR") == [
        "Left out of the sums for their currency: 1 in CHF, 1 200 in USD."
    ]


def test_a_comparison_says_by_name_whose_money_is_not_drawn():
    comparison = compare_owners(None, "boris", deals=MIXED, store_currency="EUR")
    narrowed, said = narrow_comparison(comparison)
    assert [cell.count for cell in narrowed.rows[0].cells] == [4, 0]
    assert [cell.sum for cell in narrowed.rows[0].cells] == [{"EUR": Decimal("100.00")}, {}]
    assert said == ["Company: left out of the sums for their currency: 2 in USD."]
