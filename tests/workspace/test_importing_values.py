"""Dates and amounts as other systems write them."""

import pytest

from salescli.model.errors import WrongUsage
from salescli.workspace.importing.values import (
    date_words,
    fill_template,
    money_words,
    parse_amount,
    parse_date,
    part_taken,
    template_columns,
)


@pytest.mark.parametrize(
    ("text", "format", "meant"),
    [
        ("2017-03-01", "%Y-%m-%d", "2017-03-01"),
        ("2026-12-02T13:15:00Z", "%Y-%m-%d", "2026-12-02T13:15:00Z"),  # as an export has it
        ("01.03.2017", "%d.%m.%Y", "2017-03-01"),
        ("3/1/2017", "%m/%d/%Y", "2017-03-01"),
        ("1/3/2017", "%d/%m/%Y", "2017-03-01"),
        (" 01 Mar 17 ", "%d %b %y", "2017-03-01"),
        ("2017-03-01 14:30", "%Y-%m-%d %H:%M", "2017-03-01T14:30:00"),
    ],
)
def test_a_date_is_read_by_its_format(text, format, meant):
    assert parse_date(text, format) == meant


@pytest.mark.parametrize("text", ["2017-02-30", "01.03.2017", "2017-03-01 10:00", "soon", ""])
def test_a_date_in_another_format_is_refused(text):
    with pytest.raises(WrongUsage) as raised:
        parse_date(text, "%Y-%m-%d")
    assert raised.value.findings[0].code == "not-in-format"
    assert "%Y-%m-%d" in raised.value.findings[0].text


@pytest.mark.parametrize("format", ["%d.%m.%Y", "%Y%m%d", "%d %B %Y %H:%M:%S", "%m/%d/%y %I:%M %p"])
def test_a_format_that_says_the_whole_day_is_right(format):
    assert date_words(format) == ""


@pytest.mark.parametrize("format", ["%Y-%m", "%d/%m", "YYYY-MM-DD", "%Y-%m-%d %z", "%q", "%c"])
def test_a_format_that_leaves_the_day_open_is_wrong(format):
    assert date_words(format) != ""


@pytest.mark.parametrize(
    ("text", "sample", "currency", "meant"),
    [
        ("1054", "1234", "USD", "1054 USD"),
        ("1054.5", "1234.56", "USD", "1054.5 USD"),
        ("1,234.56", "1,234.56", "USD", "1234.56 USD"),
        ("1234.56", "1,234.56", "USD", "1234.56 USD"),
        ("12,345,678.90", "1,234.56", "USD", "12345678.90 USD"),
        ("1.234,56", "1.234,56", "EUR", "1234.56 EUR"),
        ("1 234,56", "1 234,56", "EUR", "1234.56 EUR"),
        ("1\u00a0234,56", "1\u00a0234,56", "EUR", "1234.56 EUR"),
        ("1'234.50", "1'234.56", "CHF", "1234.50 CHF"),
        ("$22,700.00", "$22,700.00", "USD", "22700.00 USD"),
        ("22,700.00", "$22,700.00", "USD", "22700.00 USD"),
        ("1.234,56 €", "1.234,56 €", "EUR", "1234.56 EUR"),
        ("1,234.56 GBP", "1,234.56", "USD", "1234.56 GBP"),
        ("1,234.56", "1,234.56", None, "1234.56"),
        ("12,500", "1,234", "JPY", "12500 JPY"),
    ],
)
def test_an_amount_is_read_by_its_sample(text, sample, currency, meant):
    assert parse_amount(text, sample, currency) == meant


@pytest.mark.parametrize(
    ("text", "sample"),
    [
        ("12.500,00", "1,234.56"),
        ("12,500.00", "1.234,56"),
        ("1,23", "1,234.56"),
        ("1,2345.00", "1,234.56"),
        ("12,34,567.00", "1,234.56"),
        ("1,234.56", "1234.56"),
        ("-5.00", "1234.56"),
        ("(5.00)", "1234.56"),
        ("€5.00", "$1,234.56"),
        ("much", "1234.56"),
        ("1e3", "1234.56"),
        ("", "1234.56"),
        ("٣", "1234.56"),
    ],
)
def test_an_amount_in_another_format_is_refused(text, sample):
    with pytest.raises(WrongUsage) as raised:
        parse_amount(text, sample, "USD")
    assert raised.value.findings[0].code == "not-in-format"


@pytest.mark.parametrize(
    "sample", ["", "amount", "1,234,56x7", "1.234.56.7", "1,234,567"[:5] + ","]
)
def test_a_sample_that_shows_no_amount_is_wrong(sample):
    assert money_words(sample) != ""


@pytest.mark.parametrize("sample", ["1234", "1,234.56", "1.234,56", "$22,700.00", "1 234,56 kr"])
def test_a_sample_that_shows_an_amount_is_right(sample):
    assert money_words(sample) == ""


def test_a_text_takes_its_columns():
    assert template_columns("{product} for {account name}") == ["product", "account name"]
    cells = {"product": "GTX Pro", "account name": "Isdom"}
    assert fill_template("{product} for {account name}", cells) == "GTX Pro for Isdom"


def test_what_stands_in_a_column_is_no_template_itself():
    assert fill_template("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


@pytest.mark.parametrize(
    ("cell", "name", "mail"),
    [
        ("Jane Doe (jane@acme.example)", "Jane Doe", "jane@acme.example"),
        ("Jane (Jay) (j@a.example);Bob (b@a.example)", "Jane (Jay)", "j@a.example"),
        ("Jane (Jay)", "Jane (Jay)", ""),
        ("jane@acme.example", "jane@acme.example", "jane@acme.example"),
    ],
)
def test_of_a_person_with_an_address_either_is_taken(cell, name, mail):
    assert (part_taken(cell, "name"), part_taken(cell, "mail")) == (name, mail)
