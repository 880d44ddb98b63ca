"""What stands in a store's folder: files with a place in it, and whatever is out of place.

Looks at names and kinds of files alone; opens none. Hidden files are git's and the clone's.
"""

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from salescli.model.errors import Finding, Place, finding
from salescli.model.filenames import safe_file_name
from salescli.model.ids import is_born_id, is_slug
from salescli.model.nearest import did_you_mean
from salescli.store import layout
from salescli.store.gitobjects import Blob

FOLDERS = frozenset([*layout.FOLDERS.values(), *layout.CATALOGUE_FOLDERS.values()])


class StoreTree(msgspec.Struct, frozen=True):
    """The regular files of a store: path → size in bytes; and findings about what stands there.

    `located` says what each file with a place in the store is; `blocked` are paths that are no
    regular files.
    """

    files: dict[str, int]
    located: dict[str, layout.Located]
    findings: list[Finding]
    blocked: frozenset[str]

    def of_kind(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """(path, id) of the files of these kinds, by path."""
        for path, located in self.located.items():
            if located.kind in kinds:
                yield path, located.id


def read_store_tree(root: str) -> StoreTree:
    """Walk a store's folder without following or opening anything."""
    return build_tree((path, one.st_mode, one.st_size) for path, one in _walk(root, ""))


def build_tree(entries: Iterable[tuple[str, int, int]]) -> StoreTree:
    """What (path, mode as of `stat`, size in bytes) of all that isn't hidden amount to."""
    files: dict[str, int] = {}
    findings: list[Finding] = []
    blocked: set[str] = set()
    for path, mode, size in entries:
        if not _is_utf8(path):
            findings.append(layout.not_utf8(path))
        elif stat.S_ISREG(mode):
            files[path] = size
        elif not stat.S_ISDIR(mode):
            blocked.add(path)
            findings.append(_not_regular(path, mode))
        elif "/" not in path and path not in FOLDERS:
            findings += _check_top_folder(path)
    located: dict[str, layout.Located] = {}
    files = dict(sorted(files.items()))
    for path in files:
        place = layout.locate(path)
        if place is None:
            findings += _check_unplaced(path)
        else:
            located[path] = place
            findings += _check_name(path, place)
    findings += check_collisions(files)
    findings += check_twins(located)
    return StoreTree(files, located, findings, frozenset(blocked))


def entries_of(
    blobs: Mapping[str, Blob], sizes: Mapping[str, int]
) -> Iterator[tuple[str, int, int]]:
    """What `build_tree` takes, of a tree of git's."""
    seen: set[str] = set()
    for path, blob in blobs.items():
        top, _, below = path.partition("/")
        if any(part.startswith(".") for part in path.split("/")) or (below and top not in FOLDERS):
            continue
        yield path, int(blob.mode, 8), sizes.get(path, 0)
    for path in blobs:
        top, _, below = path.partition("/")
        if below and not top.startswith(".") and top not in seen:
            seen.add(top)
            yield top, stat.S_IFDIR, 0


def _walk(root: str, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """All that is not hidden: at the top everything, below it only in the store's own folders."""
    with os.scandir(f"{root}/{folder}") as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith("."):
            continue
        path = f"{folder}/{entry.name}" if folder else entry.name
        status = entry.stat(follow_symlinks=False)
        yield path, status
        is_folder = stat.S_ISDIR(status.st_mode) and _is_utf8(path)
        if is_folder and (folder or path in FOLDERS):
            yield from _walk(root, path)


def _is_utf8(path: str) -> bool:
    return path.isascii() or layout.printable(path) == path


def _not_regular(path: str, mode: int) -> Finding:
    kind = (
        "a symbolic link" if stat.S_ISLNK(mode) else "a fifo" if stat.S_ISFIFO(mode) else "no file"
    )
    text = f"this is {kind}, not a regular file: nothing reads it"
    return finding(
        "not-a-regular-file", text, hint="put the file itself in its place", place=Place(path)
    )


def _check_top_folder(name: str) -> list[Finding]:
    """Folders of other uses are welcome beside a store's; a slip in the name of one is not."""
    near = did_you_mean(name, FOLDERS)
    if not near:
        return []
    text = "this folder belongs to nothing of the store"
    return [finding("unknown-file", text, hint=near, place=Place(name), warning=True)]


def _check_unplaced(path: str) -> list[Finding]:
    top, _, below = path.partition("/")
    name = path.rpartition("/")[2]
    if not below:
        near = did_you_mean(name, layout.SINGLE_FILES) if name.endswith((".yaml", ".yml")) else ""
        text = "this is no file of a store"
        return (
            [finding("unknown-file", text, hint=near, place=Place(path), warning=True)]
            if near or name.endswith((".yaml", ".yml"))
            else []
        )
    if name.endswith((".yaml", ".yml")):
        text = "no record stands here, so nothing reads it"
        hint = f"its place is {_right_place(top)}; move it there or out of {top}/"
        return [finding("misplaced-file", text, hint=hint, place=Place(path))]
    text = "this has no place in the store"
    hint = "files of a deal lie in its files/ or mail/"
    return [finding("unknown-file", text, hint=hint, place=Place(path), warning=True)]


def _right_place(top: str) -> str:
    for kind, folder in layout.FOLDERS.items():
        if folder == top:
            prefix = layout.prefix_of(kind)
            if kind in ("account", "contact"):
                return f"{folder}/SLUG--{prefix}XXXXXXXXXX.yaml"
            return f"{folder}/YEAR/SLUG--{prefix}XXXXXXXXXX/{kind}.yaml"
    return f"{top}/NAME.yaml"


def _check_name(path: str, located: layout.Located) -> list[Finding]:
    name = path.rpartition("/")[2]
    if located.kind in ("files", "mail"):
        safe = safe_file_name(name)
        if safe != name:
            text = f"{name!a} is no name that every system can hold"
            hint = f"rename it to {safe}, here and in the event that brought it"
            return [finding("bad-file-name", text, hint=hint, place=Place(path))]
        return []
    is_born = located.kind in layout.FOLDERS or located.kind == "history"
    if is_born and not is_born_id(located.id):
        text = f"{located.id} is no id: 10 of 0-9 and a-z without i, l, o, u come after its prefix"
        return [finding("bad-id", text, place=Place(path))]
    if located.kind in ("process", "dashboard", "units") and not is_slug(located.id):
        text = f"{located.id!r} can't be the id of a {located.kind}"
        hint = "use a-z, 0-9 and -, at most 40 characters"
        return [finding("bad-id", text, hint=hint, place=Place(path))]
    return []


def check_collisions(paths: Iterable[str]) -> list[Finding]:
    """Paths that are one on file systems which fold case or compose letters (F42)."""
    seen: dict[str, str] = {}
    found: list[Finding] = []
    for path in paths:
        folded = path if path.isascii() else unicodedata.normalize("NFC", path)
        first = seen.setdefault(folded.casefold(), path)
        if first != path:
            text = f"on some systems this is one file with {ascii(first)[1:-1]}"
            found.append(
                finding("name-collision", text, hint="rename one of them", place=Place(path))
            )
    return found


def check_twins(files: Mapping[str, layout.Located]) -> list[Finding]:
    """Ids that two files or directories have."""
    seen: dict[str, str] = {}
    found: list[Finding] = []
    for path, located in files.items():
        if located.kind not in (*layout.FOLDERS, "history"):
            continue
        home = path if located.kind in ("account", "contact") else path.rpartition("/")[0]
        first = seen.setdefault(located.id, home)
        if first != home:
            seen[home] = home
            text = f"{located.id} is also the id of {first}"
            hint = "keep one of them, or give the other a new id in its name and its file"
            found.append(finding("duplicate-id", text, hint=hint, place=Place(path)))
    return found
