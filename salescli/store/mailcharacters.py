"""Characters of mails: charsets that lie or aren't known, controls, piles of marks.

Owns how bytes of a mail become clean text; knows no mail. Every function takes linear time.
"""

import re
import unicodedata

MAX_TEXT = 1_000_000  # characters of a mail's text that are kept; the file has all of them
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # letters of Persian and parts of pictures, no tricks by themselves
_MARKS_IN_A_ROW = 30  # normalising sorts runs of marks; longer ones are an attack, not a script
# Decoding these takes quadratic time or does more than to read characters.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
# What calls itself Latin-1 or ASCII is Windows' superset of it in practice (browsers agree).
_WINDOWS = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})


def decode_text(data: bytes, charset: str) -> str:
    """Bytes as characters: as declared, else as UTF-8, else as what Windows writes."""
    named = charset.lower().replace("_", "-")
    if named in _WINDOWS and not (named.endswith("ascii") and _is_utf8(data)):
        return data.decode("cp1252", "replace")
    if named not in _NO_CHARSETS:
        try:
            return data.decode(named)
        except (LookupError, ValueError):
            pass
    return data.decode("utf-8") if _is_utf8(data) else data.decode("cp1252", "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def clean_text(text: str) -> str:
    """Text as a store keeps it: NFC, lines end with LF, no tab or other control character."""
    plain = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = _CONTROLS.sub("", plain.replace("\xa0", " "))
    return unicodedata.normalize("NFC", _few_marks(plain))


def clean_line(text: str) -> str:
    """Text on one line: NFC, blanks collapsed, no control or invisible character."""
    line = " ".join(_few_marks(text).split())
    seen = (one for one in line if one in _JOINERS or unicodedata.category(one) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def _few_marks(text: str) -> str:
    """Text with at most 30 combining marks in a row."""
    if text.isascii():
        return text
    kept: list[str] = []
    row = 0
    for one in text:
        row = row + 1 if unicodedata.combining(one) else 0
        if row <= _MARKS_IN_A_ROW:
            kept.append(one)
    return "".join(kept)
