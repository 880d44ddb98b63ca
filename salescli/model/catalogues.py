"""Settings and the named things: people, departments, products, dictionaries, plans."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from salescli.model.fields import field, reference, text
from salescli.model.money import Money
from salescli.model.records import Record

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CustomField(Record, frozen=True, kw_only=True):
    """A field that a team has added for itself."""

    name: Annotated[str, text("What people call it")]
    type: Annotated[
        Literal["text", "words", "whole", "decimal", "money", "day", "yes-no", "choice"],
        field("one-of", "How its value is written"),
    ]
    values: Annotated[list[str], field("words", "What there is to choose from")] = []


class Settings(Record, frozen=True, kw_only=True):
    """`salescli.yaml`."""

    format: Annotated[int, msgspec.Meta(ge=1), field("whole", "Version of the files")]
    name: Annotated[str, text("What people call the store")]
    currency: Annotated[str | None, text("Of amounts that are typed without one")] = None
    time_zone: Annotated[str, text("Cuts instants into days")] = "UTC"
    week_start: Annotated[Weekday, field("one-of", "First day of a week")] = "monday"
    fiscal_year_start: Annotated[
        int, msgspec.Meta(ge=1, le=12), field("whole", "First month of the company's year")
    ] = 1
    process: Annotated[str, reference("process", "Of new deals")] = "real-estate"
    start_process: Annotated[
        Literal["never", "from-lead", "always"],
        field("one-of", "Whether the steps of the process begin with a new deal"),
    ] = "never"
    size_bands: Annotated[
        list[Money],
        field("list-of-money", "Upper bounds, inclusive; above the last there is one more band"),
    ] = []
    custom_fields: Annotated[
        dict[str, dict[str, CustomField]],
        field("mapping", "Fields of one's own, by kind of record and id"),
    ] = {}


class Person(Record, frozen=True, kw_only=True):
    """One of our people."""

    name: Annotated[str, text("First and last name")]
    emails: Annotated[list[str], field("words", "E-mail addresses, also git's")] = []
    department: Annotated[str | None, reference("department", "Where they work")] = None
    hourly: Annotated[dict[date, Money], field("dated-money", "Cost of an hour from a day on")] = {}
    left: Annotated[date | None, field("day", "Last day, inclusive")] = None


class Department(Record, frozen=True, kw_only=True):
    """A department; a parent takes in its children."""

    name: Annotated[str, text("What people call it")]
    parent: Annotated[str | None, reference("department", "Department above")] = None
    manager: Annotated[str | None, reference("person", "Who leads it")] = None
    retired: Annotated[bool | None, field("yes-no", "Takes nothing new")] = None


class Team(Record, frozen=True, kw_only=True):
    """`team.yaml`."""

    people: Annotated[dict[str, Person], field("mapping", "Our people by id")] = {}
    departments: Annotated[dict[str, Department], field("mapping", "Departments by id")] = {}


class Product(Record, frozen=True, kw_only=True):
    """A product or service of ours."""

    name: Annotated[str, text("What people call it")]
    group: Annotated[str | None, text("Group of products")] = None
    prices: Annotated[dict[date, Money], field("dated-money", "Price from a day on")] = {}
    retired: Annotated[bool | None, field("yes-no", "Not sold any more")] = None
    external: Annotated[dict[str, str] | None, field("mapping", "Ids in other systems")] = None
    custom: Annotated[
        dict[str, str | list[str]] | None, field("mapping", "Fields declared in salescli.yaml")
    ] = None


class Products(Record, frozen=True, kw_only=True):
    """`products.yaml`."""

    products: Annotated[dict[str, Product], field("mapping", "What we sell, by id")] = {}


class RivalProduct(Record, frozen=True, kw_only=True):
    """A product of a competitor."""

    name: Annotated[str, text("What people call it")]
    strengths: Annotated[str | None, text("What is good about it")] = None
    weaknesses: Annotated[str | None, text("What is bad about it")] = None
    retired: Annotated[bool | None, field("yes-no", "Not sold any more")] = None


class Competitor(Record, frozen=True, kw_only=True):
    """A company that sells against us."""

    name: Annotated[str, text("What people call it")]
    strengths: Annotated[str | None, text("What it is good at")] = None
    weaknesses: Annotated[str | None, text("What it is bad at")] = None
    products: Annotated[dict[str, RivalProduct], field("mapping", "What it sells")] = {}
    retired: Annotated[bool | None, field("yes-no", "Not met any more")] = None


class Competitors(Record, frozen=True, kw_only=True):
    """`competitors.yaml`."""

    competitors: Annotated[
        dict[str, Competitor], field("mapping", "Who sells against us, by id")
    ] = {}


class Choice(Record, frozen=True, kw_only=True):
    """A dictionary value with flags; written as its bare name when it has none."""

    name: Annotated[str, text("What people see")]
    retired: Annotated[bool | None, field("yes-no", "Nobody is offered it any more")] = None
    details: Annotated[bool | None, field("yes-no", "Details are required with it")] = None
    imported: Annotated[bool | None, field("yes-no", "Offered to imports alone")] = msgspec.field(
        default=None, name="import"
    )
    types: Annotated[list[str], field("words", "Activity types that it is a result of")] = []


Dictionary = dict[str, str | Choice]
_Plans = dict[str, dict[str, Money]]


class Plan(Record, frozen=True, kw_only=True):
    """`plans/<year>.yaml`: objects, each with periods and money."""

    client: Annotated[_Plans, field("mapping", "By client, then by year, quarter or month")] = {}
    company: Annotated[
        dict[str, Money], field("mapping", "Of the company, by year, quarter or month")
    ] = {}
    department: Annotated[_Plans, field("mapping", "By department and period")] = {}
    need: Annotated[_Plans, field("mapping", "By need and period")] = {}
    owner: Annotated[_Plans, field("mapping", "By owner and period")] = {}
    product: Annotated[_Plans, field("mapping", "By product and period")] = {}


class Unit(Record, frozen=True, kw_only=True):
    """A flat, shop or parking place (optional layer)."""

    kind: Annotated[str, text("Flat, shop, parking place …")]
    section: Annotated[str | None, text("Section of the building")] = None
    floor: Annotated[int | None, field("whole", "Floor; below the ground is negative")] = None
    rooms: Annotated[int | None, field("whole", "How many rooms")] = None
    area: Annotated[Decimal | None, field("decimal", "Area in square metres")] = None
    product: Annotated[str | None, reference("product", "What it is in the catalogue")] = None
    reserved_for: Annotated[
        str | None, reference("opportunity", "The deal that holds it", by_commands=True)
    ] = None
    reserved_until: Annotated[
        date | None, field("day", "Last day of the reservation", by_commands=True)
    ] = None
    contracted_on: Annotated[date | None, field("day", "Day of the contract")] = None


class Building(Record, frozen=True, kw_only=True):
    """A building with its units: `units/<building>.yaml` (optional layer)."""

    building: Annotated[str, field("id", "Its id, also the name of its file")]
    name: Annotated[str, text("What people call it")]
    project: Annotated[str | None, text("The project that it is part of")] = None
    units: Annotated[dict[str, Unit], field("mapping", "Its units by id")] = {}


DICTIONARIES = (
    "roles influences loyalties types categories needs sources media moods close_reasons "
    "disqualify_reasons activity_types activity_results team_roles offer_results"
).split()
Dictionaries = msgspec.defstruct(
    "Dictionaries",
    [(name, Dictionary, msgspec.field(default_factory=dict)) for name in DICTIONARIES],
    namespace={"__doc__": "`dictionaries.yaml`: values to choose from, in the order of offering."},
)


REQUIRED_VALUES = {
    "roles": {"decision-maker": "every deal wants a contact in this role"},
    "loyalties": dict.fromkeys(("-3", "-2", "-1", "1", "2", "3"), "the scale has all six steps"),
    "close_reasons": {
        "competitor-won": "the winner of a lost deal is named with it",
        "other": "what fits no other reason is written down with it",
    },
    "activity_types": {
        "task": "a task is planned as one",
        "meeting": "a meeting is planned as one",
        "call": "a call is planned as one",
    },
    "activity_results": {
        "done": "an activity ends with it",
        "cancelled": "an activity that is cancelled ends with it",
    },
}
"""Values that rules speak of, and what for: they can be renamed, not removed nor retired."""


def choice_named(dictionary: Dictionary, value: str) -> Choice | None:
    """The value of a dictionary as a `Choice`, or None if it isn't there."""
    entry = dictionary.get(value)
    return Choice(name=entry) if isinstance(entry, str) else entry


def offered_choices(dictionary: Dictionary, *, imported: bool = False) -> dict[str, Choice]:
    """The values that may be chosen anew, by id; `imported`: those for imports alone, too."""
    known = {value: choice_named(dictionary, value) for value in dictionary}
    return {
        value: entry
        for value, entry in known.items()
        if entry is not None and not entry.retired and (imported or not entry.imported)
    }


def is_employed_on(person: Person, day: date) -> bool:
    """Whether a person takes new work on `day`; `left` is their last day, inclusive."""
    return person.left is None or day <= person.left


def has_left(people: Mapping[str, Person], name: str, day: date) -> bool:
    """Whether one of our people takes no new work on `day` any more."""
    return name in people and not is_employed_on(people[name], day)


def value_on(dated: dict[date, Money], day: date) -> Money | None:
    """The dated value in force on `day`, or None before the first."""
    started = [first for first in dated if first <= day]
    return dated[max(started)] if started else None


def departments_under(departments: dict[str, Department], top: str) -> frozenset[str]:
    """A department and all below it; stops at a cycle, which `check` reports."""
    found = {top}
    while True:
        more = {name for name, entry in departments.items() if entry.parent in found} - found
        if not more:
            return frozenset(found)
        found |= more
