"""`salescli process draw`: a process as Mermaid text and as a picture."""

from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.output import write_outside, write_picture
from salescli.model.flow import Flow
from salescli.report.mermaid import format_mermaid
from salescli.workspace.processes import read_flow


@click.command()
@click.argument("name", required=False, metavar="[PROCESS|FILE]")
@click.option("--mermaid", metavar="FILE", help="As Mermaid text; - is stdout, the default.")
@click.option("--png", metavar="FILE", help="Draw it as PNG; - is stdout.")
@click.option("--svg", metavar="FILE", help="Draw it as SVG; - is stdout.")
@click.option(
    "--size", type=click.IntRange(400, 4000), default=1600, help="Width of the picture in pixels."
)
@click.pass_obj
def draw(
    app: App,
    /,
    name: str | None,
    mermaid: str | None,
    png: str | None,
    svg: str | None,
    size: int,
) -> None:
    """Draw a process: stages, steps, and where each result leads.

    Example: salescli process draw corporate --png corporate.png
    """
    if (mermaid, png, svg).count("-") > 1:
        raise click.UsageError("stdout is for one drawing alone: name files for the others")
    if mermaid is None and png is None and svg is None:
        mermaid = "-"
    with app.reading() as session:
        flow = read_flow(session, name)
    for path, kind in ((png, "png"), (svg, "svg")):
        if path is not None:
            draw_picture(app, flow, path, kind, size)
    if mermaid == "-":
        click.echo(format_mermaid(flow))
    elif mermaid is not None:
        write_outside(app, mermaid, f"{format_mermaid(flow)}\n".encode())
        say(f"{mermaid} is written.")


def draw_picture(app: App, flow: Flow, path: str, kind: str, width: int) -> None:
    """Draw a process into a file, or to stdout; matplotlib is loaded here alone."""
    chart: Any = import_module("salescli.report.chart")
    write_picture(app, chart.draw_process(flow, kind=kind, width=width), path, kind)
