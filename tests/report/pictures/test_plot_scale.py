"""Ticks, and how numbers are written beside a chart."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.pictures.plot_scale import build_numbers, build_scale, say_number


def ticks(*values: str, **options: bool) -> list[str]:
    return [f"{tick.normalize():f}" for tick in build_scale(map(Decimal, values), **options).ticks]


def test_ticks_are_round_and_lie_around_all_values() -> None:
    assert ticks("7") == ["0", "2", "4", "6", "8"]
    assert ticks("480000") == ["0", "100000", "200000", "300000", "400000", "500000"]
    assert ticks("-20", "120") == ["-50", "0", "50", "100", "150"]
    assert ticks("0.3") == ["0", "0.1", "0.2", "0.3"]


def test_an_axis_of_nothing_has_two_ticks() -> None:
    assert ticks() == ticks("0") == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert ticks("0", whole=True) == ["0", "1"]


def test_an_axis_of_deals_has_no_halves() -> None:
    assert ticks("2") == ["0", "0.5", "1", "1.5", "2"]
    assert ticks("2", whole=True) == ["0", "1", "2"]


NUMBERS = st.decimals(-(10**19), 10**19, places=2)


@given(st.lists(NUMBERS, max_size=6), st.booleans())
def test_every_value_has_its_place_between_the_ends(values: list[Decimal], whole: bool) -> None:
    scale = build_scale(values, whole=whole)
    assert all(0 <= scale.place(value) <= 1 for value in [*values, Decimal(0)])
    steps = {high - low for low, high in pairwise(scale.ticks)}
    assert len(steps) == 1
    assert 2 <= len(scale.ticks) <= 8


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        (["12500", "3"], "", ["12 500", "3"]),
        (["12500.00", "3.00"], "EUR", ["12 500", "3"]),
        (["12500.50", "3.00"], "EUR", ["12 500.50", "3.00"]),
        (["12500.5"], "JPY", ["12 501"]),
        (["12500.5"], "KWD", ["12 500.500"]),
        (["71.43", "100.00"], "%", ["71.43 %", "100.00 %"]),
        (["11.4", "12"], "days", ["11.4", "12.0"]),
        (["-5"], "EUR", ["−5"]),
        (["-0.00", "0"], "EUR", ["0", "0"]),
    ],
)
def test_numbers_have_thousands_and_the_decimals_of_their_unit(
    values: list[str], unit: str, expected: list[str]
) -> None:
    found = [Decimal(value) for value in values]
    numbers = build_numbers(found, unit)
    assert [numbers.format(value) for value in found] == [
        text.replace("\N{MINUS SIGN}0", "0") for text in expected
    ]


@pytest.mark.parametrize(
    ("value", "caption", "text"),
    [
        ("9999999", "EUR", "9 999 999"),
        ("10000000", "million EUR", "10.00"),
        ("123456789.12", "million EUR, rounded", "123.46"),
        ("1234567891.00", "million EUR, rounded", "1 234.57"),
        ("12345678912.00", "billion EUR, rounded", "12.35"),
        ("999999999999999999.99", "trillion EUR, rounded", "1 000 000.00"),
    ],
)
def test_long_numbers_are_told_in_millions(value: str, caption: str, text: str) -> None:
    numbers = build_numbers([Decimal(value)], "EUR")
    assert (numbers.caption, numbers.format(Decimal(value))) == (caption, text)


def test_what_is_tiny_beside_millions_is_not_told_as_nothing() -> None:
    numbers = build_numbers([Decimal(10**9), Decimal("0.01")], "EUR")
    assert numbers.format(Decimal("0.01")) == "< 0.000001"
    assert numbers.format(Decimal("-0.01")) == "> −0.000001"
    assert numbers.shorter.format(Decimal("0.01")) == "< 0.01"
    assert numbers.format(Decimal(0)) == "0"


def test_small_numbers_beside_huge_ones_keep_three_digits() -> None:
    values = list(map(Decimal, ("999999999999.99", "12345678", "-5432.10", "1500000000")))
    numbers = build_numbers(values, "EUR")
    assert numbers.caption == "billion EUR, rounded"
    assert [numbers.format(value) for value in values] == [
        "1 000.00",
        "0.0123",
        "−0.000005",
        "1.50",
    ]


@pytest.mark.parametrize(
    ("values", "unit", "caption"),
    [
        (["871457.50", "3.00"], "EUR", "EUR, rounded"),
        (["871457.00", "3.00"], "EUR", "EUR"),
        (["12.50"], "EUR", "EUR"),
        (["12500000", "20000"], "", "million"),
        (["11.43"], "days", "days"),
        (["12.5"], "%", ""),
    ],
)
def test_a_caption_says_where_money_and_millions_are_rounded(
    values: list[str], unit: str, caption: str
) -> None:
    assert build_numbers(list(map(Decimal, values)), unit).caption == caption


def test_a_number_by_itself_has_its_unit() -> None:
    assert say_number(Decimal("1382975.50"), "EUR") == "1 382 976 EUR"  # as the axis has it
    assert say_number(Decimal("99999.50"), "EUR") == "99 999.50 EUR"
    assert say_number(Decimal("300000.00"), "EUR") == "300 000 EUR"
    assert say_number(Decimal(50), "%") == "50 %"
    assert say_number(Decimal(3), "") == "3"
