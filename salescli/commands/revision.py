"""`--rev`: of which commit a command reads the store.

It is kept on the `App`, which opens the session; no command sees it.
"""

from collections.abc import Callable
from typing import Any

import click

from salescli.commands.app import App


def rev_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that names a revision, for whatever reads."""
    return _OPTION(command)


def _keep(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None and isinstance(ctx.obj, App):
        ctx.obj.revision = value


_OPTION = click.option(
    "--rev",
    metavar="REV",
    expose_value=False,
    callback=_keep,
    help="As it was committed: HEAD~5, main, v1.",
)
