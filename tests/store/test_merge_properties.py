"""Random records in random styles, edited on two sides: each field is right, or both are shown."""

import copy
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.model.mergeshapes import Shape
from salescli.store.merge import Merged, merge_files
from salescli.store.mergetext import decide
from salescli.store.patch import patch
from salescli.store.yamltext import read_tree
from tests.store.test_patch_properties import LONG, TOP, documents, edits

ITEMS = Shape(keys=("key",))
WORDS = Shape(is_set=True)
LISTS = {"contacts": ITEMS, "team": ITEMS, "leads": WORDS, "tags": WORDS}
SHAPE = Shape(order=TOP, entries={**LISTS, "external": Shape(others=Shape())})


def never(_base: str, _ours: str, _theirs: str) -> None:
    """Lines that never merge."""


@st.composite
def versions(draw: Any) -> tuple[str, str, str]:
    """A file, and what two sides have made of it."""
    model, lines, ends_in_block = draw(documents())
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = end.join(line for line, _, _ in lines)
    text += end if ends_in_block or draw(st.integers(0, 3)) else ""
    return (text, draw(edited(text, model, "ours")), draw(edited(text, model, "theirs")))


@st.composite
def edited(draw: Any, text: str, model: dict[str, Any], who: str) -> str:
    model = copy.deepcopy(model)
    for _ in range(draw(st.integers(0, 4))):
        if model:
            edit, _ = draw(edits(model))
            text = patch(text.encode(), "f", [edit], TOP).decode()
    for number in range(draw(st.integers(0, 2))):
        text = draw(commented(text, f"# {who} {number}"))
    return text


@st.composite
def commented(draw: Any, text: str, comment: str) -> str:
    """The text with a comment somewhere, as long as it says the same."""
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    indent = draw(st.sampled_from(["", "", "  ", "    "]))
    is_behind = draw(st.booleans()) and bool(lines[at].strip()) and at < len(lines) - 1
    carriage = "\r" if "\r\n" in text else ""
    line = f"{lines[at].removesuffix(carriage)} {comment}{carriage}"
    new = [line] if is_behind else [f"{indent}{comment}{carriage}", lines[at]]
    changed = "\n".join([*lines[:at], *new, *lines[at + 1 :]])
    try:
        is_right = read_tree(changed.encode(), "f") == read_tree(text.encode(), "f")
    except Damaged:
        return text
    return changed if is_right else text


def is_same(one: Any, other: Any) -> bool:
    return bool(said(one) == said(other))


def said(value: Any) -> Any:
    """A value without empty keys, at any depth: they read as absent."""
    if isinstance(value, dict):
        value = {key: said(entry) for key, entry in value.items()}
        value = {key: entry for key, entry in value.items() if entry is not None}
    elif isinstance(value, list):
        value = [said(item) for item in value]
    return value if value or value == "" else None


def by_key(value: Any) -> Any:
    if isinstance(value, list):
        return {item["key"] if isinstance(item, dict) else item: item for item in value}
    return {} if value is None else value


def expect(
    whole: set[str], path: str, base: Any, ours: Any, theirs: Any, one: Any, other: Any
) -> None:
    """`one` and `other` are what the result says with its clashes decided for ours and theirs.

    `whole` are paths that may be shown as a whole, since what clashes in them stands in brackets.
    """
    if path in LISTS or path == "external":  # what isn't there has no entries
        base, ours, theirs, one, other = map(by_key, (base, ours, theirs, one, other))
    if is_same(ours, theirs):
        assert is_same(one, ours) and is_same(other, ours), path
    elif is_same(base, ours):
        assert is_same(one, theirs) and is_same(other, theirs), path
    elif is_same(base, theirs):
        assert is_same(one, ours) and is_same(other, ours), path
    elif path in whole:
        assert is_same(one, ours) and is_same(other, theirs), path
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        one, other = one or {}, other or {}
        base = base if isinstance(base, dict) else {}
        assert set(one) | set(other) <= set(ours) | set(theirs), path
        for key in {*ours, *theirs}:
            sides = (side.get(key) for side in (base, ours, theirs, one, other))
            expect(whole, f"{path}/{key}" if path else key, *sides)
    else:
        assert is_same(one, ours) and is_same(other, theirs), f"{path} is no clash"


def merged(base: str, ours: str, theirs: str) -> Merged:
    sources = (text.encode() for text in (base, ours, theirs))
    return merge_files(*sources, "f", SHAPE, never)


def trees(result: Merged) -> tuple[dict[str, Any], dict[str, Any]]:
    text = result.data.decode().replace("\r\n", "\n")
    one, other = (read_tree(decide(text, side).encode(), "f") for side in (1, 2))
    return one, other


def unordered(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree without the order of its lists, which a hand may have made on one side."""
    return {key: by_key(value) if key in LISTS else value for key, value in tree.items()}


@settings(
    max_examples=10_000 if LONG else 60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(versions())
def test_each_field_is_ours_or_theirs_where_ours_is_unchanged_or_between_markers(three):
    base, ours, theirs = three
    result = merged(base, ours, theirs)
    one, other = trees(result)
    whole = {path for path, _ in result.clashes} if "{" in base + ours + theirs else set()
    expect(whole, "", *(read_tree(text.encode(), "f") for text in three), one, other)
    assert (b"<<<<<<<" in result.data) == bool(result.clashes)
    mirrored, swapped = map(unordered, trees(merged(base, theirs, ours)))
    assert is_same(mirrored, unordered(other)) and is_same(swapped, unordered(one))


@settings(
    max_examples=3_000 if LONG else 20, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(versions())
def test_comments_of_both_sides_stay_and_so_do_lines_that_nobody_touched(three):
    base, ours, theirs = three
    whole = merged(base, ours, theirs)
    result = whole.data.decode().replace("\r\n", "\n").split("\n")
    there = {key for tree in trees(whole) for key in tree}  # a list takes its key along
    for comment in re.findall(r"# ours \d|# theirs \d", ours + theirs):
        assert any(comment in line for line in result), comment
    untouched = [text.replace("\r\n", "\n").split("\n") for text in three]
    for line in untouched[0]:
        is_key = line[:1] not in ("", " ", "#", "-", "\t") and line.partition(":")[0] in there
        if is_key and line in untouched[1] and line in untouched[2]:
            assert line in result, line


@settings(
    max_examples=2_000 if LONG else 20, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(versions())
def test_what_one_side_left_alone_is_the_other_side_byte_for_byte(three):
    base, ours, _ = three
    if base.endswith("\n") and ours.endswith("\n"):
        assert merged(base, ours, base).data.decode() == ours
        assert merged(base, base, ours).data.decode() == ours
