"""A folder of pictures: those that are drawn into it, and those that an earlier run left there.

Beside them lies a list of each dashboard's, `NAME.pictures.sha256`, as `sha256sum` writes and
checks it. What is deleted stands in it, and has the very bytes that were drawn; nothing else is.
Knows neither dashboards nor how anything is drawn.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from salescli.commands.app import App, say
from salescli.commands.output import remove_outside, write_outside
from salescli.model.errors import Failed, NotFound, Refused, WrongUsage
from salescli.store.outside import read_outside

_LINE = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9-]*(?:\.[A-Za-z]+)?\.png)")  # names of ours
_MOST_LISTED = 1 << 20
_MOST_DRAWN = 1 << 28


def fill_folder(app: App, folder: str, name: str, pictures: Mapping[str, Any]) -> None:
    """Write the pictures of the dashboard `name` by their file names, and take away those of its
    earlier list that it draws no more; words say each. Raises `Failed`.
    """
    listed = f"{name}.pictures.sha256"
    earlier = _read_list(app, f"{folder}/{listed}")
    if not pictures and not earlier:
        say("Nothing to draw: the dashboard has no funnel and no chart.")
        return
    for file, drawn in pictures.items():
        for note in drawn.notes:
            say(f"{file}: {note}")
        write_outside(app, f"{folder}/{file}", drawn.data, make_folder=True)
        say(f"{folder}/{file}: {drawn.width} pixels wide.")
    for file in sorted(earlier.keys() - pictures):
        _take_away(app, f"{folder}/{file}", earlier[file])
    lines = [f"{_digest(drawn.data)}  {file}\n" for file, drawn in pictures.items()]
    write_outside(app, f"{folder}/{listed}", "".join(lines).encode())
    count = f"{len(pictures)} {'picture' if len(pictures) == 1 else 'pictures'}"
    say(f"{count} in {folder}, listed in {listed}.")


def _read_list(app: App, path: str) -> dict[str, str]:
    """File names with the digests of what was drawn; none of a list that isn't there."""
    try:
        data = read_outside(app.surroundings.directory / path, path, _MOST_LISTED)
    except NotFound:
        return {}
    return {file: digest for digest, file in _entries(data.decode(errors="replace"))}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            yield found[1], found[2]


def _take_away(app: App, path: str, digest: str) -> None:
    """Delete a picture that is as it was drawn, and say so; else say that it stays."""
    place = app.surroundings.directory / path
    try:
        data = read_outside(place, path, _MOST_DRAWN)
    except NotFound:
        return
    except (Refused, WrongUsage, Failed):
        data = b""
    if place.is_symlink() or _digest(data) != digest:
        say(f"{path} stays: the dashboard draws it no more, and it isn't as it was drawn.")
        return
    remove_outside(app, path)
    say(f"{path} is deleted: the dashboard draws it no more.")


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
