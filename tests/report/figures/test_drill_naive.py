"""Drills against slow ones, written from domain.md sections 2, 3 and 6 alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.report.figures.drill import Drill, add_up_drill, finish
from salescli.report.figures.drilling import DrillQuestion
from salescli.report.figures.question import ask
from tests.report.figures.test_funnel_naive import (
    DEFINITION,
    EXAMPLES,
    FINAL,
    OPEN,
    deal_at,
    naive_money,
    raw_deals,
)
from tests.report.funnel_deals import CALENDAR
from tests.report.naive_visits import days_of, replay


def naive_stay(
    raw: dict[str, Any], part: str, stage: str, start: datetime | None, end: datetime, is_any: bool
) -> tuple[Any, ...] | None:
    """(days, fate) of a deal that is in the part; None of one that isn't."""
    visits = replay(raw, end)
    if not visits:
        return None
    is_new = start is None or visits[0]["began"] >= start
    here = [n for n, visit in enumerate(visits) if visit["stage"] == stage]
    touching = [
        n
        for n in here
        if start is None or visits[n]["ended"] is None or visits[n]["ended"] >= start
    ]
    onward = [
        n for n in touching if n + 1 < len(visits) and visits[n + 1]["made"] in ("on", "skip")
    ]
    chosen = {
        "count": here[-1:] if visits[-1]["stage"] == stage and (is_new or is_any) else [],
        "passed": onward,
        "not-passed": [] if onward else touching,
        "reached": here if is_new else [],
    }[part]
    if not chosen:
        return None
    place = chosen[-1]
    after = visits[place + 1] if place + 1 < len(visits) else None
    if after is None:
        fate = "still-there"
    elif after["made"] in ("on", "skip"):
        fate = "went-on"
    else:
        fate = "lost" if after["stage"] in FINAL else "went-back"
    return (None if stage in FINAL else days_of(visits[place], end)), fate


def told(drill: Drill) -> dict[str, tuple[Any, ...]]:
    return {one.deal.id: (one.stay.days, one.stay.fate) for one in drill.deals}


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    st.sampled_from(["count", "passed", "not-passed", "reached"]),
    st.sampled_from(OPEN + FINAL),
    st.sampled_from(["period", "any"]),
    st.sampled_from(["budget", "amount", "value"]),
)
def test_a_drill_equals_a_naive_one(
    raws: list[dict[str, Any]],
    period: str,
    day: int,
    part: str,
    stage: str,
    created: str,
    sum_: str,
) -> None:
    if part in ("passed", "not-passed") and stage in FINAL:
        stage = OPEN[0]  # nothing goes on from a final stage
    as_of = date(2024, 3, day)
    question = ask(
        DrillQuestion,
        "any",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        time_zone="Europe/Riga",
        stage=stage,
        part=part,
        created=created,
        sum=sum_,
        grouped="owner",
    )
    end = datetime.fromtimestamp(question.end, UTC)
    start = None if question.start is None else datetime.fromtimestamp(question.start, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    drill = finish(add_up_drill(here, question, DEFINITION), DEFINITION, question)

    naive = {}
    sums: dict[str, Decimal] = {}
    owners: dict[Any, int] = {}
    for place, raw in enumerate(raws):
        stay = naive_stay(raw, part, stage, start, end, created == "any")
        if raw["process"] != "any" or stay is None:
            continue
        naive[f"opp-{place}"] = stay
        owners[raw["owner"]] = owners.get(raw["owner"], 0) + 1
        text = naive_money(raw, sum_, replay(raw, end)[-1]["stage"])
        if text is not None:
            sums[text[-3:]] = sums.get(text[-3:], Decimal(0)) + Decimal(text[:-4])
    assert told(drill) == naive
    assert drill.counted.sum == sums
    assert {row.key: row.counted.count for row in drill.rows} == owners
    assert sum(one.count for one in drill.fates.values()) == (
        len(naive) if part == "not-passed" else 0
    )
