"""`salescli process draw`: a process as Mermaid text and as a picture."""

from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.output import write_outside
from salescli.commands.reports.pictures import draw_asked, is_picture, picture_options
from salescli.commands.revision import rev_option
from salescli.report.text.mermaid import format_mermaid
from salescli.workspace.processes import read_flow


@click.command()
@click.argument("name", required=False, metavar="[PROCESS|FILE]")
@click.option("--mermaid", metavar="FILE", help="As Mermaid text; - is stdout, the default.")
@picture_options
@rev_option
@click.pass_obj
def draw(app: App, /, name: str | None, mermaid: str | None, **options: Any) -> None:
    """Draw a process: stages, steps, and where each result leads.

    Example: salescli process draw corporate --png corporate.png
    """
    if (mermaid, options["png"], options["svg"]).count("-") > 1:
        raise click.UsageError("stdout is for one drawing alone: name files for the others")
    if mermaid is None and not is_picture(options):
        mermaid = "-"
    with app.reading() as session:
        flow = read_flow(session, name)
    draw_asked(app, options, "draw_process", lambda: flow)
    if mermaid == "-":
        click.echo(format_mermaid(flow))
    elif mermaid is not None:
        write_outside(app, mermaid, f"{format_mermaid(flow)}\n".encode())
        say(f"{mermaid} is written.")
