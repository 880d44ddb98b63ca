"""`salescli report compare`."""

from functools import partial
from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.reports.options import SUM, echo_rendered, report_options, typed_options
from salescli.commands.reports.pictures import draw_asked, is_picture, is_printed, picture_options
from salescli.report.comparison_document import render_comparison
from salescli.workspace.comparing import CompareOptions, report_comparison

PERIODS = click.option(
    "--period", "periods", multiple=True, metavar="PERIOD", help="2024-03, last-month …  [all]"
)
WITH = click.option(
    "--with", "compared_with", type=click.Choice(["company"]), help="One beside the company."
)
