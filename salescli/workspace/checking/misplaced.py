"""What the stage of a record doesn't take: if closed no probability, if open no reason, no archive.

Only a merge or a hand makes it. After a merge the history holds, since nothing else can; where the
history says it too, the event that did counts no more. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from salescli.model.errors import Finding
from salescli.model.events import Changed, Event
from salescli.model.rules import LOCKED_WHEN_CLOSED
from salescli.workspace.checking.history import Road, last_closing, void_line

_MISPLACED = frozenset(
    {"archived-open", "probability-when-closed", "reason-not-failed", "revenue-not-won"}
)
_SET = _MISPLACED | {"wrong-closing-day"}
_HELD = _SET | {"unsettled-merge"}
_TAKEN_BACK = "salescli check --fix takes what its history says: its stage takes nothing else"


def held_by_stage(road: Road, differing: Iterable[str], found: Sequence[Finding]) -> frozenset[str]:
    """Of fields that a merge left apart, those that can only be what the history says.

    `differing` are paths; `found` is what else is wrong with the record.
    """
    tops = {path.partition("/")[0] for path in differing}
    if not road.twins or road.is_forked or "stage" in tops:
        return frozenset()
    held = {entry.field for entry in found if entry.code in _MISPLACED}
    held |= set(LOCKED_WHEN_CLOSED) if last_closing(road.live) is not None else set()
    return frozenset(tops & held)


def with_ways(found: Iterable[Finding], road: Road, held: frozenset[str]) -> Iterator[Finding]:
    """Findings with the command that mends what the stage doesn't take."""
    for entry in found:
        if entry.field in held and entry.code in _HELD:
            yield msgspec.structs.replace(entry, hint=_TAKEN_BACK)
        elif entry.code in _SET and (setter := _setter(road.live, entry.field)) is not None:
            yield msgspec.structs.replace(entry, hint=void_line(setter.id))
        else:
            yield entry


def _setter(live: Sequence[Event], name: str) -> Event | None:
    """The change that a field comes from, if it is of a `changed` event."""
    for event in reversed(live):
        fields: Mapping[str, object] = getattr(event, "fields", None) or {}
        if name in fields:
            change = fields[name]
            is_set = isinstance(change, list) and change[1] is not None
            return event if isinstance(event, Changed) and is_set else None
    return None
