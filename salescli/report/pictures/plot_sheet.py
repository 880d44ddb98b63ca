"""A plot laid out on a sheet: title, chart, footer. Pure; each shape has a module of its own."""

from collections.abc import Callable, Mapping

import msgspec

from salescli.report.layouts.plot import Plot, Series
from salescli.report.pictures.plot_bars import draw_bars
from salescli.report.pictures.plot_pie import count_left_out, draw_pie
from salescli.report.pictures.plot_scatter import draw_scatter
from salescli.report.pictures.plot_upright import draw_upright, values_of
from salescli.report.pictures.sheet import Measure, Sheet, clean_label
from salescli.report.pictures.slide import Drawn, build_head, build_nothing, close_sheet

_SHAPES: Mapping[str, Callable[[Plot, Measure, float], Drawn]] = {
    "column": draw_upright,
    "line": draw_upright,
    "area": draw_upright,
    "bar": draw_bars,
    "pie": draw_pie,
    "scatter": draw_scatter,
}


def build_plot_sheet(plot: Plot, measure: Measure) -> Sheet:
    """Lay a plot out."""
    plot = clean_plot(plot)
    head, top = build_head(plot.title, plot.subtitle, measure, most=2)
    if plot.categories and values_of(plot):
        drawn = _SHAPES[plot.shape](plot, measure, top)
    else:
        drawn = build_nothing("No figures.", top)
    return close_sheet(plot.title, head, drawn, _build_footer(plot), measure)


def texts_of_plot(plot: Plot) -> list[str]:
    """All that is written by people, for the choice of fonts."""
    names = [*plot.categories, *(series.name for series in plot.series)]
    return [*names, plot.title, plot.subtitle, plot.target_name, plot.unit, *plot.footer]


def clean_plot(plot: Plot) -> Plot:
    """A plot whose texts can be drawn: on one line each, without controls, not endless."""
    return msgspec.structs.replace(
        plot,
        categories=tuple(map(clean_label, plot.categories)),
        series=tuple(Series(clean_label(one.name), one.values) for one in plot.series),
        title=clean_label(plot.title, 160),
        target_name=clean_label(plot.target_name),
        unit=clean_label(plot.unit),
    )


def _build_footer(plot: Plot) -> list[str]:
    left_out = count_left_out(plot) if plot.shape == "pie" and plot.series else 0
    return [*plot.footer, *([f"Left out, below zero: {left_out}."] if left_out else [])]
