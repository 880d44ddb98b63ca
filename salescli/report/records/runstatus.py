"""The run of a process on a deal, and the deals on which one runs: screens and documents.

Owns the layout of `process status`. Pure: what stands in it comes as values; what a step leads to
was looked up by whoever knows the definition.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from salescli.model.activities import Activity
from salescli.model.calendar import Calendar, format_day, format_instant
from salescli.model.runs import Run
from salescli.report.text.json_text import Document
from salescli.report.text.numbers import clean_text, fold_words, format_days, format_number_of, pad
from salescli.report.text.wording import Wording, format_start, quote

STATUS_SCHEMA = "salescli/run@1"
LIST_SCHEMA = "salescli/runs@1"
WIDTH = 80
_LABEL = 9
_INDENT = 5  # what belongs to a step begins where its words do
OWN_END = "end"  # why a run stopped that came to its own end


class Route(msgspec.Struct, frozen=True):
    """What a result of a step leads to: in words, and as the definition says it (None: nothing).

    `is_changed`: the definition has the step, or its result, no more.
    """

    result: str
    words: str
    target: str | None
    is_changed: bool = False


class OpenStep(msgspec.Struct, frozen=True):
    """A step that waits: its activity, how commands name it, when it is due, where it leads."""

    activity: Activity
    address: str
    due_on: date | None
    is_late: bool
    is_adopted: bool  # somebody had planned it by hand
    routes: tuple[Route, ...]


class RunStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A deal and the runs of its process, the first one first; `running` is one of them or None.

    `unfinished` are the open activities that no process waits for; `go_on` the commands of the
    end of a stage.
    """

    deal: str
    address: str
    title: str
    process: str
    process_name: str
    stage: str
    stage_name: str
    is_open: bool
    days_at_stage: int | None
    running: Run | None
    runs: tuple[Run, ...]
    steps: tuple[OpenStep, ...]
    unfinished: tuple[Activity, ...]
    go_on: tuple[str, ...]

    @property
    def is_at_end(self) -> bool:
        """Whether the run waits for somebody to say where the deal goes."""
        return self.running is not None and self.is_open and not self.steps


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open deal on which the process runs; `step` is the one that is due first."""

    id: str
    title: str
    client: str
    owner: str | None
    process: str
    stage: str
    days_at_stage: int | None
    started_at: datetime
    starter: str
    open_steps: int
    step: str | None
    performer: str | None
    due_on: date | None
    is_late: bool
    is_open: bool = True  # whether the deal is
    store: str = ""  # of a group of stores

    @property
    def is_at_end(self) -> bool:
        """Whether no step waits: somebody has to say where the deal goes."""
        return self.open_steps == 0


class StageCount(msgspec.Struct, frozen=True):
    """How many deals a process runs on in a stage, and how many of them are at its end."""

    process: str
    stage: str
    deals: int
    at_end: int


def count_rows(rows: Sequence[RunRow], order: Sequence[tuple[str, str]]) -> list[StageCount]:
    """Counts by process and stage, in the order of (process, stage)."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        count = found.setdefault((row.process, row.stage), [0, 0])
        count[0] += 1
        count[1] += row.is_at_end
    places = {key: place for place, key in enumerate(order)}
    keys = sorted(found, key=lambda key: (places.get(key, len(places)), key))
    return [StageCount(*key, *found[key]) for key in keys]


def format_counts(counts: Sequence[StageCount], closed: int) -> list[str]:
    """The lines below the list: how many, by process and stage, how many wait for a choice.

    `closed` is the number of closed deals whose run goes on when they are reopened.
    """
    total, at_end = sum(one.deals for one in counts), sum(one.at_end for one in counts)
    first = f"The process runs on {format_number_of(total, 'deal')}"
    lines = (
        [f"{first}, {at_end} at the end of a stage." if at_end else f"{first}."] if total else []
    )
    for process in dict.fromkeys(one.process for one in counts):
        stages = [f"{one.stage} {one.deals}" for one in counts if one.process == process]
        lines += fold_words(f"  {process}: {', '.join(stages)}.", WIDTH)
    if closed:
        goes_on = "goes on when it is reopened" if closed == 1 else "go on when they are reopened"
        lines.append(f"{format_number_of(closed, 'closed deal')} {goes_on}.")
    return lines


def row_document(row: RunRow) -> Document:
    """A row as scripts get it."""
    return {
        "id": row.id,
        "title": row.title,
        "client": row.client,
        "owner": row.owner,
        "process": row.process,
        "stage": row.stage,
        "days_at_stage": row.days_at_stage,
        "started_at": format_instant(row.started_at),
        "starter": row.starter,
        "open_steps": row.open_steps,
        "end_of_stage": row.is_at_end,
        "step": row.step,
        "performer": row.performer,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "late": row.is_late,
        **({"store": row.store} if row.store else {}),
    }


