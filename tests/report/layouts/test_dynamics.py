"""Spans of periods, and what number of which report a figure is."""

import importlib.util
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import getitem
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from salescli.model.calendar import Period
from salescli.report.figures.managers import build_managers
from salescli.report.figures.question import ManagersQuestion, StateQuestion, WinLossQuestion, ask
from salescli.report.figures.state import build_state
from salescli.report.figures.winloss import build_win_loss
from salescli.report.layouts.dynamics import FIGURES, Span, ask_of_span, cut_period
from salescli.report.layouts.managers_layout import build_managers_document
from salescli.report.layouts.state_layout import build_state_document
from salescli.report.layouts.winloss_document import build_win_loss_document
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


# Which report has it, its unit, its title, where in the document it stands, and what it is.
TOLD = {
    "open": ("state", "count", "open deals", "total open", 6),
    "open-sum": ("state", "money", "open deals", "total open", {"EUR": Decimal("910.00")}),
    "overdue": ("state", "count", "overdue deals", "total overdue", 0),
    "undated": ("state", "count", "deals without a close date", "total undated", 6),
    "stale": ("state", "count", "stale deals", "total stale", 0),
    "without-next-step": (
        "state", "count", "deals without a next step", "total without_next_step", 6
    ),
    "won": ("win-loss", "count", "won deals", "total won", 1),
    "lost": ("win-loss", "count", "lost deals", "total lost", 1),
    "rerouted": ("win-loss", "count", "rerouted deals", "total rerouted", 0),
    "rejected": ("win-loss", "count", "rejected deals", "total rejected", 0),
    "won-sum": (
        "win-loss", "money", "value of won deals", "total won", {"EUR": Decimal("100.00")}
    ),
    "lost-sum": (
        "win-loss", "money", "value of lost deals", "total lost", {"EUR": Decimal("80.00")}
    ),
    "win-rate": ("win-loss", "percent", "win rate", "total win_rate", Decimal("50.00")),
    "win-rate-by-value": (
        "win-loss", "percent", "win rate by value", "total win_rate_by_value",
        {"EUR": Decimal("55.56")},
    ),
    "cycle": ("win-loss", "days", "mean days to win", "total won", 26),
    "average-value": (
        "win-loss", "money", "average value won", "total won", {"EUR": Decimal("100.00")}
    ),
    "velocity": ("win-loss", "money", "money won a day", "velocity", {"EUR": Decimal("11.54")}),
    "meetings": ("managers", "count", "meetings done", "total", 0),
    "calls": ("managers", "count", "calls done", "total", 0),
}  # fmt: skip


def load_anew() -> Any:
    """The module once more: the figures are made while it is loaded."""
    spec = importlib.util.find_spec("salescli.report.layouts.dynamics")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report_march(source: str) -> tuple[Any, dict[str, Any]]:
    """The report of March, asked as one of the year, and its document."""
    end = date(2024, 12, 31)
    common: Any = ("real-estate", CALENDAR.parse_period("2024", end), end, CALENDAR)
    zone = {"time_zone": "Europe/Riga"}
    deals = fixture_deals()
    if source == "state":
        state = ask_of_span(ask(StateQuestion, *common, **zone, today_start=0), MARCH, CALENDAR)
        report: Any = build_state(deals, state, REAL_ESTATE)
        return report, build_state_document(report)
    if source == "win-loss":
        closed = ask_of_span(ask(WinLossQuestion, *common, **zone, sum="value"), MARCH, CALENDAR)
        report = build_win_loss(deals, closed, REAL_ESTATE)
        return report, build_win_loss_document(report)
    done = ask_of_span(ask(ManagersQuestion, *common, **zone, sum="value"), MARCH, CALENDAR)
    report = build_managers(deals, done, REAL_ESTATE)
    return report, build_managers_document(report)


