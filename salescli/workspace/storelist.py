"""The stores of a group as people name them: directories, or a YAML file that lists them.

Owns the file's shape and what the names must be like. Opens no store.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from salescli.model.errors import Gathered, NotFound, WrongUsage, finding
from salescli.model.fields import field, text
from salescli.model.records import Record
from salescli.store.codec import read_typed
from salescli.store.outside import read_outside

_LIMIT = 1 << 20  # bytes of a file of stores


class Store(msgspec.Struct, frozen=True):
    """One store of a group: its name in it, its directory, and which worker sees that, if told."""

    name: str
    directory: str
    worker: str = ""


class Listed(Record, frozen=True, kw_only=True):
    """A store in the file."""

    directory: Annotated[str, text("Where it lies, seen from the file")]
    worker: Annotated[str | None, text("Host or address of the worker that sees it")] = None


class StoresFile(Record, frozen=True, kw_only=True):
    """What `--stores FILE` says."""

    stores: Annotated[dict[str, Listed], field("mapping", "Stores by the name they have here")]


def read_stores_file(path: Path, shown: str) -> tuple[Store, ...]:
    """The stores of a file, in its order; raises `Damaged` with file:line for what it can't be.

    A directory is taken from where the file lies.
    """
    known = read_typed(read_outside(path, shown, _LIMIT), shown, StoresFile).stores
    return tuple(
        Store(name, str((path.parent / one.directory).absolute()), one.worker or "")
        for name, one in known.items()
    )


def check_stores(stores: Sequence[Store]) -> None:
    """Raise what is wrong with the names: none, one twice, one that couldn't be told apart."""
    gathered = Gathered()
    if not stores:
        gathered.add(
            NotFound(finding("no-store", "no store is named", hint="--store DIR names one"))
        )
    names: set[str] = set()
    directories: set[str] = set()
    for one in stores:
        if not one.name.strip() or "/" in one.name or not one.name.isprintable():
            gathered.add(_wrong_name(one))
        if one.directory in directories:
            gathered.add(_twice(f"{one.directory} is named twice"))
        elif one.name in names:
            gathered.add(_twice(f"two stores are called {one.name}"))
        names.add(one.name)
        directories.add(one.directory)
    gathered.raise_all()


def _twice(what: str) -> WrongUsage:
    hint = "name each once; a --stores FILE gives directories other names"
    return WrongUsage(finding("store-twice", what, hint=hint, field="store"))


def _wrong_name(one: Store) -> WrongUsage:
    text = f"{one.name!r} is no name for the store in {one.directory}"
    hint = "a name is some letters without /; a --stores FILE gives one"
    return WrongUsage(finding("bad-store-name", text, hint=hint, field="store"))
