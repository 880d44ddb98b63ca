"""The money of one deal: amount, value, weighted (domain.md section 2). Computed, never stored."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from salescli.model.money import EXACT, Money, decimals_of, round_amount
from salescli.model.records import Line, Opportunity


def line_total(line: Line) -> Money:
    """round(price × quantity × (1 − discount/100)), half up, to the currency's decimals."""
    percent = EXACT.subtract(Decimal(100), line.discount or Decimal(0))
    hundredfold = EXACT.multiply(EXACT.multiply(line.price.amount, line.quantity), percent)
    total = EXACT.scaleb(hundredfold, -2)
    return Money(round_amount(total, line.price.currency), line.price.currency)


def amount_of(lines: Iterable[Line]) -> Money | None:
    """Σ line totals; None without lines. All lines of a deal have one currency."""
    totals = [line_total(line) for line in lines]
    if not totals:
        return None
    amounts = (total.amount for total in totals)
    return Money(reduce(EXACT.add, amounts), totals[0].currency)


def value_of(deal: Opportunity, is_won: bool) -> Money | None:
    """`actual_revenue` if won and typed, else amount, else budget, else None."""
    if is_won and deal.actual_revenue is not None:
        return deal.actual_revenue
    return amount_of(deal.products) or deal.budget


def weighted(value: Money, probability: int) -> Money:
    """value × probability/100, rounded half up."""
    units = int(EXACT.scaleb(value.amount, decimals_of(value.currency)))
    return Money(
        amount_of_units(weighted_units(units, probability), value.currency), value.currency
    )


def weighted_units(units: int, probability: int) -> int:
    """The same in whole minor units (cents): figures do this a hundred thousand times."""
    return (units * probability + 50) // 100


def units_of(text: str) -> tuple[int, str]:
    """The minor units and the currency of a deal's money text (`250000.00 EUR`)."""
    number, currency = text[:-4], text[-3:]
    places = decimals_of(currency)
    whole, point, fraction = number.partition(".")
    if len(fraction) == places and bool(point) == bool(places):
        return int(whole + fraction), currency
    amount = round_amount(Decimal(number), currency)  # written by hand, with other decimals
    return int(EXACT.scaleb(amount, places)), currency


def amount_of_units(units: int, currency: str) -> Decimal:
    """Minor units as an amount with its currency's decimals."""
    return EXACT.scaleb(Decimal(units), -decimals_of(currency))


def currencies_of(deal: Opportunity) -> set[str]:
    """Every currency that the deal's money is in; the rules allow one."""
    money = [line.price for line in deal.products]
    money += [m for m in (deal.budget, deal.actual_revenue, deal.direct_expense) if m is not None]
    return {entry.currency for entry in money}
