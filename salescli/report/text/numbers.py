"""Numbers and names as people read them; text of users made harmless for a terminal.

Owns the habits of print: thousands, percents, days, cutting by width. Computes no figure.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from salescli.model.money import round_amount

if TYPE_CHECKING:
    from salescli.report.figures.figure import Share

NOT_AVAILABLE = "n/a"
ELLIPSIS = "…"
# C0, DEL and C1; soft hyphen; bidi marks, embeddings and isolates; zero-width, invisible and
# variation-tag characters; line and paragraph separators; lone surrogates; noncharacters.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Latin, Cyrillic, common punctuation and boxes: a column each, whatever stands beside them.
NARROW = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\xff\u0100-\u02af\u0400-\u0482\u048a-\u052f"
    "\u2010-\u2027\u20a0-\u20bf\u2190-\u2193\u2500-\u259f]*"
)
_MARKDOWN_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\|`*_[]<>"})
_BLANKS = {"\t": " ", "\n": " "}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean_text(text: str, replacement: str = _REPLACEMENT) -> str:
    """Text of users without anything that a terminal would obey or hide (hardening.md, F43).

    Tab and line feed become a space, every other control `replacement`.
    """
    if text.isascii() and text.isprintable():
        return text
    return UNSAFE.sub(lambda match: _BLANKS.get(match.group(), replacement), text)


def escape_markdown(text: str) -> str:
    """Cleaned text that Markdown shows as it is, in a table's cell too."""
    return text.translate(_MARKDOWN_MARKS)


def code_markdown(text: str) -> str:
    """Cleaned text as code in a line of Markdown, whatever backticks it has."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    blank = " " if longest else ""
    fence = "`" * (longest + 1)
    return f"{fence}{blank}{text}{blank}{fence}"


def width_of(text: str) -> int:
    """Columns that cleaned text takes on a terminal."""
    if NARROW.fullmatch(text):
        return len(text)
    width: int = _tables().wcswidth(text)
    return width if width >= 0 else len(text)


@cache
def _tables() -> Any:
    """wcwidth, loaded for the scripts that need it: its tables take as long as all of click."""
    return import_module("wcwidth")


def cut(text: str, width: int) -> str:
    """Cleaned text in at most `width` columns; the ellipsis that says so is one of them."""
    if width_of(text) <= width:
        return text
    if width < 1:
        return ""
    taken, used = 0, 0
    for character in text:
        used += 1 if NARROW.fullmatch(character) else max(_tables().wcwidth(character), 0)
        if used > width - 1:
            break
        taken += 1
    return text[:taken].rstrip() + ELLIPSIS


def fold_words(text: str, width: int) -> list[str]:
    """Text of users in lines of at most `width` columns; only a word that is longer is broken."""
    lines = [""]
    for word in clean_text(text).split():
        rest = word
        if lines[-1] and width_of(lines[-1]) + 1 + width_of(word) <= width:
            lines[-1] += f" {word}"
            continue
        while width_of(rest) > width:
            head = cut(rest, width + 1).removesuffix(ELLIPSIS) or rest[:1]
            lines.append(head)
            rest = rest[len(head) :]
        lines.append(rest)
    return [line for line in lines if line] or [""]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill up with blanks to `width` columns, on the left if it is to stand at the right."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def format_count(count: int) -> str:
    """`12 500`."""
    return f"{count:,}".replace(",", " ")


def format_amount(amount: Decimal, *, whole: bool = False) -> str:
    """`250 000.50`, with the decimals that the amount has; `whole` leaves them out."""
    text = f"{amount:,.0f}" if whole else f"{amount:,f}"
    return text.replace(",", " ")


def format_rounded(amount: Decimal, *, whole: bool) -> str:
    """An amount; `whole` rounds it half up."""
    return format_amount(
        amount.quantize(Decimal(1), ROUND_HALF_UP) if whole else amount, whole=whole
    )


def is_whole(amounts: Iterable[Decimal]) -> bool:
    """Whether none of the amounts has a fraction: then a column of them needs no decimals."""
    return all(amount == amount.to_integral_value() for amount in amounts)


def format_money(amount: Decimal, currency: str) -> str:
    """`250 000 EUR`, `12.50 EUR`: rounded to the currency, decimals only where there are some."""
    rounded = round_amount(amount, currency)
    return f"{format_amount(rounded, whole=is_whole([rounded]))} {currency}"


def format_sums(sums: dict[str, Decimal]) -> str:
    """`10 EUR + 700 JPY`, in the order given; `–` for nothing."""
    return " + ".join(format_money(amount, code) for code, amount in sums.items()) or "–"


def format_percent(percent: Decimal | None) -> str:
    """`71.43 %`, or n/a."""
    return NOT_AVAILABLE if percent is None else f"{percent:.2f} %"


def format_share(share: "Share | None") -> str:
    """`5 of 7, 71.43 %`; n/a where there is no share or nothing to share."""
    if share is None or share.percent is None:
        return NOT_AVAILABLE
    of = f"{format_count(share.part)} of {format_count(share.whole)}"
    return f"{of}, {format_percent(share.percent)}"


def format_days(days: int | Decimal) -> str:
    """`1 day`, `12 days`, `11.4 days`: one decimal, half up, for what isn't a whole number."""
    if isinstance(days, int):
        return f"{format_count(days)} {'day' if days == 1 else 'days'}"
    return f"{format_amount(days.quantize(Decimal('0.1'), ROUND_HALF_UP))} days"


def format_number_of(count: int, singular: str, plural: str | None = None) -> str:
    """`1 deal`, `12 500 deals`; the plural is the singular and an s unless given."""
    return f"{format_count(count)} {singular if count == 1 else plural or singular + 's'}"
