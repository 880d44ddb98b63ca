"""The revision of a record as a name of its list: by which a script changes it only if it is so.

Owns that lists know it, and nothing else that has conditions: a deal's files hold no revision.
"""

from salescli.model.names import NameSpec, NameTable
from salescli.model.records import RECORD_TYPES
from salescli.workspace.session import Session
from salescli.workspace.storerows import Access
from salescli.workspace.unchanged import listed_revision

REVISION = "revision"


def add_revision(names: NameTable, kind: str) -> NameTable:
    """The names of a kind, and the revision where records of it have one."""
    if kind in RECORD_TYPES:
        names.names[REVISION] = NameSpec(REVISION, "text", computed=True)
    return names


def with_revision(session: Session, own: Access) -> Access:
    """Getters of names, and that of the revision: it reads the record's files."""
    return lambda name: (
        (lambda one: (listed_revision(session, one.id),)) if name == REVISION else own(name)
    )
