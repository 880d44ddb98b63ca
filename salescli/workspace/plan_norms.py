"""The norms that a store offers when a plan is made: those of the year before, else of all time."""

from datetime import date

from salescli.model.errors import Damaged
from salescli.model.money import Money
from salescli.report.figures import entered, winloss
from salescli.report.figures.figure import add_up_each
from salescli.report.figures.norms import as_closed, as_funnel, build_winrates
from salescli.report.layouts.plan_norms import tell_norms
from salescli.workspace.norms import NormsOptions, read_norms_question
from salescli.workspace.planned import COMPANY
from salescli.workspace.reporting import read_deals
from salescli.workspace.session import Session

_WITH_NORMS = (COMPANY, "owner", "department")


def offer_norms(session: Session, kind: str, name: str, first: date, plan: Money) -> list[str]:
    """What the norms say of a plan that begins on `first`, in lines; none where they say nothing.

    They are those of the owner, or of the department and those below it, or of all deals for the
    company. What can't be read is left out: a plan isn't refused for it.
    """
    if kind not in _WITH_NORMS:
        return []
    before = f"{first.year - 1:04}"
    for period, since in ((before, before), ("all", "all time")):
        options = NormsOptions(
            period=period,
            currency=plan.currency,
            owners=(name,) if kind == "owner" else (),
            departments=(name,) if kind == "department" else (),
            skip_invalid=True,
        )
        try:
            told = _tell(session, options, plan, since)
        except Damaged:  # of the process: `check` tells it, and the plan has nothing to do with it
            return []
        if told:
            return told
    return []


def _tell(session: Session, options: NormsOptions, plan: Money, since: str) -> list[str]:
    question = read_norms_question(session, options)
    definition = session.process(question.process)
    contributions = (
        entered.build_contribution(as_funnel(question), definition),
        winloss.build_contribution(as_closed(question), definition),
    )
    deals = read_deals(session, question.end, options).deals
    came, closed = add_up_each(deals, contributions)
    won = winloss.finish(closed, definition, as_closed(question)).total.outcomes["won"]
    return tell_norms(build_winrates(came, definition, question), won, plan, since)
