"""`salescli report diff`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from salescli.commands.app import App
from salescli.commands.options import format_option
from salescli.commands.reports.options import screen_width, selecting_options, show, typed_options
from salescli.report.layouts.pipeline_diff_layout import draw_funnel, render_diff
from salescli.workspace.diffing import DiffOptions, report_diff
from salescli.workspace.revisions import find_common, open_compared, open_revisions, parse_range
from salescli.workspace.session import Session


@click.command()
@click.argument("range_", metavar="BASE..HEAD")
@click.option(
    "--period",
    default="this-quarter",
    show_default=True,
    help="Of the forecast: 2026-Q4, this-month …",
)
@selecting_options
@click.option("--skip-invalid", is_flag=True, help="Leave out what can't be read, and say so.")
@format_option("table", "json", "md")
@click.option("--mermaid", is_flag=True, help="The funnel as Mermaid draws it; with md below it.")
@click.pass_obj
def diff(app: App, /, range_: str, format_: str, mermaid: bool, **options: Any) -> None:
    """What is different between two revisions: deals new, moved, closed, budget and forecast.

    \b
    BASE..HEAD   two revisions as git names them
    BASE...HEAD  HEAD and the commit where the two went apart
    BASE         a revision and the files as they are

    Nothing is checked out. Both are asked as of one day, each with its own processes.
    Example: salescli report diff origin/main..HEAD --format md --mermaid
    """
    if mermaid and format_ == "json":
        raise click.UsageError("--mermaid is a picture: leave --format json out")
    asked = typed_options(DiffOptions, options, funnels=mermaid)
    with open_range(app, range_) as (before, after):
        figure = report_diff(before, after, asked)
    if mermaid and format_ == "table":
        click.echo(draw_funnel(figure))
        return
    show(render_diff(figure, format_, width=screen_width(app)))


@contextmanager
def open_range(app: App, text: str) -> Iterator[tuple[Session, Session]]:
    """Sessions over both ends of a range; that of the files under the shared lock."""
    asked = parse_range(text)
    root, world = app.root, app.surroundings
    if asked.after is None:
        with app.reading() as files, open_revisions(root, world, asked.before) as (before,):
            yield before, files
        return
    base = asked.before
    if asked.from_common:
        base = find_common(root, world, base, asked.after)
    with open_compared(root, world, base, asked.after) as ends:
        yield ends
