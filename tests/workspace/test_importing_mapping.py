"""Mappings: what is wrong with one is told with its place, before a row is read."""

from pathlib import Path

import msgspec
import pytest

from salescli.model.errors import Damaged
from salescli.workspace.importing.mapping import Mapping, examine_mapping, read_mapping

RIGHT = """\
kind: opportunity
columns:
  title: deal
  client: account
"""


def faults(text):
    with pytest.raises(Damaged) as raised:
        read_mapping(text.encode(), "m.yaml")
    return [(found.place.line, found.text) for found in raised.value.findings]


def test_the_least_mapping_of_deals():
    mapping = read_mapping(RIGHT.encode(), "m.yaml")
    assert mapping.used_columns() == ["deal", "account"]
    assert (mapping.date, mapping.money, mapping.encoding) == ("%Y-%m-%d", "1234.56", "utf-8")


def test_all_columns_that_are_used_are_known():
    text = RIGHT + (
        "  budget:\n    column: sum\n  notes_:\n    text: a\n".replace(
            "  notes_:\n    text: a\n", ""
        )
        + "  tactic:\n    text: '{x} and {y}'\n"
        + "key: id\nstage_dates:\n  qualification: since\nspelling:\n  city:\n    Rigga: Riga\n"
    )
    mapping = read_mapping(text.encode(), "m.yaml")
    assert mapping.used_columns() == ["id", "deal", "account", "sum", "x", "y", "since", "city"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (RIGHT.replace("opportunity", "deal"), 1, "not one of"),
        (RIGHT + "  colour: c\n", 5, "no field 'colour'"),
        (RIGHT + "  leads: c\n", 5, "no field 'leads'"),  # they would have to follow
        (RIGHT + "  budgt: c\n", 5, "budget"),
        (RIGHT + "  probability: c\n  stage: {}\n", 6, "from a column, a text or a default"),
        (RIGHT + "  need: {column: a, text: b}\n", 5, "not from both"),
        (RIGHT + "  need: {column: a, format: '%Y'}\n", 5, "only dates, amounts and lengths"),
        (RIGHT + "  need: {colum: a, default: b}\n", 5, "no key 'colum'"),
        (RIGHT + "  close_date: {column: a, format: '%d/%m'}\n", 5, "the whole day"),
        (RIGHT + "  budget: {column: a, format: x}\n", 5, "shows no amount"),
        (RIGHT + "date: YYYY\n", 5, "the whole day"),
        (RIGHT + "money: lots\n", 5, "shows no amount"),
        (RIGHT + "delimiter: ', '\n", 5, "one character"),
        (RIGHT + "encoding: ebcdic\n", 5, "not one of"),
        (RIGHT + "colums: {}\n", 5, "no key 'colums'"),
        (RIGHT + "stand_ins: {colour: red}\n", 5, "no field 'colour'"),
        (RIGHT.replace("  client: account\n", ""), 2, "nothing says the client"),
        ("kind: account\ncolumns: {name: n}\nstages: {A: b}\n", 3, "only opportunities"),
        ("kind: person\ncolumns: {name: n}\nkey: k\n", 3, "people have no ids"),
        ("kind: person\ncolumns: {name: n, department.parent: k}\n", 2, "department: true"),
        ("kind: account\n", 1, "columns is missing"),
        ("kind: account\ncolumns: [a]\n", 2, "not a mapping"),
    ],
)
def test_a_fault_is_told_with_its_line(text, line, words):
    found = faults(text)
    assert any(at == line and words in said for at, said in found), found


def test_all_faults_are_told_at_once():
    assert len(faults(RIGHT + "  colour: c\n  size: s\ndate: x\n")) == 3


def test_what_commands_write_is_no_field_of_a_mapping():
    assert "no field 'archived'" in faults(RIGHT + "  archived: a\n")[0][1]


def test_the_mapping_of_the_docs_is_right():
    page = Path(__file__).resolve().parents[2] / "docs" / "import.md"
    block = page.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    mapping = read_mapping(block.encode(), "docs/import.md")
    written = {line.partition(":")[0] for line in block.splitlines() if line[:1].isalpha()}
    assert written == {info.name for info in msgspec.structs.fields(Mapping)}
    assert mapping.candidates("created") == ["earliest", "2017-12-31"]


def test_what_is_wrong_with_one_of_several_ways_is_told_with_its_place():
    source = b"""\
kind: account
columns:
  name:
    - {column: A}
    - {column: B, colour: red}
    - {format: x}
  notes: []
  website: [A, [B]]
"""
    _, error = examine_mapping(source, "m.yaml")
    assert error is not None
    assert {(str(found.place), found.text) for found in error.findings} == {
        ("m.yaml:5:27", "there is no key 'colour' here"),
        ("m.yaml:6:7", "a value comes from a column, a text or a default"),
        ("m.yaml:6:16", "only dates, amounts and lengths have a format"),
        ("m.yaml:7:10", "a value comes from a column, a text or a default"),
        ("m.yaml:8:16", "not a text or a mapping"),
    }
