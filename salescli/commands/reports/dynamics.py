"""`salescli report dynamics`."""

from functools import partial
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.options import (
    SUM,
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.commands.reports.pictures import (
    draw_asked,
    is_printed,
    picture_options,
)
from salescli.report.layouts.dynamics import FIGURES, SpanBy
from salescli.report.layouts.dynamics_layout import build_dynamics_plot, render_dynamics
from salescli.workspace.series import DynamicsOptions, report_dynamics

BY = click.option(
    "--by", type=click.Choice(get_args(SpanBy)), default="month", show_default=True, help="Spans."
)


@click.command()
@click.argument("figure", type=click.Choice(list(FIGURES)), metavar="FIGURE")
@report_options(BY, SUM)
@picture_options
@click.pass_obj
def dynamics(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """A figure as a series, as of the last day of each span.

    FIGURE: open, open-sum, overdue, undated, stale, without-next-step, won, lost, rerouted,
    rejected, won-sum, lost-sum, win-rate, win-rate-by-value, cycle, average-value, velocity,
    meetings, calls.

    Example: salescli report dynamics win-rate --by quarter --period 2024
    """
    printed = is_printed(options)
    asked = typed_options(DynamicsOptions, options)
    with app.reading() as session:
        series = report_dynamics(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_dynamics_plot, series))
    if printed:
        show(render_dynamics(series, format_, width=screen_width(app), raw=raw))
