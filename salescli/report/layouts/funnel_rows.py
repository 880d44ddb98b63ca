"""The funnel as rows: bare numbers for machines (CSV), words for a page (Markdown)."""

from collections.abc import Sequence

from salescli.report.figures.figure import Share
from salescli.report.figures.funnel_looks import AnyFunnel, Look, ShareLook, look_of
from salescli.report.figures.stage_tally import FunnelStage
from salescli.report.layouts.documents import build_funnel_document
from salescli.report.layouts.funnel_text import format_funnel
from salescli.report.layouts.funnel_words import build_measure, build_notes, build_subject
from salescli.report.layouts.plan_text import format_plan
from salescli.report.layouts.screens import bare_number
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Column, Rendered, Row, format_csv, render_rows
from salescli.report.text.numbers import (
    clean_text,
    escape_markdown,
    format_amount,
    format_count,
    format_percent,
    format_share,
    is_whole,
)


def render_funnel(
    funnel: AnyFunnel, format: str, *, width: int | None = None, raw: bool = False
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


def build_number_columns(funnel: AnyFunnel) -> list[Column]:
    """The columns of `build_number_rows`; one sum for each currency (`sum_EUR`)."""
    look = look_of(funnel)
    numbers = ["without_value", *(one.name for one in look.numbers)]
    numbers += [name for one in look.shares for name in one.names if name]
    sums = [Column(f"sum_{code}", f"Sum, {code}", "right", "money") for code in funnel.currencies]
    return [
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        Column("count", "Count", "right", "number"),
        *sums,
        *(Column(name, name, "right", "number") for name in numbers),
    ]


def build_number_rows(funnel: AnyFunnel, currencies: Sequence[str] | None = None) -> list[Row]:
    """Numbers without thousands or signs; an empty cell where there is nothing to tell.

    `currencies` are those of the sums, if not the funnel's own.
    """
    look = look_of(funnel)
    codes = funnel.currencies if currencies is None else currencies
    return [
        [
            stage.stage,
            stage.name,
            str(stage.count),
            *(f"{stage.sum[code]:f}" if code in stage.sum else "" for code in codes),
            str(stage.without_value),
            *(str(one.number_of(stage)) for one in look.numbers),
            *(cell for one in look.shares for cell in _numbers(one, one.share_of(stage))),
        ]
        for stage in funnel.stages
    ]


def _numbers(look: ShareLook, share: Share | None) -> list[str]:
    cells = ["", "", ""]
    if share is not None:
        cells = [str(share.part), str(share.whole), bare_number(share.percent)]
    return [cell for name, cell in zip(look.names, cells, strict=True) if name]


def _format_markdown(funnel: AnyFunnel) -> str:
    subject = " · ".join([*build_subject(funnel), *build_measure(funnel)])
    look = look_of(funnel)
    columns = [
        Column("name", "Stage"),
        Column("count", "Count", "right", "number"),
        *(Column(code, f"Sum, {code}", "right", "money") for code in funnel.currencies),
        *(Column(one.name, one.title, "right", "number") for one in look.numbers),
        *(Column(one.title, one.title, "right") for one in look.shares),
    ]
    rows = [_words(stage, look, funnel.currencies) for stage in funnel.stages]
    table = render_rows(rows, columns, "md").text
    notes = " ".join([f"{funnel.definition.capitalize()} definition.", *build_notes(funnel)])
    plan = "".join(f"{escape_markdown(line)}\n\n" for line in format_plan(funnel.plan, None))
    return f"**Funnel** · {escape_markdown(subject)}\n\n{table}\n\n{plan}{notes}"


def _words(stage: FunnelStage, look: Look, currencies: Sequence[str]) -> Row:
    sums = [
        format_amount(stage.sum[code], whole=is_whole([stage.sum[code]]))
        if code in stage.sum
        else "0"
        for code in currencies
    ]
    shares = [one.share_of(stage) for one in look.shares]
    return [
        clean_text(stage.name),
        format_count(stage.count),
        *sums,
        *(format_count(one.number_of(stage)) for one in look.numbers),
        *(format_share(share) if look.has_counts else _percent(share) for share in shares),
    ]


def _percent(share: Share | None) -> str:
    return format_percent(None if share is None else share.percent)
