"""Random records in random styles, random edits: the result is right and the rest untouched.

The records are built from a model whose lines know what they belong to; the expected tree comes
from edits of the model, and the result is also read with the pure-Python reader.
"""

import json
import os
import re
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.store.patch import Edit, Item, Remove, Set, patch
from salescli.store.yamltext import read_tree

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"

TOP = ("id", "title", "stage", "owner", "tactic", "external", "contacts", "team", "leads", "tags")
FIELDS = ("amount", "mood", "note", "role", "zeal")
NAMES = ("ann", "bob", "cyd", "dan", "eve")

Owner = tuple[str, ...]
Line = tuple[str, Owner, bool]  # text, what it belongs to, whether in flow style

PLAIN = st.sampled_from(
    ["new", "won", "two words", "con-1", "12.50 EUR", "дом", "7", "a-b_c", "x:y"]
)
TRICKY = st.sampled_from(
    ["yes", "a: b", "x #y", "", "~", "null", "- a", "'", '"', "a\\b", "tail ", " head", "#", "1e3",
     "a, b", "[x", "{y}", "\u2028z", "n\u0085", "\ufeff", "😀", "@", "stage:", "tab\there"]
)  # fmt: skip
BLOCKS = st.sampled_from(
    ["one\ntwo\n", "one\ntwo", "a\n\nb\n", "# no comment\nx: y\n", "- z\n q\n"]
)
ODD_BLOCKS = st.sampled_from([" lead\nx", "a\n\n", "\n", "a\n \nb", "a\r\nb", "\nfirst"])
SCALARS = st.one_of(st.none(), PLAIN, TRICKY)
VALUES = st.one_of(SCALARS, SCALARS, BLOCKS, ODD_BLOCKS)
MAPPINGS = st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=3)
ITEMS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3)),
    min_size=1,
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [{"key": name, **fields} for name, fields in pairs])
WORDS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)

KINDS = {"external": MAPPINGS, "contacts": ITEMS, "team": ITEMS, "leads": WORDS, "tags": WORDS}


