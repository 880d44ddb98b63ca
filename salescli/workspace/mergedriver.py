"""Git's merge driver for the files of a store: three versions in, one out, and who changed what.

Runs where git runs it, at the top of the work tree, in the midst of a merge: it takes no lock,
reads no record from the work tree, and writes only the file that git wants and the note of what
clashed. The text that git's own merge gets right never comes here.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from salescli.model.calendar import Calendar
from salescli.model.errors import Damaged, Failed, SalesError
from salescli.model.events import Event
from salescli.model.mergeshapes import ANY, Shape, shape_of_file
from salescli.model.writers import find_writer, reason_of
from salescli.report.records.clashes import Clashing, Side
from salescli.store import layout
from salescli.store.blobs import blob_name
from salescli.store.clashes import ClashedField, ClashedFile, write_clashes
from salescli.store.codec import read_history, read_settings
from salescli.store.gitlines import merge_file, merge_lines
from salescli.store.gitobjects import Blob, GitObjects
from salescli.store.gitwatch import OPERATIONS, find_git_directory
from salescli.store.merge import Merged, Unmergeable, merge_files
from salescli.store.mergetext import mark_whole
from salescli.store.textchecks import has_inner_markers
from salescli.store.yamltext import read_tree
from salescli.workspace.schemas import TYPES

_BESIDE = "The lines of both sides can't stand in one file."
MOST_HISTORY = 16 << 20  # bytes; who moved a deal isn't worth more
# A rebase, or a pick of several: the file that lists its commits, and which of them it is at.
_LISTS = {"rebase-merge/done": -1, "sequencer/todo": 0}
_COMMIT = re.compile("[0-9a-f]{4,64}")
_NAMED = re.compile(r"GITHEAD_([0-9a-f]{40,64})")


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
    clashes: tuple[Clashing, ...]
    is_merged: bool
    reason: str = ""
    is_whole: bool = False


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
        if located is not None and located.kind in TYPES:
            return Place(prefix, inner, located.kind)
    return Place("", path, "")


def drive_merge(top: Path, three: Three, path: str, environ: Mapping[str, str]) -> Outcome:
    """Merge into the file that git wants, `ours`; raises `Failed`.

    Where a version can't be read, or their lines can't stand in one file, git's own lines do it,
    with its own markers; where that says nothing either, one side is to be taken as a whole.
    """
    place = find_place(top, path)
    sources = [file.read_bytes() for file in three]
    shape: Shape = shape_of_file(TYPES[place.kind]) if place.kind else ANY
    base, ours, theirs = sources
    if has_inner_markers(base):  # of several that git merged first, and those clashed
        base = b""
    try:
        merged = merge_files(base, ours, theirs, path, shape, merge_lines)
    except (Damaged, Unmergeable) as error:
        why = error.findings[0].text if isinstance(error, Damaged) else _BESIDE
        return _by_lines(three, sources, path, why)
    _replace(three.ours, merged.data)
    title = _title_of(ours, path)
    if not merged.clashes and not merged.made:
        return Outcome(path, title, (), True)
    with GitObjects(top, environ) as objects:
        told = _record(top, objects, place, path, sources, merged, environ)
    return Outcome(path, title, tuple(told), not merged.clashes)


def _by_lines(three: Three, sources: Sequence[bytes], path: str, why: str) -> Outcome:
    """What git's merge of lines makes of the versions, as far as that can be read."""
    try:
        is_merged = merge_file(*three)
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


def _record(
    top: Path,
    objects: GitObjects,
    place: Place,
    path: str,
    sources: Sequence[bytes],
    merged: Merged,
    environ: Mapping[str, str],
) -> list[Clashing]:
    """Write down what clashed; told with who set what."""
    length = len(objects.name_at("HEAD", "") or "0" * 40)
    base, ours, theirs = (blob_name(source, length) if source else "" for source in sources)
    root = top / place.prefix
    fields = tuple(
        ClashedField(path, clash.base, clash.ours, clash.theirs) for path, clash in merged.clashes
    )
    write_clashes(root, ClashedFile(place.path, base, ours, theirs, fields, merged.made))
    calendar = _calendar_of(root)
    mine = _events_of(objects, path, ours, ["HEAD"]) if fields else ()
    other = _events_of(objects, path, theirs, list(_other_heads(top, environ))) if fields else ()
    return [
        Clashing(
            field.path,
            tell_side(field.ours, field.path, mine, calendar),
            tell_side(field.theirs, field.path, other, calendar),
        )
        for field in fields
    ]


def _other_heads(top: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """What is being merged, put on top or picked: git says it in its variables, or in a file."""
    for name in environ:
        if found := _NAMED.fullmatch(name):
            yield found[1]
    folder = find_git_directory(top)
    if folder is None:
        return
    for name, line in _LISTS.items():
        try:
            lines = (folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        words = [words for text in lines if len(words := text.split()) > 1]
        if words and _COMMIT.fullmatch(words[line][1]):
            yield words[line][1]
    yield from (one.head for one in OPERATIONS)


def _events_of(
    objects: GitObjects, path: str, name: str, revisions: Sequence[str]
) -> Sequence[Event]:
    """The history beside a record, in the revision that has just this version of it."""
    history = f"{path.rpartition('/')[0]}/{layout.HISTORY}"
    for revision in revisions:
        if objects.name_at(revision, path) == name:
            blob = objects.name_at(revision, history)
            if not blob:
                return ()
            try:
                return read_history(
                    objects.read(Blob("100644", blob), MOST_HISTORY, history), history
                )
            except SalesError:  # a merge goes on without it; check tells of it
                return ()
    return ()


def _calendar_of(root: Path) -> Calendar:
    try:
        settings = read_settings((root / layout.SETTINGS).read_bytes(), layout.SETTINGS)
        calendar = Calendar(settings.time_zone)
        _ = calendar.zone  # raises for a zone that doesn't exist
    except (OSError, SalesError):
        return Calendar("UTC")
    return calendar


def tell_side(value: Any, path: str, events: Sequence[Event], calendar: Calendar) -> Side:
    """A value with what a history says of who set it, when and why."""
    event = find_writer(events, path)
    if event is None:
        return Side(value)
    return Side(value, event.by, calendar.format_local(event.at), reason_of(event))
