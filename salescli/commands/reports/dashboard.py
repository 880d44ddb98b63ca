"""`salescli report dashboard`."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import click
from msgspec.structs import replace

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import write_outside
from salescli.commands.reports.options import (
    DEPARTMENTS,
    OWNERS,
    echo_rendered,
    typed_options,
)
from salescli.commands.reports.picture_folder import fill_folder
from salescli.commands.reports.pictures import home_of
from salescli.commands.stores import store_options
from salescli.report.dashboards.dashboard import ChartFigure, Dashboard, FunnelFigure
from salescli.report.figures.comparison import Comparison
from salescli.report.layouts.plot import Plot
from salescli.report.page.dashboard_page import render_dashboard
from salescli.report.page.funnel import StageDeals
from salescli.report.page.pictures import build_pictures
from salescli.workspace.dashboarding import DashboardOptions, report_dashboard
from salescli.workspace.stage_deals import read_stage_deals


@click.command()
@click.argument("name", metavar="NAME|FILE")
@click.option("--period", default="", help="Of all blocks that have none of their own.")
@click.option("--as-of", metavar="DAY", help="As it stood at the end of that day.")
@OWNERS
@DEPARTMENTS
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@click.option("--currency", metavar="CODE", help="Only deals in it, and those without money.")
@store_options
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
@click.option("--html", "page", metavar="FILE", help="Write it as a page; - is stdout.")
@click.pass_obj
def dashboard(
    app: App,
    /,
    name: str,
    format_: str,
    folder: str | None,
    size: int,
    page: str | None,
    **options: Any,
) -> None:
    """A dashboard of the store, or of a file, as a screen, JSON, Markdown, pictures or a page.

    Example: salescli report dashboard overview --period 2026-11 --html overview.html
    """
    printed = _is_printed(folder, page)
    asked = typed_options(DashboardOptions, options)
    with app.reading() as session:
        if page is not None:  # its stages open the deals behind them
            kept = report_dashboard(session, name, replace(asked, with_ids=True))
            deals = read_stage_deals(session, kept)
        figure = report_dashboard(session, name, asked) if printed or page is None else kept
    if folder is not None:
        _draw(app, figure, folder, size)
    if page is not None:
        _write_page(app, kept, deals, page)
    if printed:
        echo_rendered(app, lambda width: render_dashboard(figure, format_, width=width))


def _is_printed(*files: str | None) -> bool:
    """Whether it is printed, too: always without a file, else if a format was named.

    Raises `UsageError` where text and page would both go to stdout.
    """
    source = click.get_current_context().get_parameter_source("format_")
    named = source is not click.core.ParameterSource.DEFAULT
    if named and "-" in files:
        raise click.UsageError("stdout is for the page alone: name a file, or no --format")
    return named or all(file is None for file in files)


def _write_page(app: App, dashboard: Dashboard, deals: StageDeals, path: str) -> None:
    """Write the page with its pictures."""
    chart: Any = import_module(
        "salescli.report.pictures.chart"
    )  # matplotlib and jinja2 are loaded here
    pages: Any = import_module("salescli.report.page.page")
    notes: list[str] = []

    def draw(shown: Plot | Comparison) -> bytes:
        if isinstance(shown, Comparison):
            drawn = chart.draw_comparison(shown, kind="svg", is_bare=True, home=home_of(app))
        else:
            drawn = chart.draw_plot(shown, kind="svg", home=home_of(app))
        notes.extend(drawn.notes)
        return bytes(drawn.data)

    html = pages.build_page(dashboard, deals=deals, pictures=build_pictures(dashboard, draw))
    for note in dict.fromkeys(notes):
        say(note)
    if path == "-":
        sys.stdout.buffer.write(html.encode())
        return
    write_outside(app, path, html.encode())
    say(f"{path} is written: one file, for a browser or a web server.")


def _draw(app: App, dashboard: Dashboard, folder: str, size: int) -> None:
    """Draw each funnel and chart into the folder."""
    chart: Any = import_module("salescli.report.pictures.chart")  # matplotlib is loaded here alone
    pictures = {
        name: draw(kind="png", width=size, home=home_of(app))
        for name, draw in _pictures(dashboard, chart)
    }
    fill_folder(app, folder, dashboard.name, pictures)


def _pictures(dashboard: Dashboard, chart: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name of the file, the same whatever deals there are, and what draws it."""
    for block in dashboard.blocks:
        if isinstance(block, ChartFigure):
            for plot in (*block.plots, *block.blanks):
                part = f".{plot.part}" if plot.part else ""  # no id of a block has a dot
                yield f"{block.id}{part}.png", partial(chart.draw_plot, plot.shown())
        elif isinstance(block, FunnelFigure) and block.comparison is not None:
            draw = partial(chart.draw_comparison, block.comparison, name=block.title)
            yield f"{block.id}.png", draw
        elif isinstance(block, FunnelFigure):
            yield f"{block.id}.png", partial(chart.draw_funnel, block.funnel, name=block.title)
