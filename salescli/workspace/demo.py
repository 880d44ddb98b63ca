"""The example store: a year of a developer's sales, from a seed, through the same use cases.

Every record goes the way that a command takes, so that the example obeys every rule.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from salescli.model.errors import Refused
from salescli.model.events import Json
from salescli.model.ids import build_slug
from salescli.model.surroundings import Surroundings
from salescli.store.transaction import Transaction
from salescli.workspace import demo_names as names
from salescli.workspace.catalogue import create_named, set_named
from salescli.workspace.clients import create_client
from salescli.workspace.deals import LoadedDeal, load_deal
from salescli.workspace.initialising import build_settings, init_store
from salescli.workspace.opportunities import apply_fields, create_opportunity, set_opportunity
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.stages import (
    advance_opportunity,
    close_opportunity,
    move_opportunity,
    reopen_opportunity,
)

DEALS = 72
LONG_DEAL_EVENTS = 100
JUST_BEGUN = 12  # every so many-th deal still stands where it was created
YEAR = timedelta(days=365)
STAGES = ("qualification", "key-contacts", "proposal-preparation", "proposal-presentation")


class Demo:
    """One run of the generator. `until` is the last day of the year that it makes."""

    def __init__(self, files: Transaction, until: date, seed: int) -> None:
        self.random = Random(seed)
        self.files = files
        self.until = until
        self.failed = 0  # deals so far that weren't won
        self.end = datetime(until.year, until.month, until.day, 15, tzinfo=UTC)
        surroundings = Surroundings(
            clock=lambda: self.end - YEAR,
            random_bytes=self.random.randbytes,
            environ={},
            directory=files.root,
            git_email=lambda: "marta.ozola@riverside.example",
            git_name=lambda: "Marta Ozola",
        )
        settings = build_settings(names.COMPANY, "EUR", "Europe/Riga", "real-estate")
        init_store(files, surroundings, settings)
        self.session = Session(files, surroundings, actor="marta-ozola")

    def run(self) -> Outcome:
        """Stage everything; answers how much it is."""
        self._write_catalogues()
        clients = [*self._people_outside(), *self._companies()]
        for number in range(DEALS):
            self._live(number, self.random.choice(clients))
        self._long_life(clients[0])
        words = f"{DEALS + 1} deals of {len(names.PEOPLE)} people until {self.until}."
        return Outcome((), (words,), "write the example store")

    def _write_catalogues(self) -> None:
        for slug, name, parent, _ in names.DEPARTMENTS:
            typed = {"parent": parent} if parent else {}
            create_named(self.session, "department", name, typed, slug)
        since = (self.until - YEAR).isoformat()
        for name, department, hourly in names.PEOPLE:
            if name == "Marta Ozola":
                continue
            slug = person_id(name)
            typed = {
                "emails": f"{slug}@riverside.example",
                "department": department,
                "hourly": f"{since}={hourly}",
            }
            create_named(self.session, "person", name, typed, slug)
        self._appoint_managers()
        for slug, name, group, price in names.FLATS:
            typed = {"group": group, "prices": f"{since}={price}"}
            create_named(self.session, "product", name, typed, slug)
        for slug, name, strengths, weaknesses in names.COMPETITORS:
            typed = {"strengths": strengths, "weaknesses": weaknesses}
            create_named(self.session, "competitor", name, typed, slug)

    def _appoint_managers(self) -> None:
        set_named(self.session, "person", "marta-ozola", {"department": "sales"})
        for slug, _, _, manager in names.DEPARTMENTS:
            set_named(self.session, "department", slug, {"manager": manager})

    def _people_outside(self) -> Iterator[str]:
        for number, name in enumerate(names.BUYERS):
            typed = {
                "emails": f"{person_id(name)}@mail.example",
                "phones": f"+371 2{number:03d} {1000 + 37 * number}",
            }
            yield create_client(self.session, "contact", name, typed).ids[0]

    def _companies(self) -> Iterator[str]:
        for name, kind in names.COMPANIES:
            typed = {"kind": kind, "emails": f"office@{person_id(name)}.example"}
            made = create_client(self.session, "account", name, typed).ids[0]
            if kind == "client":
                yield made

    def _live(self, number: int, client: str) -> None:
        """A deal from its creation to where it stands today."""
        random = self.random
        start = self.end - timedelta(days=random.uniform(2, 350), minutes=random.randrange(400))
        slug, title, group, price = random.choice(names.FLATS[:12])
        department = random.choice(("north", "south"))
        if group == "commercial":
            department = "commercial"
        owner = random.choice([person_id(n) for n, where, _ in names.PEOPLE if where == department])
        typed = {
            "owner": owner,
            "source": random.choice(SOURCES),
            "type": random.choice(("direct", "direct", "partner")),
            "category": random.choice(("small", "medium", "enterprise")),
            "close_date": (start + timedelta(days=random.randrange(40, 150))).date().isoformat(),
        }
        if random.random() < 0.85:
            currency = "USD" if number % 9 == 4 else "EUR"
            typed["budget"] = f"{round(price * random.uniform(0.85, 1.1), -2):.0f} {currency}"
        if random.random() < 0.7:
            typed["need"] = "commercial" if group == "commercial" else random.choice(NEEDS)
        deal_id = self._at(start, lambda: create_opportunity(self.session, title, client, typed))
        if deal_id is not None and number % 18 != 5:  # a few stay where they began
            self._walk(deal_id, start, slug, number)

    def _walk(self, deal_id: str, start: datetime, product: str, number: int) -> None:
        random, at = self.random, start
        if number % JUST_BEGUN == 0:
            return
        fate = random.choices(("open", "won", "lost"), (4, 4, 3))[0]
        depth = random.randrange(1, 4) if fate != "won" else 3
        for step in range(depth):
            at += timedelta(days=random.uniform(2, 26), minutes=random.randrange(300))
            self._enrich(deal_id, at, product, step)
            skips = random.random() < 0.12 and step + 2 < len(STAGES)
            to = STAGES[step + 2] if skips else None
            if not self._change(deal_id, at, partial(advance, self.session, to)):
                return
            if number % 7 == 3 and step == 1:
                at += timedelta(days=random.uniform(1, 5))
                self._change(deal_id, at, lambda deal: back(self.session, deal))
        if fate == "open":
            return
        at += timedelta(days=random.uniform(2, 20))
        self._close(deal_id, at, fate, number)

    def _close(self, deal_id: str, at: datetime, fate: str, number: int) -> None:
        if fate == "won":
            self._change(deal_id, at, lambda deal: win(self.session, deal))
            return
        outcome = {0: "rerouted", 1: "rejected"}.get(number % 11, "lost")
        reason, winner = self.random.choice(LOSSES)
        if outcome != "lost":
            reason, winner = "priorities-changed", None
        self._change(
            deal_id,
            at,
            lambda deal: close_opportunity(
                self.session, deal, outcome=outcome, reason=reason, winner=winner
            ),
        )
        self.failed += 1
        if self.failed % 2 == 0:  # some of them call back
            at += timedelta(days=self.random.uniform(5, 25))
            self._change(
                deal_id,
                at,
                lambda deal: reopen_opportunity(
                    self.session, deal, to="key-contacts", reason="They called back"
                ),
            )

    def _enrich(self, deal_id: str, at: datetime, product: str, step: int) -> None:
        """What is learnt on the way: people at the first step, then rivals, then a line."""
        random, at = self.random, at - timedelta(hours=random_hours(self.random))
        deal = self._load(deal_id)
        if step == 0:
            person = self._someone(deal)
            fields: dict[str, list[Json]] = {f"contacts/{person}": [None, self._stakeholder()]}
            fields |= {"mood": [deal.facts.mood, random.choice(MOODS)]}
        elif step == 1:
            rival = random.choice(names.COMPETITORS)
            fields = {f"competitors/{rival[0]}": [None, {"strengths": rival[2]}]}
            fields |= {"tactic": [deal.facts.tactic, random.choice(names.TACTICS)]}
        else:
            if deal.facts.budget is not None and deal.facts.budget.currency != "EUR":
                return
            line = self.session.new_id("line")
            price = {slug: price for slug, _, _, price in names.FLATS}[product]
            item: Json = {
                "product": product,
                "quantity": "1",
                "price": f"{price}.00 EUR",
                "discount": random.choice(("1", "1.5", "2.5")),
                "offered_on": self.session.calendar.day_of(at).isoformat(),
            }
            fields = {f"products/{line}": [None, item]}
        self._change(deal_id, at, lambda deal: write(self.session, deal, fields))

    def _someone(self, deal: LoadedDeal) -> str:
        if deal.facts.client.startswith("con-"):
            return deal.facts.client
        contacts = [one for one in self.session.born if one.startswith("con-")]
        return self.random.choice(contacts)

    def _stakeholder(self) -> Json:
        role = self.random.choice(("decision-maker", "decision-maker", "influencer"))
        return {
            "role": role,
            "influence": self.random.choice(("high", "medium")),
            "loyalty": self.random.choice((-1, 1, 2, 3)),
            "motivator": self.random.choice(names.MOTIVATORS),
        }

    def _long_life(self, client: str) -> None:
        """One deal with a hundred events."""
        at = self.end - timedelta(days=340)
        typed = {"owner": "anna-berzina", "budget": "489000", "source": "client-referral"}
        title = "Penthouse for the Petrovs, the long one"
        made = self._at(at, lambda: create_opportunity(self.session, title, client, typed))
        assert made is not None
        for number in range(LONG_DEAL_EVENTS - 1):
            at += timedelta(days=3, hours=7)
            text = f"{names.TACTICS[number % len(names.TACTICS)]} ({number + 1})"
            change = {"tactic": text, "checked_on": self.session.calendar.day_of(at).isoformat()}
            self._change(made, at, partial(set_fields, self.session, change))

    def _load(self, deal_id: str) -> LoadedDeal:
        return load_deal(self.session, self.session.born[deal_id][0])

    def _change(self, deal_id: str, at: datetime, change: Callable[[LoadedDeal], Outcome]) -> bool:
        """Do something to a deal at a time; nothing happens after the last day."""
        return self._at(at, lambda: change(self._load(deal_id))) is not None

    def _at(self, at: datetime, action: Callable[[], Outcome]) -> str | None:
        if at > self.end:
            return None
        self.session.now = at.replace(second=0, microsecond=0)
        try:
            return action().ids[0]
        except Refused:
            return None


SOURCES = ("web", "web", "event", "client-referral", "partner-referral", "print-ad", "cold-call")
NEEDS = ("flat-to-live-in", "flat-to-live-in", "flat-to-let", "parking")
MOODS = ("confident", "hopeful", "doubtful", "concerned")
LOSSES = (
    ("no-answer", None),
    ("no-budget", None),
    ("price", None),
    ("competitor-won", "skyline"),
    ("competitor-won", "unknown"),
    ("unmet-demand", None),
)


def random_hours(random: Random) -> float:
    """Some working hours before a move."""
    return random.uniform(2, 20)


def person_id(name: str) -> str:
    """The id of one of our people, as `person create` makes it."""
    return build_slug(name)


def set_fields(session: Session, typed: Mapping[str, str], deal: LoadedDeal) -> Outcome:
    """Fields as a person types them."""
    return set_opportunity(session, deal, typed)


def advance(session: Session, to: str | None, deal: LoadedDeal) -> Outcome:
    """Forward by one stage, or to `to`."""
    return advance_opportunity(session, deal, to=to)


def win(session: Session, deal: LoadedDeal) -> Outcome:
    """The good end."""
    return close_opportunity(session, deal, outcome="won")


def back(session: Session, deal: LoadedDeal) -> Outcome:
    """Back to the stage where the people are learnt to know."""
    return move_opportunity(session, deal, to="key-contacts", note="Somebody else decides")


def write(session: Session, deal: LoadedDeal, fields: dict[str, list[Json]]) -> Outcome:
    """Fields and items as one event."""
    definition = session.process(deal.facts.process)
    changed = {path: change for path, change in fields.items() if change[0] != change[1]}
    return apply_fields(session, deal, changed, definition)
