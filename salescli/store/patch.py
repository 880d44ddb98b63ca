"""Edits of a record's text that touch nothing but what they change.

Owns the way from edits to bytes, and the proof that the patched text says exactly what was asked.
Must not know any record: paths and the order of keys come from the caller.
"""

from collections.abc import Iterator, Sequence

from salescli.model.errors import Damaged, finding
from salescli.store.document import Document, Entry, Mapping, Node, Scalar, Tree
from salescli.store.document import Sequence as ListNode
from salescli.store.dump import BLOCK_LISTS, Value, build_tree, is_literal
from salescli.store.edits import (
    Edit,
    Impossible,
    Item,
    Path,
    Remove,
    Set,
    build_item,
    build_missing,
    build_removal,
    edit_tree,
    find_position,
    find_step,
    name_of_item,
)
from salescli.store.splice import (
    Layout,
    Splice,
    apply_splices,
    splice_entry,
    splice_item,
    splice_out_all,
    splice_out_entry,
    splice_out_item,
    splice_root,
    splice_value,
)
from salescli.store.yamltext import parse_nodes, read_tree

__all__ = ["Edit", "Item", "Path", "Remove", "Set", "patch"]


def patch(source: bytes, file: str, edits: Sequence[Edit], key_order: Sequence[str]) -> bytes:
    """`source` with all edits made, in turn; all other lines stay as they are, byte for byte.

    `key_order` is the canonical order of the keys at the top. `Damaged` if `source` can't be read,
    or (`unpatchable`) if an edit can't be made in the way the file is written.
    """
    document = parse_nodes(source, file)
    expected = document.tree
    pending: dict[int, list[Splice]] = {}  # by the key's position, in one text
    for edit in edits:
        expected = _expect(document, expected, edit)
        entry = _find_inline(document, edit)
        if pending and (entry is None or entry.key.start in pending):
            document, pending = _settle(document, pending), {}
            entry = _find_inline(document, edit)
        if entry is None:
            document = _make(document, edit, key_order)
        else:
            pending[entry.key.start] = _plan(document, edit, key_order, literals=True)
    text = apply_splices(document, _flat(pending))
    patched = _encode(document, text)
    if edits and _read_or_none(patched, file) != expected:
        raise _unpatchable(document, edits[-1].path)
    return patched


def _make(document: Document, edit: Edit, key_order: Sequence[str]) -> Document:
    """The document after one edit, read again and compared.

    A comment below may become part of a literal block; then the text is written in quotes.
    """
    for part in _expand(document, edit):
        expected = _expect(document, document.tree, part)
        for literals in (True, False):
            splices = _plan(document, part, key_order, literals=literals)
            made = _reread(document, splices)
            if made is not None and made.tree == expected:
                document = made
                break
        else:
            raise _unpatchable(document, part.path)
    return document


def _expand(document: Document, edit: Edit) -> Iterator[Edit]:
    """The smallest edits that do the same: a mapping changes field by field, equals don't change.

    The field that an item is known by changes last, since the others are found through it.
    """
    node = _locate(document, edit.path)
    if isinstance(edit, Remove):
        path = build_removal(document.tree, edit.path)
        if edit.keep_key and len(path) == 1 < len(edit.path):
            yield Set(path, None)
        elif path:
            yield Remove(path)
        return
    step = edit.path[-1]
    value = build_item(step, edit.value) if isinstance(step, Item) else edit.value
    if node is not None and node.tree == build_tree(value):
        return
    if not (isinstance(node, Mapping) and node.entries and isinstance(value, dict) and value):
        yield Set(edit.path, value, edit.order, edit.last)
        return
    known_by = step.key if isinstance(step, Item) else ""
    fields = sorted(value, key=lambda key: key == known_by)
    for key in (key for key in fields if key != known_by):
        yield from _expand(document, Set((*edit.path, key), value[key], tuple(value)))
    for entry in node.entries:
        if entry.key.value not in value:
            yield Remove((*edit.path, entry.key.value))
    if known_by:
        yield from _expand(document, Set((*edit.path, known_by), value[known_by]))


def _plan(
    document: Document, edit: Edit, key_order: Sequence[str], *, literals: bool
) -> list[Splice]:
    """The splices of one smallest edit."""
    if isinstance(edit, Remove):
        return _plan_removal(document, edit.path)
    node: Node = document.root
    for depth, step in enumerate(edit.path):
        rest = edit.path[depth + 1 :]
        index = _index(node, step)
        if index is None:
            value = build_missing(rest, edit.value)
            order = key_order if depth == 0 else () if rest else edit.order
            return _plan_new(document, node, edit.path[: depth + 1], value, order, edit, literals)
        child = _child(node, index)
        if isinstance(node, Mapping) and (not rest or _is_empty(child)):
            entry = node.entries[index]
            is_listed = isinstance(child, ListNode) and bool(child.items) and not child.flow
            block = is_listed or (depth == 0 and step in BLOCK_LISTS)
            layout = Layout(flow=node.flow, block=block, literals=literals)
            return splice_value(document, entry, build_missing(rest, edit.value), layout)
        node = child
    return []


