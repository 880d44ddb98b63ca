"""What the catalogues of a store say while they clash themselves: as our side has them.

Owns where that is read. A command that finishes a merge needs the settings and who acts, though
git's markers stand in just those files.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from salescli.store.gitobjects import Blob, GitObjects
from salescli.store.textchecks import MAX_BYTES, has_markers
from salescli.workspace.session import Session

_OURS = (":2", "HEAD")  # what git holds for ours while it is unmerged; else the last commit


def read_as_ours(session: Session) -> None:
    """Let a session read each catalogue in which markers stand as our side has it."""
    session.stand_in = partial(_as_ours, session.files.root, session.surroundings.environ)


def _as_ours(root: Path, environ: Mapping[str, str], path: str, source: bytes) -> bytes:
    """The bytes of our side where `source` clashes; where that isn't there, `source` itself."""
    if not has_markers(source):
        return source
    with GitObjects(root, environ) as objects:
        for revision in _OURS:
            if name := objects.name_at(revision, f"./{path}"):
                return objects.read(Blob("100644", name), MAX_BYTES, path)
    return source
