"""The state of open deals as a terminal's screen, JSON, CSV or Markdown."""

from collections.abc import Sequence
from decimal import Decimal

from salescli.report.figures.state import NUMBERS, State, StateRow
from salescli.report.layouts.counted_document import build_counted
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.keyed_rows import key_columns, key_rows
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.layouts.screens import (
    Layout,
    Screen,
    bare_number,
    money_cells,
    money_columns,
    number_column,
    place_cells,
    render_layout,
)
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import clean_text, format_count

STATE_SCHEMA = "salescli/state@1"
_TITLES = ("Overdue", "Undated", "Stale", "No next step")
_HEADS = (*_TITLES[:3], "No step")  # with sums of two currencies beside them on 80 columns


def render_state(
    figure: State, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The state as `table` (a terminal's screen), `json`, `csv` or `md`."""
    return render_layout(lay_out_state(figure), format, width=width, raw=raw)


def lay_out_state(figure: State) -> Layout:
    """How the report looks in each format."""
    return Layout(
        document=lambda: build_state_document(figure),
        columns=lambda: _number_columns(figure),
        rows=lambda: _number_rows(figure),
        screen=lambda _: _build_screen(figure),
    )


def build_state_document(figure: State) -> Document:
    """`salescli/state@1`: five numbers of deals with their money, in all and by row.

    If the figures hold ids, each number `x` of deals has them beside it as `x_ids`.
    """
    return {
        "schema": STATE_SCHEMA,
        **build_asked(figure.question),
        "by": figure.question.by,
        "total": _build_numbers(figure.total),
        "rows": [
            {"row": row.key, "name": row.name or None, **_build_numbers(row)} for row in figure.rows
        ],
        **build_left_out(figure),
    }


def _build_numbers(row: StateRow) -> Document:
    return {name: build_counted(counted) for name, counted in row.numbers.items()}


def _number_columns(figure: State) -> list[Column]:
    names: list[str] = []
    for number in NUMBERS:
        names += [number, *(f"{number}_sum_{code}" for code in figure.currencies)]
        names.append(f"{number}_without_value")
    return [*key_columns(), *(Column(name, name, "right", "number") for name in names)]


def _number_rows(figure: State) -> list[Row]:
    """A row for each key and one for all; without `by` that alone."""
    is_by = figure.question.by is not None
    found = [(row.key, row.name, row) for row in figure.rows] if is_by else None
    lines = key_rows(figure.question, found, figure.total)
    return [[*head, *_numbers(row, figure.currencies)] for head, row in lines]


def _numbers(row: StateRow, codes: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for counted in row.numbers.values():
        cells += [str(counted.count), *(bare_number(counted.sum.get(code)) for code in codes)]
        cells.append(str(counted.without_value))
    return cells


def _build_screen(figure: State) -> Screen:
    by = figure.question.by
    codes = figure.currencies
    columns = [
        Column("name", by.capitalize() if by else "", least=16),
        number_column("open", "Open"),
        *money_columns("sum", "Sum", codes),
        *(number_column(name, title) for name, title in zip(NUMBERS[1:], _HEADS, strict=True)),
    ]
    every = [*figure.rows, figure.total]
    names = [clean_text(row.name) if row.key else f"without {by}" for row in figure.rows]
    sums = money_cells([row.numbers["open"].sum for row in every], codes, "0")
    rows: list[Row] = [
        [
            name,
            format_count(row.numbers["open"].count),
            *money,
            *(format_count(row.numbers[number].count) for number in NUMBERS[1:]),
        ]
        for name, row, money in zip([*names, "Total"], every, sums, strict=True)
    ]
    return Screen(
        question=figure.question,
        title="Open deals",
        heading=[*build_scope(figure.question)[1:], ", ".join([figure.question.sum, *codes])],
        columns=columns,
        rows=rows,
        places=place_cells(
            [*(f"/rows/{place}" for place in range(len(figure.rows))), "/total"],
            columns,
            numbers={name: f"/{name}/count" for name in NUMBERS},
            money={"sum": "/open/sum/{}"},
        ),
        notes=build_notes(figure),
    )


# --- for pictures ---------------------------------------------------------------------------------


def build_state_plot(figure: State) -> Plot:
    """Open deals of each row, and how many of them want attention; without rows, of all."""
    question = figure.question
    titles = ("Open", *_TITLES)
    if question.by is None:
        names: Sequence[str] = titles
        counts = tuple(Decimal(figure.total.numbers[number].count) for number in NUMBERS)
        series = [Series("Deals", counts)]
    else:
        names = [row.name if row.key else f"without {question.by}" for row in figure.rows]
        series = [
            Series(title, tuple(Decimal(row.numbers[number].count) for row in figure.rows))
            for number, title in zip(NUMBERS, titles, strict=True)
        ]
    scope = build_scope(question)[1:]
    return build_report_plot(
        question,
        "column" if question.by is None else "bar",
        "Open deals",
        [*scope, *([f"by {question.by}"] if question.by else [])],
        names,
        series,
        definition="Open deals at the end of the day; one may be overdue and stale at once.",
        notes=build_notes(figure),
    )
