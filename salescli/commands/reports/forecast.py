"""`salescli report forecast`."""

from functools import partial
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import echo_rendered, report_options, typed_options
from salescli.commands.reports.pictures import (
    draw_asked,
    is_printed,
    picture_options,
)
from salescli.report.layouts.forecast_rows import build_forecast_plot, render_forecast
from salescli.workspace.forecasting import ForecastOptions, report_forecast

BY = click.option(
    "--by",
    type=click.Choice(["owner", "department", "client", "need", "product"]),
    default="owner",
    show_default=True,
    help="What a row is.",
)
MONTHS = click.option("--months", is_flag=True, help="A column for each month as well.")


@click.command()
@report_options(BY, MONTHS)
@picture_options
@click.pass_obj
def forecast(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """What was sold and what is likely to be, beside the plans (salescli plan set).

    Money is the deals' value: revenue of what is won, else product lines, else budget.

    Example: salescli report forecast --by owner --period this-quarter --months
    """
    printed = is_printed(options)
    asked = typed_options(ForecastOptions, options)
    with app.reading() as session:
        figure = report_forecast(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_forecast_plot, figure))
    if printed:
        echo_rendered(app, lambda width: render_forecast(figure, format_, width=width, raw=raw))
