"""A dashboard on a terminal: its blocks one below the other, a bar beside each number of a chart.

Layout only: numbers come from the figures. What doesn't fit the width is cut by the tables, and a
note says so; without a width (a pipe) nothing is cut.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from salescli.model.calendar import Period, format_day
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
from salescli.report.layouts.comparison_text import format_comparison
from salescli.report.layouts.funnel_text import format_funnel, wrap_parts
from salescli.report.layouts.funnel_words import format_period
from salescli.report.layouts.plot import Plot
from salescli.report.text.filterwords import say_filters
from salescli.report.text.listing import Column, Format, Rendered, Row, render_rows
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_amount,
    format_count,
    format_number_of,
    is_whole,
)

_BAR = 20  # columns of the longest bar
_FULL = "█"
_OWN_TITLES = ("funnel", "comparison")


def format_dashboard(dashboard: Dashboard, *, width: int | None = None) -> Rendered:
    """The screen, at most `width` columns wide; None cuts nothing."""
    lines = wrap_parts(build_heading(dashboard), " · ", width)
    notes: list[str] = []
    for place, block in enumerate(dashboard.blocks):
        if not (isinstance(block, MetricFigure) and _is_metric(dashboard.blocks, place - 1)):
            lines.append("")
        rendered = _format_block(block, dashboard.period, width)
        lines.append(rendered.text)
        notes += [rendered.note] if rendered.note else []
    if dashboard.notes:
        lines += ["", *wrap_parts(list(dashboard.notes), " ", width)]
    return Rendered("\n".join(lines), "\n".join(dict.fromkeys(notes)))


def build_heading(dashboard: Dashboard) -> list[str]:
    """Name, period, day and filters, for the line at the top."""
    asked = dashboard.question
    parts = [dashboard.title, dashboard.store, format_period(dashboard.period)]
    parts.append(f"as of {format_day(dashboard.as_of)}")
    parts += say_filters(asked.filters)
    if asked.currency is not None:
        parts.append(asked.currency)
    return [clean_text(part) for part in parts]


def _is_metric(blocks: Sequence[Figure], place: int) -> bool:
    return place >= 0 and isinstance(blocks[place], MetricFigure)


def build_title(block: Figure, page: Period) -> list[str]:
    """The title of a block, and its period where it is not the page's."""
    parts = [clean_text(block.title)]
    if block.period != page and not (isinstance(block, TableFigure) and block.report == "agenda"):
        parts.append(format_period(block.period))
    return parts


def _format_block(block: Figure, page: Period, width: int | None) -> Rendered:
    title = wrap_parts(build_title(block, page), " · ", width)
    if isinstance(block, FunnelFigure) and block.title.casefold() in _OWN_TITLES:
        title = []  # its first line says it
    match block:
        case MetricFigure():
            return _format_metric(block, page, width)
        case ChartFigure():
            body = _format_chart(block, width)
        case ListFigure():
            body = _format_list(block, width)
        case FunnelFigure():
            body = _format_funnel(block, width)
        case TableFigure():
            body = _format_rows(block.rows, block.columns, width, "Nothing.")
    footer = wrap_parts(list(block.notes), " ", width) if block.notes else []
    return Rendered("\n".join([*title, body.text, *footer]), body.note)


def _format_metric(block: MetricFigure, page: Period, width: int | None) -> Rendered:
    """`Won  236 000 EUR, plan 300 000, 78.67 %, before 120 000 (+116 000)`: a line a value."""
    title = " · ".join(build_title(block, page))
    lines: list[str] = []
    for value in block.values:
        parts = [f"{title}: {say_number(value.value, value.unit)}", *say_beside(value, block)]
        lines += wrap_parts(parts, ", ", width)
    if not block.values:
        lines += wrap_parts([f"{title}: {NOT_AVAILABLE}"], ", ", width)
    lines += wrap_parts(list(block.notes), " ", width) if block.notes else []
    return Rendered("\n".join(lines))


def say_number(number: Decimal | None, unit: str, *, is_signed: bool = False) -> str:
    """`236 000 EUR`, `71.43 %`, `26.0 days`, `12`; n/a where there is none."""
    if number is None:
        return NOT_AVAILABLE
    sign = "+" if is_signed and number > 0 else ""
    kind, _, code = unit.partition(" ")
    whole = kind not in ("%", "days") and is_whole([number])
    shown = f"{sign}{format_amount(number, whole=whole)}"
    return " ".join(part for part in (shown, kind, code) if part)


