"""Activities of other systems: when they ended, whose they may be, and what is told of them."""

import pytest

from tests.commands.test_importing_systems import Desk
from tests.shop import made_once

TASKS = "Record ID,Task Title,Task Status,Associated Deal,Create Date,Due date,Assigned to,Notes\n"
DONE = "Record ID,Task Title,Task Status,Associated Deal,Completed at,Create Date,Assigned to\n"


@pytest.fixture
@made_once
def desk(shop):
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("opportunity", "create", "Flat", "--client", "Acme", "--create-client", "account",
              "--at", "2026-01-05")  # fmt: skip
    return Desk(shop)


def last_event(desk: Desk) -> dict:
    (path,) = desk.shop.root.glob("opportunities/*/*")
    return desk.shop.events(path.name.partition("--")[2])[-1]


def test_a_task_that_is_due_ahead_has_its_owner(desk):
    desk.take(TASKS + "1,Go,Not Started,Flat,2026-10-20,2027-12-24 10:00,boris,\n", "hubspot")
    event = last_event(desk)
    assert (event["kind"], event["owner"]) == ("planned", "boris")
    assert (event["at"][:10], event["start"][:10]) == ("2026-10-19", "2027-12-24")  # Riga: 21:00Z


@pytest.mark.parametrize(
    ("days", "at", "told"),
    [
        ("2026-10-20,2027-12-24", "2026-10-19T21:00", "done: its creation"),
        ("2026-10-20,2026-10-21 10:00", "2026-10-21T07:00", "done: its start"),
        (",", "2026-11-02T09:02", "done: now"),
    ],
)
def test_the_day_of_what_was_done_some_day_is_counted(desk, days, at, told):
    report = desk.take(f"{TASKS}1,Go,Completed,Flat,{days},boris,\n", "hubspot")
    assert report["stand_ins"] == {told: 1}
    assert (last_event(desk)["kind"], last_event(desk)["at"][:16]) == ("done", at)


def test_an_end_that_lies_ahead_is_told_of_its_own_column(desk):
    text = f"{DONE}1,Go,Completed,Flat,2027-12-24,2026-10-20,boris\n"
    assert desk.refuse(text, "hubspot") == [(2, "Completed at", "in-the-future")]


def test_the_note_of_a_planned_activity_comes_along_and_another_one_is_counted(desk):
    text = f"{TASKS}1,Go,Waiting,Flat,2026-10-20,,boris,Bring the plans\n"
    desk.take(text, "hubspot")
    assert last_event(desk)["note"] == "Bring the plans"
    again = desk.take(text, "hubspot")
    assert (again["unchanged"], again["notes"]) == (1, {})
    report = desk.take(text.replace("plans", "keys"), "hubspot")
    left = {"note of an activity that is open: left as it is": 1}
    assert (report["unchanged"], report["notes"]) == (1, left)


def test_what_a_row_says_otherwise_of_an_ended_activity_is_counted(desk):
    text = f"{TASKS}1,Go,Completed,Flat,2026-10-20,2026-10-21,boris,A\n"
    desk.take(text, "hubspot")
    desk.shop.do("person", "set", "boris", "--left", "2026-10-30")
    assert desk.take(text, "hubspot")["notes"] == {}
    other = text.replace("Go,Completed", "Walk,Waiting").replace("boris,A", "boris,B")
    assert desk.take(other, "hubspot")["notes"] == {
        f"{name} of an activity that is done: left as it is": 1 for name in ("title", "state",
                                                                             "note")
    }  # fmt: skip


def test_a_dry_run_tells_what_changes_in_an_activity(desk):
    text = f"{TASKS}1,Go,Waiting,Flat,2026-10-20,2027-10-21,boris,\n"
    desk.take(text, "hubspot")
    report = desk.take(text.replace("Go", "Walk").replace("boris", "anna"), "hubspot", "--dry-run")
    told = [(d["name"], d["field"], d["before"], d["after"]) for d in report["differences"]]
    assert told == [("Walk", "title", "Go", "Walk"), ("Walk", "owner", "boris", "anna")]
    done = text.replace("Waiting", "Completed")
    report = desk.take(done, "hubspot", "--dry-run")
    assert ("state", "open", "done") in [
        (d["field"], d["before"], d["after"]) for d in report["differences"]
    ]
