"""The leads of the example: raw ones, those that are nurtured, qualified, sold or given up."""

from datetime import datetime, timedelta

import msgspec

from salescli.workspace.converting import convert_lead
from salescli.workspace.demo import activities, correspondence
from salescli.workspace.demo.making import Making
from salescli.workspace.leads import create_lead, disqualify_lead, move_lead, qualify_lead


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked, for what, and what became of it: the lead's stage, or how its deal ends."""

    person: str
    fate: str
    title: str | None = None
    company: str | None = None
    need: str = "flat-to-live-in"
    source: str = "web"
    medium: str = "form"
    budget: str | None = None
    products: str | None = None
    notes: str | None = None

    @property
    def is_sold(self) -> bool:
        """Whether it becomes a deal."""
        return self.fate in ("open", "won", "lost", "rerouted")


INTERESTS = (
    Interest(person="Kaspar Tamm", fate="qualification", notes="Wrote at night, wants a balcony"),
    Interest(person="Вера Зайцева", fate="qualification", medium="phone", source="print-ad"),
    Interest(
        person="Linda Vanaga",
        company="Yoga by the Mill",
        fate="qualification",
        title="Yoga studio looks for a room",
        need="commercial",
    ),
    Interest(person="Uldis Priede", fate="nurturing", notes="Sells his house first"),
    Interest(person="Marie Dubois", fate="nurturing", source="social-network"),
    Interest(person="Роман Гусев", fate="nurturing", need="parking", medium="visit"),
    Interest(
        person="Agnese Lāce",
        company="Lāce & Partners",
        fate="hand-off",
        title="Office for twelve lawyers",
        need="commercial",
        budget="900000",
        source="past-cooperation",
    ),
    Interest(person="Nikolai Saar", fate="hand-off", budget="150000", source="fair"),
    Interest(person="Galina Priedīte", fate="hand-off", need="flat-to-let", budget="140000"),
    Interest(person="Daniel Weber", fate="won", budget="215000", products="flat-b44"),
    Interest(person="Sanita Kļava", fate="won", budget="128000", products="flat-c02,parking"),
    Interest(person="Ольга Дроздова", fate="lost", budget="160000", products="flat-a15"),
    Interest(person="Pauls Egle", fate="lost", budget="175000", source="employee-referral"),
    Interest(person="Mia Lindqvist", fate="rerouted", budget="150000", need="flat-to-let"),
    Interest(
        person="Haralds Ozols",
        company="Ozols Bikes",
        fate="open",
        title="Shop for bicycles",
        need="commercial",
        budget="400000",
        products="shop-1",
    ),
    Interest(person="Тимур Алиев", fate="open", budget="240000", products="flat-b47"),
    Interest(person="Somebody", fate="disqualified", notes="asdf asdf", medium="form"),
    Interest(person="Carpets for less", fate="disqualified", source="mailing"),
    Interest(person="Old Student", fate="disqualified", notes="Writes a thesis about us"),
    Interest(person="Ieva Strazda", fate="not-interested", source="event"),
)
ADDRESSES = "lead{}@mail.example"


def follow_interest(making: Making, interest: Interest, number: int, at: datetime, who: str) -> str:
    """From the first interest to where the lead stands, or to the deal; the id of either."""
    making.go_to(at, who)
    lead = _write_down(making, interest, number, at)
    address = ADDRESSES.format(number)
    at = making.later(at, 1)
    making.go_to(at, who)
    if number % 3 == 0:
        correspondence.get_mail(making, lead, address)
    elif number % 3 == 1:
        activities.log_call(making, lead)
    else:
        correspondence.note(making, lead)
    making.go_to(making.later(at, 2), who)
    if interest.fate == "disqualified":
        reason = "wrong-data" if number % 2 else "not-a-customer"
        disqualify_lead(making.session, making.lead(lead), reason=reason)
    elif interest.fate == "not-interested":
        move_lead(making.session, making.lead(lead), to="not-interested")
    elif interest.fate == "nurturing":
        _nurture(making, lead)
    elif interest.fate != "qualification":
        _qualify(making, interest, lead)
    if not interest.is_sold:
        return lead
    making.go_to(making.later(making.session.now, 1), who)
    return convert_lead(making.session, making.lead(lead), {}, title=interest.title).ids[0]


def _write_down(making: Making, interest: Interest, number: int, at: datetime) -> str:
    typed = {
        "person": interest.person,
        "emails": ADDRESSES.format(number),
        "phones": f"+371 26{number:02d} {2000 + 31 * number}",
        "need": interest.need,
        "source": interest.source,
        "medium": interest.medium,
    }
    for name in ("company", "budget", "products", "notes"):
        value = getattr(interest, name)
        if value is not None:
            typed[name] = value
    if interest.is_sold:
        typed["decision_date"] = (at + timedelta(days=60)).date().isoformat()
    if interest.fate == "open":
        meeting = making.later(making.end, 1 + number % 4)
        typed["meeting_at"] = activities.typed_time(making, meeting)
    return create_lead(making.session, interest.title or interest.person, typed).ids[0]


def _nurture(making: Making, lead: str) -> None:
    move_lead(making.session, making.lead(lead), to="nurturing", note="Not before next year")
    start = making.later(making.end, making.random.uniform(1, 12))
    typed = {"type": "call", "start": activities.typed_time(making, start), "minutes": "15"}
    activities.plan(making, lead, "Ask again", typed)


def _qualify(making: Making, interest: Interest, lead: str) -> None:
    kind = "account" if interest.company else "contact"
    qualify_lead(making.session, making.lead(lead), {}, create_client=kind)
