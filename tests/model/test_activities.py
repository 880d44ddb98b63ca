"""Activities, proposals and hours, against the format's history and the domain's example."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.model.activities import (
    build_activities,
    build_proposals,
    hours_of,
    total_hours,
)
from salescli.model.events import Cancelled, Done, Event, Planned, Proposed, Replanned, Worked
from salescli.store.codec import read_history

FORMAT = Path(__file__).parent.parent / "data" / "format"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def history() -> list[Event]:
    return read_history((FORMAT / "history.yaml").read_bytes(), "history.yaml")


def planned(activity: str, **more: object) -> Planned:
    given: dict[str, object] = {"type": "task", "title": "Call", "owner": "anna", "minutes": 60}
    return Planned(id="h-1", seq=1, at=NOON, by="anna", activity=activity, **{**given, **more})  # type: ignore[arg-type]


def done(activity: str, **more: object) -> Done:
    given: dict[str, object] = {"result": "done"}
    return Done(id="h-2", seq=2, at=NOON, by="boris", activity=activity, **{**given, **more})  # type: ignore[arg-type]


def cancelled(activity: str) -> Cancelled:
    return Cancelled(id="h-3", seq=3, at=NOON, by="anna", activity=activity)


def test_the_activities_of_the_formats_history(history: list[Event]) -> None:
    found = build_activities(history)
    assert [(entry.id, entry.state, entry.result) for entry in found.values()] == [
        ("act-5k0r2j8w4t", "done", "saved"),
        ("act-9c2m6x1g7p", "cancelled", None),
        ("act-vh73jnxm23", "cancelled", None),
        ("act-szeh0vxkbc", "cancelled", None),
        ("act-3t8d0n5v2k", "done", "done"),
        ("act-7y1f4c9r3w", "done", "yes"),
        ("act-0s6x2m8b5q", "done", "done"),
        ("act-1se2z4e63n", "cancelled", None),
        ("act-ncmtm5f1cj", "cancelled", None),
    ]


def test_a_done_step_keeps_its_plan_and_takes_the_minutes_it_took(history: list[Event]) -> None:
    facts = build_activities(history)["act-5k0r2j8w4t"]
    assert (facts.step, facts.run, facts.results) == ("facts", "run-1v7c3k9s5e", ("saved",))
    assert (facts.owner, facts.minutes) == ("carl", 20)  # 30 planned
    assert facts.closed_at == datetime(2026, 10, 12, 9, 5, tzinfo=UTC)


def test_a_replanned_meeting_starts_at_its_new_time(history: list[Event]) -> None:
    meeting = build_activities(history)["act-3t8d0n5v2k"]
    assert meeting.start_at == datetime(2026, 11, 7, 10, tzinfo=UTC)
    assert meeting.people == ("con-4c8t1m9zqa", "con-9p3x7y1c0f")


def test_later_events_of_a_proposal_overwrite_what_they_name(history: list[Event]) -> None:
    (proposal,) = build_proposals(history).values()
    assert (proposal.number, proposal.version, proposal.state) == ("R-47", 1, "sent")
    assert str(proposal.amount) == "241960.00 EUR"
    assert proposal.file == "files/proposal-r47-v1.pdf"


def test_a_proposal_of_one_event_has_its_state() -> None:
    event = Proposed(id="h-1", seq=1, at=NOON, by="anna", proposal="prop-1", state="draft")
    assert build_proposals([event])["prop-1"].version is None


def test_hours_of_the_formats_history_are_rounded_one_by_one(history: list[Event]) -> None:
    # 20 min 0.33, 70 min 1.17, 90 min 1.50, and two hours by hand
    assert total_hours(history, build_activities(history).values()) == Decimal("5.00")


def test_the_hours_of_the_domains_example() -> None:
    events: list[Event] = []
    for number, minutes in enumerate((30, 120, 90)):
        events += [planned(f"act-{number}"), done(f"act-{number}", minutes=minutes)]
    events += [planned("act-9"), cancelled("act-9")]
    events.append(Worked(id="h-9", seq=9, at=NOON, by="anna", person="anna", minutes=120))
    assert total_hours(events, build_activities(events).values()) == 6


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [(0, "0.00"), (1, "0.02"), (20, "0.33"), (50, "0.83"), (90, "1.50"), (3, "0.05")],
)
def test_minutes_as_hours_are_rounded_half_up(minutes: int, hours: str) -> None:
    assert hours_of(minutes) == Decimal(hours)


def test_planned_minutes_count_where_nobody_said_how_long_it_took() -> None:
    events: list[Event] = [planned("act-1", minutes=45), done("act-1")]
    assert total_hours(events, build_activities(events).values()) == Decimal("0.75")


def test_no_minutes_at_all_may_be_what_it_took() -> None:
    events: list[Event] = [planned("act-1", minutes=45), done("act-1", minutes=0)]
    assert total_hours(events, build_activities(events).values()) == 0


def test_what_was_never_planned_has_what_its_done_event_says() -> None:
    events: list[Event] = [done("act-1", type="call", title="Asked", owner="carl", minutes=6)]
    call = build_activities(events)["act-1"]
    assert (call.type, call.title, call.owner, call.minutes) == ("call", "Asked", "carl", 6)
    assert (call.state, call.planned_at, call.due_at) == ("done", None, None)


def test_an_activity_without_a_start_is_due_from_the_time_it_was_planned() -> None:
    assert build_activities([planned("act-1")])["act-1"].due_at == NOON


def test_replanning_changes_only_what_it_names() -> None:
    change = Replanned(
        id="h-2",
        seq=2,
        at=NOON,
        by="anna",
        activity="act-1",
        fields={"owner": ["anna", "boris"], "step": [None, "present"], "results": [None, ["done"]]},
    )
    adopted = build_activities([planned("act-1", type="meeting"), change])["act-1"]
    assert (adopted.owner, adopted.step, adopted.results) == ("boris", "present", ("done",))
    assert (adopted.type, adopted.minutes) == ("meeting", 60)


def test_events_of_an_activity_that_is_not_there_yet_do_nothing() -> None:
    assert build_activities([cancelled("act-1")]) == {}
