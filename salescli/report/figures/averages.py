"""Means and medians of counted numbers, exact until they are rounded (domain.md section 3).

Knows neither deals nor what its numbers are of.
"""

from collections.abc import Mapping
from fractions import Fraction

from salescli.report.figures.figure import round_fraction

Counts = Mapping[int, int]  # a number → how often it was counted


def mean_of(counts: Counts) -> Fraction | None:
    """Σ number × times / Σ times; None of nothing."""
    times = sum(counts.values())
    return Fraction(sum(number * n for number, n in counts.items()), times) if times else None


def median_of(counts: Counts) -> Fraction | None:
    """The number in the middle, or half the sum of the two there; None of nothing."""
    times = sum(counts.values())
    if not times:
        return None
    middle = [_number_at(counts, (times - 1) // 2), _number_at(counts, times // 2)]
    return Fraction(sum(middle), 2)


def _number_at(counts: Counts, place: int) -> int:
    """The number that stands at a place, from 0, of all in their order."""
    for number in sorted(counts):
        place -= counts[number]
        if place < 0:
            return number
    raise IndexError(place)


def format_mean(value: Fraction | None) -> str | None:
    """A number of days for programs, with one decimal; None stays None."""
    return None if value is None else f"{round_fraction(value, 1):f}"
