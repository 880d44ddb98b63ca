"""Rows of a list, of one store or of each of a group: in one order, every row saying whose it is.

Owns how rows of several stores come together. Must not know what the rows are, but that they have
a place for the name of their store.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from salescli.model.errors import Finding
from salescli.model.group import name_store
from salescli.workspace.session import Session

T = TypeVar("T")
Access = Callable[[str], Callable[[Any], Sequence[Any]]]
"""A name → what gets its values from a row."""
Invalid = Sequence[tuple[str, Sequence[Finding]]]
"""Files that can't be read: path → what is wrong with each."""


def gather_rows(
    session: Session,
    task: Callable[..., tuple[Iterable[T], Invalid]],
    *arguments: Any,
    key: Callable[[T], Any] | None = None,
) -> tuple[list[T], list[tuple[str, tuple[Finding, ...]]]]:
    """The rows that `task(session, *arguments)` finds, and the files that can't be read.

    Rows are mappings, or structs with a field `store`, and come in the order of `key`; of a group
    they are put into it once more, equal ones in the order of the stores, and have their store's
    name, as the files have. What a task may be is told by `Session.over_stores`.
    """
    parts = session.over_stores(task, *arguments)
    if not session.stores:
        return list(parts[0][0]), [(path, tuple(found)) for path, found in parts[0][1]]
    rows = [
        _named(row, store)
        for store, (found, _) in zip(session.stores, parts, strict=True)
        for row in found
    ]
    if key is not None:
        rows.sort(key=key)
    told = zip(session.stores, parts, strict=True)
    invalid = (one for store, (_, broken) in told for one in name_invalid(session, broken, store))
    return rows, list(invalid)


def name_invalid(
    session: Session, invalid: Invalid, store: str
) -> list[tuple[str, tuple[Finding, ...]]]:
    """What is wrong with files of a store (`""`: of the only one), seen from its group."""
    if not store:
        return [(path, tuple(found)) for path, found in invalid]
    return [
        (f"{store}/{path}", tuple(name_store(one, store, session.places[store]) for one in found))
        for path, found in invalid
    ]


def _named(row: T, store: str) -> T:
    if isinstance(row, dict):
        return {**row, "store": store}  # type: ignore[return-value]
    return msgspec.structs.replace(row, store=store)  # type: ignore[type-var]


def access_of_store(session: Session, own: Access) -> Access:
    """What gets a name's values; in a store of a group also its name."""
    if not session.store:
        return own
    told = (session.store,)
    return lambda name: (lambda _: told) if name == "store" else own(name)


def with_store(session: Session, names: Sequence[T], store: T) -> list[T]:
    """Columns of a list with that of the store after the first, where there are several."""
    return [*names[:1], store, *names[1:]] if session.stores else list(names)
