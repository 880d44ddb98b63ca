"""Spans of periods, and what number of which report a figure is."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.visits import seconds
from salescli.report.figures.managers import build_managers
from salescli.report.figures.question import ManagersQuestion, StateQuestion, WinLossQuestion, ask
from salescli.report.figures.state import build_state
from salescli.report.figures.winloss import build_win_loss
from salescli.report.layouts.dynamics import FIGURES, Span, ask_of_span, build_point, cut_period
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, fixture_deals

MARCH = Span(date(2024, 3, 1), date(2024, 3, 31))


def spans(first: str, last: str, by: str, week_start: int = 0) -> list[tuple[str, str]]:
    days = date.fromisoformat(first), date.fromisoformat(last)
    return [
        (span.first.isoformat(), span.last.isoformat())
        for span in cut_period(*days, by, week_start)  # type: ignore[arg-type]
    ]


def test_weeks_begin_with_the_stores_first_day_and_ends_are_cut() -> None:
    # 1 March 2024 was a Friday.
    assert spans("2024-03-01", "2024-03-12", "week") == [
        ("2024-03-01", "2024-03-03"),
        ("2024-03-04", "2024-03-10"),
        ("2024-03-11", "2024-03-12"),
    ]
    assert spans("2024-03-01", "2024-03-03", "week", 6) == [
        ("2024-03-01", "2024-03-02"),
        ("2024-03-03", "2024-03-03"),
    ]


def test_months_and_quarters_are_the_calendars() -> None:
    assert spans("2024-01-31", "2024-03-01", "month") == [
        ("2024-01-31", "2024-01-31"),
        ("2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-01"),
    ]
    assert spans("2023-11-15", "2024-04-01", "quarter") == [
        ("2023-11-15", "2023-12-31"),
        ("2024-01-01", "2024-03-31"),
        ("2024-04-01", "2024-04-01"),
    ]
    assert spans("2024-04-01", "2024-03-31", "day") == []


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(["day", "week", "month", "quarter"]),
    st.integers(0, 6),
)
def test_spans_cover_each_day_once(first: date, days: int, by: str, week_start: int) -> None:
    last = first + timedelta(days=days)
    found = list(cut_period(first, last, by, week_start))  # type: ignore[arg-type]
    assert (found[0].first, found[-1].last) == (first, last)
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    lengths = {"day": 1, "week": 7, "month": 31, "quarter": 92}
    assert all((one.last - one.first).days < lengths[by] for one in found)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("open", 6),
        ("open-sum", {"EUR": Decimal("910.00")}),
        ("overdue", 0),
        ("undated", 6),
        ("stale", 0),
        ("without-next-step", 6),
        ("won", 1),
        ("lost", 1),
        ("rerouted", 0),
        ("rejected", 0),
        ("won-sum", {"EUR": Decimal("100.00")}),
        ("lost-sum", {"EUR": Decimal("80.00")}),
        ("win-rate", Decimal("50.00")),
        ("win-rate-by-value", {"EUR": Decimal("55.56")}),
        ("cycle", 26),
        ("average-value", {"EUR": Decimal("100.00")}),
        ("velocity", {"EUR": Decimal("11.54")}),
        ("meetings", 0),
        ("calls", 0),
    ],
)
def test_each_figure_of_the_fixture_of_march(figure: str, expected: object) -> None:
    end = date(2024, 12, 31)
    common = (
        "real-estate",
        CALENDAR.parse_period("2024", end),
        end,
        CALENDAR,
    )
    zone = {"time_zone": "Europe/Riga"}
    deals = fixture_deals()
    if FIGURES[figure].source == "state":
        state = ask_of_span(ask(StateQuestion, *common, **zone, today_start=0), MARCH, CALENDAR)
        assert (state.start, state.as_of) == (None, MARCH.last)
        assert state.today_start == seconds(CALENDAR.start_of(MARCH.last))
        point = build_point(figure, MARCH, build_state(deals, state, REAL_ESTATE))
    elif FIGURES[figure].source == "win-loss":
        closed = ask_of_span(ask(WinLossQuestion, *common, **zone, sum="value"), MARCH, CALENDAR)
        point = build_point(figure, MARCH, build_win_loss(deals, closed, REAL_ESTATE))
    else:
        done = ask_of_span(ask(ManagersQuestion, *common, **zone, sum="value"), MARCH, CALENDAR)
        point = build_point(figure, MARCH, build_managers(deals, done, REAL_ESTATE))
    assert point.value == expected
    assert set(FIGURES) >= {figure} and len(FIGURES) == 19
