"""Compared funnels on a page: tables with a row for each of them and a column for each stage.

Pure. The figures are those of the parts of a dashboard's funnel; where they and the differences
stand in the JSON document is known here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from salescli.report.dashboards.dashboard import FunnelFigure
from salescli.report.figures.comparison import Comparison
from salescli.report.figures.funnel_looks import AnyFunnel, ShareLook, look_of
from salescli.report.layouts.comparison_words import format_points
from salescli.report.layouts.funnel_words import format_period
from salescli.report.page.parts import (
    Cell,
    Cells,
    Grid,
    Group,
    Heading,
    build_bar,
    number_cell,
    percent_cell,
)
from salescli.report.page.stages import SHARES, SIZE, count_cell, sum_cell

_Stage = Any  # a stage of either definition
Side = tuple[str, AnyFunnel, str]  # its name, the funnel, and where that stands


def sides_of(figure: FunnelFigure, pointer: str) -> list[Side]:
    """The funnels of owners or departments, else that of the period before."""
    if figure.parts:
        return [
            (part.name or f"without {figure.by}", part.funnel, f"{pointer}/parts/{place}/funnel")
            for place, part in enumerate(figure.parts)
        ]
    if figure.previous is None:
        return []
    return [(figure.previous.name, figure.previous.funnel, f"{pointer}/previous/funnel")]


def side_grids(figure: FunnelFigure, pointer: str) -> Iterator[Grid]:
    """The funnels of owners or departments, or of two periods, beside each other."""
    sides = sides_of(figure, pointer)
    whole = (figure.funnel, f"{pointer}/funnel")
    points = partial(_points_of, figure.comparison, f"{pointer}/comparison")
    if figure.parts:
        yield from _compare_sides(sides, figure.by, points, total=("Total", *whole))
    elif sides:
        now = (format_period(figure.period), *whole)
        yield from _compare_sides([now, *sides], "period", points, total=None)


_Points = Callable[[AnyFunnel, str, str], Cell | None]


def _points_of(
    comparison: Comparison | None, pointer: str, funnel: AnyFunnel, stage: str, share: str
) -> Cell | None:
    """By how many percentage points a share of this funnel differs from the first side's.

    `share` is what it is called in the document.
    """
    for place, side in enumerate(comparison.sides if comparison else ()):
        if comparison is None or side.funnel.stages is not funnel.stages:
            continue
        cells = [(row.stage, cell) for row in comparison.rows if (cell := row.cells[place])]
        told = [(name, cell.differences) for name, cell in cells if cell.differences]
        for number, (name, differences) in enumerate(told):
            points = differences.first if share == "first" else differences.onward
            if name == stage and points is not None:
                at = f"{pointer}/sides/{place}/differences/{number}/{share}"
                return number_cell(points, at, f"{format_points(points)} pp".replace("-", "−"))
    return None


def _compare_sides(
    sides: Sequence[Side], by: str, points: _Points, total: Side | None
) -> Iterator[Grid]:
    """Tables of deals, of who went on, of who got so far, and of the sums in each currency.

    A row for each side, a column for each stage.
    """
    every = [*sides, *([total] if total else [])]
    stages = {stage.stage: stage.name for _, funnel, _ in every for stage in funnel.stages}
    funnel = every[-1][1]
    codes = dict.fromkeys(code for _, one, _ in every for code in one.currencies)

    def grid(what: str, cell: _StageCell, *, is_folded: bool) -> Grid:
        rows = [_side_row(side, stages, cell) for side in every]
        return Grid(
            caption=f"{what} at each stage by {by}",
            headings=(
                Heading(by.capitalize()),
                *(Heading(name, True) for name in stages.values()),
            ),
            groups=(Group(tuple(rows[: len(sides)])),),
            totals=tuple(rows[len(sides) :]),
            is_told=True,
            is_folded=is_folded,
        )

    name = SIZE[funnel.definition]
    widest = max((getattr(s, name) for _, one, _ in sides for s in one.stages), default=0)

    def size(_: AnyFunnel, stage: _Stage, at: str) -> Cell:
        bar = build_bar(getattr(stage, name), widest)
        return replace(count_cell(stage, at, name), bar=bar)

    deals = grid("Deals", size, is_folded=False)
    totals = [tuple(replace(cell, bar=None) for cell in row) for row in deals.totals]
    yield replace(deals, totals=tuple(totals))
    for share, (key, _) in zip(look_of(funnel).shares, SHARES[funnel.definition], strict=True):
        yield grid(f"{share.short}, %,", partial(_share_cell, share, key, points), is_folded=True)
    for code in codes:
        yield grid(f"Sums in {code}", partial(_sum_cell, code), is_folded=True)


_StageCell = Callable[[AnyFunnel, _Stage, str], Cell]


def _sum_cell(code: str, _: AnyFunnel, stage: _Stage, pointer: str) -> Cell:
    return sum_cell(stage, pointer, code)


def _share_cell(
    share: ShareLook, key: str, points: _Points, funnel: AnyFunnel, stage: _Stage, pointer: str
) -> Cell:
    """The percentage, below it the points by which it differs."""
    found = share.share_of(stage)
    percent = None if found is None else found.percent
    cell = percent_cell(percent, f"{pointer}/{key}/percent")
    return replace(cell, beside=points(funnel, stage.stage, key))


def _side_row(side: Side, stages: Mapping[str, str], cell: _StageCell) -> Cells:
    """A cell for each of the stages; a dash where this funnel doesn't have it."""
    name, funnel, pointer = side
    found = {
        stage.stage: cell(funnel, stage, f"{pointer}/stages/{place}")
        for place, stage in enumerate(funnel.stages)
    }
    return (Cell(name), *(found.get(stage, Cell("–")) for stage in stages))
