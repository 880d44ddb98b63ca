"""Lists of a deal in any style: a change of one item changes that item's own lines alone.

The file is written from a model in a style that is drawn: lists in block or flow style, indented
or not, with comments and blank lines between items. Every line knows whose it is.
"""

import os
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.store import layout
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.store.yamltext import read_tree

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
RUNS = settings(max_examples=5_000 if LONG else 150, deadline=None)

CONTACTS = [f"con-{letter}000000000" for letter in "aceg"]
LEADS = [f"lead-{letter}000000000" for letter in "aceg"]
LINES = [f"line-{letter}000000000" for letter in "aceg"]
KEYS = {"contacts": CONTACTS, "products": LINES, "leads": LEADS}
KEY_OF = {"contacts": "contact", "products": "line"}
WORDS = st.sampled_from(
    [
        "High",
        "дом у реки",
        "a: b",
        "x # y",
        "yes",
        "1.50",
        "- no item",
        "{x}",
        "[y",
        "'",
        '"z"',
        "~",
    ]
)
FIELDS = {
    "contacts": {
        "role": st.sampled_from(["influencer", "decision-maker"]),
        "loyalty": st.sampled_from([-3, 1, 2]),
        "motivator": WORDS,
    },
    "products": {
        "title": WORDS,
        "quantity": st.sampled_from(["1", "2.5"]),
        "price": st.sampled_from(["9500.00 EUR", "1.00 EUR"]),
        "offered_on": st.sampled_from(["2026-11-10", "2026-11-12"]),
    },
}
BETWEEN = st.sampled_from(["", "# a comment", "# - contact: con-z", "# x: ["])

Items = dict[str, dict[str, Any]]
Written = tuple[str, str]  # a line, and the item it belongs to ("" for none)


class Style(msgspec.Struct, frozen=True):
    """How one list is written."""

    is_flow: bool
    dash: int  # its column
    flow_items: frozenset[str]
    between: tuple[str, ...]  # before each item but the first


def text_of(value: Any) -> str:
    """A value in quotes, or bare where every reader takes it for what it is."""
    text = str(value)
    is_bare = text.replace("-", "").isalnum() and text.isascii() and text not in ("yes", "no")
    return text if is_bare or text.endswith(" EUR") else "'" + text.replace("'", "''") + "'"


def flow_of(name: str, key: str, item: dict[str, Any]) -> str:
    pairs = {KEY_OF[name]: key, **item}
    return "{" + ", ".join(f"{one}: {text_of(value)}" for one, value in pairs.items()) + "}"


def write_list(name: str, items: Items, style: Style) -> list[Written]:
    """The lines of a list."""
    if style.is_flow:
        parts = [key if name == "leads" else flow_of(name, key, items[key]) for key in items]
        return [(f"{name}: [{', '.join(parts)}]", "")]
    lines: list[Written] = [(f"{name}:", "")]
    margin = " " * style.dash
    for number, (key, item) in enumerate(items.items()):
        if number:
            lines.append((f"{margin}{style.between[number - 1]}".rstrip(), ""))
        if name == "leads":
            lines.append((f"{margin}- {key}", key))
        elif key in style.flow_items:
            lines.append((f"{margin}- {flow_of(name, key, item)}", key))
        else:
            pairs = {KEY_OF[name]: key, **item}
            for place, (one, value) in enumerate(pairs.items()):
                start = f"{margin}- " if not place else f"{margin}  "
                lines.append((f"{start}{one}: {text_of(value)}", key))
    return lines


@st.composite
def lists(draw: st.DrawFn, name: str) -> tuple[Items, Style]:
    keys = draw(st.lists(st.sampled_from(KEYS[name]), min_size=1, unique=True))
    fields = FIELDS.get(name, {})
    items = {key: {one: draw(value) for one, value in fields.items() if draw(st.booleans())}
             for key in keys}  # fmt: skip
    style = Style(
        is_flow=draw(st.integers(0, 3)) == 0,
        dash=draw(st.sampled_from([0, 2, 4])),
        flow_items=frozenset(draw(st.lists(st.sampled_from(keys)))),
        between=tuple(draw(st.lists(BETWEEN, min_size=3, max_size=3))),
    )
    return items, style


@st.composite
def deals(draw: st.DrawFn) -> tuple[dict[str, Items], dict[str, Style], list[Written]]:
    """A deal's lists, their styles, and its lines; a line of a list owns `name/key`."""
    models: dict[str, Items] = {}
    styles: dict[str, Style] = {}
    lines: list[Written] = [("id: opp-0000000000", ""), ("title: 'x'  # said", ""), ("mood:", "")]
    for name in ("contacts", "products", "leads"):
        if draw(st.integers(0, 4)):
            models[name], styles[name] = draw(lists(name))
            for line, key in write_list(name, models[name], styles[name]):
                lines.append((line, f"{name}/{key}"))
    return models, styles, lines


