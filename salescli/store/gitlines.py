"""Git's own merge of lines: of a long text, and of a file that can't be merged by value.

Owns `git merge-file`. Must not know what the lines say.
"""

import tempfile
from pathlib import Path
from subprocess import CompletedProcess

from salescli.store.gitprogram import call_git, git_failed

_NAMES = ("ours", "base", "theirs")
_LABELS = [word for name in _NAMES for word in ("-L", name)]
_MOST_CONFLICTS = 127  # git counts no further; what is above is an error


def merge_lines(base: str, ours: str, theirs: str) -> str | tuple[str, str]:
    """A text with the changed lines of both sides.

    Where both changed the same ones, two of them: with those of ours and with those of theirs.
    """
    done = _merge(base, ours, theirs)
    if done.returncode == 0:
        return done.stdout.decode()
    mine, other = (_merge(base, ours, theirs, f"--{side}") for side in ("ours", "theirs"))
    return mine.stdout.decode(), other.stdout.decode()


def mark_lines(base: str, ours: str, theirs: str) -> str:
    """A text with the changed lines of both sides, between markers where both changed the same."""
    return _merge(base, ours, theirs).stdout.decode()


def _merge(base: str, ours: str, theirs: str, *options: str) -> "CompletedProcess[bytes]":
    with tempfile.TemporaryDirectory(prefix="salescli-") as folder:
        place = Path(folder)
        for name, text in zip(_NAMES, (ours, base, theirs), strict=True):
            (place / name).write_bytes(text.encode())
        return call_git(place, ["merge-file", "-p", "-q", *options, *_NAMES])


def merge_file(base: Path, ours: Path, theirs: Path) -> bool:
    """Merge line by line into the file `ours`; False if markers stand in it. Raises `Failed`."""
    paths = [str(path) for path in (ours, base, theirs)]
    done = call_git(ours.parent, ["merge-file", "-q", *_LABELS, *paths])
    if not 0 <= done.returncode <= _MOST_CONFLICTS:
        raise git_failed("merge-file", done.stderr)
    return done.returncode == 0
