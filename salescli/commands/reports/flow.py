"""`salescli report flow`."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import draw_asked, is_printed, picture_options
from salescli.report.layouts.stage_flow_layout import build_flow_plot, render_flow
from salescli.workspace.funnels import report_flow
from salescli.workspace.reporting import ReportOptions


@click.command()
@report_options()
@picture_options
@click.pass_obj
def flow(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """What entered each stage, and what became of it: advanced, lost, moved back, still there.

    Example: salescli report flow --period 2024-03
    """
    printed = is_printed(options)
    with app.reading() as session:
        figure = report_flow(session, typed_options(ReportOptions, options))
    draw_asked(app, options, "draw_plot", partial(build_flow_plot, figure))
    if printed:
        show(render_flow(figure, format_, width=screen_width(app), raw=raw))
