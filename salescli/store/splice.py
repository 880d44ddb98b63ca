"""Where in a text an edit cuts and what it puts there.

Owns the geometry of block and flow style: columns, lines that belong to an entry, comments. Every
function takes a document and gives splices; none knows whether the result is right, which
`patch` finds out by reading it.
"""

import re
from collections.abc import Sequence as Seq

import msgspec

from salescli.store.document import BREAK, Document, Entry, Mapping, Node, Scalar, Sequence
from salescli.store.dump import Value, dump_entries, dump_flow, dump_items, dump_scalar, dump_value

_BREAKS = "\r\n\x85\u2028\u2029"
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_HEADER = re.compile(r"[|>][0-9+-]*")
_GAP = re.compile(rf"(?:[ \t{_BREAKS}]|\#[^{_BREAKS}]*)*")


class Splice(msgspec.Struct, frozen=True):
    """`text[start:end]` becomes `new`, in which line feeds stand for the file's line ends."""

    start: int
    end: int
    new: str


class Layout(msgspec.Struct, frozen=True):
    """How a new value may be written."""

    flow: bool = False  # inside brackets or braces
    block: bool = False  # a list of words one a line
    literals: bool = True


def apply_splices(document: Document, splices: Seq[Splice]) -> str:
    """The text with all splices made; they don't overlap and refer to the text as it is."""
    text, end_of_line = document.text, _end_of_line(document.text)
    for splice in sorted(splices, key=lambda each: (each.start, each.end), reverse=True):
        new = splice.new.replace("\n", end_of_line)
        text = text[: splice.start] + new + text[splice.end :]
    return text


def splice_value(document: Document, entry: Entry, value: Value, layout: Layout) -> list[Splice]:
    """Give `entry` another value; comments on the line of its key stay."""
    text, old = document.text, entry.value
    anchor = _after_colon(text, entry)
    if layout.flow:
        new = dump_flow(value)
        if old.start < old.end:
            return [Splice(old.start, old.end, new)]
        return [
            Splice(
                anchor or entry.key.end, anchor or entry.key.end, (" " if anchor else ": ") + new
            )
        ]
    if anchor is None:
        return []
    column = column_of(text, entry.key.start)
    head, body = dump_value(value, column + 2, block=layout.block, literals=layout.literals)
    start, end, below, bottom = _spans(text, anchor, old)
    splices = []
    if head:
        splices.append(Splice(start, end, head if start < end else f" {head}"))
    elif start < end:
        gap = text[anchor:start]
        splices.append(Splice(anchor if not gap.strip(" ") else start, end, ""))
    if body or below < bottom:
        is_last = bottom == len(text) and bool(body)
        new = ("\n" + body[:-1] if body else "") + ("\n" if is_last else "")
        splices.append(Splice(below, bottom, new))
    return splices


def splice_root(document: Document, entries: dict[str, Value], layout: Layout) -> list[Splice]:
    """Fill the empty mapping `{}` of a whole file."""
    root = document.root
    if not layout.literals:  # the second try: something stands on its line
        return [Splice(root.start, root.end, dump_flow(entries))]
    lists = frozenset(entries) if layout.block else frozenset[str]()
    lines = dump_entries(entries, 0, block_lists=lists)
    is_last = root.end == len(document.text)
    return [Splice(root.start, root.end, lines if is_last else lines[:-1])]


def splice_entry(
    document: Document, mapping: Mapping, index: int, key: str, value: Value, layout: Layout
) -> list[Splice]:
    """Put a new entry before the one at `index` of a mapping that has entries."""
    text, entries = document.text, mapping.entries
    if mapping.flow:
        pair = f"{dump_scalar(key, flow=True)}: {dump_flow(value)}"
        return _between(entries[index - 1].value.end if index else None, entries[0].key.start, pair)
    column = column_of(text, entries[0].key.start)
    lists = frozenset({key}) if layout.block else frozenset[str]()
    lines = dump_entries({key: value}, column, literals=layout.literals, block_lists=lists)
    if index:
        return _append(document, entries[index - 1].value, column, lines)
    return [Splice(entries[0].key.start, entries[0].key.start, lines[column:] + " " * column)]


