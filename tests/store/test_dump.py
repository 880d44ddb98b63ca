"""Canonical text: what other readers make of it, and the layout of the format."""

import json
import os
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.store.dump import Plain, Value, build_tree, dump_document, dump_flow, dump_scalar
from salescli.store.yamltext import read_tree

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"

MISREAD = [
    *("yes", "No", "on", "OFF", "true", "False", "null", "NULL", "~", "y", "N", ""),
    *("0123", "007", "08", "1_000", "12:30", "12:30:45", "0x1F", "0b101", "0o17", "1e3", "1E-3"),
    *("1.5", "-3", "+3", "1.", ".5", ".inf", "-.INF", ".nan", "1e400", "2026-11-02"),
    *("2026-11-02T10:12:00Z", "2026-1-3 10:12:00", "=", "<<", "35", "190:20:30.15"),
]

SYNTAX = [
    *(
        "a: b",
        "a #b",
        "a:",
        "- a",
        "-",
        "---",
        "...",
        "? a",
        "[a",
        "{a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
    ),
    *("@carl", "`x", "%x", "'a", '"a', "#a", " a", "a ", "\ta", "a\tb", "a\\b ", ": a", ",a", "]"),
]


@pytest.mark.parametrize("text", [*MISREAD, *SYNTAX, "+371 2000 0000"])
def test_what_a_reader_would_take_for_something_else_is_quoted(text: str) -> None:
    dumped = dump_scalar(text)
    assert dumped.startswith('"')
    assert json.loads(dumped) == text
    assert yaml.load(dumped, Loader=yaml.SafeLoader) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Riverside, block B, flat 47",
            "opp-7k2m9xq4tb",
            "240000.00 EUR",
            "https://a.example/x?y",
        ),
        *("office@brightkeys.example", "Anna Bērziņa", "дом", "Don't ask", 'say "hi"', "2026-Q2"),
        *("-probability", "a:b", "a#b", "C:\\dir", "flat-b47", "(x)", "Tom & Jerry!", "😀 yes"),
    ],
)
def test_ordinary_text_is_written_plain(text: str) -> None:
    assert dump_scalar(text) == text


@pytest.mark.parametrize("text", ["a,b", "a]", "{a", "stage:won", "a?b", "x}", "https://a.example"])
def test_signs_of_lists_and_mappings_are_quoted_between_brackets(text: str) -> None:
    assert dump_scalar(text, flow=True) == f'"{text}"'
    assert read_tree(f"a: [{dump_scalar(text, flow=True)}]".encode(), "f") == {"a": [text]}


@pytest.mark.parametrize(
    ("text", "dumped"),
    [
        ("a\u0085b", '"a\\u0085b"'),
        ("a\u2028b", '"a\\u2028b"'),
        ("a\u2029b", '"a\\u2029b"'),
        ("\ufeffa", '"\\ufeffa"'),
        ("a\x1bb\x7f", '"a\\u001bb\\u007f"'),
        ('"\\\n\t\r', '"\\"\\\\\\n\\t\\r"'),
    ],
)
def test_invisible_characters_are_always_escaped(text: str, dumped: str) -> None:
    assert dump_scalar(text) == dumped
    assert read_tree(f"a: {dumped}".encode(), "f") == {"a": text}


TEXTS = st.one_of(
    st.sampled_from(MISREAD + SYNTAX),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("0123456789_.:-+eExobTZ ", max_size=8),
    st.text("ab#:- \n\t'\"[]{},?|>&*!%@`\\\u0085\u2028\ufeff\r", max_size=10),
    st.text("a #\n", max_size=12),
)


def read_everywhere(text: str) -> list[object]:
    """The document as libyaml and the pure-Python reader with YAML 1.1 types see it, and we."""
    return [
        yaml.load(text, Loader=yaml.CSafeLoader),
        yaml.load(text, Loader=yaml.SafeLoader),
        read_tree(text.encode(), "f"),
    ]


@settings(max_examples=50_000 if LONG else 400, deadline=None)
@given(TEXTS)
def test_any_text_survives_every_reader_as_the_same_string(text: str) -> None:
    for document in ({"k": text}, {"k": [text, text]}, {"k": {text: [{"x": text}, "y"]}}):
        value: dict[str, Value] = document  # type: ignore[assignment]
        dumped = dump_document(value)
        assert dumped.endswith("\n") and "\r" not in dumped
        assert read_everywhere(dumped) == [document] * 3
    assert (
        read_everywhere("k: " + dump_flow({text: [text, {"x": text}]}))
        == [{"k": {text: [text, {"x": text}]}}] * 3
    )