class Writer:
    """Writes a model in styles that are drawn."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.lines: list[Line] = []
        self.block_end = -1

    def coin(self, chance: int = 3) -> bool:
        return bool(self.draw(st.integers(0, chance)) == 0)

    def inline(self, value: str | None, *, flow: bool) -> str:
        if value is None:
            return str(self.draw(st.sampled_from(["~", "null"] if flow else ["", "~", "null"])))
        if re.fullmatch(r"[a-zд][\w ом-]*\w|[0-9.]+( EUR)?", value) and value != "null":
            forms = [value, f"'{value}'", f'"{value}"']
        elif re.fullmatch(r"[ -~дом]*", value):
            forms = ["'" + value.replace("'", "''") + "'"]
        else:
            forms = []
        quoted = json.dumps(value, ensure_ascii=False)
        for sign in ("\u0085", "\u2028", "\ufeff"):
            quoted = quoted.replace(sign, f"\\u{ord(sign):04x}")
        return str(self.draw(st.sampled_from([*forms, quoted])))

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return self.inline(value, flow=True)

    def comment(self) -> str:
        return (
            self.draw(st.sampled_from(["  # said", " # 'x: [", "\t# tab"][:2]))
            if self.coin()
            else ""
        )

    def between(self, column: int, owner: Owner) -> None:
        if self.coin(5):
            self.lines.append((" " * column + "# between: {", owner, False))
        if self.coin(8):
            self.lines.append(("", owner, False))

    def entry(self, prefix: str, column: int, key: str, value: Any, owner: Owner) -> None:
        """`prefix` is the indent, or the indent and a dash; the key stands at `column`."""
        start = f"{prefix}{key}:"
        if isinstance(value, dict | list):
            if self.coin():
                self.lines.append((f"{start} {self.flow(value)}{self.comment()}", owner, True))
                return
            self.lines.append((start + self.comment(), owner, False))
            self.collection(column, value, owner)
            return
        if isinstance(value, str) and self.is_literal(value) and self.coin(1):
            header = "|" if value.endswith("\n") else "|-"
            self.lines.append((f"{start} {header}{self.comment()}", owner, False))
            for line in value.removesuffix("\n").split("\n"):
                self.lines.append((" " * (column + 2) + line if line else "", owner, False))
            self.block_end = len(self.lines)
            return
        text = self.inline(value, flow=False)
        self.lines.append((start + (f" {text}" if text else "") + self.comment(), owner, False))
        if self.coin(6):
            self.lines.append(
                (" " * (column + self.draw(st.integers(1, 4))) + "# deep", owner, False)
            )

    def is_literal(self, value: str) -> bool:
        return bool(re.fullmatch(r"[a-z#-][ -~\n]*[a-z]\n?", value)) and "\n" in value

    def collection(self, column: int, value: Any, owner: Owner) -> None:
        indent = self.draw(st.sampled_from([2, 4]))
        if isinstance(value, dict):
            self.mapping(column + indent, value, owner)
            return
        at = column + self.draw(st.sampled_from([0, indent]))
        for number, item in enumerate(value):
            if number:
                self.between(at, owner)
            name = item["key"] if isinstance(item, dict) else item
            if not isinstance(item, dict):
                self.lines.append((" " * at + "- " + item + self.comment(), (*owner, name), False))
            elif self.coin(4):
                self.lines.append((" " * at + "- " + self.flow(item), (*owner, name), True))
            else:
                self.mapping(at + 2, item, (*owner, name), " " * at + "- ")

    def mapping(self, column: int, value: dict[str, Any], owner: Owner, dash: str = "") -> None:
        for number, (key, inner) in enumerate(value.items()):
            if number or not dash:
                self.between(column, owner)
            prefix = dash if dash and not number else " " * column
            self.entry(prefix, column, key, inner, (*owner, key))


@st.composite
def documents(draw: Any) -> tuple[dict[str, Any], list[Line], bool]:
    keys = draw(st.lists(st.sampled_from(TOP), min_size=1, unique=True))
    model = {key: draw(KINDS.get(key, VALUES)) for key in keys}
    writer = Writer(draw)
    writer.mapping(0, model, ())
    return model, writer.lines, writer.block_end == len(writer.lines)


@st.composite
def edits(draw: Any, model: dict[str, Any]) -> tuple[Edit, Owner]:
    """An edit, made in `model` too, and the path of all that it may touch."""
    key = draw(st.sampled_from(TOP))
    value = model.get(key)
    if key not in KINDS or draw(st.integers(0, 4)) == 0:
        return draw_top(draw, model, key)
    if key == "external":
        field = draw(st.sampled_from(FIELDS))
        return draw_field(draw, model, (key,), (key,), model, key, field)
    items = value if isinstance(value, list) else []
    name = draw(st.sampled_from(NAMES))
    if key in ("leads", "tags"):
        return draw_word(draw, model, key, items, name)
    path: tuple[str | Item, ...] = (key, Item("key", name))
    item = next((item for item in items if item["key"] == name), None)
    if item and draw(st.integers(0, 3)) == 0:
        return Remove(path), drop(model, key, items, item, name)
    if item and draw(st.booleans()):
        field = draw(st.sampled_from(FIELDS))
        holder = {"": item}
        return draw_field(draw, model, path, (key, name), holder, "", field)
    if item:
        return Set(path, {"key": name, **{k: v for k, v in item.items() if k != "key"}}), ("none",)
    new = draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2))
    touched = (key, name) if items else (key,)
    insert(model, key, items, {"key": name, **new}, name)
    return Set(path, new), touched


def draw_top(draw: Any, model: dict[str, Any], key: str) -> tuple[Edit, Owner]:
    if draw(st.integers(0, 3)) == 0 and len(model) > 1:
        model.pop(key, None)
        return Remove((key,)), (key,)
    value = draw(KINDS.get(key, VALUES))
    model[key] = value
    return Set((key,), value), (key,)


def draw_field(
    draw: Any, model: Any, path: Any, owner: Owner, holder: Any, at: str, field: str
) -> tuple[Edit, Owner]:
    mapping = holder.get(at) or {}
    if field in mapping and draw(st.integers(0, 2)) == 0:
        if len(mapping) > 1:
            del mapping[field]
            return Remove((*path, field)), (*owner, field)
        if len(model) > 1:
            del holder[at]
            return Remove((*path, field)), owner
    value = draw(VALUES)
    touched = (*owner, field) if mapping else owner
    holder[at] = {**mapping, field: value}
    if at == "":  # an item: the list holds the mapping itself
        mapping[field] = value
    return Set((*path, field), value), touched


def draw_word(
    draw: Any, model: dict[str, Any], key: str, words: list[str], name: str
) -> tuple[Edit, Owner]:
    path = (key, Item("", name))
    if name in words:
        return Remove(path), drop(model, key, words, name, name)
    touched = (key, name) if words else (key,)
    insert(model, key, words, name, name)
    return Set(path, True), touched


def insert(model: dict[str, Any], key: str, items: list[Any], new: Any, name: str) -> None:
    names = [item["key"] if isinstance(item, dict) else item for item in items]
    greater = [at for at, other in enumerate(names) if other > name]
    items.insert(greater[0] if greater else len(items), new)
    model[key] = items


def drop(model: dict[str, Any], key: str, items: list[Any], item: Any, name: str) -> Owner:
    if len(items) > 1:
        items.remove(item)
        return key, name
    del model[key]
    return (key,)


def read_by_pure_python(text: str) -> Any:
    def build(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {key.value: build(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [build(item) for item in node.value]
        return None if node.style is None and node.value in ("", "~", "null") else node.value

    return build(yaml.compose(text, Loader=yaml.BaseLoader))


def is_touched(owner: Owner, is_flow: bool, paths: list[Owner]) -> bool:
    return any(
        owner[: len(path)] == path or (is_flow and path[: len(owner)] == owner) for path in paths
    )


@settings(
    max_examples=10_000 if LONG else 250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_random_edits_come_out_right_and_touch_nothing_else(data: st.DataObject) -> None:
    model, lines, ends_in_block = data.draw(documents())
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(line for line, _, _ in lines)
    # a block at the end of a file would lose its line break with the file's
    source = text + (end if ends_in_block or data.draw(st.booleans()) else "")
    end = end if end in source else "\n"  # one line without an end does not tell
    assert read_tree(source.encode(), "f") == model
    many = []
    touched: list[Owner] = []
    for _ in range(data.draw(st.integers(1, 4))):
        if not model:
            break
        edit, path = data.draw(edits(model))
        many.append(edit)
        touched.append(path)
    result = patch(source.encode(), "f", many, TOP).decode()
    assert read_tree(result.encode(), "f") == model
    assert read_by_pure_python(result) == model
    if end == "\r\n":
        assert not re.search(r"(?<!\r)\n", result)
    rest = iter(result.split(end))
    for line, owner, is_flow in lines:
        if not is_touched(owner, is_flow, touched):
            assert any(line == other for other in rest), f"{line!r} is gone from {result!r}"


SNIPPETS = st.sampled_from(
    ["a: 1", "b:", "  c: 2", "  - x", "- y", "? k", ": v", "# c", "  # d", "e: |", "  text", "",
     "f: [x,", "  z]", "g: {h: i, j}", "k: [l: m]", "n: 'o", "  p'", "q: >+", "  - r: s", "    t:",
     "---", "...", "u: |2-", "   v", "w: #", "x: 'y' # z", "{}", "? - aa", "  -",
     "bb: # \u2028cc: 1"]
)  # fmt: skip
PATHS = st.sampled_from(
    [("a",), ("b",), ("b", "c"), ("b", Item("", "x")), ("b", Item("r", "s")), ("e",), ("q",),
     ("b", Item("r", "s"), "t"), ("f", Item("", "x")), ("g", "j"), ("g", "h"), ("bb",), ("cc",),
     ("k",)]
)  # fmt: skip
ANY_EDIT = st.one_of(
    st.builds(Remove, PATHS, st.booleans()),
    st.builds(Set, PATHS, st.one_of(VALUES, MAPPINGS, ITEMS, WORDS)),
)


@settings(
    max_examples=20_000 if LONG else 500, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(
    st.lists(SNIPPETS, min_size=1, max_size=8, unique=True),
    ANY_EDIT,
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_odd_files_are_patched_rightly_or_refused(lines: list[str], edit: Edit, end: str) -> None:
    source = end.join(lines).encode()
    try:
        tree = read_tree(source, "f")
        result = patch(source, "f", [edit], ("a", "b"))
    except Damaged:
        return
    new = read_tree(result, "f")
    top = str(edit.path[0])
    assert {k: v for k, v in new.items() if k != top} == {k: v for k, v in tree.items() if k != top}
    assert patch(result, "f", [edit], ("a", "b")) == result
