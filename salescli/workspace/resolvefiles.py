"""One file of a merge that goes on: redone by value, and what clashes in it decided.

Owns what stands in the file then, and what of the people's own work in it is left alone. Knows no
history: `resolvehistory` sees that the events say the same.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from salescli.model.clients import is_erased
from salescli.model.errors import Damaged, Finding, Place, Refused, WrongUsage, finding
from salescli.model.mergeshapes import Shape
from salescli.model.merging import (
    UNSET,
    Clash,
    build_merged,
    clashes_of,
    entries_of,
    merge_values,
    plain,
)
from salescli.store.blobs import blob_name
from salescli.store.fieldlines import merge_fields
from salescli.store.gitlines import mark_lines, merge_lines
from salescli.store.merge import Unmergeable, merge_files
from salescli.store.mergetext import count_clashes, decide, decide_each
from salescli.store.mergeversions import Versions
from salescli.store.textchecks import has_inner_markers, has_markers
from salescli.store.yamltext import read_tree
from salescli.workspace.resolvevalues import put_value, takes_value
from salescli.workspace.session import Session

SIDES = ("ours", "theirs")
WHOLE = "record"  # the place that a record as a whole is: it can't be merged by its fields
_BEGUN = "somebody has begun to settle this file by hand, and markers are left in it"
Choose = Callable[[str], str | None]
"""What is to hold at a path: `ours`, `theirs`, or a value as it is typed; None: not said."""


class Three(msgspec.Struct, frozen=True):
    """The bytes of a file's three versions; empty where it isn't there."""

    base: bytes
    ours: bytes
    theirs: bytes


class Redone(msgspec.Struct, frozen=True):
    """A file by value. `left` clash still, by path; `taken` says what was decided."""

    path: str
    three: Three
    data: bytes
    left: tuple[tuple[str, Clash], ...] = ()
    taken: Mapping[str, str] = {}

    def side_of_stage(self) -> str:
        """The side from which the stage comes: `both` where they agree, `""` where from neither."""
        taken = self.taken.get("stage") or self.taken.get(WHOLE)
        return taken or _side_of_stage(self.three, self.data, self.path)


def redo_file(
    session: Session,
    versions: Versions,
    three: Three,
    kind: str,
    shape: Shape,
    choose: Choose,
) -> Redone:
    """A file that both sides changed, by value; raises `Damaged`, `Failed`, `Refused`.

    What people have made of it meanwhile stays: a file that git has merged is done again only
    where it is still as git's merge of lines left it.
    """
    path = versions.path
    work = session.read_required(path)
    if has_inner_markers(three.base):  # git has merged two bases into one, and those clashed
        three = msgspec.structs.replace(three, base=b"")
    is_clean = not versions.is_unmerged and not has_markers(work)
    if is_clean and (
        versions.is_edited
        or work == merge_fields(*_each(three))
        or _is_merged_right(three, work, path, shape)
        or not _is_merged_by_lines(three, work)
    ):
        return Redone(path, three, work)
    try:
        merged = merge_files(three.base, three.ours, three.theirs, path, shape, merge_lines)
    except (Damaged, Unmergeable) as error:
        if versions.is_unmerged:
            return _take_whole(versions, three, work, choose)
        if isinstance(error, Damaged):
            raise
        raise Refused(_by_hand(path, "lines of both sides can't stand in one file")) from None
    current = merged.data if _is_as_written(versions, three, work) else work
    text = _text(current)
    left = _still_clashing(text, path, merged.clashes, shape)
    sides, values = _decide(left, choose)
    decided = _without_empty(decide_each(text, sides), [name for name, _ in left], shape)
    if b"\r\n" in current:
        decided = decided.replace("\n", "\r\n")
    data = decided.encode()
    for name, value in values.items():
        data = _put(session, data, path, kind, name, value)
    remaining = tuple(clash for clash, side in zip(left, sides, strict=True) if not side)
    taken = {clash[0]: SIDES[side - 1] for clash, side in zip(left, sides, strict=True) if side}
    return Redone(path, three, data, remaining, taken | values)


def forgotten_side(kind: str, three: Three, path: str) -> bytes | None:
    """The side on which a person was erased: whatever the other one set, they don't come back."""
    if kind != "contact":
        return None
    sides = (source for source in (three.ours, three.theirs) if source)
    return next((source for source in sides if is_erased(read_tree(source, path))), None)


def _text(source: bytes) -> str:
    return source.decode("utf-8", "replace").replace("\r\n", "\n")


def _take_whole(versions: Versions, three: Three, work: bytes, choose: Choose) -> Redone:
    """A file that can't be merged by value: as one side has it, as a whole.

    What somebody has made of it by hand stays. Raises `Damaged`, `Refused`, `WrongUsage`.
    """
    path = versions.path
    is_left = work == three.ours  # as git leaves what it takes for no text
    if not is_left and not _is_as_written(versions, three, work):
        Refused.raise_if([_by_hand(path, _BEGUN)] if has_markers(work) else [])
        read_tree(work, path)
        return Redone(path, three, work)
    sides = dict(zip(SIDES, (three.ours, three.theirs), strict=True))
    wrong = {side: _why_unreadable(source, path) for side, source in sides.items()}
    said = choose(WHOLE)
    if said is None:
        told = [f"can't be read: {why}" if why else "changed" for why in wrong.values()]
        return Redone(path, three, work, ((WHOLE, Clash(UNSET, *told)),))
    if said not in sides:
        raise WrongUsage(not_a_side(WHOLE))
    if wrong[said]:
        text, hint = f"{said} can't be read: {wrong[said]}", f"take the other side, or write {path}"
        raise Refused(finding("by-hand", text, hint=hint, place=Place(path)))
    return Redone(path, three, sides[said], (), {WHOLE: said})


