"""Deals of one number put together: how many, what money they bring, which ones they are.

A pile takes contributions in any order and knows not what it is a pile of.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, localcontext

import msgspec

from salescli.model.money import EXACT, round_amount
from salescli.report.figures.figure import parse_amount


class CountIds(msgspec.Struct, frozen=True):
    """The deals behind a count, behind each of its sums, and those without money, by id."""

    count: tuple[str, ...]
    sum: dict[str, tuple[str, ...]]
    without_value: tuple[str, ...]


class Counted(msgspec.Struct, frozen=True):
    """So many deals with so much money by currency; `without_value` of them have none.

    `valued`: currency → how many of them bring money in it.
    """

    count: int
    sum: dict[str, Decimal]
    without_value: int
    ids: CountIds | None = None
    valued: dict[str, int] = {}


class Pile:
    """Counts of each different money text (`100.00 EUR`; None: without), with ids if given."""

    def __init__(self) -> None:
        self.values: Counter[str | None] = Counter()
        self.ids: dict[str | None, list[str]] = {}

    @property
    def count(self) -> int:
        """How many deals."""
        return self.values.total()

    def add(self, value: str | None, count: int, ids: Iterable[str] = ()) -> None:
        """So many deals that bring the same money."""
        self.values[value] += count
        if ids:
            self.ids.setdefault(value, []).extend(ids)

    def extend(self, other: "Pile") -> None:
        """All deals of another pile."""
        self.values.update(other.values)
        for value, ids in other.ids.items():
            self.ids.setdefault(value, []).extend(ids)

    def sums(self) -> dict[str, tuple[Decimal, int]]:
        """Σ money by currency, rounded to it, and of how many deals."""
        sums: dict[str, tuple[Decimal, int]] = {}
        with localcontext(EXACT):
            for value, count in self.values.items():
                if value is not None:
                    amount, currency = parse_amount(value)
                    before, deals = sums.get(currency, (Decimal(0), 0))
                    sums[currency] = before + amount * count, deals + count
        return {code: (round_amount(sum, code), n) for code, (sum, n) in sorted(sums.items())}

    def build_ids(self) -> CountIds:
        """The ids of all numbers, sorted."""
        of_sum: dict[str, list[str]] = {}
        for value, ids in self.ids.items():
            if value is not None:
                of_sum.setdefault(value[-3:], []).extend(ids)
        return CountIds(
            count=tuple(sorted(one for ids in self.ids.values() for one in ids)),
            sum={code: tuple(sorted(found)) for code, found in sorted(of_sum.items())},
            without_value=tuple(sorted(self.ids.get(None, ()))),
        )

    def build(self, *, with_ids: bool) -> Counted:
        """The numbers."""
        sums = self.sums()
        return Counted(
            self.count,
            {code: amount for code, (amount, _) in sums.items()},
            self.values[None],
            self.build_ids() if with_ids else None,
            {code: count for code, (_, count) in sums.items()},
        )
