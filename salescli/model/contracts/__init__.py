"""What the program promises to print: a shape for every JSON document, by its name and version.

The promise (docs/scripting.md): within a version no key goes and none changes its meaning or type;
keys may be added. Pure.
"""

from collections.abc import Mapping

from salescli.model.contracts.figures import FIGURES
from salescli.model.contracts.lists import LINES as LINES
from salescli.model.contracts.lists import LISTS
from salescli.model.contracts.records import RECORDS
from salescli.model.contracts.shapes import Shape

DOCUMENTS: Mapping[str, tuple[str, Mapping[str, Shape]]] = dict(
    sorted({**RECORDS, **FIGURES, **LISTS}.items())
)
"""`NAME@VERSION` → what it is and the command that prints it; its keys but for `schema`."""


def rows_of(name: str) -> Mapping[str, Shape] | None:
    """The keys of a list's records, without `?`; None of a document that is no plain list."""
    _, shape = DOCUMENTS[name]
    if len(shape) != 1:
        return None
    (rows,) = shape.values()
    if not isinstance(rows, list) or not isinstance(rows[0], Mapping):
        return None
    return {key.removesuffix("?"): one for key, one in rows[0].items()}
