"""The born records: opportunity, lead, account, contact, with every field declared once.

Order of attributes = order of keys on disk (format.md section 6). Nothing computable is here.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from salescli.model.fields import choice, field, item_list, reference, text
from salescli.model.money import Money

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything that is read from a mapping on disk."""


class Stakeholder(Record, frozen=True, kw_only=True):
    """A person on the client's side of a deal."""

    contact: Annotated[str, reference("contact", "Who")]
    role: Annotated[str | None, choice("roles", "Part in the decision")] = None
    influence: Annotated[str | None, choice("influences", "How much their word weighs")] = None
    loyalty: Annotated[int | None, choice("loyalties", "Attitude to us, -3 to 3")] = None
    motivator: Annotated[str | None, text("What they want for themselves")] = None


class Rival(Record, frozen=True, kw_only=True):
    """A competitor in a deal."""

    competitor: Annotated[str, reference("competitor", "Who")]
    product: Annotated[str | None, text("Which of their products")] = None
    strengths: Annotated[str | None, text("Their strengths in this deal")] = None
    weaknesses: Annotated[str | None, text("Their weaknesses in this deal")] = None
    amount: Annotated[Money | None, field("money", "What they ask for it")] = None


class TeamMember(Record, frozen=True, kw_only=True):
    """One of our people, or a contact from outside, who works on a deal."""

    member: Annotated[str, reference("person|contact", "Who")]
    role: Annotated[str | None, choice("team_roles", "What they do in it")] = None


class Line(Record, frozen=True, kw_only=True):
    """A product line: a catalogue product, or a title of its own, at a frozen price."""

    line: Annotated[str, field("id", "Random id of the line")]
    product: Annotated[str | None, reference("product", "Which catalogue product")] = None
    title: Annotated[str | None, text("What it is, outside the catalogue")] = None
    quantity: Annotated[Decimal, field("decimal", "How many")] = Decimal(1)
    price: Annotated[Money, field("money", "Price of one, frozen when the line was added")]
    discount: Annotated[Decimal | None, field("decimal", "Percent off")] = None
    offered_on: Annotated[date | None, field("day", "When it was offered")] = None
    offer_result: Annotated[str | None, choice("offer_results", "What they said")] = None


class Opportunity(Record, frozen=True, kw_only=True):
    """A deal."""

    id: Annotated[str, field("id", "Random id", head=True)]
    title: Annotated[str, text("What people call the deal", head=True)]
    client: Annotated[str, reference("account|contact", "Who buys", head=True)]
    stage: Annotated[str, reference("stage", "Where it stands", head=True, by_commands=True)]
    process: Annotated[str, reference("process", "Which process", head=True, by_commands=True)]
    owner: Annotated[str | None, reference("person", "Who is responsible", head=True)] = None
    department: Annotated[str | None, reference("department", "Whose deal it is", head=True)] = None
    budget: Annotated[Money | None, field("money", "What the client can spend", head=True)] = None
    need: Annotated[str | None, choice("needs", "What they need", head=True)] = None
    probability: Annotated[
        Percent | None, field("percent", "Chance by hand; empty follows the stage", head=True)
    ] = None
    type: Annotated[str | None, choice("types", "Direct or through a partner", head=True)] = None
    close_date: Annotated[
        date | None, field("day", "Expected while open, actual once closed", head=True)
    ] = None
    category: Annotated[str | None, choice("categories", "Size of client", head=True)] = None
    mood: Annotated[str | None, choice("moods", "How the owner feels about it", head=True)] = None
    source: Annotated[str | None, choice("sources", "Where it came from", head=True)] = None
    partner: Annotated[str | None, reference("account", "Partner who brings it")] = None
    tactic: Annotated[str | None, text("How we mean to win it")] = None
    checked_on: Annotated[date | None, field("day", "When the tactic was last checked")] = None
    strengths: Annotated[str | None, text("Our strengths in this deal")] = None
    weaknesses: Annotated[str | None, text("Our weaknesses in this deal")] = None
    main_contact: Annotated[str | None, reference("contact", "Whom we call first")] = None
    main_competitor: Annotated[str | None, reference("competitor", "Strongest rival")] = None
    winner: Annotated[
        str | None, reference("competitor", "Who won it, or unknown", by_commands=True)
    ] = None
    close_reason: Annotated[str | None, choice("close_reasons", "Why it was not won")] = None
    close_details: Annotated[str | None, text("The reason in words")] = None
    actual_revenue: Annotated[Money | None, field("money", "What came in")] = None
    direct_expense: Annotated[Money | None, field("money", "What it cost beside hours")] = None
    is_primary: Annotated[
        bool | None,
        field("yes-no", "First deal of a new client; absent is computed", computed_if_absent=True),
    ] = None
    archived: Annotated[bool | None, field("yes-no", "Out of lists", by_commands=True)] = None
    external: Annotated[dict[str, str] | None, field("mapping", "Ids in other systems")] = None
    custom: Annotated[
        dict[str, str | list[str]] | None, field("mapping", "Fields declared in salescli.yaml")
    ] = None
    contacts: Annotated[list[Stakeholder], item_list(Stakeholder, "People who decide")] = []
    competitors: Annotated[list[Rival], item_list(Rival, "Rivals")] = []
    team: Annotated[list[TeamMember], item_list(TeamMember, "Who works on it")] = []
    products: Annotated[list[Line], item_list(Line, "Product lines")] = []
    leads: Annotated[list[str], field("words", "Leads that the deal covers")] = []


