"""A store as it was committed: its files and its index, read from git without a checkout.

Owns where in a commit the store's files are, and an index of them in memory, whose marks are the
names of git's blobs: two revisions differ in the records whose blobs differ, and only those are
read twice. Must not know what is reported of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

from salescli.model.errors import NotFound, finding
from salescli.store.blobs import blob_name, mark_of_blobs
from salescli.store.database import connect, copy_stored
from salescli.store.digest import MAX_RECORD_BYTES, files_of, has_history
from salescli.store.files import RealFileSystem, check_path
from salescli.store.fingerprints import Change, Folder, Scan, Stored
from salescli.store.gitobjects import AHEAD, Blob, GitObjects, Wish
from salescli.store.index import Index
from salescli.store.indexrows import mark_by_blobs
from salescli.store.layout import FOLDERS, HISTORY, SETTINGS
from salescli.store.transaction import Transaction


class Revision:
    """The files of the store at `root` as of one commit; `name` is what people called it."""

    def __init__(self, objects: GitObjects, name: str, commit: str, prefix: str) -> None:
        self.objects = objects
        self.name = name
        self.commit = commit
        self.prefix = prefix
        self.blobs = objects.list_tree(commit, prefix)

    def read(self, path: str, limit: int | None, ahead: Sequence[Wish] = ()) -> bytes:
        """The bytes of a file; raises FileNotFoundError, `Damaged`, `Failed`."""
        blob = self.blobs.get(path)
        if blob is None:
            raise FileNotFoundError(path)
        return self.objects.read(blob, limit, path, ahead)

    def has_same(self, path: str, source: bytes) -> bool:
        """Whether a file has just these bytes: git names a blob by them."""
        blob = self.blobs.get(path)
        return blob is not None and blob.oid == blob_name(source, len(blob.oid))

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Path → bytes."""
        return self.objects.list_sizes(self.commit, self.prefix)

    @cached_property
    def committed_at(self) -> datetime:
        """When the commit was made."""
        return self.objects.committed_at(self.commit)

    @cached_property
    def folders(self) -> Mapping[str, frozenset[str]]:
        """Directory → names in it; `""` is the store itself."""
        found: dict[str, set[str]] = {"": set()}
        for path in self.blobs:
            while path:
                path, _, name = path.rpartition("/")
                if name in (names := found.setdefault(path, set())):
                    break
                names.add(name)
        return {folder: frozenset(names) for folder, names in found.items()}


class Beginning(Revision):
    """A commit without a store, beside a later one with it: that store, and no record yet."""

    def __init__(self, later: Revision, name: str, commit: str) -> None:
        self.objects, self.prefix = later.objects, later.prefix
        self.name, self.commit = name, commit
        self.blobs = {
            path: blob
            for path, blob in later.blobs.items()
            if path.partition("/")[0] not in FOLDERS.values()
        }
        self._later = later

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Path → bytes."""
        return self._later.sizes


def open_beginning(objects: GitObjects, name: str, later: Revision) -> Revision:
    """`open_revision`, and where there was no store, what `later` was before its first record."""
    try:
        return open_revision(objects, name)
    except NotFound as error:
        if [one.code for one in error.findings] != ["no-store-then"]:
            raise
        return Beginning(later, name, objects.commit_of(name))


def open_revision(objects: GitObjects, name: str) -> Revision:
    """The store as of the commit that `name` is.

    Raises `NotFound` (`no-repository`, `no-such-revision`, `no-store-then`), `Failed`.
    """
    prefix = objects.prefix()
    commit = objects.commit_of(name)
    if not objects.is_file(commit, f"{prefix}{SETTINGS}"):
        where = f"in {prefix}" if prefix else "at the top of the repository"
        text = f"in {name} ({commit[:10]}) there is no store {where}"
        hint = f"git log --oneline -- {prefix}{SETTINGS} tells since when there is one"
        raise NotFound(finding("no-store-then", text, hint=hint, field="rev"))
    return Revision(objects, name, commit, prefix)


class RevisionFiles(Transaction):
    """What a command sees of a revision's files; what it stages stays in memory."""

    def __init__(self, root: Path, revision: Revision) -> None:
        super().__init__(RealFileSystem(), root)
        self.revision = revision

    def _read_disk(self, path: str) -> bytes | None:
        if path not in self._disk:
            check_path(path)
            try:
                self._disk[path] = self.revision.read(path, None)
            except FileNotFoundError:
                self._disk[path] = None
        return self._disk[path]

    def read_once(self, path: str) -> bytes:
        check_path(path)
        return self.revision.read(path, None)

    def _kind_on_disk(self, path: str) -> str:
        check_path(path)
        if path in self.revision.blobs:
            return "file"
        return "directory" if path in self.revision.folders else ""

    def _list_disk(self, path: str) -> list[str]:
        return list(self.revision.folders.get(path, ()))


