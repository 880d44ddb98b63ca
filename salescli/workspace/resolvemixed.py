"""Two records that git's merge has put into one file: each gets its own again.

Owns what is written for that. The one that git took for a renamed file stands as its side has it;
what the other side did in the record that was removed is there again, until somebody decides.
"""

from collections.abc import Callable, Iterator

from salescli.store import layout
from salescli.store.mergestate import Merging
from salescli.workspace.session import Session


def separate(session: Session, merging: Merging, read: Callable[[str, str], bytes]) -> list[str]:
    """Stage the files of both as git has them where it looks for no renames; those that are new.

    `read` gives the bytes of a version by its name and path.
    """
    mixed = merging.mixed
    for path in mixed.stray:
        session.files.remove(path)
    for path in (*mixed.made, *mixed.gone):
        if session.files.read(path) != (data := read(merging.files[path].alone, path)):
            session.files.write(path, data)
    return [*mixed.made, *mixed.stray]


def tell_separated(merging: Merging) -> Iterator[str]:
    """What was set apart, in words."""
    made, gone = (_ids(paths) for paths in (merging.mixed.made, merging.mixed.gone))
    if made:
        yield f"Git took {made} for {gone or 'another record'}: each has its own file again."


def _ids(paths: tuple[str, ...]) -> str:
    homes = dict.fromkeys(layout.home_of(path).rpartition("/")[2] for path in paths)
    return ", ".join(layout.id_in(home) for home in homes)
