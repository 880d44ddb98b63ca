"""`salescli report …`: figures as tables, documents and pictures."""

from importlib import import_module
from typing import Any, Literal

import click

from salescli.commands.app import App, say
from salescli.commands.options import format_option
from salescli.commands.output import write_picture
from salescli.report.funnel import Funnel
from salescli.report.funnel_rows import render_funnel
from salescli.report.question import SumKind
from salescli.workspace.reporting import FunnelOptions, report_funnel


@click.group()
def report() -> None:
    """Figures of any day, as tables, documents and pictures."""


@report.command()
@click.option("--period", default="all", show_default=True, help="2024-03, 2026-Q3, last-month …")
@click.option("--as-of", metavar="DAY", help="As it stood at the end of that day.")
@click.option("--owner", "owners", multiple=True, metavar="PERSON", help="Only their deals.")
@click.option("--department", "departments", multiple=True, help="With those below it.")
@click.option("--process", metavar="PROCESS", help="Process, if not the store's.")
@click.option(
    "--created",
    type=click.Choice(["period", "any"]),
    default="period",
    help="Count the deals created in the period, or any.",
)
@click.option(
    "--sum",
    "sum_",
    type=click.Choice(["budget", "amount", "value"]),
    default="budget",
    show_default=True,
    help="Which money is summed.",
)
@click.option("--currency", metavar="CODE", help="Only deals in it, and those without money.")
@click.option("--skip-invalid", is_flag=True, help="Leave out what can't be read, and say so.")
@click.option("--with-ids", is_flag=True, help="JSON: the deals behind each number.")
@format_option("table", "json", "csv", "md")
@click.option("--raw", is_flag=True, help="CSV without the guard against formulas.")
@click.option("--png", metavar="FILE", help="Draw it as PNG; - is stdout.")
@click.option("--svg", metavar="FILE", help="Draw it as SVG; - is stdout.")
@click.option(
    "--size", type=click.IntRange(400, 4000), default=1600, help="Width of the picture in pixels."
)
@click.pass_obj
def funnel(
    app: App,
    /,
    period: str,
    as_of: str | None,
    owners: tuple[str, ...],
    departments: tuple[str, ...],
    process: str | None,
    created: Literal["period", "any"],
    sum_: SumKind,
    currency: str | None,
    skip_invalid: bool,
    with_ids: bool,
    format_: str,
    raw: bool,
    png: str | None,
    svg: str | None,
    size: int,
) -> None:
    """The sales funnel: deals, sums and conversions by stage (reference definition).

    Example: salescli report funnel --period 2024-03 --png funnel.png
    """
    is_picture = png is not None or svg is not None
    source = click.get_current_context().get_parameter_source("format_")
    is_printed = not is_picture or source is not click.core.ParameterSource.DEFAULT
    if is_printed and "-" in (png, svg):
        raise click.UsageError("stdout is for the picture alone: name a file, or no --format")
    options = FunnelOptions(
        period=period,
        as_of=as_of,
        owners=owners,
        departments=departments,
        process=process,
        created=created,
        sum=sum_,
        currency=currency,
        skip_invalid=skip_invalid,
        with_ids=with_ids,
        takes_store_currency=is_picture,
    )
    with app.reading() as session:
        figure = report_funnel(session, options)
    for path, kind in ((png, "png"), (svg, "svg")):
        if path is not None:
            draw(app, figure, path, kind, size)
    if is_printed:
        width = app.surroundings.width if app.surroundings.is_terminal else None
        rendered = render_funnel(figure, format_, width=width, raw=raw)
        click.echo(rendered.text)
        if rendered.note:
            say(rendered.note)


def draw(app: App, figure: Funnel, path: str, kind: str, width: int) -> None:
    """Draw a figure into a file, or to stdout; matplotlib is loaded here alone."""
    chart: Any = import_module("salescli.report.chart")
    write_picture(app, chart.draw_funnel(figure, kind=kind, width=width), path, kind)
