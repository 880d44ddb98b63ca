"""The options that reports share, and what was typed in them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from salescli.commands.app import App, say
from salescli.commands.fields import HELP, choose_csv, choose_keys
from salescli.commands.findings import wrapped
from salescli.commands.options import format_option
from salescli.commands.stores import store_options
from salescli.report.text.json_text import format_json
from salescli.report.text.listing import Rendered
from salescli.workspace.reporting import ReportOptions

Options = TypeVar("Options", bound=ReportOptions)

_PERIOD = click.option("--period", default="all", show_default=True, help="2024-03, last-month …")
OWNERS = click.option(
    "--owner",
    "owners",
    multiple=True,
    metavar="PERSON|@none",
    help="Only their deals; @none: of nobody.",
)
DEPARTMENTS = click.option(
    "--department",
    "departments",
    multiple=True,
    metavar="DEPARTMENT|@none",
    help="With those below it; @none: without one.",
)
_SELECTING: tuple[Callable[..., Any], ...] = (
    click.option("--as-of", metavar="DAY", help="As it stood at the end of that day."),
    OWNERS,
    DEPARTMENTS,
    click.option("--process", metavar="PROCESS", help="Process, if not the store's."),
)
SUM = click.option(
    "--sum",
    type=click.Choice(["budget", "amount", "value"]),
    default="budget",
    show_default=True,
    help="Which money is summed.",
)
_SHOWING: tuple[Callable[..., Any], ...] = (
    click.option("--currency", metavar="CODE", help="Only deals in it, and those without money."),
    click.option("--skip-invalid", is_flag=True, help="Leave out what can't be read, and say so."),
    click.option("--with-ids", is_flag=True, help="JSON: the deals behind each number."),
    format_option("table", "json", "csv", "md"),
    click.option("--raw", is_flag=True, help="CSV without the guard against formulas."),
)


def selecting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which deals, and as of when."""
    for option in reversed(_SELECTING):
        command = option(command)
    return command


def report_options(*own: Callable[..., Any], has_period: bool = True) -> Callable[..., Any]:
    """The options of every report; its `own` stand between what selects and what shows.

    Without `has_period` it is one of the as-of day alone.
    """
    period = (_PERIOD,) if has_period else ()

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed((*period, *_SELECTING, *own, *_SHOWING, store_options)):
            command = option(command)
        return command

    return decorate


def typed_options(kind: type[Options], options: Mapping[str, Any], **more: Any) -> Options:
    """What was typed as the options of a report; what is none of them is left alone."""
    names = set(kind.__struct_fields__)
    return kind(**{name: value for name, value in options.items() if name in names}, **more)


def echo_rendered(app: App, render: Callable[[int | None], Rendered]) -> None:
    """Print what `render` makes for the terminal's width, None in a pipe, and how it was cut."""
    show(render(screen_width(app)))


def show(rendered: Rendered) -> None:
    """A report's text to stdout, and what was cut of it to stderr, in lines like an error's.

    `--fields` chooses columns of CSV and keys of a document; a screen is laid out as a whole.
    """
    context = click.get_current_context()
    click.echo(_chosen(rendered.text, context.params["format_"], context.obj.fields))
    if rendered.note:
        say("\n".join(wrapped(rendered.note)))


def _chosen(text: str, format_: str, asked: Sequence[str]) -> str:
    if not asked:
        return text
    if format_ == "csv":
        return choose_csv(text, asked)
    if format_ == "json":
        return format_json(choose_keys(json.loads(text), asked))
    if [*asked] == [HELP]:
        _tell_names()
    raise click.UsageError(
        f"a report as {format_} is laid out as a whole: --fields is for csv and json, "
        "and --fields help names them"
    )


def _tell_names() -> None:
    """Print the names of the columns that the report has as CSV; raises `NamesTold`."""
    context = click.get_current_context()
    assert context.command.callback is not None  # only groups are without
    context.params["format_"] = "csv"
    context.invoke(context.command.callback, **context.params)


def screen_width(app: App) -> int | None:
    """The columns of a terminal; None in a pipe, where nothing is cut."""
    return app.surroundings.width if app.surroundings.is_terminal else None
