"""What deals bring to a forecast: whole minor units that add up exactly, by currency."""

from decimal import Decimal

from salescli.report.figures.forecast_sums import Amounts, add_sums, subtract_sums, sums_at


def test_a_sold_deal_brings_its_value_and_a_likely_one_its_share_of_it() -> None:
    assert sums_at("actual", "1.10 EUR", 40) == {"EUR": Amounts(actual=110)}
    assert sums_at("pipeline", "1.10 EUR", 40) == {"EUR": Amounts(pipeline=110, weighted=44)}
    assert sums_at("pipeline", None, 40) == {}


def test_sums_are_added_and_subtracted_by_currency_and_nothing_is_left_of_equals() -> None:
    left, right = {"EUR": Amounts(5, 7, 1), "USD": Amounts(1)}, {"EUR": Amounts(5, 7, 1)}
    assert add_sums(left, right) == {"EUR": Amounts(10, 14, 2), "USD": Amounts(1)}
    assert subtract_sums(left, right) == {"USD": Amounts(1)}
    assert subtract_sums({}, {"JPY": Amounts(1, 2, 3)}) == {"JPY": Amounts(-1, -2, -3)}


def test_what_is_expected_is_what_is_sold_and_what_is_likely() -> None:
    told = Amounts(actual=110, pipeline=300, weighted=44).as_money("EUR")
    assert told == {
        "actual": Decimal("1.10"),
        "pipeline": Decimal("3.00"),
        "weighted": Decimal("0.44"),
        "expected": Decimal("1.54"),
    }
    assert Amounts(7).as_money("JPY")["actual"] == Decimal(7)


def test_so_many_of_the_same_are_as_often_each_of_them() -> None:
    assert Amounts(1, 2, 3).times(4) == Amounts(4, 8, 12)
    assert not Amounts() and all((Amounts(1), Amounts(0, 1), Amounts(0, 0, 1)))
