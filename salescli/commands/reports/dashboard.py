"""`salescli report dashboard`."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import write_outside
from salescli.commands.reports.options import echo_rendered, typed_options
from salescli.report.dashboard import ChartFigure, Dashboard, FunnelFigure
from salescli.report.dashboard_page import render_dashboard
from salescli.workspace.dashboarding import DashboardOptions, report_dashboard


@click.command()
@click.argument("name", metavar="NAME|FILE")
@click.option("--period", default="", help="Of all blocks that have none of their own.")
@click.option("--as-of", metavar="DAY", help="As it stood at the end of that day.")
@click.option("--owner", "owners", multiple=True, metavar="PERSON", help="Only their deals.")
@click.option("--department", "departments", multiple=True, help="With those below it.")
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@click.option("--currency", metavar="CODE", help="Only deals in it, and those without money.")
@click.option("--skip-invalid", is_flag=True, help="Leave out what can't be read, and say so.")
@click.option("--with-ids", is_flag=True, help="JSON: the deals behind each number.")
@format_option("table", "json", "md")
@click.option("--png", "folder", metavar="DIR", help="Draw each funnel and chart there as PNG.")
@click.option(
    "--size",
    type=click.IntRange(400, 4000),
    default=1600,
    show_default=True,
    help="Width of the pictures in pixels.",
)
@click.pass_obj
def dashboard(
    app: App, /, name: str, format_: str, folder: str | None, size: int, **options: Any
) -> None:
    """A dashboard of the store, or of a file, as a screen, JSON, Markdown or pictures.

    Example: salescli report dashboard overview --period 2026-11 --png pictures
    """
    with app.reading() as session:
        figure = report_dashboard(session, name, typed_options(DashboardOptions, options))
    if folder is not None:
        _draw(app, figure, folder, size)
    source = click.get_current_context().get_parameter_source("format_")
    if folder is None or source is not click.core.ParameterSource.DEFAULT:
        echo_rendered(app, lambda width: render_dashboard(figure, format_, width=width))


def _draw(app: App, dashboard: Dashboard, folder: str, size: int) -> None:
    """Write a PNG for each picture, named by its block; words say what there is now."""
    written = 0
    for name, draw, value in _pictures(dashboard):
        drawn = draw(value, kind="png", width=size)
        for note in drawn.notes:
            say(f"{name}: {note}")
        write_outside(app, f"{folder}/{name}.png", drawn.data, make_folder=True)
        written += 1
    if written:
        say(f"{written} {'picture' if written == 1 else 'pictures'} in {folder}.")
    else:
        say("Nothing to draw: the dashboard has no funnel and no chart with deals.")


def _pictures(dashboard: Dashboard) -> Iterator[tuple[str, Any, Any]]:
    """Name of the file, what draws it, and the figure; several plots of a block are numbered."""
    chart: Any = import_module("salescli.report.chart")  # matplotlib is loaded here alone
    for block in dashboard.blocks:
        if isinstance(block, ChartFigure):
            for number, plot in enumerate(block.plots, 1):
                name = block.id if len(block.plots) == 1 else f"{block.id}-{number}"
                yield name, chart.draw_plot, plot
        elif isinstance(block, FunnelFigure) and block.comparison is not None:
            yield block.id, chart.draw_comparison, block.comparison
        elif isinstance(block, FunnelFigure):
            yield block.id, chart.draw_funnel, block.funnel
