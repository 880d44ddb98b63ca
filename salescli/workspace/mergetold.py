"""What git's merge driver could not decide: written down, and told with who set what.

Reads git's objects and no record of the work tree, as the driver does. Loaded where something
clashes: most merges end before that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from salescli.model.calendar import Calendar
from salescli.model.errors import SalesError
from salescli.model.events import Event
from salescli.model.writers import find_writer, reason_of
from salescli.report.records.clashes import Clashing, Side
from salescli.store import layout
from salescli.store.blobs import blob_name
from salescli.store.clashes import ClashedField, ClashedFile, write_clashes
from salescli.store.codec import read_history, read_settings
from salescli.store.gitobjects import Blob, GitObjects
from salescli.store.gitwatch import OPERATIONS, find_git_directory
from salescli.store.merge import Merged

MOST_HISTORY = 16 << 20  # bytes; who moved a deal isn't worth more
# A rebase, or a pick of several: the file that lists its commits, and which of them it is at.
_LISTS = {"rebase-merge/done": -1, "sequencer/todo": 0}
_COMMIT = re.compile("[0-9a-f]{4,64}")
_NAMED = re.compile(r"GITHEAD_([0-9a-f]{40,64})")


def record_clashes(
    top: Path, prefix: str, path: str, sources: Sequence[bytes], merged: Merged,
    environ: Mapping[str, str],
) -> tuple[Clashing, ...]:  # fmt: skip
    """Write down what clashed in a file of a store; told with who set what.

    `prefix` is the store's place below the top of the work tree, `path` the file's. Raises
    `Failed`.
    """
    with GitObjects(top, environ) as objects:
        return tuple(_record(objects, top, prefix, path, sources, merged, environ))


def _record(
    objects: GitObjects, top: Path, prefix: str, path: str, sources: Sequence[bytes],
    merged: Merged, environ: Mapping[str, str],
) -> Iterator[Clashing]:  # fmt: skip
    length = len(objects.name_at("HEAD", "") or "0" * 40)
    base, ours, theirs = (blob_name(source, length) if source else "" for source in sources)
    root, inner = top / prefix, path.removeprefix(prefix).lstrip("/")
    fields = tuple(
        ClashedField(path, clash.base, clash.ours, clash.theirs) for path, clash in merged.clashes
    )
    write_clashes(root, ClashedFile(inner, base, ours, theirs, fields, merged.made))
    calendar = _calendar_of(root)
    mine = _events_of(objects, path, ours, ["HEAD"]) if fields else ()
    other = _events_of(objects, path, theirs, list(_other_heads(top, environ))) if fields else ()
    for field in fields:
        ours_told = tell_side(field.ours, field.path, mine, calendar)
        yield Clashing(field.path, ours_told, tell_side(field.theirs, field.path, other, calendar))


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
