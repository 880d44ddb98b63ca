"""`salescli report stage-time`."""

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
from salescli.report.figures.stage_time import StageTimeBy, Unit
from salescli.report.layouts.stage_time_layout import build_stage_time_plot, render_stage_time
from salescli.workspace.staying import StageTimeOptions, report_stage_time

BY = click.option("--by", type=click.Choice(get_args(StageTimeBy)), help="The stages of each.")
UNIT = click.option(
    "--unit",
    type=click.Choice(get_args(Unit)),
    default="days",
    show_default=True,
    help="Calendar days, or hours elapsed.",
)


@click.command("stage-time")
@report_options(BY, UNIT)
@picture_options
@click.pass_obj
def stage_time(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """How long deals stay at each stage: mean and median days of visits.

    Example: salescli report stage-time --period 2024-Q1 --by owner
    """
    printed = is_printed(options)
    asked = typed_options(StageTimeOptions, options)
    with app.reading() as session:
        figure = report_stage_time(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_stage_time_plot, figure))
    if printed:
        show(render_stage_time(figure, format_, width=screen_width(app), raw=raw))
