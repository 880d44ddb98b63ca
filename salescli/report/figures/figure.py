"""What all figures share: contributions counted into partials, shares, exact percentages.

A figure is a sum of what each deal contributes (design.md section 3). Its module makes one small
hashable shape of each deal; equal shapes are counted here, and its `finish` expands the counts
with exact decimals. Partials of several days, stores or machines add up in any grouping. Nothing
in this module knows which figure it serves.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from salescli.model.deal import Deal
from salescli.model.money import EXACT
from salescli.report.figures.question import Question

Shape = TypeVar("Shape", bound=Hashable)
_PIECE = 1000  # deals that several figures count before the next ones are read


class Partial(msgspec.Struct, Generic[Shape], frozen=True):
    """How often each shape was contributed and, if asked for, by which deals."""

    counts: dict[Shape, int]
    ids: dict[Shape, tuple[str, ...]] | None = None

    def __add__(self, other: "Partial[Shape]") -> "Partial[Shape]":
        """Both together; associative. Ids stay only if both sides kept them."""
        counts = dict(self.counts)
        for shape, count in other.counts.items():
            counts[shape] = counts.get(shape, 0) + count
        if self.ids is None or other.ids is None:
            return Partial(counts)
        ids = dict(self.ids)
        for shape, more in other.ids.items():
            ids[shape] = ids.get(shape, ()) + more
        return Partial(counts, ids)


class Partials(msgspec.Struct, frozen=True):
    """The partials that a figure is made of; they add up one by one."""

    parts: tuple[Any, ...]

    def __add__(self, other: "Partials") -> "Partials":
        """Both together; associative. A part that one side hasn't is that of the other."""
        pairs = zip(self.parts, other.parts, strict=True)
        return Partials(tuple(_add(one, another) for one, another in pairs))


def _add(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return one + other


def add_up(
    deals: Iterable[Deal], contribute: Callable[[Deal], Shape | None], *, with_ids: bool = False
) -> Partial[Shape]:
    """Count what each deal contributes; None contributes nothing."""
    collected = _Kept(contribute) if with_ids else _Counted(contribute)
    collected.take(deals)
    return collected.build()


def add_up_each(
    deals: Iterable[Deal],
    contributions: Sequence[Callable[[Deal], Any]],
    *,
    with_ids: bool = False,
) -> list[Partial[Any]]:
    """Count what each deal contributes to several figures, in one sweep over the deals."""
    collected: list[_Collected[Any]]
    collected = [_Kept(one) if with_ids else _Counted(one) for one in contributions]
    rest = iter(deals)
    while piece := list(islice(rest, _PIECE)):
        for one in collected:
            one.take(piece)
    return [one.build() for one in collected]


class _Collected(Protocol[Shape]):
    def take(self, deals: Iterable[Deal]) -> None: ...
    def build(self) -> Partial[Shape]: ...


class _Counted(Generic[Shape]):
    """How often each shape was contributed."""

    def __init__(self, contribute: Callable[[Deal], Shape | None]) -> None:
        self.contribute = contribute
        self.counts: Counter[Shape | None] = Counter()

    def take(self, deals: Iterable[Deal]) -> None:
        self.counts.update(map(self.contribute, deals))

    def build(self) -> Partial[Shape]:
        return Partial({shape: n for shape, n in self.counts.items() if shape is not None})


class _Kept(Generic[Shape]):
    """The same with the deals of each."""

    def __init__(self, contribute: Callable[[Deal], Shape | None]) -> None:
        self.contribute = contribute
        self.ids: dict[Shape, list[str]] = {}

    def take(self, deals: Iterable[Deal]) -> None:
        for deal in deals:
            shape = self.contribute(deal)
            if shape is not None:
                self.ids.setdefault(shape, []).append(deal.id)

    def build(self) -> Partial[Shape]:
        ids = {shape: tuple(who) for shape, who in self.ids.items()}
        return Partial({shape: len(who) for shape, who in ids.items()}, ids)


def round_fraction(value: Fraction, places: int) -> Decimal:
    """An exact fraction with so many decimals, half up (domain.md section 3, "Rounding")."""
    scaled = value * 10**places
    size = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(size if scaled >= 0 else -size).scaleb(-places, EXACT)


def percent_of(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """part / whole in percent, from the exact fraction, two decimals, half up.

    None where the whole is nothing: never a made-up 0 or 100 (domain.md section 3, "Rounding").
    """
    if whole == 0:
        return None
    return round_fraction(Fraction(part) / Fraction(whole) * 100, 2)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure says beside its numbers: what was asked, and what it leaves out.

    `other_process` counts the deals of other processes that would have a part in it, `left_out`
    those in other currencies than the one asked for; `differs` deals whose file says something that
    their history doesn't, `invalid` records that can't be read and were skipped.
    """

    question: Question
    process_name: str
    other_process: int
    left_out: dict[str, int]
    differs: int
    invalid: int


class Leaving(Protocol):
    """A figure that says what it leaves out; in the words of `Answered`, which is one."""

    @property
    def other_process(self) -> int: ...
    @property
    def left_out(self) -> Mapping[str, int]: ...
    @property
    def differs(self) -> int: ...
    @property
    def invalid(self) -> int: ...


class Share(msgspec.Struct, frozen=True):
    """So many of so many deals."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """In percent, two decimals; None where the whole is 0."""
        return percent_of(self.part, self.whole)


class MoneyShare(msgspec.Struct, frozen=True):
    """So much of so much money, of one currency."""

    part: Decimal
    whole: Decimal

    @property
    def percent(self) -> Decimal | None:
        """In percent, two decimals; None where the whole is 0."""
        return percent_of(self.part, self.whole)


def parse_amount(text: str) -> tuple[Decimal, str]:
    """The amount and currency of a deal's money text (`250000.00 EUR`).

    The text was checked when its file was read, so it is only cut here: sums do this a hundred
    thousand times.
    """
    return Decimal(text[:-4]), text[-3:]
