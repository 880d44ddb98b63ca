"""The text of a merged file: whole lines of both sides, with markers around what clashes.

Owns which lines go where: what a side left alone is the other's, byte for byte; comments of both
stay. What becomes of the values is decided already, by `salescli.model.merging`.
"""

import re
from collections.abc import Iterator
from collections.abc import Sequence as TypeSequence
from itertools import takewhile
from typing import NamedTuple

from salescli.model.mergeshapes import Shape
from salescli.model.merging import Clash, Each, Keep, Made, Plan, Torn, merge_order
from salescli.store.document import Document, Node, Scalar, Sequence
from salescli.store.document import Mapping as MappingNode
from salescli.store.dump import Value, dump_flow, dump_value
from salescli.store.mergecomments import (
    COMMENT,
    keep_added,
    merge_comment_lines,
    merge_said,
    set_beside,
    stands_in,
)
from salescli.store.mergeparts import (
    Block,
    Part,
    Pieces,
    comments_of,
    cut_value,
    move,
    root_part,
    split_block,
    value_of,
    write_block,
)

OURS, MIDDLE, THEIRS = "<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"
_MARKED = re.compile(f"^{OURS}(.*?)^{MIDDLE}(.*?)^{THEIRS}", re.MULTILINE | re.DOTALL)

Path = tuple[str, ...]


class Text(NamedTuple):
    """A merged text; `forced` are paths that clash only because of how they are written."""

    text: str
    forced: tuple[Path, ...]


class Three(NamedTuple):
    """One entry in the three versions; None where it isn't there."""

    base: Part | None
    ours: Part | None
    theirs: Part | None


class _Marked(str):
    """Lines with their markers, which begin where lines begin."""

    __slots__ = ()


class _Stuck(Exception):
    """It is written in a way in which lines of both sides can't stand together."""


def merge_texts(
    base: Document | None, ours: Document, theirs: Document, plan: Plan, shape: Shape
) -> Text:
    """What a plan makes of three texts, all of which end with a line feed."""
    merger = _Merger()
    three = Three(base if base is None else root_part(base), root_part(ours), root_part(theirs))
    text = merger.body(plan, three, shape, (), 0)
    written = "{}\n" if text is None else str(text)
    return Text(_left_out(three, written, 0) + written, tuple(merger.forced))


def mark_whole(ours: bytes, theirs: bytes) -> bytes:
    """Two files in one, each between its markers."""
    ends = [b"" if source.endswith(b"\n") else b"\n" for source in (ours, theirs)]
    parts = (OURS.encode(), ours, ends[0], MIDDLE.encode(), theirs, ends[1], THEIRS.encode())
    return b"".join(parts)


def decide(text: str, side: int) -> str:
    """The text with every clash decided: for ours (1) or theirs (2)."""
    return _MARKED.sub(lambda found: found[side], text)


def decide_each(text: str, sides: TypeSequence[int]) -> str:
    """The text with one clash after the other decided: for ours (1), theirs (2), or left (0)."""
    waiting = iter(sides)
    return _MARKED.sub(lambda found: found[next(waiting)], text)


def count_clashes(text: str) -> int:
    """How many clashes stand in a text."""
    return sum(1 for _ in _MARKED.finditer(text))


