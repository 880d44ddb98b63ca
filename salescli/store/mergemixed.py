"""Records that git has put into one file though they are two.

Git takes a file that one side removed and a like one that it made for one file under a new name,
and merges what the other side did in the old one into the new. Owns how that is found out, from
the versions that each side has of every path. Must not know what the files say.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from salescli.store import layout
from salescli.store.mergeversions import Versions

_Key = tuple[str, str, str]  # kind and id of a record, and the file in its directory


class Mixed(msgspec.Struct, frozen=True):
    """What git has put together.

    `made` are files of a new record in which lines of another one stand, `gone` the files of that
    other one, which one side changed and the other removed. `stray` is what of it was moved.
    """

    made: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()


def find_mixed(
    files: Mapping[str, Versions],
    unmerged: Mapping[str, Sequence[str]],
    marked: Mapping[str, Sequence[str]],
    read_index: Callable[[], Mapping[str, str]],
) -> Mixed:
    """What git has mixed of all files that a side changed, as they are if none was renamed.

    `unmerged` are the names of the versions that git left to people, `marked` those of them that
    nobody has settled yet; `read_index` reads what git holds of each path, `""` where that is
    several versions. What was moved with its id is not mixed.
    """
    one_sided = [path for path, one in files.items() if one.alone]
    keys = {path: key for path in one_sided if (key := _key(path))}
    made = {path: key for path, key in keys.items() if not files[path].base}
    gone = {path: key for path, key in keys.items() if files[path].base}
    moved = {*made.values()} & {*gone.values()}
    made = {path: key for path, key in made.items() if key not in moved}
    held = {path for path in made if path in marked and _is_other(files[path], marked[path])}
    lost = [
        path
        for path, key in gone.items()
        if key not in moved and path not in unmerged and files[path].alone != files[path].base
    ]
    if not held and not (made and lost):
        return Mixed()
    index = read_index()
    lost = [path for path in lost if path not in index]
    names = {(gone[path][0], gone[path][2]) for path in lost}
    merged = {
        path
        for path, (kind, _, name) in made.items()
        if (kind, name) in names
        and not files[path].is_edited
        and index.get(path) not in (None, "", files[path].alone)
    }
    mixed = sorted(held | (merged if lost else set()))
    homes = {layout.home_of(path) for path in mixed}
    stray = [path for path in index if path not in files and layout.home_of(path) in homes]
    return Mixed(tuple(mixed), tuple(lost) if mixed else (), tuple(stray))


def _is_other(one: Versions, held: Sequence[str]) -> bool:
    return list(held) != [one.base, one.ours, one.theirs]


def _key(path: str) -> _Key | None:
    """Of which record a file is, and which of its files; None for what has no id of its own."""
    located = layout.locate(path)
    kind = "" if located is None else located.of or located.kind
    if located is None or kind not in layout.FOLDERS:
        return None
    return kind, located.id, path.removeprefix(layout.home_of(path))
