"""Checks of one file that somebody hands over: its keys are refused, not warned of."""

from collections.abc import Iterator

import msgspec

from salescli.model.errors import Finding
from salescli.store.yamltext import parse_nodes, read_tree
from salescli.workspace.checking.keys import check_keys


def refuse_keys(
    source: bytes, file: str, record: type[msgspec.Struct], otherwise: str
) -> Iterator[Finding]:
    """An error for each key that no declaration knows, with its place.

    `salescli check` warns of them in files that are there; what is new and misspelled is refused.
    `otherwise` is the hint where no known key is like it.
    """
    unknown = check_keys(read_tree(source, file), record, otherwise)
    document = parse_nodes(source, file) if unknown else None
    for path, entry in unknown:
        if document is not None:
            place = document.key_place(path)
            yield msgspec.structs.replace(entry, place=place, warning=False)
