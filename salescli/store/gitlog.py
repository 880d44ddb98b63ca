"""Commits that touched files of a store, from `git log`: who, when, what each made of them.

Owns how git's answer is read. Nothing is checked out and no program of the repository's is run.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from salescli.model.calendar import LAST_INSTANT
from salescli.store.gitobjects import Blob, GitObjects

_FORMAT = "%x01%H%x00%an%x00%ae%x00%ct%x00%s"
_HEAD_PARTS = 5
_LOG = (
    "log -z --raw --no-abbrev --no-renames --no-ext-diff --no-textconv --no-color"
    f" --no-show-signature --diff-merges=first-parent --relative --format={_FORMAT}"
).split()


class Commit(msgspec.Struct, frozen=True):
    """A commit, and the files it touched: path from the store → what it made of it, if any."""

    oid: str
    author: str
    email: str
    at: datetime
    subject: str
    files: dict[str, Blob | None]

    @property
    def short(self) -> str:
        """The first ten digits of its name."""
        return self.oid[:10]


def read_commits(
    objects: GitObjects,
    revision: str,
    paths: Sequence[str] = (),
    *,
    limit: int | None = None,
    without: str = "",
) -> list[Commit]:
    """The commits up to `revision` that touched any of `paths`, or of the store; the newest first.

    Paths are from the store; commits up to `without` are left out. Of a merge, its files are those
    that differ from its first parent.
    Raises `NotFound`, `Failed`.
    """
    commit = objects.commit_of(revision)
    options = [f"--max-count={limit}"] if limit else []
    left_out = [f"^{without}"] if without else []
    asked = [*_LOG, "--topo-order", *options, commit, *left_out, "--"]
    pathspecs = [f":(literal){path}" for path in paths] or ["."]
    return list(_parse(objects.read_lines([*asked, *pathspecs])))


def _parse(tokens: Iterator[bytes]) -> Iterator[Commit]:
    """Commits of what `git log -z --raw` prints: a head of five, then changes and their paths."""
    head: list[str] = []
    files: dict[str, Blob | None] = {}
    for token in tokens:
        if token.startswith(b"\x01"):
            if head:
                yield _commit(head, files)
            head, files = [os.fsdecode(token[1:])], {}
            head += [next(tokens).decode("utf-8", "replace") for _ in range(_HEAD_PARTS - 1)]
        elif change := token.strip():
            _, mode, _, oid, _ = change.decode("ascii", "replace").split(" ")
            path = next(tokens).decode("utf-8", "backslashreplace")
            files[path] = None if not oid.strip("0") else Blob(mode, oid)
    if head:
        yield _commit(head, files)


def _commit(head: Sequence[str], files: dict[str, Blob | None]) -> Commit:
    oid, author, email, seconds, subject = head
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):  # a commit may claim any number
        at = LAST_INSTANT
    return Commit(oid, author, email, at, subject, files)
