"""`salescli report compare`."""

from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.funnel import CREATED, DEFINITION, MODE, check_created
from salescli.commands.reports.options import SUM, echo_rendered, report_options, typed_options
from salescli.commands.reports.pictures import draw_asked, is_printed, picture_options
from salescli.report.layouts.comparison_document import render_comparison
from salescli.workspace.comparing import CompareOptions, report_comparison

PERIODS = click.option(
    "--period", "periods", multiple=True, metavar="PERIOD", help="2024-03, last-month …  [all]"
)
WITH = click.option(
    "--with", "compared_with", type=click.Choice(["company"]), help="One beside the company."
)


@click.command()
@report_options(PERIODS, WITH, DEFINITION, CREATED, SUM, MODE, has_period=False)
@picture_options
@click.pass_obj
def compare(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """Funnels side by side: two or more owners, departments or periods, or one and the company.

    The first is what the others are compared with; with the company it is the company.

    Example: salescli report compare --owner anna --owner boris --period 2024-03
    """
    check_created(options)
    printed = is_printed(options)
    asked = typed_options(CompareOptions, options)
    with app.reading() as session:
        figure = report_comparison(session, asked)
    draw_asked(app, options, "draw_comparison", lambda: figure)
    if printed:
        echo_rendered(app, lambda width: render_comparison(figure, format_, width=width, raw=raw))
