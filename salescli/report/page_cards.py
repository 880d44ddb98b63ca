"""A dashboard's figures as cards of a page.

Pure. What is said of a figure comes from it; how it is written as HTML is `page`'s affair. Where
a number stands in the JSON document is known here, next to the figure that it comes from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from salescli.model.calendar import format_day
from salescli.report.dashboard import (
    ChartFigure,
    Dashboard,
    Figure,
    FunnelFigure,
    ListFigure,
    MetricFigure,
    MetricValue,
    TableFigure,
)
from salescli.report.figures import Share
from salescli.report.funnel import Funnel, StageFigure
from salescli.report.funnel_words import build_measure, build_notes, format_period
from salescli.report.numbers import (
    NOT_AVAILABLE,
    format_amount,
    format_count,
    format_number_of,
    format_percent,
    is_whole,
)
from salescli.report.page_parts import (
    Bar,
    Card,
    Cell,
    Cells,
    Grid,
    Group,
    Heading,
    Picture,
    Slice,
    Tile,
    Tone,
    build_bar,
    build_cells,
    build_groups,
    build_headings,
)
from salescli.report.plot import Plot

MOST_DEALS = 100  # that a stage opens; 10 000 would make a page of megabytes that no phone opens
_NO_DEALS = "No deals in this period."


class DealLine(msgspec.Struct, frozen=True):
    """What a page says of a deal behind a number. `money` is of the kind that the funnel sums."""

    id: str
    title: str
    client: str
    owner: str
    amount: Decimal | None = None
    currency: str = ""


Pictures = Mapping[tuple[str, int], Picture]  # by block and by the plot's place in it


def build_cards(
    dashboard: Dashboard, *, deals: Mapping[str, DealLine], pictures: Pictures
) -> tuple[Card, ...]:
    """All blocks in order. `deals`: those behind the stages of funnels; without, none opens."""
    return tuple(
        _build_card(figure, place, deals, pictures) for place, figure in enumerate(dashboard.blocks)
    )


def _build_card(
    figure: Figure, place: int, deals: Mapping[str, DealLine], pictures: Pictures
) -> Card:
    pointer = f"/blocks/{place}"
    match figure:
        case MetricFigure():
            return _metric_card(figure, pointer)
        case ChartFigure():
            return _chart_card(figure, pointer, pictures)
        case ListFigure():
            return _list_card(figure, pointer)
        case FunnelFigure():
            return _funnel_card(figure, pointer, deals)
        case TableFigure():
            return _table_card(figure, pointer)


def _begin(figure: Figure, **shown: Any) -> Card:
    """A card with what all kinds of blocks have."""
    return Card(
        id=figure.id,
        kind=figure.kind,
        title=figure.title,
        of=format_period(figure.period),
        **shown,
    )


# --- numbers ---


def _number(value: Decimal | int | None, figure: str, text: str) -> Cell:
    if value is None:
        return Cell(NOT_AVAILABLE)
    bare = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return Cell(text, figure, bare, bare)


def _amount(value: Decimal | None, figure: str, *, whole: bool | None = None) -> Cell:
    if value is None:
        return Cell(NOT_AVAILABLE)
    shown = is_whole([value]) if whole is None else whole
    return _number(value, figure, format_amount(value, whole=shown))


def _percent(value: Decimal | None, figure: str) -> Cell:
    return _number(value, figure, format_percent(value))


# --- metric ---


def _metric_card(figure: MetricFigure, pointer: str) -> Card:
    return _begin(
        figure,
        tiles=tuple(
            _build_tile(value, f"{pointer}/values/{place}", figure)
            for place, value in enumerate(figure.values)
        ),
        notes=figure.notes,
        empty="" if figure.values else "No deal has money here.",
    )


def _build_tile(value: MetricValue, pointer: str, figure: MetricFigure) -> Tile:
    facts: list[tuple[str, Cells]] = []
    if figure.compared is not None:
        before = _amount(value.previous, f"{pointer}/previous")
        cells = (before,) if value.change is None else (before, _change(value.change, pointer))
        facts.append((format_period(figure.compared), cells))
    if figure.planned:
        facts.append(_plan_fact(value, pointer, figure.planned))
    return Tile(
        value=_amount(value.value, f"{pointer}/value"),
        unit=value.unit,
        facts=tuple(facts),
        bar=_plan_bar(value),
    )


def _change(change: Decimal, pointer: str) -> Cell:
    sign, tone = "±", ""
    if change:
        sign, tone = ("+", "up") if change > 0 else ("−", "down")
    shown = format_amount(abs(change), whole=is_whole([change]))
    toned: Tone = "up" if tone == "up" else "down" if tone else ""
    return Cell(f"{sign}{shown}", f"{pointer}/change", f"{change:f}", tone=toned)


def _plan_fact(value: MetricValue, pointer: str, planned: str) -> tuple[str, Cells]:
    name = "Plan" if planned == "company" else f"Plan, {planned.replace('=', ' ')}"
    plan = _amount(value.plan, f"{pointer}/plan")
    if value.plan is None:
        return name, (plan,)
    return name, (plan, _percent(value.attainment, f"{pointer}/attainment"))


def _plan_bar(value: MetricValue) -> Bar | None:
    if value.plan is None or value.value is None:
        return None
    return build_bar(value.value, value.plan)


# --- chart ---


def _chart_card(figure: ChartFigure, pointer: str, pictures: Pictures) -> Card:
    return _begin(
        figure,
        grids=tuple(
            _plot_grid(plot, f"{pointer}/plots/{place}", pictures.get((figure.id, place)))
            for place, plot in enumerate(figure.plots)
        ),
        notes=figure.notes,
        empty="" if figure.plots else _NO_DEALS,
    )


def _plot_grid(plot: Plot, pointer: str, picture: Picture | None) -> Grid:
    present = [value for one in plot.series for value in one.values if value is not None]
    whole = is_whole(present)
    unit = f", {plot.unit}" if plot.unit else ""
    rows = tuple(
        (
            Cell(category),
            *(
                _amount(one.values[place], f"{pointer}/series/{number}/values/{place}", whole=whole)
                for number, one in enumerate(plot.series)
            ),
        )
        for place, category in enumerate(plot.categories)
    )
    return Grid(
        caption=f"{plot.title}{unit}: the numbers",
        picture=picture,
        headings=(Heading(""), *(Heading(f"{one.name}{unit}", True) for one in plot.series)),
        groups=(Group(rows),),
        is_folded=True,
    )


# --- list and table ---


def _list_card(figure: ListFigure, pointer: str) -> Card:
    cells = build_cells(figure.rows, figure.columns, "")
    rows = tuple(
        tuple(
            _recorded(cell, record.get(column.name), f"{pointer}/rows/{place}/{column.name}")
            for cell, column in zip(row, figure.columns, strict=True)
        )
        for place, (row, record) in enumerate(zip(cells, figure.records, strict=True))
    )
    shown = format_count(len(rows))
    more = f"{shown} of {format_number_of(figure.found, 'deal')}." if figure.found else ""
    return _begin(
        figure,
        grids=(
            Grid(
                caption=more,
                headings=build_headings(figure.columns),
                groups=(Group(rows),),
            ),
        )
        if rows
        else (),
        notes=figure.notes,
        empty="" if rows else "No deal meets this filter.",
    )


def _recorded(cell: Cell, value: object, figure: str) -> Cell:
    """A cell of a record; what is sorted and compared is what the record says."""
    if value is None or isinstance(value, list | tuple | bool):
        return cell
    if cell.sort:
        return msgspec.structs.replace(cell, figure=figure, value=str(value))
    return msgspec.structs.replace(cell, sort=str(value) if str(value) != cell.text else "")


def _table_card(figure: TableFigure, pointer: str) -> Card:
    rows = build_cells(figure.rows, figure.columns, f"{pointer}/document")
    has_total = bool(rows) and "total" in figure.document and rows[-1][0].text == "Total"
    return _begin(
        figure,
        grids=(
            Grid(
                caption=figure.title,
                headings=build_headings(figure.columns),
                groups=build_groups(rows[:-1] if has_total else rows),
                total=rows[-1] if has_total else (),
            ),
        )
        if rows
        else (),
        notes=figure.notes,
        empty="" if rows else _NO_DEALS,
    )


# --- funnel ---


def _funnel_card(figure: FunnelFigure, pointer: str, deals: Mapping[str, DealLine]) -> Card:
    funnel = figure.funnel
    before = funnel.question.is_before_start
    late = f"No figures: the period begins after {format_day(funnel.question.as_of)}."
    stages = () if before else funnel.stages
    grids = [_stage_grid(funnel, f"{pointer}/funnel")] if stages else []
    if stages and figure.parts:
        grids += _parts_grids(figure, pointer)
    said = f"{funnel.definition.capitalize()} definition: {'; '.join(build_measure(funnel))}."
    return _begin(
        figure,
        slices=_build_slices(funnel, f"{pointer}/funnel", deals) if stages else (),
        tiles=tuple(
            Tile(
                value=_amount(value.value, f"{pointer}/plan/{place}/value"),
                unit=value.unit,
                facts=(_plan_fact(value, f"{pointer}/plan/{place}", figure.planned),),
                bar=_plan_bar(value),
            )
            for place, value in enumerate(figure.plan)
        ),
        grids=tuple(grids),
        notes=(said, *build_notes(funnel), *figure.notes) if stages else figure.notes,
        empty=late if before else "" if stages else "The process has no stages.",
    )


def _build_slices(funnel: Funnel, pointer: str, deals: Mapping[str, DealLine]) -> tuple[Slice, ...]:
    widest = max((stage.count for stage in funnel.stages), default=0)
    slices = []
    for place, stage in enumerate(funnel.stages):
        at = f"{pointer}/stages/{place}"
        went, of = _went_on(stage.conversion, f"{at}/conversion")
        ids = [] if stage.ids is None else [one for one in stage.ids.count if one in deals]
        lines = sorted((deals[one] for one in ids), key=_by_worth)
        slices.append(
            Slice(
                name=stage.name,
                count=_count_cell(stage, at),
                bar=build_bar(stage.count, widest),
                sums=_sums(stage, at),
                went_on=went,
                went_on_of=of,
                is_success=stage.conversion is None,
                deals=_deal_grid(stage.name, lines) if lines else None,
                more=max(0, len(lines) - MOST_DEALS),
            )
        )
    return tuple(slices)


def _went_on(share: Share | None, pointer: str) -> tuple[Cell | None, str]:
    if share is None:
        return None, ""
    of = f"{format_count(share.part)} of {format_count(share.whole)} went on"
    return _percent(share.percent, f"{pointer}/percent"), of


def _by_worth(deal: DealLine) -> tuple[bool, str, Decimal, str, str]:
    """The dearest first, of each currency; those without money last."""
    return deal.amount is None, deal.currency, -(deal.amount or Decimal(0)), deal.title, deal.id


def _sums(stage: StageFigure, pointer: str) -> Cells:
    """The money of a stage, each with its currency."""
    cells = [(code, _sum_cell(stage, pointer, code)) for code in stage.sum]
    return tuple(msgspec.structs.replace(cell, text=f"{cell.text} {code}") for code, cell in cells)


def _deal_grid(stage: str, lines: Sequence[DealLine]) -> Grid:
    shown = lines[:MOST_DEALS]
    whole = is_whole(line.amount for line in shown if line.amount is not None)
    rows = tuple(
        (
            Cell(line.title),
            Cell(line.client),
            Cell(line.owner),
            Cell("–")
            if line.amount is None
            else Cell(
                f"{format_amount(line.amount, whole=whole)} {line.currency}",
                sort=f"{line.amount:f}",
            ),
            Cell(line.id),
        )
        for line in shown
    )
    heads = (Heading("Deal"), Heading("Client"), Heading("Owner"), Heading("Sum", True))
    return Grid(
        caption=f"Deals at {stage}",
        headings=(*heads, Heading("Id")),
        groups=(Group(rows),),
    )


def _stage_grid(funnel: Funnel, pointer: str) -> Grid:
    """The funnel as a table, every number of it."""
    codes = funnel.currencies
    rows = tuple(
        (
            Cell(stage.name),
            _count_cell(stage, at),
            *(_sum_cell(stage, at, code) for code in codes),
            *_share_cells(stage.conversion, f"{at}/conversion", "passed"),
            *_share_cells(stage.first, f"{at}/first", "entered"),
        )
        for at, stage in (
            (f"{pointer}/stages/{place}", stage) for place, stage in enumerate(funnel.stages)
        )
    )
    shares = ("Were there", "Went on", "Went on, %", "New", "Reached", "Reached, %")
    return Grid(
        caption="The funnel in numbers",
        headings=(
            Heading("Stage"),
            Heading("Count", True),
            *(Heading(f"Sum, {code}", True) for code in codes),
            *(Heading(name, True) for name in shares),
        ),
        groups=(Group(rows),),
        is_folded=True,
    )


def _share_cells(share: Share | None, pointer: str, part: str) -> Cells:
    if share is None:
        return (Cell(NOT_AVAILABLE),) * 3
    return (
        _number(share.whole, f"{pointer}/of", format_count(share.whole)),
        _number(share.part, f"{pointer}/{part}", format_count(share.part)),
        _percent(share.percent, f"{pointer}/percent"),
    )


def _parts_grids(figure: FunnelFigure, pointer: str) -> Iterator[Grid]:
    """The funnels of owners or departments beside each other: counts, who went on, sums."""
    parts = [
        (part.name or f"without {figure.by}", part.funnel, f"{pointer}/parts/{place}/funnel")
        for place, part in enumerate(figure.parts)
    ]
    parts.append(("Total", figure.funnel, f"{pointer}/funnel"))

    def grid(what: str, cell: Callable[[StageFigure, str], Cell], *, is_folded: bool) -> Grid:
        rows = [
            (
                Cell(name),
                *(cell(stage, f"{at}/stages/{place}") for place, stage in enumerate(funnel.stages)),
            )
            for name, funnel, at in parts
        ]
        stages = (Heading(stage.name, True) for stage in figure.funnel.stages)
        return Grid(
            caption=f"{what} at each stage by {figure.by}",
            headings=(Heading(figure.by.capitalize()), *stages),
            groups=(Group(tuple(rows[:-1])),),
            total=rows[-1],
            is_told=True,
            is_folded=is_folded,
        )

    yield grid("Deals", _count_cell, is_folded=False)
    yield grid("Who went on, in percent,", _went_on_cell, is_folded=True)
    for code in figure.funnel.currencies:
        yield grid(f"Sums in {code}", partial(_sum_cell, code=code), is_folded=True)


def _count_cell(stage: StageFigure, pointer: str) -> Cell:
    return _number(stage.count, f"{pointer}/count", format_count(stage.count))


def _went_on_cell(stage: StageFigure, pointer: str) -> Cell:
    if stage.conversion is None:
        return Cell(NOT_AVAILABLE)
    return _percent(stage.conversion.percent, f"{pointer}/conversion/percent")


def _sum_cell(stage: StageFigure, pointer: str, code: str) -> Cell:
    return _amount(stage.sum[code], f"{pointer}/sum/{code}") if code in stage.sum else Cell("0")
