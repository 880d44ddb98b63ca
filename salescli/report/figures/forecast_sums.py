"""What deals bring to a forecast, in minor units, by currency: added, subtracted, told as money.

Pure, and knows no deal. Whole numbers, so that what moved a forecast adds up exactly.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from salescli.model.amounts import amount_of_units, units_of, weighted_units
from salescli.report.figures.forecast_standing import Place


class Amounts(msgspec.Struct, frozen=True):
    """Minor units of one currency; expected is actual + weighted."""

    actual: int = 0
    pipeline: int = 0
    weighted: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.actual + other.actual,
            self.pipeline + other.pipeline,
            self.weighted + other.weighted,
        )

    def __sub__(self, other: "Amounts") -> "Amounts":
        return self + Amounts(-other.actual, -other.pipeline, -other.weighted)

    def times(self, count: int) -> "Amounts":
        """So many of the same."""
        return Amounts(self.actual * count, self.pipeline * count, self.weighted * count)

    def __bool__(self) -> bool:
        return bool(self.actual or self.pipeline or self.weighted)

    def as_money(self, code: str) -> dict[str, Decimal]:
        """actual, pipeline, weighted, expected as amounts."""
        units = {
            "actual": self.actual,
            "pipeline": self.pipeline,
            "weighted": self.weighted,
            "expected": self.actual + self.weighted,
        }
        return {name: amount_of_units(number, code) for name, number in units.items()}


Sums = dict[str, Amounts]  # by currency


def sums_at(place: Place, money: str | None, probability: int) -> Sums:
    """What a deal of this value (as text) brings at a place that is counted."""
    if money is None:
        return {}
    units, code = units_of(money)
    if place == "actual":
        return {code: Amounts(actual=units)}
    return {code: Amounts(pipeline=units, weighted=weighted_units(units, probability))}


def add_sums(left: Mapping[str, Amounts], right: Mapping[str, Amounts]) -> Sums:
    """Both together, by currency."""
    codes = dict.fromkeys([*left, *right])
    return {code: left.get(code, Amounts()) + right.get(code, Amounts()) for code in codes}


def subtract_sums(left: Sums, right: Sums) -> Sums:
    """What is left of the first, by currency; currencies of which nothing is are not in it."""
    negative = {code: Amounts() - amounts for code, amounts in right.items()}
    return {code: amounts for code, amounts in add_sums(left, negative).items() if amounts}
