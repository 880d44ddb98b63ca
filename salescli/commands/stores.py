"""`--store`, `--stores`, `--scheduler`: which stores a command is about, and where they are read.

They are kept on the `App`, which opens one session over all of them; no command sees them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from salescli.commands.app import App, Several
from salescli.commands.revision import rev_option
from salescli.workspace.storelist import Store, read_stores_file


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is read: which stores, or one as it was committed."""
    command = rev_option(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    """Put what was named on the App."""
    app = ctx.obj
    if not value or not isinstance(app, App):
        return
    several = app.several or Several()
    if option.name == "store":
        own = tuple(_store(app.surroundings.directory / one) for one in value)
        several = msgspec.structs.replace(several, stores=several.stores + own)
    elif option.name == "stores":
        path = app.surroundings.directory / value
        several = msgspec.structs.replace(
            several, stores=several.stores + read_stores_file(path, value)
        )
    else:
        several = msgspec.structs.replace(several, scheduler=value)
    app.several = several


def _store(folder: Path) -> Store:
    """A store under its directory's name."""
    folder = folder.resolve()
    return Store(folder.name, str(folder))


_OPTIONS = (
    click.option(
        "--store",
        multiple=True,
        metavar="DIR",
        expose_value=False,
        callback=_keep,
        help="A store, of several in one report; the first leads.",
    ),
    click.option(
        "--stores",
        metavar="FILE",
        expose_value=False,
        callback=_keep,
        help="YAML of a group, stores: {NAME: DIR, …}.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        expose_value=False,
        callback=_keep,
        help="Dask scheduler whose workers read the stores.",
    ),
)
