"""Strict YAML: bytes in, text or nodes out, and everything that is not plain data is refused.

Owns the scanning of YAML (nothing else in the program may import `yaml`) and the words in which
its errors are told. Must not know any record: types come from the field, so all scalars are text.

libyaml composes nodes with the resolver switched off, which is where the speed comes from; what
can hide trouble (`&`, `!`, tabs, conflict markers) sends a file through a second, careful pass.
Of the scanner's marks only `.index` is used: its lines also end at U+2028, U+0085 and CR.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import CollectionNode, MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as YamlNode

from salescli.model.errors import Damaged, Finding, Place, finding
from salescli.store.document import (
    BREAK,
    NULLS,
    Document,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
    build_place,
)
from salescli.store.textchecks import (
    MAX_FINDINGS,
    WORDS,
    build_alias,
    build_tab,
    build_tag,
    check_characters,
    check_markers,
    decode_text,
)

__all__ = ["Document", "Tree", "parse_nodes", "read_flow_mapping", "read_tree"]

MAX_DEPTH = 32
MAX_NODES = 150_000  # keys, values, lists and mappings together
_SUSPICIOUS = (b"&", b"!", b"\t", b"<<<<<<<", b">>>>>>>", b"|||||||")
"""What sends a file through the careful pass; six searches cost less than one expression."""

_KEEP_ONE = "Keep one of the two lines; in a merge salescli resolve goes through them."


class _Stopped(Exception):
    """Ends composing at a node: deeper, it would run into the end of the C stack, which kills the
    process; wider, a file of one mebibyte would take seconds and half a gigabyte."""

    def __init__(self, index: int, code: str) -> None:
        super().__init__(index, code)
        self.index = index
        self.code = code


class _Composer(CParser):
    """libyaml's composer with its hooks: no tags are resolved, depth and number are limited."""

    def __init__(self, source: bytes) -> None:
        super().__init__(source)
        self._depth = 0
        self._left = MAX_NODES

    def descend_resolver(self, parent: Any, index: Any) -> None:
        self._depth += 1
        self._left -= 1
        if self._depth > MAX_DEPTH:
            raise _Stopped(parent.start_mark.index, "too-deep")
        if self._left < 0:
            raise _Stopped(parent.start_mark.index, "too-large")

    def ascend_resolver(self) -> None:
        self._depth -= 1

    resolve = staticmethod(slice)  # no tag is wanted: three arguments taken in C, nothing done


def read_tree(source: bytes, file: str) -> dict[str, Tree]:
    """What the file says; `Damaged` with all findings if it is not one plain mapping."""
    text, data = decode_text(source, file)
    return _read_checked(_compose(data, text, file), data, text, file)


def read_flow_mapping(line: str, file: str, line_number: int) -> dict[str, Tree]:
    """What one line `- {…}` of a list says, as strictly as a file; places get `line_number`."""
    data = line.encode("utf-8", "surrogatepass")
    check_characters(line, file, line_number)
    Damaged.raise_if(check_markers(line, file, line_number))
    root = _compose(data, line, file, line_number)
    item = root.value[0] if isinstance(root, SequenceNode) and len(root.value) == 1 else None
    if not isinstance(item, MappingNode) or not item.flow_style:
        place = build_place(line, file, 0, len(line), line_number)
        text = "This line is not one entry of the form `- {key: value, …}`."
        raise Damaged(finding("not-a-mapping", text, place=place))
    Damaged.raise_if(_check(item, line, file, line_number))
    return _careful_tree(item)


def parse_nodes(source: bytes, file: str) -> Document:
    """The file as nodes with their spans; as strict as `read_tree`."""
    text, data = decode_text(source, file)
    root = _compose(data, text, file)
    _read_checked(root, data, text, file)
    node = _convert(root)
    assert isinstance(node, Mapping)  # nothing else passes the check
    return Document(file, text, node, len(data) != len(source))


