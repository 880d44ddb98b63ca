"""From ids to the names that people see."""

from collections.abc import Mapping

from salescli.workspace.session import Session
from salescli.workspace.values import named_things

_NAMED = {"department": "department", "owner": "person", "product": "product"}
_DICTIONARIES = {"need": "needs", "source": "sources"}


def client_names(session: Session, ids: set[str]) -> Mapping[str, str]:
    """id → name of these accounts and contacts, from the index."""
    return {
        facts.id: str(facts.document["name"])
        for kind in ("account", "contact")
        for facts in session.index.documents(kind, [one for one in ids if one[:3] == kind[:3]])
    }


def client_names_in(session: Session, ids: set[str]) -> Mapping[str, str]:
    """The same of all stores of a group."""
    found: dict[str, str] = {}
    for names in session.over_stores(client_names, ids):
        found.update(names)
    return found


def names_of(session: Session, kind: str, ids: set[str]) -> Mapping[str, str]:
    """id → name of owners, departments, needs, sources, products or clients, where it has one."""
    if kind == "client":
        return client_names_in(session, ids)
    if kind in _DICTIONARIES:
        choices = session.dictionaries.get(_DICTIONARIES[kind], {})
        return {key: v if isinstance(v, str) else v.name for key, v in choices.items()}
    return named_things(session, _NAMED[kind]) if kind in _NAMED else {}
