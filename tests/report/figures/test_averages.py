"""Means and medians of counted numbers, against the statistics module."""

import statistics
from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from salescli.report.figures.averages import format_mean, mean_of, median_of


@given(st.lists(st.integers(-50, 400), min_size=1))
def test_mean_and_median_are_those_of_the_numbers_one_by_one(numbers: list[int]) -> None:
    counts = Counter(numbers)
    assert mean_of(counts) == statistics.mean(map(Fraction, numbers))
    assert median_of(counts) == statistics.median(map(Fraction, numbers))


def test_nothing_has_no_mean() -> None:
    assert (mean_of({}), median_of({}), format_mean(None)) == (None, None, None)


def test_days_have_one_decimal_and_a_half_goes_up() -> None:
    assert format_mean(Fraction(1, 4)) == "0.3"  # 0.25
    assert format_mean(Fraction(57, 5)) == "11.4"
    assert format_mean(Fraction(26)) == "26.0"
