"""The lines of a block collection, entry by entry, so that a merge can take them from any side.

Owns where the text of an entry begins and ends, and how one is written that stands in brackets or
nowhere. Must not know what is merged into what.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from salescli.store.document import Document, Node, Scalar, Sequence
from salescli.store.document import Mapping as MappingNode
from salescli.store.dump import Plain, Value, dump_entries, dump_items
from salescli.store.mergecomments import COMMENT
from salescli.store.splice import (
    after_break,
    column_of,
    dashes_of,
    end_of_lines,
    header_end,
    line_end,
    line_start,
    literal_end,
)

KeyOf = Callable[[object], str | None]


class Part(msgspec.Struct, frozen=True):
    """One entry or item: `lead`, the comments above it, and `body`, its lines from its key or dash.

    The first line of `body` has no indent. Without a document the lines are written anew. `by` is
    how far to the right all lines are to be moved.
    """

    lead: str
    body: str
    node: Node
    document: Document | None = None
    start: int = 0  # of the body in the document's text
    by: int = 0

    @property
    def text(self) -> str:
        """The body as it is to be written."""
        return shift(self.body, self.by)


class Block(msgspec.Struct, frozen=True):
    """A collection as lines: its own first line or dash, its parts, and comments below them.

    `is_inline`: the first part stands on the line of a dash. Parts begin at `column`.
    """

    head: str
    parts: Mapping[str, Part]
    tail: str
    column: int
    is_inline: bool = False


class Pieces(msgspec.Struct, frozen=True):
    """A part with a single value, cut where the value stands.

    What is said behind the `|` of a block of text begins `after`, as behind any other value.
    """

    before: str
    value: str
    after: str


def root_part(document: Document) -> Part:
    """A whole file as a part."""
    return Part("", document.text, document.root, document)


def split_block(part: Part, key_of: KeyOf, *, is_root: bool = False) -> Block | None:
    """The block that a part is; None if it is none, or has entries that can't be told apart."""
    node, document = part.node, part.document
    if document is None or isinstance(node, Scalar) or node.flow:
        return None
    text = document.text
    if isinstance(node, Sequence):
        starts = dashes_of(text, node)
        found = [(key_of(item.tree), item) for item in node.items]
    else:
        starts = [entry.key.start for entry in node.entries]
        found = [(entry.key.value, entry.value) for entry in node.entries]
    if not found or len({key for key, _ in found} - {None}) < len(found):
        return None
    column = column_of(text, starts[0])
    first_line = line_start(text, starts[0])
    is_inline = not is_root and first_line <= part.start
    if is_root:
        head_end = 0
    elif is_inline:
        head_end = starts[0]
    else:
        head_end = after_break(text, line_end(text, part.start))
    parts: dict[str, Part] = {}
    position = head_end
    for (key, child), start in zip(found, starts, strict=True):
        begin = start if is_inline and not parts else line_start(text, start)
        end = max(end_of_lines(text, child, column), start)
        if text[begin:start].strip(" ") or column_of(text, start) != column or begin < position:
            return None
        parts[str(key)] = Part(text[position:begin], text[start:end], child, document, start)
        position = end
    tail = text[position : part.start + len(part.body)]
    block = Block(text[part.start : head_end], parts, tail, column, is_inline)
    return move(block, column + part.by)


def write_block(part: Part, key_of: KeyOf, column: int) -> Block | None:
    """The block that a part in brackets, or an empty one, would be; None for other values."""
    node = part.node
    pieces = cut_value(part)
    if pieces is None or COMMENT.search(pieces.value):
        return None
    head = pieces.before.rstrip(" ") + pieces.after
    parts: dict[str, Part] = {}
    if isinstance(node, MappingNode):
        for entry in node.entries:
            body = dump_entries({entry.key.value: value_of(entry.value)}, column)
            parts[entry.key.value] = Part("", body[column:], entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            key = key_of(item.tree)
            if key is None or key in parts:
                return None
            parts[key] = Part("", dump_items([value_of(item)], column)[column:], item)
    elif node.tree is not None:
        return None
    return Block(head, parts, "", column)


def cut_value(part: Part) -> Pieces | None:
    """The pieces of a part whose value is a scalar or stands in brackets; None for a block."""
    node, document = part.node, part.document
    if document is None or not (isinstance(node, Scalar) or node.flow):
        return None
    start, end = node.start - part.start, node.end - part.start
    said = ""
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        end = literal_end(document.text, node) - part.start
        header = header_end(document.text, node) - part.start
        said = part.body[header : line_end(part.body, header)]
    if start < 0 or end > len(part.body):  # an empty value that libyaml puts behind its lines
        return None
    value = part.body[start:end].replace(said, "", 1) if said else part.body[start:end]
    pieces = (part.body[:start], value, said + part.body[end:])
    return Pieces(*(shift(piece, part.by) for piece in pieces))


def comments_of(part: Part | None) -> list[str]:
    """The comments above and inside a part, each once; what looks like one in a value is none."""
    if part is None:
        return []
    body = ""  # what is written anew has none
    if part.document is not None and "#" in part.body:
        body = part.body
        for start, end in _values_in(part.node, part.document.text):
            at, to = max(start - part.start, 0), max(end - part.start, 0)
            body = body[:at] + body[at:to].replace("#", "x") + body[to:]
    said = [comment.rstrip() for text in (part.lead, body) for comment in COMMENT.findall(text)]
    return list(dict.fromkeys(said))


def _values_in(node: Node, text: str) -> Iterator[tuple[int, int]]:
    """Where in the text keys and values stand; of a block of text its lines."""
    if isinstance(node, Scalar):
        if node.style in ("|", ">"):
            yield line_end(text, header_end(text, node)), literal_end(text, node)
        else:
            yield node.start, node.end
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _values_in(item, text)
    else:
        for entry in node.entries:
            yield entry.key.start, entry.key.end
            yield from _values_in(entry.value, text)


def move(block: Block, column: int) -> Block:
    """A block whose parts begin at another column."""
    by = column - block.column
    if not by:
        return block
    parts = {
        key: msgspec.structs.replace(part, lead=_shift_lines(part.lead, by), by=part.by + by)
        for key, part in block.parts.items()
    }
    return Block(block.head, parts, _shift_lines(block.tail, by), column, block.is_inline)


def _shift_lines(text: str, by: int) -> str:
    return shift("\n" + text, by)[1:]


def shift(body: str, by: int) -> str:
    """A body moved to the right or left, but for its first line and for empty ones."""
    if not by:
        return body
    first, *others = body.split("\n")
    if by > 0:
        return "\n".join([first, *(" " * by + line if line else line for line in others)])
    cut = (min(-by, len(line) - len(line.lstrip(" "))) for line in others)
    return "\n".join([first, *(line[at:] for at, line in zip(cut, others, strict=True))])


def value_of(node: Node) -> Value:
    """A node as a value that is written as it was: what stands plain stays plain."""
    if isinstance(node, Scalar):
        if node.style:
            return node.value
        return None if node.tree is None else Plain(node.value)
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return {entry.key.value: value_of(entry.value) for entry in node.entries}
