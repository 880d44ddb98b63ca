"""The deals of the example: each lives from its creation to where it stands today."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from salescli.workspace.addressing import find_by_id
from salescli.workspace.clients import load_client
from salescli.workspace.cloning import clone_opportunity
from salescli.workspace.creating import create_opportunity
from salescli.workspace.demo import activities, approvals, correspondence, names, steps, words
from salescli.workspace.demo.making import Making, Today
from salescli.workspace.lists import add_item
from salescli.workspace.opportunities import set_opportunity
from salescli.workspace.reservations import add_reservation, release_reservation
from salescli.workspace.stages import (
    advance_opportunity,
    close_opportunity,
    move_opportunity,
    reopen_opportunity,
)
from salescli.workspace.tactics import set_tactic
from salescli.workspace.units import set_unit

STAGES = ("qualification", "key-contacts", "proposal-preparation", "proposal-presentation")
SOURCES = ("web", "web", "event", "client-referral", "partner-referral", "print-ad", "cold-call")
NEEDS = ("flat-to-live-in", "flat-to-live-in", "flat-to-let", "parking")
LOSSES = (
    ("no-answer", None),
    ("no-budget", None),
    ("price", None),
    ("competitor-won", "skyline"),
    ("competitor-won", "unknown"),
    ("unmet-demand", None),
)
UNDECIDED = (6, 22, 38)  # deals where nobody is known to decide: `check --strict` advises
MOST_STEPS = 12  # of one stage: no loop goes on for ever
LATE, PUT_OFF = 0.2, 0.8  # shares of the steps
FAILURES = ("lost", "rerouted", "rejected")


class Sides(msgspec.Struct, frozen=True):
    """Who buys, with an e-mail address, and who sells, with the manager."""

    client: str
    address: str
    owner: str
    manager: str


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What is settled of a deal before it begins; the rest is luck."""

    number: int
    sides: Sides
    product: str
    price: int  # EUR
    start: datetime
    fate: str  # open, won, or one of the failures
    depth: int  # how many stages it comes on
    typed: Mapping[str, str] = {}
    unit: str | None = None
    unit_fate: str = ""  # contracted, released, expired; else as the deal goes
    goes_back: bool = False
    comes_back: bool = False  # reopened after a failure
    is_led: bool = False  # the process runs on it
    stops: bool = False  # and is stopped by hand
    repeats: bool = False  # or goes through a stage twice
    is_full: bool = False  # much is written after it has ended, too
    deal_id: str | None = None  # it is there already


