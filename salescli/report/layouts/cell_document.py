"""A forecast's cell, and the plan that a figure stands against, as parts of JSON documents.

Knows only values: the documents of forecasts, funnels and fullness are made of it.
"""

from decimal import Decimal

from salescli.report.figures.forecast import Cell
from salescli.report.figures.plan_bar import FittingPlan, PlanBar, PlanPart
from salescli.report.layouts.counted_document import build_counted, build_sums
from salescli.report.text.json_text import Document


def build_figures(cell: Cell) -> Document:
    """Plan, actual, pipeline and what they make, by currency; a ratio of nothing is null."""
    codes = cell.currencies
    planned = [code for code in codes if code in cell.plan]
    return {
        "plan": build_sums(cell.plan),
        "actual": build_counted(cell.actual),
        "pipeline": build_counted(cell.pipeline),
        "weighted": build_sums(cell.weighted),
        "expected": build_sums({code: cell.expected(code) for code in codes}),
        "attainment": {code: {"percent": number_text(cell.attainment(code))} for code in planned},
        "expected_percent": {
            code: {"percent": number_text(cell.expected_percent(code))} for code in planned
        },
        "gap": build_sums({code: gap for code in planned if (gap := cell.gap(code)) is not None}),
        "coverage": {code: {"ratio": number_text(cell.coverage(code))} for code in planned},
    }


def build_fit(plan: FittingPlan) -> Document:
    """Whose plan it is, or why there is none; `without_plan` of so many `objects` have none.

    Where some `stores` of a group have deals and no plan, it says how many.
    What stands against a plan is value, whatever the rest of a report sums.
    """
    stores = {"stores": plan.stores, "stores_without_plan": plan.stores_without}
    return {
        "sum": "value",
        "of": plan.of or None,
        "name": plan.name or None,
        "reason": plan.reason or None,
        "objects": plan.objects,
        "without_plan": plan.without_plan,
    } | (stores if plan.stores_without else {})


def build_plan(bar: PlanBar | None) -> Document | None:
    """The plan under a funnel with the figures of its cell, or with the reason why there is none;
    None in a store that has no plans.
    """
    if bar is None:
        return None
    if bar.cell is None:
        return build_fit(bar.fit)
    won = {part.currency: _build_won(bar.cell, part) for part in bar.parts}
    return build_fit(bar.fit) | build_figures(bar.cell) | {"won": won}


def _build_won(cell: Cell, part: PlanPart) -> Document:
    """How many deals won what stands against the plan in its currency."""
    ids = cell.actual.ids
    kept = {} if ids is None else {"count_ids": list(ids.sum.get(part.currency, ()))}
    return {"count": part.deals, **kept}


def number_text(number: Decimal | None) -> str | None:
    """A number as text; None stays None."""
    return None if number is None else f"{number:f}"
