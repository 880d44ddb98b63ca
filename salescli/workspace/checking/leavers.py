"""Deals and leads that somebody was given after their last day: no command does, a merge may. Pure.

Somebody who left later than that keeps what is theirs until it is handed over.
"""

from collections.abc import Iterator, Mapping, Sequence

from salescli.model.catalogues import has_left
from salescli.model.errors import Finding, finding
from salescli.model.events import Created, Event
from salescli.model.facts import State
from salescli.workspace.checking.known import Known

Of = tuple[str, Finding]


def check_leavers(
    live: Sequence[Event], state: State, record_id: str, kind: str, known: Known
) -> Iterator[Of]:
    """(path, warning) for each of our people on an open record; `state` is what its file says.

    A warning: a last day may be written down later, and the files don't say when.
    """
    if known.team is None:
        return
    for path, person in _held(state):
        setter = _setter(live, path, person) if known.has_left(person) else None
        if setter is None:
            continue
        day = known.calendar.day_of(setter.at)
        if has_left(known.team.people, person, day):
            left = known.team.people[person].left
            text = f"{person} left on {left}, and got this on {day}"
            name = path.partition("/")[0]
            command = "lead" if kind == "lead" else "opp"
            hint = f"salescli {command} set {record_id} --owner NAME gives it to another one"
            if name != "owner":
                hint = f"salescli opp member remove {record_id} {person}"
            yield path, finding("has-left", text, hint=hint, field=name, warning=True)


def _held(state: State) -> Iterator[tuple[str, str]]:
    """(path, id) of those who have a record: its owner, and its team."""
    owner = state.get("owner")
    if isinstance(owner, str):
        yield "owner", owner
    yield from ((f"team/{member}", member) for member in state.get("team", ()))


def _setter(live: Sequence[Event], path: str, person: str) -> Event | None:
    """The event from which somebody has it; None where the file says it alone."""
    for event in reversed(live):
        fields: Mapping[str, object] = getattr(event, "fields", None) or {}
        if path not in fields:
            continue
        change = fields[path]
        after = change if isinstance(event, Created) else None
        if isinstance(change, list):
            after = change[1]
        is_theirs = after is not None if "/" in path else after == person
        return event if is_theirs else None
    return None
