"""The past of a new deal, event by event, in memory: the engine decides each, as for commands."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.chronology import check_time
from salescli.model.definition import Definition
from salescli.model.errors import Refused, SalesError
from salescli.model.events import Event, Json
from salescli.model.records import Opportunity
from salescli.process import engine
from salescli.process.standing import Advanced, Outcome, RefusedMove
from salescli.workspace.deals import LoadedDeal, event_head
from salescli.workspace.importing.reading import told_of
from salescli.workspace.opportunities import build_deal_record, put_fields
from salescli.workspace.session import Session
from salescli.workspace.stages import build_event, build_standing, deal_names, decide_closing


class Steps(msgspec.Struct, frozen=True):
    """Stage → when it was entered, in order; when the deal was created, and closed (or `""`)."""

    entered: dict[str, str]
    created: str
    closed: str


class Life:
    """Moves and closings of deals that are on no disk yet."""

    def __init__(self, session: Session, definition: Definition, force: str | None) -> None:
        self.session = session
        self.definition = definition
        self.force = force
        self.names = deal_names(session)

    def move(self, deal: LoadedDeal, to: str, at: str) -> LoadedDeal:
        """The deal after a move to an open stage at that time; raises what refuses it."""
        head = self._head(deal, at, f"stage_dates.{to}")
        standing = build_standing(self.session, deal, head, names=self.names, address=deal.id)
        return self._apply(deal, engine.move(standing, to, self.force), head, f"stage_dates.{to}")

    def close(self, deal: LoadedDeal, to: str, at: str, ending: Mapping[str, str]) -> LoadedDeal:
        """The deal after its closing at that time; raises what refuses it."""
        head = self._head(deal, at, "close_date")
        standing = build_standing(self.session, deal, head, names=self.names, address=deal.id)
        decided = decide_closing(
            self.session,
            standing,
            to,
            reason=ending.get("close_reason"),
            details=ending.get("close_details"),
            revenue=ending.get("actual_revenue"),
            winner=ending.get("winner"),
            force=self.force,
        )
        return self._apply(deal, decided, head, "close_date")

    def _head(self, deal: LoadedDeal, at: str, field: str) -> Mapping[str, Any]:
        self.session.at = at
        try:
            head: Mapping[str, Any] = event_head(self.session, deal)
        except SalesError as error:
            raise told_of(error, field) from None
        return head

    def _apply(
        self, deal: LoadedDeal, decided: Outcome, head: Mapping[str, Any], field: str
    ) -> LoadedDeal:
        if isinstance(decided, RefusedMove):
            raise decided.error
        event = build_event(decided, head, None)
        found = check_time(event, deal.live, self.session.calendar)
        Refused.raise_if(msgspec.structs.replace(entry, field=field) for entry in found)
        return after_event(deal, event, decided)


def after_event(deal: LoadedDeal, event: Event, decided: Advanced) -> LoadedDeal:
    """The deal with one more event, as its files would be read."""
    state = dict(deal.state)
    state["stage"] = decided.to
    fields: dict[str, list[Json]] = {path: list(change) for path, change in decided.fields.items()}
    put_fields(state, fields)
    facts: Opportunity = build_deal_record(deal.id, state)
    events: Sequence[Event] = [*deal.events, event]
    return LoadedDeal(deal.id, deal.directory, deal.source, facts, events, events, state)
