"""Which records are there and which changed, by listing folders and stat alone.

Owns what a *mark* is: the mtime, ctime, size and inode of a record's files. Never opens a file
and never lists a record's own directory, which would take as long as all of `git status`.
"""

import os
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from salescli.store.digest import files_of, has_history
from salescli.store.layout import FOLDERS, locate, printable
from salescli.store.sharing import share_jobs

SHARED_FROM = 20_000
"""Records from which on a second process pays for its start (a few ms)."""

YOUNG_NS = 2_000_000_000
"""A file so young may be written once more without a change of its mark: clocks tick coarsely."""

_JOB = 2048  # records whose marks are taken in one go
_NO_FILE = bytes(32)
_pack = struct.Struct("<3qQ").pack
_pack_pair = struct.Struct("<3qQ3qQ").pack
_Marks = msgspec.msgpack.Decoder(list[tuple[str, bytes]])


class Folder(msgspec.Struct, frozen=True):
    """A folder of records: a year of deals or leads, or all accounts or contacts."""

    kind: str
    path: str


class Change(msgspec.Struct, frozen=True):
    """A record that is new or not what it was. `mark` is empty if it is too young to be kept."""

    folder: Folder
    name: str
    mark: bytes


def changes_of(paths: Iterable[str]) -> list[Change]:
    """The records that files belong to, as changed ones; files of no record are passed over."""
    changes: dict[tuple[str, str], Change] = {}
    for path in paths:
        located = locate(path)
        kind = (located.of or located.kind) if located is not None else ""
        if kind in FOLDERS:
            depth = 2 if has_history(kind) else 1
            parts = path.split("/")
            folder, name = "/".join(parts[:depth]), parts[depth]
            changes[folder, name] = Change(Folder(kind, folder), name, b"")
    return list(changes.values())


class Scan(msgspec.Struct, frozen=True):
    """What is not as it was."""

    changed: list[Change]
    gone: list[tuple[str, str]]  # folder path, name


Stored = Mapping[str, Mapping[str, bytes]]
"""Folder path → name → mark."""


def list_folders(root: Path) -> list[Folder]:
    """The folders that hold records. Links are not followed."""
    folders: list[Folder] = []
    for kind, top in FOLDERS.items():
        if not has_history(kind):
            folders.append(Folder(kind, top))
            continue
        for entry in _entries(f"{root}/{top}"):
            if re.fullmatch(r"\d{4}", entry.name) and entry.is_dir(follow_symlinks=False):
                folders.append(Folder(kind, f"{top}/{entry.name}"))
    return sorted(folders, key=lambda folder: folder.path)


def _entries(path: str) -> list["os.DirEntry[str]"]:
    """What stands in a directory of ours; nothing if it is none, or a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        if os.path.islink(path):
            return []
        raise
    try:
        with os.scandir(descriptor) as entries:
            return list(entries)
    finally:
        os.close(descriptor)


def list_names(root: Path, folder: Folder) -> list[str]:
    """The names in a folder that may be records, links and odd ones among them.

    One that isn't UTF-8 is as `layout.printable` writes it: no file has that name, and so reading
    the record tells what is wrong with it.
    """
    entries = _entries(f"{root}/{folder.path}")
    if has_history(folder.kind):
        names = [
            entry.name
            for entry in entries
            if (entry.is_dir(follow_symlinks=False) or entry.is_symlink()) and entry.name[0] != "."
        ]
    else:
        names = [e.name for e in entries if e.name.endswith(".yaml") and e.name[0] != "."]
    return [name if name.isascii() else printable(name) for name in names]


def scan_records(root: Path, stored: Stored, now_ns: int) -> Scan:
    """Compare what is on disk with the marks of `stored`. Raises OSError for a folder."""
    folders = list_folders(root)
    listed = [(folder, list_names(root, folder)) for folder in folders]
    jobs = [
        (folder, names[start : start + _JOB])
        for folder, names in listed
        for start in range(0, len(names), _JOB)
    ]

    def job(number: int) -> bytes:
        folder, names = jobs[number]
        known = stored.get(folder.path, {})
        return msgspec.msgpack.encode(list(_changed_marks(root, folder, names, known)))

    is_shared = sum(len(names) for _, names in listed) >= SHARED_FROM
    changed = [
        Change(jobs[number][0], name, _keep(mark, now_ns))
        for number, result in share_jobs(len(jobs), job, is_shared=is_shared)
        for name, mark in _Marks.decode(result)
    ]
    new = Counter(c.folder.path for c in changed if c.name not in stored.get(c.folder.path, {}))
    gone: list[tuple[str, str]] = []
    listed_names = {folder.path: names for folder, names in listed}
    for path, known in stored.items():
        names = listed_names.get(path, [])
        if len(names) - new[path] < len(known):  # else all that was known is there
            gone += [(path, name) for name in known.keys() - set(names)]
    return Scan(changed, gone)


def _changed_marks(
    root: Path, folder: Folder, names: list[str], known: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    files = files_of(folder.kind)
    descriptor = os.open(f"{root}/{folder.path}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            if len(files) == 2:
                mark = _mark_pair(name + files[0], name + files[1], descriptor)
            else:
                mark = _mark(name + files[0], descriptor)
            if known.get(name) != mark:
                yield name, mark
    finally:
        os.close(descriptor)


def _mark_pair(first: str, second: str, folder: int) -> bytes:
    """The marks of two files: one call each and one packing, since a list waits for this."""
    try:
        one = os.stat(first, dir_fd=folder, follow_symlinks=False)
        two = os.stat(second, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return _mark(first, folder) + _mark(second, folder)
    return _pack_pair(
        one.st_mtime_ns,
        one.st_ctime_ns,
        one.st_size,
        one.st_ino,
        two.st_mtime_ns,
        two.st_ctime_ns,
        two.st_size,
        two.st_ino,
    )


def _mark(path: str, folder: int) -> bytes:
    try:
        status = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except OSError:  # whatever is wrong with it, reading it tells
        return _NO_FILE
    return _pack(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _keep(mark: bytes, now_ns: int) -> bytes:
    """The mark, or nothing where a later change could have the very same.

    It is ctime that decides: no program can set it, and each write does. One that lies far in
    the future comes from a clock that was set back; the next write will not have it again.
    """
    for start in range(0, len(mark), 32):
        changed_ns = int.from_bytes(mark[start + 8 : start + 16], "little", signed=True)
        if abs(now_ns - changed_ns) < YOUNG_NS:
            return b""
    return mark
