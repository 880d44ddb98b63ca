"""Files and links of a deal or lead: copied in under its `files/`, found, taken off again.

Names come out safe and never leave the record's directory; what a file holds is recorded as
SHA-256 and bytes in the event that brought it (format.md section 7).
"""

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from salescli.model.correspondence import AttachedFile, build_files, users_of
from salescli.model.errors import Damaged, NotFound, Place, Refused, finding
from salescli.model.events import Attached, Event, Mailed
from salescli.model.filenames import distinct_file_names, safe_file_name
from salescli.model.inputs import clean_text
from salescli.model.nearest import did_you_mean
from salescli.store.changeset import hash_bytes
from salescli.workspace.deals import Loaded, event_head, stage_event
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.undoing import void_events

MAX_PLAIN = 10 * 1024 * 1024  # bytes of a file without --large: git keeps every version for ever
MAX_LARGE = 100 * 1024 * 1024  # and with it: more is refused by the usual hosts of git
FOLDER = "files"
OPENED_SCHEMES = frozenset({"http", "https", "mailto"})


class Stored(msgspec.Struct, frozen=True):
    """Where a file stands in the record's directory; the event that brings it, if it is new."""

    file: str
    event: Attached | None


def attach_file(
    session: Session, record: Loaded, name: str, data: bytes, title: str | None = None
) -> Outcome:
    """Copy a file into a record. The same name with other content is refused; with the same

    content nothing is written, unless what is there is not what was attached: then it is from now.
    """
    wanted = read_text(title) if title else None
    stored = store_file(session, record, name, data, event_head(session, record), title=wanted)
    if stored.event is None:
        words = f"{_base(stored.file)} is there already, with the same content: nothing written."
        return Outcome((record.id,), (words,))
    old = [
        event for event in record.live if isinstance(event, Attached) and event.file == stored.file
    ]
    if old:
        void_events(session, record.history_path, old, "mistake")
    seq = stored.event.seq + (1 if old else 0)
    stage_event(session, record, msgspec.structs.replace(stored.event, seq=seq))
    words = f"{_base(stored.file)} is on {record.facts.title}, {len(data)} bytes."
    if _base(stored.file) != name:
        words += " Its name was made safe."
    return Outcome((record.id,), (words,), f"attach {_base(stored.file)} to {record.id}")


def store_file(
    session: Session,
    record: Loaded,
    name: str,
    data: bytes,
    head: Mapping[str, Any],
    *,
    title: str | None = None,
    is_numbered: bool = False,
) -> Stored:
    """Stage a file of a record, under a safe name; the caller stages the event.

    Where the name is taken by other content it is refused, or numbered if `is_numbered` says so.
    Raises `Refused` (`name-taken`).
    """
    safe = safe_file_name(name)
    folder = f"{record.directory}/{FOLDER}"
    session.files.exists(f"{folder}/{safe}")  # raises where `files` is a link
    taken = session.files.list_directory(folder)
    digest = hash_bytes(data)
    names = distinct_file_names([*taken, safe])[-1:] if is_numbered else []
    for known in [one for one in taken if _is_version(one, safe, is_numbered)]:
        if session.files.read(f"{folder}/{known}") == data:
            file = f"{FOLDER}/{known}"
            there = build_files(record.live).get(file)
            if there is not None and (is_numbered or there.sha256 in (None, digest)):
                return Stored(file, None)
            return Stored(file, _attached(head, file, digest, len(data), title))
        if not is_numbered:
            raise _name_taken(session, record, known)
    file = f"{FOLDER}/{names[0] if names else safe}"
    session.files.write(f"{record.directory}/{file}", data)
    return Stored(file, _attached(head, file, digest, len(data), title))


def _attached(
    head: Mapping[str, Any], file: str, digest: str, size: int, title: str | None
) -> Attached:
    return Attached(**head, file=file, sha256=digest, bytes=size, title=title)


def _is_version(known: str, safe: str, is_numbered: bool) -> bool:
    """Whether a name is the wanted one on any system, or one of its numbered ones."""
    if _folded(known) == _folded(safe):
        return True
    stem, dot, ending = _folded(safe).rpartition(".")
    pattern = f"{re.escape(stem)}-[0-9]+{re.escape(dot + ending)}"
    return is_numbered and bool(stem) and re.fullmatch(pattern, _folded(known)) is not None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _base(file: str) -> str:
    return file.rpartition("/")[2]


def _name_taken(session: Session, record: Loaded, name: str) -> Refused:
    stem, _, ending = name.rpartition(".")
    other = f"{stem}-2.{ending}" if stem else f"{name}-2"
    return Refused(
        finding(
            "name-taken",
            f"{record.facts.title} has a file {name} with other content",
            hint=f"salescli file attach {session.short(record.id)} … --name {shlex.quote(other)}",
            field="name",
        )
    )


