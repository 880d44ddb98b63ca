"""Dates and amounts as other systems write them, by the formats of a mapping. Pure.

A value comes out as a command line would have it (`2017-03-01`, `1054.00 USD`), so that what is
right or wrong about it is said where it is said for commands.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from salescli.model.errors import WrongUsage, finding
from salescli.workspace.importing.recognised import (
    AUTO,
    ORDERS,
    multiply,
    recognise_amount,
    recognise_date,
)

_SAMPLE_DAY = datetime(2017, 3, 25, 13, 45, 59)
_CORE = re.compile(
    r"(?P<prefix>[^0-9.,]*)"
    r"(?P<whole>[0-9]{1,3}(?:(?P<group>[.,'\u2019 \u00a0\u202f])[0-9]{3})+|[0-9]+)"
    r"(?:(?P<point>[.,])[0-9]+)?"
    r"(?P<suffix>[^0-9.,]*)"
)
_BRACKET = re.compile(r"(?P<before>.*\S)\s*\((?P<inside>[^()]+)\)", re.DOTALL)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
OWN_DAY = "%Y-%m-%d"  # how salescli writes days; by it, it also takes the times that it writes
_OWN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


def template_columns(text: str) -> list[str]:
    """The columns that a text names in braces."""
    return _TEMPLATE.findall(text)


def rename_columns(text: str, rename: Callable[[str], str]) -> str:
    """A text whose columns in braces have other names."""
    return _TEMPLATE.sub(lambda match: f"{{{rename(match[1])}}}", text)


def fill_template(text: str, cells: dict[str, str]) -> str:
    """A text with its columns put in."""
    filled = _TEMPLATE.sub(lambda match: cells.get(match[1], ""), text)
    return " ".join(filled.split()) if "\n" not in text else filled


def first_part(text: str) -> str:
    """The first of several in one cell, as systems write them: `Acme;Bluth`."""
    return next((part.strip() for part in text.split(";") if part.strip()), "")


def before_bracket(text: str) -> str:
    """What stands before a bracket at the end: the stage of `Closed won (Sales Pipeline)`."""
    match = _BRACKET.fullmatch(text)
    return match["before"] if match else text


def name_and_mail(text: str) -> tuple[str, str]:
    """The name and the address of `Jane Doe (jane@acme.example)`; the address may be empty."""
    match = _BRACKET.fullmatch(text)
    if match is None or not is_mail(match["inside"]):
        return text, ""
    return match["before"], match["inside"]


def part_taken(text: str, take: str) -> str:
    """What a mapping's `take` takes of a cell: of `Jane (jane@a.example);Bob` the first name …"""
    if take == "before-bracket":
        return before_bracket(text)
    first = first_part(text)
    if take == "first":
        return first
    name, mail = name_and_mail(first)
    if take == "name":
        return name
    return first if is_mail(first) else mail


def is_mail(text: str) -> bool:
    """Whether a text is an address and nothing else."""
    return _MAIL.fullmatch(text) is not None


def date_words(format: str) -> str:
    """What is wrong with a date format; empty if nothing is."""
    if format in (AUTO, *ORDERS):
        return ""
    if re.search(r"%[zZsc]", format):
        return f"{format!r} has an offset or a locale's form: write the parts, like %d.%m.%Y %H:%M"
    try:
        back = datetime.strptime(_SAMPLE_DAY.strftime(format), format)
    except (ValueError, re.error):
        return f"{format!r} is not a date format: write it like %Y-%m-%d or %d/%m/%Y"
    if back.date() != _SAMPLE_DAY.date():
        return f"{format!r} doesn't say the whole day: year, month and day"
    return ""


@lru_cache(maxsize=4096)
def parse_date(text: str, format: str) -> str:
    """A date as `2017-03-01`, with a time as `2017-03-01T14:30:00`; raises `WrongUsage`.

    By the format of our own days, times with an offset as our exports have them are read as well.
    """
    if format in (AUTO, *ORDERS):
        return recognise_date(text, format)
    if format == OWN_DAY and _OWN_TIME.fullmatch(text.strip()):
        return recognise_date(text, AUTO)
    try:
        at = datetime.strptime(text.strip(), format)
    except ValueError:
        shown = _SAMPLE_DAY.strftime(format)
        raise WrongUsage(
            finding(
                "not-in-format",
                f"{text!r} is not a date in the mapping's format {format}",
                hint=f"that is like {shown}",
            )
        ) from None
    return at.isoformat() if "%H" in format or "%I" in format else at.date().isoformat()


def parse_seconds(text: str) -> str:
    """A length in seconds as minutes, those begun included; raises `WrongUsage`."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip(), re.ASCII):
        said = finding("not-in-format", f"{text!r} is not a number of seconds")
        raise WrongUsage(said)
    return str(-(-int(text) // 60))


def money_words(sample: str) -> str:
    """What is wrong with a sample amount; empty if nothing is."""
    if sample == AUTO:
        return ""
    match = _CORE.fullmatch(sample.strip())
    if match is None:
        return f"{sample!r} shows no amount: write one like 1,234.56"
    if match["group"] and match["group"] == match["point"]:
        return f"{sample!r} has one sign for thousands and decimals"
    return ""


@lru_cache(maxsize=64)
def _amount_pattern(sample: str) -> re.Pattern[str]:
    match = _CORE.fullmatch(sample.strip())
    assert match is not None  # `money_words` has looked at it
    group, point = match["group"], match["point"]
    point = point or ("," if group == "." else ".")
    whole = r"[0-9]+"
    if group:
        whole = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+"
    return re.compile(
        rf"(?:{re.escape(match['prefix'].strip())})?\s*"
        rf"(?P<whole>{whole})(?:{re.escape(point)}(?P<part>[0-9]+))?\s*"
        rf"(?P<times>[KkMm])?(?:{re.escape(match['suffix'].strip())})?\s*(?P<code>[A-Z]{{3}})?"
    )


@lru_cache(maxsize=4096)
def parse_amount(
    text: str, sample: str, currency: str | None = None, store: str | None = None
) -> str:
    """An amount as `1054.00 USD`, without a currency as `1054.00`; raises `WrongUsage`.

    Thousands are grouped as in the sample or not at all; a code in the text wins over `currency`.
    `K` and `M` behind it are thousands and millions.
    """
    if sample == AUTO:
        return recognise_amount(text, currency, store)
    match = _amount_pattern(sample).fullmatch(text.strip())
    if match is None:
        raise WrongUsage(
            finding(
                "not-in-format",
                f"{text!r} is not an amount in the mapping's format {sample}",
                hint="amounts are never negative" if text.strip().startswith(("-", "(")) else "",
            )
        )
    digits = re.sub(r"[^0-9]", "", match["whole"])
    number = f"{digits}.{match['part']}" if match["part"] else digits
    number = multiply(number, match["times"] or "")
    code = match["code"] or currency
    return f"{number} {code}" if code else number
