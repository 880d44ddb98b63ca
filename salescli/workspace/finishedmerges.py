"""A merge that git has committed: what `resolve` did in it can't be taken back as a command.

Owns the words that say so, and where git is asked for the merge.
"""

import os
from collections.abc import Sequence

from salescli.model.errors import Finding, Refused, finding
from salescli.store import layout
from salescli.store.changeset import ChangeSet, Write
from salescli.store.gitobjects import GitObjects
from salescli.store.mergestate import can_clash
from salescli.store.textchecks import has_markers
from salescli.workspace.session import Session


def refuse_finished_merge(session: Session, changeset: ChangeSet) -> None:
    """Raise `Refused` for markers that would come back into files that git holds for merged."""
    back = [
        change.path
        for change in changeset.changes
        if isinstance(change, Write) and change.before and has_markers(change.before)
    ]
    if not back:
        return
    root = session.files.root
    with GitObjects(root, session.surroundings.environ) as objects:
        finished = [path for path in back if not can_clash(objects, path)]
        if finished:
            raise Refused(_committed(finished, _find_merge(objects, finished)))


def _committed(paths: Sequence[str], merge: str) -> Finding:
    names = ", ".join(layout.home_of(path) for path in paths)
    text = f"the merge is committed in which this was resolved: {names}"
    hint = "change what is wrong as usual\n"
    hint += f"git revert -m 1 {merge} takes back all that the merge brought\n"
    hint += "salescli undo --skip takes back what was done before it"
    return finding("merge-finished", text, hint=hint)


def _find_merge(objects: GitObjects, paths: Sequence[str]) -> str:
    """The last merge that made something of its own of the records with these files."""
    homes = sorted({layout.home_of(path) for path in paths})
    asked = ["log", "-z", "-1", "--merges", "--format=%h", "--end-of-options", "HEAD", "--", *homes]
    return os.fsdecode(b"".join(objects.read_lines(asked))).strip() or "MERGE"
