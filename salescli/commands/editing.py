"""A text in the user's editor, outside the store and without its lock."""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salescli.commands.app import App, say
from salescli.model.errors import Failed, WrongUsage, finding

USUAL_EDITORS = ("sensible-editor", "vim", "nano", "vi")


@contextmanager
def copy_to_edit(source: bytes, path: str) -> Iterator[Path]:
    """A copy of a store's file, in a directory of the user's own.

    It is deleted in the end, but kept, and told of, if the block fails once it was edited.
    """
    copy = Path(tempfile.mkdtemp(prefix="salescli-")) / path.rpartition("/")[2]
    copy.write_bytes(source)
    is_done = False
    try:
        yield copy
        is_done = True
    finally:
        if is_done or not copy.is_file() or copy.read_bytes() == source:
            shutil.rmtree(copy.parent)
        else:
            say(f"What you wrote is kept in {copy}")


def run_editor(app: App, copy: Path) -> None:
    """Let the user edit a file. Raises `WrongUsage` without an editor, `Failed` if it fails.

    The editor comes from the environment alone, never from the store. Without a terminal it
    finds an empty input, so that it can't wait for any.
    """
    environ = app.surroundings.environ
    editor = environ.get("VISUAL") or environ.get("EDITOR")
    if not editor and app.surroundings.is_interactive:
        editor = next((name for name in USUAL_EDITORS if shutil.which(name)), None)
    if not editor:
        raise WrongUsage(
            finding(
                "no-editor",
                "there is no editor to run",
                hint="set EDITOR, or use salescli opportunity set",
            )
        )
    stdin = None if app.surroundings.is_interactive else subprocess.DEVNULL
    try:
        # A list, never a shell's text: a name may hold anything (hardening.md F55).
        command = [*shlex.split(editor), str(copy)]
        done = subprocess.run(command, stdin=stdin, env=dict(environ), check=False)
        why = f"it left with {done.returncode}" if done.returncode else ""
    except FileNotFoundError:
        why = f"there is no program {shlex.split(editor)[0]}"
    except OSError as error:
        why = error.strerror or str(error)
    except ValueError as error:
        why = str(error)
    if why:
        set_from = "VISUAL" if environ.get("VISUAL") else "EDITOR"
        hint = f"set {set_from} to a program that edits a file, like nano"
        raise Failed(finding("editor-failed", f"the editor {editor} failed: {why}", hint=hint))
