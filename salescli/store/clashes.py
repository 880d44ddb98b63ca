"""What merges could not decide: a file for each record, in what is local to the clone.

Owns where it is written and read. Whoever settles a record compares the names of its three
versions with those that git holds: a merge that was given up leaves its files behind.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec

from salescli.store.layout import LOCAL, SETTINGS

FOLDER = "clashes"
SCHEMA = "salescli/clash@1"


class ClashedField(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place that both sides changed, like `stage` or `contacts/con-…/role`.

    A value is what the file says, all scalars as text; absent where a side has nothing there.
    """

    path: str
    base: Any = msgspec.UNSET
    ours: Any = msgspec.UNSET
    theirs: Any = msgspec.UNSET


class ClashedFile(msgspec.Struct, frozen=True):
    """What a merge left of one file. `path` is the one in the store.

    `base`, `ours` and `theirs` are git's names of the three versions, `base` empty where there was
    none. `made` are paths with a value that neither side had, so that no event says it yet.
    """

    path: str
    base: str
    ours: str
    theirs: str
    clashes: tuple[ClashedField, ...]
    made: tuple[str, ...]
    schema: str = SCHEMA


def write_clashes(root: Path, clashed: ClashedFile) -> None:
    """Write down what a merge left of a file, over what an earlier one did.

    Only where a store's work tree is: a merge inside a bare repository has nobody to tell. Never
    through a link: a cloned directory may bring one that leads anywhere.
    """
    if not (root / SETTINGS).is_file():
        return
    folder = root / LOCAL / FOLDER
    if any(place.is_symlink() for place in (folder.parent, folder)):
        return
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _file_of(clashed.path)
    waiting = target.with_suffix(f".{os.getpid()}")
    waiting.write_bytes(msgspec.json.format(msgspec.json.encode(clashed), indent=2) + b"\n")
    waiting.replace(target)


def read_clashes(root: Path) -> list[ClashedFile]:
    """All that merges left, by path; what can't be read counts as not there."""
    found: list[ClashedFile] = []
    for path in sorted((root / LOCAL / FOLDER).glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=ClashedFile))
        except (OSError, msgspec.DecodeError):
            continue
    return sorted(found, key=lambda clashed: clashed.path)


def drop_clashes(root: Path, path: str) -> None:
    """Forget what a merge left of a file."""
    (root / LOCAL / FOLDER / _file_of(path)).unlink(missing_ok=True)


def _file_of(path: str) -> str:
    return f"{hashlib.sha256(path.encode()).hexdigest()[:20]}.json"
