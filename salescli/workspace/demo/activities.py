"""What somebody does on a deal or lead of the example: calls, meetings, tasks, hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from salescli.workspace.activities import (
    cancel_activity,
    complete_activity,
    log_activity,
    plan_activity,
    replan_activity,
)
from salescli.workspace.demo import words
from salescli.workspace.demo.making import Making
from salescli.workspace.hours import add_time


def log_call(making: Making, record_id: str) -> None:
    """A call that nobody had planned."""
    title, result, note = making.random.choice(words.CALLS)
    typed = {"type": "call", "minutes": str(making.random.choice((5, 10, 20)))}
    log_activity(making.session, making.record(record_id), title, typed, result=result, note=note)


def plan_meeting(making: Making, record_id: str, start: datetime, people: Sequence[str]) -> str:
    """A meeting or visit that is agreed; its id."""
    title, _ = making.random.choice(words.MEETINGS)
    typed = {
        "type": making.random.choice(("meeting", "meeting", "visit")),
        "start": typed_time(making, start),
        "minutes": making.random.choice(("45", "60", "90")),
        "remind": "30",
        "people": tuple(people),
    }
    return plan(making, record_id, title, typed)


def plan_task(making: Making, record_id: str, title: str, start: datetime) -> str:
    """Something to be written until a day; its id."""
    local = start.astimezone(making.session.calendar.zone).date()
    typed = {"type": "paperwork", "start": local.isoformat(), "minutes": "60"}
    return plan(making, record_id, title, typed)


def plan(making: Making, record_id: str, title: str, typed: Mapping[str, Any]) -> str:
    """Plan an activity as it is typed; its id."""
    planned = plan_activity(making.session, making.record(record_id), title, typed)
    return making.hold(planned, record_id)


def put_off(making: Making, activity: str, start: datetime) -> None:
    """Another time is agreed."""
    replan_activity(making.session, activity, {"start": typed_time(making, start)})


def hold_meeting(making: Making, activity: str) -> None:
    """The meeting took place, a little longer than it was planned."""
    _, note = making.random.choice(words.MEETINGS)
    minutes = str(making.random.choice((40, 55, 70, 85)))
    complete_activity(making.session, activity, minutes=minutes, note=note)


def finish(making: Making, activity: str) -> None:
    """It is done, and took as long as planned."""
    complete_activity(making.session, activity)


def call_off(making: Making, activity: str) -> None:
    """It won't be."""
    cancel_activity(making.session, activity, note="They don't need it any more")


def work(making: Making, deal_id: str) -> None:
    """Hours that no activity says."""
    minutes = making.random.choice(("45", "1h30", "2:00"))
    note = "Drive to the site and back"
    add_time(making.session, making.deal(deal_id), minutes, person=None, note=note)


def typed_time(making: Making, at: datetime) -> str:
    """A time as people type it: `2026-11-02 10:15`, local."""
    rounded = at - timedelta(minutes=at.minute % 15)
    return f"{rounded.astimezone(making.session.calendar.zone):%Y-%m-%d %H:%M}"
