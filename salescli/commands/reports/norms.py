"""`salescli report norms`."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import draw_asked, is_printed, picture_options
from salescli.report.layouts.norms_layout import build_norms_plot, render_norms
from salescli.workspace.norms import NormsOptions, report_norms


@click.command()
@report_options()
@picture_options
@click.pass_obj
def norms(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """Norms of a period: win rate and days for each stage, cycle, average value.

    Example: salescli report norms --period last-year
    """
    printed = is_printed(options)
    with app.reading() as session:
        figure = report_norms(session, typed_options(NormsOptions, options))
    draw_asked(app, options, "draw_plot", partial(build_norms_plot, figure))
    if printed:
        show(render_norms(figure, format_, width=screen_width(app), raw=raw))