@pytest.mark.parametrize(
    ("text", "dumped"),
    [
        ("one\ntwo\n", "k: |\n  one\n  two\n"),
        ("one\ntwo", "k: |-\n  one\n  two\n"),
        ("one\n\n # x: y\n", "k: |\n  one\n\n   # x: y\n"),
        (" one\ntwo", 'k: " one\\ntwo"\n'),
        ("one\n\n", 'k: "one\\n\\n"\n'),
        ("\n", 'k: "\\n"\n'),
        ("one\n  \ntwo", 'k: "one\\n  \\ntwo"\n'),
        ("one\r\ntwo", 'k: "one\\r\\ntwo"\n'),
    ],
)
def test_text_with_line_breaks_is_a_literal_block_if_it_reads_back(text: str, dumped: str) -> None:
    assert dump_document({"k": text}) == dumped
    assert read_tree(dumped.encode(), "f") == {"k": text}


def test_the_layout_is_that_of_the_format() -> None:
    document: dict[str, Value] = {
        "id": "opp-7k2m9xq4tb",
        "title": "Riverside, block B, flat 47",
        "budget": Plain("240000.00 EUR"),
        "need": None,
        "probability": 35,
        "close_date": Plain("2026-12-15"),
        "archived": True,
        "tactic": "Show the river.\nNo discounts.\n",
        "external": {"hubspot": "9412338817"},
        "contacts": [
            {"contact": "con-4c8t1m9zqa", "role": "decision-maker", "loyalty": 2},
            {"contact": "con-9p3x7y1c0f", "notes": "a\nb\n", "tags": ["a", "on"]},
        ],
        "phones": ["+371 2000 0000"],
        "columns": ["title", "owner"],
        "prices": {Plain("2026-01-01"): Plain("231000.00 EUR")},
        "loyalties": {"-3": "Antagonist", "1": "Interested"},
        "leads": ["lead-0f5s3q8n2k", "lead-1f5s3q8n2k"],
    }
    assert dump_document(document) == (
        "id: opp-7k2m9xq4tb\n"
        "title: Riverside, block B, flat 47\n"
        "budget: 240000.00 EUR\n"
        "need:\n"
        "probability: 35\n"
        "close_date: 2026-12-15\n"
        "archived: true\n"
        "tactic: |\n"
        "  Show the river.\n"
        "  No discounts.\n"
        "external:\n"
        '  hubspot: "9412338817"\n'
        "contacts:\n"
        "  - contact: con-4c8t1m9zqa\n"
        "    role: decision-maker\n"
        "    loyalty: 2\n"
        "  - contact: con-9p3x7y1c0f\n"
        "    notes: |\n"
        "      a\n"
        "      b\n"
        '    tags: [a, "on"]\n'
        'phones: ["+371 2000 0000"]\n'
        "columns: [title, owner]\n"
        "prices:\n"
        "  2026-01-01: 231000.00 EUR\n"
        "loyalties:\n"
        '  "-3": Antagonist\n'
        '  "1": Interested\n'
        "leads:\n"
        "  - lead-0f5s3q8n2k\n"
        "  - lead-1f5s3q8n2k\n"
    )


def test_the_tree_of_a_value_is_what_the_reader_gives() -> None:
    value: Value = {"a": True, "b": 7, "c": None, "d": ["x", {Plain("1"): False}], "e": {}, "f": []}
    dumped = dump_document(value)
    expected = {"a": "true", "b": "7", "c": None, "d": ["x", {"1": "false"}], "e": {}, "f": []}
    assert build_tree(value) == expected == read_tree(dumped.encode(), "f")


def test_lists_named_by_the_caller_stand_one_a_line() -> None:
    bands: dict[str, Value] = {"size_bands": [Plain("1.00 EUR"), Plain("2.00 EUR")], "leads": ["a"]}
    dumped = dump_document(bands, block_lists=frozenset({"size_bands"}))
    assert dumped == "size_bands:\n  - 1.00 EUR\n  - 2.00 EUR\nleads: [a]\n"


def test_an_empty_document_is_still_a_mapping() -> None:
    assert re.fullmatch(r"\{\}\n", dump_document({}))
