"""Checks of a file's bytes and text before and beside YAML, and the words of their findings.

Owns encodings, sizes, control characters and conflict markers. Must not scan YAML.
"""

import re
from functools import cache

from salescli.model.errors import Damaged, Finding, Place, finding
from salescli.store import layout
from salescli.store.document import build_place

MAX_BYTES = 1024 * 1024
MAX_FINDINGS = 50

_BOM = b"\xef\xbb\xbf"
_INNER_MARKER = re.compile(rb"^<{7,} ", re.MULTILINE)
_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})(?=[ \r]|$)", re.MULTILINE)
_ALLOWED = "\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"

WORDS = {
    "mapping values are not allowed in this context": (
        "a colon followed by a space stands where no value can begin",
        'Put the text in double quotes if the colon belongs to it: "a: b".',
    ),
    "found character that cannot start any token": (
        "a value can't begin with this character",
        "Put the text in double quotes.",
    ),
    "found unexpected end of stream": (
        "the file ends inside a quoted text",
        "Close the quote.",
    ),
    "could not find expected ':'": (
        "this line has no colon after its key",
        "Write it as `key: value`.",
    ),
    "found unknown escape character": (
        "there is no such escape in a double-quoted text",
        "Write a backslash as \\\\.",
    ),
    "did not find expected ',' or ']'": ("a list in brackets is not closed with ]", ""),
    "did not find expected ',' or '}'": ("a mapping in braces is not closed with }", ""),
    "did not find expected node content": ("a value is missing or out of place here", ""),
    "did not find expected key": (
        "a key was expected here",
        "Look at the indentation and at the quotes of the lines before.",
    ),
    "did not find expected '-' indicator": (
        "a `- ` was expected here, or the indentation is wrong",
        "",
    ),
    "did not find expected comment or line break": (
        "the text of a block begins on the line after its | or >",
        "",
    ),
    "found incompatible YAML document": ("the file asks for another version of YAML", ""),
}


def decode_text(source: bytes, file: str) -> tuple[str, bytes]:
    """The text and its bytes, both without a leading byte order mark.

    libyaml counts a leading mark in some indexes and not in others, so it never sees it.
    """
    if len(source) > MAX_BYTES:
        what = f"The file has {len(source)} bytes; a record has at most 1 MiB ({MAX_BYTES} bytes)."
        raise Damaged(finding("too-large", what, place=Place(file)))
    data = source[3:] if source.startswith(_BOM) else source
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Damaged(_not_utf8(source, file)) from None
    if _BOM in data:
        check_characters(text, file)
    return text, data


def _not_utf8(source: bytes, file: str) -> Finding:
    """Says at which byte the file stops being UTF-8."""
    hint = "Save the file as UTF-8."
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        place = build_place("", file, 0, 0)
        return finding("not-utf8", "The file is UTF-16, not UTF-8.", hint=hint, place=place)
    try:
        source.decode()
    except UnicodeDecodeError as error:
        at = error.start
        before = source[:at].decode().removeprefix("\ufeff")
        after = source[at:].split(b"\n", 1)[0].decode(errors="replace")
        what = f"The file is not UTF-8: byte 0x{source[at]:02x} at position {at} (from 0)."
        place = build_place(before + after, file, len(before), len(before) + 1)
        return finding("not-utf8", what, hint=hint, place=place)
    raise AssertionError("called for what is UTF-8")


@cache
def _forbidden() -> re.Pattern[str]:
    """Made when it is wanted: sound files don't need it, and it takes as long as loading click."""
    return re.compile(f"[^{_ALLOWED}]")


def check_characters(text: str, file: str, first_line: int = 1) -> None:
    """Refuse what YAML does not allow as it is: control characters and a mark inside."""
    found = _forbidden().search(text)
    if not found:
        return
    place = build_place(text, file, found.start(), found.end(), first_line)
    number = f"U+{ord(found.group()):04X}"
    if found.group() == "\ufeff":
        what = f"A byte order mark ({number}) stands inside the file, where it can't be seen."
        raise Damaged(finding("bom-inside", what, hint="Delete that character.", place=place))
    what = f"The control character {number} can't stand in a file as it is."
    hint = 'Delete it, or write it as an escape in double quotes, like "\\u001b".'
    raise Damaged(finding("control-character", what, hint=hint, place=place))


def has_markers(source: bytes) -> bool:
    """Whether git has left a conflict in a file."""
    return b"<<<<<<< " in source and _MARKER.search(source.decode("utf-8", "replace")) is not None


def has_inner_markers(source: bytes) -> bool:
    """Whether a base is of several that git merged first, and those clashed: longer markers."""
    return _INNER_MARKER.search(source) is not None


def check_markers(text: str, file: str, first_line: int = 1) -> list[Finding]:
    """One finding for all lines that git leaves behind in a conflict, or none.

    Inside quoted text they would be valid YAML.
    """
    markers = list(_MARKER.finditer(text))
    if not markers:
        return []
    first, count = markers[0], len(markers)
    what = f"a conflict marker of git ({first.group()})"
    if count > 1:
        what = f"the first of {count} conflict markers of git"
    place = build_place(text, file, first.start(), first.end(), first_line)
    text = f"An unfinished merge: this line is {what}."
    hint = f"{_resolving(file)} finishes it. By hand: keep one side of each conflict, and delete "
    hint += "the marker lines."
    return [finding("conflict-markers", text, hint=hint, place=place)]


def _resolving(file: str) -> str:
    """The command that resolves what clashes in a file; of a store it names the record."""
    located = layout.locate(file)
    if located is None:
        return "salescli resolve"
    is_record = (located.of or located.kind) in layout.FOLDERS
    return f"salescli resolve {located.id if is_record else file}"


def build_alias(place: Place) -> Finding:
    what = "Anchors (&name) and aliases (*name) are not allowed: each value is written out."
    hint = "Write the value itself, or put the text in double quotes."
    return finding("alias", what, hint=hint, place=place)


def build_tag(place: Place) -> Finding:
    what = "Tags (!name) are not allowed: the type of a value comes from its field."
    return finding(
        "tag", what, hint="Delete the tag, or put the text in double quotes.", place=place
    )


def build_tab(place: Place) -> Finding:
    what = "A tab stands between the values, where YAML wants spaces."
    return finding("tab", what, hint="Replace the tab with spaces.", place=place)
