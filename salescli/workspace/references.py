"""References between records: who points at one, and which of a deal's name nothing."""

import os
from collections.abc import Iterable

from salescli.model.errors import Gathered
from salescli.model.fields import spec_named
from salescli.model.records import Opportunity
from salescli.model.rules import UNKNOWN_WINNER
from salescli.store import layout
from salescli.workspace.session import Session
from salescli.workspace.values import read_choice, read_reference


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


def refuse_dangling(session: Session, facts: Opportunity, paths: Iterable[str]) -> None:
    """Raise `NotFound` for changed references and choices of a deal that name nothing."""
    gathered = Gathered()
    for path in paths:
        top = path.partition("/")[0]
        spec = spec_named(Opportunity, top)
        value = getattr(facts, top, None)
        if spec is None or value is None or spec.kind not in ("reference", "choice"):
            continue
        with gathered.trying(top):
            if spec.kind == "choice":
                read_choice(session, spec.target, str(value), top)
            elif value != UNKNOWN_WINNER:
                read_reference(session, spec.target, str(value), top)
    gathered.raise_all()
