"""The funnel as rows: bare numbers for machines (CSV), words for a page (Markdown)."""

from salescli.report.documents import build_funnel_document, format_json
from salescli.report.figures import Share
from salescli.report.funnel import Funnel, StageFigure
from salescli.report.funnel_text import format_funnel
from salescli.report.funnel_words import build_measure, build_notes, build_subject
from salescli.report.listing import Column, Rendered, Row, format_csv, render_rows
from salescli.report.numbers import (
    clean_text,
    escape_markdown,
    format_amount,
    format_count,
    format_share,
    is_whole,
)


def render_funnel(
    funnel: Funnel, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The funnel as `table` (a terminal's screen), `json`, `csv` or `md`."""
    if format == "json":
        return Rendered(format_json(build_funnel_document(funnel)))
    if format == "csv":
        return Rendered(
            format_csv(build_number_rows(funnel), build_number_columns(funnel), raw=raw)
        )
    if format == "md":
        return Rendered(_format_markdown(funnel))
    return format_funnel(funnel, width=width)


def build_number_columns(funnel: Funnel) -> list[Column]:
    """The columns of `build_number_rows`; one sum for each currency (`sum_EUR`)."""
    numbers = ["without_value", "passed", "of", "passed_percent"]
    numbers += ["entered", "new", "entered_percent"]
    sums = [Column(f"sum_{code}", f"Sum, {code}", "right", "money") for code in funnel.currencies]
    return [
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        Column("count", "Count", "right", "number"),
        *sums,
        *(Column(name, name, "right", "number") for name in numbers),
    ]


def build_number_rows(funnel: Funnel) -> list[Row]:
    """Numbers without thousands or signs; an empty cell where there is nothing to tell."""
    return [
        [
            stage.stage,
            stage.name,
            str(stage.count),
            *(f"{stage.sum[code]:f}" if code in stage.sum else "" for code in funnel.currencies),
            str(stage.without_value),
            *_numbers(stage.conversion),
            *_numbers(stage.first),
        ]
        for stage in funnel.stages
    ]


def _numbers(share: Share | None) -> tuple[str, str, str]:
    if share is None:
        return "", "", ""
    percent = share.percent
    return str(share.part), str(share.whole), "" if percent is None else f"{percent:f}"


def _format_markdown(funnel: Funnel) -> str:
    subject = " · ".join([*build_subject(funnel), *build_measure(funnel)])
    columns = [
        Column("name", "Stage"),
        Column("count", "Count", "right", "number"),
        *(Column(code, f"Sum, {code}", "right", "money") for code in funnel.currencies),
        Column("went-on", "Went on", "right"),
        Column("reached", "Reached, of all new", "right"),
    ]
    rows = [_words(stage, funnel) for stage in funnel.stages]
    table = render_rows(rows, columns, "md").text
    notes = " ".join([f"{funnel.definition.capitalize()} definition.", *build_notes(funnel)])
    return f"**Funnel** · {escape_markdown(subject)}\n\n{table}\n\n{notes}"


def _words(stage: StageFigure, funnel: Funnel) -> Row:
    sums = [
        format_amount(stage.sum[code], whole=is_whole([stage.sum[code]]))
        if code in stage.sum
        else "0"
        for code in funnel.currencies
    ]
    return [
        clean_text(stage.name),
        format_count(stage.count),
        *sums,
        format_share(stage.conversion),
        format_share(stage.first),
    ]
