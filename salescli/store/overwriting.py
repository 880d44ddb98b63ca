"""Which files a person may name to be written: none of a store's own, none that is just read.

Owns the rule; who writes, and what, is another's business. What a command writes outside its change
set can't be undone, so it never takes a record's place.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from salescli.model.errors import Finding, NotFound, Refused, finding
from salescli.store import layout

_KEPT = (layout.LOCAL, ".git", ".gitattributes", ".gitignore")


def refuse_overwriting(target: Path, shown: str, inputs: Iterable[Path] = ()) -> None:
    """Raise `Refused` (`not-to-be-overwritten`) for a file that a store or this command reads.

    `shown` is how it was typed. Links are followed, so a link to such a file is none to write.
    """
    real = Path(os.path.realpath(target))
    if any(_is_same_file(real, one) for one in inputs):
        text = f"{shown} is read by this command: writing there would take it away"
        raise Refused(_refusal(text))
    if is_of_store(real):
        text = f"{shown} is a file of the store: an undo wouldn't bring back what it holds"
        raise Refused(_refusal(text))


def is_of_store(real: Path) -> bool:
    """Whether a path without links is one that the store around it reads as its own, or git."""
    try:
        root = layout.find_root(real.parent)
    except NotFound:
        return False
    path = real.relative_to(root).as_posix()
    return path.split("/")[0] in _KEPT or layout.locate(path) is not None


def _refusal(text: str) -> Finding:
    return finding("not-to-be-overwritten", text, hint="name another file")


def _is_same_file(real: Path, other: Path) -> bool:
    """Whether both are the same regular file; a pipe or a device holds nothing to lose."""
    return real.is_file() and other.is_file() and real.samefile(other)
