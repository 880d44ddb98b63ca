"""A dashboard as a public JSON document: every figure of every block."""

from decimal import Decimal
from typing import Any

from salescli.report.dashboards.dashboard import (
    ChartFigure,
    Dashboard,
    Figure,
    FunnelFigure,
    FunnelPart,
    ListFigure,
    MetricFigure,
    MetricValue,
    TableFigure,
)
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.layouts.comparison_document import build_comparison_document
from salescli.report.layouts.documents import build_days, build_funnel_document
from salescli.report.layouts.plot import Plot
from salescli.report.text.json_text import Document

DASHBOARD_SCHEMA = "salescli/dashboard@1"


def build_dashboard_document(dashboard: Dashboard) -> Document:
    """`salescli/dashboard@1`: each block with its numbers as text, null where there is none.

    `period` is the page's, as it was asked for; each block has its own beside it.
    """
    asked = dashboard.question
    filters: dict[str, Any] = {name: list(values) for name, values in asked.filters}
    if asked.currency is not None:
        filters["currency"] = asked.currency
    return {
        "schema": DASHBOARD_SCHEMA,
        "dashboard": dashboard.name,
        "name": dashboard.title,
        "store": dashboard.store,
        "as_of": dashboard.as_of.isoformat(),
        "period": build_days(dashboard.period),
        "filters": filters,
        "blocks": [_build_block(block) for block in dashboard.blocks],
        "notes": list(dashboard.notes),
    }


def _build_block(block: Figure) -> Document:
    head: Document = {
        "block": block.id,
        "kind": block.kind,
        "title": block.title,
        "period": build_days(block.period),
    }
    match block:
        case MetricFigure():
            own = _build_metric(block)
        case ChartFigure():
            own = _build_chart(block)
        case ListFigure():
            own = _build_list(block)
        case FunnelFigure():
            own = _build_funnel(block)
        case TableFigure():
            own = {"report": block.report, "document": block.document}
    return {**head, **own, "notes": list(block.notes)}


def _build_metric(block: MetricFigure) -> Document:
    return {
        "figure": block.figure,
        "compared": None if block.compared is None else build_days(block.compared),
        "planned": block.planned or None,
        "values": [_build_value(value) for value in block.values],
    }


def _build_value(value: MetricValue) -> Document:
    return {
        "unit": value.unit,
        "value": _text(value.value),
        **({} if value.ids is None else {"value_ids": list(value.ids)}),
        "previous": _text(value.previous),
        **({} if value.previous_ids is None else {"previous_ids": list(value.previous_ids)}),
        "change": _text(value.change),
        "plan": _text(value.plan),
        "attainment": _text(value.attainment),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _build_chart(block: ChartFigure) -> Document:
    return {"plots": [_build_plot(plot) for plot in block.plots]}


def _build_plot(plot: Plot) -> Document:
    return {
        "shape": plot.shape,
        "title": plot.title,
        "unit": plot.unit,
        "categories": list(plot.keys or plot.categories),
        "series": [
            {
                "name": one.name,
                "values": [_text(value) for value in one.values],
                **({} if one.ids is None else {"values_ids": [list(who) for who in one.ids]}),
            }
            for one in plot.series
        ],
    }


def _build_list(block: ListFigure) -> Document:
    return {
        "columns": [column.name for column in block.columns],
        "found": block.found,
        "ids": list(block.ids),
        "rows": [{name: _plain(value) for name, value in one.items()} for one in block.records],
    }


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _build_funnel(block: FunnelFigure) -> Document:
    return {
        "by": block.by or None,
        "mode": block.funnel.question.mode,
        "planned": block.planned or None,
        "plan": [_build_value(value) for value in block.plan],
        "funnel": _document_of(block.funnel),
        "parts": [_build_part(part) for part in block.parts],
        "previous": None if block.previous is None else _build_part(block.previous),
        "comparison": None
        if block.comparison is None
        else _bare(build_comparison_document(block.comparison)),
    }


def _bare(comparison: Document) -> Document:
    """A comparison without the funnels, which stand beside it."""
    sides = [
        {name: value for name, value in side.items() if name != "funnel"}
        for side in comparison["sides"]
    ]
    return {**comparison, "sides": sides}


def _document_of(funnel: AnyFunnel) -> Document:
    return build_funnel_document(funnel)


def _build_part(part: FunnelPart) -> Document:
    return {"id": part.id, "name": part.name or None, "funnel": _document_of(part.funnel)}
