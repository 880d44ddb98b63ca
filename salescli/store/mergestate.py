"""The merge that git is in the midst of: the files that both sides changed, in three versions.

Owns what is asked of git for that. Must not know what the files say, nor what becomes of them.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from salescli.model.errors import NotFound
from salescli.store.gitobjects import GitObjects
from salescli.store.gitwatch import MERGE, PICK, REBASE, REVERT, find_git_directory, find_operation
from salescli.store.mergemixed import Mixed, find_mixed
from salescli.store.mergeversions import Versions
from salescli.store.textchecks import has_markers

_STAGE = re.compile(rb"\d{6} ([0-9a-f]{40,64}) ([123])\t(.*)", re.DOTALL)
_SQUASHED = re.compile("^commit ([0-9a-f]{40,64})$", re.MULTILINE)
_CHANGE = re.compile(rb":\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) \w+")


class Merging(msgspec.Struct, frozen=True):
    """A merge: the two commits, and each file that either side changed since a third.

    Where that is none or several, only what git left to people is known. `is_over`: it is
    committed, with nothing left to people.
    """

    ours: str
    theirs: str
    files: dict[str, Versions]
    mixed: Mixed = Mixed()
    is_over: bool = False

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
    unmerged = read_unmerged(objects)
    bases, ours, theirs = _find_sides(objects, unmerged)
    if not theirs and not unmerged:
        return None
    files: dict[str, Versions] = {}
    if len(bases) == 1:
        files = _read_both(objects, bases[0], ours, theirs)
    marked = {
        path: names
        for path, names in unmerged.items()
        if path in files and not files[path].base and _is_marked(objects, path)
    }
    mixed = find_mixed(files, unmerged, marked, lambda: _read_index(objects))
    written = _read_written(objects, ours, prefix) if unmerged else {}
    for path, (base, mine, other) in unmerged.items():
        if path not in mixed.made:
            files[path] = Versions(path, base, mine, other, True, written.get(path, ""))
    for path in mixed.gone:
        files[path] = msgspec.structs.replace(files[path], is_unmerged=True)
    is_over = not unmerged and not _commit(objects, "MERGE_HEAD")
    return Merging(ours, theirs, files, mixed, is_over)


def can_clash(objects: GitObjects, path: str) -> bool:
    """Whether git holds several versions of a file, or did until it was told of a resolution.

    After the commit of a merge it holds but one.
    """
    folder = find_git_directory(objects.root)
    goes_on = folder is not None and find_operation(folder) is not None
    options = ["-u", "--resolve-undo"] if goes_on else ["-u"]
    return bool(list(objects.read_lines(["ls-files", *options, "-z", "--", path])))


def _find_sides(
    objects: GitObjects, unmerged: Mapping[str, Sequence[str]]
) -> tuple[list[str], str, str]:
    """What both sides come from, our commit, and the one that comes in.

    A commit that is picked or put on top comes in as what it changed of the one before it, one
    that is reverted as that backwards.
    """
    ours = _commit(objects, "HEAD")
    if other := _commit(objects, MERGE.head):
        return objects.merge_bases(ours, other), ours, other
    if reverted := _commit(objects, REVERT.head):
        return [reverted], ours, _commit(objects, f"{reverted}^")
    folder = find_git_directory(objects.root)
    is_rebase = folder is not None and find_operation(folder) is REBASE
    for one in (PICK, REBASE) if is_rebase else (PICK,):
        if other := _commit(objects, one.head):
            before = _commit(objects, f"{other}^")
            return [before] if before else [], ours, other
    if other := _find_squashed(objects, folder, unmerged):
        return objects.merge_bases(ours, other), ours, other
    if unmerged:
        return _find_stash(objects, ours, *next(iter(unmerged.items())))
    if merged := _commit(objects, "HEAD^2"):
        ours = objects.commit_of("HEAD^1")
        return objects.merge_bases(ours, merged), ours, merged
    return [], ours, ""


def _find_squashed(
    objects: GitObjects, folder: Path | None, unmerged: Mapping[str, Sequence[str]]
) -> str:
    """The commit that `git merge --squash` brings in; its own note names it first, until a commit.

    A note of an earlier one is told by what clashed: that is of another commit.
    """
    try:
        said = "" if folder is None else (folder / "SQUASH_MSG").read_text("utf-8", "replace")
    except OSError:
        return ""
    named = _SQUASHED.search(said)
    other = _commit(objects, named[1]) if named else ""
    held = ((path, names[2]) for path, names in unmerged.items() if names[2])
    is_it = other and all(objects.name_at(other, f"./{path}") == name for path, name in held)
    return other if is_it else ""


def _find_stash(
    objects: GitObjects, ours: str, path: str, names: Sequence[str]
) -> tuple[list[str], str, str]:
    """The sides where what was stashed last came back and clashed, as it did at `path`."""
    base, stashed = _commit(objects, "refs/stash^1"), _commit(objects, "refs/stash")
    held = [objects.name_at(one, f"./{path}") if one else "" for one in (base, stashed)]
    is_it = bool(stashed) and held == [names[0], names[2]]
    return ([base], ours, stashed) if is_it else ([], ours, "")


def _commit(objects: GitObjects, name: str) -> str:
    try:
        return objects.commit_of(name)
    except NotFound:
        return ""


def read_unmerged(objects: GitObjects) -> dict[str, Sequence[str]]:
    """Path → the names of base, ours and theirs."""
    found: dict[str, list[str]] = {}
    for line in objects.read_lines(["ls-files", "-u", "-z"]):
        match = _STAGE.fullmatch(line)
        if match is not None:
            stages = found.setdefault(os.fsdecode(match[3]), ["", "", ""])
            stages[int(match[2]) - 1] = match[1].decode()
    return {path: stages for path, stages in found.items() if path}


def _is_marked(objects: GitObjects, path: str) -> bool:
    try:
        return has_markers((objects.root / path).read_bytes())
    except OSError:
        return True


def _read_index(objects: GitObjects) -> dict[str, str]:
    """Path → the name of its content, of all that isn't left to people."""
    found: dict[str, str] = {}
    for line in objects.read_lines(["ls-files", "-s", "-z"]):
        head, _, path = line.partition(b"\t")
        _, name, stage = head.split()
        found[os.fsdecode(path)] = name.decode() if stage == b"0" else ""
    return found


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
