"""The screens of a run: 80 columns, whatever is in it; counts that add up."""

import json
from datetime import UTC, date, datetime

import msgspec
import pytest

from salescli.model.activities import Activity
from salescli.model.calendar import Calendar
from salescli.model.runs import Run
from salescli.report.records.runstatus import (
    OpenStep,
    Route,
    RunRow,
    RunStatus,
    StageCount,
    build_list_document,
    build_status_document,
    count_rows,
    format_counts,
    format_status,
)
from salescli.report.text.numbers import width_of
from salescli.report.text.wording import Wording

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LONG = "Апартаменты с видом на реку и 東京タワー, " * 4
WORDING = Wording(Calendar("Europe/Riga"), {"person": {"anna": "Anna Bērziņa"}})
RUN = Run("run-2", "anna", AT)
BEFORE = Run("run-1", "carl", AT, AT, "They are abroad")
SHOW = Activity(id="act-1", type="meeting", title="Show it", owner="anna", planned_at=AT)


def step(title: str = "Show it", **more: object) -> OpenStep:
    values = {
        "activity": msgspec.structs.replace(SHOW, title=title, step="show", run="run-2"),
        "address": "8f2k",
        "due_on": date(2026, 11, 2),
        "is_late": False,
        "is_adopted": False,
        "routes": (Route("done", "Write it", "write"), Route("no", "nothing more", None)),
    }
    return OpenStep(**{**values, **more})


def status(**more: object) -> RunStatus:
    values = {
        "deal": "opp-7k2m9xq4tb",
        "address": "7k2m",
        "title": "Flat 47",
        "process": "small",
        "process_name": "Small",
        "stage": "offer",
        "stage_name": "Offer",
        "is_open": True,
        "days_at_stage": 3,
        "running": RUN,
        "runs": (BEFORE, RUN),
        "steps": (step(),),
        "unfinished": (),
        "go_on": ("salescli opp advance 7k2m", "salescli opp repeat 7k2m"),
    }
    return RunStatus(**{**values, **more})


def row(stage: str, count: int, process: str = "small") -> RunRow:
    return RunRow(
        id="opp-7k2m9xq4tb",
        title="Flat 47",
        client="con-1",
        owner="anna",
        process=process,
        stage=stage,
        days_at_stage=0,
        started_at=AT,
        starter="anna",
        open_steps=count,
        step="Show it" if count else None,
        performer="anna" if count else None,
        due_on=None,
        is_late=False,
    )


def test_the_screen_says_what_waits_and_what_was_before():
    late = step(is_late=True, is_adopted=True)
    assert format_status(status(steps=(late,)), WORDING)[1:] == [
        " Stage    Offer, 3 days · Small",
        " Process  runs since 2 Nov 2026, started by Anna Bērziņa",
        ' Waits    8f2k meeting "Show it", Anna Bērziņa, since 2 Nov 2026, planned by',
        "          hand ! late",
        "               done → Write it",
        "               no → nothing more",
        ' Before   2 Nov 2026, carl; stopped "They are abroad" on 2 Nov 2026',
    ]


def test_two_runs_at_once_are_told_with_the_command_that_sees_to_it():
    beside = Run("run-1", "carl", AT)
    lines = format_status(status(runs=(beside, RUN)), WORDING)
    assert lines[-1] == " Before   2 Nov 2026, carl: runs beside it; salescli check"


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("steps", [(), (step(LONG), step("x" * 200))])
def test_no_line_is_wider_than_the_screen(is_open, steps):
    long = msgspec.structs.replace(SHOW, title=LONG)
    view = status(title=LONG, is_open=is_open, steps=steps, unfinished=(long,), stage_name=LONG)
    assert max(map(width_of, format_status(view, WORDING))) <= 80


def test_a_run_waits_for_a_choice_where_no_step_of_an_open_deal_waits():
    assert status(steps=()).is_at_end
    assert not status().is_at_end
    assert not status(steps=(), is_open=False).is_at_end
    assert not status(steps=(), running=None).is_at_end
    assert build_status_document(status(steps=()))["go_on"] == [
        "salescli opp advance 7k2m",
        "salescli opp repeat 7k2m",
    ]
    assert build_status_document(status())["go_on"] == []


def test_the_document_says_where_each_result_leads():
    document = json.loads(json.dumps(build_status_document(status())))
    assert document["schema"] == "salescli/run@1"
    assert document["steps"][0]["results"] == [
        {"result": "done", "leads_to": "Write it", "target": "write", "gone": False},
        {"result": "no", "leads_to": "nothing more", "target": None, "gone": False},
    ]
    assert document["runs"][0]["why"] == "They are abroad"


def test_counts_stand_in_the_order_of_the_processes_and_their_stages():
    rows = [row("won", 1), row("offer", 0), row("offer", 2), row("ask", 1, "other"), row("x", 1)]
    order = [("other", "ask"), ("small", "offer"), ("small", "won")]
    counts = count_rows(rows, order)
    assert counts == [
        StageCount("other", "ask", 1, 0),
        StageCount("small", "offer", 2, 1),
        StageCount("small", "won", 1, 0),
        StageCount("small", "x", 1, 0),
    ]
    assert format_counts(counts, 2) == [
        "The process runs on 5 deals, 1 at the end of a stage.",
        "other: ask 1.",
        "small: offer 2, won 1, x 1.",
        "2 closed deals go on when they are reopened.",
    ]
    assert format_counts([], 0) == []
    assert build_list_document(rows, counts, 2)["closed"] == 2
