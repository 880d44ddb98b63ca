"""Units of a building: free, reserved, contracted or sold on a day, and the rules for one.

Pure. Knows a unit and what its deal's status is; must not know files nor how deals are found.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, get_args

from salescli.model.catalogues import Unit
from salescli.model.errors import Finding, finding
from salescli.model.events import Event, Released, Reserved

State = Literal["free", "reserved", "contracted", "sold"]
STATES: tuple[State, ...] = get_args(State)


def is_reserved_on(unit: Unit, day: date) -> bool:
    """Whether a reservation is in force; its last day counts, the day after frees by itself."""
    until = unit.reserved_until
    return unit.reserved_for is not None and until is not None and day <= until


def state_on(unit: Unit, day: date, status: str | None) -> State:
    """The state of a unit on a day (format.md section 4).

    `status` is that of the deal in `reserved_for`: `open`, `won`, `lost` …; None without one.
    """
    if unit.reserved_for is not None and status == "won":
        return "sold"
    if unit.contracted_on is not None:
        return "contracted"
    return "reserved" if is_reserved_on(unit, day) else "free"


def check_unit(unit: Unit, today: date) -> Iterator[Finding]:
    """What is wrong with a unit by itself, whatever deals say; `field` names the key."""
    if not unit.kind.strip():
        text = "a unit needs a kind, like flat or parking"
        yield finding("missing-value", text, field="kind")
    for name in ("rooms", "area"):
        number = getattr(unit, name)
        if number is not None and (number < 0 or (name == "area" and number == 0)):
            yield finding("bad-unit", f"{name} of a unit can't be {number}", field=name)
    if unit.reserved_for is not None and unit.reserved_until is None:
        text = "reserved until no day, so it is not reserved"
        hint = f"salescli reservation extend {unit.reserved_for} UNIT --until DAY"
        yield finding("half-reserved", text, hint=hint, field="reserved_for")
    if unit.reserved_for is None and unit.reserved_until is not None:
        text = f"reserved until {unit.reserved_until}, and for no deal"
        hint = "take reserved_until out, then salescli reservation add DEAL UNIT --until DAY"
        yield finding("half-reserved", text, hint=hint, field="reserved_until")
    if unit.contracted_on is not None and unit.contracted_on > today:
        text = f"{unit.contracted_on} lies in the future; a contract is told when it is signed"
        yield finding("in-the-future", text, field="contracted_on")
    if unit.reserved_for is None and unit.contracted_on is not None:
        text = f"contracted on {unit.contracted_on}, and for no deal"
        hint = "salescli reservation add DEAL UNIT --until DAY comes first"
        yield finding("contracted-for-nobody", text, hint=hint, field="contracted_on")


def reservations_in(live: Iterable[Event]) -> dict[str, Reserved]:
    """Unit → the reservation that a deal's live events, in fold order, leave standing.

    A day may have ended it: who asks looks at `until`.
    """
    standing: dict[str, Reserved] = {}
    for event in live:
        if isinstance(event, Reserved):
            standing[event.unit] = event
        elif isinstance(event, Released):
            standing.pop(event.unit, None)
    return standing


def natural_key(text: str | None) -> tuple[tuple[int, int, str], ...]:
    """What people sort by: `b-9` before `b-10`."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", (text or "").casefold())
    return tuple((0, int(part), "") if part[0].isdecimal() else (1, 0, part) for part in parts)
