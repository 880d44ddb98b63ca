"""A funnel on a page: slices that open their deals, and every number of it in tables.

Pure. Both definitions; where their numbers stand in the JSON document is known here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from salescli.model.calendar import format_day
from salescli.report.dashboard import FunnelFigure, MetricValue
from salescli.report.figures import Share
from salescli.report.funnel_looks import AnyFunnel, look_of
from salescli.report.funnel_words import build_measure, build_notes, format_period
from salescli.report.numbers import NOT_AVAILABLE, format_amount, format_count, is_whole
from salescli.report.page_parts import (
    Bar,
    Cell,
    Cells,
    Grid,
    Group,
    Heading,
    PlanLine,
    Slice,
    amount_cell,
    build_bar,
    number_cell,
    percent_cell,
)

MOST_DEALS = 100  # that a stage opens; 10 000 would make a page of megabytes that no phone opens
_Stage = Any  # a stage of either definition
# The shares of a definition in its document, and their part there.
_SHARES = {
    "reference": (("conversion", "passed"), ("first", "entered")),
    "entered": (("previous", "part"), ("first", "part")),
}
_SIZE = {"reference": "count", "entered": "n"}  # the number that a slice is as wide as
_ONWARD = {"reference": "went on", "entered": "of the stage before"}


class DealLine(msgspec.Struct, frozen=True):
    """What a page says of a deal behind a number. The money is what the funnel sums."""

    id: str
    title: str
    client: str
    owner: str
    amount: Decimal | None = None
    currency: str = ""


StageDeals = Mapping[tuple[str, str], Sequence[DealLine]]  # by block and stage


def ids_of(stage: _Stage, funnel: AnyFunnel) -> Sequence[str]:
    """The deals behind the number that a slice is as wide as; none where they weren't kept."""
    if stage.ids is None:
        return ()
    return tuple(stage.ids.count if funnel.definition == "reference" else stage.ids.entered)


def pick_deals(lines: Iterable[DealLine]) -> list[DealLine]:
    """The deals that a stage opens: the dearest of each currency, those without money last."""
    return sorted(lines, key=_by_worth)[:MOST_DEALS]


def _by_worth(deal: DealLine) -> tuple[bool, str, Decimal, str, str]:
    return deal.amount is None, deal.currency, -(deal.amount or Decimal(0)), deal.title, deal.id


def build_funnel_content(figure: FunnelFigure, pointer: str, deals: StageDeals) -> dict[str, Any]:
    """What the card of a funnel shows, by the fields of `Card`."""
    funnel = figure.funnel
    if funnel.question.is_before_start:
        day = format_day(funnel.question.as_of)
        return {"empty": f"No figures: the period begins after {day}.", "notes": figure.notes}
    at = f"{pointer}/funnel"
    grids = [_stage_grid(funnel, at), *_side_grids(figure, pointer)]
    said = f"{funnel.definition.capitalize()} definition: {'; '.join(build_measure(funnel))}."
    return {
        "slices": _build_slices(figure, at, deals),
        "plans": _build_plans(funnel, f"{at}/plan"),
        "grids": tuple(grids),
        "notes": tuple(dict.fromkeys([said, *build_notes(funnel), *figure.notes])),
    }


def plan_fact(value: MetricValue, pointer: str, planned: str) -> tuple[str, Cells]:
    """The plan, and how much of it was reached; of whom it is stands in the name."""
    name = "Plan" if planned == "company" else f"Plan, {planned.replace('=', ' ')}"
    plan = amount_cell(value.plan, f"{pointer}/plan")
    if value.plan is None:
        return name, (plan,)
    return name, (plan, percent_cell(value.attainment, f"{pointer}/attainment"))


def plan_bar(value: MetricValue) -> Bar | None:
    """How much of the plan was reached, as a length."""
    if value.plan is None or value.value is None:
        return None
    return build_bar(value.value, value.plan)


