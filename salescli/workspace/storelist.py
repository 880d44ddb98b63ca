"""The stores of a group as people name them: directories, or a YAML file that lists them.

Owns the file's shape and what the names must be like. Opens no store.
"""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from salescli.model.errors import Damaged, Finding, Gathered, NotFound, WrongUsage, finding
from salescli.model.fields import field, text
from salescli.model.records import Record
from salescli.store.codec import read_typed
from salescli.store.outside import read_outside

_LIMIT = 1 << 20  # bytes of a file of stores
_FORM_HINT = "write stores: {riga: ../riga, porto: ../porto}, each with its directory"


class Store(msgspec.Struct, frozen=True):
    """One store of a group: its name in it, its directory, and which worker sees that, if told."""

    name: str
    directory: str
    worker: str = ""


def place_of(store: Store, here: Path) -> str:
    """Its directory as it is typed at `here` after -C: the shorter way, in quotes if it must be."""
    near = os.path.relpath(os.path.realpath(store.directory), os.path.realpath(here))
    return shlex.quote(min(near, store.directory, key=len))


class Listed(Record, frozen=True, kw_only=True):
    """A store in the file."""

    directory: Annotated[str, text("Where it lies, seen from the file")]
    worker: Annotated[str | None, text("Host or address of the worker that sees it")] = None


class StoresFile(Record, frozen=True, kw_only=True):
    """What `--stores FILE` says; a store is its directory, or a mapping with it and more."""

    stores: Annotated[
        dict[str, str | Listed], field("mapping", "Stores by the name they have here")
    ]


def read_stores_file(path: Path, shown: str) -> tuple[Store, ...]:
    """The stores of a file, in its order; raises `Damaged` with file:line for what it can't be.

    A directory is taken from where the file lies.
    """
    source = read_outside(path, shown, _LIMIT)
    try:
        known = read_typed(source, shown, StoresFile).stores
    except Damaged as error:
        raise Damaged(*map(_with_form, error.findings)) from None
    listed = {
        name: Listed(directory=one) if isinstance(one, str) else one for name, one in known.items()
    }
    return tuple(
        Store(name, str((path.parent / one.directory).absolute()), one.worker or "")
        for name, one in listed.items()
    )


def _with_form(fault: Finding) -> Finding:
    """A fault of the file's shape, with the shape that is right for a hint."""
    is_shape = fault.code in ("missing-key", "wrong-type")
    return msgspec.structs.replace(fault, hint=_FORM_HINT) if is_shape else fault


def check_stores(stores: Sequence[Store]) -> None:
    """Raise what is wrong with the names: none, one twice, one that couldn't be told apart.

    A directory is one on each worker that is named.
    """
    gathered = Gathered()
    if not stores:
        gathered.add(
            NotFound(finding("no-store", "no store is named", hint="--store DIR names one"))
        )
    names: set[str] = set()
    directories: dict[tuple[str, str], str] = {}
    for one in stores:
        if not one.name.strip() or "/" in one.name or not one.name.isprintable():
            gathered.add(_wrong_name(one))
        place = (one.worker, os.path.realpath(one.directory))
        known = directories.get(place)
        if known is not None:
            is_same = known == one.directory
            both = "is named twice" if is_same else f"is the same directory as {known}"
            gathered.add(_twice(f"{one.directory} {both}"))
        elif one.name in names:
            gathered.add(_twice(f"two stores are called {one.name}"))
        names.add(one.name)
        directories.setdefault(place, one.directory)
    gathered.raise_all()


def check_copies(ids: Mapping[str, Sequence[str]]) -> None:
    """Raise `WrongUsage` where two stores, by name, have a deal or lead of the same id.

    Ids are random: whatever two stores both have was copied from one to the other.
    """
    gathered = Gathered()
    holders: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for store, own in ids.items():
        for record_id in own:
            first = holders.setdefault(record_id, store)
            if first != store and (first, store) not in told:
                told.add((first, store))
                text = f"the stores {first} and {store} both have {record_id}, which would "
                text += "count twice: one was copied from the other"
                hint = "name one of them; or delete in each what belongs to the other"
                gathered.add(_twice(text, hint))
    gathered.raise_all()


def _twice(
    what: str, hint: str = "name each once; a --stores FILE gives directories other names"
) -> WrongUsage:
    return WrongUsage(finding("store-twice", what, hint=hint, field="store"))


def _wrong_name(one: Store) -> WrongUsage:
    text = f"{one.name!r} is no name for the store in {one.directory}"
    hint = "a name is some letters without /; a --stores FILE gives one"
    return WrongUsage(finding("bad-store-name", text, hint=hint, field="store"))