def splice_item(
    document: Document, sequence: Sequence, index: int, value: Value, layout: Layout
) -> list[Splice]:
    """Put a new item before the one at `index` of a list that has items."""
    items = sequence.items
    if sequence.flow:
        return _between(items[index - 1].end if index else None, items[0].start, dump_flow(value))
    column = column_of(document.text, sequence.start)
    lines = dump_items([value], column, literals=layout.literals)
    if index:
        return _append(document, items[index - 1], column, lines)
    return [Splice(sequence.start, sequence.start, lines[column:] + " " * column)]


def splice_out_entry(document: Document, mapping: Mapping, index: int) -> list[Splice]:
    """Take an entry out of a mapping that keeps others, with the comments that belong to it."""
    entries = mapping.entries
    if mapping.flow:
        spans = [(entry.key.start, entry.value.end) for entry in entries]
        return _cut_flow(spans, index)
    starts = [entry.key.start for entry in entries]
    splices = _cut_lines(document.text, starts, index, entries[index].value)
    if index and _is_kept(document.text, entries[index - 1].value):
        return [_with_blank_lines(document.text, splices[0])]
    return splices


def splice_out_item(document: Document, sequence: Sequence, index: int) -> list[Splice]:
    """Take an item out of a list that keeps others, with the comments that belong to it."""
    if sequence.flow:
        return _cut_flow([(item.start, item.end) for item in sequence.items], index)
    starts = dashes_of(document.text, sequence)
    return _cut_lines(document.text, starts, index, sequence.items[index])


def splice_out_all(document: Document) -> list[Splice]:
    """Leave an empty mapping, for a file whose last key goes."""
    root = document.root
    if root.flow:
        return [Splice(root.start, root.end, "{}")]
    column = column_of(document.text, root.start)
    stop = end_of_lines(document.text, root, column)
    return [Splice(root.start, stop, "{}\n")]


def _spans(text: str, anchor: int, node: Node) -> tuple[int, int, int, int]:
    """Start and end of what stands behind a key, then of the lines below that belong to it.

    The lines below begin at the end of the line above them, so that their own line end stays.
    """
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        header = header_end(text, node)
        below = line_end(text, header)
        return node.start, header, below, max(below, literal_end(text, node))
    if isinstance(node, Scalar) or node.flow:
        below = line_end(text, max(node.end, anchor))
        return (
            (node.start, node.end, below, below)
            if node.start < node.end
            else (
                anchor,
                anchor,
                below,
                below,
            )
        )
    below = line_start(text, node.start)
    stop = end_of_lines(text, node, column_of(text, node.start))
    return anchor, anchor, _before_break(text, below), _before_break(text, stop)


def _append(document: Document, node: Node, column: int, lines: str) -> list[Splice]:
    """Put whole lines behind those of `node`, which begins at `column`."""
    text = document.text
    at = end_of_lines(text, node, column)
    if at and text[at - 1] in _BREAKS:
        return [Splice(at, at, lines)]
    splices = [Splice(at, at, "\n" + lines)]
    leaf = _last_leaf(node)
    if isinstance(leaf, Scalar) and leaf.style in ("|", ">") and leaf.end == len(text):
        # The file ends inside the block; with a line end its text would get one, too.
        header = text[leaf.start : header_end(text, leaf)]
        if "-" not in header:
            new = header.replace("+", "") + "-"
            splices.append(Splice(leaf.start, leaf.start + len(header), new))
    return splices


def _between(after: int | None, first: int, new: str) -> list[Splice]:
    """Put `new` behind `after`, or before the first, in a list in brackets or braces."""
    if after is None:
        return [Splice(first, first, new + ", ")]
    return [Splice(after, after, ", " + new)]


def _cut_flow(spans: list[tuple[int, int]], index: int) -> list[Splice]:
    if index < len(spans) - 1:
        return [Splice(spans[index][0], spans[index + 1][0], "")]
    return [Splice(spans[index - 1][1], spans[index][1], "")]


