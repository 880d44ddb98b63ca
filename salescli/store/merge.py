"""Three versions of a record's file into one, by value.

Owns the way from bytes to bytes, line ends and byte order mark, and the proof that the text says
what was decided. Must not know git: where it is called from, and what is done where it gives up.
"""

from collections.abc import Sequence

import msgspec

from salescli.model.errors import Damaged
from salescli.model.ids import is_born_id
from salescli.model.mergeshapes import Shape
from salescli.model.merging import (
    UNSET,
    Clash,
    MergeLines,
    Plan,
    Side,
    build_merged,
    clash_at,
    clashes_of,
    made_of,
    merge_values,
    plain,
)
from salescli.store.document import Document, Node, Scalar
from salescli.store.document import Sequence as ListNode
from salescli.store.mergetext import decide, merge_texts
from salescli.store.splice import header_end
from salescli.store.yamltext import parse_nodes, read_tree

_BOM = b"\xef\xbb\xbf"


class Merged(msgspec.Struct, frozen=True):
    """What became of a file.

    `clashes` stand in it between markers, by path. `made` are the paths of what neither side has
    as it is now: texts merged line by line, sets of words.
    """

    data: bytes
    clashes: tuple[tuple[str, Clash], ...]
    made: tuple[str, ...]


class Unmergeable(Exception):
    """Lines of both sides can't stand in one file: it would say something else than was decided."""


class TwoRecords(Exception):
    """The versions are of two records, which git takes for one that was renamed."""


class _Version(msgspec.Struct, frozen=True):
    document: Document | None  # None: the file is not there
    has_bom: bool = False
    has_crlf: bool = False


def merge_files(
    base: bytes, ours: bytes, theirs: bytes, file: str, shape: Shape, merge_lines: MergeLines
) -> Merged:
    """Merge by field, by item and by word; what both sides changed stands between markers.

    An empty `base` is a file that both sides have made. Raises `Damaged` where a version can't be
    read, `TwoRecords`, `Unmergeable`.
    """
    names = (f"{file} (base)", f"{file} (ours)", f"{file} (theirs)")
    three = [_read(*pair) for pair in zip((base, ours, theirs), names, strict=True)]
    documents = [version.document for version in three]
    if documents[1] is None or documents[2] is None:
        read_tree(ours if documents[1] is None else theirs, file)  # raises: the file is empty
    old, mine, other = documents
    assert mine is not None and other is not None  # read_tree has raised
    trees = (old.tree if old else UNSET, mine.tree, other.tree)
    ids = {said for tree in trees if is_born_id(said := _id_of(tree))}
    if len(ids) > 1:
        raise TwoRecords(", ".join(sorted(ids)))
    plan = merge_values(*trees, shape, merge_lines)
    made = merge_texts(old, mine, other, plan, shape)
    for path in made.forced:
        plan = clash_at(plan, path, trees, shape)
    _prove(made.text, file, plan, trees, shape)
    clashes = tuple(clashes_of(plan))
    text = made.text.replace("\n", "\r\n") if _picked(three, "has_crlf") else made.text
    data = (_BOM if _picked(three, "has_bom") else b"") + text.encode()
    return Merged(data, clashes, tuple(made_of(plan)))


def _id_of(tree: object) -> str:
    said = tree.get("id") if isinstance(tree, dict) else None
    return said if isinstance(said, str) else ""


def _read(source: bytes, file: str) -> _Version:
    """A version with line feeds alone, the last line with its own."""
    if not source.strip():
        return _Version(None)
    has_bom = source.startswith(_BOM)
    data = source[len(_BOM) :] if has_bom else source
    has_crlf = data.partition(b"\n")[0].endswith(b"\r")  # a file's line end is its first one
    data = data.replace(b"\r\n", b"\n")
    document = parse_nodes(data, file)
    if not data.endswith(b"\n"):
        document = _with_last_break(document)
    return _Version(document, has_bom, has_crlf)


def _with_last_break(document: Document) -> Document:
    """The document with a line feed at its end, and the same values."""
    leaf: Node = document.root
    while not isinstance(leaf, Scalar) and not leaf.flow:
        leaf = leaf.items[-1] if isinstance(leaf, ListNode) else leaf.entries[-1].value
    text = document.text
    if isinstance(leaf, Scalar) and leaf.style in ("|", ">") and leaf.end == len(text):
        end = header_end(text, leaf)
        if "-" not in text[leaf.start : end]:
            text = f"{text[: leaf.start]}{text[leaf.start : end].rstrip('+')}-{text[end:]}"
    return parse_nodes(f"{text}\n".encode(), document.file)


def _picked(three: Sequence[_Version], name: str) -> bool:
    """How the result is written: as ours is, unless theirs alone has changed it."""
    old, mine, other = (getattr(version, name) for version in three)
    there = three[0].document is not None
    return bool(other if there and mine == old else mine)


def _prove(
    text: str, file: str, plan: Plan, trees: tuple[object, object, object], shape: Shape
) -> None:
    """Read the text with every clash decided either way; it must say what the plan says."""
    sides: tuple[Side, Side] = ("ours", "theirs")
    for number, side in enumerate(sides, 1):
        decided = decide(text, number)
        if number == 2 and decided == text:  # nothing clashes: both ways are one
            return
        expected = plain(build_merged(plan, trees[1], trees[2], side), shape)
        try:
            tree: object = read_tree(decided.encode(), file)
        except Damaged:
            tree = None
        if tree is None or plain(tree, shape) != expected:
            raise Unmergeable
