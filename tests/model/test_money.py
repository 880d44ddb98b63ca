from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.errors import WrongUsage
from salescli.model.money import (
    CODES,
    Money,
    decimals_of,
    parse_currency,
    parse_money,
    round_amount,
    sum_by_currency,
)

# CLDR has one figure for what people show; ISO 4217, which the format follows, one for what the
# minor unit is. Money on disk must not lose what a bank statement has, so ISO wins.
COINS_OUT_OF_USE = "ISO has two decimals, CLDR shows none: the coins are out of use"
WITHDRAWN = "ISO had two decimals until the code was withdrawn; CLDR shows none"
ISO_NOT_CLDR = {
    **dict.fromkeys(
        "AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK RSD SOS SYP YER".split(),
        (2, COINS_OUT_OF_USE),
    ),
    **dict.fromkeys("ADP BYR ESP ITL LUF MGF MRO".split(), (2, WITHDRAWN)),
    **dict.fromkeys("SLL STD TMM TRL ZMK ZWD".split(), (2, WITHDRAWN)),
    "IQD": (3, "ISO: a dinar is 1000 fils; CLDR shows none, no fils are coined"),
}


@pytest.mark.parametrize("currency", sorted(list_currencies()))
def test_every_currency_has_the_decimals_of_its_minor_unit(currency):
    expected, _ = ISO_NOT_CLDR.get(currency, (get_currency_precision(currency), ""))
    assert decimals_of(currency) == expected


def test_all_that_is_paid_with_today_is_a_currency_and_nothing_that_never_was():
    territories = get_global("territory_currencies").values()
    today = {
        code for entries in territories for code, _, end, tender in entries if tender and not end
    }
    assert today <= CODES
    assert list_currencies() >= CODES


@pytest.mark.parametrize(
    ("text", "hint"), [("eur", "did you mean EUR?"), ("EURO", "did you mean EUR?"), ("ZZZ", "ISO")]
)
def test_what_is_no_currency_is_refused_with_the_nearest(text, hint):
    with pytest.raises(WrongUsage) as refused:
        parse_currency(text)
    (found,) = refused.value.findings
    assert found.code == "not-a-currency" and hint in found.hint


def test_an_amount_in_no_currency_is_refused():
    with pytest.raises(WrongUsage, match="'ZZZ' is not a currency code"):
        parse_money("5 ZZZ")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("240000.00 EUR", "240000.00 EUR"),
        ("12500 EUR", "12500.00 EUR"),
        ("12500.5 EUR", "12500.50 EUR"),
        ("12500EUR", "12500.00 EUR"),
        ("  0 EUR ", "0.00 EUR"),
        ("007 EUR", "7.00 EUR"),
        ("12500 JPY", "12500 JPY"),
        ("1.234 KWD", "1.234 KWD"),
        ("1 UYW", "1.0000 UYW"),
        ("999999999999999999 EUR", "999999999999999999.00 EUR"),
        ("0.000001 EUR", None),
    ],
)
def test_an_amount_is_written_with_all_decimals_of_its_currency(text, written):
    if written is None:
        with pytest.raises(WrongUsage):
            parse_money(text)
    else:
        assert str(parse_money(text)) == written


def test_an_amount_without_a_code_is_in_the_default_currency():
    assert str(parse_money("12500", "JPY")) == "12500 JPY"
    assert str(parse_money("12500 EUR", "JPY")) == "12500.00 EUR"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("12,5", "not-an-amount", "decimals take a point: 12.5"),
        ("12,50 EUR", "not-an-amount", "decimals take a point: 12.50 EUR"),
        ("-5 EUR", "not-an-amount", "amounts are never negative"),
        ("12 500 EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("12.500,00 EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("1e3 EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("NaN", "not-an-amount", "write it like 12500.00 EUR"),
        ("inf EUR", "not-an-amount", "write it like 12500.00 EUR"),
        (".5 EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("5. EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("٣ EUR", "not-an-amount", "write it like 12500.00 EUR"),
        ("5 eur", "not-an-amount", "write it like 12500.00 EUR"),
        ("5 EURO", "not-an-amount", "write it like 12500.00 EUR"),
        ("1234567890123456789 EUR", "not-an-amount", "is there a digit too many?"),
        ("", "not-an-amount", "write it like 12500.00 EUR"),
        ("5", "no-currency", "write 5 EUR"),
        ("1.005 EUR", "too-many-decimals", "1.01 EUR would be the nearest"),
        ("1.5 JPY", "too-many-decimals", "2 JPY would be the nearest"),
        ("1.00 JPY", "too-many-decimals", "1 JPY would be the nearest"),
    ],
)
def test_what_is_no_amount_is_refused_and_told_how_to_write_it(text, code, hint):
    with pytest.raises(WrongUsage) as caught:
        parse_money(text)
    (found,) = caught.value.findings
    assert (found.code, found.hint) == (code, hint)


@given(
    st.integers(0, 10**18 - 1),
    st.sampled_from([("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4)]),
)
def test_what_is_written_reads_back_as_the_same_money(units, currency):
    code, places = currency
    digits = str(units).rjust(places + 1, "0")
    text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}".rstrip(".")
    money = parse_money(f"{text} {code}")
    assert str(money) == f"{text} {code}"
    assert money == Money(Decimal(text), code)
    assert hash(money) == hash(parse_money(str(money)))


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text):
    try:
        money = parse_money(text, "EUR")
    except WrongUsage:
        return
    assert parse_money(str(money)) == money


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("0.015", "EUR", "0.02"),  # half even would say 0.02, too
        ("0.025", "EUR", "0.03"),  # half even would say 0.02
        ("0.0249", "EUR", "0.02"),
        ("2.5", "JPY", "3"),
        ("0.0005", "KWD", "0.001"),
        ("12345678901234567890123456789012.345", "EUR", "12345678901234567890123456789012.35"),
    ],
)
def test_halves_go_up(amount, currency, rounded):
    assert str(round_amount(Decimal(amount), currency)) == rounded


@given(st.integers(0, 10**12))
def test_rounding_is_that_of_whole_cents(thousandths):
    cents = (thousandths + 5) // 10
    assert round_amount(Decimal(thousandths) / 1000, "EUR") == Decimal(cents) / 100


def test_money_of_two_currencies_is_never_equal_and_never_added():
    euro, dollar = parse_money("1 EUR"), parse_money("1 USD")
    assert euro != dollar
    assert euro != "1.00 EUR"
    assert sum_by_currency([dollar, euro, euro]) == {"EUR": Decimal(2), "USD": Decimal(1)}
    assert list(sum_by_currency([dollar, euro])) == ["EUR", "USD"]
    assert sum_by_currency([]) == {}


def test_a_sum_keeps_every_cent_of_amounts_longer_than_pythons_own_decimals():
    large = Money(Decimal("1" + "0" * 30 + ".00"), "EUR")
    assert sum_by_currency([large, parse_money("0.01 EUR")])["EUR"] == Decimal(
        "1" + "0" * 30 + ".01"
    )


def test_money_shows_itself_as_it_is_written():
    assert repr(parse_money("5 EUR")) == "Money(5.00 EUR)"
