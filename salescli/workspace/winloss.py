"""Wins and losses of a store: which deals, which names, which size bands."""

from collections.abc import Callable, Mapping

from salescli.model.asked import SumKind
from salescli.model.deal import first_deals_of
from salescli.model.definition import Definition
from salescli.model.groupings import WinLossBy
from salescli.model.money import Money
from salescli.report.figures.question import WinLossQuestion
from salescli.report.figures.winloss import WinLoss, build_contribution, finish
from salescli.report.figures.winloss_keys import band_keys
from salescli.report.text.numbers import format_money
from salescli.workspace.reporting import (
    Counted,
    ReportOptions,
    count_stores,
    read_deals,
    read_question,
)
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording

_NAMED = {
    "owner": "person",
    "department": "department",
    "source": "sources",
    "need": "needs",
    "reason": "close_reasons",
    "last-stage": "stage",
}


class WinLossOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for wins and losses: `by` makes the rows."""

    sum: SumKind = "value"
    by: WinLossBy | None = None


def report_win_loss(session: Session, options: WinLossOptions) -> WinLoss:
    """The wins and losses that were asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question, definition = _ask(session, options)
    counted = count_stores(session, count_win_loss, options)
    return finish(
        counted.partial,
        definition,
        question,
        names=row_names(session, question, definition),
        invalid=counted.invalid,
    )


def count_win_loss(session: Session, options: WinLossOptions) -> Counted:
    """What one store adds to wins and losses."""
    question, definition = _ask(session, options)
    found = read_deals(session, question.end, options)
    first: frozenset[str] = frozenset()
    if options.by == "new-client":
        first = first_deals_of(read_deals(session, question.end, options).deals)
    contribute = build_contribution(question, definition, first)
    return Counted(found.count(contribute, with_ids=options.with_ids), found.invalid)


def _ask(session: Session, options: WinLossOptions) -> tuple[WinLossQuestion, Definition]:
    question = read_question(
        session,
        options,
        WinLossQuestion,
        by=options.by,
        bands=tuple(session.settings.size_bands),
        time_zone=session.settings.time_zone,
    )
    return question, session.process(question.process)


def row_names(
    session: Session, question: WinLossQuestion, definition: Definition
) -> Mapping[str, str]:
    """Names of the rows, by key."""
    by = question.by or ""
    names = build_wording(session, definition).names
    own: dict[str, Callable[[], Mapping[str, str]]] = {
        "client-kind": lambda: {"account": "Companies", "contact": "Persons"},
        "new-client": lambda: {"new": "New", "existing": "Existing"},
        "size": lambda: _band_names(question.bands),
        "competitor": lambda: {**names["competitor"], "unknown": "Unknown"},
    }
    if by in own:
        return own[by]()
    return names[_NAMED[by]] if by in _NAMED else {}


def _band_names(bands: tuple[Money, ...]) -> dict[str, str]:
    """`up to 100 000 EUR` and so on, by key."""
    texts = [format_money(bound.amount, bound.currency) for bound in bands]
    names = [f"up to {text}" for text in texts] + [f"above {text}" for text in texts[-1:]]
    return dict(zip(band_keys(bands), names, strict=True))
