"""A text in the user's editor, outside the store and without its lock."""

import tempfile
from pathlib import Path

import click

from salescli.commands.app import App
from salescli.model.errors import WrongUsage, finding


def edit_text(app: App, source: bytes, path: str) -> bytes | None:
    """What the user makes of a file's text; None if the editor wrote nothing.

    The editor comes from the environment alone, never from the store.
    """
    environ = app.surroundings.environ
    editor = environ.get("VISUAL") or environ.get("EDITOR")
    if not editor and not app.surroundings.is_interactive:
        raise WrongUsage(
            finding(
                "no-editor",
                "there is no editor to run",
                hint="set EDITOR, or use salescli opportunity set",
            )
        )
    with tempfile.TemporaryDirectory(prefix="salescli-") as folder:
        copy = Path(folder) / path.rpartition("/")[2]
        copy.write_bytes(source)
        click.edit(editor=editor, filename=str(copy), env=None)
        return copy.read_bytes()
