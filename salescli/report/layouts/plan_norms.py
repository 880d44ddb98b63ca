"""What the norms say of a plan that is made: how many wins it is, and how many deals that takes.

Pure: figures of a period and a plan in, lines for people out (domain.md section 6, "Norms").
"""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil

from salescli.model.definition import Stage
from salescli.model.money import Money
from salescli.report.figures.norms import WinRate
from salescli.report.figures.winloss import OutcomeFigure
from salescli.report.text.numbers import (
    clean_text,
    fold_words,
    format_count,
    format_money,
    format_number_of,
)

_WIDTH = 80


def tell_norms(
    rates: Iterable[tuple[Stage, WinRate]], won: OutcomeFigure, plan: Money, since: str
) -> list[str]:
    """Wins = plan / average value, rounded up; deals = wins / winrate(s), rounded up, of each
    open stage alone. `since` names the period that the norms are of.

    Nothing where no deal with a value in the plan's currency was won, or nothing is planned.
    """
    total = won.sum.get(plan.currency)
    if not total or not plan.amount:
        return []
    average = Fraction(total) / (won.count - won.without_value)
    wins = ceil(Fraction(plan.amount) / average)
    mean = format_money(won.average[plan.currency], plan.currency)
    told = f"By the norms of {since} that is {format_number_of(wins, 'win')}, {mean} on average."
    deals = [
        f"{clean_text(stage.name)} {format_count(ceil(wins / rate.share))}"
        for stage, rate in rates
        if stage.is_open and rate.share
    ]
    lines = [told]
    if deals:
        lines += fold_words(f"It takes so many deals at one stage: {', '.join(deals)}.", _WIDTH)
    return lines
