"""Money: one decimal amount in one currency, written `12500.00 EUR`. Nothing converts by itself."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from salescli.model.errors import Finding, WrongUsage, finding
from salescli.model.nearest import did_you_mean

# ISO 4217 currencies whose minor unit isn't two decimals; tests/model/test_money.py holds the
# table against babel's copy of CLDR and says where the two standards differ.
DECIMALS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# Codes of ISO 4217: what is paid with, units of account, and what was withdrawn since 2000.
CODES = frozenset(
    (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN "
        "BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR "
        "FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD "
        "JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD "
        "MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
        "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
        "SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST "
        "XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
        "BOV CHE CHW CLF COU MXV UYI UYW "
        "ANG BYR CYP EEK HRK LTL LVL MRO MTL ROL SIT SKK SLL STD TMM TRL VEF ZMK ZWL "
    ).split()
)
MAX_DIGITS = 18  # before the point: more is a slip or an attack
_MONEY = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,6})?)(?: ?([A-Z]{3}))?")
# Python's own context rounds after 28 digits, in silence: too few for price × quantity × share.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


class Money:
    """A non-negative amount with exactly its currency's decimals. A value: never changed.

    Not a Struct, since msgspec would then want a mapping where a file has one scalar.
    """

    __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def __repr__(self) -> str:
        return f"Money({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and (self.amount, self.currency) == (
            other.amount,
            other.currency,
        )

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))


def decimals_of(currency: str) -> int:
    """How many decimals the currency's minor unit has."""
    return DECIMALS.get(currency, 2)


@lru_cache(maxsize=64)
def _quantum(currency: str) -> Decimal:
    return Decimal(1).scaleb(-decimals_of(currency))


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the currency's decimals (domain.md section 3)."""
    return amount.quantize(_quantum(currency), ROUND_HALF_UP, EXACT)


def parse_money(text: str, default_currency: str | None = None) -> Money:
    """Read `12500`, `12500.00 EUR`; raises `WrongUsage` for anything that isn't an amount.

    Without a code the amount is in `default_currency`. More decimals than the currency has are
    refused, never rounded.
    """
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        raise WrongUsage(_not_an_amount(text))
    digits, currency = match.group(1), match.group(2) or default_currency
    if currency is None:
        raise WrongUsage(
            finding("no-currency", f"{text!r} names no currency", hint=f"write {digits} EUR")
        )
    parse_currency(currency)
    amount = Decimal(digits)
    places = -int(amount.as_tuple().exponent)
    if places > decimals_of(currency):
        raise WrongUsage(
            finding(
                "too-many-decimals",
                f"{text!r} has {places} decimals, {currency} has {decimals_of(currency)}",
                hint=f"{round_amount(amount, currency):f} {currency} would be the nearest",
            )
        )
    return Money(round_amount(amount, currency), currency)


def parse_currency(text: str) -> str:
    """Read a currency's code; raises `WrongUsage` for one that ISO 4217 doesn't have."""
    if text in CODES:
        return text
    raise WrongUsage(
        finding(
            "not-a-currency",
            f"{text!r} is not a currency code",
            hint=did_you_mean(text, CODES) or "three capital letters of ISO 4217: EUR",
        )
    )


def _not_an_amount(text: str) -> Finding:
    digits = re.match(r"[0-9]+", text.strip())
    if digits and len(digits[0]) > MAX_DIGITS:
        words = f"{text!r} has {len(digits[0])} digits, {MAX_DIGITS} are allowed"
        return finding("not-an-amount", words, hint="is there a digit too many?")
    return finding("not-an-amount", f"{text!r} is not an amount", hint=_hint(text))


def _hint(text: str) -> str:
    if re.fullmatch(r"[0-9]+,[0-9]{1,2}(?: ?[A-Z]{3})?", text.strip()):
        return f"decimals take a point: {text.strip().replace(',', '.')}"
    if text.strip().startswith("-"):
        return "amounts are never negative"
    return "write it like 12500.00 EUR"


def sum_by_currency(amounts: Iterable[Money]) -> dict[str, Decimal]:
    """Add amounts per currency; keys in alphabetical order."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = EXACT.add(sums.get(money.currency, Decimal(0)), money.amount)
    return dict(sorted(sums.items()))
