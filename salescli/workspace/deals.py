"""One deal, read from its two files and changed in them: facts patched, one event appended."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.chronology import check_time, choose_instant
from salescli.model.conversion import build_document
from salescli.model.errors import Damaged, Refused, finding
from salescli.model.events import Event, Json, live_events
from salescli.model.facts import State, build_state, fold
from salescli.model.records import Opportunity
from salescli.store import layout
from salescli.store.codec import format_event_line, read_history, read_typed
from salescli.store.patch import patch
from salescli.store.texts import build_edits, format_state
from salescli.workspace.session import Session


class LoadedDeal(msgspec.Struct, frozen=True):
    """A deal as its files say. `state` is that of the facts, `live` the events that count."""

    id: str
    directory: str
    source: bytes
    facts: Opportunity
    events: Sequence[Event]
    live: Sequence[Event]
    state: State

    @property
    def path(self) -> str:
        """Where the facts stand."""
        return layout.record_file("opportunity", self.directory)

    @property
    def history_path(self) -> str:
        """Where the events stand."""
        return f"{self.directory}/{layout.HISTORY}"


def load_deal(session: Session, directory: str) -> LoadedDeal:
    """Read a deal's two files; raises `Damaged` with all that is wrong in either."""
    path = layout.record_file("opportunity", directory)
    history_path = f"{directory}/{layout.HISTORY}"
    source = session.read_required(path)
    facts = read_typed(source, path, Opportunity)
    if facts.id != layout.id_in(directory.rpartition("/")[2]):
        raise Damaged(
            finding(
                "wrong-id",
                f"{path} has the id {facts.id}, its directory another",
                hint="put the directory's id back into the file",
            )
        )
    events = read_history(session.read_required(history_path), history_path)
    return LoadedDeal(
        facts.id,
        directory,
        source,
        facts,
        events,
        live_events(events),
        build_state(build_document(facts)),
    )


def event_head(session: Session, deal: LoadedDeal | None, after: Sequence[Event] = ()) -> Any:
    """The five keys and `logged`, `via` that a new event of this command has, as a mapping.

    `after` are events of the same command that come before it.
    """
    known = [*(deal.events if deal else ()), *after]
    live = [*(deal.live if deal else ()), *after]
    at = choose_instant(session.at, session.calendar, session.now, live)
    head: dict[str, Any] = {
        "id": session.new_id("h"),
        "seq": max((event.seq for event in known), default=0) + 1,
        "at": at,
        "by": session.actor,
    }
    if at != session.now:
        head["logged"] = session.now
    if session.via:
        head["via"] = session.via
    return head


def stage_event(session: Session, deal: LoadedDeal, event: Event) -> None:
    """Append an event to a deal's history; raises `Refused` if it may not lie there."""
    Refused.raise_if(check_time(event, deal.live, session.calendar))
    session.files.append(deal.history_path, format_event_line(event))


def stage_fields(session: Session, deal: LoadedDeal, fields: Mapping[str, Sequence[Json]]) -> None:
    """Patch {path: [before, after]} into a deal's facts."""
    source = session.read_required(deal.path)
    session.files.write(deal.path, patch_deal(source, deal.path, fields))


def patch_deal(source: bytes, path: str, fields: Mapping[str, Sequence[Json]]) -> bytes:
    """A deal's file with {path: [before, after]} put in, every other line as it was."""
    return patch(source, path, build_edits(fields), layout.KEY_ORDER["opportunity"])


def stage_new_deal(session: Session, deal_id: str, events: Sequence[Event]) -> str:
    """Write a new deal: its facts are what its events say. Returns its directory."""
    state = fold(live_events(events))
    year = session.calendar.day_of(events[0].at).year
    slug = layout.slug_at_birth("opportunity", str(state["title"]))
    directory = layout.record_directory("opportunity", year, slug, deal_id)
    session.files.write(layout.record_file("opportunity", directory), format_state(deal_id, state))
    lines = b"".join(format_event_line(event) for event in events)
    session.files.write(f"{directory}/{layout.HISTORY}", lines)
    session.born[deal_id] = (directory, str(state["title"]))
    return directory
