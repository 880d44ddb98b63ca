"""The past of a new deal, event by event, in memory: the engine decides each, as for commands."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.chronology import check_time
from salescli.model.definition import Definition
from salescli.model.errors import Refused, SalesError
from salescli.model.events import Created, Event, Json
from salescli.model.facts import State, created_fields
from salescli.model.records import Opportunity
from salescli.model.visits import build_visits
from salescli.process import engine
from salescli.process.standing import Advanced, RefusedMove, Standing
from salescli.workspace.closings import decide_closing, expected_close_date
from salescli.workspace.deals import LoadedDeal, event_head
from salescli.workspace.importing.reading import told_of
from salescli.workspace.opportunities import build_deal_record, put_fields
from salescli.workspace.session import Session
from salescli.workspace.stages import build_event
from salescli.workspace.standing import LateSubject, deal_names

REOPENED = "reopened in the other system"


class Step(msgspec.Struct, frozen=True):
    """A stage that a deal came to, final ones too; when; and the field that says so."""

    stage: str
    at: str
    field: str
    line: int = 0  # of the file that tells it


class Steps(msgspec.Struct, frozen=True):
    """The stages of a deal in order, the first being where it begins, and when it was created."""

    taken: Sequence[Step]
    created: str


class Life:
    """Creates, moves and closes deals that are on no disk yet."""

    def __init__(self, session: Session, definition: Definition, force: str | None) -> None:
        self.session = session
        self.definition = definition
        self.force = force
        self.names = deal_names(session)

    def begin(self, deal_id: str, facts: Opportunity, state: State, at: str) -> LoadedDeal:
        """A deal that is created at that time."""
        head = self._head(None, at, "created")
        event = Created(**head, fields=created_fields(state))
        return LoadedDeal(deal_id, "", b"", facts, [event], [event], state)

    def take(
        self, deal: LoadedDeal, step: Step, ending: Mapping[str, str], *, is_last: bool = False
    ) -> LoadedDeal:
        """The deal after a step: moved, closed or reopened; raises what refuses it.

        After the last one its events count alone: its facts are left as they were.
        """
        head = self._head(deal, step.at, step.field)
        standing = self._standing(deal, head)
        decided: Advanced | RefusedMove
        if not self._is_open(step.stage):
            decided = self._decide_closing(standing, step.stage, ending)
        elif self._is_open(deal.facts.stage):
            decided = engine.move(standing, step.stage, self.force)
        else:
            expected = expected_close_date(deal.live)
            decided = engine.reopen(standing, step.stage, REOPENED, expected, None)
        if isinstance(decided, RefusedMove):
            raise decided.error
        event = self._event(deal, decided, head, step.field)
        if is_last:
            return msgspec.structs.replace(deal, events=[*deal.events, event])
        return after_event(deal, event, decided)

    def _is_open(self, stage: str) -> bool:
        entry = self.definition.stage_named(stage)
        return entry is not None and entry.is_open

    def _decide_closing(
        self, standing: Standing, to: str, ending: Mapping[str, str]
    ) -> Advanced | RefusedMove:
        return decide_closing(
            self.session,
            standing,
            to,
            reason=ending.get("close_reason"),
            details=ending.get("close_details"),
            revenue=ending.get("actual_revenue"),
            winner=ending.get("winner"),
            force=self.force,
        )

    def _head(self, deal: LoadedDeal | None, at: str, field: str) -> Mapping[str, Any]:
        self.session.at = at
        try:
            head: Mapping[str, Any] = event_head(self.session, deal)
        except SalesError as error:
            raise told_of(error, field) from None
        return head

    def _standing(self, deal: LoadedDeal, head: Mapping[str, Any]) -> Standing:
        today = self.session.calendar.day_of(head["at"])
        return Standing(
            deal=deal.facts,
            definition=self.definition,
            visits=build_visits(deal.live),
            subject=LateSubject(self.session, deal, self.definition, today),
            names=self.names,
            today=today,
            me=self.session.known_actor,
            address=deal.id,
        )

    def _event(
        self, deal: LoadedDeal, decided: Advanced, head: Mapping[str, Any], field: str
    ) -> Event:
        event = build_event(decided, head, None)
        found = check_time(event, deal.live, self.session.calendar)
        Refused.raise_if(msgspec.structs.replace(entry, field=field) for entry in found)
        return event


def after_event(deal: LoadedDeal, event: Event, decided: Advanced) -> LoadedDeal:
    """The deal with one more event, as its files would be read."""
    state = {**deal.state, "stage": decided.to}
    events = [*deal.events, event]
    if decided.fields:
        fields: dict[str, list[Json]] = {name: list(both) for name, both in decided.fields.items()}
        put_fields(state, fields)
        facts = build_deal_record(deal.id, state)
    else:
        facts = msgspec.structs.replace(deal.facts, stage=decided.to)
    return LoadedDeal(deal.id, deal.directory, deal.source, facts, events, events, state)
