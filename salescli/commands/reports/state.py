"""`salescli report state`."""

from functools import partial
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.options import (
    SUM,
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.commands.reports.pictures import (
    draw_asked,
    is_printed,
    picture_options,
)
from salescli.model.groupings import StateBy
from salescli.report.layouts.state_layout import build_state_plot, render_state
from salescli.workspace.stating import StateOptions, report_state

BY = click.option("--by", type=click.Choice(get_args(StateBy)), help="A row for each.")


@click.command()
@report_options(BY, SUM, has_period=False)
@picture_options
@click.pass_obj
def state(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """Open deals on a day: how many, overdue, undated, stale, without a next step.

    Example: salescli report state --by owner --as-of 2024-03-31
    """
    printed = is_printed(options)
    asked = typed_options(StateOptions, options)
    with app.reading() as session:
        figure = report_state(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_state_plot, figure))
    if printed:
        show(render_state(figure, format_, width=screen_width(app), raw=raw))
