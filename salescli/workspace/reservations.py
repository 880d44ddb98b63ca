"""Who holds a unit: one value in the unit's file, and the deal's history as its evidence.

A reservation that has run out frees the unit without any write. Decided from the files, never
from the index.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from salescli.model.calendar import format_day
from salescli.model.errors import About, Finding, Refused, SalesError, finding
from salescli.model.events import Event, Released, Reserved
from salescli.model.units import State, is_reserved_on, reservations_in, state_on
from salescli.workspace.addressing import find_by_id
from salescli.workspace.deals import LoadedDeal, event_head, load_deal, stage_event
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.units import Place, find_unit, patch_unit, places_with

BY_HAND = "by hand"


class Holder(msgspec.Struct, frozen=True):
    """The deal that a unit's file names, as far as it is there, and what that makes of the unit."""

    state: State
    deal_id: str | None
    title: str = ""
    status: str | None = None


def holder_of(session: Session, place: Place, day: date) -> Holder:
    """Who holds a unit on a day; `deal_id` is None for a free one."""
    deal_id = place.unit.reserved_for
    located = find_by_id(session, deal_id) if deal_id is not None else None
    if located is None or located.kind != "opportunity":
        state = state_on(place.unit, day, None)
        return Holder(state, None if state == "free" else deal_id)
    facts = load_deal(session, located.path).facts
    status = session.process(facts.process).status_of(facts.stage)
    state = state_on(place.unit, day, status)
    return Holder(state, None if state == "free" else deal_id, facts.title, status)


def add_reservation(session: Session, deal: LoadedDeal, unit: str, until: str) -> Outcome:
    """Reserve a unit for a deal, up to and including a day; raises every fault together."""
    place = find_unit(session, unit)
    day = _read_until(session, until)
    head = event_head(session, deal)
    Refused.raise_if(_hindrances(session, deal, place, session.calendar.day_of(head["at"])))
    standing = reservations_in(deal.live).get(place.id)
    is_known = standing is not None and standing.until == str(place.unit.reserved_until)
    if (
        place.unit.reserved_for == deal.id
        and is_reserved_on(place.unit, session.today)
        and is_known
    ):
        short = session.short(deal.id)
        text = f"{place.id} is reserved for {deal.facts.title} already, until "
        hint = f"salescli reservation extend {short} {place.id} --until DAY"
        text += format_day(place.unit.reserved_until or day)
        raise Refused(finding("already-reserved", text, hint=hint, field="unit"))
    return _reserve(session, deal, place, day, head)


def extend_reservation(session: Session, deal: LoadedDeal, unit: str, until: str) -> Outcome:
    """Give the reservation that a deal holds, or held last, another last day."""
    place = find_unit(session, unit)
    day = _read_until(session, until)
    head = event_head(session, deal)
    Refused.raise_if(_hindrances(session, deal, place, session.calendar.day_of(head["at"])))
    if place.unit.reserved_for != deal.id:
        raise Refused(_not_reserved(session, deal, place))
    standing = reservations_in(deal.live).get(place.id)
    if place.unit.reserved_until == day and standing and standing.until == day.isoformat():
        return Outcome((deal.id,), ("Nothing to change: it says so already.",))
    return _reserve(session, deal, place, day, head)


def _read_until(session: Session, until: str) -> date:
    """The last day of a reservation; one that has passed would hold nothing."""
    with About("until"):
        day = session.calendar.parse_day(until, session.today)
    if day < session.today:
        text = f"{format_day(day)} has passed: the unit would not be reserved"
        hint = "--until takes today or a later day"
        raise Refused(finding("until-has-passed", text, hint=hint, field="until"))
    return day


def _hindrances(session: Session, deal: LoadedDeal, place: Place, day: date) -> list[Finding]:
    """Why a deal can't hold a unit from a day on."""
    found = []
    status = session.process(deal.facts.process).status_of(deal.facts.stage)
    if status not in ("open", "won"):
        text = f"{deal.facts.title} is {status} and holds no unit"
        hint = f"salescli opportunity reopen {session.short(deal.id)} --to STAGE --reason TEXT"
        found.append(finding("reserved-for-failed", text, hint=hint, field="deal"))
    if place.unit.reserved_for not in (None, deal.id):
        holder = holder_of(session, place, day)
        if holder.deal_id is not None:
            found.append(_taken(session, place, holder))
    return found


def _taken(session: Session, place: Place, holder: Holder) -> Finding:
    text = f"{place.id} is {describe_holder(session, place, holder)}"
    hint = "salescli unit list --state free shows what is free"
    return finding("unit-taken", text, hint=hint, field="unit")


def describe_holder(session: Session, place: Place, holder: Holder) -> str:
    """`reserved for Flat 47 (7k2m) until 30 Nov 2026`; `free` for a free one."""
    if holder.deal_id is None:
        return "free"
    title = f"{holder.title} ({session.short(holder.deal_id)})" if holder.title else holder.deal_id
    words = {"reserved": "reserved for", "contracted": "contracted for", "sold": "sold with"}
    said = f"{words[holder.state]} {title}"
    until, contracted = place.unit.reserved_until, place.unit.contracted_on
    if holder.state == "reserved" and until is not None:
        said += f" until {format_day(until)}"
    if holder.state == "contracted" and contracted is not None:
        said += f" since {format_day(contracted)}"
    return said


