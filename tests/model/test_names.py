"""Subjects of conditions: deals, and the other records with their simple fields."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salescli.model.calendar import Calendar
from salescli.model.catalogues import CustomField, Department, Person, Product
from salescli.model.errors import NotFound, WrongUsage
from salescli.model.expression import evaluate, parse_condition
from salescli.model.fields import specs_of
from salescli.model.money import Money
from salescli.model.names import Subject, build_names, subject_of
from salescli.model.records import Account, Contact, Lead, Line, Opportunity, Stakeholder

TODAY = date(2026, 11, 13)
ACCOUNT = Account(
    id="acc-2h6w0r5kdn",
    name="Bright Keys Agency",
    kind="partner",
    emails=["office@brightkeys.example", "sales@brightkeys.example"],
    external={"hubspot": "77120"},
    custom={"stars": "4"},
)
CONTACT = Contact(id="con-4c8t1m9zqa", name="Elena", birthday=date(1988, 4, 2), archived=True)
PERSON = Person(name="Dina Liepa", department="south", left=date(2026, 6, 30))
DEPARTMENT = Department(name="North bank", parent="sales", manager="carl")
PRODUCT = Product(name="Moving service", prices={date(2026, 1, 1): Money(Decimal("900.00"), "EUR")})
LEAD = Lead(
    id="lead-0f5s3q8n2k",
    title="Flat for Elena",
    stage="awaiting-sale",
    meeting_at=datetime(2026, 11, 14, 22, 30, tzinfo=UTC),
)


def holds(kind: str, text: str, subject: Subject) -> bool:
    stars = {"stars": CustomField(name="Stars", type="whole")}
    return evaluate(parse_condition(text, build_names(kind, custom_fields=stars)), subject, TODAY)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("kind=partner", True),
        ("kind=client,bank", False),
        ("emails=sales@brightkeys.example", True),
        ("emails~BRIGHTKEYS", True),
        ("external.hubspot=77120", True),
        ("external", True),
        ("custom", True),
        ("custom.stars>=4", True),
        ("custom.stars>4", False),
        ("phones", False),
        ("!archived", True),
        ("id=acc-2h6w0r5kdn", True),
    ],
)
def test_conditions_on_an_account(text: str, answer: bool) -> None:
    assert holds("account", text, subject_of(ACCOUNT)) is answer


def test_the_kind_of_an_account_is_one_of_four() -> None:
    with pytest.raises(NotFound):
        parse_condition("kind=rival", build_names("account"))


@pytest.mark.parametrize(
    ("kind", "text", "subject", "answer"),
    [
        ("contact", "birthday<1990-01-01", subject_of(CONTACT), True),
        ("contact", "archived", subject_of(CONTACT), True),
        ("contact", "account", subject_of(CONTACT), False),
        ("person", "id=dina", subject_of(PERSON, id="dina"), True),
        ("person", "left<today", subject_of(PERSON, id="dina"), True),
        ("person", "hourly", subject_of(PERSON, id="dina"), False),
        ("department", "parent=sales", subject_of(DEPARTMENT, id="north"), True),
        ("department", "retired", subject_of(DEPARTMENT, id="north"), False),
        ("product", "name~moving", subject_of(PRODUCT, id="moving-service"), True),
        ("product", "prices", subject_of(PRODUCT, id="moving-service"), True),
        ("product", "group", subject_of(PRODUCT, id="moving-service"), False),
    ],
)
def test_conditions_on_other_records(kind: str, text: str, subject: Subject, answer: bool) -> None:
    assert holds(kind, text, subject) is answer


def test_instants_compare_by_the_day_of_the_stores_zone() -> None:
    riga = subject_of(LEAD, calendar=Calendar("Europe/Riga"))  # 15 November, 0:30
    assert holds("lead", "meeting_at=2026-11-15", riga)
    assert holds("lead", "meeting_at=2026-11-14", subject_of(LEAD))


def test_a_list_alone_has_the_keys_of_its_items() -> None:
    deal = Opportunity(
        id="opp-1",
        title="Flat",
        client="con-1",
        stage="qualification",
        process="real-estate",
        contacts=[Stakeholder(contact="con-1", role="influencer"), Stakeholder(contact="con-2")],
        products=[Line(line="line-1", title="Kitchen", price=Money(Decimal("1.00"), "EUR"))],
    )
    subject = subject_of(deal)
    assert list(subject.values("contacts")) == ["con-1", "con-2"]
    assert list(subject.values("contacts.role")) == ["influencer"]
    assert list(subject.values("products.quantity")) == [Decimal(1)]
    assert list(subject.values("products.discount")) == []
    assert list(subject.values("no.such.name")) == []


def test_what_was_computed_stands_over_the_fields() -> None:
    assert list(subject_of(CONTACT, {"name": ("Lena",)}).values("name")) == ["Lena"]


def test_every_declared_field_and_every_key_of_an_item_is_a_name() -> None:
    names = build_names().names
    for spec in specs_of(Opportunity):
        assert spec.name in names
        for inner in specs_of(spec.items) if spec.items else ():
            assert f"{spec.name}.{inner.name}" in names


def test_the_computed_names_of_the_format_are_there() -> None:
    written = (
        "status amount value weighted created_at client_kind new_client overdue stale "
        "days_at_stage days_in_funnel hours proposals proposals.state proposals.amount "
        "proposals.number activities activities.type activities.result activities.owner"
    )
    computed = {name for name, spec in build_names().names.items() if spec.computed}
    assert computed == set(written.split())


def test_values_of_dictionaries_are_checked_only_where_these_are_given() -> None:
    assert parse_condition("mood=grim", build_names()).values == ("grim",)
    with pytest.raises(NotFound):
        parse_condition("mood=grim", build_names(dictionaries={"moods": {"hopeful": "Hopeful"}}))


def test_a_custom_field_has_the_type_it_was_declared_with() -> None:
    stars = {"stars": CustomField(name="Stars", type="whole")}
    with pytest.raises(WrongUsage):
        parse_condition("custom.stars>=many", build_names("account", custom_fields=stars))
