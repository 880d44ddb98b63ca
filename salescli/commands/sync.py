"""`salescli sync`: what others did and what we did, brought together."""

from collections.abc import Iterable

import click

from salescli.commands.app import App, say
from salescli.commands.check import table_lines
from salescli.model.errors import Finding
from salescli.workspace.syncing import open_clone
from salescli.workspace.syncing import sync as sync_clone


@click.command()
@click.option("--no-push", is_flag=True, help="Bring in what others did; keep our own here.")
@click.pass_obj
def sync(app: App, /, no_push: bool) -> None:
    """Fetch, merge, check, push; stops at the first doubt, and says what it was.

    Commit first, or let each command do it: git config salescli.commit auto.
    """
    clone = open_clone(app.root, app.surroundings.environ)
    sync_clone(clone, app.surroundings.now(), say, _warn, pushes=not no_push)


def _warn(found: Iterable[Finding]) -> None:
    for line in table_lines(tuple(found)):
        say(line)
