"""A series as one line of blocks."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_BLOCKS = "▁▂▃▄▅▆▇█"


def build_sparkline(values: Sequence[Decimal | Fraction | int | None]) -> str:
    """A block for each value, from nothing to the greatest; a blank where there is no value."""
    known = [Fraction(value) for value in values if value is not None]
    most = max(known, default=Fraction(0))
    return "".join(" " if value is None else _block(Fraction(value), most) for value in values)


def _block(value: Fraction, most: Fraction) -> str:
    if most <= 0 or value <= 0:
        return _BLOCKS[0]
    steps = len(_BLOCKS) - 1
    return _BLOCKS[(2 * value * steps + most) // (2 * most)]
