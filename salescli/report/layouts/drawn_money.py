"""Which money a picture draws: that of one currency, beside counts, conversions and days of all.

Pure; knows no figure's layout. A picture never narrows what is counted, so it says the same as the
table; only sums are of one currency, and how many deals bring none of it is told in the footer.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from salescli.report.figures.comparison import Cell, Comparison
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.figures.question import Question
from salescli.report.text.numbers import format_count
from salescli.report.text.wording import begun_small


def currency_of(question: Question, currencies: Sequence[str]) -> str:
    """The currency a picture is in: the one asked for, the store's, or the first that there is."""
    own = question.store_currency
    if question.currency:
        return question.currency
    return own if own and own in currencies else next(iter(currencies), own or "")


def say_undrawn(deals: Mapping[str, int], code: str) -> list[str]:
    """A sentence that counts the deals whose money is in another currency than `code`; else none.

    `deals`: currency → how many deals bring money in it.
    """
    others = {other: count for other, count in sorted(deals.items()) if other != code and count}
    if not others:
        return []
    counts = ", ".join(f"{format_count(count)} in {other}" for other, count in others.items())
    return [f"Left out of the sums for their currency: {counts}."]


def narrow_funnel(funnel: AnyFunnel) -> tuple[AnyFunnel, list[str]]:
    """A funnel with the money that is drawn, its counts untouched, and what to say of the rest.

    In a store without a currency all money is drawn.
    """
    code = _code(funnel.question, funnel.currencies)
    if code is None:
        return funnel, []
    return _narrow_funnel(funnel, code), say_undrawn(funnel.valued, code)


def narrow_comparison(comparison: Comparison) -> tuple[Comparison, list[str]]:
    """The same of funnels side by side; each side that has other money is told by its name."""
    code = _code(comparison.first.question, comparison.currencies)
    if code is None:
        return comparison, []
    sides = tuple(
        msgspec.structs.replace(side, funnel=_narrow_funnel(side.funnel, code))
        for side in comparison.sides
    )
    rows = tuple(
        msgspec.structs.replace(row, cells=tuple(_narrow_cell(cell, code) for cell in row.cells))
        for row in comparison.rows
    )
    said = [
        f"{side.name}: {begun_small(sentence)}"
        for side in comparison.sides
        for sentence in say_undrawn(side.funnel.valued, code)
    ]
    return msgspec.structs.replace(comparison, sides=sides, rows=rows), said


def _code(question: Question, currencies: Sequence[str]) -> str | None:
    is_known = question.currency or question.store_currency
    return currency_of(question, currencies) if is_known else None


def _narrow_funnel(funnel: AnyFunnel, code: str) -> AnyFunnel:
    stages = tuple(
        msgspec.structs.replace(stage, sum=_keep(stage.sum, code)) for stage in funnel.stages
    )
    return msgspec.structs.replace(funnel, stages=stages)


def _narrow_cell(cell: Cell | None, code: str) -> Cell | None:
    return None if cell is None else msgspec.structs.replace(cell, sum=_keep(cell.sum, code))


def _keep(sums: Mapping[str, Decimal], code: str) -> dict[str, Decimal]:
    return {own: amount for own, amount in sums.items() if own == code}
