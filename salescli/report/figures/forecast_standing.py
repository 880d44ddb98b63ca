"""Where a deal stands in a forecast: sold, open in the period, overdue, undated, or beyond it.

Pure: one deal as it stands on the as-of day in, its contribution out (domain.md section 7).
"""

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.groupings import ForecastBy
from salescli.model.visits import Entry, seconds
from salescli.report.figures.deal_filter import OTHER_PROCESS, build_filter
from salescli.report.figures.question import Question
from salescli.report.figures.spans import Span, build_spans, day_finder, second_finder

By = ForecastBy
Place = Literal["actual", "pipeline", "overdue", "undated", "beyond", "left-out"]
_CLOSED = int(Entry.CLOSED)


class ForecastQuestion(Question, frozen=True, kw_only=True):
    """What is asked of a forecast. `end` is the end of the as-of day, whatever the period is.

    `spans` are the columns: the months of the period, if they are wanted, then the whole of it.
    """

    by: By = "owner"
    spans: tuple[Span, ...] = ()

    @property
    def parts(self) -> tuple[Span, ...]:
        """The columns that a deal is in one of: the months, else the whole period."""
        return self.spans[:-1] or self.spans


def ask_forecast(
    question: ForecastQuestion, calendar: Calendar, *, months: bool = False
) -> ForecastQuestion:
    """The same question with its columns, asked on the as-of day.

    Raises `WrongUsage` (`not-in-months`) for a period that can't be told by months.
    """
    spans = build_spans(question.period, calendar, months=months)
    asked = msgspec.structs.replace(question, spans=spans)
    return ask_on(asked, question.as_of, calendar)


def ask_on(question: ForecastQuestion, day: date, calendar: Calendar) -> ForecastQuestion:
    """The same question on another day: a forecast stands on it, whatever its period is."""
    end = seconds(calendar.end_of(day))
    return msgspec.structs.replace(question, as_of=day, end=end)


class Standing(msgspec.Struct, frozen=True):
    """What one deal is in the forecast: in which place, in which part of the period, and its money.

    `row` is what it stands under; by product the deal's lines of the catalogue say it instead.
    """

    place: Place
    part: int = 0
    row: str | None = None
    lines: tuple[tuple[str, str], ...] = ()
    money: str | None = None
    probability: int = 100
    differs: bool = False


BEYOND = Standing("beyond")  # most deals of a long past; the same for all of them


def build_standing(
    question: ForecastQuestion, definition: Definition
) -> Callable[[Deal], Standing | None]:
    """Where a deal stands in the forecast, as a function of the deal alone.

    actual: stands as won, its last closing lies in the period; pipeline: open, its close date lies
    in the period and not before the as-of day; overdue: open, closes before that day; undated:
    open without a close date; beyond: none of these. None for what the filters keep out.
    """
    why_left_out = build_filter(question)
    today = question.as_of.isoformat()
    in_days, in_seconds = day_finder(question.parts), second_finder(question.parts)
    caps = {stage.stage: definition.cap_of(stage.stage) for stage in definition.stages}
    final = {s.stage: s.final == "success" for s in definition.stages if not s.is_open}
    by: str = question.by
    by_product = by == "product"

    def standing(deal: Deal) -> Standing | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        if left_out == OTHER_PROCESS:
            is_concerned = _is_concerned(deal, in_seconds)
            return Standing("left-out", row=OTHER_PROCESS) if is_concerned else None
        is_won = final.get(deal.stage)
        stands = _place(deal, is_won)
        if stands is None:
            return BEYOND
        if left_out:
            return Standing("left-out", row=left_out)
        probability = 100
        if is_won is None:
            cap = caps.get(deal.stage, 0)
            probability = cap if deal.probability is None else deal.probability
        row = None if by_product else getattr(deal, by)
        lines = deal.lines if by_product else ()
        money = deal.value(bool(is_won))
        return Standing(*stands, row, lines, money, probability, deal.differs)

    def _place(deal: Deal, is_won: bool | None) -> tuple[Place, int] | None:
        if is_won is None:
            if not deal.close_date:
                return "undated", 0
            if deal.close_date < today:
                return "overdue", 0
            part = in_days(deal.close_date)
            return None if part is None else ("pipeline", part)
        if is_won:
            closed_at = closed_second(deal)
            part = in_seconds(closed_at) if closed_at is not None else in_days(deal.close_date)
            return None if part is None else ("actual", part)
        return None

    return standing


def closed_second(deal: Deal) -> int | None:
    """The instant of a deal's last closing; None where no event tells one."""
    return next((v.started_at for v in reversed(deal.visits) if v.entry == _CLOSED), None)


def _is_concerned(deal: Deal, in_seconds: Callable[[int], int | None]) -> bool:
    """Whether a deal of another process, whose stages aren't known here, may have a part in it."""
    is_running = not deal.visits or deal.visits[-1].ended_at is None
    closed_at = closed_second(deal)
    return is_running or (closed_at is not None and in_seconds(closed_at) is not None)
