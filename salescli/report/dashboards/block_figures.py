"""A figure of a dashboard's block: counts, sums, means under a filter, grouped.

The figures are those of domain.md section 9.

Pure: deals in, numbers out, a deal's contribution at a time. What a name's values are is handed in
as functions of a deal; win rate, cycle, velocity and average value are `winloss`'s own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from salescli.model.dashboards import FigureAsk, GroupAsk
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.money import decimals_of, round_amount
from salescli.report.figures.deal_filter import OTHER_PROCESS, build_filter
from salescli.report.figures.figure import Partial, parse_amount, round_fraction
from salescli.report.figures.question import WinLossQuestion
from salescli.report.figures.winloss import OPEN, Closing
from salescli.report.figures.winloss import build_contribution as build_closing
from salescli.report.figures.winloss import finish as finish_win_loss
from salescli.report.layouts.dynamics import FIGURES

Getter = Callable[[Deal], Sequence[Any]]
Test = Callable[[Deal], bool]
Key = str | None
Keys = tuple[Key, ...]  # of a category, or of a category and a series; () without groups
Numbers = dict[str, Decimal | None]  # by unit: a currency code, `%`, `days` or ""
ADDING = ("count", "sum")  # what deals add up to; of others no deals are named
DAYS = ("days_at_stage", "days_in_funnel")


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as it is asked of deals.

    A deal counts if all `tests` hold and its `day` (None: whichever) lies from `first` to `last`,
    ISO days, None: open. `groups` are read by their `getters`; `value` gets an aggregate's field.
    A figure of closed deals takes their closings in the question's period instead of a day.
    `looks_ahead`: the day may lie after the as-of day, as one that is planned does.
    """

    figure: FigureAsk
    question: WinLossQuestion
    tests: tuple[Test, ...] = ()
    day: Getter | None = None
    first: str | None = None
    last: str | None = None
    groups: tuple[GroupAsk, ...] = ()
    getters: tuple[Getter, ...] = ()
    value: Getter | None = None
    week_start: int = 0
    looks_ahead: bool = False

    @property
    def is_to_come(self) -> bool:
        """Whether there are no figures: the period begins after the as-of day."""
        return self.question.is_before_start and (self.is_of_closed or not self.looks_ahead)

    @property
    def is_of_closed(self) -> bool:
        """Whether it is one of the figures of wins and losses."""
        return self.figure.function in FIGURES


class Brought(NamedTuple):
    """What one deal brings to an aggregate: a value as text (`250000.00 EUR`, `12`), or none."""

    value: str | None = None
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


Shape = tuple[tuple[Keys, ...], Brought | Closing]


class Measured(msgspec.Struct, frozen=True):
    """What a measure found: numbers of all, and by group, with what it leaves out.

    `valued`: of a field that is money, by currency, how many deals bring some.

    `ids` are the deals that a count or a sum is made of: by group, () all of them, and by unit.
    `closed` is how many closed deals a figure of wins and losses has in each group.
    """

    total: Numbers
    groups: dict[Keys, Numbers]
    other_process: int = 0
    left_out: dict[str, int] = {}
    differs: int = 0
    ids: dict[Keys, dict[str, tuple[str, ...]]] | None = None
    valued: dict[str, int] = {}
    closed: dict[Keys, int] = {}

    def behind(self, keys: Keys, unit: str) -> tuple[str, ...] | None:
        """The deals of one number, sorted; None where they weren't kept, or it is a mean."""
        return None if self.ids is None else self.ids.get(keys, {}).get(unit, ())


def build_contribution(measure: Measure, definition: Definition) -> Callable[[Deal], Shape | None]:
    """The contribution of one deal as a function of the deal alone; None for no part in it."""
    tests = measure.tests
    part: Callable[[Deal], Brought | Closing | None]
    if measure.is_of_closed:
        part = build_closing(measure.question, definition)
    else:
        part = _build_brought(measure)
    keys_of = _build_keys(measure)

    def contribute(deal: Deal) -> Shape | None:
        for test in tests:
            if not test(deal):
                return None
        brought = part(deal)
        if brought is None:
            return None
        return (() if brought.left_out else keys_of(deal)), brought

    return contribute


