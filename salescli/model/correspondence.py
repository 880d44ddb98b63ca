"""What was written about a deal or lead, folded from its events: posts, files, mails (format.md 7).

Owns the rules of these events that need no disk: they hold for commands and `check` alike. Pure.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from salescli.model.activities import PROPOSAL_STATES
from salescli.model.conversion import decode_scalar, text_words
from salescli.model.events import Attached, BaseEvent, Event, Mailed, Noted, Posted, Proposed
from salescli.model.ids import is_born_id
from salescli.model.money import Money

DIRECTIONS = ("in", "out")
MAX_EXCERPT = 500  # characters of a mail that stand in its event
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Not inside an e-mail address. The name is looked at by whoever knows the people.
_MENTION = re.compile(r"(?<![\w.@+-])@(\w[\w-]*)")


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post or reply in the feed."""

    id: str
    at: datetime
    by: str
    text: str
    reply_to: str | None = None
    mentions: tuple[str, ...] = ()


class AttachedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a record, or a link; `file` is its path inside the record's directory."""

    event_id: str
    at: datetime
    by: str
    file: str | None = None
    url: str | None = None
    title: str | None = None
    sha256: str | None = None
    bytes: int | None = None

    @property
    def name(self) -> str:
        """The file's name, or where the link leads."""
        return (self.file or "").rpartition("/")[2] if self.file else self.url or ""


def build_posts(live: Iterable[Event]) -> dict[str, Post]:
    """The posts that live events in fold order make, by id."""
    return {
        event.post: Post(
            id=event.post,
            at=event.at,
            by=event.by,
            text=event.text,
            reply_to=event.reply_to,
            mentions=tuple(event.mentions),
        )
        for event in live
        if isinstance(event, Posted)
    }


def build_threads(posts: Iterable[Post]) -> list[tuple[int, Post]]:
    """(depth, post): each post followed by its replies, both as they were written.

    A reply to a post that is gone stands as a post; so does one of a circle made by hand.
    """
    ordered = sorted(posts, key=lambda post: (post.at, post.id))
    replies: dict[str, list[Post]] = {}
    for post in ordered:
        if post.reply_to is not None:
            replies.setdefault(post.reply_to, []).append(post)
    known = {post.id for post in ordered}
    first = [post for post in ordered if post.reply_to not in known]
    told: dict[str, tuple[int, Post]] = {}
    for start in (*first, *ordered):
        waiting = [(0, start)]
        while waiting:
            depth, post = waiting.pop()
            if post.id not in told:
                told[post.id] = (depth, post)
                waiting += [(depth + 1, one) for one in reversed(replies.get(post.id, []))]
    return list(told.values())


def build_files(live: Iterable[Event]) -> dict[str, AttachedFile]:
    """Files (by path) and links (by URL) that live events attach; a later event wins."""
    found: dict[str, AttachedFile] = {}
    for event in live:
        if isinstance(event, Attached) and (key := event.file or event.url):
            found.pop(key, None)
            found[key] = AttachedFile(
                event_id=event.id,
                at=event.at,
                by=event.by,
                file=event.file,
                url=event.url,
                title=event.title,
                sha256=event.sha256,
                bytes=event.bytes,
            )
    return found


def users_of(live: Iterable[Event], file: str) -> list[Mailed | Proposed]:
    """The live events that name a file which another event attached."""
    return [
        event
        for event in live
        if (isinstance(event, Proposed) and event.file == file)
        or (isinstance(event, Mailed) and file in (event.file, *event.attachments))
    ]


def attached_with(live: Iterable[Event], mails: Collection[Mailed]) -> list[Attached]:
    """The events that attached the files of these mails when they were imported.

    An import writes them just before the mail, as of the same instant.
    """
    return [
        event
        for event in live
        if isinstance(event, Attached)
        and any(
            event.file in mail.attachments
            and (event.at, event.by) == (mail.at, mail.by)
            and event.seq < mail.seq
            for mail in mails
        )
    ]


def find_mentions(text: str) -> list[str]:
    """The names after `@` in a text, each once, in small letters; nobody has looked them up."""
    return list(dict.fromkeys(name.lower().rstrip("-") for name in _MENTION.findall(text)))


def correspondence_faults(event: BaseEvent) -> Iterator[tuple[str, str]]:
    """(key, words) for everything that a note, post, mail, file or proposal can't say."""
    if isinstance(event, Noted):
        yield from _texts(("text", event.text))
    elif isinstance(event, Posted):
        yield from _ids("post", (event.post, event.reply_to))
        yield from _texts(("text", event.text))
    elif isinstance(event, Mailed):
        yield from _mail_faults(event)
    elif isinstance(event, Attached):
        yield from _file_faults(event)
    elif isinstance(event, Proposed):
        yield from _proposal_faults(event)


def _texts(*named: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    for key, text in named:
        words = text_words(text) if text else ""
        if words:
            yield key, words


def _ids(prefix: str, names: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name is not None and not is_born_id(name, prefix):
            yield prefix, f"{name!r} is no id of it: {prefix}- and 10 characters"


def _mail_faults(event: Mailed) -> Iterator[tuple[str, str]]:
    yield from _ids("mail", (event.mail,))
    yield from _texts(("subject", event.subject), ("excerpt", event.excerpt))
    if event.direction not in DIRECTIONS:
        yield "direction", f"{event.direction!r} is neither in nor out"
    if len(event.excerpt) > MAX_EXCERPT:
        yield "excerpt", f"{len(event.excerpt)} characters, {MAX_EXCERPT} are allowed"


def _file_faults(event: Attached) -> Iterator[tuple[str, str]]:
    yield from _texts(("title", event.title), ("url", event.url))
    if (event.file is None) == (event.url is None):
        yield "file", "what is attached is a file or a link: exactly one of them"
    if event.sha256 is not None and not _SHA256.fullmatch(event.sha256):
        yield "sha256", "a hash has 64 characters of 0-9 and a-f"
    if event.bytes is not None and event.bytes < 0:
        yield "bytes", "no file has less than 0 bytes"


def _proposal_faults(event: Proposed) -> Iterator[tuple[str, str]]:
    yield from _ids("prop", (event.proposal,))
    yield from _texts(("number", event.number))
    if event.state not in PROPOSAL_STATES:
        yield "state", f"{event.state!r} is none of {', '.join(PROPOSAL_STATES)}"
    if event.version is not None and event.version < 1:
        yield "version", "versions count from 1"
    if event.amount is not None:
        try:
            decode_scalar(Money, event.amount)
        except ValueError as error:
            yield "amount", str(error)
