"""A dashboard as Markdown, and the one door to all of its formats."""

from salescli.model.calendar import Period
from salescli.report.dashboards.dashboard import (
    ChartFigure,
    Dashboard,
    Figure,
    FunnelFigure,
    ListFigure,
    MetricFigure,
    TableFigure,
)
from salescli.report.dashboards.dashboard_document import build_dashboard_document
from salescli.report.dashboards.dashboard_text import (
    build_heading,
    build_plot_rows,
    build_title,
    format_dashboard,
    say_beside,
    say_number,
)
from salescli.report.layouts.comparison_document import render_comparison
from salescli.report.layouts.funnel_rows import render_funnel
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Rendered, render_rows
from salescli.report.text.numbers import escape_markdown, format_count, format_number_of


def render_dashboard(dashboard: Dashboard, format: str, *, width: int | None = None) -> Rendered:
    """The dashboard as `table` (a terminal's screen), `json` or `md`."""
    if format == "json":
        return Rendered(format_json(build_dashboard_document(dashboard)))
    if format == "md":
        return Rendered(_format_page(dashboard))
    return format_dashboard(dashboard, width=width)


def _format_page(dashboard: Dashboard) -> str:
    title, *rest = build_heading(dashboard)
    parts = [f"# {escape_markdown(title)}", escape_markdown(" · ".join(rest))]
    parts += [_format_block(block, dashboard.period) for block in dashboard.blocks]
    parts += [" ".join(map(escape_markdown, dashboard.notes))] if dashboard.notes else []
    return "\n\n".join(parts)


def _format_block(block: Figure, page: Period) -> str:
    parts = [f"## {escape_markdown(' · '.join(build_title(block, page)))}"]
    match block:
        case MetricFigure():
            parts += _format_metric(block)
        case ChartFigure():
            parts += _format_chart(block)
        case ListFigure():
            parts.append(_format_list(block))
        case FunnelFigure():
            parts.append(_format_funnel(block))
        case TableFigure():
            table = render_rows(block.rows, block.columns, "md").text
            parts.append(table if block.rows else "Nothing.")
    notes = " ".join(map(escape_markdown, block.notes))
    return "\n\n".join([*parts, *([notes] if notes else [])])


def _format_metric(block: MetricFigure) -> list[str]:
    lines = [
        ", ".join([f"**{say_number(one.value, one.unit)}**", *say_beside(one, block)])
        for one in block.values
    ]
    return lines or ["**n/a**"]


def _format_chart(block: ChartFigure) -> list[str]:
    tables = []
    for plot in block.plots:
        columns, rows = build_plot_rows(plot, has_bar=False)
        table = render_rows(rows, columns, "md").text
        several = len(block.plots) > 1
        tables.append(f"{escape_markdown(plot.title)}\n\n{table}" if several else table)
    return tables or ["No deals."]


def _format_list(block: ListFigure) -> str:
    if not block.rows:
        return "No deals."
    table = render_rows(block.rows, block.columns, "md").text
    if len(block.rows) == block.found:
        return table
    told = f"{format_count(len(block.rows))} of {format_number_of(block.found, 'deal')}."
    return f"{table}\n\n{told}"


def _format_funnel(block: FunnelFigure) -> str:
    if block.comparison is not None:
        return render_comparison(block.comparison, "md").text
    return render_funnel(block.funnel, "md").text
