"""`salescli report funnel`."""

from collections.abc import Mapping
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.options import (
    SUM,
    echo_rendered,
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.commands.reports.pictures import draw_asked, is_picture, is_printed, picture_options
from salescli.model.asked import Created, FunnelDefinition, FunnelMode, is_created_idle
from salescli.model.groupings import FunnelBy
from salescli.report.layouts.funnel_by_layout import render_funnel_table
from salescli.report.layouts.funnel_rows import render_funnel
from salescli.workspace.funnels import report_funnel_table
from salescli.workspace.reporting import FunnelOptions, report_funnel

CREATED = click.option(
    "--created",
    type=click.Choice(get_args(Created)),
    default="period",
    help="Count the deals created in the period, or any.",
)


DEFINITION = click.option(
    "--definition",
    type=click.Choice(get_args(FunnelDefinition)),
    default="reference",
    show_default=True,
    help="Deals where they stand and how they went on, or what entered each stage.",
)
MODE = click.option(
    "--mode",
    type=click.Choice(get_args(FunnelMode)),
    default="count",
    show_default=True,
    help="What the slices of the picture show.",
)


BY = click.option(
    "--by",
    type=click.Choice(get_args(FunnelBy)),
    help="A funnel for each, with the mean days in stages.",
)


def check_created(options: Mapping[str, Any]) -> None:
    """Raise `UsageError` where `--created` was typed for what has no such condition."""
    if is_created_idle(options["created"], options["definition"]):
        raise click.UsageError("--created goes with --definition reference: leave one out")


@click.command()
@report_options(DEFINITION, BY, CREATED, SUM, MODE)
@picture_options
@click.pass_obj
def funnel(app: App, /, format_: str, raw: bool, **options: Any) -> None:
    """The sales funnel: deals, sums and conversions by stage (salescli help funnel).

    Example: salescli report funnel --period 2024-03 --png funnel.png
    """
    check_created(options)
    printed = is_printed(options)
    asked = typed_options(FunnelOptions, options)
    if options["by"]:
        if is_picture(options):
            by = options["by"]
            raise click.UsageError(
                f"this picture shows one funnel: --{by} picks it; several side by side are drawn "
                f"by salescli report compare --{by} A --{by} B --png FILE"
            )
        with app.reading() as session:
            table = report_funnel_table(session, asked, options["by"])
        show(render_funnel_table(table, format_, width=screen_width(app), raw=raw))
        return
    with app.reading() as session:
        figure = report_funnel(session, asked)
    draw_asked(app, options, "draw_funnel", lambda: figure)
    if printed:
        echo_rendered(app, lambda width: render_funnel(figure, format_, width=width, raw=raw))