class _Merger:
    def __init__(self) -> None:
        self.forced: list[Path] = []

    def body(self, plan: Plan, three: Three, shape: Shape, path: Path, column: int) -> str | None:
        """The lines of one entry, from its key on; None if it goes."""
        if isinstance(plan, Clash) and not isinstance(plan, Torn):
            return _mark(three, column)
        if isinstance(plan, Keep):
            is_whole, part = _choose(plan, three)
            if is_whole:
                return part.text if part else None
        try:
            if isinstance(plan, Torn):
                return _mark_lines(plan, three, shape, column)
            blocks = _split(three, shape, is_root=not path)
            if blocks is not None:
                return self._block(plan, blocks, shape, path)
            return _write_value(plan, three, shape, column)
        except _Stuck:
            if isinstance(plan, Keep):
                kept = three.theirs if plan.side == "theirs" else three.ours
                assert kept is not None  # one alone is taken as it stands
                return kept.text
            self.forced.append(path)
            return _mark(three, column)

    def _block(
        self, plan: Plan, blocks: tuple[Block | None, ...], shape: Shape, path: Path
    ) -> str | None:
        shown = blocks[1] or blocks[2]
        assert shown is not None  # a block is split where there is one
        heads = [None if block is None else block.head for block in blocks]
        head = merge_said(heads, shown.column)
        is_inline = bool(head) and not head.endswith("\n")
        lines, carried, forced = [head], "", len(self.forced)
        for key, inner in _plans_of(plan, blocks, shape):
            parts = Three(*(block.parts.get(key) if block else None for block in blocks))
            body = self.body(inner, parts, shape.inner(key), (*path, key), shown.column)
            leads = [None if part is None else part.lead for part in parts]
            lead = keep_added(leads) if body is None else merge_comment_lines(leads)
            lead += _left_out(parts, lead + (body or ""), shown.column)
            if body is None:
                carried += lead
                continue
            lead, carried = carried + lead, ""
            if is_inline and len(lines) == 1:
                if isinstance(body, _Marked):
                    del self.forced[forced:]
                    raise _Stuck
                # Nothing stands above what a dash begins.
                lead, carried = "", lead if lead.strip() else ""
            else:
                lead = set_beside(lead, shown.column) if len(lines) > 1 else lead
                lead += "" if isinstance(body, _Marked) else " " * shown.column
            lines.append(lead + body)
        if len(lines) == 1 and path and not shape.stays:
            return None
        tail = merge_comment_lines([None if block is None else block.tail for block in blocks])
        rest = "{}\n" if len(lines) == 1 and not path else ""
        return "".join([*lines, rest, set_beside(carried + tail, shown.column)])


def _choose(plan: Keep, three: Three) -> tuple[bool, Part | None]:
    """Whether one version can be taken as it stands, and which; with its comments, that is."""
    base, ours, theirs = three
    if plan.side != "both":
        chosen, other = (ours, theirs) if plan.side == "ours" else (theirs, ours)
        if chosen is None:  # removed; or the other has a new key that is empty and says nothing
            return True, other if base is None else None
        is_whole = other is None or base is None
        return is_whole or other.text in (base.text, chosen.text), chosen  # type: ignore[union-attr]
    if ours is None or theirs is None:  # an empty key, that one side has left out
        there = ours or theirs
        is_old = base is not None and there is not None and there.text == base.text
        return True, None if is_old else there
    old = base.text if base is not None else None
    if theirs.text in (old, ours.text):
        return True, ours
    return ours.text == old, theirs


def _left_out(three: Three, written: str, column: int) -> str:
    """The comments that a side has added to an entry and that stand not in what is written of it.

    The other side has removed what they were said of, or has written it in another way.
    """
    added = [*comments_of(three.ours), *comments_of(three.theirs)]
    if not added:
        return ""
    old = comments_of(three.base)
    left = [said for said in added if said not in old and not stands_in(said, written)]
    return "".join(f"{' ' * column}{said}\n" for said in dict.fromkeys(left))


def _mark(three: Three, column: int) -> _Marked:
    ours, theirs = (
        " " * column + part.text if part is not None else "" for part in (three.ours, three.theirs)
    )
    return _Marked(OURS + ours + MIDDLE + theirs + THEIRS)


def _mark_lines(plan: Torn, three: Three, shape: Shape, column: int) -> _Marked:
    """A text with markers around the lines that differ, from the first to the last one."""
    sides = [
        f"{' ' * column}{_write_value(Made(text), three, shape, column)}"
        for text in (plan.ours, plan.theirs)
    ]
    ours, theirs = ([f"{line}\n" for line in side.split("\n")[:-1]] for side in sides)
    above = _count_same(ours, theirs)
    below = _count_same(ours[above:][::-1], theirs[above:][::-1])
    cut = [lines[above : len(lines) - below] for lines in (ours, theirs)]
    marked = [OURS, *cut[0], MIDDLE, *cut[1], THEIRS]
    return _Marked("".join([*ours[:above], *marked, *ours[len(ours) - below :]]))


def _count_same(ours: TypeSequence[str], theirs: TypeSequence[str]) -> int:
    """How many lines are the same from the first one on."""
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(ours, theirs, strict=False)))


# Blocks


