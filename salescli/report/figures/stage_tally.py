"""What the figures with a row for each stage share: paths in bits, tallies, which stages show.

Pure, and knows none of these figures: the reference funnel, the entered one, the flow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, localcontext
from typing import TypeVar

import msgspec

from salescli.model.definition import Definition, Stage
from salescli.model.money import EXACT, round_amount
from salescli.report.figures.deal_filter import OTHER_PROCESS
from salescli.report.figures.figure import Answered, Partial, parse_amount
from salescli.report.figures.piles import Counted, CountIds
from salescli.report.figures.plan_bar import PlanBar
from salescli.report.figures.question import FunnelQuestion

PathT = TypeVar("PathT")
NOTHING = Counted(0, {}, 0)


class FunnelStage(msgspec.Struct, frozen=True):
    """A slice of a funnel of either definition: the deals counted there, with their money."""

    stage: str
    name: str
    count: int
    sum: dict[str, Decimal]
    without_value: int


class FunnelBase(Answered, frozen=True, kw_only=True):
    """What funnels of both definitions have, with what the footer has to own up to.

    `hidden` are counted deals at open stages that have no slice.
    """

    question: FunnelQuestion
    stages: tuple[FunnelStage, ...]
    valued: dict[str, int] = {}  # counted deals that bring the money that is summed, by currency
    plan: PlanBar | None = None  # what stands under it; None in a store without plans
    hidden: Counted = NOTHING

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the sums; else the one asked for, else the store's."""
        found = sorted({currency for stage in self.stages for currency in stage.sum})
        return self.question.shown_currencies(found)

    @property
    def without_value(self) -> int:
        """Counted deals that lack the money that is summed."""
        return sum(stage.without_value for stage in self.stages)


class Bits(dict[str, int]):
    """A bit for each stage, known or not, as it turns up."""

    def __missing__(self, stage: str) -> int:
        self[stage] = bit = 1 << len(self)
        return bit

    def named(self, mask: int) -> tuple[str, ...]:
        """The stages of a mask, sorted by id."""
        return tuple(sorted(stage for stage, bit in self.items() if mask & bit))


class Tally:
    """Numbers by name and stage, with their deals if wanted."""

    def __init__(self, with_ids: bool) -> None:
        self.counts: dict[tuple[str, str], int] = {}
        self.ids: dict[tuple[str, str], list[str]] | None = {} if with_ids else None
        self.sums: dict[str, dict[str, Decimal]] = {}

    def add(self, number: str, stage: str, count: int, ids: Iterable[str]) -> None:
        """So many deals more of a number."""
        key = (number, stage)
        self.counts[key] = self.counts.get(key, 0) + count
        if self.ids is not None:
            self.ids.setdefault(key, []).extend(ids)

    def add_money(
        self,
        stage: str,
        monies: Iterable[tuple[str | None, int]],
        ids: Mapping[str | None, tuple[str, ...]],
    ) -> None:
        """Sum what so many deals each bring; runs once for each different amount."""
        sums = self.sums.setdefault(stage, {})
        with localcontext(EXACT):
            for money, count in monies:
                if money is None:
                    self.add("without-value", stage, count, ids.get(None, ()))
                    continue
                amount, currency = parse_amount(money)
                self.add(f"valued {currency}", stage, count, ())
                if count != 1:
                    amount *= count
                sums[currency] = sums[currency] + amount if currency in sums else amount
                if self.ids is not None:
                    self.ids.setdefault((f"sum {currency}", stage), []).extend(ids[money])

    def count(self, number: str, stage: str = "") -> int:
        """How many; 0 where nothing was added."""
        return self.counts.get((number, stage), 0)

    def ids_of(self, number: str, stage: str = "") -> tuple[str, ...]:
        """The deals of a number, sorted; none where they weren't kept."""
        return tuple(sorted((self.ids or {}).get((number, stage), ())))

    def sums_of(self, stage: str) -> dict[str, Decimal]:
        """Σ money of the counted deals of a stage, rounded to each currency."""
        sums = self.sums.get(stage, {})
        return {code: round_amount(amount, code) for code, amount in sorted(sums.items())}

    def sum_ids_of(self, stage: str) -> dict[str, tuple[str, ...]]:
        """The deals behind each sum of a stage."""
        codes = sorted(self.sums.get(stage, {}))
        return {code: self.ids_of(f"sum {code}", stage) for code in codes}

    def take_left_out(self) -> tuple[int, dict[str, int]]:
        """Deals left out: those of other processes, and how many in each other currency."""
        found = {code: count for (name, code), count in self.counts.items() if name == "left-out"}
        return found.pop(OTHER_PROCESS, 0), dict(sorted(found.items()))

    def valued_of(self, stages: Iterable[Stage]) -> dict[str, int]:
        """How many of the counted deals of all stages bring money, by currency."""
        found: dict[str, int] = {}
        for stage in stages:
            for code in sorted(self.sums.get(stage.stage, {})):
                found[code] = found.get(code, 0) + self.count(f"valued {code}", stage.stage)
        return dict(sorted(found.items()))


