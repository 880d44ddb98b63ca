"""Norms and fullness of deals written as moves, for their tests. 2024, days of Riga."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.forecast import add_up_forecast
from salescli.report.figures.fullness import (
    Fullness,
    FullnessQuestion,
    add_up_fullness,
    finish,
)
from salescli.report.figures.norms import Norms, NormsQuestion, build_norms
from salescli.report.figures.plan_bar import FittingPlan, build_cell
from salescli.report.figures.question import ask
from tests.report.forecast_deals import asked
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE

MARCH = date(2024, 3, 31)


def norms_of(
    deals: Iterable[Deal],
    period: str = "2024-03",
    as_of: date = MARCH,
    *,
    definition: Definition = REAL_ESTATE,
    with_ids: bool = False,
    **more: Any,
) -> Norms:
    """The norms that a period gives."""
    question = ask(
        NormsQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        time_zone="Europe/Riga",
        sum="value",
        **more,
    )
    return build_norms(deals, question, definition, with_ids=with_ids)


def fullness_of(
    deals: Sequence[Deal],
    period: str = "2024-03",
    as_of: date = MARCH,
    *,
    plan: dict[str, str] | None = None,
    plan_period: str = "2024-04",
    required: int | None = None,
    definition: Definition = REAL_ESTATE,
    with_ids: bool = False,
    **more: Any,
) -> Fullness:
    """Fullness against a plan by currency; the deals stand as they do on the as-of day."""
    forecast = asked(plan_period, as_of, **more)
    question = ask(
        FullnessQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        time_zone="Europe/Riga",
        plan_question=forecast,
        required=required,
        **more,
    )
    amounts = {code: Decimal(text) for code, text in (plan or {}).items()}
    fit = FittingPlan("company", "Riverside", amounts, "" if plan else "no plan")
    partial = add_up_forecast(deals, forecast, definition, with_ids=with_ids)
    cell = build_cell(partial, forecast, definition, amounts)
    parts = add_up_fullness(deals, question, definition, with_ids=with_ids)
    return finish(parts, definition, question, fit, cell)
