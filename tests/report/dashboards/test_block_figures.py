"""Figures of blocks against slow ones, written from domain.md section 9 and format.md section 4.

The naive side sees raw deals and moves, never contributions or partials.
"""

from collections import defaultdict
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.dashboards import parse_figure, parse_group
from salescli.model.names import build_names
from salescli.report.dashboards.block_figures import (
    Measure,
    build_contribution,
    finish,
    key_of,
)
from salescli.report.dashboards.block_plots import Axis, Figured, Look, build_plots, order_keys
from salescli.report.figures.figure import add_up, percent_of
from salescli.report.figures.question import WinLossQuestion, ask
from tests.report.figures.test_funnel_naive import DEFINITION, EXAMPLES, deal_at, raw_deals
from tests.report.funnel_deals import CALENDAR

NAMES = build_names("opportunity")
GETTERS: dict[str, Any] = {
    "budget": lambda deal: (deal.budget,) if deal.budget else (),
    "owner": lambda deal: (deal.owner,) if deal.owner else (),
    "created_at": lambda deal: (
        datetime.fromtimestamp(deal.created_at, CALENDAR.zone).date().isoformat(),
    ),
}


def build_measure(figure: str, period: str, as_of: date, *groups: str) -> Measure:
    days = CALENDAR.parse_period(period, as_of)
    asked = parse_figure(figure, NAMES)
    read = tuple(parse_group(group, NAMES) for group in groups)
    return Measure(
        figure=asked,
        question=ask(
            WinLossQuestion, "any", days, as_of, CALENDAR, sum="value", time_zone="Europe/Riga"
        ),
        day=GETTERS["created_at"],
        first=None if days.first is None else days.first.isoformat(),
        last=None if days.last is None else days.last.isoformat(),
        groups=read,
        getters=tuple(GETTERS[group.name.name] for group in read),
        value=None if asked.field is None else GETTERS[asked.field.name],
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(raw_deals(), max_size=8),
    st.sampled_from(["2024-03", "2024-03-05..2024-03-08", "2024-03-06", "..2024-03-10", "all"]),
    st.integers(8, 31),
    st.sampled_from(["count", "sum budget", "avg budget", "min budget", "max budget"]),
)
def test_figures_by_owner_and_month_equal_naive_ones(
    raws: list[dict[str, Any]], period: str, day: int, figure: str
) -> None:
    as_of = date(2024, 3, day)
    measure = build_measure(figure, period, as_of, "owner", "month(created_at)")
    end = CALENDAR.end_of(as_of)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    contribute = build_contribution(measure, DEFINITION)
    found = finish(add_up(here, contribute, with_ids=True), measure, DEFINITION)

    span = CALENDAR.parse_period(period, as_of)
    chosen: dict[tuple[Any, str], list[dict[str, Any]]] = defaultdict(list)
    for raw in raws:
        created = raw["moves"][0][0]
        on = created.astimezone(CALENDAR.zone).date()
        is_in = (span.first or date.min) <= on <= (span.last or date.max)
        if raw["process"] == "any" and created <= end and is_in:
            chosen[raw["owner"], f"{on.year}-{on.month:02}"].append(raw)
    assert set(found.groups) == set(chosen)
    for key, mine in {(): [raw for some in chosen.values() for raw in some], **chosen}.items():
        told = found.total if key == () else found.groups[key]
        check(told, figure, mine)
        if figure == "count":
            assert found.behind(key, "") is not None
            assert len(found.behind(key, "") or ()) == len(mine)
        elif figure != "sum budget":
            assert found.ids is None


def check(told: dict[str, Any], figure: str, mine: list[dict[str, Any]]) -> None:
    if figure == "count":
        assert told == {"": len(mine)}
        return
    amounts: dict[str, list[Fraction]] = defaultdict(list)
    for raw in mine:
        if raw["budget"]:
            number, code = raw["budget"].split(" ")
            amounts[code].append(Fraction(number))
    assert set(told) == set(amounts)
    for code, numbers in amounts.items():
        exact = {
            "sum": sum(numbers),
            "avg": Fraction(sum(numbers), len(numbers)),
            "min": min(numbers),
            "max": max(numbers),
        }[figure.split()[0]]
        assert abs(Fraction(told[code]) - exact) <= Fraction(1, 200)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(raw_deals(), max_size=8), st.integers(8, 31))
def test_a_win_rate_by_owner_is_of_their_own_closings(raws: list[dict[str, Any]], day: int) -> None:
    as_of = date(2024, 3, day)
    measure = build_measure("win-rate", "2024-03", as_of, "owner")
    end = datetime.fromtimestamp(measure.question.end, UTC)
    deals = [deal_at(raw, f"opp-{place}", end) for place, raw in enumerate(raws)]
    here = [deal for deal in deals if deal is not None]
    found = finish(add_up(here, build_contribution(measure, DEFINITION)), measure, DEFINITION)
    start = CALENDAR.start_of(date(2024, 3, 1))
    ends: dict[Any, list[str]] = defaultdict(list)
    for raw in raws:
        moves = [move for move in raw["moves"] if move[0] <= end]
        if raw["process"] == "any" and moves and moves[-1][0] >= start:
            ends[raw["owner"]].append(moves[-1][1])
    for (owner,), numbers in found.groups.items():
        won, lost = (ends[owner].count(name) for name in ("won", "lost"))
        assert numbers == {"%": percent_of(won, won + lost)}


@pytest.mark.parametrize(
    ("day", "part", "week_start", "key"),
    [
        ("2024-03-31", "day", 0, "2024-03-31"),
        ("2024-03-31", "month", 0, "2024-03"),
        ("2024-03-31", "quarter", 0, "2024-Q1"),
        ("2024-12-31", "quarter", 0, "2024-Q4"),
        ("2024-03-31", "week", 0, "2024-03-25"),  # a Sunday: of the week that began on Monday
        ("2024-03-31", "week", 6, "2024-03-31"),  # weeks begin on Sunday
    ],
)
def test_a_day_has_the_key_of_its_part(day: str, part: str, week_start: int, key: str) -> None:
    assert key_of(day, part, week_start) == key
    assert key_of(date.fromisoformat(day), part, week_start) == key


def figured(groups: dict[Any, Any], figure: str = "count") -> Figured:
    measure = build_measure(figure, "all", date(2024, 3, 31), "owner")
    found = finish(add_up([], build_contribution(measure, DEFINITION)), measure, DEFINITION)
    found.groups.update(groups)
    return Figured("Deals", measure, found)


def test_values_stand_as_they_are_offered_then_by_number_and_none_last() -> None:
    one = figured({("b",): {"": 1}, ("c",): {"": 5}, ("x",): {"": 9}, (None,): {"": 7}})
    keys = {"b", "c", "x", None}
    assert order_keys(keys, Axis(noun="n", order=("c", "a", "b")), [one], 0) == [
        "c",
        "b",
        "x",
        None,
    ]
    assert order_keys(keys, Axis(noun="n"), [one], 0) == ["x", "c", "b", None]


def test_gaps_of_weeks_are_filled_over_a_year_s_end() -> None:
    axis = Axis(noun="n", part="week")
    assert order_keys({"2024-12-16", "2025-01-06"}, axis, [], 0) == [
        "2024-12-16",
        "2024-12-23",
        "2024-12-30",
        "2025-01-06",
    ]


def test_a_chart_of_nothing_has_no_plot() -> None:
    assert build_plots([figured({})], [Axis(noun="n")], Look(shape="bar", title="T")) == ()
