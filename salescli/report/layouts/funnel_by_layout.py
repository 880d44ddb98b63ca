"""Funnels by owner or department as a terminal's screen, JSON, CSV or Markdown."""

from collections.abc import Iterator, Sequence

from salescli.report.figures.averages import format_mean
from salescli.report.figures.funnel_by import FunnelRow, FunnelTable
from salescli.report.figures.funnel_looks import look_of
from salescli.report.figures.stage_tally import FunnelStage
from salescli.report.figures.stage_time import Durations
from salescli.report.layouts.documents import build_funnel_document
from salescli.report.layouts.funnel_rows import build_number_columns, build_number_rows
from salescli.report.layouts.funnel_words import build_measure, build_notes, build_subject
from salescli.report.layouts.keyed_rows import key_columns, key_rows
from salescli.report.layouts.screens import (
    Layout,
    Screen,
    money_cells,
    money_columns,
    number_column,
    render_layout,
)
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import NOT_AVAILABLE, clean_text, format_count, format_share

FUNNEL_BY_SCHEMA = "salescli/funnel-by@1"


def render_funnel_table(
    table: FunnelTable, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The funnels as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_funnel_by_document(table),
        columns=lambda: _number_columns(table),
        rows=lambda: list(_number_rows(table)),
        screen=lambda _: _build_screen(table),
    )
    return render_layout(layout, format, width=width, raw=raw)


def build_funnel_by_document(table: FunnelTable) -> Document:
    """`salescli/funnel-by@1`: the document of the whole funnel, and the stages of each row.

    Each stage has besides `days`: how many visits were measured, and their mean. If the figures
    hold ids, each number `x` has its deals beside it as `x_ids`.
    """
    document = build_funnel_document(table.total.funnel)
    return {
        **document,
        "schema": FUNNEL_BY_SCHEMA,
        "by": table.question.by,
        "stages": _build_stages(table.total),
        "rows": [
            {"row": row.key, "name": row.name or None, "stages": _build_stages(row)}
            for row in table.rows
        ],
    }


def _build_stages(row: FunnelRow) -> list[Document]:
    stages: list[Document] = build_funnel_document(row.funnel)["stages"]
    return [{**stage, "days": _build_days(row.times.get(stage["stage"]))} for stage in stages]


def _build_days(times: Durations | None) -> Document | None:
    if times is None:
        return None
    ids = {} if times.ids is None else {"visits_ids": list(times.ids)}
    return {"visits": times.visits, "mean": format_mean(times.mean), **ids}


def _number_columns(table: FunnelTable) -> list[Column]:
    return [
        *key_columns("row_name"),
        *build_number_columns(table.total.funnel),
        Column("mean_days", "mean_days", "right", "number"),
    ]


def _number_rows(table: FunnelTable) -> Iterator[Row]:
    codes = table.total.funnel.currencies
    rows = [(row.key, row.name, row) for row in table.rows]
    for head, row in key_rows(table.question, rows, table.total):
        for cells in build_number_rows(row.funnel, codes):
            times = row.times.get(cells[0])
            mean = format_mean(times.mean) if times else None
            yield [*head, *cells, mean or ""]


def _build_screen(table: FunnelTable) -> Screen:
    total, by = table.total.funnel, table.question.by or ""
    look = look_of(total)
    conversion = look.shares[0]
    columns = [
        Column("stage", f"{by.capitalize()}, stage", least=16),
        number_column("count", "Count"),
        *money_columns("sum", "Sum", total.currencies),
        number_column(conversion.title, conversion.title),
        number_column("days", "Mean days"),
    ]
    rows = [
        line
        for row in table.rows
        for line in _block(row, row.name or f"without {by}", total.currencies)
    ]
    rows += _block(table.total, "Total", total.currencies)
    return Screen(
        question=table.question,
        title=f"Funnel by {by}",
        heading=[*build_subject(total), *build_measure(total)],
        columns=columns,
        rows=rows,
        notes=[
            f"{total.definition.capitalize()} definition (salescli help funnel).",
            *build_notes(total),
        ],
    )


def _block(row: FunnelRow, name: str, codes: Sequence[str]) -> Iterator[Row]:
    """The row's name, and below it its stages."""
    conversion = look_of(row.funnel).shares[0]
    stages: Sequence[FunnelStage] = row.funnel.stages
    yield [clean_text(name), *[""] * (3 + len(codes))]
    for stage, sums in zip(stages, money_cells([s.sum for s in stages], codes, "0"), strict=True):
        times = row.times.get(stage.stage)
        yield [
            f"  {clean_text(stage.name)}",
            format_count(stage.count),
            *sums,
            format_share(conversion.share_of(stage)),
            (format_mean(times.mean) if times else None) or NOT_AVAILABLE,
        ]
