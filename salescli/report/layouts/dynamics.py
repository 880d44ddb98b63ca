"""Any figure as a series: by day, week, month or quarter, as of each date (S16).

Pure: knows which spans a period is cut into, and what number of which report a figure is. A
figure of closed deals is that of the deals closed in the span, a figure of open ones that of its
last day; both are what the report of that span, made on that day, says (domain.md section 9).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import msgspec

from salescli.model.calendar import Calendar, Period, add_months
from salescli.model.visits import seconds
from salescli.report.figures.managers import Managers
from salescli.report.figures.question import Q, Question, StateQuestion
from salescli.report.figures.state import State
from salescli.report.figures.winloss import WinLoss
from salescli.report.layouts.managers_layout import build_managers_document
from salescli.report.layouts.state_layout import build_state_document
from salescli.report.layouts.winloss_document import build_win_loss_document
from salescli.report.text.json_text import Document

SpanBy = Literal["day", "week", "month", "quarter"]
Source = Literal["state", "win-loss", "managers"]
Unit = Literal["count", "money", "percent", "days"]
Number = Decimal | Fraction | int | None


class FigureSpec(msgspec.Struct, frozen=True):
    """A figure that can be followed: the report that has it, and how it is read from that.

    `read` answers one number, or one for each currency if it `is_of_money`. `part` is where it
    stands in the report's document.
    """

    source: Source
    unit: Unit
    title: str
    read: Callable[[Any], Number | dict[str, Any]]
    part: tuple[str, ...]
    is_of_money: bool = False


def _state(number: str, title: str) -> FigureSpec:
    def read(state: State) -> Number:
        return state.total.numbers[number].count

    return FigureSpec("state", "count", title, read, ("total", number))


def _outcome(name: str) -> FigureSpec:
    def read(figure: WinLoss) -> Number:
        return figure.total.outcomes[name].count

    return FigureSpec("win-loss", "count", f"{name} deals", read, ("total", name))


def _sum(name: str) -> FigureSpec:
    def read(figure: WinLoss) -> dict[str, Any]:
        return dict(figure.total.outcomes[name].sum)

    title = f"value of {name} deals"
    return FigureSpec("win-loss", "money", title, read, ("total", name), is_of_money=True)


def _open_sum(state: State) -> dict[str, Any]:
    return dict(state.total.numbers["open"].sum)


def _win_rate(figure: WinLoss) -> Number:
    return figure.total.win_rate.percent


def _win_rate_by_value(figure: WinLoss) -> dict[str, Any]:
    return {code: one.percent for code, one in figure.total.win_rate_by_value.items()}


def _cycle(figure: WinLoss) -> Number:
    return figure.total.outcomes["won"].mean


def _average_value(figure: WinLoss) -> dict[str, Any]:
    return dict(figure.total.outcomes["won"].average)


def _velocity(figure: WinLoss) -> dict[str, Any]:
    return {code: one.per_day for code, one in figure.velocity.items()}


def _meetings(figure: Managers) -> Number:
    return figure.total.meetings.count


def _calls(figure: Managers) -> Number:
    return figure.total.calls.count


FIGURES: Mapping[str, FigureSpec] = {
    "open": _state("open", "open deals"),
    "open-sum": FigureSpec(
        "state", "money", "open deals", _open_sum, ("total", "open"), is_of_money=True
    ),
    "overdue": _state("overdue", "overdue deals"),
    "undated": _state("undated", "deals without a close date"),
    "stale": _state("stale", "stale deals"),
    "without-next-step": _state("without_next_step", "deals without a next step"),
    "won": _outcome("won"),
    "lost": _outcome("lost"),
    "rerouted": _outcome("rerouted"),
    "rejected": _outcome("rejected"),
    "won-sum": _sum("won"),
    "lost-sum": _sum("lost"),
    "win-rate": FigureSpec("win-loss", "percent", "win rate", _win_rate, ("total", "win_rate")),
    "win-rate-by-value": FigureSpec(
        "win-loss",
        "percent",
        "win rate by value",
        _win_rate_by_value,
        ("total", "win_rate_by_value"),
        is_of_money=True,
    ),
    "cycle": FigureSpec("win-loss", "days", "mean days to win", _cycle, ("total", "won")),
    "average-value": FigureSpec(
        "win-loss",
        "money",
        "average value won",
        _average_value,
        ("total", "won"),
        is_of_money=True,
    ),
    "velocity": FigureSpec(
        "win-loss", "money", "money won a day", _velocity, ("velocity",), is_of_money=True
    ),
    "meetings": FigureSpec("managers", "count", "meetings done", _meetings, ("total",)),
    "calls": FigureSpec("managers", "count", "calls done", _calls, ("total",)),
}


class Span(msgspec.Struct, frozen=True):
    """A day, week, month or quarter, or what the period takes of it; both days belong to it."""

    first: date
    last: date


class Point(msgspec.Struct, frozen=True):
    """The figure of a span: one number, or one for each currency, and the part of the document."""

    span: Span
    value: Number | dict[str, Any]
    document: Document


class Most(msgspec.Struct, frozen=True):
    """What reports of single days leave out: of each kind the most that one of them does."""

    question: Question
    other_process: int
    left_out: dict[str, int]
    differs: int
    invalid: int
    without_value: int
    valued: dict[str, int] = {}  # open deals that bring money in a currency


class Dynamics(msgspec.Struct, frozen=True):
    """The series, with what it leaves out: of closed deals as the report of the whole period says,
    of open ones, which are those of single days, at the most.
    """

    figure: str
    by: SpanBy
    question: Question
    points: tuple[Point, ...]
    whole: WinLoss | Managers | State | Most

    @property
    def spec(self) -> FigureSpec:
        """What the figure is."""
        return FIGURES[self.figure]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the values; none for a figure that is one number."""
        values = [point.value for point in self.points if isinstance(point.value, dict)]
        return tuple(sorted({code for value in values for code in value}))

    @property
    def valued(self) -> dict[str, int]:
        """Currency → how many deals bring the figure money in it; of open ones the most on a day.

        Of a win rate those that were won or lost, of other figures of wins those that were won.
        """
        whole = self.whole
        if isinstance(whole, Most):
            return whole.valued
        if isinstance(whole, State):
            return whole.total.numbers["open"].valued
        if isinstance(whole, Managers):
            return {}
        outcomes = {"lost-sum": ("lost",), "win-rate-by-value": ("won", "lost")}
        found: Counter[str] = Counter()
        for name in outcomes.get(self.figure, ("won",)):
            found.update(whole.total.outcomes[name].valued)
        return dict(found)