def say_beside(value: MetricValue, block: MetricFigure) -> list[str]:
    """The plan and the period before, in words; nothing where nobody asked."""
    parts: list[str] = []
    if value.plan is not None:
        attained = say_number(value.attainment, "%")
        parts.append(f"plan {say_number(value.plan, value.unit)}, {attained} of it")
    if block.compared is not None:
        before = format_period(block.compared)
        told = f"{before} {say_number(value.previous, value.unit)}"
        unit = "points" if value.unit.startswith("%") else value.unit
        if value.change is not None:
            told += f" ({say_number(value.change, unit, is_signed=True)})"
        parts.append(told)
    return parts


def _format_chart(block: ChartFigure, width: int | None) -> Rendered:
    if not block.plots:
        return Rendered(" No deals.")
    rendered = []
    for plot in block.plots:
        is_told = len(block.plots) > 1 and len(plot.series) > 1
        own = [f" {_head_of(plot.unit)}"] if is_told else []
        columns, rows = build_plot_rows(plot, has_bar=True)
        table = _format_rows(rows, columns, width, "")
        rendered.append(Rendered("\n".join([*own, table.text]), table.note))
    notes = dict.fromkeys(one.note for one in rendered if one.note)
    return Rendered("\n".join(one.text for one in rendered), "\n".join(notes))


def build_plot_rows(plot: Plot, *, has_bar: bool) -> tuple[list[Column], list[Row]]:
    """A row for each category, a column for each series; of one series a bar beside it."""
    plot = plot.shown()
    columns = [Column("category", clean_text(plot.heading), least=16)]
    is_single = len(plot.series) == 1
    for number, one in enumerate(plot.series):
        title = clean_text(one.name)
        if is_single:  # a series by itself is told by its unit, unless it is one of a group
            unit = _head_of(plot.unit)
            title = unit if one.name == plot.title.removesuffix(f", {unit}") else f"{title}, {unit}"
        columns.append(Column(f"value-{number}", title, "right", "number"))
    every = [value for one in plot.series for value in one.values if value is not None]
    whole = plot.unit not in ("%", "days") and is_whole(every)
    cells = [_cells(one.values, plot.unit, whole=whole) for one in plot.series]
    rows: list[list[str]] = [
        [clean_text(name), *(column[place] for column in cells)]
        for place, name in enumerate(plot.categories)
    ]
    if is_single and has_bar and plot.shape != "scatter":
        columns.append(Column("bar", ""))
        for row, bar in zip(rows, _bars(plot.series[0].values), strict=True):
            row.append(bar)
    return columns, list(rows)


def _head_of(unit: str) -> str:
    return {"": "Count", "days": "Days"}.get(unit, unit)


def _cells(values: Sequence[Decimal | None], unit: str, *, whole: bool) -> list[str]:
    return [NOT_AVAILABLE if one is None else say_cell(one, unit, whole=whole) for one in values]


def say_cell(number: Decimal, unit: str, *, whole: bool) -> str:
    """A number in a column: no money is `0`, whatever decimals other amounts there have."""
    return format_amount(number, whole=whole or (not number and unit not in ("%", "days")))


def _bars(values: Sequence[Decimal | None]) -> list[str]:
    most = max((one for one in values if one is not None), default=Decimal(0))
    if most <= 0:
        return [""] * len(values)
    return [_FULL * int(one * _BAR / most) if one is not None and one > 0 else "" for one in values]


def _format_rows(
    rows: Sequence[Row], columns: Sequence[Column], width: int | None, nothing: str
) -> Rendered:
    if not rows:
        return Rendered(f" {nothing}")
    layout: Format = "plain" if width is None else "table"
    return render_rows(rows, columns, layout, width=width, is_stacked=True, indent=1)


def _format_list(block: ListFigure, width: int | None) -> Rendered:
    body = _format_rows(block.rows, block.columns, width, "No deals.")
    if len(block.rows) < block.found:
        told = f"{format_count(len(block.rows))} of {format_number_of(block.found, 'deal')}."
        return msgspec.structs.replace(body, text=f"{body.text}\n {told}")
    return body


def _format_funnel(block: FunnelFigure, width: int | None) -> Rendered:
    if block.comparison is not None:
        return format_comparison(block.comparison, width=width)
    return format_funnel(block.funnel, width=width)
