from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.catalogues import (
    DICTIONARIES,
    Choice,
    Department,
    Person,
    Plan,
    Settings,
    Team,
    choice_named,
    departments_under,
    is_employed_on,
    value_on,
)
from salescli.model.conversion import build_record
from salescli.model.money import parse_money


def keys_of(record):
    """A record's keys as they stand on disk, in the order of their declaration."""
    return tuple(info.encode_name for info in msgspec.structs.fields(record))


def test_settings_left_out_are_the_formats_defaults():
    settings = build_record({"format": "1", "name": "x"}, Settings)
    assert settings == Settings(
        format=1,
        name="x",
        currency=None,
        time_zone="UTC",
        week_start="monday",
        fiscal_year_start=1,
        process="real-estate",
        start_process="never",
        size_bands=[],
        custom_fields={},
    )


def test_the_formats_settings_are_read(read_block):
    settings = build_record(read_block("salescli.yaml"), Settings)
    assert settings.size_bands == [parse_money("100000 EUR"), parse_money("250000 EUR")]
    mortgage = settings.custom_fields["opportunity"]["mortgage"]
    assert (mortgage.type, mortgage.values) == ("choice", ["none", "asked", "granted", "refused"])


def test_every_dictionary_of_the_format_is_known(read_block):
    assert set(read_block("dictionaries.yaml")) == set(DICTIONARIES)


def test_objects_of_a_plan_stand_in_the_order_of_the_format():
    assert keys_of(Plan) == ("client", "company", "department", "need", "owner", "product")


def test_a_value_of_a_dictionary_is_its_name_or_has_flags():
    flagged = Choice(name="Other", details=True)
    dictionary = {"price": "Price", "other": flagged}
    assert choice_named(dictionary, "price") == Choice(name="Price")
    assert choice_named(dictionary, "other") is flagged
    assert choice_named(dictionary, "weather") is None


def test_the_flag_for_imports_is_called_import_on_disk():
    value = build_record({"name": "Not recorded", "import": "true"}, Choice)
    assert value.imported is True
    assert build_record({"name": "x"}, Choice).imported is None


@pytest.mark.parametrize(
    ("day", "employed"), [("2026-06-29", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_person_works_to_the_end_of_the_last_day(read_block, day, employed):
    people = build_record(read_block("team.yaml"), Team).people
    assert is_employed_on(people["dina"], date.fromisoformat(day)) is employed
    assert is_employed_on(people["anna"], date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        ("2025-12-31", None),
        ("2026-01-01", "38.00 EUR"),
        ("2026-06-30", "38.00 EUR"),
        ("2026-07-01", "40.00 EUR"),
        ("2030-01-01", "40.00 EUR"),
    ],
)
def test_a_dated_value_holds_from_its_day_on(read_block, day, cost):
    hourly = build_record(read_block("team.yaml"), Team).people["anna"].hourly
    found = value_on(hourly, date.fromisoformat(day))
    assert (found and str(found)) == cost
    backwards = dict(reversed(list(hourly.items())))
    assert value_on(backwards, date.fromisoformat(day)) == found


def test_nobody_has_a_price_before_the_first():
    assert value_on(Person(name="x").hourly, date(2026, 1, 1)) is None


def test_a_department_takes_in_all_below_it(read_block):
    departments = build_record(read_block("team.yaml"), Team).departments
    assert departments_under(departments, "sales") == {"sales", "north", "south"}
    assert departments_under(departments, "north") == {"north"}


def test_a_cycle_of_departments_ends():
    departments = {
        "a": Department(name="A", parent="b"),
        "b": Department(name="B", parent="a"),
        "c": Department(name="C"),
    }
    assert departments_under(departments, "a") == {"a", "b"}


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8), st.integers(0, 7))
def test_a_department_is_below_whatever_its_parents_lead_to(parents, top):
    departments = {
        str(number): Department(name="x", parent=str(parent))
        for number, parent in enumerate(parents)
    }

    def climbs_to_top(number):
        seen = set()
        while number not in seen:
            if number == top:
                return True
            seen.add(number)
            number = parents[number]
        return False

    expected = {str(number) for number in range(8) if climbs_to_top(number)}
    assert departments_under(departments, str(top)) == expected
