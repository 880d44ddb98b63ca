"""Forecasts and what moved them as public JSON documents. Amounts and shares are text."""

from salescli.report.figures.forecast import Apart, Cell, Forecast, Row
from salescli.report.figures.forecast_diff import Difference, Totals
from salescli.report.figures.forecast_standing import ForecastQuestion
from salescli.report.figures.forecast_sums import Sums as Moved
from salescli.report.figures.forecast_sums import add_sums
from salescli.report.figures.spans import Span
from salescli.report.layouts.cell_document import build_figures
from salescli.report.layouts.counted_document import build_counted, build_sums
from salescli.report.layouts.documents import build_days, build_left_out
from salescli.report.text.json_text import Document

FORECAST_SCHEMA = "salescli/forecast@1"
DIFFERENCE_SCHEMA = "salescli/forecast-diff@1"


def build_forecast_document(forecast: Forecast) -> Document:
    """`salescli/forecast@1`. `columns` of a row are the months, if asked for, then the whole.

    `partly_planned` names rows that not all stores of a group plan for, where there are such.
    Every sum, ratio and gap is by currency; a plan that there isn't is `{}`, a ratio of nothing
    null. If the figures hold ids, each number `x` of deals has them beside it as `x_ids`.
    """
    question = forecast.question
    rows = [_build_row(row, question) for row in forecast.rows]
    total = _build_columns(forecast.total, question)
    for column, missing in zip(total, forecast.without_plan, strict=True):
        column["without_plan"] = missing
    without = forecast.without
    return {
        "schema": FORECAST_SCHEMA,
        **_build_head(question),
        "by": question.by,
        "has_plans": forecast.has_plans,
        **({"partly_planned": list(partly)} if (partly := forecast.partly_planned) else {}),
        "rows": rows,
        "without": None if without is None else _build_columns(without, question),
        "total": total,
        "overdue": _build_apart(forecast.overdue),
        "undated": _build_apart(forecast.undated),
        **build_left_out(forecast),
    }


def _build_head(question: ForecastQuestion) -> Document:
    filters: Document = {"process": question.process}
    if question.currency is not None:
        filters["currency"] = question.currency
    filters.update((name, list(values)) for name, values in question.scope)
    return {
        "as_of": question.as_of.isoformat(),
        "period": build_days(question.period),
        "sum": question.sum,
        "filters": filters,
    }


def _build_row(row: Row, question: ForecastQuestion) -> Document:
    return {question.by: row.id, "name": row.name, "columns": _build_columns(row, question)}


def _build_columns(row: Row, question: ForecastQuestion) -> list[Document]:
    return [build_cell(cell, span) for cell, span in zip(row.cells, question.spans, strict=True)]


def build_cell(cell: Cell, span: Span) -> Document:
    """One row in one column; `month` is null for the whole period."""
    return {"month": span.key or None, **build_figures(cell)}


def _build_apart(apart: Apart) -> Document:
    return {**build_counted(apart.deals), "weighted": build_sums(apart.weighted)}


def build_difference_document(difference: Difference, *, with_ids: bool) -> Document:
    """`salescli/forecast-diff@1`: before + the sums of all changes = after, for each currency.

    `reasons` adds the changes up; with `with_ids` each has the deals behind it.
    """
    reasons: dict[str, tuple[list[str], Moved]] = {}
    for change in difference.changes:
        ids, sums = reasons.setdefault(change.reason, ([], {}))
        reasons[change.reason] = ([*ids, change.id], add_sums(sums, change.sums))
    return {
        "schema": DIFFERENCE_SCHEMA,
        "since": difference.since.as_of.isoformat(),
        **_build_head(difference.question),
        "before": _build_totals(difference.before, with_ids),
        "after": _build_totals(difference.after, with_ids),
        "reasons": [
            {
                "reason": reason,
                "count": len(ids),
                "sums": _build_moved(sums),
                **({"count_ids": ids} if with_ids else {}),
            }
            for reason, (ids, sums) in reasons.items()
        ],
        "changes": [
            {
                "id": change.id,
                "title": change.title,
                "reason": change.reason,
                "sums": _build_moved(change.sums),
            }
            for change in difference.changes
        ],
        **build_left_out(difference),
    }


def _build_totals(totals: Totals, with_ids: bool) -> Document:
    counts: Document = {"actual": totals.actual, "pipeline": totals.pipeline}
    if with_ids:
        counts |= {f"{place}_ids": list(ids) for place, ids in totals.ids.items()}
    return {"counts": counts, "sums": _build_moved(totals.sums)}


def _build_moved(sums: Moved) -> Document:
    return {code: build_sums(amounts.as_money(code)) for code, amounts in sorted(sums.items())}