def _not_reserved(session: Session, deal: LoadedDeal, place: Place) -> Finding:
    text = f"{place.id} is not reserved for {deal.facts.title}"
    hint = f"salescli reservation add {session.short(deal.id)} {place.id} --until DAY"
    return finding("not-reserved", text, hint=hint, field="unit")


def _reserve(
    session: Session, deal: LoadedDeal, place: Place, day: date, head: Mapping[str, Any]
) -> Outcome:
    values: dict[str, Any] = {"reserved_for": deal.id, "reserved_until": day.isoformat()}
    if place.unit.reserved_for != deal.id and place.unit.contracted_on is not None:
        values["contracted_on"] = None  # of nobody: no deal stands beside it
    patch_unit(session, place, values)
    stage_event(session, deal, Reserved(**head, unit=place.id, until=day.isoformat()))
    short = session.short(deal.id)
    words = (
        f"{place.id} reserved until {format_day(day)}. "
        f"To free it: salescli reservation release {short} {place.id}",
    )
    return Outcome((deal.id,), words, f"reserve {place.id} for {deal.id}: {deal.facts.title}")


def release_reservation(
    session: Session, deal: LoadedDeal, unit: str, why: str | None = None
) -> Outcome:
    """Free a unit that a deal holds; or say in its history that it holds it no more."""
    from_file = find_unit(session, unit)
    why = (why or "").strip() or BY_HAND
    if from_file.unit.reserved_for != deal.id and from_file.id not in reservations_in(deal.live):
        raise Refused(_not_reserved(session, deal, from_file))
    words = _release(session, deal, from_file, why, ())[1]
    title = f"release {from_file.id} of {deal.id}: {deal.facts.title}"
    return Outcome((deal.id,), (words,), title)


def _release(
    session: Session, deal: LoadedDeal, place: Place, why: str, after: Sequence[Event]
) -> tuple[Event, str]:
    words = f"{place.id} is free again."
    if place.unit.reserved_for == deal.id:
        freed = dict.fromkeys(("reserved_for", "reserved_until", "contracted_on"))
        patch_unit(session, place, freed)
        if place.unit.contracted_on is not None:
            words = f"{place.id} is free again, the contract of {place.unit.contracted_on} with it."
    else:
        words = f"{place.id} was held by another already; the history says so now."
    event = Released(**event_head(session, deal, after), unit=place.id, why=why)
    stage_event(session, deal, event)
    return event, words


def release_all(session: Session, deal: LoadedDeal, closed: Event, why: str) -> list[str]:
    """Free all units whose files name a deal that `closed` has just closed in vain; in words.

    `deal` is as read before; nothing is read in a store without units. Raises `Damaged` for a
    building that names the deal and can't be read.
    """
    after: list[Event] = [closed]
    said = []
    for place in places_with(session, deal.id):
        if place.unit.reserved_for == deal.id:
            event, words = _release(session, deal, place, why, after)
            after.append(event)
            said.append(words)
    return said


def unsold(session: Session, deal: LoadedDeal) -> list[str]:
    """What a deal that has just been won says in vain about units, in words.

    Units that it held last and that another holds now, and those of its lines that it never held.
    A building that can't be read is left to `check`: a win is not held up by what it only reads.
    """
    try:
        return list(_unsold(session, deal))
    except SalesError:
        return []


def _unsold(session: Session, deal: LoadedDeal) -> Iterator[str]:
    held = {p.id for p in places_with(session, deal.id) if p.unit.reserved_for == deal.id}
    wanted = set(reservations_in(deal.live)) | _units_of_lines(session, deal)
    for unit in sorted(wanted - held):
        place = find_unit(session, unit)
        words = describe_holder(session, place, holder_of(session, place, session.today))
        yield f"{unit} is not sold with it but {words}."
        if words == "free":
            short = session.short(deal.id)
            yield f"To sell it: salescli reservation add {short} {unit} --until DAY"


def with_availability(session: Session, deal: LoadedDeal, unit: str, outcome: Outcome) -> Outcome:
    """The outcome of adding a unit as a line, and what that doesn't do: hold the unit."""
    place = find_unit(session, unit)
    holder = holder_of(session, place, session.today)
    if holder.deal_id == deal.id:
        return outcome
    words = f"{place.id} is {describe_holder(session, place, holder)}."
    if holder.deal_id is None:
        short = session.short(deal.id)
        words += f" To hold it: salescli reservation add {short} {place.id} --until DAY"
    return Outcome(outcome.ids, (*outcome.words, words), outcome.title)


def _units_of_lines(session: Session, deal: LoadedDeal) -> set[str]:
    """The units that a deal's lines mean: those whose product is that of no other unit."""
    found = set()
    for product in {line.product for line in deal.facts.products if line.product is not None}:
        units = [p.id for p in places_with(session, product) if p.unit.product == product]
        found |= set(units) if len(units) == 1 else set()
    return found
