"""What holds of activities and hours in a history, whoever wrote it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salescli.model.activity_rules import check_activities
from salescli.model.catalogues import Choice
from salescli.model.events import Cancelled, Done, Event, Planned, Replanned, Worked

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
DICTIONARIES: dict[str, Any] = {
    "activity_types": {"task": "Task", "call": "Call"},
    "activity_results": {
        "done": "Done",
        "cancelled": "Cancelled",
        "no-answer": Choice(name="No answer", types=["call"]),
        "postponed": Choice(name="Postponed", retired=True),
    },
}


def event(kind: Any, seq: int, **own: object) -> Event:
    at = START + timedelta(hours=seq)
    made: Event = kind(id=f"h-{seq}", seq=seq, at=at, by="anna", **own)
    return made


def planned(seq: int, activity: str = "act-1", **own: object) -> Event:
    given = {"type": "call", "title": "Call", "owner": "anna", **own}
    return event(Planned, seq, activity=activity, **given)


def done(seq: int, result: str = "done", activity: str = "act-1", **own: object) -> Event:
    return event(Done, seq, activity=activity, result=result, **own)


def replanned(seq: int, **changes: object) -> Event:
    fields = {name: [None, after] for name, after in changes.items()}
    return event(Replanned, seq, activity="act-1", fields=fields)


def codes(*events: Event) -> list[tuple[str, str]]:
    return [(name, found.code) for name, found in check_activities(events, DICTIONARIES)]


STEP = {"step": "costing", "run": "run-1", "results": ["yes", "no", "cancelled"]}


@pytest.mark.parametrize(
    "events",
    [
        [planned(1), done(2, "no-answer", minutes=0)],
        [planned(1), done(2, "postponed")],  # was offered once
        [planned(1, type="form", **STEP), done(2, "yes")],
        [
            planned(1, type="form", **STEP),
            event(Cancelled, 2, activity="act-1", result="cancelled"),
        ],
        [planned(1, type="form", **STEP), event(Cancelled, 2, activity="act-1")],
        [planned(1), replanned(2, start="2026-11-03T10:00:00Z", minutes=None, people=["con-1"])],
        [planned(1), replanned(2, **STEP), done(3, "no")],  # adopted by the process
        [done(1, type="task", title="Sent", owner="anna")],
        [event(Worked, 1, person="anna", minutes=1)],
    ],
)
def test_what_commands_write_is_right(events):
    assert codes(*events) == []


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([planned(1, type="fax")], "no-such-value"),
        ([planned(1, type="form")], "no-such-value"),  # a form is the process's alone
        ([planned(1), replanned(2, type="fax")], "no-such-value"),
        ([done(1, type="fax", title="Sent", owner="anna")], "no-such-value"),
        ([planned(1), done(2, "sold")], "no-such-value"),
        ([planned(1), done(2, "cancelled")], "wrong-result"),
        ([planned(1, type="task"), done(2, "no-answer")], "wrong-result"),
        ([planned(1, **STEP), done(2, "done")], "wrong-result"),
        ([planned(1, **STEP), done(2, "cancelled")], "wrong-result"),
        ([planned(1), event(Cancelled, 2, activity="act-1", result="done")], "wrong-result"),
        ([planned(1), event(Cancelled, 2, activity="act-1", result="cancelled")], "wrong-result"),
        ([planned(1, minutes=-1)], "bad-event-value"),
        ([planned(1, remind=-1)], "bad-event-value"),
        ([planned(1), done(2, minutes=-1)], "bad-event-value"),
        ([event(Worked, 1, person="anna", minutes=0)], "bad-event-value"),
        ([event(Worked, 1, person="anna", minutes=-5)], "bad-event-value"),
    ],
)
def test_what_is_wrong_is_told_of_its_event(events, code):
    assert codes(*events) == [(events[-1].id, code)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "tomorrow"),
        ("start", "2026-11-03T10:00:00"),  # no instant without an offset
        ("minutes", "90"),
        ("minutes", True),
        ("minutes", -1),
        ("people", "con-1"),
        ("people", [1]),
        ("title", None),
        ("owner", None),
        ("type", 5),
    ],
)
def test_a_replanning_that_no_activity_can_follow_is_told(name, value):
    assert codes(planned(1), replanned(2, **{name: value}), done(3)) == [("h-2", "bad-event-value")]


def test_a_key_that_activities_have_not_is_a_warning():
    ((name, found),) = check_activities([planned(1), replanned(2, titel="x")], DICTIONARIES)
    assert (name, found.code, found.warning) == ("h-2", "unknown-key", True)
    assert "'title'" in found.hint or "title" in found.hint


def test_without_dictionaries_nothing_is_said_of_names():
    assert list(check_activities([planned(1, type="fax"), done(2, "sold")], None)) == []
