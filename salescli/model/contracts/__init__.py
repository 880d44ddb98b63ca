"""What the program promises to print: a shape for every JSON document, by its name and version.

The promise (docs/scripting.md): within a version no key goes and none changes its meaning or type;
keys may be added. Pure.
"""

from collections.abc import Mapping

from salescli.model.contracts.figures import FIGURES
from salescli.model.contracts.lists import LINES as OTHER_LINES
from salescli.model.contracts.lists import LISTS
from salescli.model.contracts.pages import PAGES
from salescli.model.contracts.records import RECORDS
from salescli.model.contracts.shapes import Shape
from salescli.model.contracts.tables import TABLE_LINES
from salescli.model.contracts.waits import WAITS

DOCUMENTS: Mapping[str, tuple[str, Mapping[str, Shape]]] = dict(
    sorted({**RECORDS, **FIGURES, **LISTS, **PAGES, **WAITS}.items())
)
"""`NAME@VERSION` → what it is and the command that prints it; its keys but for `schema`."""
LINES: Mapping[str, tuple[str, Shape]] = {**OTHER_LINES, **TABLE_LINES}
"""The same of lines of JSON Lines and of files, which are no documents of `--format json`."""


def row_names(name: str) -> list[str]:
    """The fields of the records of a list, whatever stands beside it; none of other documents."""
    key = name.partition("@")[0]
    rows = DOCUMENTS[name][1].get(key)
    if not isinstance(rows, list) or not isinstance(rows[0], Mapping):
        return []
    return [field.removesuffix("?") for field in rows[0]]
