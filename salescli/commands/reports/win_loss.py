"""`salescli report win-loss`."""

from functools import partial
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.options import report_options, screen_width, show, typed_options
from salescli.commands.reports.pictures import (
    draw_asked,
    is_printed,
    picture_options,
)
from salescli.model.groupings import WinLossBy
from salescli.report.layouts.winloss_layout import build_win_loss_plot, render_win_loss
from salescli.workspace.winloss import WinLossOptions, report_win_loss

BY = click.option("--by", type=click.Choice(get_args(WinLossBy)), help="A row for each.")


@click.command("win-loss")
@report_options(BY)
@picture_options
@click.pass_obj
def win_loss(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """What was won and lost in a period: counts, values, win rates, days, velocity.

    Example: salescli report win-loss --period 2024-Q1 --by reason
    """
    printed = is_printed(options)
    asked = typed_options(WinLossOptions, options)
    with app.reading() as session:
        figure = report_win_loss(session, asked)
    draw_asked(app, options, "draw_plot", partial(build_win_loss_plot, figure))
    if printed:
        rendered = render_win_loss(figure, format_, width=screen_width(app), raw=raw)
        show(rendered)