def count_hidden(tally: Tally, definition: Definition, shown: Iterable[Stage]) -> Counted:
    """The deals counted at open stages of the process that aren't among those `shown`."""
    rows = {stage.stage for stage in shown}
    apart = [s.stage for s in definition.stages if s.is_open and s.stage not in rows]
    sums: dict[str, Decimal] = {}
    ids: dict[str, tuple[str, ...]] = {}
    with localcontext(EXACT):
        for stage in apart:
            for code, amount in tally.sums_of(stage).items():
                sums[code] = sums.get(code, Decimal(0)) + amount
                ids[code] = tuple(sorted((*ids.get(code, ()), *tally.ids_of(f"sum {code}", stage))))

    def ids_of(number: str) -> tuple[str, ...]:
        return tuple(sorted(one for stage in apart for one in tally.ids_of(number, stage)))

    return Counted(
        sum(tally.count("count", stage) for stage in apart),
        dict(sorted(sums.items())),
        sum(tally.count("without-value", stage) for stage in apart),
        None if tally.ids is None else CountIds(ids_of("count"), ids, ids_of("without-value")),
    )


def tally_up(
    partial: Partial[tuple[PathT, str | None]],
    numbers_of: Callable[[PathT], Iterator[tuple[str, str]]],
    counted_of: Callable[[PathT], str | None],
) -> Tally:
    """Expand counts of (path, money) into numbers.

    `numbers_of` tells each number that a deal of a path is one of, with its stage; `counted_of`
    the stage that takes its money, if one does.
    """
    tally = Tally(with_ids=partial.ids is not None)
    grouped: dict[PathT, list[tuple[str | None, int]]] = {}
    for (path, money), count in partial.counts.items():
        grouped.setdefault(path, []).append((money, count))
    for path, monies in grouped.items():
        ids = {m: partial.ids[path, m] for m, _ in monies} if partial.ids is not None else {}
        every_id = [one for found in ids.values() for one in found]
        number_of_deals = sum(count for _, count in monies)
        for number, stage in numbers_of(path):
            tally.add(number, stage, number_of_deals, every_id)
        counted = counted_of(path)
        if counted is not None:
            tally.add_money(counted, monies, ids)
    return tally


def shown_stages(definition: Definition, in_use: Iterable[str]) -> list[Stage]:
    """Open stages and success; retired ones, and ids that the process no longer has, only where
    the period has something in them (`in_use`), so that nothing goes missing.
    """
    used = set(in_use)
    shown = [
        stage
        for stage in definition.stages
        if stage.final != "failure"
        and stage.in_funnel
        and (not stage.retired or stage.stage in used)
    ]
    unknown = sorted(used - {stage.stage for stage in definition.stages})
    last = shown.index(definition.success) if definition.success in shown else len(shown)
    shown[last:last] = [Stage(stage=stage, name=stage) for stage in unknown]
    return shown
