"""Dates and amounts known by their look, where a mapping names no format: `auto`. Pure.

What can be read in two ways is refused, never guessed: 03/04/2026 without an order of day and
month, 1,234 without a sample. A value comes out as a command line would have it.
"""

import re
from datetime import datetime
from functools import lru_cache

from salescli.model.errors import WrongUsage, finding

AUTO = "auto"
ORDERS = ("day-first", "month-first")
"""Words for `date:` in a mapping: any usual form, days and months in that order."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_TIME = (
    r"(?:[T,\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})[\s.-]+(?P<name>[A-Za-z]{3,9})|(?P<name2>[A-Za-z]{3,9})\.?\s+"
    r"(?P<day2>\d{1,2}))[.,]?[\s-]+(?P<year>\d{4})" + _TIME
)
_NUMBERS = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second_>\d{1,2})(?P=sign)(?P<year>\d{4})" + _TIME
)
_DATE_HINT = "write `date:` in the mapping, like %d.%m.%Y, day-first or month-first"

_SYMBOLS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP",),
    "₽": ("RUB",),
    "₴": ("UAH",),
    "₹": ("INR",),
    "₺": ("TRY",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "R$": ("BRL",),
    "US$": ("USD",),
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}
_TIMES = {"": 0, "k": 3, "m": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9}
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?P<before>[A-Z]{{3}})\s*)?(?P<symbol>{_SYMBOL})?\s*"
    r"(?P<number>[0-9](?:[0-9.,'\u2019 \u00a0\u202f]*[0-9])?)"
    r"\s*(?P<times>[KkMmBb](?:n|io)?)?(?![A-Za-z])\s*"
    rf"(?P<symbol2>{_SYMBOL})?\s*(?P<after>[A-Z]{{3}})?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'\u2019 \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")


@lru_cache(maxsize=8192)
def recognise_date(text: str, order: str = AUTO) -> str:
    """A date as `2021-04-15`, with a time as `2021-04-15T00:02:00`, with an offset if it has one.

    Raises `WrongUsage`: for what is no date, and for one whose day could as well be its month,
    unless `order` (`day-first`, `month-first`) says. Dots part day and month in that order.
    """
    text = text.strip()
    match = _YEAR_FIRST.fullmatch(text) or _NAMED.fullmatch(text) or _NUMBERS.fullmatch(text)
    if match is None:
        raise _no_date(text)
    try:
        at = datetime(int(match["year"]), *_month_and_day(match, text, order), *_clock(match))
    except ValueError:
        raise _no_date(text) from None
    if match["hour"] is None:
        return at.date().isoformat()
    zone = match["zone"] or ""
    if zone in ("UTC", "Z"):
        zone = "Z"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return at.isoformat() + zone


def _no_date(text: str) -> WrongUsage:
    return WrongUsage(finding("not-in-format", f"{text!r} is not a date", hint=_DATE_HINT))


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
    half = (match["half"] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, minute, int(match["second"] or 0)


def _month_and_day(match: re.Match[str], text: str, order: str) -> tuple[int, int]:
    if match.re is _YEAR_FIRST:
        return int(match["month"]), int(match["day"])
    if match.re is _NAMED:
        name = (match["name"] or match["name2"]).casefold()
        month = _MONTHS.get(name[:3])
        if month is None:
            raise _no_date(text)
        return month, int(match["day"] or match["day2"])
    first, second = int(match["first"]), int(match["second_"])
    if order == "day-first" or (order == AUTO and (match["sign"] == "." or first > 12)):
        return second, first
    if order == "month-first" or second > 12 or first == second:
        return first, second
    sign, year = match["sign"], match["year"]
    day_first = datetime(int(year), second, first).strftime("%-d %B")
    month_first = datetime(int(year), first, second).strftime("%-d %B")
    raise WrongUsage(
        finding(
            "ambiguous-date",
            f"{first:02}{sign}{second:02}{sign}{year} may be {day_first} or {month_first}",
            hint="say which in the mapping: `date: day-first` or `date: month-first`",
        )
    )


@lru_cache(maxsize=8192)
def recognise_amount(text: str, currency: str | None = None, store: str | None = None) -> str:
    """An amount as `22700.00 USD`, without a currency as `22700.00`; raises `WrongUsage`.

    `342.09K` is 342090, `1.5M` 1500000. A code in the text wins over `currency`, a sign
    must agree with it. `store` is the store's currency: it tells whose dollars `$` are.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        words = f"{text!r} is not an amount"
        hint = "write a sample as `money:` in the mapping, like 1.234,56"
        if text.strip().startswith(("-", "(")):
            hint = "amounts are never negative"
        raise WrongUsage(finding("not-in-format", words, hint=hint))
    number = multiply(_plain_number(match["number"], text), match["times"] or "")
    code = _code(match, text, currency, store)
    return f"{number} {code}" if code else number


def multiply(number: str, times: str) -> str:
    """A plain decimal number times a thousand (`K`), a million (`M`) or a milliard (`B`)."""
    shift = _TIMES[times.casefold()]
    if not shift:
        return number
    whole, _, part = number.partition(".")
    part = part.ljust(shift, "0")
    whole, part = (whole + part[:shift]).lstrip("0") or "0", part[shift:].rstrip("0")
    return f"{whole}.{part}" if part else whole


def _plain_number(number: str, text: str) -> str:
    signs = [sign for sign in number if not sign.isdigit()]
    points = [sign for sign in signs if sign in ".,"]
    if not signs:
        return number
    last = signs[-1]
    is_decimal = last in ".," and signs.count(last) == 1
    if is_decimal and len(signs) == 1 and _GROUPED.fullmatch(number) and not number.startswith("0"):
        raise WrongUsage(
            finding(
                "ambiguous-amount",
                f"{text!r} may have thousands or three decimals",
                hint="write a sample as `money:` in the mapping, like 1,234.56 or 1.234,56",
            )
        )
    whole, part = number, ""
    if is_decimal:
        whole, _, part = number.rpartition(last)
    rest = set(signs[:-1] if is_decimal else signs)
    if len(rest) > 1 or (rest and not _GROUPED.fullmatch(whole)) or len(set(points)) > 2:
        raise WrongUsage(finding("not-in-format", f"{text!r} is not an amount"))
    digits = re.sub(r"[^0-9]", "", whole)
    return f"{digits}.{part}" if part else digits


def _code(match: re.Match[str], text: str, currency: str | None, store: str | None) -> str | None:
    said = match["before"] or match["after"]
    symbol = match["symbol"] or match["symbol2"]
    meant = (said,) if said else _SYMBOLS.get(symbol or "", ())
    if not meant:
        return currency
    if said or (currency is None and len(meant) == 1):
        return meant[0]
    if (currency or store) in meant:
        return currency or store
    if currency is None:
        words = f"{symbol} may be {', '.join(meant[:3])} …"
        hint = f"write `currency: {meant[0]}` in the mapping"
        raise WrongUsage(finding("unclear-currency", f"{text!r}: {words}", hint=hint))
    words = f"{text!r} is not in {currency}, which the mapping says"
    raise WrongUsage(finding("other-currency", words, hint=f"is it {meant[0]}?"))