def _read_checked(root: YamlNode, data: bytes, text: str, file: str) -> dict[str, Tree]:
    """The tree, by the fast way if nothing is suspicious; `Damaged` with all findings."""
    if type(root) is MappingNode and not any(map(data.__contains__, _SUSPICIOUS)):
        tree = _build_mapping(root)
        if tree is not None:
            return tree
    Damaged.raise_if(_check(root, text, file))
    return _careful_tree(root)


def _compose(data: bytes, text: str, file: str, first_line: int = 1) -> YamlNode:
    """The top node; `Damaged` if there is none or libyaml can't read the text."""
    try:
        root = _Composer(data).get_single_node()
    except _Stopped as error:
        place = build_place(text, file, error.index, error.index + 1, first_line)
        if error.code == "too-deep":
            raise Damaged(_too_deep(place)) from None
        what = f"The file has more than {MAX_NODES} keys and values, too many for one record."
        raise Damaged(finding("too-large", what, place=place)) from None
    except yaml.YAMLError as error:
        check_characters(text, file, first_line)
        Damaged.raise_if(check_markers(text, file, first_line))
        raise Damaged(_translate(error, text, file, first_line)) from None
    if root is None:
        what = "The file is empty; it should hold a mapping of keys to values."
        raise Damaged(finding("empty-file", what, place=build_place(text, file, 0, 0, first_line)))
    return root


def _translate(error: yaml.YAMLError, text: str, file: str, first_line: int) -> Finding:
    """libyaml's complaint in plain words."""
    problem = str(getattr(error, "problem", "") or error)
    mark = getattr(error, "problem_mark", None)
    index = mark.index if mark else 0
    place = build_place(text, file, index, index + 1, first_line)
    context = str(getattr(error, "context", "") or "")
    if "another document" in problem:
        what = "A second document begins here; a file holds one record."
        return finding("several-documents", what, hint="Delete this `---` line.", place=place)
    if "nesting depth" in problem:
        return _too_deep(place)
    if "alias" in problem or "anchor" in problem + context:
        return build_alias(place)
    if "tag" in problem + context:
        return build_tag(place)
    if text[index : index + 1] == "\t":
        return build_tab(place)
    what, hint = WORDS.get(problem, (problem, ""))
    return finding("yaml-syntax", f"This can't be read as YAML: {what}.", hint=hint, place=place)


def _too_deep(place: Place) -> Finding:
    return finding("too-deep", f"Values are nested over {MAX_DEPTH} levels deep here.", place=place)


def _build_mapping(node: YamlNode) -> dict[str, Tree] | None:
    """The fast way to the tree; None if the careful pass has to say what is wrong."""
    tree: dict[str, Tree] = {}
    for key, value in node.value:
        if type(key) is not ScalarNode:
            return None
        if type(value) is ScalarNode:
            text = value.value
            tree[key.value] = None if text in NULLS and not value.style else text
        elif type(value) is MappingNode:
            mapping = _build_mapping(value)
            if mapping is None:
                return None
            tree[key.value] = mapping
        else:
            items = _build_list(value)
            if items is None:
                return None
            tree[key.value] = items
    return tree if len(tree) == len(node.value) else None


def _build_list(node: YamlNode) -> list[Tree] | None:
    items: list[Tree] = []
    for value in node.value:
        if type(value) is ScalarNode:
            items.append(None if value.value in NULLS and not value.style else value.value)
            continue
        built = _build_mapping(value) if type(value) is MappingNode else _build_list(value)
        if built is None:
            return None
        items.append(built)
    return items


def _careful_tree(node: YamlNode) -> dict[str, Tree]:
    tree = _build_mapping(node)
    assert tree is not None  # `_check` has found nothing
    return tree


