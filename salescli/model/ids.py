"""Names of things: random ids of what is born, slugs of what is named (format.md section 2)."""

import re
import unicodedata
from collections.abc import Callable
from importlib import import_module

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RECORD_PREFIXES = {"opportunity": "opp", "account": "acc", "contact": "con", "lead": "lead"}
INNER_PREFIXES = ("h", "act", "line", "run", "prop", "mail", "post", "appr")
_PAIRS = [low + high for high in ALPHABET for low in ALPHABET]  # ten bits, low five first
_KINDS = {prefix: kind for kind, prefix in RECORD_PREFIXES.items()}

BORN = re.compile(r"(opp|acc|con|lead|h|act|line|run|prop|mail|post|appr)-[0-9a-hjkmnp-tv-z]{10}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))]
)


def build_id(prefix: str, random_bytes: Callable[[int], bytes]) -> str:
    """Make a random id: `prefix`, then 50 random bits as 10 base-32 characters."""
    number = int.from_bytes(random_bytes(7), "big")
    digits = [_PAIRS[(number >> shift) & 1023] for shift in (0, 10, 20, 30, 40)]
    return f"{prefix}-{''.join(digits)}"


def is_born_id(text: str, *prefixes: str) -> bool:
    """Whether `text` is a random id, of one of `prefixes` if any are given."""
    match = BORN.fullmatch(text)
    return match is not None and (not prefixes or match.group(1) in prefixes)


def kind_of_id(text: str) -> str | None:
    """The record kind (`opportunity`, …) that a full random id names, else None."""
    match = BORN.fullmatch(text)
    return _KINDS.get(match.group(1)) if match else None


def is_slug(text: str) -> bool:
    """Whether `text` may be the id of a named thing."""
    return (
        SLUG.fullmatch(text) is not None
        and not text.startswith(("opp-", "acc-", "con-", "lead-"))
        and text not in WINDOWS_DEVICES
    )


def latin_letters(text: str) -> str:
    """A text in the letters of ASCII, whatever script and marks it has: `Ромашка` is `Romashka`."""
    if text.isascii():
        return text
    # Loaded here alone: it reads its tables as resources, and few commands name anything.
    latin: str = import_module("anyascii").anyascii(text)
    return latin


def build_slug(name: str, fallback: str = "") -> str:
    """Transliterate a title or name to at most 40 characters of `[a-z0-9-]`."""
    # An apostrophe is what comes of a soft sign: `Kuz'min` is one word.
    words = re.findall(r"[a-z0-9]+", latin_letters(name).lower().replace("'", ""))
    slug = "-".join(words)[:40].strip("-")
    return slug or fallback


def fold_name(text: str) -> str:
    """Names are compared NFC and case-folded, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def shared_start(left: str, right: str) -> int:
    """How many characters two ids have in common at their beginning."""
    pairs = zip(left, right, strict=False)
    return next(
        (place for place, (one, two) in enumerate(pairs) if one != two), min(len(left), len(right))
    )
