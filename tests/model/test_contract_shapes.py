"""Shapes of documents become JSON Schema; a list's fields are those of its records."""

import jsonschema
import pytest

from salescli.model.contracts import row_names
from salescli.model.contracts.shapes import (
    LEAVES,
    build_document_schema,
    build_shape,
    by,
    optional,
    rows,
    words,
)

SHAPE = {
    "name": "text",
    "count?": "whole",
    "owner": ("text", None),
    "kind": (words("a", "b"), None),
    "sum": by("decimal"),
    "deals": [{"id": "text"}],
    "value": ("decimal", by("decimal"), None),
}
GOOD = {
    "name": "x",
    "owner": None,
    "kind": "a",
    "sum": {"EUR": "1.50"},
    "deals": [{"id": "opp-1"}],
    "value": {"EUR": "-3"},
}
CHECKS = jsonschema.Draft202012Validator(build_shape(SHAPE))


@pytest.mark.parametrize(
    "change",
    [{}, {"count": 3}, {"kind": None}, {"value": None}, {"value": "7"}, {"deals": []}, {"new": 1}],
)
def test_what_a_shape_says_is_valid(change):
    CHECKS.validate({**GOOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"count": "3"},
        {"kind": "c"},
        {"sum": {"EUR": 1.5}},
        {"deals": [{}]},
        {"deals": None},
        {"value": True},
    ],
)
def test_what_a_shape_does_not_say_is_not(change):
    assert not CHECKS.is_valid({**GOOD, **change})


@pytest.mark.parametrize("key", ["name", "owner", "kind", "sum", "deals", "value"])
def test_a_key_without_a_mark_must_be_there(key):
    assert not CHECKS.is_valid({name: value for name, value in GOOD.items() if name != key})


@pytest.mark.parametrize(
    ("leaf", "good", "bad"),
    [
        ("day", "2026-11-02", "2026-11-02T10:00:00Z"),
        ("instant", "2026-11-02T10:12:00Z", "2026-11-02"),
        ("money", "90000.00 EUR", "90000.00"),
        ("decimal", "-0.50", "1e3"),
        ("revision", "23af12ffe70d", "23AF12FFE70D"),
        ("flag", False, 0),
        ("whole", 7, "7"),
        ("text", "", None),
    ],
)
def test_a_leaf_is_written_as_documents_write_it(leaf, good, bad):
    checks = jsonschema.Draft202012Validator(LEAVES[leaf])
    assert checks.is_valid(good) and not checks.is_valid(bad)


def test_a_document_says_which_one_it_is():
    schema = build_document_schema("x@2", "An x.", {"rows": [optional({"id": "text"})]})
    checks = jsonschema.Draft202012Validator(schema)
    assert schema["$id"] == "urn:salescli:x@2"
    assert checks.is_valid({"schema": "salescli/x@2", "rows": [{}]})
    assert not checks.is_valid({"schema": "salescli/x@1", "rows": []})
    assert not checks.is_valid({"rows": []})


def test_a_row_of_a_list_of_several_stores_says_whose_it_is_and_of_one_it_need_not():
    checks = jsonschema.Draft202012Validator(build_shape(rows({"id": "text"})))
    assert checks.is_valid([{"id": "a"}, {"id": "a", "store": "porto"}, {"id": "a", "store": None}])
    assert not checks.is_valid([{"store": "porto"}])
    assert not checks.is_valid([{"id": "a", "store": 7}])


def test_the_fields_of_a_list_are_those_of_its_records():
    assert row_names("plans@1") == ["object", "id", "name", "period", "plan", "store"]
    assert row_names("runs@1")[:2] == ["id", "title"]  # though more stands beside the rows
    assert {"budget", "contacts.role", "days_at_stage"} <= set(row_names("opportunities@1"))
    assert row_names("rows@1") == []  # whatever the query says
    assert row_names("funnel@1") == []