def test_each_figure_of_the_fixture_of_march_is_what_its_report_says() -> None:
    dynamics = load_anew()
    reports = {source: report_march(source) for source in ("state", "win-loss", "managers")}
    assert list(dynamics.FIGURES) == list(FIGURES) == list(TOLD)
    for figure, (source, unit, title, path, value) in TOLD.items():
        spec = dynamics.FIGURES[figure]
        assert (spec.source, spec.unit, spec.title) == (source, unit, title)
        assert spec.is_of_money is isinstance(value, dict), figure
        report, document = reports[source]
        point = dynamics.build_point(figure, MARCH, report)
        assert (point.span, point.value) == (MARCH, value), figure
        assert point.document == reduce(getitem, path.split(), document), figure
        assert point.document != document


def test_single_days_leave_out_the_most_that_one_of_them_does() -> None:
    dynamics = load_anew()

    def report(other: int, out: dict[str, int], *told: int, valued: dict[str, int]) -> Any:
        differs, invalid, without = told
        total = SimpleNamespace(numbers={"open": SimpleNamespace(valued=valued)})
        return SimpleNamespace(
            other_process=other,
            left_out=out,
            differs=differs,
            invalid=invalid,
            without_value=without,
            total=total,
        )

    most = dynamics.find_most(
        "asked",
        [
            report(3, {"USD": 2}, 0, 4, 7, valued={"EUR": 1}),
            report(1, {"USD": 1, "JPY": 0}, 5, 2, 8, valued={"EUR": 6, "JPY": 0}),
        ],
    )
    assert (most.question, most.other_process, most.left_out) == ("asked", 3, {"USD": 2, "JPY": 0})
    assert (most.differs, most.invalid, most.without_value) == (5, 4, 8)
    assert most.valued == {"EUR": 6, "JPY": 0}
    assert list(most.left_out) == ["JPY", "USD"]
    assert list(most.valued) == ["EUR", "JPY"]
    series = dynamics.Dynamics("open-sum", "day", "asked", (), most)
    assert series.valued == {"EUR": 6, "JPY": 0}


def test_a_figure_of_closed_deals_counts_those_that_bring_it_money() -> None:
    dynamics = load_anew()
    for figure, valued in (
        ("won-sum", {"EUR": 1}),
        ("lost-sum", {"EUR": 1}),
        ("win-rate-by-value", {"EUR": 2}),
    ):
        report, _ = report_march("win-loss")
        series = dynamics.Dynamics(figure, "month", report.question, (), report)
        assert series.valued == valued, figure
    for source, figure, brought in (("state", "open-sum", {"EUR": 6}), ("managers", "calls", {})):
        report, _ = report_march(source)
        assert dynamics.Dynamics(figure, "day", report.question, (), report).valued == brought


def test_a_span_is_asked_of_on_its_last_day() -> None:
    riga = timezone(timedelta(hours=2))  # summer time began on the last day of March
    first = int(datetime(2024, 3, 1, tzinfo=riga).timestamp())
    today = int(datetime(2024, 3, 31, tzinfo=riga).timestamp())
    midnight = int(datetime(2024, 4, 1, tzinfo=timezone(timedelta(hours=3))).timestamp())
    day = date(2024, 12, 31)
    year: Any = ("real-estate", CALENDAR.parse_period("2024", day), day, CALENDAR)
    state = ask(StateQuestion, *year, time_zone="Europe/Riga", today_start=0)
    asked = ask_of_span(state, MARCH, CALENDAR)
    assert (asked.start, asked.end, asked.as_of) == (None, midnight - 1, MARCH.last)
    assert (asked.today_start, asked.period) == (today, state.period)
    closed = ask_of_span(ask(WinLossQuestion, *year, time_zone="Europe/Riga"), MARCH, CALENDAR)
    assert (closed.start, closed.end, closed.as_of) == (first, midnight - 1, MARCH.last)
    assert closed.period == Period(MARCH.first, MARCH.last, "")
