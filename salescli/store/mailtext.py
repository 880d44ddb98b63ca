"""Mails as values: who wrote to whom, what about, the words, the files (hardening.md, F57).

Owns what headers and text of an .eml mean. What comes out is clean: names of files are safe, no
line has a control character, all text is NFC. Knows neither the store nor whose mail it is.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as MAIL_POLICY

import msgspec

from salescli.model.addresses import is_address, not_an_address
from salescli.model.errors import Damaged, Finding, Gathered, WrongUsage, finding
from salescli.model.filenames import distinct_file_names
from salescli.store.htmltext import parse_html
from salescli.store.mailcharacters import MAX_TEXT, clean_line, clean_text, decode_text
from salescli.store.mailparts import (
    HEADER_FAULTS,
    Part,
    Parts,
    decode_body,
    plain_header,
    split_mails,
    split_parts,
)

EXCERPT = 500
REDACTED = "[redacted]"
_STARTS = ("from", "to", "date", "subject", "message-id", "received")
# Characters of one kind of header whose addresses the library takes apart, half a millisecond
# each; in longer lists they are only looked for.
_MAX_PARSED = 4096
_ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]]+@[^\s<>(),;:\"\[\]]+")
_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
}


class Attachment(msgspec.Struct, frozen=True):
    """A file in a mail; its name is safe, and no other of the mail has it."""

    name: str
    content: bytes
    content_type: str


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as its bytes say. Addresses are bare: `elena@example.com`."""

    message_id: str | None = None  # without its angle brackets
    date: datetime | None = None  # UTC; None where none can be read
    from_: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def participants(self) -> tuple[str, ...]:
        """All addresses in small letters, each once: by them a mail finds its deal."""
        everybody = (self.from_, *self.to, *self.cc)
        return tuple(dict.fromkeys(address.lower() for address in everybody if address))


def parse_mail(data: bytes) -> Mail:
    """Read one mail (.eml). Raises `Damaged` for what is none or goes beyond a limit."""
    try:
        parts = split_parts(data)
        if not any(name in parts.headers for name in _STARTS):
            text = "this is no mail: it has none of the headers that every mail has"
            raise Damaged(finding("not-a-mail", text, hint="save the mail as .eml and try again"))
        return _build_mail(parts)
    except RecursionError:
        text = "a header of the mail has brackets within brackets without end"
        hint = "write down what matters by hand: salescli mail log"
        raise Damaged(finding("mail-too-deep", text, hint=hint)) from None


class OpenedMail(msgspec.Struct, frozen=True):
    """One mail of a file: its bytes, and what they say or why they can't be read."""

    number: int  # from 1
    source: bytes
    mail: Mail | None = None
    findings: tuple[Finding, ...] = ()


def parse_mails(data: bytes) -> list[OpenedMail]:
    """Read all mails of an .eml or .mbox, those that can't be read too."""
    opened: list[OpenedMail] = []
    for number, source in enumerate(split_mails(data), 1):
        try:
            opened.append(OpenedMail(number, source, parse_mail(source)))
        except Damaged as error:
            opened.append(OpenedMail(number, source, findings=error.findings))
    return opened


def parse_address(text: str) -> str:
    """One bare address of a text like `Elena <elena@example.com>`; raises `WrongUsage`."""
    found = _ADDRESS.findall(clean_line(text))
    if len(found) != 1 or not is_address(found[0]):
        raise WrongUsage(not_an_address(text))
    return str(found[0])


def strip_files(data: bytes) -> bytes:
    """A mail as it came, but with nothing left of its attachments than their headers."""
    parts = split_parts(data)
    kept: list[bytes] = []
    here = 0
    for part in parts.leaves:
        if _is_file(part, _content_type(part.headers)):
            kept.append(parts.data[here : part.start])
            here = part.start + len(part.body)
    return b"".join([*kept, parts.data[here:]])


def excerpt(text: str) -> str:
    """At most 500 characters on one line, of what the writer wrote: quoted lines left out."""
    own = " ".join(line for line in text.split("\n") if not line.startswith(">")).split()
    words = own or text.split()
    line = " ".join(words)
    if len(line) <= EXCERPT:
        return line
    kept = line[: EXCERPT - 1]
    return kept[: kept.rfind(" ")].rstrip() + "…" if " " in kept else kept + "…"


def parse_patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Regular expressions as typed; raises `WrongUsage` for those that are none."""
    gathered = Gathered()
    patterns: list[re.Pattern[str]] = []
    for text in texts:
        try:
            patterns.append(re.compile(text))
        except (re.error, OverflowError, RecursionError) as error:
            fault = finding("not-a-pattern", f"{text!r} is not a regular expression: {error}")
            gathered.add(WrongUsage(fault))
    gathered.raise_all()
    return tuple(patterns)


def redact(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Put `[redacted]` wherever a pattern finds something, but nothing for an empty find."""
    for pattern in patterns:
        text = pattern.sub(lambda found: REDACTED if found.group() else "", text)
    return text


def identity_of(mail: Mail) -> str:
    """What tells a mail from any other: its Message-ID, or without one a hash of all it says.

    The hash is of what was read, so that line ends and a mailbox around it make no difference.
    """
    if mail.message_id is not None:
        return mail.message_id
    files = [(one.name, hashlib.sha256(one.content).digest()) for one in mail.attachments]
    said = (mail.date, mail.from_, mail.to, mail.cc, mail.subject, mail.text, files)
    return f"sha256:{hashlib.sha256(msgspec.msgpack.encode(said)).hexdigest()}"


