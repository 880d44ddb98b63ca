"""The tree of commands, walked: what pages about all of them are made from."""

from collections.abc import Iterator
from typing import Any

import click

PAGE: dict[str, Any] = {"terminal_width": 80, "max_content_width": 80}


def context_of(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """A context in which a command tells its help, 80 columns wide."""
    return click.Context(
        command, info_name=name, parent=parent, **{**PAGE, **command.context_settings}
    )


def walk_commands(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[click.Context]:
    """A context for a command and for all below it, parents first, hidden ones left out."""
    context = context_of(command, name, parent)
    yield context
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from walk_commands(found, child, context)
