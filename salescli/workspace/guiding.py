"""What `next` says of a deal: the engine's guidance for it, with names and days."""

from datetime import date, datetime

import msgspec

from salescli.model.activities import Activity
from salescli.model.approvals import build_approvals
from salescli.model.calendar import Calendar
from salescli.model.computed import Computed, NextStep, next_step
from salescli.model.definition import Definition
from salescli.model.errors import Damaged
from salescli.model.group import aim_commands
from salescli.model.runs import build_runs, running_run
from salescli.process.expected import Course, Expected
from salescli.process.guidance import Guidance, build_guidance
from salescli.process.standing import Standing
from salescli.report.text.numbers import clean_text, cut, width_of
from salescli.report.text.wording import begun_small
from salescli.workspace.addressing import find_by_id, title_of
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.opportunities import open_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.standing import compute, standing_at

WIDTH = 80


class Waiting(msgspec.Struct, frozen=True):
    """An open activity of a deal: since when it is due, and who is to do it."""

    expected: Expected
    due_on: date | None
    late_days: int  # 0: not late
    who: str  # the name of its owner

    @property
    def activity(self) -> Activity:
        """The activity itself."""
        return self.expected.activity


class Guided(msgspec.Struct, frozen=True):
    """A deal with what can be said about it today.

    `address` is how commands name it. In a group `store` is whose it is, and `place` the directory
    that commands are given; people have the group's ids.
    """

    deal: LoadedDeal
    definition: Definition
    computed: Computed
    guidance: Guidance
    client: str  # the client's name
    today: date
    calendar: Calendar
    waiting: tuple[Waiting, ...] = ()  # the earliest due first
    step: NextStep | None = None  # what one would do next; None at a final stage
    me: str | None = None
    address: str = ""
    store: str = ""
    place: str = ""

    def aim(self, command: str) -> str:
        """A command on the deal as it is typed where the deals were asked for."""
        return aim_commands(command, self.place) if self.place else command


def guide(session: Session, text: str) -> Guided:
    """What the deal that `text` names wants now."""
    return guide_loaded(session, open_deal(session, text))


def guide_loaded(session: Session, deal: LoadedDeal) -> Guided:
    """What a loaded deal wants now."""
    definition = session.process(deal.facts.process)
    computed, me = compute(session, deal, definition, session.today), session.known_actor
    standing = standing_at(session, deal, session.now, me, computed)
    guidance = guidance_of(session, deal, standing, computed)
    return Guided(
        deal,
        definition,
        computed,
        guidance,
        client_name(session, deal.facts.client),
        session.today,
        session.calendar,
        tuple(_waiting(session, one) for one in guidance.expected),
        next_step(
            deal.facts, computed, definition, standing.subject, standing.names, session.today, me
        ),
        me,
    )


def guidance_of(
    session: Session, deal: LoadedDeal, standing: Standing, computed: Computed
) -> Guidance:
    """What can be said about a deal whose live events say which run goes on."""
    runs = build_runs(deal.live)
    addresses = {one.id: session.short_inner(one.id) for one in computed.open_activities}
    approvals = {
        one.activity: session.short_inner(one.id)
        for one in build_approvals(deal.live).values()
        if one.is_open and one.activity is not None
    }
    last = runs[-1] if runs else None
    ended_on = None
    if last is not None and last.has_come_to_end and last.stopped_at is not None:
        ended_on = session.calendar.day_of(last.stopped_at)
    course = Course(
        running_run(deal.live),
        bool(runs),
        addresses,
        approvals,
        session.dictionaries,
        session.settings.custom_fields.get("opportunity", {}),
        ended_on,
    )
    return build_guidance(standing, computed, course)


def _waiting(session: Session, one: Expected) -> Waiting:
    due_at: datetime | None = one.activity.due_at
    due_on = None if due_at is None else session.calendar.day_of(due_at)
    late_days = 0 if due_on is None else max(0, (session.today - due_on).days)
    entry = session.team.people.get(one.activity.owner)
    return Waiting(one, due_on, late_days, entry.name if entry else one.activity.owner)


def with_next(session: Session, outcome: Outcome) -> Outcome:
    """The outcome of a change of one deal, and in the last line what one would do next."""
    line = next_line(session, outcome.ids[0]) if session.tells_next else ""
    if not line:
        return outcome
    *told, last = outcome.words or ("",)
    one = f"{last} {line}".strip()
    is_short = not told and last.endswith(".") and width_of(one) <= WIDTH
    return Outcome(outcome.ids, (*told, one) if is_short else (*told, last, line), outcome.title)


def next_line(session: Session, deal_id: str) -> str:
    """What one would do next on a deal, in a line of 80 columns; empty if it is closed."""
    guided = guide(session, deal_id)
    if guided.computed.status != "open":
        return ""
    words, for_whom = _in_words(guided)
    head = f"Next for {for_whom}: " if for_whom else "Next: "
    command = f"salescli next {session.short(deal_id)}"
    room = max(WIDTH - width_of(f"{head} · {command}"), 1)
    return f"{head}{cut(clean_text(words), room)} · {command}" if words else f"{head}{command}"


def _in_words(guided: Guided) -> tuple[str, str]:
    """What is next, and for whom if it isn't for who acts: the open step, the end of the stage.

    Of a deal by hand what is computed as its next step.
    """
    guidance, step = guided.guidance, guided.step
    if guidance.has_come_to_end:
        return f"{guidance.name} is at its end", ""
    for one in guided.waiting:
        if one.expected.is_step:
            who = "" if one.activity.owner == guided.me else clean_text(one.who)
            return one.activity.title, who
    if step is None:
        return "", ""
    return (step.text if step.activity else begun_small(step.text)), ""


def client_name(session: Session, client_id: str) -> str:
    """The name that an account's or contact's file says; its id where no file tells one."""
    try:
        found = find_by_id(session, client_id)
        return (title_of(session, found) if found else "") or client_id
    except Damaged:
        return client_id
