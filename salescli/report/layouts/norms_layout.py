"""Norms as a terminal's screen, JSON, CSV or Markdown."""

from salescli.report.figures.averages import format_mean
from salescli.report.figures.norms import Norms, StageNorm, WinRate
from salescli.report.figures.stage_time import Durations
from salescli.report.layouts.counted_document import build_counted, build_sums
from salescli.report.layouts.documents import build_asked, build_left_out
from salescli.report.layouts.funnel_words import build_notes, build_scope
from salescli.report.layouts.plot import Plot, Series
from salescli.report.layouts.report_plots import build_report_plot
from salescli.report.layouts.screens import (
    Layout,
    Screen,
    bare_number,
    number_column,
    render_layout,
)
from salescli.report.text.json_text import Document
from salescli.report.text.listing import Column, Rendered, Row
from salescli.report.text.numbers import (
    NOT_AVAILABLE,
    clean_text,
    format_count,
    format_number_of,
    format_percent,
    format_sums,
)

NORMS_SCHEMA = "salescli/norms@1"
_NUMBERS = "won entered winrate visits mean_days median_days".split()


def render_norms(
    norms: Norms, format: str, *, width: int | None = None, raw: bool = False
) -> Rendered:
    """The norms as `table` (a terminal's screen), `json`, `csv` or `md`."""
    layout = Layout(
        document=lambda: build_norms_document(norms),
        columns=lambda: _number_columns(norms),
        rows=lambda: _number_rows(norms),
        screen=lambda _: _build_screen(norms),
    )
    return render_layout(layout, format, width=width, raw=raw)


def build_norms_document(norms: Norms) -> Document:
    """`salescli/norms@1`: a win rate and days for each open stage; cycle and average of won deals.

    If the figures hold ids, each number `x` of deals has them beside it as `x_ids`; a visit's deal
    stands in `visits_ids` once for each of its visits.
    """
    won = norms.won
    return {
        "schema": NORMS_SCHEMA,
        **build_asked(norms.question),
        "stages": [_build_stage(stage) for stage in norms.stages],
        "won": build_counted(won),
        "cycle": {"mean": format_mean(won.mean), "median": format_mean(won.median)},
        "average": build_sums(won.average),
        **build_left_out(norms),
    }


def _build_stage(stage: StageNorm) -> Document:
    return {
        "stage": stage.stage,
        "name": stage.name,
        "winrate": build_winrate(stage.winrate),
        "days": _build_days(stage.days),
    }


def build_winrate(rate: WinRate) -> Document:
    """`{"won": 1, "of": 6, "percent": "16.67"}`, at most 100; the percent of nothing is None."""
    percent = rate.percent
    document: Document = {
        "won": rate.won,
        "of": rate.entered,
        "percent": None if percent is None else f"{percent:f}",
    }
    if rate.won_ids is not None and rate.entered_ids is not None:
        document |= {"won_ids": list(rate.won_ids), "of_ids": list(rate.entered_ids)}
    return document


def _build_days(days: Durations) -> Document:
    document: Document = {
        "visits": days.visits,
        "mean": format_mean(days.mean),
        "median": format_mean(days.median),
    }
    if days.ids is not None:
        document["visits_ids"] = list(days.ids)
    return document


def _number_columns(norms: Norms) -> list[Column]:
    names = [*_NUMBERS, *(f"average_{code}" for code in norms.currencies)]
    return [
        Column("stage", "Stage", kind="id"),
        Column("name", "Name"),
        *(Column(name, name, "right", "number") for name in names),
    ]


def _number_rows(norms: Norms) -> list[Row]:
    """A row for each stage, then `cycle`: visits are won deals, days those of the cycle."""
    if norms.question.is_before_start:
        return []
    nothing = [""] * len(norms.currencies)
    rows: list[Row] = []
    for stage in norms.stages:
        rate, days = stage.winrate, stage.days
        cells = [str(rate.won), str(rate.entered), bare_number(rate.percent), str(days.visits)]
        means = [format_mean(days.mean) or "", format_mean(days.median) or ""]
        rows.append([stage.stage, stage.name, *cells, *means, *nothing])
    won = norms.won
    means = [format_mean(won.mean) or "", format_mean(won.median) or ""]
    averages = [bare_number(won.average.get(code)) for code in norms.currencies]
    rows.append(["", "Cycle", "", "", "", str(won.count), *means, *averages])
    return rows


def _build_screen(norms: Norms) -> Screen:
    rows: list[Row] = [
        [
            clean_text(stage.name),
            f"{format_count(stage.winrate.won)} of {format_count(stage.winrate.entered)}",
            format_percent(stage.winrate.percent),
            format_mean(stage.days.mean) or NOT_AVAILABLE,
            format_mean(stage.days.median) or NOT_AVAILABLE,
            format_count(stage.days.visits),
        ]
        for stage in norms.stages
    ]
    return Screen(
        question=norms.question,
        title="Norms",
        heading=[*build_scope(norms.question), ", ".join(["value", *norms.currencies])],
        columns=[
            Column("stage", "Stage", least=16),
            number_column("won", "Won of entered"),
            number_column("winrate", "Win rate"),
            number_column("mean", "Mean days"),
            number_column("median", "Median days"),
            number_column("visits", "Visits"),
        ],
        rows=rows,
        told=_tell(norms),
        notes=build_notes(norms),
    )


def _tell(norms: Norms) -> list[str]:
    """Cycle and average value, a line each."""
    won = norms.won
    if not won.count:
        return ["No deal was won: no cycle and no average value"]
    deals = format_number_of(won.count, "won deal")
    cycle = f"mean {format_mean(won.mean)} days, median {format_mean(won.median)}"
    average = format_sums(won.average) if won.average else NOT_AVAILABLE
    return [f"Cycle: {cycle}, of {deals}", f"Average value: {average.replace(' + ', ', ')}"]


# --- for pictures ---------------------------------------------------------------------------------


def build_norms_plot(norms: Norms) -> Plot:
    """The win rate of each stage."""
    return build_report_plot(
        norms.question,
        "bar",
        "Norms",
        [*build_scope(norms.question), "win rate"],
        [stage.name for stage in norms.stages],
        [Series("Win rate", tuple(stage.winrate.percent for stage in norms.stages))],
        unit="%",
        definition="Won of the deals that entered the stage, at most all.",
        notes=[f"{line}." for line in _tell(norms)[:1]] + build_notes(norms),
    )
