"""Which deals a question is about, why one is only counted beside them, which money it brings.

The one place of these rules (domain.md section 3, "Which deals" and "Which money"); every figure
asks here. Pure, and knows no figure.
"""

from collections.abc import Callable

from salescli.model.asked import SumKind
from salescli.model.deal import Deal
from salescli.report.figures.question import Question

OTHER_PROCESS = "process"  # left out of the figures: another process owns the deal
LONG_AGO = -(1 << 62)

MONEY_OF: dict[SumKind, Callable[[Deal, str], str | None]] = {
    "budget": lambda deal, _: deal.budget,
    "amount": lambda deal, _: deal.amount,
    "value": lambda deal, success: deal.value(deal.stage == success),
}


def build_filter(question: Question) -> Callable[[Deal], str | None]:
    """Whether a deal is in the figures: "" if it is, else why it is only counted beside them.

    It is left out for OTHER_PROCESS, or for its currency (the code); None says nothing of deals
    that the filters don't take or that were created after E.
    """
    is_chosen, process, currency = build_choice(question), question.process, question.currency
    end, takes_all = question.end, question.owners is None and question.departments is None

    def why_left_out(deal: Deal) -> str | None:  # a call less counts: it is asked of each deal
        if not (deal.created_at <= end if takes_all else is_chosen(deal)):
            return None
        if deal.process != process:
            return OTHER_PROCESS
        own = deal.currency if currency is not None else None
        return "" if own is None or own == currency else own

    return why_left_out


def build_choice(question: Question) -> Callable[[Deal], bool]:
    """Whether the filters by owner and department take a deal that was there by E."""
    owners, departments, end = question.owners, question.departments, question.end

    def is_chosen(deal: Deal) -> bool:
        if owners is not None and deal.owner not in owners:
            return False
        if departments is not None and deal.department not in departments:
            return False
        return deal.created_at <= end

    return is_chosen


def is_of_currency(deal: Deal, currency: str | None) -> bool:
    """Whether a deal's money is in the currency asked for; a deal without money is in each."""
    return currency is None or deal.currency in (None, currency)
