"""What a closing is told, read from texts, and what the engine says to it. Writes nothing."""

from collections.abc import Sequence
from datetime import date

import msgspec

from salescli.model.definition import stage_id
from salescli.model.errors import Gathered
from salescli.model.events import Closed, Event
from salescli.model.inputs import parse_input
from salescli.model.money import Money, parse_money
from salescli.model.rules import UNKNOWN_WINNER
from salescli.process import closing
from salescli.process.standing import Advanced, RefusedMove, Standing
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice, read_reference


def decide_closing(
    session: Session,
    standing: Standing,
    outcome: str,
    *,
    reason: str | None = None,
    details: str | None = None,
    revenue: str | None = None,
    winner: str | None = None,
    leads: str | None = None,
    force: str | None = None,
) -> Advanced | RefusedMove:
    """What the engine says to a closing with these texts, names in them found."""
    ending = read_ending(
        session, reason=reason, details=details, revenue=revenue, winner=winner, force=force
    )
    return closing.close(
        standing,
        stage_id(standing.definition, outcome),
        close_reasons=session.dictionaries.get("close_reasons", {}),
        day=standing.today,
        reason=ending.reason,
        details=ending.details,
        revenue=ending.revenue,
        winner=ending.winner,
        leads=leads,
        force=ending.force,
        is_import=session.via == "import",
    )


class Ending(msgspec.Struct, frozen=True):
    """What a closing is told, read: ids of the reason and the winner, the revenue as money."""

    reason: str | None
    details: str | None
    revenue: Money | None
    winner: str | None
    force: str | None


def read_ending(
    session: Session,
    *,
    reason: str | None = None,
    details: str | None = None,
    revenue: str | None = None,
    winner: str | None = None,
    force: str | None = None,
) -> Ending:
    """Read what was typed with a closing; raises everything that means nothing together."""
    reasons = session.dictionaries.get("close_reasons", {})
    gathered = Gathered()
    income = None
    with gathered.trying("reason"):
        if reason and reason not in reasons:
            reason = str(read_choice(session, "close_reasons", reason, "reason"))
    with gathered.trying("winner"):
        if winner and winner != UNKNOWN_WINNER:
            winner = read_reference(session, "competitor", winner, "winner")
    with gathered.trying("revenue"):
        income = parse_money(revenue, session.settings.currency) if revenue else None
    with gathered.trying():
        details, force = read_text(session, details), read_force(session, force)
    gathered.raise_all()
    return Ending(reason, details, income, winner, force)


def expected_close_date(live: Sequence[Event]) -> date | None:
    """The close date that was expected before the last closing."""
    for event in reversed(live):
        if isinstance(event, Closed):
            before = event.fields.get("close_date", [None])[0]
            return date.fromisoformat(before) if isinstance(before, str) else None
    return None


def read_text(session: Session, text: str | None) -> str | None:
    """A text as an event holds it; None where it says nothing."""
    if text is None:
        return None
    return str(parse_input("text", text, session.calendar, session.today, None) or "") or None


def read_force(session: Session, reason: str | None) -> str | None:
    """The reason of `--force`; an empty one stays, to be refused."""
    return None if reason is None else read_text(session, reason) or ""
