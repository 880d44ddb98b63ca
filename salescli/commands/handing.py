"""What a person hands over beside the command line: a text on stdin, a file from outside."""

import sys
from pathlib import Path

from salescli.commands.app import App
from salescli.model.errors import Refused, WrongUsage, finding
from salescli.model.inputs import MAX_TEXT
from salescli.store.outside import read_outside


def read_typed(text: str) -> str:
    """A text as typed; `-` is what stands on stdin, as UTF-8. Raises `WrongUsage`."""
    if text != "-":
        return text
    most = 4 * MAX_TEXT  # whoever keeps it has the limit, and says so
    data = sys.stdin.buffer.read(most)
    try:
        return data.decode("utf-8-sig", "ignore" if len(data) == most else "strict").rstrip("\n")
    except UnicodeDecodeError as error:
        text = f"byte {error.start + 1} of stdin is not UTF-8"
        raise WrongUsage(finding("not-utf8", text, hint="iconv -t UTF-8 makes it so")) from None


def read_handed(app: App, name: str, limit: int, hint: str = "", *, pipes: bool = False) -> bytes:
    """The bytes of a file that was named on the command line, or of stdin for `-`.

    `pipes`: whether it may be a pipe, as `<(command)` is one.
    Raises what `read_outside` does; a file inside the store is read as a file of the store.
    """
    if name != "-":
        root = app.root.absolute()
        return read_outside(app.surroundings.directory / name, name, limit, hint, root, pipes=pipes)
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        text = f"stdin has over {limit} bytes"
        raise Refused(finding("file-too-large", text, hint=hint))
    return data


def has_file(app: App, name: str) -> bool:
    """Whether something stands at that path."""
    try:
        return Path(app.surroundings.directory / name).exists()
    except (OSError, ValueError):
        return False