def _cut_lines(text: str, starts: list[int], index: int, node: Node) -> list[Splice]:
    """Cut from one of `starts`, all at one column, to the end of the lines of `node`."""
    column = column_of(text, starts[index])
    stop = end_of_lines(text, node, column)
    begin = line_start(text, starts[index])
    if not text[begin : starts[index]].strip(" "):
        return [Splice(begin, stop, "")]
    # The first of its list, on the line of a dash that stays.
    indent = text[stop : stop + column]
    following = starts[index + 1] if index + 1 < len(starts) else stop
    next_start = stop + column if indent == " " * column else following
    return [Splice(starts[index], next_start, "")]


def _is_kept(text: str, node: Node) -> bool:
    """Whether `node` ends in a block `|+`, to which blank lines below belong."""
    leaf = _last_leaf(node)
    is_block = isinstance(leaf, Scalar) and leaf.style in ("|", ">")
    return is_block and "+" in text[leaf.start : header_end(text, leaf)]


def _with_blank_lines(text: str, cut: Splice) -> Splice:
    """A cut that takes the blank lines below along."""
    end = cut.end
    while end < len(text) and not text[end : line_end(text, end)].strip(" "):
        end = max(after_break(text, line_end(text, end)), end + 1)
    return Splice(cut.start, end, cut.new)


def dashes_of(text: str, sequence: Sequence) -> list[int]:
    """Where the dash of each item stands."""
    dashes = [sequence.start]
    for item in sequence.items[:-1]:
        found = _GAP.match(text, max(_last_leaf(item).end, dashes[-1] + 1))
        dashes.append(found.end() if found else 0)
    return dashes


def _after_colon(text: str, entry: Entry) -> int | None:
    found = re.compile(r"[ ]*:").match(text, entry.key.end)
    return found.end() if found else None


def _last_leaf(node: Node) -> Node:
    """The scalar or flow collection that `node` ends with."""
    while not isinstance(node, Scalar) and not node.flow:
        node = node.items[-1] if isinstance(node, Sequence) else node.entries[-1].value
    return node


def end_of_lines(text: str, node: Node, column: int) -> int:
    """Behind the last line of `node`: comment lines deeper than `column` belong to it."""
    leaf = _last_leaf(node)
    position = after_break(text, line_end(text, leaf.end))
    if isinstance(leaf, Scalar) and leaf.style in ("|", ">"):
        is_kept = _is_kept(text, leaf)
        position = leaf.end if is_kept else after_break(text, literal_end(text, leaf))
    seen = position
    while seen < len(text):
        end = line_end(text, seen)
        line = text[seen:end]
        seen = after_break(text, end)
        if line.startswith(" " * (column + 1)) and line.lstrip(" ").startswith("#"):
            position = seen
        elif line.strip(" "):
            break
    return position


def header_end(text: str, literal: Node) -> int:
    found = _HEADER.match(text, literal.start)
    return found.end() if found else literal.start


def literal_end(text: str, literal: Scalar) -> int:
    """The end of a block's last line that is not blank, without its line end."""
    header = header_end(text, literal)
    content = text[header : literal.end].rstrip(_BREAKS + " ")
    return max(line_end(text, header), min(line_end(text, header + len(content)), literal.end))


def column_of(text: str, position: int) -> int:
    return position - line_start(text, position)


def line_start(text: str, position: int) -> int:
    """YAML 1.1 counts five kinds of line ends, and so must columns."""
    start = text.rfind("\n", 0, position) + 1  # the others are rare: sought on this line alone
    for found in _OTHER_BREAKS.finditer(text, start, position):
        start = found.end()
    return start


def line_end(text: str, position: int) -> int:
    found = BREAK.search(text, position)
    return found.start() if found else len(text)


def after_break(text: str, position: int) -> int:
    found = BREAK.match(text, position)
    return found.end() if found else position


def _before_break(text: str, position: int) -> int:
    """The end of the line above `position`, which is at the start of a line or of nothing."""
    if text[position - 2 : position] == "\r\n":
        return position - 2
    return position - 1 if position and text[position - 1] in _BREAKS else position


def _end_of_line(text: str) -> str:
    """The line end of a file is that of its first line."""
    found = re.search(r"\r\n|\n|\r", text)
    return found.group() if found else "\n"