def find_most(question: Question, reports: Sequence[State]) -> Most:
    """The most that any of these reports, one or more, leaves out."""
    codes = sorted({code for report in reports for code in report.left_out})
    return Most(
        question=question,
        other_process=max(report.other_process for report in reports),
        left_out={code: max(one.left_out.get(code, 0) for one in reports) for code in codes},
        differs=max(report.differs for report in reports),
        invalid=max(report.invalid for report in reports),
        without_value=max(report.without_value for report in reports),
        valued=_most_valued([report.total.numbers["open"].valued for report in reports]),
    )


def _most_valued(days: Sequence[dict[str, int]]) -> dict[str, int]:
    codes = sorted({code for valued in days for code in valued})
    return {code: max(valued.get(code, 0) for valued in days) for code in codes}


def cut_period(first: date, last: date, by: SpanBy, week_start: int) -> Iterator[Span]:
    """The spans of a period in their order; the first and last may be cut short."""
    begin = first
    while begin <= last:
        following = _next_start(begin, by, week_start)
        yield Span(begin, min(following - timedelta(days=1), last))
        begin = following


def _next_start(day: date, by: SpanBy, week_start: int) -> date:
    """The first day of the span after that of a day."""
    if by == "day":
        return day + timedelta(days=1)
    if by == "week":
        return day + timedelta(days=7 - (day.weekday() - week_start) % 7)
    return add_months(day, 1 if by == "month" else 3 - (day.month - 1) % 3)


def ask_of_span(question: Q, span: Span, calendar: Calendar) -> Q:
    """The question as it is asked of a span on its last day; that of open deals has no span."""
    end = seconds(calendar.end_of(span.last))
    if isinstance(question, StateQuestion):
        today_start = seconds(calendar.start_of(span.last))
        return msgspec.structs.replace(
            question, as_of=span.last, start=None, end=end, today_start=today_start
        )
    return msgspec.structs.replace(
        question,
        period=Period(span.first, span.last, ""),
        as_of=span.last,
        start=seconds(calendar.start_of(span.first)),
        end=end,
    )


def build_point(figure: str, span: Span, report: State | WinLoss | Managers) -> Point:
    """What the report of a span says of the figure."""
    spec = FIGURES[figure]
    build: Mapping[Source, Callable[[Any], Document]] = {
        "state": build_state_document,
        "win-loss": build_win_loss_document,
        "managers": build_managers_document,
    }
    part: Any = build[spec.source](report)
    for key in spec.part:
        part = part[key]
    return Point(span, spec.read(report), part)
