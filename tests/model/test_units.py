"""What a unit is on a day, and what is wrong with one."""

from datetime import UTC, date, datetime

import pytest

from salescli.model.catalogues import Unit
from salescli.model.events import Released, Reserved
from salescli.model.units import check_unit, natural_key, reservations_in, state_on

DEAL = "opp-7k2m9xq4tb"
LAST = date(2026, 11, 30)
NEXT = date(2026, 12, 1)
HELD = Unit(kind="flat", reserved_for=DEAL, reserved_until=LAST)


@pytest.mark.parametrize(
    ("unit", "day", "status", "state"),
    [
        (Unit(kind="flat"), LAST, None, "free"),
        (HELD, LAST, "open", "reserved"),
        (HELD, NEXT, "open", "free"),
        (HELD, NEXT, "won", "sold"),
        (HELD, LAST, "lost", "reserved"),
        (HELD, NEXT, None, "free"),
        (Unit(kind="flat", reserved_for=DEAL), LAST, "open", "free"),
        (Unit(kind="flat", reserved_until=LAST), LAST, None, "free"),
        (Unit(kind="flat", reserved_for=DEAL, contracted_on=LAST), NEXT, "open", "contracted"),
        (Unit(kind="flat", reserved_for=DEAL, contracted_on=LAST), NEXT, "won", "sold"),
    ],
)
def test_the_state_of_a_unit_is_computed(unit, day, status, state):
    assert state_on(unit, day, status) == state


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        (Unit(kind="flat", floor=-2, rooms=0, reserved_for=DEAL, reserved_until=LAST), []),
        (Unit(kind=" "), [("missing-value", "kind")]),
        (Unit(kind="flat", rooms=-1, area=0), [("bad-unit", "rooms"), ("bad-unit", "area")]),
        (Unit(kind="flat", reserved_for=DEAL), [("half-reserved", "reserved_for")]),
        (Unit(kind="flat", reserved_until=LAST), [("half-reserved", "reserved_until")]),
        (Unit(kind="flat", contracted_on=LAST), [("contracted-for-nobody", "contracted_on")]),
        (
            Unit(kind="flat", reserved_for=DEAL, reserved_until=LAST, contracted_on=NEXT),
            [("in-the-future", "contracted_on")],
        ),
    ],
)
def test_all_that_is_wrong_with_a_unit_is_told_at_once(unit, told):
    assert [(one.code, one.field) for one in check_unit(unit, LAST)] == told


def event(kind, seq, unit, **more):
    at = datetime(2026, 11, seq, tzinfo=UTC)
    return kind(id=f"h-{seq:010}", seq=seq, at=at, by="anna", unit=unit, **more)


def test_what_stands_is_the_last_reservation_of_a_unit_that_was_not_released():
    events = [
        event(Reserved, 1, "b-47", until="2026-11-20"),
        event(Reserved, 2, "b-48", until="2026-11-20"),
        event(Reserved, 3, "b-47", until="2026-11-30"),
        event(Released, 4, "b-48", why="by hand"),
        event(Released, 5, "b-49", why="by hand"),
    ]
    standing = reservations_in(events)
    assert {unit: entry.until for unit, entry in standing.items()} == {"b-47": "2026-11-30"}


def test_numbers_in_ids_are_sorted_as_numbers():
    ids = ["b-10", "b-9", "10", "9", "a-1", "b"]
    assert sorted(ids, key=natural_key) == ["9", "10", "a-1", "b", "b-9", "b-10"]
