"""`salescli report funnel`."""

from functools import partial
from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import SUM, report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import draw_asked, is_picture, is_printed, picture_options
from salescli.report.funnel_rows import render_funnel
from salescli.workspace.reporting import FunnelOptions, report_funnel

CREATED = click.option(
    "--created",
    type=click.Choice(["period", "any"]),
    default="period",
    help="Count the deals created in the period, or any.",
)


@click.command()
@report_options(CREATED, SUM)
@picture_options
@click.pass_obj
def funnel(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """The sales funnel: deals, sums and conversions by stage (reference definition).

    Example: salescli report funnel --period 2024-03 --png funnel.png
    """
    printed = is_printed(options)
    asked = typed_options(FunnelOptions, options, takes_store_currency=is_picture(options))
    with app.reading() as session:
        figure = report_funnel(session, asked)
    if is_picture(options):
        chart: Any = import_module("salescli.report.chart")  # matplotlib is loaded here alone
        draw_asked(app, options, partial(chart.draw_funnel, figure))
    if printed:
        rendered = render_funnel(figure, format_, width=screen_width(app), raw=raw)
        show(rendered)
