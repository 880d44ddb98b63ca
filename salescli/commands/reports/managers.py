"""`salescli report managers`."""

from functools import partial
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import (
    draw_asked,
    is_printed,
    picture_options,
)
from salescli.report.figures.question import RankBy
from salescli.report.layouts.managers_layout import build_managers_plot, render_managers
from salescli.workspace.ranking import ManagersOptions, report_managers

RANK_BY = click.option(
    "--rank-by",
    type=click.Choice(get_args(RankBy)),
    default="won",
    show_default=True,
    help="The best first.",
)
MIN_DEALS = click.option(
    "--min-deals",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Who closed fewer stands under a line.",
)


@click.command()
@report_options(RANK_BY, MIN_DEALS)
@picture_options
@click.pass_obj
def managers(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """The best managers: won, win rate, days, active deals, meetings and calls done.

    Example: salescli report managers --period 2024-Q1 --rank-by win-rate
    """
    printed = is_printed(options)
    asked = typed_options(ManagersOptions, options)
    with app.reading() as session:
        figure = report_managers(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_managers_plot, figure))
    if printed:
        show(render_managers(figure, format_, width=screen_width(app), raw=raw))
