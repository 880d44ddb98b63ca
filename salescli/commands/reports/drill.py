"""`salescli report drill`."""

from functools import partial
from typing import Any, get_args

import click

from salescli.commands.app import App
from salescli.commands.reports.funnel import CREATED, DEFINITION, check_created
from salescli.commands.reports.options import (
    SUM,
    report_options,
    screen_width,
    show,
    typed_options,
)
from salescli.commands.reports.pictures import (
    draw_asked,
    is_picture,
    is_printed,
    picture_options,
)
from salescli.report.figures.drilling import DrillBy, Part
from salescli.report.layouts.drill_layout import build_drill_plot, render_drill
from salescli.workspace.drilling import DrillOptions, report_drill
from salescli.workspace.listing import TERMINAL_ROWS

_SETS: dict[Part, str] = {
    "passed": "Those of its stage conversion that went on.",
    "not-passed": "Those that did not, and what became of them.",
    "reached": "Of the new deals those that reached it.",
    "not-reached": "Of the new deals those that did not.",
}
SETS = [
    click.option(f"--{part}", part.replace("-", "_"), is_flag=True, help=text)
    for part, text in _SETS.items()
]
BY = click.option(
    "--by", type=click.Choice(get_args(DrillBy)), help="Count, sum and share of each, no deals."
)
LIMIT = click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="List at most N deals."
)


@click.command()
@click.argument("stage")
@report_options(*SETS, BY, DEFINITION, CREATED, SUM, LIMIT)
@picture_options
@click.pass_obj
def drill(app: App, /, format_: str, raw: bool, limit: int | None, **options: Any) -> None:
    """The deals behind a number of the funnel: its count at STAGE, or a set of its conversion.

    Example: salescli report drill key-contacts --period 2024-03 --not-passed
    """
    asked = [part for part in _SETS if options[part.replace("-", "_")]]
    if len(asked) > 1:
        raise click.UsageError(f"--{asked[0]} and --{asked[1]} are two sets: leave one out")
    check_created(options)
    if is_picture(options) and not options["by"]:
        raise click.UsageError("a list of deals has no picture: --by says what the bars are of")
    printed = is_printed(options)
    part = asked[0] if asked else "count"
    if limit is None and format_ == "table" and app.surroundings.is_terminal:
        limit = TERMINAL_ROWS
    with app.reading() as session:
        figure = report_drill(session, typed_options(DrillOptions, options, part=part))
        rendered = render_drill(
            figure,
            format_,
            width=screen_width(app),
            raw=raw,
            limit=limit,
            short=session.short if app.surroundings.is_terminal else str,
        )
    draw_asked(app, options, "draw_plot", partial(build_drill_plot, figure))
    if printed:
        show(rendered)
