"""A series as a terminal's screen with a sparkline, JSON, CSV or Markdown."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from salescli.model.calendar import MONTH_NAMES, add_months, format_day
from salescli.model.money import round_amount
from salescli.report.figures.averages import format_mean
from salescli.report.figures.question import Question
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.drawn_money import currency_of, say_undrawn
from salescli.report.layouts.dynamics import Dynamics, Most, Number, Point, SpanBy
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot, mean_number
from salescli.report.layouts.screens import Layout, Screen, number_column, render_layout
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    format_amount,
    format_count,
    format_percent,
    is_whole,
)
from salescli.report.text.sparkline import build_sparkline
from salescli.report.text.wording import begun_small

DYNAMICS_SCHEMA = "salescli/dynamics@1"


def render_dynamics(
    series: Dynamics, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The series as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_dynamics_document(series),
        columns=lambda: _number_columns(series),
        rows=lambda: _number_rows(series),
        screen=lambda width: _build_screen(series, width),
    )
    return render_layout(layout, format, width=width, raw=raw)


def _number_columns(series: Dynamics) -> list[Column]:
    columns = [Column("from", "From"), Column("to", "To")]
    return columns + [number_column(name, name) for name in _value_names(series)]


def build_dynamics_document(series: Dynamics) -> Document:
    """`salescli/dynamics@1`: a point for each span, with its `value` (an object by currency where
    it is one) and, as `made_of`, the part of the report of that span that has it.
    """
    return {
        "schema": DYNAMICS_SCHEMA,
        "figure": series.figure,
        "by": series.by,
        **build_asked(series.question),
        "points": [_build_point(point, series) for point in series.points],
        **build_left_out(series.whole),
    }


def _build_point(point: Point, series: Dynamics) -> Document:
    value = point.value
    told: Any = _bare(value, series) if not isinstance(value, dict) else None
    if isinstance(value, dict):
        told = {code: _bare(number, series) for code, number in value.items()}
    return {
        "from": point.span.first.isoformat(),
        "to": point.span.last.isoformat(),
        "value": told,
        "made_of": point.document,
    }


def _bare(number: Number, series: Dynamics) -> int | str | None:
    if number is None or isinstance(number, int):
        return number
    return f"{number:f}" if isinstance(number, Decimal) else format_mean(number)


def _value_names(series: Dynamics) -> list[str]:
    return [f"{series.figure}_{code}" for code in series.currencies] or [series.figure]


def _numbers(point: Point, series: Dynamics) -> list[Number]:
    if not isinstance(point.value, dict):
        return [point.value]
    codes: tuple[str | None, ...] = series.currencies or (None,)
    return [point.value.get(code or "", _nothing(series, code)) for code in codes]


def _nothing(series: Dynamics, code: str | None) -> Decimal | None:
    """A sum of nothing is 0 of its currency; any other figure of nothing is n/a."""
    if not series.figure.endswith("-sum"):
        return None
    return round_amount(Decimal(0), code) if code else Decimal(0)


def _number_rows(series: Dynamics) -> list[Row]:
    rows: list[Row] = []
    for point in series.points:
        cells = [_bare(number, series) for number in _numbers(point, series)]
        days = [point.span.first.isoformat(), point.span.last.isoformat()]
        rows.append([*days, *("" if cell is None else str(cell) for cell in cells)])
    return rows


def _build_screen(series: Dynamics, width: int | None) -> Screen:
    codes = series.currencies
    columns = [
        Column("span", series.by.capitalize(), least=16),
        *(number_column(code, code) for code in codes or ("Value",)),
    ]
    table = [_numbers(point, series) for point in series.points]
    places = range(len(columns) - 1)
    money = [[one for row in table if isinstance(one := row[place], Decimal)] for place in places]
    whole = [is_whole(amounts) for amounts in money]
    rows: list[Row] = [
        [
            _span_name(point.span.first, point.span.last, series.by),
            *(_cell(row[place], series, whole=whole[place]) for place in places),
        ]
        for point, row in zip(series.points, table, strict=True)
    ]
    lines = [[row[place] for row in table] for place in places]
    room = len(table) if width is None else width - 6
    sparks = [
        f"{code} {build_sparkline(line[-room:])}".strip()
        for code, line in zip(codes or ("",), lines, strict=True)
        if any(number is not None for number in line)
    ]
    return Screen(
        question=series.question,
        title=series.spec.title.capitalize(),
        heading=[*build_scope(series.question), *_say_sum(series)],
        columns=columns,
        rows=rows,
        told=sparks,
        notes=_notes(series),
        refusal="" if series.points else _refuse(series.question),
    )


def _say_sum(series: Dynamics) -> list[str]:
    """What is summed, of a figure of money: `amount, EUR`."""
    if not series.spec.is_of_money:
        return []
    return [", ".join([series.question.sum, *series.currencies])]


def _notes(series: Dynamics) -> list[str]:
    """What the points leave out; of those of single days at the most, if there are several."""
    told = build_notes(series.whole, sums=series.spec.is_of_money)
    if series.spec.source == "win-loss" and len(series.points) > 1:
        told = [f"Each {series.by} as it stood at its end, whatever was reopened later.", *told]
    if not isinstance(series.whole, Most) or len(series.points) == 1:
        return told
    unread = told[-1:] if series.whole.invalid else []
    nothing = [note for note in told if note.startswith("No ")]
    most = [note for note in told if note not in (*nothing, *unread)]
    said = f"At most on one day: {begun_small(' '.join(most))}"
    return [*nothing, *([said] if most else []), *unread]


def _refuse(question: Question) -> str:
    """Why there are no spans: an open period begins with the first deal."""
    last = question.period.last
    day = question.as_of if last is None else min(last, question.as_of)
    return f"No figures: no deal was created by {format_day(day)}."


def _cell(number: Number, series: Dynamics, *, whole: bool) -> str:
    if number is None:
        return NOT_AVAILABLE
    if isinstance(number, int):
        return format_count(number)
    if not isinstance(number, Decimal):
        return format_mean(number) or NOT_AVAILABLE
    if series.spec.unit == "percent":
        return format_percent(number)
    return format_amount(number, whole=whole)


def _span_name(first: date, last: date, by: SpanBy) -> str:
    if first == last:
        return format_day(first)
    following = last + timedelta(days=1)
    if by == "month" and first == add_months(following, -1) and following.day == 1:
        return f"{MONTH_NAMES[first.month - 1]} {first.year}"
    if by == "quarter" and first == add_months(following, -3) and following.day == 1:
        return f"Q{first.month // 3 + 1} {first.year}"
    return f"{format_day(first)} – {format_day(last)}"


# --- for pictures ---------------------------------------------------------------------------------


_UNITS = {"percent": "%", "days": "days"}
_WHEN = {
    "state": "of deals open on the last day of each span",
    "win-loss": "of deals closed in each span",
    "managers": "in each span",
}


def build_dynamics_plot(series: Dynamics) -> Plot:
    """The series as a line, in one currency."""
    question, spec = series.question, series.spec
    codes = series.currencies
    code = currency_of(question, codes)
    place = codes.index(code) if code in codes else 0
    values = [_drawn(_numbers(point, series)[place]) for point in series.points]
    title = spec.title.capitalize()
    named = f"{title}, {code}" if spec.unit == "percent" and codes else title
    return build_report_plot(
        question,
        "line",
        title,
        [*build_scope(question), *_say_sum(series), f"by {series.by}"],
        [_tick_name(point, series.by) for point in series.points],
        [Series(named, tuple(values))],
        unit=code if spec.unit == "money" else _UNITS.get(spec.unit, ""),
        definition=f"{title}: {_WHEN[spec.source]}.",
        notes=[
            *_notes(series),
            *(_say_undrawn(series, code) if codes else []),
        ],
    )


def _say_undrawn(series: Dynamics, code: str) -> list[str]:
    said = say_undrawn(series.valued, code)
    if not isinstance(series.whole, Most) or len(series.points) == 1:
        return said
    return [f"At most on one day: {begun_small(sentence)}" for sentence in said]


def _drawn(number: Number) -> Decimal | None:
    if number is None or isinstance(number, Decimal):
        return number
    return Decimal(number) if isinstance(number, int) else mean_number(number)


def _tick_name(point: Point, by: SpanBy) -> str:
    """The span's name, of a week or a part of a span its first day: there is little room."""
    span = point.span
    name = _span_name(span.first, span.last, by)
    return format_day(span.first) if " – " in name else name
