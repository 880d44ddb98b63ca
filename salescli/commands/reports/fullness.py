"""`salescli report fullness`."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import draw_asked, is_printed, picture_options
from salescli.report.layouts.fullness_layout import build_fullness_plot, render_fullness
from salescli.workspace.fullness import FullnessOptions, report_fullness

PLAN_PERIOD = click.option(
    "--plan-period",
    default="this-quarter",
    show_default=True,
    metavar="PERIOD",
    help="Of the plan; --period is that of the norms.",
)
REQUIRED = click.option(
    "--required",
    type=click.IntRange(min=1),
    metavar="N",
    help="Wins that are required, whatever is planned.",
)


@click.command()
@report_options(PLAN_PERIOD, REQUIRED)
@picture_options
@click.pass_obj
def fullness(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """Is enough in the funnel? Open deals against the plan and against what was won before.

    Example: salescli report fullness --period last-year --plan-period this-quarter
    """
    printed = is_printed(options)
    with app.reading() as session:
        figure = report_fullness(session, typed_options(FullnessOptions, options))
    draw_asked(app, options, "draw_plot", partial(build_fullness_plot, figure))
    if printed:
        show(render_fullness(figure, format_, width=screen_width(app), raw=raw))
