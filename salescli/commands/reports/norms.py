"""`salescli report norms`."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.report.norms_layout import render_norms
from salescli.workspace.norms import NormsOptions, report_norms


@click.command()
@report_options()
@click.pass_obj
def norms(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """Norms of a period: win rate and days for each stage, cycle, average value.

    Example: salescli report norms --period last-year
    """
    with app.reading() as session:
        figure = report_norms(session, typed_options(NormsOptions, options))
    show(render_norms(figure, format_, width=screen_width(app), raw=raw))
