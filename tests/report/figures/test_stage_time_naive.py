"""The time in stages against a slow one, written from domain.md sections 2, 3 and 6 alone."""

from datetime import UTC, date, datetime
from fractions import Fraction
from statistics import mean, median
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.report.figures.question import ask
from salescli.report.figures.stage_time import StageTimeQuestion, StageTimeRow, build_stage_time
from tests.report.figures.test_funnel_naive import DEFINITION, EXAMPLES, OPEN, deal_at, raw_deals
from tests.report.funnel_deals import CALENDAR
from tests.report.naive_visits import days_of, replay

Lengths = dict[tuple[Any, str, bool], list[Fraction]]  # row, stage, historical → lengths


def naive_lengths(
    raws: list[dict[str, Any]], start: datetime | None, end: datetime, unit: str, by: str
) -> Lengths:
    found: Lengths = {}
    for raw in raws:
        if raw["process"] != "any":
            continue
        for visit in replay(raw, end):
            if visit["made"] == "skip" or visit["stage"] not in OPEN:
                continue
            if start is not None and visit["ended"] is not None and visit["ended"] < start:
                continue
            length = Fraction(days_of(visit, end))
            if unit == "hours":
                # a day's last second is its end, but one
                until = visit["ended"].timestamp() if visit["ended"] else end.timestamp() + 1
                length = Fraction(int(until - visit["began"].timestamp()), 3600)
            for row in ("total", raw[by]):
                found.setdefault((row, visit["stage"], visit["old"]), []).append(length)
    return found


def told_lengths(row: StageTimeRow, name: Any) -> dict[tuple[Any, str, bool], Any]:
    return {
        (name, one.stage, old): (found.visits, found.mean, found.median)
        for one in row.stages
        for old, found in ((False, one.current), (True, one.historical))
        if found is not None and found.visits
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    st.sampled_from(["days", "hours"]),
    st.sampled_from(["owner", "department"]),
)
def test_the_time_in_stages_equals_a_naive_one(
    raws: list[dict[str, Any]], period: str, day: int, unit: str, by: str
) -> None:
    as_of = date(2024, 3, day)
    question = ask(
        StageTimeQuestion,
        "any",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        unit=unit,
        by=by,
        time_zone="Europe/Riga",
    )
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    figure = build_stage_time(
        [deal for deal in deals if deal is not None], question, DEFINITION, with_ids=True
    )
    naive = {
        key: (len(lengths), mean(lengths), median(lengths))
        for key, lengths in naive_lengths(raws, start, end, unit, by).items()
        if key[1] != "hidden"  # it has no row
    }
    told = told_lengths(figure.total, "total")
    for row in figure.rows:
        told |= told_lengths(row, row.key)
    assert told == naive
    for one in figure.total.stages:
        for found in (one.current, one.historical):
            assert found is None or found.ids is None or len(found.ids) == found.visits