def attach_link(session: Session, record: Loaded, url: str, title: str | None = None) -> Outcome:
    """Keep a web address or a path as it is: nothing is copied."""
    where = read_text(url).strip()
    if not where or "\n" in where:
        raise Refused(finding("missing-value", "a link leads somewhere: one line", field="link"))
    wanted = read_text(title) if title else None
    if where in build_files(record.live):
        words = f"the link is there already: {where}"
        return Outcome((record.id,), (words[:1].upper() + words[1:],))
    event = Attached(**event_head(session, record), url=where, title=wanted)
    stage_event(session, record, event)
    return Outcome((record.id,), (f"Link kept on {record.facts.title}.",), f"link {where}")


def read_text(text: str) -> str:
    """A typed text as it may be stored; raises `WrongUsage`."""
    return clean_text(text).strip("\n")


def find_file(record: Loaded, text: str | None) -> AttachedFile:
    """The attached file or link that `text` names: name, path, title, or a part of one.

    Without a text: the only one there is. Raises `NotFound`.
    """
    known = list(build_files(record.live).values())
    if text is None and len(known) == 1:
        return known[0]
    wanted = _folded(text or "")
    for is_meant in (_is_exact, _is_part):
        found = [one for one in known if text is not None and is_meant(one, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _several(found, text or "")
    if text is None and known:
        raise _several(known, "")
    names = [one.name for one in known]
    said = f"{record.facts.title} has no {f'file {text!r}' if text else 'files'}"
    raise NotFound(
        finding(
            "no-such-attachment",
            said,
            hint=did_you_mean(text or "", names)
            or (f"there are {', '.join(names[:10])}" if names else "salescli file attach adds one"),
        )
    )


def _is_exact(one: AttachedFile, wanted: str) -> bool:
    return wanted in {_folded(text) for text in (one.name, one.file, one.url, one.title) if text}


def _is_part(one: AttachedFile, wanted: str) -> bool:
    return any(wanted in _folded(text) for text in (one.name, one.title) if text)


def _several(found: Sequence[AttachedFile], text: str) -> NotFound:
    what = f"{text!r} may be any of" if text else "there are"
    lines = [f"{what} {len(found)}:", *(f"  {one.name}" for one in found[:10])]
    return NotFound(finding("ambiguous", "\n".join(lines), hint="give the whole name"))


def locate_file(session: Session, record: Loaded, one: AttachedFile) -> str:
    """Where an attached file stands: an absolute path. Raises `Damaged` if it isn't there."""
    path = _path_of(record, one)
    if session.files.read(path) is None:
        raise Damaged(
            finding(
                "missing-attachment",
                f"{one.file} is not there",
                hint="bring it back with git checkout",
                place=Place(path),
            )
        )
    return f"{session.files.root}/{path}"


def read_attached(session: Session, record: Loaded, one: AttachedFile) -> bytes:
    """What an attached file holds. Raises `Damaged` if it isn't there."""
    locate_file(session, record, one)
    return session.read_required(_path_of(record, one))


def _path_of(record: Loaded, one: AttachedFile) -> str:
    """A file's path in the store. Raises `Damaged` where a history edited by hand leads elsewhere:

    nothing there is opened or removed.
    """
    folder, _, name = (one.file or "").partition("/")
    if folder not in (FOLDER, "mail") or not name or "/" in name:
        text = f"{one.file} leads out of the record's files/"
        hint = "salescli check shows the line"
        raise Damaged(finding("bad-file-name", text, hint=hint, place=Place(record.history_path)))
    return f"{record.directory}/{one.file}"


def is_openable(url: str) -> bool:
    """Whether a link is handed to the system's opener: only web and mail addresses are."""
    try:
        return urlsplit(url).scheme.lower() in OPENED_SCHEMES
    except ValueError:
        return False


def detach_file(session: Session, record: Loaded, text: str) -> Outcome:
    """Take a file off a record: its event is voided, the file goes.

    Raises `Refused` (`file-in-use`) where a mail or proposal names it.
    """
    one = find_file(record, text)
    users = users_of(record.live, one.file) if one.file else []
    if users:
        raise Refused(
            finding(
                "file-in-use",
                f"{one.name} belongs to {' and '.join(dict.fromkeys(map(_what, users)))}",
                hint="it stays as long as that does",
            )
        )
    path = _path_of(record, one) if one.file else ""
    events: list[Event] = [
        event
        for event in record.live
        if isinstance(event, Attached) and (event.file, event.url) == (one.file, one.url)
    ]
    void_events(session, record.history_path, events, "mistake")
    if path:
        session.files.remove(path)
    words = f"{one.name} is off {record.facts.title}. salescli undo brings it back."
    return Outcome((record.id,), (words,), f"detach {one.name} from {record.id}")


def _what(event: Any) -> str:
    if isinstance(event, Mailed):
        return f"the mail {event.subject!r}"
    return f"proposal {event.number or event.proposal}"
