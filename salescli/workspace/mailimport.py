"""Mails put where they belong, from .eml and .mbox: text and attachments are kept as files.

What is kept as `mail/<id>.eml` is the mail as it came, without what its attachments hold, which
stands in `files/`. One Message-ID is never twice in a store; a mail without one is known by a hash.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from salescli.model.chronology import SLACK
from salescli.model.errors import Damaged, Finding, Gathered, Place, Refused, SalesError, finding
from salescli.model.events import Attached, Mailed
from salescli.store.mailtext import (
    Mail,
    OpenedMail,
    excerpt,
    format_mail,
    identity_of,
    redact_mail,
    strip_files,
)
from salescli.workspace.attachments import MAX_PLAIN, store_file
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.mailmatching import MailMatcher, find_imported, load_record
from salescli.workspace.mails import store_text
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

MAX_TOLD = 20  # mails of which each is told where it went


class MailImport(msgspec.Struct, frozen=True, kw_only=True):
    """How mails are to be imported. `record`: where to, instead of by their addresses.

    `file` is what they came in, as it was typed: that is told of one that can't be read.
    """

    file: str = "-"
    record: Loaded | None = None
    patterns: Sequence[re.Pattern[str]] = ()
    skip_errors: bool = False
    is_large: bool = False  # attachments over 10 MB, too


def import_mails(session: Session, opened: Sequence[OpenedMail], how: MailImport) -> Outcome:
    """Put mails where they belong: all or, with a fault in any, none, unless `skip_errors`.

    A mail that is there already, by its Message-ID or all it says, is told and passed over.
    Raises every fault of all mails together.
    """
    session.index.refresh()
    run = _Import(session, how, len(opened))
    for one in opened:
        run.take(one)
    if not how.skip_errors:
        run.gathered.raise_all()
    return run.outcome()


class _Import:
    """One import: what has been put where so far."""

    def __init__(self, session: Session, how: MailImport, count: int) -> None:
        self.session = session
        self.how = how
        self.count = count
        self.gathered = Gathered()
        self.matcher = MailMatcher(session)
        self.ids: list[str] = []
        self.words: list[str] = []
        self.loaded: dict[str, Loaded] = {}
        self.titles: dict[str, int] = {}  # of the records that got any → how many
        self.known = 0  # mails that were there already
        self.placed: dict[str, str] = {}  # Message-ID → title of where it went
        if how.record is not None:
            self.loaded[how.record.id] = how.record

    def take(self, one: OpenedMail) -> None:
        """Stage one mail, or keep its faults and nothing of it."""
        before = dict(self.loaded)
        try:
            with self.session.files.attempt():
                if one.mail is None:
                    place = Place("stdin" if self.how.file == "-" else self.how.file)
                    named = (msgspec.structs.replace(e, place=place) for e in one.findings)
                    raise Damaged(*named)
                mail = redact_mail(one.mail, self.how.patterns)
                self._put(one.source, mail, mail.message_id or identity_of(one.mail))
        except SalesError as error:
            self.loaded = before
            told = type(error)(*(self._numbered(one.number, found) for found in error.findings))
            self.gathered.add(told)
            if self.how.skip_errors:
                self.words += [found.text for found in told.findings]

    def _numbered(self, number: int, found: Finding) -> Finding:
        if self.count == 1:
            return found
        text = f"mail {number} of {self.count}: {found.text}"
        return msgspec.structs.replace(found, text=text)

    def _put(self, source: bytes, mail: Mail, identity: str) -> None:
        if there := self._find_there(identity):
            self.known += 1
            self._tell(f"{self._name(mail)} is there already, on {there}: not imported.")
            if mail.message_id is None:
                self._tell("  It has no Message-ID, but all it says is the same.")
            return
        target = self.how.record.id if self.how.record else self.matcher.find(mail)
        record = self._load(target)
        self._refuse_large(mail)
        head = self._head(record, mail)
        mail_id = self.session.new_id("mail")
        attached: list[Attached] = []
        files: list[str] = []
        for attachment in mail.attachments:
            stored = store_file(
                self.session, record, attachment.name, attachment.content, head, is_numbered=True
            )
            files.append(stored.file)
            if stored.event is not None:
                attached.append(stored.event)
                record = self._stage(record, stored.event)
                head = self._head(record, mail)
        data = format_mail(mail) if self.how.patterns else strip_files(source) if files else source
        event = Mailed(
            **head,
            mail=mail_id,
            message_id=identity,
            direction=self.matcher.direction_of(mail),
            from_=mail.from_,
            to=list(mail.to),
            cc=list(mail.cc),
            subject=mail.subject,
            excerpt=excerpt(mail.text),
            file=store_text(self.session, record, mail_id, data),
            attachments=list(dict.fromkeys(files)),
        )
        self._stage(record, event)
        self.ids.append(mail_id)
        title = record.facts.title
        self.titles[title] = self.titles.get(title, 0) + 1
        self.placed[identity] = record.facts.title
        self._tell_placed(mail, event, record)

    def _tell_placed(self, mail: Mail, event: Mailed, record: Loaded) -> None:
        count = len(event.attachments)
        held = f", {count} file{'' if count == 1 else 's'}" if count else ""
        self._tell(f"{self._name(mail)} {event.direction} → {record.facts.title}{held}.")
        if mail.message_id is None:
            self._tell("  It has no Message-ID: it is known by a hash of what it says.")
        if event.at != mail.date:
            self._tell("  Its date is missing or lies ahead: taken as of now.")
        if self.how.patterns and count:
            self._tell("  Its files are kept as they came: nothing is redacted in them.")

    def _tell(self, words: str) -> None:
        """What happened with one mail, unless there are so many that nobody would read it."""
        if self.count <= MAX_TOLD:
            self.words.append(words)

    def _load(self, record_id: str) -> Loaded:
        """A record with what was put on it so far; read once, however many mails it gets."""
        if record_id not in self.loaded:
            self.loaded[record_id] = load_record(self.session, record_id)
        return self.loaded[record_id]

    def _find_there(self, message_id: str) -> str | None:
        if message_id in self.placed:
            return self.placed[message_id]
        found = find_imported(self.session, message_id, self._load)
        return None if found is None else found[1].facts.title

    def _stage(self, record: Loaded, event: Attached | Mailed) -> Loaded:
        stage_event(self.session, record, event)
        after: Loaded = msgspec.structs.replace(
            record, events=[*record.events, event], live=[*record.live, event]
        )
        self.loaded[record.id] = after
        return after

    def _head(self, record: Loaded, mail: Mail) -> dict[str, Any]:
        """The event's first keys: it happened when the mail says, unless that can't be."""
        session = self.session
        head: dict[str, Any] = event_head(session, record)
        if mail.date is not None and mail.date <= session.now + SLACK:
            head["at"] = mail.date
            head["logged"] = session.now
        return head

    def _refuse_large(self, mail: Mail) -> None:
        Refused.raise_if(
            finding(
                "file-too-large",
                f"{one.name} of {self._name(mail)} has {len(one.content)} bytes, {MAX_PLAIN} are "
                "allowed",
                hint="--large takes it: git keeps every version for ever",
            )
            for one in mail.attachments
            if len(one.content) > MAX_PLAIN and not self.how.is_large
        )

    def _name(self, mail: Mail) -> str:
        return f'"{mail.subject}"' if mail.subject else "A mail without a subject"

    def outcome(self) -> Outcome:
        """The ids of the mails that came in, and what was done with each file's mail."""
        titles = list(self.titles)
        words = self.words
        if self.count > 1:
            words = [*words, *self._summary()]
        if broken := len(self.session.index.invalid()):
            files = "1 record" if broken == 1 else f"{broken} records"
            words = [*words, f"{files} can't be read and took no part; see salescli check."]
        count = "1 mail" if len(self.ids) == 1 else f"{len(self.ids)} mails"
        return Outcome(tuple(self.ids), tuple(words), f"import {count}: {', '.join(titles[:3])}")

    def _summary(self) -> list[str]:
        words = [f"{len(self.ids)} of {self.count} mails."]
        if self.count > MAX_TOLD:
            most = sorted(self.titles.items(), key=lambda entry: -entry[1])[:MAX_TOLD]
            words += [f"  {count} on {title}" for title, count in most]
        if self.known:
            words[0] = f"{words[0][:-1]}, {self.known} there already."
        return words