def _build_brought(measure: Measure) -> Callable[[Deal], Brought | None]:
    question, value, get_day = measure.question, measure.value, measure.day
    why_left_out = build_filter(question)
    first, last = measure.first or "", measure.last or "9999-12-31"
    is_dated = get_day is not None and (measure.first or measure.last)

    def bring(deal: Deal) -> Brought | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        if is_dated and get_day is not None:
            days = get_day(deal)
            if not any(first <= str(day) <= last for day in days):
                return None
        if left_out:
            return Brought(left_out=left_out)
        values = () if value is None else value(deal)
        return Brought(str(values[0]) if values else None, deal.differs)

    return bring


def _build_keys(measure: Measure) -> Callable[[Deal], tuple[Keys, ...]]:
    """The groups that a deal stands in: one, but several of a name with several values."""
    readers = [
        (getter, _build_cut(group.part, measure.week_start))
        for group, getter in zip(measure.groups, measure.getters, strict=True)
    ]

    def keys_of(deal: Deal) -> tuple[Keys, ...]:
        found: tuple[Keys, ...] = ((),)
        for getter, cut in readers:
            values = tuple(dict.fromkeys(cut(value) for value in getter(deal))) or (None,)
            found = tuple((*keys, value) for keys in found for value in values)
        return found

    return keys_of


def _build_cut(part: str, week_start: int) -> Callable[[Any], str]:
    """How a value becomes the key of its group."""
    return lambda value: key_of(value, part, week_start)


