"""Branches and tags of a repository, for the Tab key: as git's own files name them, without git."""

import os
from collections.abc import Callable, Iterable, Iterator


def find_revisions(store: str, lines_of: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """HEAD, then branches and tags of the repository that the store lies in; none outside one.

    `lines_of` reads a file of a path, as one without lines where it can't be read.
    """
    git = _git_directory(store, lines_of)
    if git is None:
        return
    yield "HEAD"
    names = set()
    for kind in ("refs/heads", "refs/tags", "refs/remotes"):
        top = os.path.join(git, kind)
        for folder, _, files in os.walk(top):
            names |= {os.path.relpath(os.path.join(folder, file), top) for file in files}
    for line in lines_of(os.path.join(git, "packed-refs")):
        if not line.startswith(("#", "^")):
            names.add("/".join(line.rstrip().split("/")[2:]))
    yield from sorted(filter(None, names))


def _git_directory(folder: str, lines_of: Callable[[str], Iterable[str]]) -> str | None:
    """Where the repository keeps its branches; a worktree's `.git` is a file that says where."""
    folder = os.path.abspath(folder)
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    git = os.path.join(folder, ".git")
    for line in lines_of(git) if os.path.isfile(git) else ():
        git = os.path.join(folder, line.partition(":")[2].strip())
    for line in lines_of(os.path.join(git, "commondir")):
        git = os.path.join(git, line.strip())
    return git
