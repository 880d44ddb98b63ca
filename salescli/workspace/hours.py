"""Hours by hand, and what a deal has brought and cost (domain.md section 8)."""

from datetime import date

import msgspec

from salescli.model.definition import Definition
from salescli.model.durations import parse_minutes
from salescli.model.errors import Gathered, WrongUsage, finding
from salescli.model.events import Worked
from salescli.report.records.completion import Completion, build_completion
from salescli.report.text.wording import format_minutes
from salescli.workspace.activities import read_worker
from salescli.workspace.deals import LoadedDeal, event_head, stage_event
from salescli.workspace.finishing import read_note
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.standing import compute


def add_time(
    session: Session, deal: LoadedDeal, length: str, *, person: str | None, note: str | None
) -> Outcome:
    """Write down hours that no activity says; raises every fault of what was typed together."""
    head = event_head(session, deal)
    gathered = Gathered()
    minutes, who, said = 0, "", None
    with gathered.trying("minutes"):
        minutes = parse_minutes(length)
        if minutes == 0:
            text = f"{length!r} is no time at all, which is nothing to write down"
            raise WrongUsage(finding("not-a-length", text, hint="write 90, 1h30 or 1:30"))
    with gathered.trying("person"):
        on = session.calendar.day_of(head["at"])
        who = read_worker(session, person or session.actor, on, "person")
    with gathered.trying("note"):
        said = read_note(note)
    gathered.raise_all()
    event = Worked(**head, person=who, minutes=minutes, note=said)
    stage_event(session, deal, event)
    address = session.short(deal.id)
    words = f"{format_minutes(minutes)}, {who}. All: salescli opportunity completion {address}"
    title = f"{format_minutes(minutes)} of {who} on {deal.facts.title}"
    return Outcome((deal.id,), (words,), title)


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A deal with the figures of its completion and how it ended."""

    deal: LoadedDeal
    definition: Definition
    status: str
    closed_on: date | None
    figures: Completion


def complete_deal(session: Session, deal: LoadedDeal) -> Closing:
    """The completion of a deal as it stands today, closed or not."""
    definition = session.process(deal.facts.process)
    computed = compute(session, deal, definition, session.today)
    figures = build_completion(
        deal.facts,
        deal.live,
        session.team.people,
        is_won=computed.status == "won",
        calendar=session.calendar,
        currency=session.settings.currency,
    )
    return Closing(
        deal=deal,
        definition=definition,
        status=computed.status,
        closed_on=computed.closed_on,
        figures=figures,
    )
