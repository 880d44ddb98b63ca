"""`salescli report forecast-diff`."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import (
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.commands.reports.pictures import draw_asked, is_printed, picture_options
from salescli.report.layouts.difference_rows import build_difference_plot, render_difference
from salescli.workspace.forecasting import DifferenceOptions, report_difference

SINCE = click.option("--since", required=True, metavar="DAY", help="The day to compare with.")


@click.command("forecast-diff")
@report_options(SINCE)
@picture_options
@click.pass_obj
def forecast_diff(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """What moved the forecast of a period since a day, deal by deal; adds up exactly.

    Example: salescli report forecast-diff --period this-quarter --since today-7d
    """
    printed = is_printed(options)
    asked = typed_options(DifferenceOptions, options)
    with app.reading() as session:
        figure = report_difference(session, asked)
        rendered = render_difference(
            figure,
            format_,
            width=screen_width(app),
            raw=raw,
            with_ids=asked.with_ids,
            short=session.short if app.surroundings.is_terminal else str,
        )
    draw_asked(app, options, "draw_plot", partial(build_difference_plot, figure))
    if printed:
        show(rendered)
