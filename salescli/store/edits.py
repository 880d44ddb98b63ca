"""What an edit of a record means for its tree.

Owns paths, edits, and where new keys and items go. Must not know how YAML is written: `patch`
changes the text and proves with these functions that it says what was asked.
"""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from salescli.store.document import Tree
from salescli.store.dump import Value, build_tree


class Item(msgspec.Struct, frozen=True):
    """An item of a list: the mapping with `value` under `key`, or, with no key, that very word."""

    key: str
    value: str


Step: TypeAlias = str | Item
Path: TypeAlias = tuple[Step, ...]


class Set(msgspec.Struct, frozen=True):
    """Give the place at `path` this value; what is missing on the way is made.

    A mapping set on a mapping changes only the fields that differ. `order` gives the canonical
    order of a new key's siblings; without it a new key goes before the first greater one, or with
    `last` behind all. (At the top the order is that of `patch`.) The value of a word in a list,
    `Item("", word)`, does not matter.
    """

    path: Path
    value: Value
    order: tuple[str, ...] = ()
    last: bool = False


class Remove(msgspec.Struct, frozen=True):
    """Take away what stands at `path`, if it is there.

    A list or mapping whose last item goes, goes too; with `keep_key` its key at the top stays,
    empty.
    """

    path: Path
    keep_key: bool = False


Edit: TypeAlias = Set | Remove


class Impossible(Exception):
    """The path of an edit goes through something that is not a list or mapping of its kind."""


def edit_tree(tree: Tree, edit: Edit) -> Tree:
    """A tree with the edit made; the one given stays as it is. Raises `Impossible`."""
    if isinstance(edit, Set):
        return _set(tree, edit.path, edit)
    path = build_removal(tree, edit.path)
    if not path:
        return tree
    if edit.keep_key and len(path) == 1 < len(edit.path):
        return _set(tree, path, Set(path, None))
    return _remove(tree, path)


def build_removal(tree: Tree, path: Path) -> Path:
    """What really goes when `path` does: the outermost of what it would leave empty.

    Empty if nothing stands at `path`.
    """
    parents: list[Tree] = []
    for step in path:
        parents.append(tree)
        index = find_step(tree, step)
        if index is None:
            return ()
        tree = tree[index]  # type: ignore[index]
    while len(path) > 1 and len(parents[-1] or ()) == 1:
        path, parents = path[:-1], parents[:-1]
    return path


def find_step(tree: Tree, step: Step) -> str | int | None:
    """The key or index that a step leads to; None if there is nothing."""
    if isinstance(tree, dict) and isinstance(step, str):
        return step if step in tree else None
    if isinstance(tree, list) and isinstance(step, Item):
        return next((at for at, item in enumerate(tree) if _is_item(item, step)), None)
    if tree:
        raise Impossible
    return None


def find_position(names: Sequence[str], new: str, order: Sequence[str] = ()) -> int:
    """Where a new key or item goes: behind the last that precedes it in `order`.

    Without an order, before the first greater; an order made by hand is left.
    """
    if new in order:
        before = set(order[: list(order).index(new)])
        return max((at + 1 for at, name in enumerate(names) if name in before), default=0)
    if order:
        return len(names)
    return next((at for at, name in enumerate(names) if name > new), len(names))


def build_item(step: Item, value: Value) -> Value:
    """A new item: a word, or a mapping that begins with its key field."""
    if not step.key and not isinstance(value, dict | list):
        return step.value
    if not step.key or not isinstance(value, dict):
        raise Impossible
    return {step.key: step.value, **value}


def build_missing(path: Path, value: Value) -> Value:
    """`value` inside the lists and mappings that `path` wants around it."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [build_item(step, value)]
    return value


def _set(tree: Tree, path: Path, edit: Set) -> Tree:
    if not path:
        return build_tree(edit.value)
    step, rest = path[0], path[1:]
    found = find_step(tree, step)
    if isinstance(step, str):
        mapping = tree if isinstance(tree, dict) else {}
        return {**mapping, step: _set(mapping.get(step), rest, edit)}
    items = list(tree) if isinstance(tree, list) else []
    if isinstance(found, int):
        whole = build_item(step, edit.value) if not rest else None
        items[found] = _set(items[found], rest, edit) if rest else build_tree(whole)
        return items
    new = build_tree(build_item(step, build_missing(rest, edit.value)))
    is_last = edit.last and not rest
    names = [name_of_item(item, step.key) for item in items]
    items.insert(len(items) if is_last else find_position(names, step.value), new)
    return items


def name_of_item(item: Tree, key: str) -> str:
    """What an item is sorted by."""
    name = item.get(key) if isinstance(item, dict) else item
    return name if isinstance(name, str) else ""


def _remove(tree: Tree, path: Path) -> Tree:
    index = find_step(tree, path[0])
    rest = path[1:]
    if isinstance(tree, dict):
        if rest:
            return {**tree, str(index): _remove(tree[str(index)], rest)}
        return {key: value for key, value in tree.items() if key != index}
    items = list(tree or ())
    assert isinstance(index, int)  # `build_removal` has found every step
    if rest:
        items[index] = _remove(items[index], rest)
    else:
        del items[index]
    return items


def _is_item(item: Tree, step: Item) -> bool:
    if isinstance(item, dict):
        return bool(step.key) and item.get(step.key) == step.value
    return not step.key and item == step.value
