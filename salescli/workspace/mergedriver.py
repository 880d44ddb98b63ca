"""Git's merge driver for the files of a store: three versions in, one out, and who changed what.

Runs where git runs it, at the top of the work tree, in the midst of a merge: it takes no lock,
reads no record from the work tree, and writes only the file that git wants and the note of what
clashed. The text that git's own merge gets right never comes here. It starts once for each file of
a merge, and loads no more than merging one takes.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from salescli.model.errors import Damaged, Failed
from salescli.model.kinds import KINDS, type_of_kind
from salescli.model.mergeshapes import ANY, Shape, shape_of_file
from salescli.store import layout
from salescli.store.merge import TwoRecords, Unmergeable, merge_files
from salescli.store.mergetext import mark_whole
from salescli.store.textchecks import has_inner_markers
from salescli.store.yamltext import read_tree

if TYPE_CHECKING:
    from salescli.report.records.clashes import Clashing

_LINES = "salescli.store.gitlines"  # loaded where a text of several lines is merged, or a file
_BESIDE = "The lines of both sides can't stand in one file."


class Three(NamedTuple):
    """Git's three files: `%O`, `%A` and `%B`. The result goes to `ours`."""

    base: Path
    ours: Path
    theirs: Path


class Outcome(msgspec.Struct, frozen=True):
    """What became of a file. `reason` is why it wasn't merged by value, if it wasn't.

    `is_whole`: nor by lines, so that one side is to be taken as a whole.
    """

    path: str
    title: str
    clashes: "tuple[Clashing, ...]"
    is_merged: bool
    reason: str = ""
    is_whole: bool = False
    is_two: bool = False  # records, one on each side


class Place(NamedTuple):
    """Where a file stands: the store's place in the work tree, and the file's in the store."""

    prefix: str
    path: str
    kind: str


def find_place(top: Path, path: str) -> Place:
    """What a path below the top of a work tree is in a store; of a file of none, no kind.

    Where no store is to be seen, as in a bare repository, its names say what a file is.
    """
    parts = path.split("/")
    prefixes = ["/".join(parts[:at]) for at in range(len(parts))]
    stores = [one for one in prefixes if (top / one / layout.SETTINGS).is_file()]
    is_bare = not (top / ".git").exists()
    for prefix in stores or (prefixes if is_bare else []):
        inner = path.removeprefix(prefix).lstrip("/")
        located = layout.locate(inner)
        if located is not None and located.kind in KINDS:
            return Place(prefix, inner, located.kind)
    return Place("", path, "")


def drive_merge(top: Path, three: Three, path: str, environ: Mapping[str, str]) -> Outcome:
    """Merge into the file that git wants, `ours`; raises `Failed`.

    Where a version can't be read, or their lines can't stand in one file, git's own lines do it,
    with its own markers; where that says nothing either, one side is to be taken as a whole.
    """
    place = find_place(top, path)
    sources = [file.read_bytes() for file in three]
    shape: Shape = shape_of_file(type_of_kind(place.kind)) if place.kind else ANY
    base, ours, theirs = sources
    if has_inner_markers(base):  # of several that git merged first, and those clashed
        base = b""
    try:
        merged = merge_files(base, ours, theirs, path, shape, _merge_lines)
    except TwoRecords as error:
        _replace(three.ours, mark_whole(ours, theirs))
        return Outcome(path, "", (), False, f"git took {error} for one record.", is_two=True)
    except (Damaged, Unmergeable) as error:
        why = error.findings[0].text if isinstance(error, Damaged) else _BESIDE
        return _by_lines(three, sources, path, why)
    told: tuple[Clashing, ...] = ()
    if merged.clashes or merged.made:
        record_clashes = import_module("salescli.workspace.mergetold").record_clashes
        told = record_clashes(top, place.prefix, path, sources, merged, environ)
    _replace(three.ours, merged.data)
    return Outcome(path, _title_of(ours, path), told, not merged.clashes)


def tell_outcome(outcome: Outcome) -> Iterator[str]:
    """What is said of a file where it wasn't merged."""
    if outcome.clashes:
        words = import_module("salescli.report.records.clashes")
        yield from words.format_clashes(outcome.title, outcome.path, outcome.clashes)
    elif outcome.is_two:
        yield f"{outcome.path} can't be merged: {outcome.reason}"
        yield "  Next: salescli resolve gives each its own file"
    elif outcome.is_whole:
        yield f"{outcome.path} can't be merged: {outcome.reason}"
        yield "  Next: salescli resolve --ours, or --theirs"
    elif not outcome.is_merged:
        yield f"{outcome.path} was merged by lines: {outcome.reason}"


def _merge_lines(base: str, ours: str, theirs: str) -> str | tuple[str, str]:
    merged: str | tuple[str, str] = import_module(_LINES).merge_lines(base, ours, theirs)
    return merged


def _by_lines(three: Three, sources: Sequence[bytes], path: str, why: str) -> Outcome:
    """What git's merge of lines makes of the versions, as far as that can be read."""
    try:
        is_merged = bool(import_module(_LINES).merge_file(*three))
    except Failed:  # git takes it for no text: the file stays as it is
        return Outcome(path, "", (), False, f"{why} Ours stands in it, git holds both.", True)
    if not is_merged:
        return Outcome(path, "", (), False, why)
    try:
        read_tree(three.ours.read_bytes(), path)
    except Damaged:
        _replace(three.ours, mark_whole(sources[1], sources[2]))
        return Outcome(path, "", (), False, f"{why} Both stand in it between markers.", True)
    return Outcome(path, "", (), True, why)


def _replace(target: Path, data: bytes) -> None:
    """The file is wholly old or wholly new, whenever this ends: git looks at it afterwards."""
    waiting = target.with_name(f"{target.name}.salescli")
    waiting.write_bytes(data)
    os.replace(waiting, target)


def _title_of(source: bytes, path: str) -> str:
    tree = read_tree(source.replace(b"\r\n", b"\n"), path)
    title = tree.get("title") or tree.get("name")
    return title if isinstance(title, str) else ""
