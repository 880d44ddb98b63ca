"""What people type, turned into document values by a field's kind. No catalogue is known here."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from salescli.model.calendar import Calendar, format_instant
from salescli.model.conversion import format_decimal
from salescli.model.errors import WrongUsage, finding
from salescli.model.events import Json
from salescli.model.money import parse_money

MAX_TEXT = 16 * 1024
PLACEHOLDER = "…"  # in printed commands, for what is to be typed
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Text as it may be stored: NFC, CRLF → LF, tab → space. Raises `WrongUsage` for the rest."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    bad = _CONTROL.search(plain)
    if bad:
        raise WrongUsage(
            finding(
                "control-character",
                f"the text has the control character U+{ord(bad.group()):04X}",
                hint="leave it out; line breaks and spaces are fine",
            )
        )
    if len(plain.encode()) > MAX_TEXT:
        raise WrongUsage(
            finding("text-too-long", f"the text has over {MAX_TEXT} bytes", hint="attach a file")
        )
    return plain


def parse_input(
    kind: str, text: str, calendar: Calendar, today: date, currency: str | None
) -> Json:
    """Read one typed value; `""` is nothing. Raises `WrongUsage`.

    `choice`, `reference` and `text` come back as clean text: whether they name anything is for
    those who know the catalogues.
    """
    text = clean_text(text)
    if not text.strip():
        return None
    refuse_placeholder(text)
    if kind == "money":
        return str(parse_money(text, currency))
    if kind == "day":
        return calendar.parse_day(text.strip(), today).isoformat()
    if kind == "instant":
        return format_instant(calendar.parse_instant(text.strip()))
    if kind in ("whole", "percent"):
        return _whole(text.strip(), kind)
    if kind == "decimal":
        return _decimal(text.strip())
    if kind == "yes-no":
        return _yes_no(text.strip())
    if kind == "words":
        return [word for part in text.split(",") if (word := part.strip())] or None
    return text if kind == "text" else text.strip()


def refuse_placeholder(text: str) -> None:
    """Raise `WrongUsage` for a `…` that was left as it stands in a printed command."""
    if text.strip() == PLACEHOLDER:
        why = f"{PLACEHOLDER} in a printed command stands for what you are to type"
        raise WrongUsage(finding("placeholder", why, hint="put the value itself in its place"))


def _whole(text: str, kind: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text.removesuffix("%").strip()):
        raise WrongUsage(
            finding("not-a-whole-number", f"{text!r} is not a whole number", hint="write digits")
        )
    number = int(text.removesuffix("%"))
    if kind == "percent" and not 0 <= number <= 100:
        raise WrongUsage(
            finding("not-a-percentage", f"{text!r} is not a percentage", hint="0 to 100")
        )
    return number


def _decimal(text: str) -> str:
    try:
        number = Decimal(text) if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,3})?", text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise WrongUsage(
            finding(
                "not-a-number",
                f"{text!r} is not a number with at most 3 decimals, 0 or more",
                hint="decimals take a point: 1.5",
            )
        )
    return format_decimal(number)


def _yes_no(text: str) -> bool:
    if text.lower() in ("true", "yes"):
        return True
    if text.lower() in ("false", "no"):
        return False
    raise WrongUsage(
        finding("not-yes-or-no", f"{text!r} is neither yes nor no", hint="write yes or no")
    )
