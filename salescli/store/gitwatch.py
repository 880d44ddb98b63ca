"""Noticing that git rewrites the work tree while it is read.

Owns the look into `.git`: the lock of git's index, HEAD, and the log of HEAD. Runs no git, for a
copied directory may carry settings that run programs. Must not know what is read meanwhile.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from salescli.model.errors import Clash, finding

T = TypeVar("T")
PATIENCE_SECONDS = 3.0
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.2
_MOST_BYTES = 4096  # of HEAD, or of the file that says where the git directory is


class GitState(msgspec.Struct, frozen=True):
    """What changes when git moves the work tree from one commit to another."""

    is_locked: bool
    head: bytes = b""
    log_size: int = 0
    index: tuple[int, ...] = ()  # which file it is, and when it was written


class Operation(msgspec.Struct, frozen=True):
    """What git has begun and waits to have finished, as in `git NAME --abort`.

    `head` is the commit that comes in, `finish` the command that ends it well. `sides` says what
    ours and theirs are, where that isn't as in a merge.
    """

    name: str
    head: str
    finish: str
    sides: str = ""


MERGE = Operation("merge", "MERGE_HEAD", "git commit --no-edit")
REBASE = Operation(
    "rebase",
    "REBASE_HEAD",
    "git rebase --continue",
    "In a rebase ours is what is there already, theirs the commit that is put on top",
)
PICK = Operation(
    "cherry-pick",
    "CHERRY_PICK_HEAD",
    "git cherry-pick --continue",
    "Ours is what is here, theirs the commit that is picked",
)
REVERT = Operation(
    "revert",
    "REVERT_HEAD",
    "git revert --continue",
    "Ours is what is here, theirs how it was before the commit that is reverted",
)
OPERATIONS = (MERGE, PICK, REVERT, REBASE)
# A rebase has one of these; REBASE_HEAD stays behind when it is over.
_REBASING = ("rebase-merge", "rebase-apply")


def find_work_tree(root: Path) -> Path | None:
    """The top of the work tree around `root`; None without."""
    return next((one for one in (root, *root.parents) if (one / ".git").exists()), None)


def find_git_directory(root: Path) -> Path | None:
    """The git directory of the work tree around `root`, also of a linked one; None without."""
    for folder in (root, *root.parents):
        path = folder / ".git"
        if path.is_dir():
            return path
        if path.is_file():
            words = _read_start(path).decode("utf-8", "replace").partition("gitdir:")[2].strip()
            return folder / words if words else None
    return None


def find_operation(git_directory: Path) -> Operation | None:
    """The merge, pick, revert or rebase that goes on, whose commit is yet to be made."""
    if any((git_directory / name).is_dir() for name in _REBASING):
        return REBASE
    return next((one for one in (MERGE, PICK, REVERT) if (git_directory / one.head).exists()), None)


def read_git_state(git_directory: Path | None) -> GitState:
    """How git stands now; the same as always where there is none."""
    if git_directory is None:
        return GitState(False)
    try:
        log_size = os.stat(git_directory / "logs" / "HEAD").st_size
    except OSError:
        log_size = 0
    is_locked = os.path.lexists(git_directory / "index.lock")
    index = _stamp(git_directory / "index")
    return GitState(is_locked, _read_start(git_directory / "HEAD"), log_size, index)


def _stamp(path: Path) -> tuple[int, ...]:
    """What a file that git replaces as a whole never has twice.

    A checkout gives up its lock before it moves HEAD: in between, this alone tells of it.
    """
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def _read_start(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)
    except OSError:
        return b""


def wait_for_git(root: Path, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until git doesn't hold the lock under which it switches branches, merges and resets.

    Raises `Clash` (`git-is-switching`) once `patience_seconds` have passed.
    """
    read_undisturbed(root, lambda: None, patience_seconds)


def read_undisturbed(
    root: Path,
    read: Callable[[], T],
    patience_seconds: float = PATIENCE_SECONDS,
    *,
    in_git_hook: bool = False,
) -> T:
    """What `read` gives when git did not touch the work tree meanwhile; reads again if it did.

    `in_git_hook`: git itself runs this and holds its lock until it is done, so the lock says
    nothing. Raises `Clash` (`git-is-switching`) once `patience_seconds` have passed.
    """
    git_directory = find_git_directory(root)
    give_up_at = time.monotonic() + patience_seconds
    pause = _FIRST_PAUSE_SECONDS
    while True:
        before = read_git_state(git_directory)
        if in_git_hook or not before.is_locked:
            try:
                result = read()
            except OSError:  # a folder that git took away while it was listed
                if read_git_state(git_directory) == before:
                    raise
            else:
                if read_git_state(git_directory) == before:
                    return result
        if time.monotonic() >= give_up_at:
            raise Clash(
                finding(
                    "git-is-switching",
                    "git is changing the files of this store, so half of them would be old",
                    hint="try again when git is done; if none runs, delete .git/index.lock",
                )
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
