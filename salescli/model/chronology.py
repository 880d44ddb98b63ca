"""When an event may lie (format.md section 2, "Time"). Pure: the clock is given."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeGuard

from salescli.model.calendar import Calendar
from salescli.model.errors import About, Finding, Refused, finding
from salescli.model.events import (
    STAGE_EVENTS,
    Changed,
    Closed,
    Created,
    Event,
    Planned,
    Reopened,
    Repeated,
    Replanned,
    Started,
    Stopped,
    last_stage_event,
)
from salescli.model.runs import opens_step

SLACK = timedelta(minutes=5)
# What a closing writes and what it locks: not before the last `closed` or `reopened`.
SINCE_LAST_END = frozenset(
    "budget close_date products archived winner close_reason close_details actual_revenue "
    "direct_expense".split()
)


def _read_instant(typed: str, calendar: Calendar, now: datetime, live: Sequence[Event]) -> datetime:
    """What was typed, as an instant; a day is never before what happened on it."""
    if len(typed) == 10 or typed.startswith(("today", "yesterday", "tomorrow")):
        day = calendar.parse_day(typed, calendar.day_of(now))
        same_day = [event.at for event in live if calendar.day_of(event.at) == day]
        return max([calendar.start_of(day), *same_day])
    return calendar.parse_instant(typed)


def choose_instant(
    typed: str | None, calendar: Calendar, now: datetime, live: Sequence[Event]
) -> datetime:
    """The `at` of a new event on a record with these live events.

    A day is its first instant, or that of the record's last event on that day if later. Without
    `typed`: the clock, but never before the last stage event. Raises `Refused` for the future.
    """
    if typed is None:
        last = last_stage_event(live)
        return max(now, last.at) if last else now
    with About("at"):
        at = _read_instant(typed, calendar, now, live)
    if at > now + SLACK:
        raise Refused(
            finding(
                "in-the-future",
                f"{typed} lies in the future; now it is {calendar.format_local(now)}",
                hint="leave --at out, or give a time that has passed",
                field="at",
            )
        )
    return at


def check_time(event: Event, live: Sequence[Event], calendar: Calendar) -> list[Finding]:
    """What is wrong with the `at` of an event that is about to follow these live ones."""
    created = next((entry for entry in live if isinstance(entry, Created)), None)
    last = last_stage_event(live)
    if isinstance(event, STAGE_EVENTS) and (found := check_stage_time(event.at, live, calendar)):
        return found
    if is_of_process(event):
        return _check_process(event, live, calendar)
    if not isinstance(event, Changed) or created is None:
        return []
    if event.at < created.at:
        return [_too_early(event.at, "the creation", created.at, calendar)]
    tops = {path.partition("/")[0] for path in event.fields}
    if "probability" in tops and last is not None and event.at < last.at:
        return [
            _too_early(event.at, "the last change of stage, which sets the cap", last.at, calendar)
        ]
    ends = [entry for entry in live if isinstance(entry, Closed | Reopened)]
    if ends and tops & SINCE_LAST_END and event.at < ends[-1].at:
        return [_too_early(event.at, "the last closing or reopening", ends[-1].at, calendar)]
    return []


def check_stage_time(at: datetime, live: Sequence[Event], calendar: Calendar) -> list[Finding]:
    """What is wrong with a time at which a deal or lead is said to have come to a stage."""
    last = last_stage_event(live)
    if last is None or at >= last.at:
        return []
    return [_too_early(at, "the last change of stage", last.at, calendar)]


def is_of_process(event: Event) -> TypeGuard[Started | Repeated | Stopped | Planned | Replanned]:
    """Whether an event begins, repeats or ends something of a run, or opens a step of one."""
    return opens_step(event) or isinstance(event, Started | Repeated | Stopped)


def _check_process(event: Event, live: Sequence[Event], calendar: Calendar) -> list[Finding]:
    """What a process does, it does in the stage where the deal is, and once it was started."""
    last = last_stage_event(live)
    if last is not None and event.at < last.at:
        what = "the creation" if isinstance(last, Created) else "the last change of stage"
        return [_too_early(event.at, what, last.at, calendar)]
    run = event.run if isinstance(event, Stopped | Planned) else None
    began = next((one for one in live if isinstance(one, Started) and one.run == run), None)
    if began is not None and event.at < began.at:
        return [_too_early(event.at, "the start of this run", began.at, calendar)]
    return []


def _too_early(at: datetime, what: str, since: datetime, calendar: Calendar) -> Finding:
    return finding(
        "too-early",
        f"{calendar.format_local(at)} lies before {what}, {calendar.format_local(since)}",
        hint="give a later --at",
        field="at",
    )
