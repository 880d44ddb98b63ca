"""Dates and amounts by their look: what has one meaning is taken, what has two is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.errors import WrongUsage
from salescli.workspace.importing.recognised import recognise_amount, recognise_date


def code_of(call, *arguments):
    with pytest.raises(WrongUsage) as caught:
        call(*arguments)
    return caught.value.findings[0].code


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2021-04-15", "2021-04-15"),
        ("2021/4/5", "2021-04-05"),
        ("15 Apr, 2021 00:02:00", "2021-04-15T00:02:00"),
        ("Apr 15, 2021 12:02 AM", "2021-04-15T00:02:00"),
        ("April 15, 2021, 1:02 pm", "2021-04-15T13:02:00"),
        ("15-Apr-2021", "2021-04-15"),
        ("15/04/2021", "2021-04-15"),
        ("04/15/2021", "2021-04-15"),
        ("05/05/2021", "2021-05-05"),
        ("03.04.2026", "2026-04-03"),
        ("3/15/2026, 2:05 PM", "2026-03-15T14:05:00"),
        ("2026-03-04T14:05:00.000+0200", "2026-03-04T14:05:00+02:00"),
        ("2026-03-04T14:05:00Z", "2026-03-04T14:05:00Z"),
    ],
)
def test_a_date_of_one_meaning_is_taken(text, meant):
    assert recognise_date(text) == meant


def test_a_date_of_two_meanings_waits_for_the_order():
    assert code_of(recognise_date, "03/04/2026") == "ambiguous-date"
    assert recognise_date("03/04/2026", "day-first") == "2026-04-03"
    assert recognise_date("03/04/2026", "month-first") == "2026-03-04"
    assert code_of(recognise_date, "15/04/2026", "month-first") == "not-in-format"


@pytest.mark.parametrize(
    "text", ["", "soon", "31/02/2026", "13/13/2026", "15 Foo 2021", "1/2/26", "2026-03-04 25:00",
             "2026-03-04 13:00 PM", "2026-W10", "45631"]
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    assert code_of(recognise_date, text) == "not-in-format"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back_in_both_orders(day):
    assert recognise_date(f"{day:%d/%m/%Y}", "day-first") == day.isoformat()
    assert recognise_date(f"{day:%m/%d/%Y}", "month-first") == day.isoformat()
    if day.day > 12 or day.day == day.month:
        assert recognise_date(f"{day:%m/%d/%Y}") == recognise_date(f"{day:%d/%m/%Y}")
    else:
        assert code_of(recognise_date, f"{day:%m/%d/%Y}") == "ambiguous-date"


@pytest.mark.parametrize(
    ("text", "currency", "meant"),
    [
        ("$22,700.00", "USD", "22700.00 USD"),
        ("342.09K", "USD", "342090 USD"),
        ("1.5M", None, "1500000"),
        ("1.234,56", None, "1234.56"),
        ("12,5", None, "12.5"),
        ("1 234,56 €", None, "1234.56 EUR"),
        ("1'234.50 CHF", None, "1234.50 CHF"),
        ("EUR 12,5", "USD", "12.5 EUR"),
        ("1,234,567", None, "1234567"),
        ("1,234.5", None, "1234.5"),
        ("0.125", None, "0.125"),
        ("900", "EUR", "900 EUR"),
    ],
)
def test_an_amount_of_one_meaning_is_taken(text, currency, meant):
    assert recognise_amount(text, currency) == meant


def test_an_amount_of_two_meanings_is_refused():
    assert code_of(recognise_amount, "1,234") == "ambiguous-amount"
    assert code_of(recognise_amount, "1.234") == "ambiguous-amount"


def test_whose_dollars_they_are_the_mapping_or_the_store_says():
    assert code_of(recognise_amount, "$5") == "unclear-currency"
    assert recognise_amount("$5", None, "CAD") == "5 CAD"
    assert code_of(recognise_amount, "$5", None, "EUR") == "unclear-currency"
    assert code_of(recognise_amount, "$5", "EUR") == "other-currency"


@pytest.mark.parametrize("text", ["-5", "(5)", "12.5.0", "1,23,456", "12abc", "", "1,2,3.4.5"])
def test_what_is_no_amount_is_refused(text):
    assert code_of(recognise_amount, text) == "not-in-format"


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_every_grouped_amount_comes_back_by_both_signs(whole, cents):
    assert recognise_amount(f"{whole:,}.{cents:02}") == f"{whole}.{cents:02}"
    turned = f"{whole:,}.{cents:02}".translate(str.maketrans(",.", ".,"))
    assert recognise_amount(turned) == f"{whole}.{cents:02}"
