"""What the example store holds: a year in two chapters, the second about what the first wrote."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from salescli.model.errors import WrongUsage, finding
from salescli.store.dump import Plain, Value
from salescli.store.transaction import Transaction
from salescli.workspace.demo import names, steps, words
from salescli.workspace.demo.afterwards import tidy_up
from salescli.workspace.demo.catalogues import make_catalogues
from salescli.workspace.demo.clients import Clients
from salescli.workspace.demo.deals import (
    FAILURES,
    NEEDS,
    SOURCES,
    STAGES,
    Course,
    Life,
    Sides,
    client_names,
    next_flat,
)
from salescli.workspace.demo.house import make_house
from salescli.workspace.demo.leads import ADDRESSES, INTERESTS, follow_interest
from salescli.workspace.demo.making import Making, person_ids
from salescli.workspace.demo.plans import make_plans
from salescli.workspace.demo.story import Story
from salescli.workspace.initialising import build_settings, init_store
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

DEALS = 54  # whose life is luck
DAYS = 350.0
UNIT_DEALS = (
    # unit, how the deal ends, what becomes of the unit before that
    ("d-202", "won", ""),
    ("d-203", "open", "contracted"),
    ("d-302", "open", ""),
    ("d-303", "open", "expired"),
    ("d-402", "lost", ""),
    ("d-403", "rejected", ""),
    ("d-502", "open", "released"),
    ("d-503", "won", ""),
)
FULL = ("d-202", "d-402")  # one that was won and one that was lost: much is written after the end


class Chapter(msgspec.Struct, frozen=True):
    """One set of changes: its session, and what there is to say about it."""

    session: Session
    outcome: Outcome


def last_day(typed: str | None, today: date) -> date:
    """The day that the example is made for; raises `WrongUsage` for one that lies ahead."""
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        hint = "write it like 2026-12-15"
        raise WrongUsage(finding("not-a-day", f"{typed!r} is not a day", hint=hint)) from None
    if day > today:
        text = f"{day} lies in the future; today is {today}"
        hint = "leave --until out, or give a day that has come"
        raise WrongUsage(finding("in-the-future", text, hint=hint, field="until"))
    return day


def tell_chapter(number: int, files: Transaction, until: date, seed: int) -> Chapter:
    """Stage one of `CHAPTERS`; each wants the ones before it on disk."""
    making = Making(files, until, f"{seed}/{number}")
    return Chapter(making.session, CHAPTERS[number](making))


def _the_year(making: Making) -> Outcome:
    settings = build_settings(names.COMPANY, "EUR", "Europe/Riga", "real-estate")
    bands: list[Value] = [Plain(bound) for bound in names.SIZE_BANDS]
    init_store(making.session.files, making.surroundings, {**settings, "size_bands": bands})
    make_catalogues(making)
    make_plans(making)
    make_house(making)
    clients = Clients(making)
    buyers = clients.buyers()
    for course in (*_courses_of_luck(making, buyers), *_courses_of_units(making, buyers)):
        Life(making, course).live()
    _leads(making)
    _next_flats(making)
    Story(making, clients).tell()
    clients.write_down_twice()
    deals, leads = len(making.born("opp-")), len(making.born("lead-"))
    told = f"{deals} deals and {leads} leads of {len(names.PEOPLE)} people until {making.until}."
    return Outcome((), (told,), "write the example store")


def _tidying(making: Making) -> Outcome:
    tidy_up(making)
    return Outcome((), (), "tidy the example store up")


CHAPTERS: tuple[Callable[[Making], Outcome], ...] = (_the_year, _tidying)


def _courses_of_luck(making: Making, buyers: list[str]) -> Iterator[Course]:
    """Deals of all kinds; a few stay where they began, some failed ones come back."""
    random, failed = making.random, 0
    for number in range(DEALS):
        slug, _, group, price = random.choice(names.FLATS[:12])
        department = "commercial" if group == "commercial" else random.choice(("north", "south"))
        fate = random.choices(("open", "won", "lost"), (4, 4, 3))[0]
        if fate == "lost":
            failed += 1
            fate = {0: "rerouted", 1: "rejected"}.get(number % 11, "lost")
        depth = random.randrange(1, 4) if fate != "won" else 3
        is_new = number % 12 == 0 or number % 18 == 5
        yield Course(
            number=number,
            sides=_sides(making, random.choice(buyers), department),
            product=slug,
            price=price,
            start=making.later(making.end - timedelta(days=random.uniform(7, DAYS)), 0),
            fate="open" if is_new else fate,
            depth=0 if is_new else depth,
            typed=_first_facts(making, number, group, price, currency=_currency(number)),
            goes_back=number % 7 == 3,
            is_led=number % 4 == 1,
            stops=number % 8 == 1,
            repeats=number % 8 == 5,
            comes_back=fate in FAILURES and failed % 2 == 0,
        )


def _courses_of_units(making: Making, buyers: list[str]) -> Iterator[Course]:
    """Deals about the flats of block D, one of each kind of end."""
    prices = dict(names.OFFERED)
    for number, (unit, fate, unit_fate) in enumerate(UNIT_DEALS, DEALS):
        days = making.random.uniform(30, 60) if fate == "open" else 130 + 10 * (number % 5)
        yield Course(
            number=number,
            sides=_sides(making, making.random.choice(buyers), "north"),
            product=f"flat-{unit}",
            price=prices[unit],
            start=making.later(making.end - timedelta(days=days), 0),
            fate=fate,
            depth=3 if fate != "open" else 2,
            typed=_first_facts(making, number, "flats", prices[unit]),
            unit=unit,
            unit_fate=unit_fate,
            is_led=number % 4 == 1,
            is_full=unit in FULL,
        )


def _sides(making: Making, client: str, department: str) -> Sides:
    sellers = person_ids()[department]
    address = client_names(making, client)[1]
    return Sides(client, address, making.random.choice(sellers), sellers[0])


def _currency(number: int) -> str:
    return "USD" if number % 9 == 4 else "EUR"


def _first_facts(
    making: Making, number: int, group: str, price: int, currency: str = "EUR"
) -> Mapping[str, str]:
    """What is known of a deal from the beginning, as it is typed."""
    random = making.random
    close = making.until - timedelta(days=random.uniform(-90, 40))
    typed = {
        "source": random.choice(SOURCES),
        "type": random.choice(("direct", "direct", "partner")),
        "category": random.choice(("small", "medium", "enterprise")),
        "close_date": close.isoformat(),
    }
    if random.random() < 0.85:
        typed["budget"] = f"{round(price * random.uniform(0.85, 1.1), -2):.0f} {currency}"
    if random.random() < 0.7:
        typed["need"] = "commercial" if group == "commercial" else random.choice(NEEDS)
    if random.random() < 0.2:
        typed["mood"] = words.MOODS[number % len(words.MOODS)]
    return typed


def _leads(making: Making) -> None:
    """Interests of the year, and the deals that some of them become."""
    for number, interest in enumerate(INTERESTS):
        sellers = person_ids()["commercial" if interest.company else "south"]
        who = making.random.choice(sellers)
        days = 130 if interest.fate in ("won", "lost", "rerouted") else 14 + number
        at = making.later(making.end - timedelta(days=days + making.random.uniform(0, 6)), 0)
        made = follow_interest(making, interest, number, at, who)
        if not interest.is_sold:
            continue
        facts = making.deal(made).facts
        slug, _, _, price = making.random.choice(names.FLATS[:9])
        course = Course(
            number=DEALS + len(UNIT_DEALS) + number,
            sides=Sides(facts.client, ADDRESSES.format(number), who, sellers[0]),
            product=slug,
            price=price,
            start=making.session.now,
            fate=interest.fate,
            depth=len(STAGES) - 1 if interest.fate != "open" else 1,
            deal_id=made,
        )
        Life(making, course).live()


def _next_flats(making: Making) -> None:
    """Clients who have bought and look for one more."""
    won = [one for one in making.born("opp-") if making.deal(one).facts.stage == "won"]
    for number, deal_id in enumerate(won[:3]):
        at = making.later(making.end - timedelta(days=9 - 2 * number), 0)
        steps.start(making, next_flat(making, deal_id, min(at, making.end)))
