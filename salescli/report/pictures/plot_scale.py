"""From numbers to places on an axis, and to the words beside them: scales, ticks, units.

Pure arithmetic on decimals; knows no layout.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

import msgspec

from salescli.model.money import CODES, EXACT, round_amount
from salescli.report.text.numbers import format_amount, is_whole

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_WORDS = ("", "thousand", "million", "billion", "trillion")
_LARGE = Decimal(100_000)  # from here on money is told without cents
_LONG = Decimal(10) ** 7  # from here on, numbers are told in thousands, millions, …
_DIGITS, _FINEST = 3, 6  # of a number below 1 million, say: digits that count, most decimals


class Scale(msgspec.Struct, frozen=True):
    """An axis from its first tick to its last."""

    ticks: tuple[Decimal, ...]

    def place(self, value: Decimal) -> float:
        """Where a value stands: 0 at the first tick, 1 at the last."""
        low, high = self.ticks[0], self.ticks[-1]
        return float((value - low) / (high - low))


def build_scale(
    values: Iterable[Decimal], *, has_zero: bool = True, whole: bool = False, steps: int = 5
) -> Scale:
    """Round ticks (steps of 1, 2, 2.5 or 5 times a power of ten) around all values.

    `has_zero`: whether zero is on the axis whatever the values; `whole`: no step below 1.
    """
    found = [*values, *([Decimal(0)] if has_zero else [])] or [Decimal(0)]
    low, high = min(found), max(found)
    if low == high:
        low, high = (low, low + 1) if low >= 0 else (low - 1, high)
    with localcontext(EXACT):
        step = _round_step((high - low) / steps, whole=whole)
        first = (low / step).to_integral_value(ROUND_FLOOR)
        last = (high / step).to_integral_value(ROUND_CEILING)
        ticks = tuple((first + place) * step for place in range(int(last - first) + 1))
    return Scale(ticks)


def is_counted(values: Iterable[Decimal], unit: str) -> bool:
    """Whether an axis has no use for halves: of a deal, say."""
    return unit == "" and is_whole(values)


def _round_step(step: Decimal, *, whole: bool) -> Decimal:
    power = Decimal(10) ** step.adjusted()
    rounded = next(factor * power for factor in _STEPS if factor * power >= step)
    if not whole:
        return rounded
    return max(Decimal(1), rounded.to_integral_value(ROUND_CEILING))


class Numbers(msgspec.Struct, frozen=True):
    """How the numbers of a chart are written: all with the same unit and decimals.

    `is_fine`: what is less than 1 of its millions keeps three digits that count. `is_rounded`:
    they are told less exactly than they are.
    """

    unit: str
    power: int  # of a thousand, by which they are divided
    decimals: int
    is_fine: bool = True
    is_rounded: bool = False

    @property
    def measured(self) -> str:
        """`EUR`, `million EUR`; "" for a count, and for percents, which have their sign."""
        unit = "" if self.unit == "%" else self.unit
        return " ".join(part for part in (self.word, unit) if part)

    @property
    def word(self) -> str:
        """`million`; "" where they are told as they are."""
        return _WORDS[self.power]

    @property
    def caption(self) -> str:
        """What is measured, and whether it is rounded: `million EUR, rounded`."""
        return ", ".join(filter(None, (self.measured, "rounded" if self.is_rounded else "")))

    def round(self, value: Decimal) -> Decimal:
        """The number as it is written, in thousands, millions, …"""
        with localcontext(EXACT):
            scaled: Decimal = value / 1000**self.power
            return scaled.quantize(Decimal(1).scaleb(-self._places(scaled)), ROUND_HALF_UP)

    def _places(self, scaled: Decimal) -> int:
        if not (self.power and self.is_fine and scaled):
            return self.decimals
        return min(max(self.decimals, _DIGITS - 1 - scaled.adjusted()), _FINEST)

    def format(self, value: Decimal) -> str:
        """`12 500`, `12.50`, `71.43 %`; negative numbers with a minus sign."""
        rounded = self.round(value)
        if rounded == 0 and value:
            least = Decimal(1).scaleb(int(rounded.as_tuple().exponent))
            return f"< {least:f}" if value > 0 else f"> \N{MINUS SIGN}{least:f}"
        sign = "\N{MINUS SIGN}" if rounded < 0 else ""
        text = sign + format_amount(abs(rounded) if rounded else Decimal(0))
        return f"{text} %" if self.unit == "%" else text

    def format_tick(self, value: Decimal) -> str:
        """A tick: as few decimals as it needs."""
        with localcontext(EXACT):
            scaled = value / 1000**self.power
        whole = scaled.to_integral_value() == scaled
        text = format_amount(abs(scaled.quantize(Decimal(1)) if whole else scaled.normalize()))
        sign = "\N{MINUS SIGN}" if scaled < 0 else ""
        return f"{sign}{text} %" if self.unit == "%" else sign + text

    @property
    def shorter(self) -> "Numbers":
        """The same without decimals; of millions, with no more than all of them have."""
        if self.power:
            return msgspec.structs.replace(self, is_fine=False)
        return msgspec.structs.replace(self, decimals=0)


def build_numbers(values: Sequence[Decimal], unit: str) -> Numbers:
    """How these numbers are written: money in its currency's habit, decimals where any has some.

    Numbers of eight digits and more are told in thousands, millions, … with two decimals.
    """
    numbers = _choose_numbers(values, unit)
    if not (numbers.power or unit in CODES):
        return numbers
    with localcontext(EXACT):
        told = [numbers.round(value) * 1000**numbers.power for value in values]
    return msgspec.structs.replace(numbers, is_rounded=told != list(values))


def _choose_numbers(values: Sequence[Decimal], unit: str) -> Numbers:
    most = max((abs(value) for value in values), default=Decimal(0))
    power = 0
    if most >= _LONG:
        power = min(max(1, most.adjusted() // 3 - (1 if most.adjusted() % 3 == 0 else 0)), 4)
        return Numbers(unit, power, 2)
    if unit in CODES:
        rounded = [round_amount(value, unit) for value in values]
        exponent = round_amount(Decimal(0), unit).as_tuple().exponent
        is_large = most >= _LARGE  # cents say nothing there, and the axis has none
        return Numbers(unit, 0, 0 if is_large or is_whole(rounded) else -int(exponent))
    if unit == "days":
        return Numbers(unit, 0, 0 if is_whole(values) else 1)
    return Numbers(unit, 0, 0 if is_whole(values) else 2)


def say_number(value: Decimal, unit: str) -> str:
    """A number by itself: with its unit."""
    numbers = build_numbers([value], unit)
    return " ".join(part for part in (numbers.format(value), numbers.measured) if part)
