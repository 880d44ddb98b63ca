"""The texts of the mappings that come with salescli, and what it is to extend one.

Knows names and trees of text, no keys of a mapping.
"""

from collections.abc import Sequence
from importlib import resources
from importlib.abc import Traversable
from typing import Any

from salescli.model.errors import NotFound, finding
from salescli.model.nearest import did_you_mean
from salescli.store.yamltext import read_tree

_CALLED = {  # what the systems call it
    "companies": "accounts",
    "opportunities": "deals",
    "organizations": "accounts",
    "people": "contacts",
    "persons": "contacts",
    "tasks": "activities",
}
SUFFIX = ".yaml"
Tree = dict[str, Any]
_ADDED = ("ignore", "empty", "footer")  # lists that add to those beneath; others take their place


def _folder() -> Traversable:
    return resources.files("salescli").joinpath("data", "mappings")


def shipped_names() -> list[str]:
    """The names of all mappings that come with salescli."""
    names = [entry.name for entry in _folder().iterdir()]
    return sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))


def systems() -> list[str]:
    """The systems that there are mappings for: `hubspot` has `hubspot-deals` and others."""
    return sorted({name.partition("-")[0] for name in shipped_names()})


def read_shipped(name: str, meant_too: Sequence[str] = ()) -> bytes:
    """The text of a mapping that comes with salescli; raises `NotFound`.

    `meant_too` are other names that may have been meant.
    """
    names = shipped_names()
    if name not in names:
        text = f"there is no mapping {name!r}, as a file or by name"
        meant = "-".join(_CALLED.get(word, word) for word in name.split("-"))
        hint = (
            did_you_mean(meant, [*names, *meant_too])
            or "salescli import mapping shows those there are"
        )
        raise NotFound(finding("no-such-mapping", text, hint=hint, field="mapping"))
    return _folder().joinpath(name + SUFFIX).read_bytes()


def extend_tree(tree: Tree) -> Tree:
    """A mapping with what it `extends` beneath it: mappings are joined, lists too, values win.

    An empty value takes a key of a mapping away. Raises `NotFound`.
    """
    name = tree.get("extends")
    if not isinstance(name, str):
        return tree
    base: Any = read_tree(read_shipped(name), f"mapping {name}")
    return _joined(base, tree)


def _joined(base: Tree, tree: Tree) -> Tree:
    found = dict(base)
    for key, value in tree.items():
        before = found.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged = {**before, **value} if key != "spelling" else _joined(before, value)
            found[key] = {name: entry for name, entry in merged.items() if entry is not None}
        elif (
            isinstance(before, list)
            and isinstance(value, list)
            and key in ("ignore", "empty", "footer")
        ):
            found[key] = [*before, *value]
        else:
            found[key] = value
    return found
