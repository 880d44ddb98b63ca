"""Items that a merge of lines put under the wrong list of a deal: where they belong.

An item names itself by the key of its list (format.md section 6), so that a person among the lines
of a deal can be told from a line. Owns which item belongs where; the text is patched by edits.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from salescli.model.errors import Finding
from salescli.model.fields import specs_of
from salescli.model.records import Opportunity
from salescli.store.edits import Edit, Item, Remove, Set
from salescli.workspace.checking.collected import Source

_KEYS = {spec.name: spec.target for spec in specs_of(Opportunity) if spec.items is not None}
_CODES = frozenset({"missing-key", "unknown-key", "wrong-type"})


class Stray(msgspec.Struct, frozen=True):
    """An item of `under`, at `place`, that belongs to `into`: it has that list's key."""

    under: str
    place: int
    into: str
    item: Mapping[str, Any]
    is_taken: bool  # whether another item of that key, which says something else, stands there

    @property
    def name(self) -> str:
        """What the item is called in its own list."""
        return str(self.item[_KEYS[self.into]])


def find_stray_items(tree: Mapping[str, Any]) -> list[Stray]:
    """The items of a deal that stand under another list than their own."""
    found: list[Stray] = []
    for under, key in _KEYS.items():
        for place, item in enumerate(_items(tree, under)):
            homes = [one for one, other in _KEYS.items() if other in item]
            if key not in item and len(homes) == 1 and isinstance(item[_KEYS[homes[0]]], str):
                there = _named(tree, homes[0], item[_KEYS[homes[0]]])
                is_taken = there is not None and there != item
                found.append(Stray(under, place, homes[0], item, is_taken))
    return found


def edits_of(tree: Mapping[str, Any], stray: Stray) -> list[Edit]:
    """What moves an item to its own list, where it may stand already."""
    item = Item(_KEYS[stray.into], stray.name)
    edits: list[Edit] = [Remove((stray.under, item))]
    if _named(tree, stray.into, stray.name) is None:
        edits.append(Set((stray.into, item), dict(stray.item)))
    return edits


def with_homes(found: Iterable[Finding], source: Source) -> Iterator[Finding]:
    """The findings of a deal's file; what is told of a stray item says what moves it."""
    hints: dict[int, str] = {}
    for stray in find_stray_items(source.tree):
        hint = f"it belongs to {stray.into}: salescli check --fix moves it there"
        if stray.is_taken:
            hint = f"{stray.into} has {stray.name} with other values: keep one of the two there"
        at = (stray.under, stray.place)
        lines = {source.document.key_place((*at, key)).line for key in stray.item}
        hints |= dict.fromkeys(lines | {source.document.place(at).line}, hint)
    for entry in found:
        place = entry.place
        is_told = entry.code in _CODES and place is not None and place.file == source.path
        hint = hints.get(place.line, "") if is_told and place is not None else ""
        yield msgspec.structs.replace(entry, hint=hint) if hint else entry


def _items(tree: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = tree.get(name)
    if not isinstance(items, list):
        return []
    return [item if isinstance(item, Mapping) else {} for item in items]


def _named(tree: Mapping[str, Any], top: str, name: str) -> Mapping[str, Any] | None:
    return next((item for item in _items(tree, top) if item.get(_KEYS[top]) == name), None)
