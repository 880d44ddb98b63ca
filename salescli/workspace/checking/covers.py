"""Leads against the deals that cover them: what no record shows by itself. Pure."""

from collections.abc import Iterator

from salescli.model.errors import Finding, Place, finding
from salescli.model.leads import AWAITING
from salescli.model.records import Lead, Opportunity
from salescli.workspace.checking.examining import Examined


class Covers:
    """Gathers, record after record, which open deal covers which lead.

    Only ids and places are kept, so that a large store needs no more memory than its lists do.
    """

    def __init__(self) -> None:
        self._covered: dict[str, str] = {}  # lead → the first open deal that covers it
        self._awaiting: dict[str, Place | None] = {}  # leads at awaiting-sale
        self._is_whole = True  # whether each deal could be read

    def see(self, examined: Examined) -> Iterator[Finding]:
        """Take one record in; the finding for a lead that two open deals cover."""
        facts, source = examined.facts, examined.source
        is_deal = examined.kind == "opportunity"
        if source is None:
            self._is_whole = self._is_whole and not is_deal
            return
        if isinstance(facts, Lead) and facts.stage == AWAITING:
            self._awaiting[examined.id] = source.document.place(("stage",))
        definition = examined.definition
        if not isinstance(facts, Opportunity) or definition is None:
            self._is_whole = self._is_whole and not is_deal
            return
        if definition.status_of(facts.stage) != "open":
            return
        for number, lead in enumerate(facts.leads):
            first = self._covered.setdefault(lead, examined.id)
            if first != examined.id:
                text = f"{lead} is covered by {first} too, and both deals are open"
                hint = (
                    f"salescli opp lead remove {examined.id} {lead}\n"
                    f"or salescli opp lead remove {first} {lead}"
                )
                place = source.document.place(("leads", number))
                yield finding("covered-twice", text, hint=hint, place=place, field="leads")

    def left_waiting(self) -> Iterator[Finding]:
        """Warnings for leads that await a sale which nobody makes; none where nobody can know."""
        if not self._is_whole:
            return
        for lead, place in self._awaiting.items():
            if lead not in self._covered:
                text = "it awaits a sale, and no open deal covers it"
                hint = f"salescli lead convert {lead}, or salescli lead move {lead} --to hand-off"
                yield finding(
                    "awaits-nothing", text, hint=hint, place=place, field="stage", warning=True
                )
