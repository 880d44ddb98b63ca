"""Deals and leads that somebody was given after their last day: no command does, a merge may. Pure.

Somebody who left later than that keeps what is theirs until it is handed over.
"""

from collections.abc import Iterator, Mapping, Sequence

from salescli.model.catalogues import has_left
from salescli.model.errors import Finding, finding
from salescli.model.events import Created, Event
from salescli.model.records import Lead, Opportunity
from salescli.workspace.checking.known import Known


def check_leavers(
    facts: Opportunity | Lead, live: Sequence[Event], known: Known
) -> Iterator[Finding]:
    """A warning for each of our people on an open record.

    No more than a warning: a last day may be written down later, and the files don't say when.
    """
    people = {} if known.team is None else known.team.people
    for path, person in _held(facts):
        setter = _setter(live, path, person) if known.has_left(person) else None
        day = None if setter is None else known.calendar.day_of(setter.at)
        if day is not None and has_left(people, person, day):
            text = f"{person} left on {people[person].left}, and got this on {day}"
            command = "lead" if isinstance(facts, Lead) else "opp"
            hint = f"salescli {command} set {facts.id} --owner NAME gives it to another one"
            if path != "owner":
                hint = f"salescli opp member remove {facts.id} {person}"
            name = path.partition("/")[0]
            yield finding("has-left", text, hint=hint, field=name, warning=True)


def _held(facts: Opportunity | Lead) -> Iterator[tuple[str, str]]:
    """(path in events, id) of those who have a record: its owner, and its team."""
    if facts.owner is not None:
        yield "owner", facts.owner
    members = facts.team if isinstance(facts, Opportunity) else ()
    yield from ((f"team/{one.member}", one.member) for one in members)


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
