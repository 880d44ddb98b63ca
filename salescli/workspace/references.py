"""Who points at a record: every file of the store that holds its id."""

import os

from salescli.store import layout
from salescli.workspace.session import Session


def references_to(session: Session, record_id: str) -> list[str]:
    """Paths of records and catalogues that name a born id; the record's own files too.

    Looks at the bytes of all files: an id is random, so its text is nowhere by chance.
    """
    wanted = record_id.encode()
    return [path for path in record_paths(session) if wanted in (session.files.read(path) or b"")]


def record_paths(session: Session) -> list[str]:
    """Every YAML file of a store that has a place in it, sorted."""
    root = session.files.root
    found: list[str] = []
    for folder, names, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        base = "" if relative == "." else f"{relative}/"
        names[:] = sorted(name for name in names if not name.startswith("."))
        found += [
            f"{base}{name}"
            for name in sorted(files)
            if name.endswith(".yaml") and layout.locate(f"{base}{name}") is not None
        ]
    return found