def _split(three: Three, shape: Shape, *, is_root: bool) -> tuple[Block | None, ...] | None:
    """The three versions as blocks at one column; None if neither side is one."""
    blocks = [
        None if part is None else split_block(part, shape.key_of, is_root=is_root) for part in three
    ]
    shown = blocks[1] or blocks[2]
    if shown is None:
        return None
    made: list[Block | None] = []
    for part, block in zip(three, blocks, strict=True):
        if block is None and part is not None:
            block = write_block(part, shape.key_of, shown.column)
            if block is None and part is not three.base:
                raise _Stuck
        made.append(None if block is None else move(block, shown.column))
    return tuple(made)


def _plans_of(
    plan: Plan, blocks: tuple[Block | None, ...], shape: Shape
) -> Iterator[tuple[str, Plan]]:
    """What becomes of each part; where the values are one side's, each part is that side's."""
    if isinstance(plan, Each):
        yield from plan.plans.items()
        return
    base, ours, theirs = (list(block.parts) if block else [] for block in blocks)
    order = merge_order(base, ours, theirs, shape)
    if order is None:
        raise _Stuck
    for key in order:
        yield key, plan


# Values on a line


def _write_value(plan: Plan, three: Three, shape: Shape, column: int) -> str | None:
    """An entry with one value, from pieces of both sides."""
    base, mine, other = (None if part is None else cut_value(part) for part in three)
    ours, theirs = mine or other, other or mine
    if ours is None or theirs is None or (not isinstance(plan, Each) and mine is not ours):
        raise _Stuck
    old = base or Pieces("", "", "")
    value = _value_of_plan(plan, three, old, ours, theirs, shape, column)
    if value is None:
        return None
    before = theirs.before if ours.before == old.before else ours.before
    after = merge_said([old.after, ours.after, theirs.after], column + 2)
    return _join(before, value, after)


def _value_of_plan(
    plan: Plan, three: Three, old: Pieces, ours: Pieces, theirs: Pieces, shape: Shape, column: int
) -> str | None:
    if isinstance(plan, Made):
        return _dump(plan.value, column)
    if isinstance(plan, Keep):
        is_theirs = plan.side == "theirs" or (plan.side == "both" and ours.value == old.value)
        return theirs.value if is_theirs else ours.value
    if COMMENT.search(ours.value) or COMMENT.search(theirs.value):
        raise _Stuck
    merged = _build(plan, *(None if part is None else part.node for part in three[1:]))
    return dump_flow(merged) if merged or shape.stays else None


def _dump(text: str, column: int) -> str:
    head, body = dump_value(text, column + 2)
    return f"{head}\n{body[:-1]}" if body else head


def _join(before: str, value: str, after: str) -> str:
    """The pieces as lines.

    Comments behind and below a block of text go behind its first line: below, they would be in it.
    """
    before = before.rstrip(" ") + (" " if value else "")
    if value[:1] not in ("|", ">"):
        return before + value + after
    said, _, below = after.partition("\n")
    header, _, lines = value.partition("\n")
    comments = "".join(f" {comment}" for comment in COMMENT.findall(below))
    return f"{before}{header}{said}{comments}\n{lines}\n"


def _build(plan: Plan, ours: Node | None, theirs: Node | None) -> Value:
    """The value in brackets that a plan makes, each scalar written as it was."""
    if isinstance(plan, Made):
        return plan.value
    if isinstance(plan, Clash):
        raise _Stuck
    if isinstance(plan, Keep):
        node = theirs if plan.side == "theirs" or ours is None else ours
        assert node is not None  # what isn't there isn't built
        return value_of(node)
    mine, other = _nodes_of(ours, plan.shape), _nodes_of(theirs, plan.shape)
    built: dict[str, Value] = {}
    for key, inner in plan.plans.items():
        side = getattr(inner, "side", "both")
        if (side != "theirs" and key in mine) or (side != "ours" and key in other):
            built[key] = _build(inner, mine.get(key), other.get(key))
    is_mapping = isinstance(ours, MappingNode) or isinstance(theirs, MappingNode)
    return built if is_mapping else list(built.values())


def _nodes_of(node: Node | None, shape: Shape) -> dict[str, Node]:
    if isinstance(node, MappingNode):
        return {entry.key.value: entry.value for entry in node.entries}
    if isinstance(node, Sequence):
        return {str(shape.key_of(item.tree)): item for item in node.items}
    assert node is None or isinstance(node, Scalar)  # an empty one
    return {}
