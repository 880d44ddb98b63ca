"""The tactic of a deal: setting it, noting that it was checked, and those it has had."""

from collections.abc import Mapping

import msgspec

from salescli.model.chronology import choose_instant
from salescli.model.errors import Refused, finding
from salescli.model.tactics import Tactic, build_tactics
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import open_deal, set_opportunity
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


class Tactics(msgspec.Struct, frozen=True):
    """The tactics of a deal, the one that holds first. `differs`: the file says another one."""

    deal: LoadedDeal
    tactics: tuple[Tactic, ...]

    @property
    def differs(self) -> bool:
        """Whether the file was edited by hand and no event says so yet."""
        first = self.tactics[0] if self.tactics else None
        held = first.text if first is not None and first.until is None else None
        return self.deal.facts.tactic != held


def set_tactic(
    session: Session, deal: LoadedDeal, text: str | None, checked_on: str | None = None
) -> Outcome:
    """Set the tactic of a deal, or (without a text) only the day on which it was checked.

    A new tactic counts as checked on the day of the event unless a day is given; an empty text
    takes the tactic and its day away. The former one stays in the history.
    """
    typed: dict[str, str] = {}
    if text is not None:
        typed["tactic"] = text
        at = choose_instant(session.at, session.calendar, session.now, deal.live)
        day = session.calendar.day_of(at).isoformat() if text.strip() else ""
        if text.strip() != (deal.facts.tactic or "").strip():
            typed["checked_on"] = day
    elif deal.facts.tactic is None:
        hint = f"salescli opportunity tactic set {session.short(deal.id)} TEXT"
        words = "the deal has no tactic that could be checked"
        raise Refused(finding("no-tactic", words, hint=hint, field="checked_on"))
    if checked_on is not None:
        typed["checked_on"] = checked_on
    outcome = set_opportunity(session, deal, typed)
    if outcome.title and "tactic" in typed:
        return Outcome(outcome.ids, (_words(session, deal, typed),), outcome.title)
    return outcome


def _words(session: Session, deal: LoadedDeal, typed: Mapping[str, str]) -> str:
    verb = "set" if typed["tactic"].strip() else "taken away"
    if deal.facts.tactic is None:
        return f"Tactic {verb}."
    history = f"salescli opp tactic history {session.short(deal.id)}"
    return f"Tactic {verb}. The former one is kept: {history}"


def list_tactics(session: Session, text: str) -> Tactics:
    """All tactics of the deal that `text` names, the one that holds first."""
    deal = open_deal(session, text)
    return Tactics(deal, tuple(reversed(build_tactics(deal.live, session.calendar))))
