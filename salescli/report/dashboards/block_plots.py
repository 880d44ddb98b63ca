"""Charts of a dashboard as plots: groups in their order with their names, a series for each figure.

Pure. Knows figures and plots, neither how they are drawn nor where names come from.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from salescli.model.calendar import MONTH_NAMES, Period, add_months, format_day
from salescli.model.money import round_amount
from salescli.report.dashboards.block_figures import (
    Key,
    Measure,
    Measured,
    is_money,
    key_of,
    nothing_of,
    unit_of,
)
from salescli.report.layouts.drawn_money import say_undrawn
from salescli.report.layouts.plot import Plot, Series, Shape

LEAST_FIRST = ("cycle",)  # figures of which the least is the best
_MOST_FILLED = 400  # parts of days between the first and the last; more are shown where deals are


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """How the keys of a group are named and ordered.

    `order` is that of the values that there may be; others stand behind them. Of parts of days
    `filled` says between which days none is left out (None: between those found). Of people
    `min_deals` says how many deals one must have closed to be ranked by a figure of closed ones.
    """

    noun: str
    names: Mapping[str, str] = {}
    order: tuple[str, ...] = ()
    part: str = ""
    week_start: int = 0
    filled: Period | None = None
    min_deals: int = 0

    def name(self, key: Key) -> str:
        """What people call a key."""
        if key is None:
            return f"without {self.noun}"
        if self.part == "month":
            return f"{MONTH_NAMES[int(key[5:7]) - 1]} {key[:4]}"
        if self.part in ("day", "week"):
            return format_day(date.fromisoformat(key))
        return self.names.get(key, key)

    def code(self, key: Key) -> str:
        """What programs call it: parts of days as `2026-06`, else the name."""
        return key if self.part and key is not None else self.name(key)

    @property
    def heading(self) -> str:
        """What its keys are, over a column of them."""
        return (self.part or self.noun).capitalize()


class Figured(msgspec.Struct, frozen=True):
    """A figure of a chart: what its series is called, what was asked and what was found."""

    name: str
    measure: Measure
    found: Measured


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart says beside its numbers; `currency` is the page's, or the store's."""

    shape: Shape
    title: str
    subtitle: str = ""
    footer: tuple[str, ...] = ()
    currency: str | None = None


def build_plots(figures: Sequence[Figured], axes: Sequence[Axis], look: Look) -> tuple[Plot, ...]:
    """The plots of a chart, one for each unit; none where no deal is in any group."""
    first, second = axes[0], axes[1] if len(axes) > 1 else None
    keys = order_keys(_keys_in(figures, 0), first, figures, 0)
    if not keys:
        return ()
    inner: Sequence[Key] = ()
    if second is not None:
        inner = order_keys(_keys_in(figures, 1), second, figures, 1) or second.order
    lines = list(_lines(figures, keys, inner, second, look.currency))
    categories = tuple(first.name(key) for key in keys)
    if look.shape == "scatter":
        scatters = _scatters(lines, categories, figures, look)
        return tuple(msgspec.structs.replace(one, heading=first.heading) for one in scatters)
    units = list(dict.fromkeys(unit for unit, _ in lines))
    titled = len(units) > 1
    return tuple(
        Plot(
            shape=look.shape,
            title=_titled(look.title, unit) if titled else look.title,
            categories=categories,
            series=tuple(series for own, series in lines if own == unit),
            unit=unit,
            heading=first.heading,
            keys=tuple(map(first.code, keys)),
            subtitle=look.subtitle,
            footer=look.footer,
            elsewhere=() if first.part else _find_elsewhere(lines, unit, len(keys)),
            part=_part_of(unit, figures, look),
        )
        for unit in units
    )


def build_blanks(figures: Sequence[Figured], plots: Sequence[Plot], look: Look) -> tuple[Plot, ...]:
    """Empty plots where those that a chart always draws are not among its `plots`.

    That is one for each kind of its figures, of money the one in `look.currency`: what a chart is
    of is in its file and in the settings, so their parts are the same whatever deals there are.
    """
    found = {plot.part for plot in plots}
    asked = [one.measure.figure for one in figures]
    if look.shape == "scatter":  # one picture of both: what may make it several is its money
        asked = sorted(asked, key=is_money)[-1:]
    always = [look.currency if is_money(one) else unit_of(one) for one in asked]
    return tuple(
        Plot(
            shape=look.shape,
            title=_titled(look.title, unit) if plots else look.title,
            categories=(),
            series=(),
            subtitle=look.subtitle,
            footer=look.footer,
            part=part,
        )
        for unit in dict.fromkeys(always)
        if unit is not None and (part := _part_of(unit, figures, look)) not in found
    )


