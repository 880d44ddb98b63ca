"""The rules that records of a merge break once something was decided in them, or written down."""

import os
from collections.abc import Iterable

from salescli.model.errors import Finding
from salescli.workspace.checking.collected import Collected
from salescli.workspace.checking.examining import examine
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.survey import Survey
from salescli.workspace.checking.tree import read_store_tree
from salescli.workspace.resolvechoices import Home
from salescli.workspace.session import Session


def check_records(session: Session, homes: Iterable[Home]) -> list[Finding]:
    """The findings of deals and leads as they are staged, without warnings."""
    by_file = {home.file: home for home in homes if home.has_history}
    touched = [home for file, home in by_file.items() if session.files.exists(file)]
    if not touched:
        return []
    tree = read_store_tree(os.fspath(session.files.root))
    survey = Survey(tree, session.files.read, session.now)
    known: Known = survey.build_known()
    collected = Collected()
    for home in touched:
        examine(session.files.read, home.kind, home.directory, tree.files, known, collected)
    return [found for found in collected.in_order() if not found.warning]
