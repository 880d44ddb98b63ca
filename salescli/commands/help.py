"""`salescli help`: commands and topics, on the screen and as man pages."""

import posixpath

import click

from salescli.commands.app import App, say
from salescli.commands.manpages import build_man_pages
from salescli.commands.neighbours import neighbours_of, say_neighbours
from salescli.commands.output import write_outside
from salescli.commands.topics import TOPICS, build_topic
from salescli.model.errors import NotFound, finding
from salescli.model.nearest import did_you_mean


@click.command()
@click.argument("words", nargs=-1, metavar="[COMMAND… | TOPIC]")
@click.option("--man", "folder", metavar="DIR", help="Write all of it there as man pages.")
@click.pass_context
def help(ctx: click.Context, words: tuple[str, ...], folder: str | None) -> None:
    """Help on a command (opportunity close) or a topic: conditions, exit-codes, files …

    Example: salescli help --man ~/.local/share/man
    """
    root = ctx.find_root()
    if folder is not None:
        if words:
            raise click.UsageError("--man writes the pages of all commands: name none")
        write_man_pages(ctx.obj, root.command, folder)
    elif not words:
        click.echo(root.get_help())
        say(f"Topics: {', '.join(TOPICS)}.")
    elif words[0] in TOPICS:
        click.echo(build_topic(words[0]))
        click.echo(say_neighbours(neighbours_of(f"help {words[0]}")))
    else:
        context = find_command(root, words)
        click.echo(context.command.get_help(context))


def write_man_pages(app: App, root: click.Command, folder: str) -> None:
    """Write the pages under a folder, which is made; their number goes to stderr."""
    count = 0
    for path, text in build_man_pages(root):
        write_outside(app, posixpath.join(folder, path), text.encode(), make_folder=True)
        count += 1
    click.echo(folder)
    say(f"{count} pages are written: man -M {folder} salescli")


def find_command(root: click.Context, words: tuple[str, ...]) -> click.Context:
    """A context for the help of the command with these words; raises `NotFound`."""
    context = root
    for word in words:
        command = context.command
        found = command.get_command(context, word) if isinstance(command, click.Group) else None
        if found is None:
            known = command.list_commands(context) if isinstance(command, click.Group) else []
            raise NotFound(
                finding(
                    "no-such-topic",
                    f"there is neither a command nor a topic {' '.join(words)!r}",
                    hint=did_you_mean(word, [*known, *TOPICS]) or f"topics are {', '.join(TOPICS)}",
                )
            )
        context = click.Context(found, info_name=word, parent=context)
    return context
