"""The forecast: what was sold and what is likely to be, beside what was planned.

Pure: deals as they stand on the as-of day and plans in, figures out (domain.md section 7). Knows
nothing of stores, words or pictures. Sums are whole minor units (cents) until they are figures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from salescli.model.amounts import amount_of_units, units_of, weighted_units
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.plans import Amounts, in_currency
from salescli.report.figures.deal_filter import OTHER_PROCESS
from salescli.report.figures.figure import Answered, Partial, add_up, percent_of
from salescli.report.figures.forecast_standing import (
    BEYOND,
    By,
    ForecastQuestion,
    Place,
    Standing,
    build_standing,
)
from salescli.report.figures.piles import Counted, CountIds


class Cell(msgspec.Struct, frozen=True):
    """One row in one column. Amounts by currency; the plan is empty where there is none."""

    plan: dict[str, Decimal]
    actual: Counted
    pipeline: Counted
    weighted: dict[str, Decimal]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those that something is in, in alphabetical order."""
        return tuple(sorted({*self.plan, *self.actual.sum, *self.pipeline.sum}))

    def expected(self, code: str) -> Decimal:
        """actual + weighted."""
        zero = amount_of_units(0, code)
        return self.actual.sum.get(code, zero) + self.weighted.get(code, zero)

    def attainment(self, code: str) -> Decimal | None:
        """actual / plan in percent; None without a plan or for one of 0."""
        return self._of_plan(self.actual.sum.get(code, Decimal(0)), code)

    def expected_percent(self, code: str) -> Decimal | None:
        """expected / plan in percent; None without a plan or for one of 0."""
        return self._of_plan(self.expected(code), code)

    def gap(self, code: str) -> Decimal | None:
        """plan − actual, negative where more was sold; None without a plan."""
        if code not in self.plan:
            return None
        return self.plan[code] - self.actual.sum.get(code, Decimal(0))

    def coverage(self, code: str) -> Decimal | None:
        """pipeline / gap, two decimals, half up; None without a plan or where nothing is missing.

        1.40: for each euro that is missing there are 1.40 in the pipeline.
        """
        gap = self.gap(code)
        if gap is None or gap <= 0:
            return None
        return percent_of(self.pipeline.sum.get(code, Decimal(0)), gap * 100)

    def _of_plan(self, part: Decimal, code: str) -> Decimal | None:
        return percent_of(part, self.plan.get(code, Decimal(0)))


class Row(msgspec.Struct, frozen=True):
    """An owner, department, client, need or product with a cell for each span.

    `id` is None for the deals without one, and for the total.
    """

    id: str | None
    name: str
    cells: tuple[Cell, ...]


class Apart(msgspec.Struct, frozen=True):
    """Open deals that are in no period's pipeline."""

    deals: Counted
    weighted: dict[str, Decimal]