def source_of(lines: list[Written]) -> bytes:
    return "".join(f"{line}\n" for line, _ in lines).encode()


def tree_of(models: dict[str, Items]) -> dict[str, Any]:
    """What the lists say, as a reader of text sees it."""
    tree: dict[str, Any] = {"id": "opp-0000000000", "title": "x", "mood": None}
    for name, items in models.items():
        if name == "leads":
            tree[name] = list(items)
        else:
            tree[name] = [
                {KEY_OF[name]: key, **{one: str(value) for one, value in item.items()}}
                for key, item in items.items()
            ]
    return tree


def change(source: bytes, path: str, after: Any) -> bytes:
    return patch(source, "f", build_edits({path: [None, after]}), layout.KEY_ORDER["opportunity"])


def place(items: Items, key: str, item: dict[str, Any]) -> Items:
    """Items with a new one before the first that is greater: an order made by hand is left."""
    keys = list(items)
    at = next((n for n, one in enumerate(keys) if one > key), len(keys))
    keys.insert(at, key)
    return {one: items.get(one, item) for one in keys}


def draw_item(data: st.DataObject, name: str) -> dict[str, Any]:
    return {one: data.draw(value) for one, value in FIELDS.get(name, {}).items()}


@RUNS
@given(deals(), st.data())
def test_adding_an_item_adds_its_lines_and_nothing_else(deal: Any, data: st.DataObject) -> None:
    models, styles, lines = deal
    name = data.draw(st.sampled_from(sorted(KEYS)))
    items = models.get(name, {})
    free = [key for key in KEYS[name] if key not in items]
    if not free:
        return
    key, item = data.draw(st.sampled_from(free)), draw_item(data, name)
    source = source_of(lines)
    result = change(source, f"{name}/{key}", True if name == "leads" else item)
    assert read_tree(result, "f") == tree_of({**models, name: place(items, key, item)})
    before, after = source.decode().splitlines(), result.decode().splitlines()
    if items and styles[name].is_flow:
        others = [line for line, owner in lines if owner != f"{name}/"]
        assert [line for line in after if not line.startswith(f"{name}:")] == others
        return
    grown = len(after) - len(before)
    assert grown == (1 if name == "leads" else 1 + len(item)) + (0 if items else 1)
    # One block of new lines, whatever equal lines stand at its edges.
    assert any(before == [*after[:at], *after[at + grown :]] for at in range(len(before) + 1))
    if items:
        assert change(result, f"{name}/{key}", None) == source


@RUNS
@given(deals(), st.data())
def test_removing_an_item_takes_its_lines_and_nothing_else(deal: Any, data: st.DataObject) -> None:
    models, styles, lines = deal
    if not models:
        return
    name = data.draw(st.sampled_from(sorted(models)))
    key = data.draw(st.sampled_from(sorted(models[name])))
    result = change(source_of(lines), f"{name}/{key}", None)
    rest = {one: item for one, item in models[name].items() if one != key}
    left = {**models, name: rest} if rest else {n: i for n, i in models.items() if n != name}
    assert read_tree(result, "f") == tree_of(left)
    after = result.decode().splitlines()
    if not rest:
        assert after == [line for line, owner in lines if not owner.startswith(f"{name}/")]
    elif styles[name].is_flow:
        others = [line for line, owner in lines if owner != f"{name}/"]
        assert [line for line in after if not line.startswith(f"{name}:")] == others
    else:
        assert after == [line for line, owner in lines if owner != f"{name}/{key}"]


@RUNS
@given(deals(), st.data())
def test_changing_a_value_changes_its_own_line_and_nothing_else(
    deal: Any, data: st.DataObject
) -> None:
    models, styles, lines = deal
    named = sorted(name for name in models if name != "leads")
    if not named:
        return
    name = data.draw(st.sampled_from(named))
    key = data.draw(st.sampled_from(sorted(models[name])))
    field = data.draw(st.sampled_from(sorted(FIELDS[name])))
    value = data.draw(st.one_of(st.none(), FIELDS[name][field]))
    source = source_of(lines)
    result = change(source, f"{name}/{key}/{field}", value)
    item = {**models[name][key], field: value}
    item = {one: entry for one, entry in item.items() if entry is not None}
    assert read_tree(result, "f") == tree_of({**models, name: {**models[name], key: item}})
    own = f"{name}/{key}" if not styles[name].is_flow else f"{name}/"
    others = [line for line, owner in lines if owner != own]
    mine = [line for line, owner in lines if owner == own]
    after = result.decode().splitlines()
    first = next(number for number, (_, owner) in enumerate(lines) if owner == own)
    last = len(lines) - first - len(mine)
    assert [*after[:first], *(after[len(after) - last :] if last else [])] == others
    assert abs(len(after) - len(lines)) <= 1
    changed = [line for line in mine if line not in after]
    assert len(changed) <= 1, f"{changed} of {mine}"
