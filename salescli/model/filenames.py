"""Names for files that come from outside: attachments, files handed over (hardening.md, F40).

Owns what a name may look like, on every system that may check the store out. Knows no directory:
whoever writes still compares the resolved path with the root.
"""

import re
import unicodedata
from collections.abc import Iterable

from salescli.model.ids import WINDOWS_DEVICES

MAX_BYTES = 120
FALLBACK = "file"
_LONGEST_ENDING = 16  # bytes of `.xlsx` and its like that a cut name keeps
# Controls and invisible characters; what remains after `Cf` is gone may still be a noncharacter.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*\ufffe\uffff]')  # Windows refuses them, `:` names a stream
_MORE_DEVICES = frozenset(
    ["conin$", "conout$", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "¹²³0")]
)


def safe_file_name(text: str) -> str:
    """A name that any system takes, made of whatever text: at most 120 bytes of UTF-8, NFC.

    The base name alone stays; no separator, control or invisible character, no leading dot, no
    dot or blank at the end, no Windows device, never empty. A safe name comes back as it is.
    """
    base = re.split(r"[/\\]", text)[-1]
    seen = "".join(" " if one in "\t\n\r\x0b\x0c\x85\u2028\u2029" else one for one in base)
    seen = "".join(one for one in seen if unicodedata.category(one) not in _UNSEEN)
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", seen))
    name = _trim(" ".join(plain.split()))
    device = name.split(".")[0].rstrip().casefold()
    if device in WINDOWS_DEVICES or device in _MORE_DEVICES:
        name = f"_{name}"
    return _shorten(name, MAX_BYTES) or FALLBACK


def distinct_file_names(texts: Iterable[str]) -> list[str]:
    """Safe names, no two the same even where case doesn't count: `a.png`, `A-2.png`."""
    taken: set[str] = set()
    names = []
    for text in texts:
        first = name = safe_file_name(text)
        number = 1
        while _folded(name) in taken:
            number += 1
            name = _numbered(first, number)
        taken.add(_folded(name))
        names.append(name)
    return names


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _numbered(name: str, number: int) -> str:
    stem, ending = _split_ending(name)
    room = MAX_BYTES - len(ending.encode()) - len(f"-{number}")
    return f"{_shorten(stem, room)}-{number}{ending}"


def _trim(name: str) -> str:
    return name.lstrip(". ").rstrip(". ")


def _split_ending(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) >= _LONGEST_ENDING:
        return name, ""
    return stem, dot + ending


def _shorten(name: str, room: int) -> str:
    """Cut to `room` bytes between characters; the ending stays."""
    if len(name.encode()) <= room:
        return name
    stem, ending = _split_ending(name)
    kept = stem.encode()[: room - len(ending.encode())].decode(errors="ignore")
    return _trim(kept) + ending
