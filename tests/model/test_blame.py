"""Who set each field: the last event that made it what it is."""

from typing import Any

from salescli.model.blame import blame_fields
from salescli.model.events import Event
from salescli.model.records import Opportunity
from salescli.store.codec import read_history

LINES = (
    '{"id":"h-0000000001","seq":1,"at":"2026-11-01T09:00:00Z","by":"anna","kind":"created",'
    '"fields":{"title":"Flat","stage":"qualification","budget":"100.00 EUR",'
    '"contacts/con-0000000001":{"role":"user"}}}',
    '{"id":"h-0000000002","seq":2,"at":"2026-11-02T09:00:00Z","by":"boris","kind":"changed",'
    '"fields":{"budget":["100.00 EUR","90.00 EUR"]}}',
    '{"id":"h-0000000003","seq":3,"at":"2026-11-03T09:00:00Z","by":"carla","kind":"moved",'
    '"from":"qualification","to":"key-contacts"}',
    '{"id":"h-0000000004","seq":4,"at":"2026-11-04T09:00:00Z","by":"dina","kind":"changed",'
    '"fields":{"contacts/con-0000000001/role":["user","decision-maker"],'
    '"title":["Flat","Flat"]}}',
)
NOW: dict[str, Any] = {
    "title": "Flat",
    "stage": "key-contacts",
    "budget": "90.00 EUR",
    "contacts": {"con-0000000001": {"role": "decision-maker"}},
}


def events(count: int) -> list[Event]:
    source = "".join(f"- {line}\n" for line in LINES[:count]).encode()
    return list(read_history(source, "history.yaml"))


def owners(count: int, state: dict[str, Any]) -> dict[str, str | None]:
    blamed = blame_fields(events(count), state, Opportunity)
    return {one.path: one.event.by if one.event else None for one in blamed}


def test_each_field_is_of_whoever_changed_it_last() -> None:
    assert owners(4, NOW) == {
        "title": "anna",  # the last event names it, and leaves it as it was
        "stage": "carla",
        "budget": "boris",
        "contacts/con-0000000001": "dina",
    }


def test_what_no_event_says_was_set_by_hand() -> None:
    edited = {**NOW, "budget": "80.00 EUR", "need": "flat"}
    assert owners(4, edited)["budget"] is None
    assert owners(4, edited)["need"] is None
    assert owners(4, edited)["stage"] == "carla"


def test_a_field_that_is_gone_is_of_nobody() -> None:
    gone = {name: value for name, value in NOW.items() if name != "budget"}
    assert "budget" not in owners(4, gone)


def test_a_record_just_made_is_of_its_maker() -> None:
    state = {**NOW, "stage": "qualification", "budget": "100.00 EUR"}
    state["contacts"] = {"con-0000000001": {"role": "user"}}
    assert set(owners(1, state).values()) == {"anna"}
