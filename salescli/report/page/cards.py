"""A dashboard's figures as cards of a page.

Pure. What is said of a figure comes from it; how it is written as HTML is `page`'s affair. Where
a number stands in the JSON document is known here, next to the figure that it comes from.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from salescli.report.dashboards.dashboard import (
    ChartFigure,
    Dashboard,
    Figure,
    FunnelFigure,
    ListFigure,
    MetricFigure,
    MetricValue,
    TableFigure,
)
from salescli.report.layouts.funnel_words import format_period
from salescli.report.layouts.plot import Plot, Series
from salescli.report.page.funnel import StageDeals, build_funnel_content, plan_bar, plan_fact
from salescli.report.page.parts import (
    Bar,
    Card,
    Cell,
    Cells,
    Grid,
    Group,
    Heading,
    Picture,
    Tile,
    amount_cell,
    build_bar,
    build_cells,
    build_groups,
    build_headings,
    shows_whole,
)
from salescli.report.text.listing import Column
from salescli.report.text.numbers import format_count, format_number_of

_NO_DEALS = "No deals in this period."
_TOTAL = "Total"  # as reports name that row
_USUAL = ("No deals of other processes.",)  # under one number it is more than the number


Pictures = Mapping[tuple[str, int], Picture]  # by block and by the plot's place in it


def build_cards(dashboard: Dashboard, *, deals: StageDeals, pictures: Pictures) -> tuple[Card, ...]:
    """All blocks in order. `deals`: those behind the stages of funnels; without, none opens."""
    return tuple(
        _build_card(figure, place, deals, pictures) for place, figure in enumerate(dashboard.blocks)
    )


def _build_card(figure: Figure, place: int, deals: StageDeals, pictures: Pictures) -> Card:
    pointer = f"/blocks/{place}"
    match figure:
        case MetricFigure():
            return _metric_card(figure, pointer)
        case ChartFigure():
            return _chart_card(figure, pointer, pictures)
        case ListFigure():
            return _list_card(figure, pointer)
        case FunnelFigure():
            content = build_funnel_content(figure, pointer, deals)
            return _begin(figure, **content, picture=pictures.get((figure.id, 0)))
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


# --- metric ---------------------------------------------------------------------------------------


def _metric_card(figure: MetricFigure, pointer: str) -> Card:
    return _begin(
        figure,
        tiles=tuple(
            _build_tile(value, f"{pointer}/values/{place}", figure)
            for place, value in enumerate(figure.values)
        ),
        notes=tuple(note for note in figure.notes if note not in _USUAL),
        empty="" if figure.values else "No deal has money here.",
    )


def _build_tile(value: MetricValue, pointer: str, figure: MetricFigure) -> Tile:
    def cell(number: Decimal | None, name: str) -> Cell:
        whole = shows_whole([number], value.unit)
        return amount_cell(number, f"{pointer}/{name}", whole=whole)

    facts: list[tuple[str, Cells]] = []
    if figure.compared is not None:
        cells = [cell(value.previous, "previous")]
        if value.change is not None:
            change = cell(abs(value.change), "change")
            sign = "+" if value.change > 0 else "−" if value.change else "±"
            told = f"{sign}{change.text}"
            cells.append(replace(change, text=told, value=f"{value.change:f}"))
        facts.append((format_period(figure.compared), tuple(cells)))
    if figure.planned:
        facts.append(plan_fact(value, pointer, figure.planned))
    return Tile(
        value=cell(value.value, "value"),
        unit=value.unit,
        facts=tuple(facts),
        bar=plan_bar(value),
    )


# --- chart ----------------------------------------------------------------------------------------


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
    whole = shows_whole((value for one in plot.series for value in one.values), plot.unit)
    unit = f", {plot.unit}" if plot.unit else ""
    lengths = _build_lengths(plot)

    def build_cell(number: int, place: int) -> Cell:
        one = plot.series[number]
        is_whole = whole or _is_no_money(one, place, plot)
        at = f"{pointer}/series/{number}/values/{place}"
        told = amount_cell(one.values[place], at, whole=is_whole)
        return replace(told, bar=lengths[number][place]) if picture is not None else told

    numbers = range(len(plot.series))
    rows = tuple(
        (Cell(plot.categories[place]), *(build_cell(number, place) for number in numbers))
        for place in plot.said
    )
    return Grid(
        caption=f"{plot.title}{unit}: the numbers",
        picture=picture,
        headings=(
            Heading(plot.heading),
            *(Heading(_say_series(one, plot), True) for one in plot.series),
        ),
        groups=(Group(rows),),
        is_folded=True,
    )


def _build_lengths(plot: Plot) -> list[list[Bar | None]]:
    """The bars that stand for the picture, a list a series: on one scale, but x and y of points
    have a scale each. What there is no number of has none.
    """
    most = [max((v for v in one.values if v is not None), default=0) for one in plot.series]
    if plot.shape != "scatter":
        most = [max(most, default=0)] * len(most)
    return [
        [None if value is None else build_bar(value, whole) for value in one.values]
        for one, whole in zip(plot.series, most, strict=True)
    ]


def _is_no_money(one: Series, place: int, plot: Plot) -> bool:
    """Whether it is 0 of a currency or a count, which needs no decimals."""
    return not one.values[place] and plot.unit not in ("%", "days")


def _say_series(one: Series, plot: Plot) -> str:
    """The head of its column; the only one of a chart needn't say the title again."""
    if len(plot.series) == 1 and one.name in ("", plot.title):
        return plot.unit or "Count"
    return f"{one.name}, {plot.unit}" if plot.unit else one.name


