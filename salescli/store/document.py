"""A YAML file as nodes that know where they stand in its text.

Owns spans, and places in lines and columns. Must not know how YAML is scanned (that is
`yamltext`) nor how text is changed (that is `patch`).
"""

import re
from typing import TypeAlias

import msgspec

from salescli.model.errors import Place

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
"""What a file says, with every scalar as text; a plain empty, `~` or `null` is None."""

BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line for YAML 1.1; editors and git count line feeds alone, and so do places."""


class Scalar(msgspec.Struct, gc=False):
    """`start` and `end` count characters of the text; an empty value has both at one spot."""

    value: str
    start: int
    end: int
    style: str  # "" plain, "'", '"', "|", ">"

    @property
    def tree(self) -> str | None:
        return None if not self.style and self.value in NULLS else self.value


class Entry(msgspec.Struct):
    """A key and its value."""

    key: Scalar
    value: "Node"


class Mapping(msgspec.Struct):
    """In block style it ends where its last leaf ends."""

    entries: list[Entry]
    start: int
    end: int
    flow: bool

    @property
    def tree(self) -> dict[str, Tree]:
        return {entry.key.value: entry.value.tree for entry in self.entries}

    def find(self, key: str) -> Entry | None:
        """The entry of `key`, if there is one."""
        return next((entry for entry in self.entries if entry.key.value == key), None)


class Sequence(msgspec.Struct):
    """In block style it starts at its first dash and ends where its last leaf ends."""

    items: list["Node"]
    start: int
    end: int
    flow: bool

    @property
    def tree(self) -> list[Tree]:
        return [item.tree for item in self.items]


Node: TypeAlias = Scalar | Mapping | Sequence

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that mean nothing."""


def build_place(text: str, file: str, start: int, end: int, first_line: int = 1) -> Place:
    """The spot of `text[start:end]`, as far as it goes on its first line.

    Lines are counted by line feeds in the text itself: the scanner also counts U+2028, U+0085 and
    lone carriage returns, which no editor shows as lines.
    """
    start = min(start, len(text))
    line = text.count("\n", 0, start) + first_line
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    excerpt = text[begin : len(text) if stop < 0 else stop].removesuffix("\r")
    width = max(1, min(end, begin + len(excerpt)) - start)
    return Place(file, line, start - begin + 1, excerpt, width)


class Document(msgspec.Struct):
    """One file: its text without byte order mark, and its nodes."""

    file: str
    text: str
    root: Mapping
    has_bom: bool

    @property
    def tree(self) -> dict[str, Tree]:
        return self.root.tree

    def place(self, path: tuple[str | int, ...]) -> Place:
        """Where the value at `path` stands; else its key; else the nearest ancestor that exists.

        A collection in block style is shown by its key.
        """
        node: Node = self.root
        shown: Node = self.root
        for step in path:
            entry, child = _follow(node, step)
            if child is None:
                break
            node = child
            shown = _shown(entry, child)
        is_inline = isinstance(shown, Scalar) and shown.style not in ("|", ">")
        end = shown.end if is_inline else shown.start + 1
        return build_place(self.text, self.file, shown.start, end)

    def key_place(self, path: tuple[str | int, ...]) -> Place:
        """Where the key that `path` ends in stands, or what `place` gives if it is not a key."""
        node: Node = self.root
        for step in path[:-1]:
            child = _follow(node, step)[1]
            if child is None:
                return self.place(path)
            node = child
        entry = _follow(node, path[-1])[0] if path else None
        if entry is None:
            return self.place(path)
        return build_place(self.text, self.file, entry.key.start, entry.key.end)


def _follow(node: Node, step: str | int) -> tuple[Entry | None, Node | None]:
    """The entry, if it is one, and the node that one step leads to."""
    if isinstance(node, Mapping):
        entry = node.find(str(step))
        return entry, entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return None, node.items[step]
    return None, None


def _shown(entry: Entry | None, child: Node) -> Node:
    """What a caret points at for `child`: its key where it has no text of its own."""
    is_hidden = child.start == child.end or not (isinstance(child, Scalar) or child.flow)
    return entry.key if entry and is_hidden else child
