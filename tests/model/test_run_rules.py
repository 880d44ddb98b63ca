"""What two branches can leave of runs and steps is found, and what to let go of is said."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from salescli.model.definition import Definition, Stage
from salescli.model.events import (
    Cancelled,
    Created,
    Done,
    Event,
    Moved,
    Planned,
    Repeated,
    Replanned,
    Started,
    Stopped,
    Voided,
)
from salescli.model.run_rules import check_runs, find_strays

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def head(number: int, id: str = "") -> dict:
    at = START + timedelta(minutes=number)
    return {"id": id or f"h-{number}", "seq": number, "at": at, "by": "anna"}


def step(number: int, name: str, activity: str, run: str | None = "run-1", id: str = "") -> Planned:
    return Planned(
        **head(number, id),
        activity=activity,
        type="task",
        title=name.capitalize(),
        owner="anna",
        results=["done"],
        step=name,
        run=run,
    )


def moved(number: int, from_: str, to: str, id: str = "") -> Moved:
    return Moved(**head(number, id), from_=from_, to=to)


CREATED = Created(**head(1), fields={"title": "Flat", "client": "con-1", "stage": "first"})
STARTED = Started(**head(2), run="run-1")


def codes(*events: Event) -> list[tuple[str, str]]:
    return [(event, found.code) for event, found in check_runs(events)]


def strays(*events: Event) -> list[tuple[str, str]]:
    return [(one.activity.id, one.why) for one in find_strays(events).steps]


@pytest.mark.parametrize(
    "events",
    [
        (CREATED,),
        (CREATED, STARTED, step(3, "ask", "act-1")),
        (CREATED, STARTED, step(3, "ask", "act-1"), step(4, "write", "act-2")),
        (
            CREATED,
            STARTED,
            step(3, "ask", "act-1"),
            moved(4, "first", "second"),
            Cancelled(**head(5), activity="act-1", note="stage left"),
            step(6, "show", "act-2"),
        ),
        (
            CREATED,
            STARTED,
            step(3, "ask", "act-1"),
            Stopped(**head(4), run="run-1", why="by hand"),
            Cancelled(**head(5), activity="act-1", note="process stopped"),
            Started(**head(6), run="run-2"),
            step(7, "ask", "act-2", "run-2"),
        ),
        (
            CREATED,
            STARTED,
            step(3, "ask", "act-1"),
            Repeated(**head(4), stage="first"),
            Cancelled(**head(5), activity="act-1", note="stage repeated"),
            step(6, "ask", "act-2"),
        ),
    ],
)
def test_what_commands_write_is_right(events):
    assert codes(*events) == []


def test_of_two_runs_the_first_goes_on():
    events = [CREATED, STARTED, Started(**head(3), run="run-2"), step(4, "ask", "act-1", "run-2")]
    assert codes(*events) == [("h-3", "two-runs"), ("h-4", "stray-step")]
    found = find_strays(events)
    assert [run.id for run in found.runs] == ["run-2"]
    assert [one.why for one in found.steps] == ["process stopped"]


def test_a_step_whose_stage_was_left_afterwards_is_too_much():
    events = [CREATED, STARTED, step(3, "ask", "act-1"), moved(4, "first", "second")]
    assert codes(*events) == [("h-3", "stray-step")]
    assert strays(*events) == [("act-1", "stage left")]


def test_a_step_that_the_other_branch_opened_after_the_move_is_of_the_stage_that_was_left():
    # One side moved (4), the other finished `ask`, which opened `write` (4, 5) in one command.
    opened = msgspec.structs.replace(step(5, "write", "act-3"), at=head(4)["at"])
    other = [Done(**head(4, "h-4b"), activity="act-1", result="done"), opened]
    events = [CREATED, STARTED, step(3, "ask", "act-1"), moved(4, "first", "second"), *other]
    assert strays(*events, step(6, "show", "act-2")) == [("act-3", "stage left")]


def test_a_step_of_a_move_that_was_voided_is_too_much():
    events = [
        CREATED,
        STARTED,
        moved(3, "first", "second"),
        step(4, "show", "act-2"),
        Voided(**head(5), events=["h-3"], why="mistake"),
    ]
    assert strays(*events) == [("act-2", "stage left")]


def test_what_one_branch_did_in_the_next_stage_no_repeating_of_the_stage_before_touches():
    # One side moved on, which opened `show`; the other began `first` again, later by the clock.
    events = [CREATED, STARTED, step(3, "ask", "act-1")]
    one_side = [
        moved(4, "first", "second"),
        Cancelled(**head(5), activity="act-1", note="stage left"),
        step(6, "show", "act-2"),
    ]
    again = head(7)["at"]
    other = [
        Repeated(**{**head(7, "h-7b"), "seq": 4}, stage="first"),
        Cancelled(**{**head(7, "h-7c"), "seq": 5}, activity="act-1", note="stage repeated"),
        msgspec.structs.replace(step(6, "ask", "act-3", id="h-7d"), at=again),
    ]
    assert strays(*events, *one_side, *other) == [("act-3", "stage left")]
    longer = [*other, Repeated(**{**head(9), "seq": 8}, stage="first")]
    assert strays(*events, *one_side, *longer) == [("act-3", "stage left")]


def test_a_step_is_of_the_stage_in_which_the_history_opened_it_whatever_is_edited_since():
    been = [moved(2, "first", "second"), moved(3, "second", "first")]
    events = [CREATED, *been, Started(**head(4), run="run-1"), step(5, "show", "act-1")]
    assert codes(*events) == []
    assert strays(*events, moved(6, "first", "second")) == [("act-1", "stage left")]


def test_a_step_that_another_branch_opened_before_it_knew_of_the_move_is_of_the_stage_before():
    opened = msgspec.structs.replace(step(2, "ask", "act-1", id="h-3b"), at=head(3)["at"])
    started = Started(**head(1, "h-1b"), run="run-1")
    assert strays(CREATED, started, moved(2, "first", "second"), opened) == [
        ("act-1", "stage left")
    ]


def test_a_step_of_a_run_that_was_stopped_is_too_much():
    events = [CREATED, STARTED, Stopped(**head(3), run="run-1", why="by hand")]
    assert strays(*events, step(4, "ask", "act-1")) == [("act-1", "process stopped")]


def test_one_step_that_is_open_twice_waits_once():
    events = [CREATED, STARTED, step(3, "ask", "act-1"), step(3, "ask", "act-2", id="h-3b")]
    assert codes(*events) == [("h-3b", "stray-step")]
    assert strays(*events) == [("act-2", "merged")]


def test_fresh_steps_are_asked_for_after_a_repeating_but_what_was_planned_by_hand_waits_on():
    planned = Planned(**head(3), activity="act-1", type="task", title="Talk", owner="anna")
    adopted = Replanned(
        **head(4),
        activity="act-1",
        fields={"step": [None, "ask"], "run": [None, "run-1"], "results": [None, ["done"]]},
    )
    repeated = Repeated(**head(6), stage="first")
    assert strays(CREATED, STARTED, planned, adopted, repeated) == []
    opened = step(5, "write", "act-2")
    assert strays(CREATED, STARTED, opened, repeated) == [("act-2", "stage repeated")]


def test_an_open_step_of_an_unknown_run_is_told_with_the_command_that_voids_it():
    ((event, found),) = check_runs([CREATED, step(2, "ask", "act-1", "run-9")])
    assert (event, found.code) == ("h-2", "event-of-nothing")
    assert found.hint == "bring back its started event, or salescli check --fix --void h-2"
    done = Done(**head(3), activity="act-1", result="done")
    assert codes(CREATED, step(2, "ask", "act-1", "run-9"), done) == []


def test_runs_that_begin_twice_and_ends_of_what_does_not_run_are_nonsense():
    again = Started(**head(3), run="run-1")
    first = Stopped(**head(4), run="run-1", why="by hand")
    second = Stopped(**head(5), run="run-1", why="end")
    unknown = Stopped(**head(6), run="run-7", why="end")
    found = list(check_runs([CREATED, STARTED, again, first, second, unknown]))
    assert [(event, one.text) for event, one in found] == [
        ("h-3", "run run-1 was started already"),
        ("h-5", "run run-1 was stopped already"),
        ("h-6", "run run-7 was never started"),
    ]
    assert {one.code for _, one in found} == {"event-of-nothing"}


def test_a_change_that_no_activity_can_have_hinders_no_check_of_runs():
    broken = Replanned(**head(4), activity="act-1", fields={"minutes": [None, "long"]})
    assert codes(CREATED, STARTED, step(3, "ask", "act-1"), broken) == []


def test_a_step_that_the_definition_has_no_more_is_told_and_stays_until_its_stage_is_left():
    stage = Stage(stage="first", name="First", steps=[])
    definition = Definition(name="Small", stages=[stage])
    events = [CREATED, STARTED, step(3, "gone", "act-1")]
    ((event, told),) = check_runs(events, definition)
    assert (event, told.code, told.warning) == ("h-3", "step-gone", True)
    assert strays(*events) == []
    assert strays(*events, moved(4, "first", "second")) == [("act-1", "stage left")]