def key_of(value: Any, part: str, week_start: int) -> str:
    """The key of a value: `2026-03` of a day in that month, `2026-Q1`; of a week its first day."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if part == "month":
        return text[:7]
    if part == "quarter":
        return f"{text[:4]}-Q{(int(text[5:7]) - 1) // 3 + 1}"
    if part == "week":
        day = date.fromisoformat(text[:10])
        return (day - timedelta(days=(day.weekday() - week_start) % 7)).isoformat()
    return text[:10] if part == "day" else text


def finish(partial: Partial[Shape], measure: Measure, definition: Definition) -> Measured:
    """The numbers that a partial adds up to; a deal in several groups is in the total once.

    Of a period that begins after the as-of day they are None, not 0.
    """
    groups: dict[Keys, list[tuple[Any, int]]] = {}
    every: list[tuple[Any, int]] = []
    ids: dict[Keys, dict[str, list[str]]] = {}
    for (keys, brought), count in partial.counts.items():
        every.append((brought, count))
        if brought.left_out or measure.is_to_come:
            continue
        who = () if partial.ids is None else partial.ids[keys, brought]
        unit = _unit_behind(brought, measure.figure)
        for key in (*keys, ()) if keys != ((),) else ((),):
            if unit is not None:
                ids.setdefault(key, {}).setdefault(unit, []).extend(who)
            if key:
                groups.setdefault(key, []).append((brought, count))
    left_out: Counter[str] = Counter()
    for brought, count in every:
        left_out[brought.left_out] += count
    kept = {
        key: {unit: tuple(sorted(who)) for unit, who in by_unit.items()}
        for key, by_unit in ids.items()
    }
    finish_one = _finish_closed if measure.is_of_closed else _finish_brought
    left_out.pop("", None)
    total = finish_one(every, measure, definition)
    return Measured(
        total=dict.fromkeys(total) if measure.is_to_come else total,
        groups={key: finish_one(found, measure, definition) for key, found in groups.items()},
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=sum(count for brought, count in every if brought.differs),
        ids=kept if partial.ids is not None and measure.figure.function in ADDING else None,
        valued=_count_valued(every) if is_money(measure.figure) else {},
        closed={key: _count_closed(found) for key, found in groups.items()}
        if measure.is_of_closed
        else {},
    )


def _count_closed(found: Iterable[tuple[Closing, int]]) -> int:
    """The deals closed, whatever the outcome."""
    return sum(count for closing, count in found if closing.outcome != OPEN)


def _count_valued(found: Iterable[tuple[Any, int]]) -> dict[str, int]:
    """Currency → deals that bring money in it; of figures of closed deals nothing is known."""
    valued: Counter[str] = Counter()
    for brought, count in found:
        if isinstance(brought, Brought) and brought.value is not None:
            valued[brought.value[-3:]] += count
    return dict(valued)


def _unit_behind(brought: Brought | Closing, figure: FigureAsk) -> str | None:
    """The unit of the count or sum that a deal is a part of; None of one without a value."""
    if figure.function not in ADDING:
        return None
    if figure.function == "count":
        return ""
    if brought.value is None:
        return None
    return brought.value[-3:] if is_money(figure) else unit_of(figure)


def _finish_closed(
    found: Iterable[tuple[Closing, int]], measure: Measure, definition: Definition
) -> Numbers:
    """The figure of wins and losses, read from the report of just these deals."""
    counts: Counter[Closing] = Counter()
    for closing, count in found:
        counts[closing] += count
    spec = FIGURES[measure.figure.function]
    told = spec.read(finish_win_loss(Partial(counts), definition, measure.question))
    unit = {"percent": "%", "days": "days"}.get(spec.unit, "")
    if not isinstance(told, dict):
        is_exact = isinstance(told, Fraction)
        return {unit: round_fraction(told, 1) if is_exact else told}  # type: ignore[arg-type, dict-item]
    if unit:  # a percentage of each currency: its code tells them apart
        return {f"% {code}": number for code, number in told.items()}
    return dict(told)


def _finish_brought(
    found: Iterable[tuple[Brought, int]], measure: Measure, definition: Definition
) -> Numbers:
    """count = deals; sum = Σ field; avg = Σ field / deals that have it; min, max of the field.

    Money by currency, rounded to it; days with one decimal, other means with two (domain.md
    section 3, "Rounding"). Of nothing a count or a sum of numbers is 0, the other numbers are None,
    and money has no currency.
    """
    values: Counter[str] = Counter()
    deals = 0
    for brought, count in found:
        if brought.left_out:
            continue
        deals += count
        if brought.value is not None:
            values[brought.value] += count
    figure = measure.figure
    if figure.field is None:
        return {"": Decimal(deals)}
    if figure.field.kind != "money":
        unit = unit_of(figure)
        return {unit: _aggregate(figure.function, _numbers(values), 1 if unit == "days" else 2)}
    by_code: dict[str, Counter[Decimal]] = {}
    for text, count in values.items():
        amount, code = parse_amount(text)
        by_code.setdefault(code, Counter())[amount] += count
    numbers: Numbers = {}
    for code, amounts in sorted(by_code.items()):
        number = _aggregate(figure.function, amounts, decimals_of(code))
        numbers[code] = None if number is None else round_amount(number, code)
    return numbers


def _numbers(values: Mapping[str, int]) -> Counter[Decimal]:
    return Counter({Decimal(text): count for text, count in values.items()})


def _aggregate(function: str, values: Mapping[Decimal, int], places: int) -> Decimal | None:
    if not values:
        return Decimal(0) if function == "sum" else None
    if function in ("min", "max"):
        return min(values) if function == "min" else max(values)
    total = sum(Fraction(number) * count for number, count in values.items())
    if function == "sum":
        exact = max(-_exponent(number) for number in values)
        return round_fraction(Fraction(total), exact)
    return round_fraction(Fraction(total) / sum(values.values()), places)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def unit_of(figure: FigureAsk) -> str:
    """The unit of a figure that is one number; of money there is one for each currency: ""."""
    if figure.function in FIGURES:
        return {"percent": "%", "days": "days"}.get(FIGURES[figure.function].unit, "")
    if figure.field is not None:
        if figure.field.name in DAYS:
            return "days"
        return "%" if figure.field.kind == "percent" else ""
    return ""


def is_money(figure: FigureAsk) -> bool:
    """Whether it has a number for each currency."""
    if figure.function in FIGURES:
        return FIGURES[figure.function].unit == "money"
    return figure.field is not None and figure.field.kind == "money"


def nothing_of(figure: FigureAsk) -> Decimal | None:
    """What the figure is of no deals: 0 of a count or sum, else None."""
    return Decimal(0) if figure.function in ("count", "sum") else None
