"""The merge that git is in the midst of: the files that both sides changed, in three versions.

Owns what is asked of git for that, and whether a file is still as git wrote it. Must not know what
the files say, nor what becomes of them.
"""

import os
import re
from collections.abc import Iterator, Sequence

import msgspec

from salescli.model.errors import NotFound
from salescli.store.gitobjects import GitObjects
from salescli.store.gitwatch import HEADS

_STAGE = re.compile(rb"\d{6} ([0-9a-f]{40,64}) ([123])\t(.*)", re.DOTALL)
_CHANGE = re.compile(rb":\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) \w+")


class Versions(msgspec.Struct, frozen=True):
    """A file in three versions, by git's names of them; `""` where it isn't there.

    `is_unmerged`: git left it to people. `written` is what git wrote into the work tree then,
    `""` where nobody knows. `is_edited`: a merged file that isn't as git merged it any more.
    """

    path: str
    base: str
    ours: str
    theirs: str
    is_unmerged: bool = False
    written: str = ""
    is_edited: bool = False


class Merging(msgspec.Struct, frozen=True):
    """A merge that isn't committed: the two commits, and each file that either side changed.

    Without a common commit, as while a commit is picked, only what git left to people is known.
    """

    ours: str
    theirs: str
    files: dict[str, Versions]

    def is_of_both(self, path: str) -> bool:
        """Whether both sides changed a file."""
        found = self.files.get(path)
        return found is not None and (
            found.is_unmerged or found.base not in (found.ours, found.theirs)
        )


def read_merging(objects: GitObjects) -> Merging | None:
    """What git is merging now, or has merged in its last commit; None if neither.

    Raises `Failed`, `NotFound` without a git.
    """
    prefix = objects.prefix()
    unmerged = _read_unmerged(objects)
    ours, theirs, is_merge = _find_sides(objects)
    if not theirs and not unmerged:
        return None
    files: dict[str, Versions] = {}
    if is_merge:
        files = _read_both(objects, objects.merge_base(ours, theirs), ours, theirs)
    written = _read_written(objects, ours, prefix) if unmerged else {}
    for path, (base, mine, other) in unmerged.items():
        files[path] = Versions(path, base, mine, other, True, written.get(path, ""))
    return Merging(ours, theirs, files)


def can_clash(objects: GitObjects, path: str) -> bool:
    """Whether git holds several versions of a file, or did until it was told of a resolution.

    After the commit of a merge it holds but one.
    """
    if _commit(objects, "HEAD") and not any(_commit(objects, name) for name in HEADS):
        return bool(list(objects.read_lines(["ls-files", "-u", "-z", "--", path])))
    options = ["ls-files", "-u", "--resolve-undo", "-z", "--", path]
    return bool(list(objects.read_lines(options)))


def _find_sides(objects: GitObjects) -> tuple[str, str, bool]:
    """Our commit, the other one, and whether that is merged, not picked or put on top."""
    for name in HEADS:
        if other := _commit(objects, name):
            return objects.commit_of("HEAD"), other, name == HEADS[0]
    if merged := _commit(objects, "HEAD^2"):
        return objects.commit_of("HEAD^1"), merged, True
    return _commit(objects, "HEAD"), "", False


def _commit(objects: GitObjects, name: str) -> str:
    try:
        return objects.commit_of(name)
    except NotFound:
        return ""


def _read_unmerged(objects: GitObjects) -> dict[str, Sequence[str]]:
    """Path → the names of base, ours and theirs."""
    found: dict[str, list[str]] = {}
    for line in objects.read_lines(["ls-files", "-u", "-z"]):
        match = _STAGE.fullmatch(line)
        if match is not None:
            stages = found.setdefault(os.fsdecode(match[3]), ["", "", ""])
            stages[int(match[2]) - 1] = match[1].decode()
    return {path: stages for path, stages in found.items() if path}


def _read_both(objects: GitObjects, base: str, ours: str, theirs: str) -> dict[str, Versions]:
    mine = dict(_changes(objects, base, ours))
    other = dict(_changes(objects, base, theirs))
    edited = {
        os.fsdecode(line)
        for line in objects.read_lines(["diff-files", "-z", "--name-only", "--relative"])
    }
    files: dict[str, Versions] = {}
    for path in {**mine, **other}:
        old = (mine.get(path) or other[path])[0]
        new, coming = (side.get(path, (old, old))[1] for side in (mine, other))
        files[path] = Versions(path, old, new, coming, is_edited=path in edited)
    return files


def _changes(objects: GitObjects, before: str, after: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """(path, (name before, name after)) of each file that differs; `""` where there is none."""
    options = ["-r", "-z", "--no-renames", "--relative", "--full-index"]
    lines = objects.read_lines(["diff-tree", *options, before, after])
    for line in lines:
        match = _CHANGE.fullmatch(line)
        path = next(lines, b"")
        if match is not None:
            yield os.fsdecode(path), (_named(match[1]), _named(match[2]))


def _named(name: bytes) -> str:
    return name.decode() if name.strip(b"0") else ""


def _read_written(objects: GitObjects, ours: str, prefix: str) -> dict[str, str]:
    """Path → the content with markers that git has put into the work tree."""
    tree = objects.name_at("AUTO_MERGE", prefix.removesuffix("/"))
    if not tree:
        return {}
    return {path: names[1] for path, names in _changes(objects, f"{ours}^{{tree}}", "AUTO_MERGE")}
