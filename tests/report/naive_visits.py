"""Visits replayed from raw moves, as domain.md section 2 says, without events or the model."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.report.figures.test_funnel_naive import FINAL, OPEN

ZONE = ZoneInfo("Europe/Riga")


def replay(raw: dict[str, Any], end: datetime) -> list[dict[str, Any]]:
    """Each visit until an instant: stage, began, ended, how it was made, whether it is history."""
    visits: list[dict[str, Any]] = []

    def visit(stage: str, at: datetime, ended: datetime | None, made: str) -> None:
        visits.append({"stage": stage, "began": at, "ended": ended, "made": made, "old": False})

    here = None
    for at, to in raw["moves"]:
        if at > end:
            break
        for one in visits:
            one["ended"] = one["ended"] or at
        is_forward = here in OPEN and to in OPEN and OPEN.index(to) > OPEN.index(here)
        if here in OPEN and (is_forward or to == "won"):
            stop = OPEN.index(to) if to in OPEN else len(OPEN)
            for over in OPEN[OPEN.index(here) + 1 : stop]:
                visit(over, at, at, "skip")
        if here is not None and to in OPEN and not is_forward:
            for one in visits:
                if one["stage"] in OPEN and OPEN.index(one["stage"]) >= OPEN.index(to):
                    one["old"] = True
        made = "created" if here is None else "on" if is_forward or to == "won" else "off"
        visit(to, at, at if to in FINAL else None, made)
        here = to
    return visits


def local_day(at: datetime) -> date:
    """The day in Riga."""
    return at.astimezone(ZONE).date()


def days_of(visit: dict[str, Any], end: datetime) -> int:
    """Local calendar days to its end, or to the reporting date."""
    return (local_day(visit["ended"] or end) - local_day(visit["began"])).days
