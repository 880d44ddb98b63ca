"""What `next` says of deals: the engine's guidance for one, or for all that somebody owns."""

from datetime import date, datetime

import msgspec

from salescli.model.activities import Activity
from salescli.model.computed import Computed, NextStep, next_step
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, WrongUsage
from salescli.process.guidance import Guidance, build_guidance
from salescli.report.numbers import width_of
from salescli.workspace.addressing import find_by_id, title_of
from salescli.workspace.deal_rows import DealRows
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.standing import compute, standing_at

WIDTH = 80


class Waiting(msgspec.Struct, frozen=True):
    """An open activity of a deal: how commands name it, and since when it is due."""

    address: str
    activity: Activity
    due_on: date | None
    late_days: int  # 0: not late


class Guided(msgspec.Struct, frozen=True):
    """A deal with what can be said about it today."""

    deal: LoadedDeal
    definition: Definition
    computed: Computed
    guidance: Guidance
    client: str  # the client's name
    waiting: tuple[Waiting, ...] = ()  # the earliest due first
    step: NextStep | None = None  # what one would do next; None at a final stage
    today: date | None = None
    me: str | None = None


def guide(session: Session, text: str) -> Guided:
    """What the deal that `text` names wants now."""
    return guide_loaded(session, open_deal(session, text))


def guide_loaded(session: Session, deal: LoadedDeal) -> Guided:
    """What a loaded deal wants now."""
    definition = session.process(deal.facts.process)
    computed, me = compute(session, deal, definition, session.today), _me(session)
    standing = standing_at(session, deal, session.now, me)
    return Guided(
        deal,
        definition,
        computed,
        build_guidance(standing, computed),
        client_name(session, deal.facts.client),
        tuple(_waiting(session, one) for one in computed.open_activities),
        next_step(
            deal.facts, computed, definition, standing.subject, standing.names, session.today, me
        ),
        session.today,
        me,
    )


def _waiting(session: Session, activity: Activity) -> Waiting:
    due_at: datetime | None = activity.due_at
    due_on = None if due_at is None else session.calendar.day_of(due_at)
    late_days = 0 if due_on is None else max(0, (session.today - due_on).days)
    return Waiting(session.short_inner(activity.id), activity, due_on, late_days)


def _in_words(step: NextStep | None) -> str:
    if step is None:
        return ""
    return f"{step.text if step.activity else step.text[:1].lower() + step.text[1:]} · "


def with_next(session: Session, outcome: Outcome) -> Outcome:
    """The outcome of a change of one deal, and in the last line what one would do next."""
    line = next_line(session, outcome.ids[0])
    if not line:
        return outcome
    *told, last = outcome.words or ("",)
    one = f"{last} {line}".strip()
    is_short = not told and last.endswith(".") and width_of(one) <= WIDTH
    return Outcome(outcome.ids, (*told, one) if is_short else (*told, last, line), outcome.title)


def next_line(session: Session, deal_id: str) -> str:
    """What one would do next on a deal, in a line; empty if it is closed."""
    guided = guide(session, deal_id)
    if guided.computed.status != "open":
        return ""
    return f"Next: {_in_words(guided.step)}salescli next {session.short(deal_id)}"


def _me(session: Session) -> str | None:
    """Who acts, if anybody is known to: whoever reads need not be one of the team."""
    try:
        return session.actor
    except WrongUsage:
        return None


def client_name(session: Session, client_id: str) -> str:
    """The name that an account's or contact's file says; its id where no file tells one."""
    try:
        found = find_by_id(session, client_id)
        return (title_of(session, found) if found else "") or client_id
    except Damaged:
        return client_id


def open_deals_of(session: Session, person: str) -> list[str]:
    """Ids of the open deals that a person owns, the oldest at its stage first."""
    session.index.refresh()
    rows = DealRows(session)
    mine = [
        deal
        for deal in session.index.deals()
        if deal.owner == person and rows.status(deal) == "open"
    ]
    mine.sort(key=lambda deal: (deal.visits[-1].started_at if deal.visits else 0, deal.id))
    return [deal.id for deal in mine]
