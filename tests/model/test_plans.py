"""Keys of plans, and the plan of any days (domain.md section 7, format.md section 4)."""

from datetime import date
from decimal import Decimal

import pytest

from salescli.model.calendar import Calendar
from salescli.model.errors import WrongUsage
from salescli.model.money import Money
from salescli.model.plans import add_plans, days_of, in_currency, key_of, plan_of, year_of

CALENDAR = Calendar("Europe/Riga")
FROM_APRIL = Calendar("Europe/Riga", fiscal_year_start=4)
TODAY = date(2026, 11, 2)


def euros(amount: int) -> Money:
    return Money(Decimal(f"{amount}.00"), "EUR")


def planned(period: str, calendar: Calendar = CALENDAR, **keys: int | str) -> str | None:
    """The plan of a period, of entries written `Y2026_Q3=5` or, in dollars, `="5"`."""
    entries = {}
    for key, amount in keys.items():
        money = Money(Decimal(f"{amount}.00"), "USD") if isinstance(amount, str) else euros(amount)
        entries[days_of(key.removeprefix("Y").replace("_", "-"), calendar)] = money
    found = plan_of(entries, calendar.parse_period(period, TODAY))
    return None if found is None else str(found)


def test_the_year_of_a_key_is_that_of_its_file():
    assert [year_of(key) for key in ("2026", "2026-Q4", "2026-12", "FY2026", "FY2026-Q1")] == (
        ["2026"] * 5
    )


@pytest.mark.parametrize(
    "text", ["", "26", "2026-13", "2026-Q5", "FY2026-04", "2026-04-01", "0000", "2026-4", "x2026"]
)
def test_what_is_no_year_quarter_or_month_is_no_key(text):
    assert year_of(text) is None
    with pytest.raises(WrongUsage):
        days_of(text, CALENDAR)


def test_fiscal_keys_have_the_companys_days():
    assert days_of("FY2026-Q4", FROM_APRIL) == (date(2027, 1, 1), date(2027, 3, 31))
    assert days_of("FY2026", FROM_APRIL) == (date(2026, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-Q3", "2026-Q3"),
        ("FY2026", "FY2026"),
        ("this-month", "2026-11"),
        ("last-quarter", "2026-Q3"),
        ("next-quarter", "2027-Q1"),
        ("next-year", "2027"),
        ("2026-01..2026-03", "2026-Q1"),
        ("2026-12-01..2026-12-31", "2026-12"),
    ],
)
def test_what_is_typed_becomes_the_key_of_its_days(typed, key):
    assert key_of(typed, CALENDAR, TODAY) == key


@pytest.mark.parametrize("typed", ["all", "2026-01..", "this-week", "2026-02..2026-04", "today"])
def test_other_days_have_no_key(typed):
    with pytest.raises(WrongUsage) as error:
        key_of(typed, CALENDAR, TODAY)
    assert error.value.findings[0].code == "bad-plan-period"


def test_the_entry_of_just_these_days_goes_before_its_parts():
    assert planned("2026-Q1", Y2026_Q1=9, Y2026_01=1, Y2026_02=1, Y2026_03=1) == "9.00 EUR"


def test_without_one_all_months_are_added_before_the_quarters():
    months = {f"Y2026_{month:02}": 1 for month in range(1, 13)}
    quarters = {f"Y2026_Q{quarter}": 5 for quarter in range(1, 5)}
    assert planned("2026", **months, **quarters) == "12.00 EUR"
    del months["Y2026_07"]
    assert planned("2026", **months, **quarters) == "20.00 EUR"
    del quarters["Y2026_Q1"]
    assert planned("2026", **months, **quarters) is None


def test_nothing_is_ever_divided_nor_mixed_of_months_and_quarters():
    assert planned("2026-01", Y2026_Q1=9) is None
    assert planned("2026-01..2026-06", Y2026_Q1=9, Y2026_04=1, Y2026_05=1, Y2026_06=1) is None
    assert planned("2026-01-02..2026-01-31", Y2026_01=9) is None


def test_months_in_two_currencies_leave_it_to_the_quarters():
    months: dict[str, int | str] = {"Y2026_01": 1, "Y2026_02": "2", "Y2026_03": 3}
    assert planned("2026-Q1", **months) is None
    assert planned("2026-01..2026-06", **months, Y2026_Q1=7, Y2026_Q2=8) == "15.00 EUR"


def test_any_run_of_whole_months_has_a_plan_also_over_two_years():
    assert planned("2026-12..2027-01", Y2026_12=2, Y2027_01=3) == "5.00 EUR"
    quarters = {"Y2026_Q2": 1, "Y2026_Q3": 1, "Y2026_Q4": 1, "Y2027_Q1": 1}
    assert planned("FY2026", FROM_APRIL, **quarters) == "4.00 EUR"


@pytest.mark.parametrize("period", ["all", "2026-01..", "..2026-12"])
def test_an_open_period_has_no_plan(period):
    assert planned(period, Y2026=5) is None


def test_the_last_days_of_all_are_no_month_that_could_be_planned():
    assert plan_of({}, CALENDAR.parse_period("9999-12", TODAY)) is None


def test_plans_of_two_stores_add_up_in_each_currency():
    euros, dollars = Money(Decimal("100.00"), "EUR"), Money(Decimal("7.00"), "USD")
    assert add_plans((euros,), (euros,)) == (Money(Decimal("200.00"), "EUR"),)
    assert add_plans((dollars,), (euros,)) == (euros, dollars)
    assert add_plans((), (euros,)) == (euros,)
    assert add_plans((), ()) == ()
    assert in_currency((euros, dollars), "USD") == (dollars,)
    assert in_currency((euros, dollars), None) == (euros, dollars)
    assert in_currency((euros,), "CHF") == ()
