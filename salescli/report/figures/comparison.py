"""Funnels side by side: how each of several differs from the one that it is compared with.

Pure: finished funnels of either definition in, rows and differences out (domain.md section 6,
"Comparison"). The first side is what the others are compared with.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from salescli.model.definition import Definition
from salescli.report.figures.figure import Share, round_fraction
from salescli.report.figures.funnel import Funnel
from salescli.report.figures.funnel_looks import AnyFunnel, look_of

ComparedBy = Literal["owner", "department", "period"]
COMPANY, ALL_SHOWN = "Company", "All shown"  # the whole, without and with filters


class Side(msgspec.Struct, frozen=True):
    """One of the funnels. `key` is an id, the days of a period, or None for the whole."""

    key: str | None
    name: str
    funnel: AnyFunnel


class Cell(msgspec.Struct, frozen=True):
    """What a side has at a stage, and how it differs from the first side.

    onward: the share that went on (reference) or came from the stage before (entered), None for
    success of the reference definition; first: the share of all. The differences of shares are in
    percentage points: (part/whole − first side's part/whole) × 100 from exact fractions, two
    decimals, half up; None where either share is of nothing. The first side differs by nothing,
    which is told as no difference at all: then `differences` is None.
    """

    count: int
    sum: Mapping[str, Decimal]
    without_value: int
    numbers: tuple[int, ...]  # those that the definition shows beside count and sum
    onward: Share | None
    first: Share | None
    differences: "Differences | None" = None


class Differences(msgspec.Struct, frozen=True):
    """A cell less the first side's: deals, money by currency, percentage points."""

    count: int
    sum: dict[str, Decimal]
    onward: Decimal | None
    first: Decimal | None


class Row(msgspec.Struct, frozen=True):
    """A stage of all sides; None where a side has no figures, its period being still to come."""

    stage: str
    name: str
    is_success: bool
    cells: tuple[Cell | None, ...]


class Comparison(msgspec.Struct, frozen=True):
    """Two or more sides, and a row for each stage that one of them shows."""

    by: ComparedBy
    sides: tuple[Side, ...]
    rows: tuple[Row, ...]

    @property
    def first(self) -> AnyFunnel:
        """The funnel that the others are compared with."""
        return self.sides[0].funnel

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of any side's sums; else what all fall back on."""
        with_money = [one.funnel for one in self.sides if any(s.sum for s in one.funnel.stages)]
        codes = {code for funnel in with_money for code in funnel.currencies}
        return tuple(sorted(codes)) or self.first.currencies


def build_comparison(by: ComparedBy, sides: Sequence[Side], definition: Definition) -> Comparison:
    """Put sides beside each other, stages in the order of the process."""
    place = build_order(definition)
    success = definition.success.stage
    shown = {stage.stage: stage.name for side in sides for stage in side.funnel.stages}
    return Comparison(
        by=by,
        sides=tuple(sides),
        rows=tuple(
            Row(stage, shown[stage], stage == success, _build_cells(stage, sides, place))
            for stage in sorted(shown, key=place)
        ),
    )


Order = Callable[[str], tuple[float, str]]


def build_order(definition: Definition) -> Order:
    """Where a stage stands among the others; ids that the process no longer has before success."""
    places = {stage.stage: place for place, stage in enumerate(definition.stages)}
    before_success = places[definition.success.stage] - 0.5
    return lambda stage: (places.get(stage, before_success), stage)


def _build_cells(stage: str, sides: Sequence[Side], place: Order) -> tuple[Cell | None, ...]:
    first, *others = [_build_cell(stage, side.funnel, place) for side in sides]
    return (first, *(_compare(cell, first) for cell in others))


def _build_cell(stage: str, funnel: AnyFunnel, place: Order) -> Cell | None:
    if not funnel.stages:
        return None
    look = look_of(funnel)
    onward, first = look.shares
    for figure in funnel.stages:
        if figure.stage == stage:
            return Cell(
                figure.count,
                figure.sum,
                figure.without_value,
                tuple(number.number_of(figure) for number in look.numbers),
                onward.share_of(figure),
                first.share_of(figure),
            )
    if isinstance(funnel, Funnel):  # a retired stage that other sides alone have visits of
        return Cell(0, {}, 0, (), Share(0, 0), Share(0, funnel.new))
    before = [one.n for one in funnel.stages if one.n and place(one.stage) < place(stage)] or [0]
    return Cell(0, {}, 0, (0,), Share(0, before[-1]), Share(0, before[0]))


def _compare(cell: Cell | None, first: Cell | None) -> Cell | None:
    if cell is None or first is None:
        return cell
    differences = Differences(
        count=cell.count - first.count,
        sum={
            code: cell.sum.get(code, Decimal(0)) - first.sum.get(code, Decimal(0))
            for code in sorted({*cell.sum, *first.sum})
        },
        onward=subtract_shares(cell.onward, first.onward),
        first=subtract_shares(cell.first, first.first),
    )
    return msgspec.structs.replace(cell, differences=differences)


def subtract_shares(share: Share | None, other: Share | None) -> Decimal | None:
    """share − other in percentage points, from exact fractions, two decimals, half up.

    None where either is none or of nothing.
    """
    if share is None or other is None or not share.whole or not other.whole:
        return None
    difference = Fraction(share.part, share.whole) - Fraction(other.part, other.whole)
    return round_fraction(difference * 100, 2)


Compared = tuple[Share | None, Decimal | None]


def onward_of(cell: Cell | None) -> Compared:
    """The share that went on, or came from the stage before, and its points from the first side."""
    if cell is None:
        return None, None
    return cell.onward, cell.differences.onward if cell.differences else None


def first_of(cell: Cell | None) -> Compared:
    """The share of all that were at the stage, and its points from the first side."""
    if cell is None:
        return None, None
    return cell.first, cell.differences.first if cell.differences else None
