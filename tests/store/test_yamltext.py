"""The strict reader: what it takes, what it refuses, and where it says the fault stands."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged, Finding
from salescli.store import yamltext
from salescli.store.yamltext import parse_nodes, read_flow_mapping, read_tree

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"


def refusal(source: bytes | str) -> Finding:
    """The one finding for which both ways of reading refuse `source`."""
    data = source.encode() if isinstance(source, str) else source
    with pytest.raises(Damaged) as raised:
        read_tree(data, "deal.yaml")
    with pytest.raises(Damaged) as again:
        parse_nodes(data, "deal.yaml")
    assert raised.value.findings == again.value.findings
    (found,) = raised.value.findings
    assert found.place is not None and found.place.file == "deal.yaml"
    return found


def where(found: Finding) -> tuple[int, int, str]:
    assert found.place is not None
    return found.place.line, found.place.column, found.place.excerpt


def test_every_scalar_stays_the_text_that_was_written() -> None:
    source = (
        b"country: NO\nflag: yes\nsku: 007\nsize: 1_000\ntime: 12:30:45\nhex: 0x1F\nbits: 0b101\n"
        b"power: 1e3\nday: 2026-11-02\nnan: .nan\nbig: 1e400\n1: one\n1.0: float\ntrue: bool\n"
    )
    assert read_tree(source, "f") == {
        "country": "NO",
        "flag": "yes",
        "sku": "007",
        "size": "1_000",
        "time": "12:30:45",
        "hex": "0x1F",
        "bits": "0b101",
        "power": "1e3",
        "day": "2026-11-02",
        "nan": ".nan",
        "big": "1e400",
        "1": "one",
        "1.0": "float",
        "true": "bool",
    }


def test_only_a_plain_null_is_nothing() -> None:
    source = (
        b"a:\nb: ~\nc: null\nd: Null\ne: NULL\nf: ''\ng: \"\"\nh: '~'\ni: [~, \"null\"]\n~: key\n"
    )
    assert read_tree(source, "f") == {
        "a": None,
        "b": None,
        "c": None,
        "d": None,
        "e": None,
        "f": "",
        "g": "",
        "h": "~",
        "i": [None, "null"],
        "~": "key",
    }


def test_lists_mappings_and_literal_blocks_are_read() -> None:
    source = (
        b"tactic: |\n  Show the river.\n  No discounts.\nnote: |-\n  two\n  lines\n"
        b"contacts:\n  - contact: con-1\n    role: buyer\n  - {contact: con-2, tags: [a, b]}\n"
    )
    assert read_tree(source, "f") == {
        "tactic": "Show the river.\nNo discounts.\n",
        "note": "two\nlines",
        "contacts": [
            {"contact": "con-1", "role": "buyer"},
            {"contact": "con-2", "tags": ["a", "b"]},
        ],
    }


def test_a_byte_order_mark_at_the_start_and_crlf_are_read() -> None:
    source = b"\xef\xbb\xbftitle: Flat\r\nnote: |\r\n  one\r\n  two\r\n"
    assert read_tree(source, "f") == {"title": "Flat", "note": "one\ntwo\n"}
    assert parse_nodes(source, "f").has_bom


def test_ampersands_and_exclamation_marks_inside_text_are_text() -> None:
    source = (
        b"title: Tom & Jerry!\nnote: 'a *b* & !c'\n"
        b"text: |\n  &x *y !z\n  \ttab\nlast: a\tb # c\td\n"
    )
    assert read_tree(source, "f") == {
        "title": "Tom & Jerry!",
        "note": "a *b* & !c",
        "text": "&x *y !z\n\ttab\n",
        "last": "a\tb",
    }


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("a: 1\n\tb: 2\n", "tab", 2, 1),
        ("a:\n\tb: 2\n", "tab", 2, 1),
        ("a:\t1\n", "tab", 1, 3),
        ("a: 1\t# note\n", "tab", 1, 5),
        ("a: 1\nb: 2: 3\n", "yaml-syntax", 2, 5),
        ("a: [1\n", "yaml-syntax", 2, 1),
        ("a: {b: 1]\n", "yaml-syntax", 1, 9),
        ("a: 'open\n", "yaml-syntax", 2, 1),
        ("a: @b\n", "yaml-syntax", 1, 4),
        ("a: 1\nb\nc: 2\n", "yaml-syntax", 3, 1),
        ('a: "\\q"\n', "yaml-syntax", 1, 5),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("a: &x 1\n", "alias", 1, 4),
        ("a: *x\n", "alias", 1, 4),
        ("&x a: 1\n", "alias", 1, 1),
        ("a: 1\nb: !!str 2\n", "tag", 2, 4),
        ("a: ! 2\n", "tag", 1, 4),
        ("a: !!python/object/apply:os.system [ls]\n", "tag", 1, 4),
        ("a: !e!x 1\n", "tag", 1, 4),
        ("a: !!null\n", "tag", 1, 4),
        ("- a\n- b\n", "not-a-mapping", 1, 1),
        ("just text\n", "not-a-mapping", 1, 1),
        ("", "empty-file", 1, 1),
        ("# nothing\n", "empty-file", 1, 1),
        ("[a, b]: 1\n", "key-not-text", 1, 1),
        ("a: 1\n? {b: c}\n: 2\n", "key-not-text", 2, 3),
        ("a: x\x00\n", "control-character", 1, 5),
        ("a: x\x1b[31m\n", "control-character", 1, 5),
        ("a: x\x7f\n", "control-character", 1, 5),
        ("a: x\x9b\n", "control-character", 1, 5),
        ("a: 1\nb: x\ufeffy\n", "bom-inside", 2, 5),
    ],
)
def test_what_is_not_plain_data_is_refused_at_its_place(
    source: str, code: str, line: int, column: int
) -> None:
    found = refusal(source)
    assert found.code == code
    assert where(found)[:2] == (line, column)
    assert "Error" not in found.text and found.text.endswith((".", ")."))


def test_a_duplicate_key_names_both_lines() -> None:
    found = refusal("stage: a\nowner: x\nstage: b\n")
    assert found.code == "duplicate-key"
    assert where(found) == (3, 1, "stage: b")
    assert "`stage`" in found.text and "line 1" in found.text and "line 3" in found.text
    assert found.place is not None and found.place.width == len("stage")


def test_a_duplicate_key_of_an_inner_mapping_is_found_too() -> None:
    found = refusal("contacts:\n  - contact: a\n    role: x\n    role: y\n")
    assert (found.code, where(found)[:2]) == ("duplicate-key", (4, 5))


def test_all_findings_come_at_once() -> None:
    source = b"a: &x 1\nb: !!int 2\nc: 3\nc: 4\n"
    with pytest.raises(Damaged) as raised:
        read_tree(source, "f")
    assert [found.code for found in raised.value.findings] == ["alias", "tag", "duplicate-key"]


def test_bytes_that_are_not_utf_8_are_named_by_position() -> None:
    found = refusal(b"a: 1\nb: caf\xe9\n")
    assert found.code == "not-utf8"
    assert "0xe9" in found.text and "position 11" in found.text
    assert where(found)[:2] == (2, 7)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused(encoding: str) -> None:
    assert refusal("a: 1\n".encode(encoding)).code in ("not-utf8", "control-character")


def test_a_file_over_one_mebibyte_is_refused() -> None:
    assert read_tree(b"a: " + b"x" * (1024 * 1024 - 3), "f")
    assert refusal(b"a: " + b"x" * (1024 * 1024 - 2)).code == "too-large"


@pytest.mark.parametrize("unit", [b"{},", b"a,"])
def test_a_file_of_very_many_values_is_refused(
    unit: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert yamltext.MAX_NODES == 150_000
    if os.environ.get("SALESCLI_TEST_SIZE") != "long":
        monkeypatch.setattr(yamltext, "MAX_NODES", 1_500)
    assert refusal(b"a: [" + unit * (yamltext.MAX_NODES + 9) + b"]").code == "too-large"


def test_a_catalogue_of_fifty_thousand_prices_is_read() -> None:
    source = "prices:\n" + "".join(f"  p{number}: {number}\n" for number in range(50_000))
    prices = read_tree(source.encode(), "f")["prices"]
    assert isinstance(prices, dict) and prices["p49999"] == "49999"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<<<<<<< HEAD\nstage: a\n=======\nstage: b\n>>>>>>> other\n", [1, 5]),
        ("l:\n<<<<<<< HEAD\n  - a\n=======\n  - b\n>>>>>>> other\n", [2, 6]),
        ('t: "one\n<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> o\nend"\n', [2, 6]),
        ("t: |\n<<<<<<< HEAD\n  two\n=======\n  three\n>>>>>>> o\n", [2, 6]),
        ("a: 1\n<<<<<<< A\nb: 1\n||||||| base\nb: 0\n=======\nb: 2\n>>>>>>> B\n", [2, 4, 8]),
        ("<<<<<<< HEAD\n=======\n>>>>>>> other\n", [1, 3]),
        ('t: "a\r\n<<<<<<<\r\nb"\r\n', [2]),
    ],
    ids=["key", "list", "quoted", "literal", "diff3", "whole file", "crlf"],
)
def test_conflict_markers_are_refused_wherever_they_stand(source: str, lines: list[int]) -> None:
    for read in (read_tree, parse_nodes):
        with pytest.raises(Damaged) as raised:
            read(source.encode(), "deal.yaml")
        found = raised.value.findings
        assert [each.code for each in found] == ["conflict-markers"]
        assert found[0].place and found[0].place.line == lines[0]
        assert f"first of {len(lines)} " in found[0].text or len(lines) == 1
        assert "salescli resolve finishes it" in found[0].hint


def test_marker_characters_inside_a_line_are_text() -> None:
    assert read_tree(b"a: <<<<<<< x\nb: '======='\n", "f") == {"a": "<<<<<<< x", "b": "======="}


def test_thirty_two_levels_are_read_and_thirty_three_are_not() -> None:
    fine = b"a: " + b"[" * 30 + b"x" + b"]" * 30
    value = read_tree(fine, "f")["a"]
    for _ in range(30):
        assert isinstance(value, list)
        (value,) = value
    assert value == "x"
    assert refusal(b"a: " + b"[" * 31 + b"x" + b"]" * 31).code == "too-deep"


@pytest.mark.parametrize("opening", ["'a: ' + '[' * 25000", "'- ' * 25000", "'{a: ' * 25000"])
def test_a_tower_of_lists_is_refused_without_killing_the_process(opening: str) -> None:
    program = (
        "from salescli.model.errors import Damaged\n"
        "from salescli.store.yamltext import read_tree\n"
        f"try: read_tree(({opening}).encode(), 'f')\n"
        "except Damaged as error: print(error.findings[0].code)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "too-deep\n")


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
        "a: &a {x: 1}\nb: {<<: [*a, *a]}\n",
        "a: &a x\nb: [" + ",".join(["*a"] * 50_000) + "]\n",
        "a: &a [*a]\n",
        "a: &a\n  b: *a\n",
        "&k k: 1\nb:\n  *k : 2\n",
    ],
    ids=["laughs", "merge keys", "scalars", "cycle", "cyclic mapping", "key"],
)
def test_aliases_are_refused_at_their_anchor(bomb: str) -> None:
    with pytest.raises(Damaged) as raised:
        read_tree(bomb.encode(), "f")
    assert {found.code for found in raised.value.findings} == {"alias"}


def test_lines_are_counted_as_editors_count_them() -> None:
    source = "a: 'x\u2028y\u0085z'\nb: 1\nb: 2\n"
    found = refusal(source)
    assert where(found) == (3, 1, "b: 2")
    assert "line 2" in found.text


def test_columns_count_characters_and_the_excerpt_has_no_line_end() -> None:
    found = refusal("a: {Ж😀: 1, b: !x 2}\r\n")
    assert where(found) == (1, 15, "a: {Ж😀: 1, b: !x 2}")


def test_a_hand_written_history_line_is_read() -> None:
    line = "- {id: h-1, seq: 1, kind: noted, text: 'a: b', fields: {mood: [~, good]}}"
    assert read_flow_mapping(line, "history.yaml", 7) == {
        "id": "h-1",
        "seq": "1",
        "kind": "noted",
        "text": "a: b",
        "fields": {"mood": [None, "good"]},
    }


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("- {a: 1, a: 2}", "duplicate-key", 10),
        ("- {a: &x 1}", "alias", 7),
        ("- {a: !x 1}", "tag", 7),
        ("- {a: 1", "yaml-syntax", 8),
        ("- {a: \x1b}", "control-character", 7),
        ("- {a:\t1}", "tab", 6),
        ("- " + "[" * 40, "too-deep", 33),
        ("{a: 1}", "not-a-mapping", 1),
        ("- a: 1", "not-a-mapping", 1),
        ("- text", "not-a-mapping", 1),
        ("<<<<<<< HEAD", "conflict-markers", 1),
        ("", "empty-file", 1),
    ],
)
def test_a_history_line_is_refused_with_its_number(line: str, code: str, column: int) -> None:
    with pytest.raises(Damaged) as raised:
        read_flow_mapping(line, "history.yaml", 7)
    (found,) = raised.value.findings
    assert (found.code, found.place and found.place.line) == (code, 7)
    assert found.place is not None and found.place.column == column


def test_places_point_at_values_with_their_width() -> None:
    source = (
        b"title: Flat 47 # x\nbudget:\nnote: |\n  long\n"
        b"products:\n  - line: l1\n    price: 12.3x EUR\ntags: [a, bb]\n"
    )
    document = parse_nodes(source, "deal.yaml")

    def spot(*path: str | int) -> tuple[int, int, int]:
        place = document.place(path)
        return place.line, place.column, place.width

    assert spot("title") == (1, 8, 7)
    assert spot("budget") == (2, 1, 6)
    assert spot("note") == (3, 7, 1)
    assert spot("products", 0, "price") == (7, 12, 9)
    assert spot("products", 0) == (6, 5, 1)
    assert spot("products", 0, "quantity") == (6, 5, 1)
    assert spot("products", 5, "quantity") == (5, 1, 8)
    assert spot("tags", 1) == (8, 11, 2)
    assert spot("tags") == (8, 7, 1)
    assert spot("missing") == (1, 1, 1)
    assert document.place(("products", 0, "price")).excerpt == "    price: 12.3x EUR"
    key = document.key_place(("products", 0, "price"))
    assert (key.line, key.column, key.width) == (7, 5, 5)


def test_both_ways_of_reading_give_one_tree() -> None:
    source = b"a: 1\nb: {c: [d, ~], e: }\nf:\n- g: 'h'\n  i: |\n    j\n- k\n"
    expected = {
        "a": "1",
        "b": {"c": ["d", None], "e": None},
        "f": [{"g": "h", "i": "j\n"}, "k"],
    }
    assert read_tree(source, "f") == expected == parse_nodes(source, "f").tree


TOKENS = st.sampled_from(
    [*"abx:-?[]{},&*!|>'\"%@`#~ \t\n\r", ": ", "- ", "\n  ", "<<", "...", "---", "!!str ", "é",
     "\u0085", "\u2028", "\ufeff", "\x00", "\x1b", "&a ", "*a", "\\", "<<<<<<< ", "\r\n"]
)  # fmt: skip


def outcome(read: Callable[[bytes, str], Any], source: bytes) -> tuple[Any, tuple[Finding, ...]]:
    """What comes back, and the findings if nothing does; any other error fails the test."""
    try:
        return read(source, "f"), ()
    except Damaged as error:
        return None, error.findings


@settings(max_examples=20_000 if LONG else 300, deadline=None)
@given(st.lists(TOKENS, max_size=30).map("".join))
def test_any_soup_of_tokens_is_read_alike_or_refused(text: str) -> None:
    source = text.encode()
    tree, findings = outcome(read_tree, source)
    document, again = outcome(parse_nodes, source)
    assert findings == again
    for found in findings:
        assert found.place is not None and found.place.line <= text.count("\n") + 1
    if not findings:
        assert document.tree == tree
        read_by_others = yaml.load(source, Loader=yaml.CBaseLoader)  # noqa: S506
        assert list(read_by_others) == list(tree)


@settings(max_examples=20_000 if LONG else 300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    tree, findings = outcome(read_tree, source)
    assert (tree is None) == bool(findings)