def _build_plans(funnel: AnyFunnel, pointer: str) -> tuple[PlanLine, ...]:
    """What was won of the plan and what is likely to be, a line for each currency."""
    if funnel.plan is None:
        return ()
    lines = []
    for part in funnel.plan.parts:
        code, lengths = part.currency, part.lengths()
        won = amount_cell(part.actual, f"{pointer}/actual/sum/{code}") if part.actual else Cell("0")
        likely = amount_cell(part.weighted, f"{pointer}/weighted/{code}")
        lines.append(
            PlanLine(
                currency=code,
                won=won,
                plan=amount_cell(part.plan, f"{pointer}/plan/{code}"),
                attained=percent_cell(part.attainment, f"{pointer}/attainment/{code}/percent"),
                weighted=likely if part.weighted else Cell("0"),
                expected=percent_cell(
                    part.expected_percent, f"{pointer}/expected_percent/{code}/percent"
                ),
                filled=build_bar(*lengths.filled.as_integer_ratio()),
                likely=build_bar(*lengths.hatched.as_integer_ratio()),
            )
        )
    return tuple(lines)


# --- slices --------------------------------------------------------------------------------------


def _build_slices(figure: FunnelFigure, pointer: str, deals: StageDeals) -> tuple[Slice, ...]:
    funnel = figure.funnel
    name = _SIZE[funnel.definition]
    widest = max((getattr(stage, name) for stage in funnel.stages), default=0)
    return tuple(
        _build_slice(
            stage,
            f"{pointer}/stages/{place}",
            funnel,
            widest,
            deals.get((figure.id, stage.stage), ()),
        )
        for place, stage in enumerate(funnel.stages)
    )


def _build_slice(
    stage: _Stage, pointer: str, funnel: AnyFunnel, widest: int, lines: Sequence[DealLine]
) -> Slice:
    look, (key, _) = look_of(funnel).shares[0], _SHARES[funnel.definition][0]
    share = look.share_of(stage)
    size = getattr(stage, _SIZE[funnel.definition])
    onward, onward_of = None, ""
    if share is not None:
        onward = percent_cell(share.percent, f"{pointer}/{key}/percent")
        counts = f"{format_count(share.part)} of {format_count(share.whole)}"
        onward_of = f"{counts} {_ONWARD[funnel.definition]}" if share.whole else ""
    return Slice(
        name=stage.name,
        count=_count_cell(stage, pointer, _SIZE[funnel.definition]),
        bar=build_bar(size, widest),
        sums=_sums(stage, pointer),
        went_on=onward,
        went_on_of=onward_of,
        is_success=stage is funnel.stages[-1],
        deals=_deal_grid(stage.name, lines) if lines else None,
        more=size - len(lines) if lines else 0,
    )


def _deal_grid(stage: str, lines: Sequence[DealLine]) -> Grid:
    whole = is_whole(line.amount for line in lines if line.amount is not None)
    rows = tuple(
        (
            Cell(line.title),
            Cell(line.client),
            Cell(line.owner),
            Cell("–")
            if line.amount is None
            else Cell(
                f"{format_amount(line.amount, whole=whole)} {line.currency}",
                sort=f"{line.amount:f} {line.currency}",
            ),
            Cell(line.id),
        )
        for line in lines
    )
    heads = (Heading("Deal"), Heading("Client"), Heading("Owner"), Heading("Sum", True))
    return Grid(
        caption=f"Deals at {stage}",
        headings=(*heads, Heading("Id")),
        groups=(Group(rows),),
    )


# --- tables --------------------------------------------------------------------------------------


def _stage_grid(funnel: AnyFunnel, pointer: str) -> Grid:
    """The funnel as a table, every number of it."""
    codes, look = funnel.currencies, look_of(funnel)
    rows = []
    for place, stage in enumerate(funnel.stages):
        at = f"{pointer}/stages/{place}"
        cells = [_count_cell(stage, at), *(_sum_cell(stage, at, code) for code in codes)]
        cells += [_count_cell(stage, at, number.name) for number in look.numbers]
        for share, (key, part) in zip(look.shares, _SHARES[funnel.definition], strict=True):
            cells += _share_cells(share.share_of(stage), f"{at}/{key}", part)
        rows.append((Cell(stage.name), *cells))
    titles = ["Count", *(f"Sum, {code}" for code in codes), *(one.title for one in look.numbers)]
    for share in look.shares:
        titles += [f"{share.short}, deals", f"{share.short}, of", f"{share.short}, %"]
    return Grid(
        caption="The funnel in numbers",
        headings=(Heading("Stage"), *(Heading(title, True) for title in titles)),
        groups=(Group(tuple(rows)),),
        is_folded=True,
    )


