"""`salescli report drill`."""

from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.options import LIMIT
from salescli.commands.reports.options import (
    SUM,
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.report.drill_layout import render_drill
from salescli.report.drilling import DrillBy
from salescli.workspace.drilling import DrillOptions, report_drill
from salescli.workspace.listing import TERMINAL_ROWS