class Forecast(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to."""

    question: ForecastQuestion
    rows: tuple[Row, ...]
    without: Row | None  # the deals that have no owner, department …
    total: Row
    without_plan: tuple[int, ...]  # for each span: rows that have no plan, `without` aside
    has_plans: bool  # False: filters of another kind narrow the rows, so that no plan fits
    overdue: Apart
    undated: Apart
    partly_planned: tuple[str, ...] = ()  # names of rows that not all stores of a group plan for

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the figures; else the one asked for, else the store's."""
        found = {code for cell in self.total.cells for code in cell.currencies}
        found |= {code for apart in (self.overdue, self.undated) for code in apart.deals.sum}
        return self.question.shown_currencies(sorted(found))

    @property
    def without_value(self) -> int:
        """Deals of the whole period, overdue and undated ones too, that have no value."""
        last = self.total.cells[-1]
        apart = self.overdue.deals.without_value + self.undated.deals.without_value
        return last.actual.without_value + last.pipeline.without_value + apart


def add_up_forecast(
    deals: Iterable[Deal],
    question: ForecastQuestion,
    definition: Definition,
    *,
    with_ids: bool = False,
) -> Partial[Standing]:
    """The partial of deals as they stand on the as-of day."""
    return add_up(deals, build_contribution(question, definition), with_ids=with_ids)


def build_contribution(
    question: ForecastQuestion, definition: Definition
) -> Callable[[Deal], Standing | None]:
    """The contribution of one deal as a function of the deal alone; None where it has no part."""
    standing = build_standing(question, definition)

    def contribute(deal: Deal) -> Standing | None:
        found = standing(deal)
        return None if found is BEYOND else found

    return contribute


def rows_in(partial: Partial[Standing]) -> set[str]:
    """The ids of the rows that the deals make."""
    counted = [one for one in partial.counts if one.place in ("actual", "pipeline")]
    rows = {one.row for one in counted if one.row is not None}
    return rows | {product for one in counted for product, _ in one.lines}


class _Tally:
    """Deals and minor units by currency, while they are added up."""

    __slots__ = ("count", "ids", "units", "valued", "weighted", "without_value")

    def __init__(self) -> None:
        self.count = self.without_value = 0
        self.units: dict[str, int] = {}
        self.valued: dict[str, int] = {}
        self.weighted: dict[str, int] = {}
        self.ids: dict[str, list[str]] = {}  # by currency; "" is no value

    def add(
        self, piece: "tuple[int, int] | None", code: str, count: int, ids: Iterable[str]
    ) -> None:
        """Add so many deals of this value and weighted value each; None, of "", is no value."""
        self.count += count
        if ids:
            self.ids.setdefault(code, []).extend(ids)
        if piece is None:
            self.without_value += count
            return
        self.valued[code] = self.valued.get(code, 0) + count
        self.units[code] = self.units.get(code, 0) + piece[0] * count
        self.weighted[code] = self.weighted.get(code, 0) + piece[1] * count

    def finish(self, with_ids: bool) -> Counted:
        ids = self._build_ids() if with_ids else None
        return Counted(self.count, _amounts(self.units), self.without_value, ids, dict(self.valued))

    def _build_ids(self) -> CountIds:
        by_code = {code: tuple(sorted(found)) for code, found in sorted(self.ids.items())}
        every = tuple(sorted(one for found in by_code.values() for one in found))
        without = by_code.pop("", ())
        return CountIds(every, by_code, without)


def _amounts(units: Mapping[str, int]) -> dict[str, Decimal]:
    return {code: amount_of_units(number, code) for code, number in sorted(units.items())}


_Key = tuple[Place, int, str | None]  # place, span, row; the row "" is all rows together


def piece_of(standing: Standing) -> tuple[tuple[int, int] | None, str]:
    """Value and weighted value of a deal in minor units, and its currency; None and "" of none."""
    if standing.money is None:
        return None, ""
    value, code = units_of(standing.money)
    return (value, weighted_units(value, standing.probability)), code


def pieces_of(
    standing: Standing, by: By
) -> Iterator[tuple[str | None, tuple[int, int] | None, str]]:
    """(row, value and weighted value in minor units, currency) for each row that a deal is in.

    By product: its lines of the catalogue, and under None what its value is more or less than
    these, and what its weighted value is: so the rows add up to the deal.
    """
    piece, code = piece_of(standing)
    if piece is None or by != "product":
        yield standing.row, piece, code
        return
    value, likely = piece
    products: dict[str, tuple[int, int]] = {}
    for product, total in standing.lines:
        units = units_of(total)[0]
        before = products.get(product, (0, 0))
        more = weighted_units(units, standing.probability)
        products[product] = (before[0] + units, before[1] + more)
        value, likely = value - units, likely - more
    for product, of_lines in products.items():
        yield product, of_lines, code
    if value or likely or not products:
        yield None, (value, likely), code


def _add_all(partial: Partial[Standing], question: ForecastQuestion) -> dict[_Key, _Tally]:
    """What all standings add up to, row by row and for all rows together."""
    tallies: dict[_Key, _Tally] = {}
    whole = len(question.spans) - 1
    for standing, count in partial.counts.items():
        ids = partial.ids[standing] if partial.ids is not None else ()
        place, part = standing.place, standing.part
        # All rows together: the deal once, however many of its lines are rows.
        rows = [*pieces_of(standing, question.by), ("", *piece_of(standing))]
        for row, piece, code in rows:
            for span in {part, whole}:
                tallies.setdefault((place, span, row), _Tally()).add(piece, code, count, ids)
    return tallies


def build_forecast(
    deals: Iterable[Deal],
    question: ForecastQuestion,
    definition: Definition,
    plans: Mapping[str, Sequence[Amounts]] | None,
    names: Mapping[str, str],
    *,
    invalid: int = 0,
    with_ids: bool = False,
) -> Forecast:
    """The forecast of one set of deals: `add_up_forecast`, then `finish`."""
    partial = add_up_forecast(deals, question, definition, with_ids=with_ids)
    return finish(partial, question, definition, plans, names, invalid=invalid)


def finish(
    partial: Partial[Standing],
    question: ForecastQuestion,
    definition: Definition,
    plans: Mapping[str, Sequence[Amounts]] | None,
    names: Mapping[str, str],
    *,
    invalid: int = 0,
) -> Forecast:
    """The figures that a partial adds up to, beside the plans.

    `plans`: row → its plan in each span; None where filters of another kind narrow the rows, so
    that no plan fits. `names`: row → name. Ids stand in the figures if the partial kept them.
    """
    tallies = _add_all(partial, question)
    with_ids = partial.ids is not None
    chosen = {
        row: [in_currency(plan, question.currency) for plan in of_row]
        for row, of_row in (plans or {}).items()
    }
    planned = {row for row, of_row in chosen.items() if any(of_row)}
    spans = range(len(question.spans))

    def cell(row: str | None, span: int, plan: dict[str, Decimal]) -> Cell:
        actual = tallies.get(("actual", span, row), _Tally())
        pipeline = tallies.get(("pipeline", span, row), _Tally())
        return Cell(
            plan, actual.finish(with_ids), pipeline.finish(with_ids), _amounts(pipeline.weighted)
        )

    def plan_in(row: str, span: int) -> dict[str, Decimal]:
        plan = chosen[row][span] if row in planned else ()
        return {money.currency: money.amount for money in plan}

    in_order = sorted((names.get(row, row).casefold(), row) for row in rows_in(partial) | planned)
    rows = [
        Row(row, names.get(row, row), tuple(cell(row, span, plan_in(row, span)) for span in spans))
        for _, row in in_order
    ]
    nobody = any((place, spans[-1], None) in tallies for place in ("actual", "pipeline"))
    totals = [_sum_plans([row.cells[span] for row in rows]) for span in spans]
    left_out = {str(one.row): n for one, n in partial.counts.items() if one.place == "left-out"}

    def apart(place: Place) -> Apart:
        tally = tallies.get((place, 0, ""), _Tally())
        return Apart(tally.finish(with_ids), _amounts(tally.weighted))

    return Forecast(
        question=question,
        process_name=definition.name,
        rows=tuple(rows),
        without=Row(None, "", tuple(cell(None, span, {}) for span in spans)) if nobody else None,
        total=Row(None, "", tuple(cell("", span, totals[span]) for span in spans)),
        without_plan=tuple(sum(not row.cells[span].plan for row in rows) for span in spans),
        has_plans=plans is not None,
        overdue=apart("overdue"),
        undated=apart("undated"),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=sum(count for standing, count in partial.counts.items() if standing.differs),
        invalid=invalid,
    )


def _sum_plans(cells: Iterable[Cell]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for cell in cells:
        for code, amount in cell.plan.items():
            sums[code] = sums[code] + amount if code in sums else amount
    return dict(sorted(sums.items()))