def redact_mail(mail: Mail, patterns: Iterable[re.Pattern[str]]) -> Mail:
    """A mail with subject and text redacted; attachments stay as they are."""
    given = tuple(patterns)
    return msgspec.structs.replace(
        mail, subject=redact(mail.subject, given), text=redact(mail.text, given)
    )


def format_mail(mail: Mail) -> bytes:
    """A mail as .eml of its values alone, without attachments; the same values, the same bytes.

    For what was redacted (the bytes that came still hold what was to go) or typed. It is plain
    UTF-8, headers too: grep finds it, and the library's folding of encoded words loses blanks.
    """
    message = EmailMessage(policy=MAIL_POLICY.clone(linesep="\n", utf8=True))
    for name, value in (
        ("From", mail.from_),
        ("To", ", ".join(mail.to)),
        ("Cc", ", ".join(mail.cc)),
        ("Subject", mail.subject),
        ("Message-ID", f"<{mail.message_id}>" if mail.message_id else ""),
    ):
        if value:
            with suppress(*HEADER_FAULTS):  # an identity like `<@>` can be read, not written
                message[name] = value
    if mail.date is not None:
        message["Date"] = mail.date
    message.set_content(mail.text + "\n", cte="8bit")
    return message.as_bytes()


def _build_mail(parts: Parts) -> Mail:
    headers = parts.headers
    body, files = _sort_leaves(parts)
    held = {
        (_name_of(part, place), decode_body(part)): _content_type(part.headers)
        for place, part in enumerate(files, 1)
    }
    identity = clean_line(plain_header(headers, "message-id"))
    senders = _addresses(headers, "from") or _addresses(headers, "sender")
    names = distinct_file_names(name for name, _ in held)
    return Mail(
        message_id=identity.strip("<> ") or None,
        date=_date(headers),
        from_=senders[0] if senders else "",
        to=tuple(_addresses(headers, "to")),
        cc=tuple(_addresses(headers, "cc")),
        subject=clean_line(next((str(value) for value in _values(headers, "subject")), "")),
        text=body,
        attachments=tuple(
            Attachment(name, content, kind)
            for name, ((_, content), kind) in zip(names, held.items(), strict=True)
        ),
    )


def _values(headers: EmailMessage, name: str) -> Iterator[object]:
    """The headers of that name, parsed where they can be."""
    return (_parse_value(name, text) for text in _raw_values(headers, name))


def _raw_values(headers: EmailMessage, name: str) -> Iterator[str]:
    """The headers of that name on one line each; raw bytes in them made characters."""
    for key, raw in headers.raw_items():
        if key.lower() != name:
            continue
        text = "".join(str(raw).splitlines())
        if not text.isascii():  # as the parser keeps bytes that should have been encoded
            text = decode_text(text.encode("utf-8", "surrogateescape"), "utf-8")
        yield text


def _parse_value(name: str, text: str) -> object:
    try:
        return MAIL_POLICY.header_factory(name, text)
    except HEADER_FAULTS:
        return text


def _addresses(headers: EmailMessage, name: str) -> list[str]:
    found: list[str] = []
    left = _MAX_PARSED
    for text in _raw_values(headers, name):
        left -= len(text)
        try:
            value = _parse_value(name, text) if left >= 0 else text
            parsed = [one.addr_spec for one in value.addresses]  # type: ignore[attr-defined]
        except HEADER_FAULTS:
            parsed = _ADDRESS.findall(text)
        found += [address for one in parsed if "@" in (address := clean_line(one))]
    return list(dict.fromkeys(found))


def _date(headers: EmailMessage) -> datetime | None:
    for value in _values(headers, "date"):
        at = getattr(value, "datetime", None)
        if isinstance(at, datetime):
            try:
                aware = at if at.tzinfo else at.replace(tzinfo=UTC)  # -0000: UTC, place unsaid
                return aware.astimezone(UTC)
            except (ValueError, OverflowError):
                return None
    return None


def _sort_leaves(parts: Parts) -> tuple[str, list[Part]]:
    """The mail's text, and the parts that are files."""
    plain: list[str] = []
    html: list[str] = []
    files: list[Part] = []
    for part in parts.leaves:
        kind = _content_type(part.headers)
        if _is_file(part, kind):
            files.append(part)
        elif kind == "text/html":
            html.append(parse_html(_text_of(part)))
        else:
            plain.append(_text_of(part))
    texts = [text.strip() for text in plain if text.strip()] or html
    return clean_text("\n\n".join(texts)).strip(), files


def _is_file(part: Part, kind: str) -> bool:
    if plain_header(part.headers, "content-disposition").lower().startswith("attachment"):
        return True
    if kind.startswith("multipart/"):
        return False  # one whose parts can't be told apart: its lines are all there is to read
    return kind not in ("text/plain", "text/html") or bool(_file_name(part.headers))


def _content_type(headers: EmailMessage) -> str:
    try:
        return str(headers.get_content_type())
    except HEADER_FAULTS:
        return "application/octet-stream"


def _file_name(headers: EmailMessage) -> str:
    try:
        return clean_line(headers.get_filename() or "")
    except HEADER_FAULTS:
        return ""


def _name_of(part: Part, place: int) -> str:
    kind = _content_type(part.headers)
    return _file_name(part.headers) or f"attachment-{place}{_ENDINGS.get(kind, '.bin')}"


def _text_of(part: Part) -> str:
    try:
        charset = part.headers.get_content_charset("us-ascii")
    except HEADER_FAULTS:
        charset = "us-ascii"
    return decode_text(decode_body(part), str(charset))[:MAX_TEXT]