def _part_of(unit: str, figures: Sequence[Figured], look: Look) -> str:
    """What tells a plot from the others that its block has or may have, whatever the deals are.

    A block of one kind of number needs no word for it, nor for the money of `look.currency`.
    """
    kinds = {
        "money" if is_money(one.measure.figure) else unit_of(one.measure.figure) for one in figures
    }
    if look.shape != "scatter" and len(kinds) > 1:
        return _UNIT_WORDS.get(unit, unit)
    return unit if _is_currency(unit) and unit != look.currency else ""


def _is_currency(unit: str) -> bool:
    return len(unit) == len("EUR")


def _find_elsewhere(lines: Sequence[tuple[str, Series]], unit: str, count: int) -> tuple[int, ...]:
    """The places of categories that have money in other currencies alone."""

    def has(place: int, *, own: bool) -> bool:
        return any(one.values[place] for other, one in lines if (other == unit) == own)

    if not _is_currency(unit):
        return ()
    return tuple(p for p in range(count) if has(p, own=False) and not has(p, own=True))


def _keys_in(figures: Sequence[Figured], place: int) -> set[Key]:
    """The groups of which some figure has a number: who has no closed deal has no win rate."""
    return {
        keys[place]
        for one in figures
        for keys, numbers in one.found.groups.items()
        if any(number is not None for number in numbers.values())
    }


_UNIT_WORDS = {"": "number", "%": "percent"}


def _titled(title: str, unit: str) -> str:
    return f"{title}, {_UNIT_WORDS.get(unit, unit)}"


def _scatters(
    lines: Sequence[tuple[str, Series]],
    categories: tuple[str, ...],
    figures: Sequence[Figured],
    look: Look,
) -> Iterator[Plot]:
    """One for each pair of an across and an up: money of each currency with its own."""
    names = list(dict.fromkeys(series.name for _, series in lines))
    across = [line for line in lines if line[1].name == names[0]]
    up = [line for line in lines if line[1].name == names[-1]]
    for own, x in across:
        for other, y in up:
            if _is_currency(own) and _is_currency(other) and own != other:
                continue
            series = tuple(
                msgspec.structs.replace(one, name=f"{one.name}, {unit}" if unit else one.name)
                for unit, one in ((own, x), (other, y))
            )
            code = own if _is_currency(own) else other
            undrawn = say_undrawn(figures[-1 if code == other else 0].found.valued, code)
            yield Plot(
                shape=look.shape,
                title=look.title,
                categories=categories,
                series=series,
                subtitle=look.subtitle,
                footer=(*look.footer, *(undrawn if _is_currency(code) else ())),
                part=_part_of(code, figures, look),
            )


def _lines(
    figures: Sequence[Figured],
    keys: Sequence[Key],
    inner: Sequence[Key],
    second: Axis | None,
    currency: str | None,
) -> Iterator[tuple[str, Series]]:
    """(unit, series) of each figure, of each of its series by the second group, of each unit."""
    for one in figures:
        groups = one.found.groups
        units = _units_of(one, currency)
        for unit in units:
            plain, _, code = unit.partition(" ")
            for key in inner or (None,):
                name = one.name if second is None else second.name(key)
                places = [(top, key) if second is not None else (top,) for top in keys]
                values = tuple(_cell(groups.get(place), unit, one) for place in places)
                behind = [one.found.behind(place, unit) for place in places]
                ids = tuple(who for who in behind if who is not None) or None
                told = f"{name}, {code}" if code and len(units) > 1 else name
                yield plain, Series(told, values, ids)


def _units_of(one: Figured, currency: str | None) -> list[str]:
    """The units of a figure; of money that nothing has, the store's currency."""
    figure = one.measure.figure
    if not is_money(figure) and unit_of(figure) != "%":
        return [unit_of(figure)]
    units = sorted({unit for numbers in one.found.groups.values() for unit in numbers})
    if units:
        return units
    return [currency] if currency and is_money(figure) else []


