"""Which event gave a field its value."""

from datetime import UTC, datetime

import pytest

from salescli.model.events import Changed, Closed, Created, Moved, Noted, Voided
from salescli.model.writers import find_writer, reason_of

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BASE = {"at": AT, "by": "anna"}
CREATED = Created(id="h-1", seq=1, fields={"stage": "a", "budget": "1.00 EUR"}, **BASE)
MOVED = Moved(id="h-2", seq=2, from_="a", to="b", note="They asked", **BASE)
ITEM = Changed(id="h-3", seq=3, fields={"contacts/con-1": [None, {"role": "buyer"}]}, **BASE)
ROLE = Changed(id="h-4", seq=4, fields={"contacts/con-1/role": ["buyer", "boss"]}, **BASE)
CLOSED = Closed(
    id="h-5", seq=5, from_="b", to="lost", note="Sad",
    fields={"close_date": [None, "2026-11-02"], "close_reason": [None, "no-answer"]}, **BASE,
)  # fmt: skip
NOTED = Noted(id="h-6", seq=6, text="Hm", **BASE)
EVENTS = [CREATED, MOVED, ITEM, ROLE, CLOSED, NOTED]


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("stage", CLOSED),
        ("budget", CREATED),
        ("close_reason", CLOSED),
        ("contacts/con-1/role", ROLE),
        ("contacts/con-1/influence", ITEM),
        ("contacts/con-1", ROLE),
        ("contacts", ROLE),
        ("contacts/con-11", None),
        ("owner", None),
    ],
)
def test_the_last_event_that_set_it_or_a_part_of_it(path, event):
    assert find_writer(EVENTS, path) is event


def test_what_was_taken_back_set_nothing():
    voided = Voided(id="h-7", seq=7, events=["h-5"], why="undo", **BASE)
    assert find_writer([*EVENTS, voided], "stage") is MOVED


def test_a_closing_says_its_reason_and_others_their_note():
    assert reason_of(CLOSED) == "no-answer"
    assert reason_of(MOVED) == "They asked"
    assert reason_of(ROLE) == reason_of(CREATED) == ""
