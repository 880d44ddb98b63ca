"""A whole store as lines of JSON: settings and catalogues, records, histories, files beside them.

Owns which files are a store's own, and their order. What is damaged is told before the first line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.errors import Damaged, Gathered
from salescli.report.text.json_text import format_json
from salescli.store import layout
from salescli.store.files import LOCAL_DIRECTORY
from salescli.workspace.exporting.storelines import BESIDE, SCHEMA, check_source, format_line
from salescli.workspace.session import Session

_OF_THE_CLONE = (".git", LOCAL_DIRECTORY)  # what git and the clone keep for themselves
_BATCH = 500  # records whose documents are asked of the index at a time


class Dump(msgspec.Struct, frozen=True):
    """What of a store is to be told: paths in the order of the lines, and what is no part of it."""

    catalogues: tuple[str, ...]
    records: tuple[str, ...]
    strays: tuple[str, ...]


def plan_dump(session: Session) -> Dump:
    """Which files there are; raises `Damaged` with everything that can't be read."""
    session.index.refresh()
    gathered = Gathered()
    for _, findings in session.index.invalid():
        gathered.add(Damaged(*findings))
    strays: list[str] = []
    catalogues = list(_catalogues(session, strays))
    for path in catalogues:
        with gathered.trying():
            check_source(path, session.read_required(path))
    records = list(_records(session, strays))
    gathered.raise_all()
    return Dump(tuple(catalogues), tuple(records), tuple(strays))


def dump_store(session: Session, dump: Dump) -> Iterator[str]:
    """The lines of a store, each with its line break; the last says how many files there were."""
    name = session.settings.name
    yield format_json({"schema": SCHEMA, "name": name}, indent=None) + "\n"
    for path in dump.catalogues:
        yield format_line(path, session.files.read_once(path)) + "\n"
    for start in range(0, len(dump.records), _BATCH):
        paths = dump.records[start : start + _BATCH]
        documents = _documents(session, paths)
        for path in paths:
            located = layout.locate(path)
            document = documents.get(located.id) if located and not located.of else None
            yield format_line(path, session.files.read_once(path), document) + "\n"
    count = len(dump.catalogues) + len(dump.records)
    yield format_json({"files": count}, indent=None) + "\n"


def _documents(session: Session, paths: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """id → what the index has read of it, of the records at these paths."""
    ids: dict[str, list[str]] = {}
    for path in paths:
        located = layout.locate(path)
        if located is not None and not located.of:
            ids.setdefault(located.kind, []).append(located.id)
    return {
        facts.id: facts.document
        for kind, wanted in ids.items()
        for facts in session.index.documents(kind, wanted)
    }


def _catalogues(session: Session, strays: list[str]) -> Iterator[str]:
    known = (*BESIDE, *layout.SINGLE_FILES)
    names = session.files.list_directory("")
    yield from (path for path in known if path in names)
    folders = {*layout.FOLDERS.values(), *layout.CATALOGUE_FOLDERS.values()}
    own = {*known, *folders, *_OF_THE_CLONE}
    strays += [name for name in names if name not in own]
    for folder in layout.CATALOGUE_FOLDERS.values():
        for name in session.files.list_directory(folder):
            yield from _own(f"{folder}/{name}", strays)


def _records(session: Session, strays: list[str]) -> Iterator[str]:
    files = session.files
    for kind in ("account", "contact"):
        folder = layout.FOLDERS[kind]
        for name in files.list_directory(folder):
            yield from _own(f"{folder}/{name}", strays)
    for kind in ("lead", "opportunity"):
        folder = layout.FOLDERS[kind]
        for year in files.list_directory(folder):
            for record in _names_in(session, f"{folder}/{year}", strays):
                yield from _inside(session, f"{folder}/{year}/{record}", strays)


def _inside(session: Session, directory: str, strays: list[str]) -> Iterator[str]:
    for name in _names_in(session, directory, strays):
        path = f"{directory}/{name}"
        if name in ("files", "mail"):
            for inner in session.files.list_directory(path):
                yield from _own(f"{path}/{inner}", strays)
        else:
            yield from _own(path, strays)


def _names_in(session: Session, directory: str, strays: list[str]) -> list[str]:
    """What is in a directory; a file in its place, or nothing in it, belongs to no store."""
    names = session.files.list_directory(directory)
    if not names:
        strays.append(directory)
    return names


def _own(path: str, strays: list[str]) -> Iterator[str]:
    if layout.locate(path) is not None:
        yield path
    else:
        strays.append(path)