def _cell(numbers: Mapping[str, Decimal | None] | None, unit: str, one: Figured) -> Decimal | None:
    found = None if numbers is None else numbers.get(unit)
    if found is not None or (numbers is not None and unit in numbers):
        return found
    nothing = nothing_of(one.measure.figure)
    if nothing is not None and is_money(one.measure.figure):
        return round_amount(nothing, unit)
    return nothing


def order_keys(found: set[Key], axis: Axis, figures: Sequence[Figured], place: int) -> list[Key]:
    """Keys in their order: days in time, known values as they are offered, others by number.

    The best number stands first: of days to win the least, of all else the greatest. Deals without
    a value stand last, before them in a chart of people who closed too few deals to be ranked.
    """
    keys = {key for key in found if key is not None}
    last: list[Key] = [None] if None in found else []
    if axis.part:
        return [*_fill(keys, axis), *last]
    known = [key for key in axis.order if key in keys]
    rest = keys - set(known)
    weights = {key: _weight(key, figures, place) for key in rest}
    below = set(find_unranked(rest, axis, figures, place))
    ordered = sorted(
        rest, key=lambda key: (key in below, *weights[key], axis.name(key).casefold(), key)
    )
    return [*known, *ordered, *last]


def find_unranked(
    keys: Iterable[Key], axis: Axis, figures: Sequence[Figured], place: int
) -> list[str]:
    """The people who closed fewer deals than the axis asks for; none in a figure of other deals."""
    if not axis.min_deals or not figures or not figures[0].measure.is_of_closed:
        return []
    closed = Counter[Key]()
    for one, count in figures[0].found.closed.items():
        closed[one[place]] += count
    return [key for key in keys if key is not None and closed[key] < axis.min_deals]


def tell_unranked(axis: Axis, figures: Sequence[Figured]) -> str:
    """Who stands below the others, and why; "" if nobody does, or there are no others."""
    keys = _keys_in(figures, 0) - {None}
    names = sorted(axis.name(key) for key in find_unranked(keys, axis, figures, 0))
    if not names or len(names) == len(keys):
        return ""
    return f"Below the others, with fewer than {axis.min_deals} closed: {', '.join(names)}."


def _weight(key: str, figures: Sequence[Figured], place: int) -> tuple[Decimal, ...]:
    """By what groups sort: the numbers of the first figure, the best first."""
    if not figures:
        return ()
    cells = [numbers for keys, numbers in figures[0].found.groups.items() if keys[place] == key]
    if figures[0].measure.figure.function in LEAST_FIRST:
        told = [number for numbers in cells for number in numbers.values() if number is not None]
        return (min(told),) if told else (Decimal("Infinity"),)
    units = sorted({unit for keys in figures[0].found.groups.values() for unit in keys})
    return tuple(
        -sum((numbers.get(unit) or Decimal(0) for numbers in cells), Decimal(0)) for unit in units
    )


def _fill(keys: set[str], axis: Axis) -> list[Key]:
    """All parts of days from the first to the last, so that a gap is seen as one."""
    ends = set(keys)
    if axis.filled is not None and axis.filled.first and axis.filled.last:
        for day in (axis.filled.first, axis.filled.last):
            ends.add(key_of(day, axis.part, axis.week_start))
    if not ends:
        return []
    filled: list[Key] = []
    day, last = _first_day(min(ends), axis.part), max(ends)
    while len(filled) < _MOST_FILLED:
        key = key_of(day, axis.part, axis.week_start)
        if key > last:
            return filled
        filled.append(key)
        day = _STEPS[axis.part](day)
    return [*sorted(keys)]


def _first_day(key: str, part: str) -> date:
    if part == "month":
        return date.fromisoformat(f"{key}-01")
    if part == "quarter":
        return date(int(key[:4]), 3 * int(key[-1]) - 2, 1)
    return date.fromisoformat(key)


_STEPS: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day + timedelta(days=1),
    "week": lambda day: day + timedelta(days=7),
    "month": lambda day: add_months(day, 1),
    "quarter": lambda day: add_months(day, 3),
}
