"""Schemas of the files of a store against the files that there are, and against our reader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salescli
from salescli.model.conversion import build_record, check_tree
from salescli.model.definition import Definition
from salescli.model.names import build_names
from salescli.process.checks import check_definition
from salescli.store.layout import locate
from salescli.store.yamltext import read_tree
from salescli.workspace.checking.keys import check_keys
from salescli.workspace.initialising import PROCESSES
from salescli.workspace.schemas import OUTSIDE, TYPES, build_schema_named, files_of
from tests.editor import read_as_editor, type_plain
from tests.test_format_page import FILES

SHIPPED = Path(salescli.__file__).parent / "data"
FORMAT = Path(__file__).parent.parent / "data" / "format"
SCHEMAS = {name: build_schema_named(name) for name in TYPES}
VALIDATORS = {name: jsonschema.Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
NAMES = build_names(currency="EUR")


@pytest.mark.parametrize("name", TYPES)
def test_each_is_a_schema_of_the_draft_that_it_names(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


IN_A_STORE = [name for name in TYPES if name not in OUTSIDE]


@pytest.mark.parametrize("name", IN_A_STORE)
def test_its_files_are_those_of_its_kind(name):
    path = files_of(name).replace("/*/*/", "/2026/*/").replace("*", "x--acc-2h6w0r5kdn")
    ids = {"opportunity": "opp", "lead": "lead", "contact": "con"}
    located = locate(path.replace("acc", ids.get(name, "acc")))
    assert located is not None and located.kind == name


@pytest.mark.parametrize("process", PROCESSES)
def test_the_shipped_processes_fit(process):
    text = (SHIPPED / "processes" / f"{process}.yaml").read_text(encoding="utf-8")
    VALIDATORS["process"].validate(read_as_editor(text))


KINDS = {
    path: located.kind for path in FILES if (located := locate(path)) and located.kind in TYPES
}


def test_the_page_of_the_format_has_a_file_for_most_schemas():
    assert set(IN_A_STORE) - set(KINDS.values()) == set()


@pytest.mark.parametrize("path", KINDS)
def test_the_files_on_the_page_of_the_format_fit(path):
    VALIDATORS[KINDS[path]].validate(read_as_editor(FILES[path]))


@pytest.mark.parametrize("path", KINDS)
def test_a_key_that_nobody_knows_is_told(path):
    broken = {**read_as_editor(FILES[path]), "colour": "red"}
    assert not VALIDATORS[KINDS[path]].is_valid(broken)


def test_the_histories_on_the_page_of_the_format_and_of_a_deal_fit(shop):
    schema = build_schema_named("history")
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    deal = shop.deal("Flat 47", "--budget", "100")
    shop.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "no-budget")
    written = [path.read_text("utf-8") for path in shop.root.rglob("history.yaml")]
    on_page = [text for path, text in FILES.items() if path.endswith("history.yaml")]
    assert written and on_page
    for text in [*written, *on_page]:
        events = [json.loads(line[2:]) for line in text.splitlines() if line.startswith("- ")]
        validator.validate(events)
        for event in events:
            assert not validator.is_valid([{**event, "seq": 0}])
            assert not validator.is_valid([{**event, "kind": "dreamt"}])


def test_the_files_of_a_new_store_fit(shop):
    for path in sorted(shop.root.rglob("*.yaml")):
        located = locate(path.relative_to(shop.root).as_posix())
        if located and located.kind in TYPES:
            VALIDATORS[located.kind].validate(read_as_editor(path.read_text(encoding="utf-8")))


# What a hand might put in the place of a value: texts of many looks, nothing, lists, mappings.
WORDS = ["10", "007", "1.5", "1e3", "0x1f", "2026-01-01", "no", "budget", "owner", "anna", "won"]
SIGNS = ["end-of-stage", "stage:won", "30m", "task", "form", "failure", "Kä$e", "con", "~x", ""]
VALUES: list[Any] = [None, [], {}, *WORDS, *SIGNS, ["budget"], {"advise": "need"}]
FLAGS = ["adopt", "mandatory", "retired", "in_funnel"]
TREES = {
    name: read_tree((SHIPPED / "processes" / f"{name}.yaml").read_bytes(), name)
    for name in PROCESSES
}
Place = tuple[Any, Any]  # a mapping or list, and the key or index in it


def places(tree: Any) -> list[Place]:
    """Every place of a tree where a value stands."""
    entries = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree))
    found: list[Place] = [(tree, key) for key, _ in entries]
    for _, value in entries:
        found += places(value) if isinstance(value, dict | list) else []
    return found


def copied(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: copied(value) for key, value in tree.items()}
    return [copied(value) for value in tree] if isinstance(tree, list) else tree


@st.composite
def edited_trees(draw: st.DrawFn) -> dict[str, Any]:
    """A shipped process after one or two edits by a careless hand."""
    tree = copied(TREES[draw(st.sampled_from(PROCESSES))])
    for _ in range(draw(st.integers(1, 2))):
        if not tree:
            break
        inside, key = draw(st.sampled_from(places(tree)))
        edit = draw(st.sampled_from(["put", "put", "drop", "flag", "key"]))
        if edit == "drop":
            del inside[key]
        elif edit == "put" or isinstance(inside, list):
            inside[key] = copied(draw(st.sampled_from(VALUES)))
        elif edit == "flag":
            inside[draw(st.sampled_from(FLAGS))] = draw(st.sampled_from(["true", "false"]))
        else:
            more = ["fields", "when", "goal", "cap", "start_after", "final", "begin", "then"]
            inside[draw(st.sampled_from(more))] = copied(draw(st.sampled_from(VALUES)))
    return tree


def as_editor(tree: Any, draw_quoted: Any) -> Any:
    """The tree as an editor sees it, each text with or without quotes."""
    if isinstance(tree, dict):
        return {key: as_editor(value, draw_quoted) for key, value in tree.items()}
    if isinstance(tree, list):
        return [as_editor(value, draw_quoted) for value in tree]
    if tree is None or tree == "" or draw_quoted():
        return tree
    return type_plain(tree)


@settings(max_examples=300)  # one in seven comes through the reader and the checks
@given(edited_trees(), st.data())
def test_what_our_reader_and_our_checks_take_the_schema_takes(tree, data):
    if check_tree(tree, Definition) or check_keys(tree, Definition):
        return
    if check_definition(build_record(tree, Definition), NAMES):
        return
    seen = as_editor(tree, lambda: data.draw(st.booleans()))
    VALIDATORS["process"].validate(seen)