def _check(root: YamlNode, text: str, file: str, first_line: int = 1) -> list[Finding]:
    """Everything in a readable text that is not plain data in one mapping."""
    findings = check_markers(text, file, first_line)
    if findings:
        return findings
    if not isinstance(root, MappingNode):
        kind = "a list" if isinstance(root, SequenceNode) else "text"
        what = f"The file is {kind}; it should hold a mapping of keys to values."
        place = build_place(text, file, root.start_mark.index, root.end_mark.index, first_line)
        findings.append(finding("not-a-mapping", what, place=place))
    leaves: list[tuple[int, int]] = []
    for found in _check_node(root, text, file, first_line, leaves):
        findings.append(found)
        if len(findings) >= MAX_FINDINGS:
            return findings
    if "\t" in text and not findings:
        findings.extend(islice(_check_tabs(leaves, text, file, first_line), MAX_FINDINGS))
    return findings


def _check_node(
    node: YamlNode, text: str, file: str, first_line: int, leaves: list[tuple[int, int]]
) -> Iterator[Finding]:
    """Findings of a node and all below it; spans of scalars go to `leaves` in reading order.

    A node with an anchor is not gone into, so a cycle or a bomb of aliases ends at its anchor.
    """
    start, end = node.start_mark.index, node.end_mark.index
    mark = text[start] if start < end else ""
    if mark in ("&", "!"):
        place = build_place(text, file, start, start + 1, first_line)
        yield build_alias(place) if mark == "&" else build_tag(place)
        return
    if isinstance(node, ScalarNode):
        leaves.append((start, end))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _check_node(item, text, file, first_line, leaves)
    else:
        seen: dict[str, int] = {}
        for key, value in node.value:
            yield from _check_key(key, seen, text, file, first_line)
            yield from _check_node(key, text, file, first_line, leaves)
            yield from _check_node(value, text, file, first_line, leaves)


def _check_key(
    key: YamlNode, seen: dict[str, int], text: str, file: str, first_line: int
) -> Iterator[Finding]:
    """A key is text and stands once in its mapping."""
    start, end = key.start_mark.index, key.end_mark.index
    if isinstance(key, ScalarNode) and key.value not in seen:
        seen[key.value] = start
        return
    place = build_place(text, file, start, end, first_line)
    if not isinstance(key, ScalarNode):
        yield finding("key-not-text", "A key is a list or a mapping; keys are text.", place=place)
        return
    first = build_place(text, file, seen[key.value], seen[key.value], first_line).line
    what = f"The key `{key.value}` stands twice: in line {first} and in line {place.line}."
    yield finding("duplicate-key", what, hint=_KEEP_ONE, place=place)


def _check_tabs(
    leaves: list[tuple[int, int]], text: str, file: str, first_line: int
) -> Iterator[Finding]:
    """Tabs between values: libyaml takes some of them, other readers none."""
    position = 0
    for start, end in [*leaves, (len(text), len(text))]:
        for index in _tabs_outside_comments(text, position, start):
            yield build_tab(build_place(text, file, index, index + 1, first_line))
        position = max(position, end)


def _tabs_outside_comments(text: str, position: int, stop: int) -> Iterator[int]:
    """Where tabs stand between two scalars, which no quote can stand between."""
    while position < stop:
        if text[position] == "#":
            ended = BREAK.search(text, position, stop)
            position = ended.end() if ended else stop
            continue
        if text[position] == "\t":
            yield position
        position += 1


def _convert(node: YamlNode) -> Node:
    """A node of ours. The end of a block collection is its last leaf's: libyaml's own is the next
    token's, behind comments that may belong elsewhere."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, ScalarNode):
        return Scalar(node.value, start, end, node.style or "")
    flow = isinstance(node, CollectionNode) and bool(node.flow_style)
    if isinstance(node, SequenceNode):
        items = [_convert(item) for item in node.value]
        return Sequence(items, start, end if flow or not items else items[-1].end, flow)
    entries: list[Entry] = []
    for key, value in node.value:
        known = Scalar(key.value, key.start_mark.index, key.end_mark.index, key.style or "")
        entries.append(Entry(known, _convert(value)))
    return Mapping(entries, start, end if flow or not entries else entries[-1].value.end, flow)
