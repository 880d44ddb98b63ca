"""One activity that two sides of a merge took different ways."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salescli.model.calendar import Calendar
from salescli.model.events import Cancelled, Done, Event, Planned, Replanned
from salescli.workspace.checking.activityforks import check_activity_forks

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIFTH, SIXTH, SEVENTH, EIGHTH = (f"2026-12-0{day}T10:00:00Z" for day in (5, 6, 7, 8))


def event(kind: Any, name: str, seq: int, by: str = "anna", **own: object) -> Event:
    at = START + timedelta(hours=seq)
    made: Event = kind(id=name, seq=seq, at=at, by=by, activity="act-1", **own)
    return made


def planned(**own: object) -> Event:
    start = datetime.fromisoformat(FIFTH)
    given = {"type": "meeting", "title": "Show", "owner": "anna", "start": start, **own}
    return event(Planned, "h-1", 1, **given)


def replanned(name: str, seq: int, before: object, after: object, by: str = "anna") -> Event:
    return event(Replanned, name, seq, by, fields={"start": [before, after]})


def found(*events: Event) -> list[tuple[str, str, str]]:
    told = check_activity_forks([planned(), *events], Calendar("UTC"))
    return [(name, entry.code, entry.hint) for name, entry in told]


def test_two_times_of_one_meeting_are_told_with_what_keeps_each():
    mine, other = replanned("h-a", 2, FIFTH, SIXTH), replanned("h-b", 2, FIFTH, SEVENTH, "boris")
    ((name, entry),) = check_activity_forks([planned(), mine, other], Calendar("UTC"))
    assert (name, entry.code, entry.warning) == ("h-b", "replanned-twice", True)
    assert entry.text == (
        "two sides of a merge replanned 'Show': "
        "start 2026-12-07 10:00 by boris, 2026-12-06 10:00 by anna"
    )
    assert entry.hint.split("\n") == [
        "keep 2026-12-07 10:00: salescli check --fix --void h-a",
        "or keep 2026-12-06 10:00: salescli check --fix --void h-b",
    ]


def test_who_replanned_twice_loses_or_keeps_both_steps():
    events = [
        replanned("h-a", 2, FIFTH, SIXTH),
        replanned("h-b", 2, FIFTH, SEVENTH, "boris"),
        replanned("h-c", 3, SEVENTH, EIGHTH, "boris"),
    ]
    ((_, _, hint),) = found(*events)
    assert hint.split("\n") == [
        "keep 2026-12-08 10:00: salescli check --fix --void h-a",
        "or keep 2026-12-06 10:00: salescli check --fix --void h-b --void h-c",
    ]
    assert found(*events[1:]) == []
    assert found(events[0]) == []


@pytest.mark.parametrize(
    "events",
    [
        [replanned("h-a", 2, FIFTH, SIXTH), replanned("h-b", 3, SIXTH, SEVENTH)],
        [replanned("h-a", 2, FIFTH, SIXTH), replanned("h-b", 2, FIFTH, SIXTH)],
        [replanned("h-a", 2, FIFTH, "2026-12-06T12:00:00+02:00"),
         replanned("h-b", 3, SIXTH, SEVENTH)],
        [replanned("h-a", 2, FIFTH, SIXTH), replanned("h-b", 3, SIXTH, FIFTH),
         replanned("h-c", 4, FIFTH, SEVENTH)],
        [replanned("h-a", 2, FIFTH, SIXTH), replanned("h-b", 2, FIFTH, SEVENTH),
         event(Done, "h-c", 4, result="done")],
        [event(Replanned, "h-a", 2, fields={"start": [FIFTH, SIXTH]}),
         event(Replanned, "h-b", 2, fields={"owner": ["anna", "boris"]})],
    ],
)  # fmt: skip
def test_what_goes_on_from_the_other_or_says_the_same_is_no_fork(events):
    assert found(*events) == []


def test_an_end_after_another_end_names_who_did_what_and_what_keeps_each():
    done = event(Done, "h-a", 2, "anna", result="done")
    cancelled = event(Cancelled, "h-b", 3, "boris")
    ((name, entry),) = check_activity_forks([planned(), done, cancelled], Calendar("UTC"))
    assert (name, entry.code, entry.warning) == ("h-b", "activity-closed", True)
    assert entry.text == (
        "'Show' was done by anna on 2026-11-02 11:00 already, "
        "and then cancelled by boris on 2026-11-02 12:00"
    )
    assert entry.hint.split("\n") == [
        "keep it done: salescli check --fix --void h-b",
        "or keep it cancelled: salescli check --fix --void h-a",
    ]


def test_of_two_same_ends_the_first_is_kept_and_a_late_replanning_is_one_too():
    done = [event(Done, name, seq, result="done") for name, seq in (("h-a", 2), ("h-b", 3))]
    assert found(*done) == [
        ("h-b", "activity-closed", "keep the first: salescli check --fix --void h-b")
    ]
    late = replanned("h-c", 3, FIFTH, SIXTH)
    assert [code for _, code, _ in found(done[0], late)] == ["activity-closed"]
