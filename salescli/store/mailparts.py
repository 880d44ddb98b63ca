"""A mail's bytes cut into its parts, within limits, before anything is understood.

Owns the outer shape of mails and mailboxes: where a mail of an mbox begins, headers end and
boundaries stand. The parser of the standard library sees only blocks of headers: its own descent
into parts recurses (3 000 nested ones end it), and costs minutes on a body of blank lines. What
headers and text mean is `mailtext`'s affair.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from email import errors, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from string import ascii_letters, digits

import msgspec

from salescli.model.errors import Damaged, finding

MAX_BYTES = 25 * 1024 * 1024
MAX_DEPTH = 20
MAX_FIELD = 8 * 1024  # bytes of one header; 280 KB of encoded words took the parser 7 s
MAX_HEADERS = 256 * 1024  # bytes of all headers of all parts: bounds what parsing them takes
MAX_PARTS = 300
# What the standard library's parser raises on malformed headers, beside RecursionError.
HEADER_FAULTS = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    errors.MessageError,
)
_FIELD_START = re.compile(rb"[\x21-\x39\x3b-\x7e]*:|[ \t]")
# A line that opens a mail of an mbox tells a time: a sentence may begin with `From `, too.
_ENVELOPE = re.compile(rb"From [^\n]{0,150}?[0-9]{2}:[0-9]{2}[^\n]{0,40}?[0-9]{4}[^\n]{0,40}\n")
_OPENING = re.compile(rb"\n\n(?=" + _ENVELOPE.pattern + rb")")
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
_NOT_BASE64 = bytes(set(range(256)) - set(f"{ascii_letters}{digits}+/".encode()))
_BY_HAND = "write down what matters by hand: salescli mail log"
_headers = BytesHeaderParser(policy=policy.default)


class Part(msgspec.Struct, frozen=True):
    """A part that holds no further ones. `body` is as it travelled, still encoded, and stands
    from `start` on in the mail's bytes.
    """

    headers: EmailMessage
    body: bytes
    start: int = 0


class Parts(msgspec.Struct, frozen=True):
    """A mail: its own headers and the parts without parts of their own, in order.

    `data` are its bytes with LF at the end of each line.
    """

    headers: EmailMessage
    leaves: tuple[Part, ...]
    data: bytes = b""


def split_mails(data: bytes) -> Iterator[bytes]:
    """The mails of an mbox file, each as it would stand in an .eml; an .eml is one mail."""
    plain = data.replace(b"\r\n", b"\n")
    if not _ENVELOPE.match(plain):
        yield data
        return
    start = 0
    for end in (*(match.end() for match in _OPENING.finditer(plain)), len(plain)):
        mail = plain[plain.index(b"\n", start) + 1 : end].rstrip(b"\n") + b"\n"
        yield _QUOTED_FROM.sub(rb"\1", mail)
        start = end


def split_parts(data: bytes) -> Parts:
    """Cut a mail into its parts; raises `Damaged` where it goes beyond a limit."""
    if len(data) > MAX_BYTES:
        raise Damaged(
            finding(
                "mail-too-large",
                f"the mail has {len(data)} bytes, {MAX_BYTES} are allowed",
                hint=_BY_HAND,
            )
        )
    return _Splitter(data.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n").split()


def decode_body(part: Part) -> bytes:
    """What a part holds, without its transfer encoding; as it is where that is broken."""
    encoding = plain_header(part.headers, "content-transfer-encoding").split(";")[0].strip().lower()
    if encoding == "base64":
        packed = part.body.translate(None, _NOT_BASE64)
        packed = packed[: len(packed) - (len(packed) % 4 == 1)]  # one digit more says nothing
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    if encoding == "quoted-printable":
        return quopri.decodestring(part.body)
    return part.body


def plain_header(headers: EmailMessage, name: str) -> str:
    """The first header of that name as text; empty where there is none or it can't be read."""
    try:
        return str(headers.get(name, ""))
    except HEADER_FAULTS:
        return ""


class _Splitter:
    """Cuts one mail; counts what all its parts have together."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.leaves: list[Part] = []
        self.parts = 0
        self.header_bytes = 0

    def split(self) -> Parts:
        start = 0
        if match := _ENVELOPE.match(self.data):
            start = match.end()
        headers, body = self._read_headers(start, len(self.data))
        self._take(headers, body, len(self.data), 1)
        return Parts(headers, tuple(self.leaves), self.data)

    def _read_headers(self, start: int, end: int) -> tuple[EmailMessage, int]:
        """The headers from `start` on, and where the body begins."""
        here, field = start, start
        while here < end and _FIELD_START.match(self.data, here, end):
            if self.data[here] not in b" \t":
                field = here
            stop = self.data.find(b"\n", here, end)
            here = end if stop < 0 else stop + 1
            if here - field > MAX_FIELD:
                raise _too_long(f"a header of the mail has over {MAX_FIELD} bytes")
            if self.header_bytes + here - start > MAX_HEADERS:
                raise _too_long(f"the headers of the mail have over {MAX_HEADERS} bytes in all")
        self.header_bytes += here - start
        headers = _headers.parsebytes(self.data[start:here])
        assert isinstance(headers, EmailMessage)
        is_blank = here < end and self.data[here] == ord("\n")
        return headers, here + is_blank

    def _take(self, headers: EmailMessage, body: int, end: int, depth: int) -> None:
        boundary = _boundary(headers)
        spans = self._spans(boundary, body, end) if boundary else []
        if not spans:
            self.leaves.append(Part(headers, self.data[body:end], body))
            return
        if depth > MAX_DEPTH:
            text = f"the mail has parts within parts, more than {MAX_DEPTH} deep"
            raise Damaged(finding("mail-too-deep", text, hint=_BY_HAND))
        for start, stop in spans:
            inner, inner_body = self._read_headers(start, stop)
            self._take(inner, inner_body, stop, depth + 1)

    def _spans(self, boundary: str, body: int, end: int) -> list[tuple[int, int]]:
        """Where the parts between the lines of a boundary stand."""
        mark = re.escape(boundary.encode("ascii", "surrogateescape"))
        line = re.compile(rb"\n--" + mark + rb"(--)?[ \t]*(?=\n)")
        spans: list[tuple[int, int]] = []
        start: int | None = None
        # From the line break before the body: a boundary may be its first line.
        for match in line.finditer(self.data, max(body - 1, 0), end + 1):
            self._count()
            if start is not None and match.start() >= start:
                spans.append((start, match.start()))
            start = match.end() + 1
            if match.group(1):
                return spans
        if start is not None and start < end:  # cut off: the last part ends with the mail
            spans.append((start, end))
        return spans

    def _count(self) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            text = f"the mail has more than {MAX_PARTS} parts"
            raise Damaged(finding("mail-too-large", text, hint=_BY_HAND))


def _boundary(headers: EmailMessage) -> str | None:
    """What stands between the parts, if the headers say that there are several."""
    try:
        if headers.get_content_maintype() != "multipart":
            return None
        boundary = headers.get_boundary()
    except HEADER_FAULTS:
        return None
    return None if boundary is None else boundary.rstrip()


def _too_long(text: str) -> Damaged:
    return Damaged(finding("mail-header-too-long", text, hint=_BY_HAND))
