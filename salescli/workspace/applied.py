"""Idempotency keys: what was made or changed under one, and whether a line means just that.

Owns what a key that is there already says of a line. Knows keys as histories hold them, and no
commands.
"""

from collections.abc import Iterator, Sequence

import msgspec

from salescli.model.batchlines import INNER, MAKING, RECORDS, Line, texts_of
from salescli.model.errors import Finding, NotFound, Refused, finding
from salescli.model.events import Created, Event, kind_of, live_events
from salescli.model.ids import INNER_PREFIXES
from salescli.store.codec import read_history
from salescli.store.digest import has_history
from salescli.store.layout import HISTORY
from salescli.store.overlay import OverlaidIndex
from salescli.workspace.addressing import Found, find_by_id, find_record, title_of
from salescli.workspace.deals import load_deal
from salescli.workspace.keyed import is_other
from salescli.workspace.session import Session


class Applied(msgspec.Struct, frozen=True):
    """The event that keeps a key, the deal or lead whose history has it, and that history."""

    event: Event
    record: Found
    live: Sequence[Event]

    @property
    def subject(self) -> str:
        """What the line was about: a new deal, what lies inside one, or the record."""
        if isinstance(self.event, Created):
            return self.record.id
        for name in INNER:
            inner = getattr(self.event, name, None)
            if isinstance(inner, str) and inner.partition("-")[0] in INNER_PREFIXES:
                return inner
        return self.record.id


def find_applied(session: Session, index: OverlaidIndex, key: str) -> Applied | None:
    """The event under a key; None if it is new, or was undone."""
    for record_id in index.keyed(key):
        found = find_by_id(session, record_id)
        if found is None:
            continue
        path = f"{found.path}/{HISTORY}"
        events = live_events(read_history(session.read_required(path), path))
        event = next((one for one in events if one.key == key), None)
        if event is not None:
            return Applied(event, found, events)
    return None


def refuse_another(session: Session, line: Line, applied: Applied) -> None:
    """Raise `Refused` where a line's key is there for something else than the line says.

    That is another deal or lead than those it names, one of other values than it would make, or
    another operation or value on the same.
    What a name meant that names nothing by now can't be told, and may have been this.
    """
    record = applied.record
    process = _process_of(session, record)
    if _may_be(session, line, applied) and not is_other(
        session, line, applied.event, applied.live, process
    ):
        return
    title = title_of(session, record)
    did = kind_of(applied.event)
    text = f"{line.key!r} is the key of something else: {did!r} of {title} ({record.id})"
    raise Refused(key_of_another(text))


def _process_of(session: Session, record: Found) -> str | None:
    return None if record.kind == "lead" else load_deal(session, record.path).facts.process


def key_of_another(text: str) -> Finding:
    """That a line has the key of something else."""
    hint = "a key is for one line alone, whichever day it comes: say which job and which row"
    return finding("key-of-another", text, hint=hint, field="idempotency_key")


def _may_be(session: Session, line: Line, applied: Applied) -> bool:
    noun, _, verb = line.op.rpartition(".")
    record_id = applied.record.id
    named = [_find(session, key, text) for key, text in _names(line)]
    is_named = record_id in named
    if not isinstance(applied.event, Created):
        return is_named or None in named or (not named and verb != "create")
    if is_named or verb not in MAKING:
        return False
    if verb != "create":
        return True
    return applied.record.kind == noun


def _names(line: Line) -> Iterator[tuple[str, str]]:
    """(key, text) of each deal, lead and thing inside one that a line names."""
    for key, value in line.values.items():
        has_past = key in INNER or any(has_history(kind) for kind in RECORDS.get(key, ()))
        if has_past:
            yield from ((key, text) for text in texts_of(value) if text)


def _find(session: Session, key: str, text: str) -> str | None:
    """The id of the deal or lead that a text names, or in which lies what it names."""
    try:
        return find_named(session, key, text).id
    except NotFound:
        return None


def find_named(session: Session, key: str, text: str) -> Found:
    """The born record that a text under a key names, or in which lies what it names.

    Raises `NotFound` if there is no one such.
    """
    if key in RECORDS:
        return find_record(session, text, *RECORDS[key])
    prefix = INNER[key]
    beginning = text if text.startswith(f"{prefix}-") else f"{prefix}-{text}"
    session.index.refresh()
    held = {record_id for _, record_id in session.index.holders(beginning)}
    found = find_by_id(session, held.pop()) if len(held) == 1 else None
    if found is None:
        raise NotFound(finding("no-such-record", f"there is no one {key} {text!r}", field=key))
    return found