class Life:
    """One deal on its way. `at` is how far it has come."""

    def __init__(self, making: Making, course: Course) -> None:
        self.making, self.course, self.random = making, course, making.random
        self.session = making.session
        self.at = course.start
        self.position = 0
        self.id = course.deal_id or ""
        self.meeting: str | None = None  # one that is planned and not held yet

    def live(self) -> str:
        """From the creation to today; the deal's id."""
        self.making.go_to(self.at, self.course.sides.owner)
        if not self.id:
            title = self._title()
            typed = {"owner": self.course.sides.owner, **self.course.typed}
            made = create_opportunity(self.session, title, self.course.sides.client, typed)
            self.id = made.ids[0]
            if self.course.is_led:
                steps.start(self.making, self.id)
        with suppress(Today):
            self._walk()
        return self.id

    def _title(self) -> str:
        offered = (*names.FLATS, *names.UNIT_PRODUCTS)
        return next(name for slug, name, _, _ in offered if slug == self.course.product)

    def _pass(self, fewest: float, most: float) -> None:
        """Let some days go by; raises `Today` where they would end after the last one."""
        at = self.making.later(self.at, self.random.uniform(fewest, most))
        self.making.go_to(at, self.course.sides.owner)
        self.at = at

    def _walk(self) -> None:
        course = self.course
        while self.position < course.depth:
            self._learn()
            self._work()
            self._follow_process()
            self._go_on()
            if course.goes_back and self.position == 2:
                self._go_back()
        if course.unit is not None:
            self._hold_unit(course.unit)
        if course.fate == "open":
            self._leave_open()
            return
        self._end()

    # --- what is learnt on the way -----------------------------------------------------------

    def _learn(self) -> None:
        """People at the first stage, then rivals and a tactic, then what is offered."""
        self._pass(0.5, 7)
        if self.position == 0:
            self._meet_people()
        elif self.position == 1:
            self._meet_rival()
        elif self.position == 2:
            self._offer()

    def _meet_people(self) -> None:
        deal = self.making.deal(self.id)
        person = deal.facts.client
        if not person.startswith("con-"):
            people = self.making.born("con-")
            person = self.random.choice(people)
        if person not in deal.state.get("contacts", {}):
            typed = {
                "role": "influencer" if self.course.number in UNDECIDED else "decision-maker",
                "influence": self.random.choice(("high", "medium")),
                "loyalty": self.random.choice(("-1", "1", "2", "3")),
                "motivator": self.random.choice(names.MOTIVATORS),
            }
            add_item(self.session, deal, "contact", person, typed)
        elif self.random.random() < 0.5:
            set_opportunity(self.session, deal, {"mood": self.random.choice(words.MOODS)})

    def _meet_rival(self) -> None:
        rival, product, _, strengths, weaknesses = self.random.choice(names.RIVAL_PRODUCTS)
        typed = {"product": product, "strengths": strengths, "weaknesses": weaknesses}
        deal = self.making.deal(self.id)
        if rival not in deal.state.get("competitors", {}):
            add_item(self.session, deal, "competitor", rival, typed)
        tactic = self.random.choice(names.TACTICS)
        set_tactic(self.session, self.making.deal(self.id), tactic)

    def _offer(self) -> None:
        deal = self.making.deal(self.id)
        budget = deal.facts.budget
        if deal.facts.products or (budget is not None and budget.currency != "EUR"):
            return
        typed = {
            "discount": self.random.choice(("1", "1.5", "2.5")),
            "offered_on": self.session.today.isoformat(),
        }
        add_item(self.session, deal, "product", self.course.product, typed)
        self._ask_for(typed["discount"])

    def _ask_for(self, discount: str) -> None:
        """The manager has a say in a discount; some of them take their time."""
        owner, manager = self.course.sides.owner, self.course.sides.manager
        if owner == manager or discount == names.FREE_DISCOUNT:
            return
        asked = approvals.ask(self.making, self.id, manager, discount)
        self._pass(0.2, 3)
        approvals.decide(self.making, asked, manager)
        self.at = self.session.now

    # --- what is done ------------------------------------------------------------------------

    def _work(self) -> None:
        """One or two things of those that the stage is full of."""
        making, luck = self.making, self.random.random()
        if self.position == 0 and luck < 0.6:
            activities.log_call(making, self.id)
        elif self.position == 0:
            correspondence.get_mail(making, self.id, self.course.sides.address)
        elif self.position == 1 and luck < 0.75:
            self._meet()
        elif self.position == 2 and luck < 0.6:
            self._propose()
        elif luck < 0.9:
            correspondence.note(making, self.id)

    def _meet(self) -> None:
        start = self.making.later(self.at, self.random.uniform(1, 6))
        people = list(self.making.deal(self.id).state.get("contacts", {}))[:2]
        self.meeting = activities.plan_meeting(self.making, self.id, start, people)
        luck = self.random.random()
        if luck < 0.25:
            start = self.making.later(start, 2)
            activities.put_off(self.making, self.meeting, start)
        self.making.go_to(start + timedelta(hours=1), self.course.sides.owner)
        self.at = start + timedelta(hours=1)
        if luck > 0.85:
            activities.call_off(self.making, self.meeting)
        else:
            activities.hold_meeting(self.making, self.meeting)

    def _propose(self) -> None:
        deal = self.making.deal(self.id)
        money = deal.facts.budget
        amount = str(money) if money is not None and not deal.facts.products else None
        number = f"R-{self.course.number + 101}"
        made = correspondence.propose(self.making, self.id, number, amount)
        self._pass(0.5, 3)
        correspondence.put_proposal(self.making, made, "sent")
        if self.course.fate == "won" and self.random.random() < 0.7:
            self._pass(1, 5)
            correspondence.put_proposal(self.making, made, "accepted")

    # --- where the process leads ---------------------------------------------------------------

    def _follow_process(self) -> None:
        """All steps of the stage; somewhere on the way some go on by hand, or begin it again."""
        is_half_way = self.position == min(1, self.course.depth - 1)
        if self.course.stops and is_half_way:
            if steps.waiting(self.making, self.id):
                steps.stop(self.making, self.id)
            return
        self._take_steps()
        if self.course.repeats and is_half_way:
            self._pass(0.5, 3)
            steps.repeat(self.making, self.id)
            self._take_steps()

    def _take_steps(self, most: int = MOST_STEPS) -> None:
        """One open step after the other, most of them in time, until none is open."""
        while most and (open_now := steps.waiting(self.making, self.id)):
            is_late = self.random.random() < LATE
            self._pass(*((3, 9) if is_late else (0.1, 1)))
            steps.finish(self.making, self.id, open_now[0])
            most -= 1

    def _leave_steps(self) -> None:
        """Some steps of the stage are done, those that aren't are put off or simply late."""
        self._take_steps(self.random.randrange(3))
        for step in steps.waiting(self.making, self.id):
            if self.random.random() < PUT_OFF:
                self.at = max(self.at, self.making.end - timedelta(days=self.random.uniform(1, 9)))
                self._pass(0, 0.5)
                steps.put_off(self.making, step)

    # --- from stage to stage -----------------------------------------------------------------

    def _go_on(self) -> None:
        self._pass(1, 12)
        skips = self.random.random() < 0.12 and self.position + 2 <= self.course.depth
        self.position += 2 if skips else 1
        to = STAGES[self.position]
        advance_opportunity(self.session, self.making.deal(self.id), to=to)

    def _go_back(self) -> None:
        self._pass(1, 5)
        note = "Somebody else decides"
        move_opportunity(self.session, self.making.deal(self.id), to="key-contacts", note=note)
        self.position = 1
        self._pass(2, 9)
        self._take_steps()
        advance_opportunity(self.session, self.making.deal(self.id))
        self.position = 2

    def _hold_unit(self, unit: str) -> None:
        """The flat is kept for the client, for a while or for good."""
        self._pass(1, 3)
        deal = self.making.deal(self.id)
        until = self.making.until + timedelta(days=self.random.randrange(10, 40))
        if self.course.unit_fate == "expired":
            until = self.session.today + timedelta(days=7)
        add_reservation(self.session, deal, unit, until.isoformat())
        others = [
            text for text in names.TACTICS if text.strip() != (deal.facts.tactic or "").strip()
        ]
        set_tactic(self.session, self.making.deal(self.id), self.random.choice(others))
        if self.course.unit_fate == "contracted":
            self._pass(1, 3)
            set_unit(self.session, unit, {"contracted_on": self.session.today.isoformat()})
        elif self.course.unit_fate == "released":
            self._pass(2, 5)
            why = "They wait for the bank"
            release_reservation(self.session, self.making.deal(self.id), unit, why)

    def _leave_open(self) -> None:
        """What is still to be done; some of it is late already."""
        self._leave_steps()
        if self.random.random() < 0.3:
            return
        self._pass(0.5, 4)
        start = self.making.later(self.at, self.random.uniform(2, 16))
        if self.random.random() < 0.5:
            # Nearly all that is planned lies ahead: nobody keeps an agenda of what is long past.
            start = max(start, self.making.later(self.making.end, self.random.uniform(0.2, 9)))
        people = list(self.making.deal(self.id).state.get("contacts", {}))[:2]
        if self.random.random() < 0.6:
            activities.plan_meeting(self.making, self.id, start, people)
        else:
            title = self.random.choice(words.TASKS)
            activities.plan_task(self.making, self.id, title, start)

    # --- the end -----------------------------------------------------------------------------

    def _end(self) -> None:
        self._take_steps(MOST_STEPS if self.course.fate == "won" else 1)
        self._pass(2, 14)
        if self.course.fate == "won":
            close_opportunity(self.session, self.making.deal(self.id), outcome="won")
            self._after_winning()
            return
        reason, winner = self.random.choice(LOSSES)
        if self.course.fate != "lost":
            reason, winner = "priorities-changed", None
        close_opportunity(
            self.session,
            self.making.deal(self.id),
            outcome=self.course.fate,
            reason=reason,
            winner=winner,
        )
        if self.course.is_full:
            self._after_everything(words.AFTER_LOST)
        if self.course.comes_back:
            self._pass(5, 25)
            why = self.random.choice(words.LOST_REASONS)
            deal = self.making.deal(self.id)
            reopen_opportunity(self.session, deal, to="key-contacts", reason=why)
            self._leave_open()

    def _after_winning(self) -> None:
        if self.course.is_full:
            self._after_everything(words.AFTER_WON)
        elif self.random.random() < 0.5:
            self._pass(0.5, 6)
            activities.work(self.making, self.id)

    def _after_everything(self, title: str) -> None:
        """A deal that has ended goes on: all kinds of things are done and written about it."""
        making, course = self.making, self.course
        self._pass(1, 4)
        correspondence.write_everything(making, self.id, course.sides.address, course.sides.manager)
        self._pass(0.5, 3)
        meeting = activities.plan_meeting(making, self.id, making.later(self.at, 2), ())
        task = activities.plan_task(making, self.id, title, making.later(self.at, 3))
        self._pass(0.5, 1)
        activities.put_off(making, meeting, making.later(self.at, 4))
        activities.call_off(making, task)
        self._pass(4, 6)
        activities.hold_meeting(making, meeting)
        activities.log_call(making, self.id)
        activities.work(making, self.id)
        number = f"R-{course.number + 101}-more"
        proposal = correspondence.propose(making, self.id, number, None)
        self._pass(0.5, 2)
        correspondence.put_proposal(making, proposal, "sent")
        self._pass(1, 4)
        said = "accepted" if course.fate == "won" else "declined"
        correspondence.put_proposal(making, proposal, said)


def next_flat(making: Making, deal_id: str, at: datetime) -> str:
    """The next deal of a client who has bought already."""
    making.go_to(at, making.deal(deal_id).facts.owner or "")
    client = making.deal(deal_id).facts.client
    title = f"{client_names(making, client)[0]}, one more"
    return clone_opportunity(making.session, deal_id, {"title": title}).ids[0]


def client_names(making: Making, client: str) -> tuple[str, str]:
    """Name and first e-mail of a client."""
    found = find_by_id(making.session, client)
    assert found is not None
    record = load_client(making.session, found)[1]
    return record.name, record.emails[0]