class Lead(Record, frozen=True, kw_only=True):
    """A need, recorded from the first interest."""

    id: Annotated[str, field("id", "Random id", head=True)]
    title: Annotated[str, text("What people call it", head=True)]
    client: Annotated[
        str | None, reference("account|contact", "Who; empty until known", head=True)
    ] = None
    stage: Annotated[str, field("text", "Where it stands", head=True, by_commands=True)]
    need: Annotated[str | None, choice("needs", "What they need", head=True)] = None
    owner: Annotated[str | None, reference("person", "Who is responsible", head=True)] = None
    department: Annotated[str | None, reference("department", "Whose it is", head=True)] = None
    budget: Annotated[Money | None, field("money", "What they can spend", head=True)] = None
    source: Annotated[str | None, choice("sources", "Where it came from", head=True)] = None
    decision_date: Annotated[date | None, field("day", "When they decide", head=True)] = None
    person: Annotated[str | None, text("Name, until there is a client")] = None
    company: Annotated[str | None, text("Company, until there is a client")] = None
    emails: Annotated[list[str], field("words", "E-mail addresses")] = []
    phones: Annotated[list[str], field("words", "Phone numbers")] = []
    medium: Annotated[str | None, choice("media", "How they came")] = None
    meeting_at: Annotated[datetime | None, field("instant", "Agreed meeting")] = None
    products: Annotated[list[str], field("words", "Products they asked about")] = []
    notes: Annotated[str | None, text("Anything else")] = None
    disqualify_reason: Annotated[
        str | None, choice("disqualify_reasons", "Why not", by_commands=True)
    ] = None
    archived: Annotated[bool | None, field("yes-no", "Out of lists", by_commands=True)] = None
    external: Annotated[dict[str, str] | None, field("mapping", "Ids in other systems")] = None
    custom: Annotated[
        dict[str, str | list[str]] | None, field("mapping", "Fields declared in salescli.yaml")
    ] = None


class Account(Record, frozen=True, kw_only=True):
    """A company: client, partner, supplier or bank."""

    id: Annotated[str, field("id", "Random id")]
    name: Annotated[str, text("What people call it")]
    kind: Annotated[str | None, field("account-kind", "Client, partner, supplier or bank")] = None
    emails: Annotated[list[str], field("words", "E-mail addresses")] = []
    phones: Annotated[list[str], field("words", "Phone numbers")] = []
    website: Annotated[str | None, text("Web address")] = None
    address: Annotated[str | None, text("Postal address")] = None
    owner: Annotated[str | None, reference("person", "Who looks after it")] = None
    notes: Annotated[str | None, text("Anything else")] = None
    archived: Annotated[bool | None, field("yes-no", "Out of use")] = None
    merged_into: Annotated[
        str | None, reference("account|contact", "What is left of it", by_commands=True)
    ] = None
    external: Annotated[dict[str, str] | None, field("mapping", "Ids in other systems")] = None
    custom: Annotated[
        dict[str, str | list[str]] | None, field("mapping", "Fields declared in salescli.yaml")
    ] = None


class Contact(Record, frozen=True, kw_only=True):
    """A person outside: a client of their own, or somebody at an account."""

    id: Annotated[str, field("id", "Random id")]
    name: Annotated[str, text("First and last name")]
    account: Annotated[str | None, reference("account", "Company they belong to")] = None
    position: Annotated[str | None, text("Position there")] = None
    emails: Annotated[list[str], field("words", "E-mail addresses")] = []
    phones: Annotated[list[str], field("words", "Phone numbers")] = []
    birthday: Annotated[date | None, field("day", "Day of birth")] = None
    address: Annotated[str | None, text("Postal address")] = None
    owner: Annotated[str | None, reference("person", "Who looks after them")] = None
    notes: Annotated[str | None, text("Anything else")] = None
    archived: Annotated[bool | None, field("yes-no", "Out of use")] = None
    merged_into: Annotated[
        str | None, reference("account|contact", "What is left of them", by_commands=True)
    ] = None
    external: Annotated[dict[str, str] | None, field("mapping", "Ids in other systems")] = None
    custom: Annotated[
        dict[str, str | list[str]] | None, field("mapping", "Fields declared in salescli.yaml")
    ] = None


ACCOUNT_KINDS = ("client", "partner", "supplier", "bank")
LEAD_STAGES = (
    "qualification",
    "nurturing",
    "hand-off",
    "awaiting-sale",
    "satisfied",
    "not-interested",
    "disqualified",
)
RECORD_TYPES: dict[str, type[Record]] = {
    "opportunity": Opportunity,
    "lead": Lead,
    "account": Account,
    "contact": Contact,
}
