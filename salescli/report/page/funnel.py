"""A funnel on a page: slices that open their deals, and every number of it in tables.

Pure. Both definitions; where their numbers stand in the JSON document is known here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from salescli.model.calendar import format_day
from salescli.report.dashboards.dashboard import FunnelFigure, MetricValue
from salescli.report.figures.comparison import ALL_SHOWN, COMPANY
from salescli.report.figures.figure import Share
from salescli.report.figures.funnel_looks import AnyFunnel, look_of
from salescli.report.figures.plan_bar import PlanBar, longest_plans
from salescli.report.layouts.comparison_words import build_footer
from salescli.report.layouts.funnel_words import build_measure, build_notes, format_period
from salescli.report.layouts.plan_words import WON, tell_no_plan
from salescli.report.page.parts import (
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
from salescli.report.page.sides import Side, side_grids, sides_of
from salescli.report.page.stages import SHARES, SIZE, count_cell, sum_cell
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    format_amount,
    format_count,
    format_number_of,
    is_whole,
)
from salescli.report.text.wording import begun_small

MOST_DEALS = 100  # that a stage opens; 10 000 would make a page of megabytes that no phone opens
_Stage = Any  # a stage of either definition
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
    grids = [_stage_grid(funnel, at), *side_grids(figure, pointer)]
    return {
        "slices": _build_slices(figure, at, deals),
        "plans": tuple(_build_plans(figure, pointer)),
        "grids": tuple(grids),
        "notes": tuple(dict.fromkeys([*_say_footer(figure), *figure.notes])),
    }


def _say_footer(figure: FunnelFigure) -> Iterator[str]:
    """The definition, what the others are compared with, what is left out, why there's no plan."""
    funnel = figure.funnel
    yield f"{funnel.definition.capitalize()} definition: {'; '.join(build_measure(funnel))}."
    if figure.comparison is not None:
        yield from build_footer(figure.comparison)
        return
    yield from build_notes(funnel)
    if funnel.plan is not None and funnel.plan.fit.reason:
        yield tell_no_plan(funnel.plan.fit)


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


def _build_plans(figure: FunnelFigure, pointer: str) -> Iterator[PlanLine]:
    """What was won of each plan and is likely to be; of compared ones on one scale."""
    sides: list[Side] = [("", figure.funnel, f"{pointer}/funnel"), *sides_of(figure, pointer)]
    bars = [funnel.plan for _, funnel, _ in sides]
    is_several = sum(bar is not None for bar in bars) > 1
    for name, funnel, at in sides:
        whose = (name or _say_whole(figure)) if is_several else ""
        yield from _build_plan_lines(funnel, whose, f"{at}/plan", bars)


def _say_whole(figure: FunnelFigure) -> str:
    """What the funnel of all is called beside others."""
    if not figure.parts:
        return format_period(figure.period)
    return ALL_SHOWN if figure.funnel.question.filters else COMPANY


def _build_plan_lines(
    funnel: AnyFunnel, whose: str, pointer: str, bars: Sequence[PlanBar | None]
) -> Iterator[PlanLine]:
    """A line for each currency."""
    longest = longest_plans(bars)
    for part in funnel.plan.parts if funnel.plan else ():
        code, lengths = part.currency, part.lengths()
        length = part.lengths(longest.get(code)).bar
        won = amount_cell(part.actual, f"{pointer}/actual/sum/{code}") if part.actual else Cell("0")
        likely = amount_cell(part.weighted, f"{pointer}/weighted/{code}")
        yield PlanLine(
            currency=code,
            whose=whose,
            said=begun_small(WON) if whose else WON,
            deals=number_cell(
                part.deals, f"{pointer}/won/{code}/count", format_number_of(part.deals, "deal")
            ),
            won=won,
            plan=amount_cell(part.plan, f"{pointer}/plan/{code}"),
            attained=percent_cell(part.attainment, f"{pointer}/attainment/{code}/percent"),
            weighted=likely if part.weighted else Cell("0"),
            expected=percent_cell(
                part.expected_percent, f"{pointer}/expected_percent/{code}/percent"
            ),
            length=build_bar(*length.as_integer_ratio()),
            filled=build_bar(*lengths.filled.as_integer_ratio()),
            likely=build_bar(*lengths.hatched.as_integer_ratio()),
        )


# --- slices --------------------------------------------------------------------------------------


def _build_slices(figure: FunnelFigure, pointer: str, deals: StageDeals) -> tuple[Slice, ...]:
    funnel = figure.funnel
    name = SIZE[funnel.definition]
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
    look, (key, _) = look_of(funnel).shares[0], SHARES[funnel.definition][0]
    share = look.share_of(stage)
    size = getattr(stage, SIZE[funnel.definition])
    onward, onward_of = None, ""
    if share is not None:
        onward = percent_cell(share.percent, f"{pointer}/{key}/percent")
        counts = f"{format_count(share.part)} of {format_count(share.whole)}"
        onward_of = f"{counts} {_ONWARD[funnel.definition]}" if share.whole else ""
    return Slice(
        name=stage.name,
        count=count_cell(stage, pointer, SIZE[funnel.definition]),
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
        is_of_records=True,
    )


# --- tables --------------------------------------------------------------------------------------


def _stage_grid(funnel: AnyFunnel, pointer: str) -> Grid:
    """The funnel as a table, every number of it."""
    codes, look = funnel.currencies, look_of(funnel)
    rows = []
    for place, stage in enumerate(funnel.stages):
        at = f"{pointer}/stages/{place}"
        cells = [count_cell(stage, at), *(sum_cell(stage, at, code) for code in codes)]
        cells += [count_cell(stage, at, number.name) for number in look.numbers]
        for share, (key, part) in zip(look.shares, SHARES[funnel.definition], strict=True):
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


def _sums(stage: _Stage, pointer: str) -> Cells:
    """The money of a stage, each with its currency."""
    cells = [(code, sum_cell(stage, pointer, code)) for code in stage.sum]
    return tuple(replace(cell, text=f"{cell.text} {code}") for code, cell in cells)
