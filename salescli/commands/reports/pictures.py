"""Pictures of reports and processes: the options that ask for them, and writing what was drawn."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import click

from salescli.commands.app import App, say
from salescli.commands.output import write_outside

_OPTIONS = (
    click.option("--png", metavar="FILE", help="Draw it as PNG; - is stdout."),
    click.option("--svg", metavar="FILE", help="Draw it as SVG; - is stdout."),
    click.option(
        "--size",
        type=click.IntRange(400, 4000),
        default=1600,
        help="Width of the picture in pixels.",
    ),
)


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--png`, `--svg` and `--size` of what can be drawn."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_picture(options: Mapping[str, Any]) -> bool:
    """Whether a picture was asked for."""
    return options["png"] is not None or options["svg"] is not None


def is_printed(options: Mapping[str, Any]) -> bool:
    """Whether the report is printed, too: always without a picture, else if a format was named.

    Raises `UsageError` where text and picture would both go to stdout.
    """
    source = click.get_current_context().get_parameter_source("format_")
    printed = not is_picture(options) or source is not click.core.ParameterSource.DEFAULT
    if printed and "-" in (options["png"], options["svg"]):
        raise click.UsageError("stdout is for the picture alone: name a file, or no --format")
    return printed


def draw_asked(app: App, options: Mapping[str, Any], draw: str, subject: Callable[[], Any]) -> None:
    """Draw what `subject()` is as each picture that was asked for; nothing if none was.

    `draw` names the function of `salescli.report.pictures.chart`, which loads the drawing library:
    only where something is drawn.
    """
    if not is_picture(options):
        return
    chart: Any = import_module("salescli.report.pictures.chart")
    drawing = partial(getattr(chart, draw), subject(), home=home_of(app))
    for kind in ("png", "svg"):
        if options[kind] is not None:
            _write(app, drawing(kind=kind, width=options["size"]), options[kind], kind)


def home_of(app: App) -> str:
    """The folder of who draws, where fonts of their own may lie; "" where it isn't known."""
    return app.surroundings.environ.get("HOME", "")


def _write(app: App, drawn: Any, path: str, kind: str) -> None:
    for note in drawn.notes:
        say(note)
    if path == "-":
        sys.stdout.buffer.write(drawn.data)
        return
    write_outside(app, path, drawn.data)
    say(f"{path}: {drawn.width} pixels wide." if kind == "png" else f"{path} is drawn.")