def _share_cells(share: Share | None, pointer: str, part: str) -> Cells:
    if share is None:
        return (Cell(NOT_AVAILABLE),) * 3
    return (
        number_cell(share.part, f"{pointer}/{part}", format_count(share.part)),
        number_cell(share.whole, f"{pointer}/of", format_count(share.whole)),
        percent_cell(share.percent, f"{pointer}/percent"),
    )


_Side = tuple[str, AnyFunnel, str]  # its name, the funnel, and where that stands


def _side_grids(figure: FunnelFigure, pointer: str) -> Iterator[Grid]:
    """The funnels of owners or departments, or of two periods, beside each other."""
    whole = (figure.funnel, f"{pointer}/funnel")
    if figure.parts:
        sides: list[_Side] = [
            (part.name or f"without {figure.by}", part.funnel, f"{pointer}/parts/{place}/funnel")
            for place, part in enumerate(figure.parts)
        ]
        yield from _compare_sides(sides, figure.by, total=("Total", *whole))
    if figure.previous is not None:
        sides = [
            (format_period(figure.period), *whole),
            (figure.previous.name, figure.previous.funnel, f"{pointer}/previous/funnel"),
        ]
        yield from _compare_sides(sides, "period", total=None)


def _compare_sides(sides: Sequence[_Side], by: str, total: _Side | None) -> Iterator[Grid]:
    """A table of deals, of who went on, and of the sums in each currency: a column a stage."""
    every = [*sides, *([total] if total else [])]
    stages = {stage.stage: stage.name for _, funnel, _ in every for stage in funnel.stages}
    funnel = every[-1][1]
    (key, _), share = _SHARES[funnel.definition][0], look_of(funnel).shares[0]
    codes = dict.fromkeys(code for _, one, _ in every for code in one.currencies)

    def onward(stage: _Stage, at: str) -> Cell:
        found = share.share_of(stage)
        percent = None if found is None else found.percent
        return percent_cell(percent, f"{at}/{key}/percent")

    def grid(what: str, cell: Callable[[_Stage, str], Cell], *, is_folded: bool) -> Grid:
        rows = [_side_row(side, stages, cell) for side in every]
        return Grid(
            caption=f"{what} at each stage by {by}",
            headings=(
                Heading(by.capitalize()),
                *(Heading(name, True) for name in stages.values()),
            ),
            groups=(Group(tuple(rows[: len(sides)])),),
            totals=tuple(rows[len(sides) :]),
            is_told=True,
            is_folded=is_folded,
        )

    name = _SIZE[funnel.definition]
    widest = max((getattr(s, name) for _, one, _ in sides for s in one.stages), default=0)

    def size(stage: _Stage, at: str) -> Cell:
        bar = build_bar(getattr(stage, name), widest)
        return replace(_count_cell(stage, at, name), bar=bar)

    deals = grid("Deals", size, is_folded=False)
    totals = [tuple(replace(cell, bar=None) for cell in row) for row in deals.totals]
    yield replace(deals, totals=tuple(totals))
    yield grid(f"{share.short}, %,", onward, is_folded=True)
    for code in codes:
        yield grid(f"Sums in {code}", partial(_sum_cell, code=code), is_folded=True)


def _side_row(side: _Side, stages: Mapping[str, str], cell: Callable[[_Stage, str], Cell]) -> Cells:
    """A cell for each of the stages; a dash where this funnel doesn't have it."""
    name, funnel, pointer = side
    found = {
        stage.stage: cell(stage, f"{pointer}/stages/{place}")
        for place, stage in enumerate(funnel.stages)
    }
    return (Cell(name), *(found.get(stage, Cell("–")) for stage in stages))


def _count_cell(stage: _Stage, pointer: str, name: str = "count") -> Cell:
    count = getattr(stage, name)
    return number_cell(count, f"{pointer}/{name}", format_count(count))


def _sum_cell(stage: _Stage, pointer: str, code: str) -> Cell:
    return amount_cell(stage.sum[code], f"{pointer}/sum/{code}") if code in stage.sum else Cell("0")


def _sums(stage: _Stage, pointer: str) -> Cells:
    """The money of a stage, each with its currency."""
    cells = [(code, _sum_cell(stage, pointer, code)) for code in stage.sum]
    return tuple(replace(cell, text=f"{cell.text} {code}") for code, cell in cells)