class RevisionIndex(Index):
    """The index of a revision, in memory."""

    def __init__(self, root: Path, revision: Revision) -> None:
        super().__init__(root)
        self.revision = revision
        self._is_stored = False
        self._is_read = False
        self._is_begun = False
        self._wishes: list[Wish] = []  # in the order in which they will be read
        self._places: dict[str, int] = {}  # of a blob among these

    def refresh(self, overlay: Mapping[str, bytes | None] | None = None) -> None:
        """Read the revision, unless it was read: it never changes. Raises `Failed`."""
        if not self._is_read:
            if not self._is_begun:
                self._begin()
            self._bring_up_to_date()
            self._is_read = True
        if overlay:
            self._lay_over(overlay)

    def _begin(self) -> None:
        """Begin with what the index of the work tree knows: most records are the same there."""
        self._is_begun = True
        self._open = copy_stored(self.root)
        if self._open is not None:
            self.run(mark_by_blobs)

    def moved_to(self, revision: Revision) -> "RevisionIndex":
        """The index of another revision, for which only what differs is read."""
        self.refresh()
        other = RevisionIndex(self.root, revision)
        other._is_begun = True
        other._open = connect(None)
        self.run(lambda db: db.backup(other._connection()))
        return other

    def _give_up(self, error: Exception) -> None:
        super()._give_up(error)
        self._is_read = False

    def _scan(self, stored: Stored) -> Scan:
        """The records whose blobs aren't those that are known."""
        blobs, folders = self.revision.blobs, self.revision.folders
        listed = {folder: _record_names(folder, folders) for folder in _record_folders(folders)}
        changed: list[Change] = []
        for folder, names in listed.items():
            known = stored.get(folder.path, {})
            for name in names:
                mark = _mark_of(folder, name, blobs)
                if known.get(name) != mark:
                    changed.append(Change(folder, name, mark))
        there = {folder.path: frozenset(names) for folder, names in listed.items()}
        gone = [
            (path, name)
            for path, known in stored.items()
            for name in known
            if name not in there.get(path, ())
        ]
        self._wishes = [wish for change in changed for wish in _wishes_of(change, blobs)]
        self._places = {wish.oid: place for place, wish in enumerate(self._wishes)}
        return Scan(changed, gone)

    def read_file(
        self,
        path: str,
        known: set[str],
        limit: int | None = None,
    ) -> bytes:
        if path in self._overlay:
            return super().read_file(path, known, limit)
        check_path(path)
        blob = self.revision.blobs.get(path)
        place = self._places.get(blob.oid, -1) if blob is not None else -1
        ahead = self._wishes[place + 1 : place + AHEAD] if place >= 0 else []
        return self.revision.read(path, limit, ahead)


def _record_folders(folders: Mapping[str, frozenset[str]]) -> Iterator[Folder]:
    """The folders that hold records, as `fingerprints.list_folders` finds them on a disk."""
    for kind, top in FOLDERS.items():
        if not has_history(kind):
            if top in folders:
                yield Folder(kind, top)
            continue
        for name in sorted(folders.get(top, ())):
            if re.fullmatch(r"\d{4}", name) and f"{top}/{name}" in folders:
                yield Folder(kind, f"{top}/{name}")


def _record_names(folder: Folder, folders: Mapping[str, frozenset[str]]) -> list[str]:
    """The names in a folder that may be records."""
    names = [name for name in sorted(folders[folder.path]) if not name.startswith(".")]
    if has_history(folder.kind):
        return [name for name in names if f"{folder.path}/{name}" in folders]
    return [name for name in names if name.endswith(".yaml")]


def _mark_of(folder: Folder, name: str, blobs: Mapping[str, Blob]) -> bytes:
    """What of a record's files git has, which is all that can change them."""
    found = (blobs.get(f"{folder.path}/{name}{suffix}") for suffix in files_of(folder.kind))
    return mark_of_blobs((blob.mode, blob.oid) if blob else None for blob in found)


def _wishes_of(change: Change, blobs: Mapping[str, Blob]) -> Iterator[Wish]:
    for suffix in files_of(change.folder.kind):
        blob = blobs.get(f"{change.folder.path}/{change.name}{suffix}")
        if blob is not None and blob.mode.startswith("100"):
            yield Wish(blob.oid, None if suffix == f"/{HISTORY}" else MAX_RECORD_BYTES)
