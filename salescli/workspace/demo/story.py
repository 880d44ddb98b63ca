"""The longest story of the example: one deal that has everything, a hundred events and more."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from salescli.model.activities import Activity
from salescli.workspace.clients import create_client
from salescli.workspace.converting import convert_lead
from salescli.workspace.deals import LoadedDeal
from salescli.workspace.demo import activities, approvals, correspondence, names, steps
from salescli.workspace.demo.clients import Clients
from salescli.workspace.demo.making import Making
from salescli.workspace.leads import create_lead
from salescli.workspace.lists import add_item, set_item
from salescli.workspace.opportunities import set_opportunity
from salescli.workspace.reservations import add_reservation
from salescli.workspace.stages import (
    advance_opportunity,
    close_opportunity,
    move_opportunity,
    reopen_opportunity,
)
from salescli.workspace.tactics import set_tactic

TITLE = "Penthouse for the Petrovs, the long one"
SMALL_TALK = 3  # between two steps of the story: all together it has a hundred events
OWNER, HELPER, MANAGER = "anna-berzina", "boris-kalnin", "carl-ozols"
ADDRESS = "elena-petrova@mail.example"
MOODS = ("hopeful", "doubtful", "confident", "concerned", "hopeful")


class Story:
    """The deal and what is done to it, a step at a time, days apart."""

    def __init__(self, making: Making, clients: Clients) -> None:
        self.making, self.session, self.clients = making, making.session, clients
        self.at = making.begin + timedelta(days=25)
        self.elena = clients.people["Elena Petrova"]
        self.juris = ""
        self.id = ""
        self.count = 0

    def tell(self) -> str:
        """The whole story until the end of the year; the deal's id."""
        self._begin()
        steps = (*self._beginning(), *self._middle(), *self._late())
        # What the steps don't fill is the small talk of a year between them.
        days = (self.making.end - self.at - timedelta(days=18)) / (len(steps) * (1 + SMALL_TALK))
        for step in steps:
            self._after(days)
            step()
            for _ in range(SMALL_TALK):
                self._after(days)
                self._talk()
        self._after(timedelta(days=0.5))
        self._leave_open()
        return self.id

    def _after(self, days: timedelta) -> None:
        """Let it be some time of a working day then, and later than what was before."""
        self.at = self.at + days
        earliest = self.session.now + timedelta(minutes=20)
        moment = self.making.later(self.at.replace(hour=1), 0)
        self.making.go_to(max(moment, earliest), OWNER)

    def _begin(self) -> None:
        """Two leads of one family become one deal."""
        self.making.go_to(self.at, OWNER)
        typed = {
            "need": "flat-to-live-in",
            "budget": "489000",
            "source": "client-referral",
            "decision_date": (self.making.until + timedelta(days=24)).isoformat(),
            "notes": "Wants the river side",
        }
        lead = create_lead(self.session, "Penthouse for Elena", typed, client=self.elena).ids[0]
        parking = {"need": "parking", "source": "client-referral"}
        second = create_lead(
            self.session, "Two parking places for Elena", parking, client=self.elena
        ).ids[0]
        self._after(timedelta(days=1))
        activities.log_call(self.making, lead)
        self._after(timedelta(days=1))
        made = convert_lead(self.session, self.making.lead(lead), {}, title=TITLE)
        self.id = made.ids[0]
        add_item(self.session, self._deal(), "lead", second, {})

    def _beginning(self) -> Sequence[Callable[[], object]]:
        return (
            lambda: self._tactic(names.TACTICS[0]),
            self._know_people,
            self._advance,
            self._know_rivals,
            self._meet,
            lambda: correspondence.get_mail(
                self.making, self.id, ADDRESS, attached="wishes-of-the-family.txt"
            ),
        )

    def _middle(self) -> Sequence[Callable[[], object]]:
        return (
            self._advance,
            self._offer,
            lambda: correspondence.attach_plan(self.making, self.id, "penthouse"),
            lambda: correspondence.link_map(self.making, self.id, "block-c"),
            lambda: correspondence.attach_by_mistake(self.making, self.id),
            self._propose,
            self._go_back,
            lambda: self._tactic(names.TACTICS[2]),
            self._lose,
            self._return,
        )

    def _late(self) -> Sequence[Callable[[], object]]:
        return (
            self._advance,
            self._once_more,
            self._propose_again,
            lambda: correspondence.answer_mail(self.making, self.id, ADDRESS, is_long=True),
            lambda: correspondence.talk(self.making, self.id, MANAGER),
            self._advance,
            lambda: activities.work(self.making, self.id),
            lambda: self._tactic(names.TACTICS[1]),
            self._present,
            self._settle,
        )

    def _talk(self) -> None:
        """Small things, one after the other: nothing of what is said is ever lost."""
        kind, self.count = self.count % 5, self.count + 1
        if kind == 0:
            correspondence.note(self.making, self.id)
        elif kind == 1:
            activities.log_call(self.making, self.id)
        elif kind == 2:
            mood = MOODS[self.count // 5 % len(MOODS)]
            set_opportunity(self.session, self._deal(), {"mood": mood})
        elif kind == 3 and self.count % 4 == 0:
            correspondence.get_mail(self.making, self.id, ADDRESS)
        elif kind == 3:
            correspondence.answer_mail(self.making, self.id, ADDRESS)
        else:
            set_tactic(self.session, self._deal(), None, self.session.today.isoformat())

    def _deal(self) -> LoadedDeal:
        return self.making.deal(self.id)

    def _know_people(self) -> None:
        typed = {"emails": "juris.petrovs@mail.example", "phones": "+371 2911 4711"}
        self.juris = create_client(self.session, "contact", "Juris Petrovs", typed).ids[0]
        elena = {
            "role": "decision-maker",
            "influence": "high",
            "loyalty": "2",
            "motivator": "School next door",
        }
        add_item(self.session, self._deal(), "contact", self.elena, elena, is_main=True)
        juris = {"role": "influencer", "influence": "high", "loyalty": "-1"}
        juris["motivator"] = "A short way to work"
        add_item(self.session, self._deal(), "contact", self.juris, juris)
        bank = {"role": "contact-person", "influence": "medium", "loyalty": "1"}
        adviser = self.clients.staff["Ilona Bērza"]
        add_item(self.session, self._deal(), "contact", adviser, bank)
        add_item(self.session, self._deal(), "member", HELPER, {"role": "presales"})
        agent = self.clients.staff["Ben Archer"]
        add_item(self.session, self._deal(), "member", agent, {"role": "sales-representative"})

    def _know_rivals(self) -> None:
        skyline = {
            "product": "skyline-park",
            "strengths": "Parking included",
            "weaknesses": "Handover a year later",
            "amount": "455000",
        }
        add_item(self.session, self._deal(), "competitor", "skyline", skyline, is_main=True)
        other = {"product": "parka-nams", "strengths": "A park behind the house"}
        add_item(self.session, self._deal(), "competitor", "pilsetas-majas", other)
        ours = {
            "type": "partner",
            "partner": self.clients.companies["Bright Keys Agency"],
            "category": "medium",
            "strengths": "The only block with a finished courtyard",
            "weaknesses": "No third parking place",
        }
        set_opportunity(self.session, self._deal(), ours)

    def _tactic(self, text: str) -> None:
        set_tactic(self.session, self._deal(), text)

    def _once_more(self) -> None:
        self._take_steps()
        self._after(timedelta(hours=3))
        steps.repeat(self.making, self.id)

    def _take_steps(self) -> None:
        """The steps of the stage, one after the other."""
        while open_now := steps.waiting(self.making, self.id):
            self._after(timedelta(hours=16))
            steps.finish(self.making, self.id, open_now[0], self._answer(open_now[0]))
        self._after(timedelta(hours=1))

    def _answer(self, step: Activity) -> str | None:
        """With a costing; the rest goes as it goes."""
        return "yes" if step.type == "question" else None

    def _present(self) -> None:
        """Not good enough yet: the proposal is to be agreed again."""
        result = ""
        while result != steps.REWORK:
            self._after(timedelta(hours=16))
            step = steps.waiting(self.making, self.id)[0]
            answer = steps.REWORK if steps.REWORK in step.results else None
            result = steps.finish(self.making, self.id, step, answer)

    def _advance(self) -> None:
        self._take_steps()
        advance_opportunity(self.session, self._deal())

    def _meet(self) -> None:
        start = self.making.later(self.session.now, 1)
        people = (self.elena, self.juris)
        meeting = activities.plan_meeting(self.making, self.id, start, people)
        activities.put_off(self.making, meeting, self.making.later(start, 1))
        self._after(timedelta(days=3))
        activities.hold_meeting(self.making, meeting)

    def _offer(self) -> None:
        day = self.session.today.isoformat()
        typed = {"discount": "1.5", "offered_on": day, "offer_result": "interested"}
        add_item(self.session, self._deal(), "product", "penthouse-c", typed)
        add_item(self.session, self._deal(), "product", "parking", {"quantity": "2"})
        kitchen = {"title": "Kitchen, as discussed", "price": "9500"}
        add_item(self.session, self._deal(), "product", None, kitchen)

    def _propose(self) -> None:
        self.proposal = correspondence.propose(self.making, self.id, "R-1", "520965 EUR")
        self._after(timedelta(hours=3))
        correspondence.put_proposal(self.making, self.proposal, "sent")

    def _propose_again(self) -> None:
        correspondence.put_proposal(self.making, self.proposal, "draft", "2")
        self._after(timedelta(hours=5))
        correspondence.put_proposal(self.making, self.proposal, "sent")

    def _go_back(self) -> None:
        note = "Juris decides too, we never met him"
        move_opportunity(self.session, self._deal(), to="key-contacts", note=note)

    def _lose(self) -> None:
        close_opportunity(self.session, self._deal(), outcome="lost", reason="no-answer")

    def _return(self) -> None:
        close = (self.making.until + timedelta(days=24)).isoformat()
        reopen_opportunity(
            self.session,
            self._deal(),
            to="key-contacts",
            reason="They called back",
            close_date=close,
        )

    def _settle(self) -> None:
        """What they think by now, and a place in the cellar that is kept for them."""
        set_item(self.session, self._deal(), "contact", self.juris, {"loyalty": "1"})
        set_opportunity(self.session, self._deal(), {"probability": "45", "budget": "520000"})
        until = (self.making.until + timedelta(days=20)).isoformat()
        add_reservation(self.session, self._deal(), names.PARKING_UNIT, until)

    def _leave_open(self) -> None:
        """A meeting on the day that the example is made for, a paper that is late, a question."""
        for step in steps.waiting(self.making, self.id):
            steps.put_off(self.making, step, self.making.end - timedelta(days=1))
        ahead = self.making.end + timedelta(hours=20)
        people = (self.elena, self.juris)
        activities.plan_meeting(self.making, self.id, ahead, people)
        approvals.ask(self.making, self.id, MANAGER, "2")
        title = "Send the contract to the bank"
        late = self.making.later(self.making.end - timedelta(days=4), 0)
        activities.plan_task(self.making, self.id, title, late)
        typed = {"type": "call", "start": activities.typed_time(self.making, ahead)}
        activities.plan(self.making, self.id, "Remind the bank", typed)