def build_list_document(
    rows: Sequence[RunRow], counts: Sequence[StageCount], closed: int
) -> Document:
    """`salescli/runs@1`."""
    return {
        "schema": LIST_SCHEMA,
        "runs": [row_document(row) for row in rows],
        "counts": [
            {"process": one.process, "stage": one.stage, "deals": one.deals, "at_end": one.at_end}
            for one in counts
        ],
        "closed": closed,
    }


def build_status_document(status: RunStatus) -> Document:
    """`salescli/run@1`."""
    running = status.running
    return {
        "schema": STATUS_SCHEMA,
        "id": status.deal,
        "title": status.title,
        "process": status.process,
        "stage": status.stage,
        "days_at_stage": status.days_at_stage,
        "running": None if running is None else running.id,
        "end_of_stage": status.is_at_end,
        "steps": [_step_document(one) for one in status.steps],
        "unfinished": [one.id for one in status.unfinished],
        "go_on": list(status.go_on) if status.is_at_end else [],
        "runs": [_run_document(one) for one in status.runs],
    }


def _step_document(one: OpenStep) -> Document:
    activity = one.activity
    return {
        "activity": activity.id,
        "step": activity.step,
        "type": activity.type,
        "title": activity.title,
        "owner": activity.owner,
        "start": format_instant(activity.start_at) if activity.start_at else None,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "late": one.is_late,
        "adopted": one.is_adopted,
        "results": [
            {
                "result": route.result,
                "leads_to": route.words,
                "target": route.target,
                "gone": route.is_changed,
            }
            for route in one.routes
        ],
    }


def _run_document(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "starter": run.starter,
        "started_at": format_instant(run.started_at),
        "stopped_at": format_instant(run.stopped_at) if run.stopped_at else None,
        "why": run.why,
    }


def format_status(status: RunStatus, wording: Wording) -> list[str]:
    """The screen of one deal's run, 80 columns wide."""
    room = WIDTH - len(status.deal) - 3
    title, *more = fold_words(clean_text(status.title), room)
    lines = [f" {pad(title, room)}  {status.deal}", *(f" {line}" for line in more)]
    days = f", {format_days(status.days_at_stage)}" if status.days_at_stage is not None else ""
    lines += _labelled("Stage", f"{status.stage_name}{days} · {status.process_name}")
    lines += _labelled("Process", _state(status, wording))
    for number, one in enumerate(status.steps):
        lines += _labelled("" if number else "Waits", _step_words(one, wording))
        lines += [line for route in one.routes for line in _labelled("", _route(route), _INDENT)]
    if status.is_at_end:
        lines += _labelled("End", "Every step of the stage is done: where does the deal go?")
        lines += [line for command in status.go_on for line in _labelled("", command, _INDENT)]
    own = [_activity(one, wording) for one in status.unfinished]
    for number, words in enumerate(own if status.running is not None else []):
        lines += _labelled("" if number else "By hand", words)
    for number, run in enumerate(reversed(_past(status))):
        lines += _labelled("" if number else "Before", _past_run(run, wording))
    return lines


def _labelled(label: str, text: str, indent: int = 0) -> list[str]:
    margin = _LABEL + indent
    first, *more = fold_words(clean_text(text), WIDTH - margin - 1)
    return [f" {label:<{margin}}{first}".rstrip(), *(f" {'':<{margin}}{line}" for line in more)]


def _state(status: RunStatus, wording: Wording) -> str:
    run = status.running
    if run is None:
        how = f" · salescli process start {status.address}" if status.is_open else ""
        return f"does not run{how}"
    words = f"runs since {_when(run.started_at, wording.calendar)}, started by "
    words += wording.name("person", run.starter)
    return words if status.is_open else f"{words}; goes on when the deal is reopened"


def _when(at: datetime, calendar: Calendar) -> str:
    return format_day(calendar.day_of(at))


def _activity(one: Activity, wording: Wording) -> str:
    start = f", {format_start(one.start_at, wording.calendar)}" if one.start_at else ""
    who = wording.name("person", one.owner)
    return f"{wording.choice('activity_types', one.type)} {quote(one.title)}, {who}{start}"


def _step_words(one: OpenStep, wording: Wording) -> str:
    due = ""
    if one.due_on is not None and one.activity.start_at is None:
        due = f", since {format_day(one.due_on)}"
    late = " ! late" if one.is_late else ""
    adopted = ", planned by hand" if one.is_adopted else ""
    return f"{one.address}  {_activity(one.activity, wording)}{due}{adopted}{late}"


def _route(route: Route) -> str:
    changed = " (the definition has changed)" if route.is_changed else ""
    return f"{route.result} → {route.words}{changed}"


def _past(status: RunStatus) -> list[Run]:
    return [run for run in status.runs if run != status.running]


def _past_run(run: Run, wording: Wording) -> str:
    words = f"{_when(run.started_at, wording.calendar)}, {wording.name('person', run.starter)}"
    if run.stopped_at is None:
        return f"{words}: runs beside it; salescli check"
    ended = _when(run.stopped_at, wording.calendar)
    how = "came to its end" if run.why == OWN_END else f"stopped {quote(run.why or '')}"
    return f"{words}; {how} on {ended}"