# --- list and table -------------------------------------------------------------------------------


def _list_card(figure: ListFigure, pointer: str) -> Card:
    cells = build_cells(figure.rows, figure.columns)
    rows = tuple(
        tuple(
            _recorded(
                cell, record.get(column.name), f"{pointer}/rows/{place}/{column.name}", column
            )
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
                is_of_records=True,
            ),
        )
        if rows
        else (),
        notes=figure.notes,
        empty="" if rows else "No deal meets this filter.",
    )


def _recorded(cell: Cell, value: object, figure: str, column: Column) -> Cell:
    """A cell of a record; days are sorted as the record says them, names as they are shown."""
    if value is None or isinstance(value, list | tuple | bool):
        return cell
    if cell.sort:
        return replace(cell, figure=figure, value=str(value))
    return replace(cell, sort=str(value) if column.kind == "day" else "")


def _table_card(figure: TableFigure, pointer: str) -> Card:
    rows = build_cells(figure.rows, figure.columns)
    if figure.places:
        rows = [
            tuple(
                _placed(cell, place, figure.document, f"{pointer}/document")
                for cell, place in zip(row, places, strict=True)
            )
            for row, places in zip(rows, figure.places, strict=True)
        ]
    names = [row[0].text for row in rows]
    end = len(rows)
    if "total" in figure.document and _TOTAL in names:  # what stands below it isn't sorted either
        end -= names[::-1].index(_TOTAL) + 1
    return _begin(
        figure,
        grids=(
            Grid(
                caption=figure.title,
                headings=build_headings(figure.columns),
                groups=build_groups(rows[:end]),
                totals=tuple(rows[end:]),
            ),
        )
        if rows
        else (),
        notes=figure.notes,
        empty="" if rows else _NO_DEALS,
    )


def _placed(cell: Cell, place: str, document: Mapping[str, Any], pointer: str) -> Cell:
    """A cell with its own place in the document; without where that says nothing, as of the
    money in a currency that nobody brought, which a screen shows as 0.
    """
    value = _find(document, place) if cell.sort and place else None
    if value is None:
        return cell
    return replace(cell, figure=f"{pointer}{place}", value=str(value))


def _find(document: Mapping[str, Any], place: str) -> object:
    found: Any = document
    for name in place.removeprefix("/").split("/"):
        found = found[int(name)] if isinstance(found, list) else found.get(name)
        if found is None:
            return None
    return found
