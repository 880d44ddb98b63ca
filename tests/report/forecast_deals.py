"""Forecasts for tests: deals of the fixture of domain.md section 6 with what section 7 adds."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from salescli.model.deal import Deal
from salescli.model.money import Money
from salescli.model.plans import Amounts, amounts_of, days_of, plan_of
from salescli.report.figures.forecast import Cell, Forecast, build_forecast
from salescli.report.figures.forecast_standing import ForecastQuestion, ask_forecast
from salescli.report.figures.question import ask
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals

MARCH = date(2024, 3, 31)
CLOSINGS = {  # domain.md section 7: closings in April, with their probability
    "D2": ("2024-04-30", 40),
    "D7": ("2024-04-10", 30),
    "D3": ("2024-04-15", 40),
    "D5": ("2024-04-01", 60),
}
PLANS = {
    "anna": {"2024-03": "120.00 EUR", "2024-04": "250.00 EUR"},
    "boris": {"2024-04": "300.00 EUR"},
}


def april_deals() -> list[Deal]:
    """The fixture's deals on 31 March, four of them expected to close in April."""
    deals = []
    for deal in fixture_deals():
        close_date, probability = CLOSINGS.get(deal.id, (None, None))
        deals.append(msgspec.structs.replace(deal, close_date=close_date, probability=probability))
    return deals


def asked(
    period: str = "2024-04", as_of: date = MARCH, *, months: bool = False, **more: object
) -> ForecastQuestion:
    """The question of a forecast by owner, in Riga, of value."""
    question = ask(
        ForecastQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        sum="value",
        store_currency="EUR",
        **more,
    )
    return ask_forecast(question, CALENDAR, months=months)


def planned(
    question: ForecastQuestion, plans: Mapping[str, Mapping[str, str]]
) -> dict[str, list[Amounts]]:
    """The plans of each row in each column, of `{"anna": {"2024-04": "250.00 EUR"}}`."""
    found = {}
    for row, keys in plans.items():
        entries = {
            days_of(key, CALENDAR): Money(Decimal(text[:-4]), text[-3:])
            for key, text in keys.items()
        }
        found[row] = [amounts_of(plan_of(entries, span.period)) for span in question.spans]
    return found


def forecast_of(
    deals: Iterable[Deal],
    question: ForecastQuestion,
    plans: Mapping[str, Mapping[str, str]] | None = PLANS,
    *,
    with_ids: bool = False,
    invalid: int = 0,
) -> Forecast:
    """The forecast of deals; `plans` None is a filter of another kind."""
    of_rows = None if plans is None else planned(question, plans)
    names = {"anna": "Anna", "boris": "Boris"}
    return build_forecast(
        deals, question, REAL_ESTATE, of_rows, names, invalid=invalid, with_ids=with_ids
    )


def figures(cell: Cell, code: str = "EUR") -> list[str | None]:
    """plan, actual, pipeline, weighted, expected %, coverage: the columns of the fixture."""
    numbers = [
        cell.plan.get(code),
        cell.actual.sum.get(code, Decimal(0)),
        cell.pipeline.sum.get(code, Decimal(0)),
        cell.weighted.get(code, Decimal(0)),
        cell.expected_percent(code),
        cell.coverage(code),
    ]
    return [None if number is None else f"{number:f}" for number in numbers]
