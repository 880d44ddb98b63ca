"""Mails of a deal or lead: written down by hand, listed, found.

The event has an excerpt and, where there is more to read, the path of `mail/<id>.eml`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.correspondence import DIRECTIONS
from salescli.model.errors import About, Gathered, NotFound, Refused, finding
from salescli.model.events import Mailed
from salescli.model.inputs import clean_text
from salescli.model.nearest import did_you_mean
from salescli.store.mailtext import Mail, excerpt, format_mail, parse_address, parse_mail
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.clients import find_client, load_client
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.inner import find_inner
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

FOLDER = "mail"


class TypedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as somebody writes it down. Who is left out is one of us, or the client."""

    direction: str = "out"
    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""


def log_mail(session: Session, record: Loaded, typed: TypedMail) -> Outcome:
    """Write a mail down; a text that is longer than an excerpt is kept as a file, too."""
    gathered = Gathered()
    values: dict[str, Any] = {}
    with gathered.trying("direction"):
        if typed.direction not in DIRECTIONS:
            raise NotFound(
                finding(
                    "no-such-value",
                    f"a mail goes in or out, not {typed.direction!r}",
                    hint=did_you_mean(typed.direction, DIRECTIONS),
                )
            )
    is_out = typed.direction == "out"
    with gathered.trying("from"):
        sender = typed.sender or (_ours(session) if is_out else _theirs(session, record))
        values["from_"] = _address(session, sender, "from")
    with gathered.trying("to"):
        to = typed.to or (_theirs(session, record) if is_out else _ours(session),)
        values["to"] = _addresses(session, to, "to")
    with gathered.trying("cc"):
        values["cc"] = _addresses(session, typed.cc, "cc")
    with gathered.trying("subject"):
        values["subject"] = " ".join(clean_text(typed.subject).split())
    with gathered.trying("text"):
        values["text"] = clean_text(typed.text).strip("\n")
        if not values["text"] and not values.get("subject"):
            text = "a mail has a subject or a text: --subject or --text"
            raise Refused(finding("missing-value", text, field="subject"))
    gathered.raise_all()
    return _write_typed(session, record, typed.direction, values)


def _write_typed(
    session: Session, record: Loaded, direction: str, values: Mapping[str, Any]
) -> Outcome:
    text = values["text"]
    head = event_head(session, record)
    event = Mailed(
        **head,
        mail=session.new_id("mail"),
        direction=direction,
        from_=values["from_"],
        to=values["to"],
        cc=values["cc"],
        subject=values["subject"],
        excerpt=excerpt(text),
    )
    if text != event.excerpt:
        mail = Mail(
            date=head["at"],
            from_=event.from_,
            to=tuple(event.to),
            cc=tuple(event.cc),
            subject=event.subject,
            text=text,
        )
        file = store_text(session, record, event.mail, format_mail(mail))
        event = msgspec.structs.replace(event, file=file)
    stage_event(session, record, event)
    words = f"Mail {direction} on {record.facts.title}."
    return Outcome((event.mail,), (words,), f"log mail on {record.id}: {record.facts.title}")


def _ours(session: Session) -> str:
    emails = session.team.people[session.actor].emails
    if not emails:
        text = f"{session.actor} has no e-mail: say which with --from or --to"
        hint = f"salescli person set {session.actor} --email ADDRESS"
        raise Refused(finding("missing-value", text, hint=hint))
    return emails[0]


def _theirs(session: Session, record: Loaded) -> str:
    """The first address of a record's client; of a raw lead its own."""
    emails: Sequence[str] = getattr(record.facts, "emails", ())
    client = record.facts.client
    found = find_by_id(session, client) if client else None
    if found is not None:
        emails = load_client(session, found)[1].emails
    if not emails:
        text = "the client has no e-mail: say which with --from or --to"
        hint = f"salescli {found.kind} set {found.id} --email ADDRESS" if found else ""
        raise Refused(finding("missing-value", text, hint=hint))
    return emails[0]


def _addresses(session: Session, texts: Sequence[str], field: str) -> list[str]:
    gathered = Gathered()
    found: list[str] = []
    for text in (part for one in texts for part in one.split(",") if part.strip()):
        with gathered.trying(field):
            found.append(_address(session, text.strip(), field))
    gathered.raise_all()
    return list(dict.fromkeys(found))


def _address(session: Session, text: str, field: str) -> str:
    """An address as typed, or that of the person or client who is named."""
    if "@" in text:
        return parse_address(text)
    if text in session.team.people:
        emails: Sequence[str] = session.team.people[text].emails
        name = text
    else:
        with About(field, "client"):
            found: Found = find_client(session, text)
        client = load_client(session, found)[1]
        emails, name = client.emails, client.name
    if not emails:
        raise Refused(finding("missing-value", f"{name} has no e-mail", field=field))
    return emails[0]


def store_text(session: Session, record: Loaded, mail_id: str, data: bytes) -> str:
    """Stage a mail's file; its path inside the record's directory."""
    file = f"{FOLDER}/{mail_id}.eml"
    path = f"{record.directory}/{file}"
    session.files.exists(path)  # raises where `mail` is a link
    session.files.write(path, data)
    return file


def find_mail(session: Session, text: str) -> tuple[Mailed, Loaded]:
    """The mail whose id begins so, and its deal or lead; raises `NotFound`."""
    mail_id, record = find_inner(
        session, "mail", text, lambda record: {event.mail for event in list_mails(record)}
    )
    return next(event for event in list_mails(record) if event.mail == mail_id), record


def list_mails(record: Loaded) -> list[Mailed]:
    """The mails of a deal or lead that count, as they came."""
    return [event for event in record.live if isinstance(event, Mailed)]


def read_mail_text(session: Session, record: Loaded, event: Mailed) -> str:
    """The whole text of a mail: of its file, else its excerpt. Raises `Damaged`."""
    if event.file is None:
        return event.excerpt
    path = f"{record.directory}/{event.file}"
    return parse_mail(session.read_required(path)).text
