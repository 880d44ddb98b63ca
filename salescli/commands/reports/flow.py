"""`salescli report flow`."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.report.stage_flow_layout import render_flow
from salescli.workspace.funnels import report_flow
from salescli.workspace.reporting import ReportOptions


@click.command()
@report_options()
@click.pass_obj
def flow(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """What entered each stage, and what became of it: advanced, lost, moved back, still there.

    Example: salescli report flow --period 2024-03
    """
    with app.reading() as session:
        figure = report_flow(session, typed_options(ReportOptions, options))
    show(render_flow(figure, format_, width=screen_width(app), raw=raw))