def _why_unreadable(source: bytes, path: str) -> str:
    try:
        read_tree(source, path)
    except Damaged as error:
        return error.findings[0].text
    return ""


def _is_as_written(versions: Versions, three: Three, work: bytes) -> bool:
    """Whether nobody has touched a file since git merged it.

    Where git hasn't kept what it wrote, it is made again: without the driver, which keeps it.
    """
    if not versions.is_unmerged:
        return not versions.is_edited
    if not versions.written:
        return has_markers(work) and _unlabelled(
            mark_lines(*map(_text, _each(three)))
        ) == _unlabelled(_text(work))
    length = len(versions.written)
    plain_ends = work.replace(b"\r\n", b"\n")
    return versions.written in (blob_name(work, length), blob_name(plain_ends, length))


def _unlabelled(text: str) -> str:
    """A text with markers that don't say whose lines they are around."""
    return re.sub(r"^(<{7}|>{7}) .*", r"\1", text, flags=re.MULTILINE)


def _is_merged_by_lines(three: Three, work: bytes) -> bool:
    """Whether a file is what git's merge of lines makes of the versions."""
    return merge_lines(*(_text(source) for source in _each(three))) == _text(work)


def _is_merged_right(three: Three, work: bytes, path: str, shape: Shape) -> bool:
    """Whether git's merge of lines says what a merge of values says."""
    trees = [read_tree(source, path) if source else UNSET for source in _each(three)]
    plan = merge_values(trees[0], trees[1], trees[2], shape, merge_lines)
    if next(clashes_of(plan), None) is not None:
        return False
    expected = build_merged(plan, trees[1], trees[2], "ours")
    return bool(plain(read_tree(work, path), shape) == plain(expected, shape))


def _each(three: Three) -> tuple[bytes, bytes, bytes]:
    return three.base, three.ours, three.theirs


def _still_clashing(
    text: str, path: str, clashes: Sequence[tuple[str, Clash]], shape: Shape
) -> list[tuple[str, Clash]]:
    """The clashes that nobody has decided yet, in the order in which they stand in the text."""
    count = count_clashes(text)
    if not count:
        Refused.raise_if([_by_hand(path, _BEGUN)] if has_markers(text.encode()) else [])
        return []
    trees = [read_tree(decide(text, number).encode(), path) for number in (1, 2)]
    left = [
        (name, clash)
        for name, clash in clashes
        if value_at(trees[0], name, shape) != value_at(trees[1], name, shape)
    ]
    if len(left) != count:
        raise Refused(_by_hand(path, _BEGUN))
    return left


def _by_hand(path: str, text: str) -> Finding:
    hint = f"finish it by hand, or begin again: git checkout -m -- {path}"
    return finding("by-hand", text, hint=hint, place=Place(path))


def _decide(left: Sequence[tuple[str, Clash]], choose: Choose) -> tuple[list[int], dict[str, str]]:
    """The side of each clash, 0 where nobody said; and what is typed instead of either."""
    sides: list[int] = []
    values: dict[str, str] = {}
    for name, clash in left:
        said = _as_side(choose(name), clash)
        sides.append(0 if said is None else 1 + SIDES.index(said) if said in SIDES else 1)
        if said is not None and said not in SIDES:
            values[name] = said
    return sides, values


def _as_side(said: str | None, clash: Clash) -> str | None:
    """A value that one of the sides has is that side."""
    sides = dict(zip(SIDES, (clash.ours, clash.theirs), strict=True))
    return next((side for side, value in sides.items() if value == said and said), said)


def _without_empty(text: str, names: Sequence[str], shape: Shape) -> str:
    """The text without the keys of lists of which the last item has gone."""
    for top in {name.partition("/")[0] for name in names if "/" in name}:
        if not shape.inner(top).stays:
            text = re.sub(rf"^{re.escape(top)}:[ \t]*\n(?![ \t<#-])", "", text, flags=re.MULTILINE)
    return text


def not_a_side(name: str) -> Finding:
    """The finding for a value of its own where there can be none."""
    words = f"{name} can only be as one of the sides has it"
    hint = f"--field {name}=ours or --field {name}=theirs"
    return finding("not-a-side", words, hint=hint, field=name)


def _put(session: Session, data: bytes, path: str, kind: str, name: str, text: str) -> bytes:
    """The file with a typed value at a path; raises `WrongUsage`, `NotFound`."""
    if not takes_value(kind, name):
        raise WrongUsage(not_a_side(name))
    return put_value(session, data, path, kind, name, text)


def value_at(tree: Any, path: str, shape: Shape) -> Any:
    """What a tree has at a path like `contacts/con-…/role`; `UNSET` where that leads nowhere."""
    value = tree
    for key in path.split("/") if path else ():
        if not isinstance(value, dict | list):
            return UNSET
        entries = entries_of(value, shape) or {}
        value, shape = entries.get(key, UNSET), shape.inner(key)
    return value


def _side_of_stage(three: Three, data: bytes, path: str) -> str:
    base, ours, theirs, now = (
        None if _why_unreadable(source, path) else read_tree(source, path).get("stage")
        for source in (*_each(three), data)
    )
    if ours == theirs:
        return "both" if now == ours else ""
    if base in (ours, theirs):
        moved = "theirs" if base == ours else "ours"
        return moved if now == (theirs if moved == "theirs" else ours) else ""
    return "ours" if now == ours else "theirs" if now == theirs else ""
