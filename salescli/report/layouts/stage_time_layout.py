"""The time in stages as a terminal's screen, JSON, CSV or Markdown."""

from collections.abc import Iterable, Iterator

from salescli.report.figures.averages import format_mean
from salescli.report.figures.stage_time import Durations, StageTime, StageTimeFigure, StageTimeRow
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.keyed_rows import key_columns, key_rows
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot, mean_number
from salescli.report.layouts.screens import Layout, Screen, number_column, render_layout
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import NOT_AVAILABLE, clean_text, format_count

STAGE_TIME_SCHEMA = "salescli/stage-time@1"


def render_stage_time(
    figure: StageTime, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The time in stages as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_stage_time_document(figure),
        columns=_number_columns,
        rows=lambda: _number_rows(figure),
        screen=lambda _: _build_screen(figure),
    )
    return render_layout(layout, format, width=width, raw=raw)


def build_stage_time_document(figure: StageTime) -> Document:
    """`salescli/stage-time@1`: visits, mean and median of each stage, in all and by row.

    If the figures hold ids, `visits_ids` has the deal of each visit.
    """
    question = figure.question
    asked = build_asked(question)
    del asked["sum"]  # there is no money here
    return {
        "schema": STAGE_TIME_SCHEMA,
        **asked,
        "by": question.by,
        "unit": question.unit,
        "stages": _build_stages(figure.total),
        "rows": [
            {"row": row.key, "name": row.name or None, "stages": _build_stages(row)}
            for row in figure.rows
        ],
        **build_left_out(figure),
    }


def _build_stages(row: StageTimeRow) -> list[Document]:
    return [
        {
            "stage": one.stage,
            "name": one.name,
            "current": _build_durations(one.current),
            "historical": _build_durations(one.historical),
        }
        for one in row.stages
    ]


def _build_durations(durations: Durations | None) -> Document | None:
    if durations is None:
        return None
    document: Document = {
        "visits": durations.visits,
        "mean": format_mean(durations.mean),
        "median": format_mean(durations.median),
    }
    if durations.ids is not None:
        document["visits_ids"] = list(durations.ids)
    return document


def _number_columns() -> list[Column]:
    names = ["visits", "mean", "median"]
    names += [f"historical_{name}" for name in names]
    return [
        *key_columns("row_name"),
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        *(Column(name, name, "right", "number") for name in names),
    ]


def _number_rows(figure: StageTime) -> list[Row]:
    """The stages of each row and of all deals; without `by` of these alone."""
    is_by = figure.question.by is not None
    found = [(row.key, row.name, row.stages) for row in figure.rows] if is_by else None
    lines = key_rows(figure.question, found, figure.total.stages)
    return [[*head, one.stage, one.name, *_numbers(one)] for head, some in lines for one in some]


def _all(figure: StageTime) -> tuple[StageTimeFigure, ...]:
    return figure.total.stages


def _numbers(one: StageTimeFigure) -> Iterator[str]:
    for durations in (one.current, one.historical):
        if durations is None:
            yield from ("", "", "")
        else:
            yield str(durations.visits)
            yield from (format_mean(durations.mean) or "", format_mean(durations.median) or "")


def _build_screen(figure: StageTime) -> Screen:
    by, unit = figure.question.by, figure.question.unit
    columns = [
        Column("stage", f"{by.capitalize()}, stage" if by else "Stage", least=16),
        number_column("visits", "Visits"),
        number_column("mean", "Mean"),
        number_column("median", "Median"),
        number_column("historical", "Historical"),
        number_column("historical-mean", "Mean"),
        number_column("historical-median", "Median"),
    ]
    rows: list[Row] = [_words(one) for one in _all(figure)]
    if by is not None:
        rows = [line for row in figure.rows for line in _block(row, f"without {by}")]
        rows += _block(figure.total, "Total")
    return Screen(
        question=figure.question,
        title="Time in stage",
        heading=[*build_scope(figure.question), f"{unit} of a visit"],
        columns=columns,
        rows=rows,
        notes=[*_explain(figure), *build_notes(figure)],
    )


def _explain(figure: StageTime) -> list[str]:
    """What the column of history is, where there is something in it."""
    if any(one.historical and one.historical.visits for one in figure.total.stages):
        return ["Historical: undone by a move back or a reopening."]
    return []


def _block(row: StageTimeRow, nameless: str) -> Iterator[Row]:
    """The row's name, and below it the stages in which it has visits."""
    yield [row.name if row.key else nameless, *[""] * 6]
    for one in row.stages:
        if any(found and found.visits for found in (one.current, one.historical)):
            stage, *numbers = _words(one)
            yield [f"  {stage}", *numbers]


def _words(one: StageTimeFigure) -> list[str]:
    cells = [clean_text(one.name)]
    for durations in (one.current, one.historical):
        if durations is None:
            cells += [NOT_AVAILABLE] * 3
        else:
            cells.append(format_count(durations.visits))
            cells += [
                format_mean(found) or NOT_AVAILABLE for found in (durations.mean, durations.median)
            ]
    return cells


# --- for pictures ---------------------------------------------------------------------------------


def build_stage_time_plot(figure: StageTime) -> Plot:
    """Mean and median of each open stage; with rows, the mean of each of them."""
    question = figure.question
    stages = [place for place, one in enumerate(_all(figure)) if one.current is not None]
    if question.by is None:
        means = ((one.mean, one.median) for one in _currents(figure.total, stages))
        mean, median = zip(*means, strict=True) if stages else ((), ())
        series = [
            Series("Mean", tuple(map(mean_number, mean))),
            Series("Median", tuple(map(mean_number, median))),
        ]
    else:
        series = [
            Series(
                row.name if row.key else f"without {question.by}",
                tuple(mean_number(one.mean) for one in _currents(row, stages)),
            )
            for row in figure.rows
        ]
    return build_report_plot(
        question,
        "bar",
        "Time in stage",
        [*build_scope(question), *([f"mean by {question.by}"] if question.by else [])],
        [_all(figure)[place].name for place in stages],
        series,
        unit=question.unit,
        definition=f"{question.unit.capitalize()} of a visit that ended in the period or runs on.",
        notes=build_notes(figure),
    )


def _currents(row: StageTimeRow, places: Iterable[int]) -> list[Durations]:
    return [found for place in places if (found := row.stages[place].current) is not None]