def _plan_new(
    document: Document,
    node: Node,
    path: Path,
    value: Value,
    order: Sequence[str],
    edit: Set,
    literals: bool,
) -> list[Splice]:
    """The splices of a key or an item that is not there yet; `path` ends with it."""
    step = path[-1]
    is_last = edit.last and path == edit.path
    layout = Layout(block=len(path) == 1 and step in BLOCK_LISTS, literals=literals)
    if isinstance(node, Mapping) and isinstance(step, str):
        if not node.entries:
            return splice_root(document, {step: value}, layout)
        keys = [entry.key.value for entry in node.entries]
        first = 1 if len(path) > 1 and isinstance(path[-2], Item) else 0
        at = len(keys) if is_last else max(first, find_position(keys, step, order))
        return splice_entry(document, node, at, step, value, layout)
    if isinstance(node, ListNode) and isinstance(step, Item):
        names = [name_of_item(item.tree, step.key) for item in node.items]
        at = len(names) if is_last else find_position(names, step.value)
        return splice_item(document, node, at, build_item(step, value), layout)
    return []


def _plan_removal(document: Document, path: Path) -> list[Splice]:
    node = _locate(document, path[:-1])
    index = _index(node, path[-1]) if node else None
    if index is None:
        return []
    if isinstance(node, Mapping):
        if len(node.entries) == 1:
            return splice_out_all(document)
        return splice_out_entry(document, node, index)
    return splice_out_item(document, node, index) if isinstance(node, ListNode) else []


def _find_inline(document: Document, edit: Edit) -> Entry | None:
    """The entry of an edit that changes one scalar on its line, so that others can go with it."""
    if isinstance(edit, Remove) or isinstance(edit.path[-1], Item):
        return None
    if isinstance(edit.value, dict | list):
        return None
    if isinstance(edit.value, str) and is_literal(edit.value):
        return None
    parent = _locate(document, edit.path[:-1])
    entry = parent.find(edit.path[-1]) if isinstance(parent, Mapping) else None
    if entry is None or not isinstance(entry.value, Scalar) or entry.value.style in ("|", ">"):
        return None
    return entry if entry.value.tree != build_tree(edit.value) else None


def _locate(document: Document, path: Path) -> Node | None:
    """The node at `path`, if it is there."""
    node: Node = document.root
    for step in path:
        index = _index(node, step)
        if index is None:
            return None
        node = _child(node, index)
    return node


def _index(node: Node, step: str | Item) -> int | None:
    if isinstance(node, Mapping) and isinstance(step, str):
        keys = (at for at, entry in enumerate(node.entries) if entry.key.value == step)
        return next(keys, None)
    if isinstance(node, ListNode) and isinstance(step, Item):
        found = find_step(node.tree, step)
        return found if isinstance(found, int) else None
    return None


def _child(node: Node, index: int) -> Node:
    if isinstance(node, Mapping):
        return node.entries[index].value
    assert isinstance(node, ListNode)  # scalars have no index
    return node.items[index]


def _is_empty(node: Node) -> bool:
    return node.tree is None or (not isinstance(node, Scalar) and not node.tree)


def _expect(document: Document, tree: dict[str, Tree], edit: Edit) -> dict[str, Tree]:
    """The tree after an edit, or the error that it is impossible."""
    try:
        expected = edit_tree(tree, edit)
    except Impossible:
        raise _unpatchable(document, edit.path) from None
    assert isinstance(expected, dict)  # a path is not empty, so the top stays a mapping
    return expected


def _settle(document: Document, pending: dict[int, list[Splice]]) -> Document:
    """The document with the splices of its text made."""
    return parse_nodes(_encode(document, apply_splices(document, _flat(pending))), document.file)


def _reread(document: Document, splices: Sequence[Splice]) -> Document | None:
    """The same, or None if the result is no readable file."""
    try:
        return parse_nodes(_encode(document, apply_splices(document, splices)), document.file)
    except Damaged:
        return None


def _read_or_none(source: bytes, file: str) -> dict[str, Tree] | None:
    try:
        return read_tree(source, file)
    except Damaged:
        return None


def _encode(document: Document, text: str) -> bytes:
    """A lone surrogate has no form in UTF-8; as `?` it fails the comparison."""
    return ("\ufeff" if document.has_bom else "").encode() + text.encode("utf-8", "replace")


def _flat(pending: dict[int, list[Splice]]) -> list[Splice]:
    return [splice for splices in pending.values() for splice in splices]


def _unpatchable(document: Document, path: Path) -> Damaged:
    """The error that the text is written in a way that can't be edited in place."""
    indexes: list[str | int] = []
    node: Node | None = document.root
    for step in path:
        index = _index(node, step) if node else None
        indexes.append(step if isinstance(step, str) else -1 if index is None else index)
        node = _child(node, index) if node and index is not None else None
    names = "/".join(step if isinstance(step, str) else step.value for step in path)
    text = f"`{names}` can't be changed in place: the result would say something else."
    hint = "Write this part of the file in the ordinary way, `key: value` on a line, and try again."
    return Damaged(finding("unpatchable", text, hint=hint, place=document.place(tuple(indexes))))
