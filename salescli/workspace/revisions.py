"""Sessions over a store as it was committed; what people write for revisions and ranges of them.

Owns which revision a session reads and that errors name it. Reading commands work on such a session
as on the files of the work tree: nothing else about them changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import msgspec

from salescli.model.errors import Finding, SalesError, WrongUsage, finding
from salescli.model.surroundings import Surroundings
from salescli.store.gitobjects import GitObjects
from salescli.store.index import Index
from salescli.store.revisions import (
    Revision,
    RevisionFiles,
    RevisionIndex,
    open_beginning,
    open_revision,
)
from salescli.workspace.session import Session


class Range(msgspec.Struct, frozen=True):
    """Two states of a store. `after` is None for the files as they are.

    With `from_common` what is before is the commit from which the two went apart.
    """

    before: str
    after: str | None = None
    from_common: bool = False


def parse_range(text: str) -> Range:
    """Read `BASE..HEAD`, `BASE...HEAD` or `BASE`; an end left out is HEAD, as git has it.

    Raises `WrongUsage` (`not-a-range`).
    """
    dots = "..." if "..." in text else ".."
    before, found, after = text.partition(dots)
    if ".." in after or not (before or after):
        hint = "write BASE..HEAD, BASE...HEAD since they went apart, or BASE for until now"
        raise WrongUsage(
            finding("not-a-range", f"{text!r} is no range of revisions", hint=hint, field="range")
        )
    if not found:
        return Range(before)
    return Range(before or "HEAD", after or "HEAD", dots == "...")


class RevisionSession(Session):
    """A store as of one commit. Nothing can be written through it."""

    def __init__(
        self,
        root: Path,
        revision: Revision,
        surroundings: Surroundings,
        near: "RevisionSession | None" = None,
        actor: str | None = None,
    ) -> None:
        super().__init__(RevisionFiles(root, revision), surroundings, actor=actor)
        self.revision = revision
        self._near = near

    @cached_property
    def index(self) -> Index:
        """The revision's own, in memory; made of that of a revision nearby where there is one."""
        near = None if self._near is None else self._near.index
        if isinstance(near, RevisionIndex):
            return near.moved_to(self.revision)
        return RevisionIndex(self.files.root, self.revision)


@contextmanager
def open_revisions(
    root: Path, surroundings: Surroundings, *names: str
) -> Iterator[list[RevisionSession]]:
    """A session for each of the revisions, all of them until the end of the block.

    Raises `NotFound`, `Failed`.
    """
    with GitObjects(root, surroundings.environ) as objects:
        sessions: list[RevisionSession] = []
        for name in names:
            near = sessions[-1] if sessions else None
            with named_errors(name):
                revision = open_revision(objects, name)
            sessions.append(RevisionSession(root, revision, surroundings, near))
        yield sessions


@contextmanager
def open_compared(
    root: Path, surroundings: Surroundings, before: str, after: str
) -> Iterator[tuple[RevisionSession, RevisionSession]]:
    """Sessions over two revisions to be compared, of which the first may have no store yet.

    Raises `NotFound`, `Failed`.
    """
    with GitObjects(root, surroundings.environ) as objects:
        with named_errors(after):
            later = open_revision(objects, after)
        with named_errors(before):
            earlier = open_beginning(objects, before, later)
        first = RevisionSession(root, earlier, surroundings)
        yield first, RevisionSession(root, later, surroundings, first)


@contextmanager
def open_as_committed(
    root: Path, surroundings: Surroundings, name: str, actor: str | None = None
) -> Iterator[RevisionSession]:
    """A session over one revision, for a whole command: its errors of files name the revision.

    Raises `NotFound`, `Failed`.
    """
    with GitObjects(root, surroundings.environ) as objects, named_errors(name):
        revision = open_revision(objects, name)
        yield RevisionSession(root, revision, surroundings, actor=actor)


def find_common(root: Path, surroundings: Surroundings, one: str, other: str) -> str:
    """The commit from which two revisions went apart; raises `NotFound`, `Failed`."""
    with GitObjects(root, surroundings.environ) as objects:
        objects.prefix()  # tells where there is no repository
        return objects.merge_base(objects.commit_of(one), objects.commit_of(other))


@contextmanager
def named_errors(name: str) -> Iterator[None]:
    """Let errors of files say in which revision these are: `HEAD~1:team.yaml:3:1`, as git does."""
    try:
        yield
    except SalesError as error:
        raise type(error)(*(_name(one, name) for one in error.findings)) from error


def _name(found: Finding, name: str) -> Finding:
    place = found.place
    if place is None or place.file.startswith(f"{name}:"):
        return found
    place = msgspec.structs.replace(place, file=f"{name}:{place.file}")
    return msgspec.structs.replace(found, place=place)
