"""Three versions of one file, as values: what a merge of them keeps, makes, or leaves to people.

Owns the decision, field by field and item by item (format.md section 8). Must not know text, files
nor git: values come in as trees of text, and `merge_lines` is how texts of several lines merge.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from salescli.model.mergeshapes import Shape

Value: TypeAlias = Any
"""Text, None, a list or a mapping of such; `UNSET` where there is nothing, not even a key."""

UNSET = msgspec.UNSET
Side = Literal["ours", "theirs"]
MergeLines = Callable[[str, str, str], str | tuple[str, str] | None]
"""Base, ours and theirs to one text. Where both changed the same lines, to two: with those as ours
and as theirs has them, and all others merged. None where lines say nothing."""


class Keep(msgspec.Struct, frozen=True):
    """The value of one side, as a whole; of `both` where they say the same."""

    side: Literal["ours", "theirs", "both"]


class Made(msgspec.Struct, frozen=True):
    """A text made from both sides, line by line."""

    value: str


class Clash(msgspec.Struct, frozen=True):
    """Both sides changed it, and not to the same."""

    base: Value
    ours: Value
    theirs: Value


class Torn(Clash, frozen=True):
    """A text of which both changed the same lines: `ours` and `theirs` have all others merged."""


class Each(msgspec.Struct, frozen=True):
    """A mapping, or a list of items or words by their keys, merged one by one, in this order."""

    plans: Mapping[str, "Plan"]
    shape: Shape


Plan: TypeAlias = Keep | Made | Clash | Torn | Each


def merge_values(
    base: Value, ours: Value, theirs: Value, shape: Shape, merge_lines: MergeLines
) -> Plan:
    """What becomes of a value of which there are three versions.

    What one side left alone is as the other side has it. Of a mapping, a list of items and a set
    of words each entry is decided by itself. All else that both changed is a `Clash`.
    """
    if is_same(ours, theirs, shape):
        return Keep("both")
    if is_same(base, ours, shape):
        return Keep("theirs")
    if is_same(base, theirs, shape):
        return Keep("ours")
    if isinstance(ours, str) and isinstance(theirs, str):
        return _merge_text(base, ours, theirs, merge_lines)
    clash = Clash(base, ours, theirs)
    old, mine, other = (_group(value, shape) for value in (base, ours, theirs))
    if mine is None or other is None or {type(ours), type(theirs)} == {list, dict}:
        return clash
    return _merge_entries(old or {}, mine, other, shape, merge_lines) or clash


def _group(value: Value, shape: Shape) -> Mapping[str, Value] | None:
    """The entries that a value may be merged by; None if it is one value.

    A list or mapping of entries that isn't there has none. A record that isn't there is gone.
    """
    if value is None or value is UNSET:
        return {} if shape.has_keys or shape.others is not None else None
    return entries_of(value, shape) if isinstance(value, dict | list) else None


def _merge_text(base: Value, ours: str, theirs: str, merge_lines: MergeLines) -> Plan:
    old = base if isinstance(base, str) else ""
    if any("\n" in text for text in (old, ours, theirs)):
        made = merge_lines(old, ours, theirs)
        if made is not None:
            return Made(made) if isinstance(made, str) else Torn(base, *made)
    return Clash(base, ours, theirs)


def _merge_entries(
    base: Mapping[str, Value],
    ours: Mapping[str, Value],
    theirs: Mapping[str, Value],
    shape: Shape,
    merge_lines: MergeLines,
) -> Each | None:
    order = merge_order(list(base), list(ours), list(theirs), shape)
    if order is None:
        return None
    plans: dict[str, Plan] = {}
    for key in order:
        old, mine, other = (group.get(key, UNSET) for group in (base, ours, theirs))
        plans[key] = merge_values(old, mine, other, shape.inner(key), merge_lines)
    return Each(plans, shape)


def entries_of(value: Value, shape: Shape) -> Mapping[str, Value] | None:
    """The entries of a mapping, of a list its items by key; None where they have no keys.

    The entry of a word in a set is the word itself.
    """
    if isinstance(value, dict):
        return value
    if not value:
        return {}
    if not isinstance(value, list) or not shape.has_keys:
        return None
    keys = [key for item in value if (key := shape.key_of(item)) is not None]
    is_keyed = len(set(keys)) == len(value)
    return dict(zip(keys, value, strict=True)) if is_keyed else None


def is_same(one: Value, other: Value, shape: Shape) -> bool:
    """Whether two values say the same: an empty key reads as absent where emptiness says nothing.

    The order of a set of words, or of items by key, says nothing either, unless the shape has it.
    """
    return bool(one == other or plain(one, shape) == plain(other, shape))


def plain(value: Value, shape: Shape) -> Value:
    """A value without what says nothing: keys that are empty; `UNSET` if nothing is left."""
    if value is None and shape.strict:
        return None
    if isinstance(value, dict):
        entries = {key: plain(entry, shape.inner(key)) for key, entry in value.items()}
        value = {key: entry for key, entry in entries.items() if entry is not UNSET}
    elif isinstance(value, list):
        entries_by_key = None if shape.ordered else entries_of(value, shape)
        if entries_by_key is not None:
            value = {key: plain(item, shape.inner(key)) for key, item in entries_by_key.items()}
        else:
            value = [plain(item, shape.item) for item in value]
    return value if value or value == "" else UNSET


def merge_order(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], shape: Shape
) -> list[str] | None:
    """The keys of ours and theirs in one order; None if both moved them, and order says something.

    A new key stands behind the one that precedes it on its side; of two new ones in one place the
    first by the shape's order, else by name, so that it doesn't matter who merges.
    """
    shared = [set(base), set(ours), set(theirs)]
    common = shared[0] & shared[1] & shared[2]
    moved_ours, moved_theirs = (
        [key for key in side if key in common] != [key for key in base if key in common]
        for side in (ours, theirs)
    )
    both = shared[1] & shared[2]
    agree = [key for key in ours if key in both] == [key for key in theirs if key in both]
    if moved_ours and moved_theirs and not agree and shape.ordered:
        return None
    swapped = moved_theirs and not moved_ours
    first, second = (theirs, ours) if swapped else (ours, theirs)
    return _insert_new(list(first), second, shared[0], shape)


def _insert_new(
    result: list[str], second: Sequence[str], base: set[str], shape: Shape
) -> list[str]:
    known, placed = set(second), set(result)
    for at, key in enumerate(second):
        if key in placed:
            continue
        placed.add(key)
        before = next((other for other in reversed(second[:at]) if other in placed), None)
        position = 0 if before is None else result.index(before) + 1
        for index in range(position, len(result)):
            if result[index] in known:
                break
            if result[index] not in base:  # new on the other side, in the same place
                if not shape.precedes(result[index], key):
                    break
                position = index + 1
        result.insert(position, key)
    return result


def build_merged(plan: Plan, ours: Value, theirs: Value, side: Side) -> Value:
    """The value that a plan comes to, with every clash decided for one side."""
    if isinstance(plan, Made):
        return plan.value
    if isinstance(plan, Clash):
        return plan.theirs if side == "theirs" else plan.ours
    if not isinstance(plan, Each):
        return theirs if plan.side == "theirs" else ours
    mine, other = entries_of(ours, plan.shape) or {}, entries_of(theirs, plan.shape) or {}
    merged = {
        key: build_merged(inner, mine.get(key, UNSET), other.get(key, UNSET), side)
        for key, inner in plan.plans.items()
    }
    kept = {key: value for key, value in merged.items() if value is not UNSET}
    return list(kept.values()) if list in (type(ours), type(theirs)) else kept


def clash_at(
    plan: Plan, path: Sequence[str], three: tuple[Value, Value, Value], shape: Shape
) -> Plan:
    """The same plan, but for the value at `path`, which is to be a clash."""
    if not path:
        return Clash(*three)
    base, ours, theirs = (entries_of(value or {}, shape) or {} for value in three)
    if isinstance(plan, Each):
        plans = dict(plan.plans)
    else:
        order = merge_order(list(base), list(ours), list(theirs), shape) or list(ours)
        plans = dict.fromkeys(order, plan)
    key = path[0]
    inner = (base.get(key, UNSET), ours.get(key, UNSET), theirs.get(key, UNSET))
    plans[key] = clash_at(plans[key], path[1:], inner, shape.inner(key))
    return Each(plans, shape)


def clashes_of(plan: Plan, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Clash]]:
    """Every clash with its path: `stage`, `contacts/con-…/role`."""
    if isinstance(plan, Clash):
        yield "/".join(path), plan
    elif isinstance(plan, Each):
        for key, inner in plan.plans.items():
            yield from clashes_of(inner, (*path, key))


def made_of(plan: Plan, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The path of every value that neither side has as it is now: texts, sets of words.

    Of those the histories of both sides say something else than the facts.
    """
    if isinstance(plan, Made) or (isinstance(plan, Each) and plan.shape.is_set):
        yield "/".join(path)
    elif isinstance(plan, Each):
        for key, inner in plan.plans.items():
            yield from made_of(inner, (*path, key))
