"""When an event may lie: format.md section 2, "Time"."""

from datetime import UTC, datetime, timedelta

import pytest

from salescli.model.calendar import Calendar
from salescli.model.chronology import check_time, choose_instant
from salescli.model.errors import Refused, WrongUsage
from salescli.model.events import (
    Changed,
    Closed,
    Created,
    Event,
    Moved,
    Noted,
    Planned,
    Reopened,
    Repeated,
    Replanned,
    Started,
    Stopped,
)

RIGA = Calendar("Europe/Riga")  # two hours ahead of UTC in November
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def head(seq: int, when: datetime) -> dict:
    return {"id": f"h-{seq:010}", "seq": seq, "at": when, "by": "anna"}


CREATED = Created(**head(1, at(2)), fields={"title": "X", "stage": "qualification"})
CHANGED = Changed(**head(2, at(5)), fields={"need": [None, "parking"]})
MOVED = Moved(**head(3, at(6)), from_="qualification", to="key-contacts")
CLOSED = Closed(
    **head(4, at(8)), from_="key-contacts", to="lost", fields={"close_date": [None, ""]}
)
REOPENED = Reopened(**head(5, at(10)), from_="lost", to="key-contacts", reason="x")


@pytest.mark.parametrize(
    ("typed", "live", "expected"),
    [
        (None, [], NOW),
        (None, [CREATED], NOW),
        ("2026-11-03", [CREATED], datetime(2026, 11, 2, 22, 0, tzinfo=UTC)),  # 00:00 in Riga
        ("2026-11-02", [CREATED], at(2)),  # of the event on that day
        ("2026-11-05", [CREATED, CHANGED], at(5)),
        ("yesterday", [CREATED], datetime(2026, 11, 18, 22, 0, tzinfo=UTC)),
        ("today", [CREATED], datetime(2026, 11, 19, 22, 0, tzinfo=UTC)),
        ("today-18d", [CREATED], at(2)),
        ("2026-11-03T10:00", [CREATED], at(3, 8)),  # local without an offset
        ("2026-11-03T10:00:00Z", [CREATED], at(3, 10)),
        ("2026-11-03 10:00:00+05:00", [CREATED], at(3, 5)),
        ("2026-11-20T12:05:00Z", [CREATED], NOW + timedelta(minutes=5)),
    ],
)
def test_an_instant_is_the_clocks_or_the_typed_one_in_the_stores_zone(typed, live, expected):
    assert choose_instant(typed, RIGA, NOW, live) == expected


def test_a_clock_that_runs_behind_is_never_before_the_last_stage_event():
    behind = at(4)
    assert choose_instant(None, RIGA, behind, [CREATED, CHANGED, MOVED]) == at(6)
    assert choose_instant(None, RIGA, behind, [CREATED, CHANGED]) == behind


@pytest.mark.parametrize("typed", ["tomorrow", "2026-11-21", "2026-11-20T12:05:01Z", "2027-01-01"])
def test_more_than_five_minutes_ahead_is_refused(typed):
    with pytest.raises(Refused) as caught:
        choose_instant(typed, RIGA, NOW, [CREATED])
    assert caught.value.findings[0].code == "in-the-future"


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "2026-11-03T25:00", "", "today+xd"])
def test_what_is_no_time_is_wrong_usage(typed):
    with pytest.raises(WrongUsage):
        choose_instant(typed, RIGA, NOW, [CREATED])


def changed(when: datetime, *paths: str) -> Changed:
    return Changed(**head(9, when), fields={path: [None, "x"] for path in paths})


def moved(when: datetime) -> Moved:
    return Moved(**head(9, when), from_="key-contacts", to="qualification", undone=["key-contacts"])


def step(when: datetime, name: str | None = "facts") -> Planned:
    words = {"activity": "act-0000000001", "type": "task", "title": "X", "owner": "anna"}
    return Planned(**head(9, when), **words, step=name, run="run-1")


def adopted(when: datetime, step: str | None) -> Replanned:
    fields: dict = {"step": ["facts" if step is None else None, step]}
    return Replanned(**head(9, when), activity="act-0000000001", fields=fields)


def started(when: datetime) -> Started:
    return Started(**head(7, when), run="run-1")


def stopped(when: datetime) -> Stopped:
    return Stopped(**head(9, when), run="run-1", why="by hand")


LIFE: list[Event] = [CREATED, CHANGED, MOVED, CLOSED, REOPENED]
FINE = [
    (moved(at(10)), LIFE),  # the same instant
    (moved(at(11)), LIFE),
    (moved(at(5)), [CREATED, CHANGED]),  # before a change that is no stage event
    (changed(at(2), "need"), LIFE),  # anywhere from the creation on
    (changed(at(3), "tactic", "contacts/con-0000000000"), LIFE),
    (changed(at(6), "probability"), [CREATED, CHANGED, MOVED]),
    (changed(at(10), "budget", "probability"), LIFE),
    (changed(at(3), "budget", "close_date"), [CREATED, CHANGED, MOVED]),  # never closed
    (Noted(**head(9, at(1)), text="before it all"), LIFE),
    (step(at(3), None), LIFE),  # by hand, anywhere
    (adopted(at(3), None), LIFE),  # given back
    (step(at(10)), LIFE),
    (stopped(at(12)), [*LIFE, started(at(12))]),
]
EARLY = [
    (moved(at(9)), LIFE, "the last change of stage"),
    (moved(at(5)), [CREATED, CHANGED, MOVED], "the last change of stage"),
    (changed(at(1), "need"), LIFE, "the creation"),
    (changed(at(5), "probability"), [CREATED, MOVED], "which sets the cap"),
    *[
        (changed(at(9), path), LIFE, "the last closing or reopening")
        for path in (
            "budget", "close_date", "products/line-0000000000", "archived", "winner",
            "close_reason", "close_details", "actual_revenue", "direct_expense",
        )
    ],
    (started(at(1)), [CREATED, CHANGED], "the creation"),
    (started(at(9)), LIFE, "the last change of stage"),
    (Repeated(**head(9, at(5)), stage="key-contacts"), [CREATED, MOVED], "the last change of"),
    (step(at(9)), LIFE, "the last change of stage"),
    (adopted(at(9), "facts"), LIFE, "the last change of stage"),
    (stopped(at(9)), [*LIFE, started(at(12))], "the last change of stage"),
    (stopped(at(11)), [*LIFE, started(at(12))], "the start of this run"),
    (step(at(11)), [*LIFE, started(at(12))], "the start of this run"),
    (changed(at(7), "direct_expense"), [CREATED, MOVED, CLOSED], "the last closing"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "live"), FINE)
def test_what_the_rules_allow_is_fine(event, live):
    assert check_time(event, live, RIGA) == []


@pytest.mark.parametrize(("event", "live", "words"), EARLY)
def test_what_lies_too_early_is_told_with_what_it_lies_before(event, live, words):
    (problem,) = check_time(event, live, RIGA)
    assert problem.code == "too-early"
    assert words in problem.text
