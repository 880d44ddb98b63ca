"""The flow through the stages as a terminal's screen, JSON, CSV or Markdown."""

from decimal import Decimal

from salescli.report.figures.stage_flow import FATES, FlowFigure, FlowStage
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.layouts.screens import Layout, Screen, number_column, render_layout
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import clean_text, format_count

FLOW_SCHEMA = "salescli/flow@1"
# Read across, a row is an equation.
_TITLES = {
    "advanced": "= Advanced",
    "lost": "+ Lost",
    "moved_back": "+ Back",
    "still_there": "+ Still there",
}


def render_flow(
    figure: FlowFigure, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The flow as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_flow_document(figure),
        columns=_number_columns,
        rows=lambda: _number_rows(figure),
        screen=lambda _: _build_screen(figure),
    )
    return render_layout(layout, format, width=width, raw=raw)


def build_flow_document(figure: FlowFigure) -> Document:
    """`salescli/flow@1`: visits begun in the period, by what became of them.

    If the figures hold ids, each number `x` has the deal of each visit beside it as `x_ids`.
    """
    asked = build_asked(figure.question)
    del asked["sum"]  # there is no money here
    return {
        "schema": FLOW_SCHEMA,
        **asked,
        "stages": [_build_stage(stage) for stage in figure.stages],
        **build_left_out(figure),
    }


def _build_stage(stage: FlowStage) -> Document:
    document: Document = {
        "stage": stage.stage,
        "name": stage.name,
        "entered": stage.entered,
        **stage.fates,
    }
    if stage.ids is not None:
        document.update((f"{number}_ids", list(ids)) for number, ids in stage.ids.items())
    return document


def _number_columns() -> list[Column]:
    numbers = ["entered", *FATES]
    return [
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        *(Column(name, name, "right", "number") for name in numbers),
    ]


def _number_rows(figure: FlowFigure) -> list[Row]:
    return [
        [stage.stage, stage.name, *map(str, [stage.entered, *stage.fates.values()])]
        for stage in figure.stages
    ]


def _build_screen(figure: FlowFigure) -> Screen:
    columns = [
        Column("stage", "Stage"),
        number_column("entered", "Entered"),
        *(number_column(fate, _TITLES[fate]) for fate in FATES),
    ]
    rows = [
        [clean_text(stage.name), *map(format_count, [stage.entered, *stage.fates.values()])]
        for stage in figure.stages
    ]
    return Screen(
        question=figure.question,
        title="Flow",
        heading=[*build_scope(figure.question), "visits begun in the period"],
        columns=columns,
        rows=rows,
        notes=build_notes(figure),
    )


# --- for pictures ---------------------------------------------------------------------------------


def build_flow_plot(figure: FlowFigure) -> Plot:
    """What entered each stage, stacked of what became of it."""
    series = [
        Series(
            _TITLES[fate].removeprefix("= ").removeprefix("+ "),
            tuple(Decimal(stage.fates[fate]) for stage in figure.stages),
        )
        for fate in FATES
    ]
    return build_report_plot(
        figure.question,
        "column",
        "Flow",
        build_scope(figure.question),
        [stage.name for stage in figure.stages],
        series,
        definition="Visits begun in the period, by what became of them.",
        notes=build_notes(figure),
        stacked=True,
    )
