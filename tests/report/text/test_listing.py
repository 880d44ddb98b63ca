"""Rows as plain columns, CSV and JSON."""

import csv
import io
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.text.json_text import format_json
from salescli.report.text.listing import (
    Column,
    format_csv,
    format_json_list,
    format_jsonl,
    format_plain,
    render_rows,
)

COLUMNS = [
    Column("id", "Id", kind="id"),
    Column("title", "Title"),
    Column("budget", "Budget", "right", "money"),
]


def test_plain_columns_are_aligned_and_never_cut() -> None:
    rows = [("7k2m", "Riverside, block B", "250 000"), ("3w8d1n", "日本", "5")]
    assert format_plain(rows, COLUMNS) == (
        "Id      Title                Budget\n"
        "7k2m    Riverside, block B  250 000\n"
        "3w8d1n  日本                      5"
    )


def test_plain_cells_obey_no_terminal_codes() -> None:
    assert "\x1b" not in format_plain([("a", "\x1b[31m", "1")], COLUMNS)
    assert format_plain([("a", "two\nlines", "1")], COLUMNS).count("\n") == 1


def test_a_list_without_rows_is_its_header() -> None:
    assert format_plain([], COLUMNS) == "Id  Title  Budget"
    assert format_csv([], COLUMNS) == "id,title,budget"


def test_csv_guards_text_that_a_spreadsheet_would_run_but_no_number() -> None:
    starts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]
    rows = [("a", text, "-5.00") for text in starts]
    read = list(csv.reader(io.StringIO(format_csv(rows, COLUMNS), newline="")))[1:]
    assert [row[1] for row in read] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\ufffdx"]
    assert {row[2] for row in read} == {"-5.00"}


def test_csv_has_nothing_that_a_terminal_obeys_but_line_breaks_and_tabs() -> None:
    rows = [("a", "two\nlines\tand \x1b[31m\x9b\u202e", "1")]
    text = format_csv(rows, COLUMNS)
    (read,) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert read[1] == "two\nlines\tand \ufffd[31m\ufffd\ufffd"
    assert list(csv.reader(io.StringIO(format_csv(rows, COLUMNS, raw=True), newline="")))[1] == [
        *rows[0]
    ]


def test_raw_csv_is_not_guarded() -> None:
    assert format_csv([("a", "=1+1", "1")], COLUMNS, raw=True).endswith("a,=1+1,1")


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=3, max_size=3)))
def test_raw_csv_reads_back(rows: list[list[str]]) -> None:
    text = format_csv(rows, COLUMNS, raw=True)
    read = csv.reader(io.StringIO(text, newline=""))
    assert list(read)[1:] == rows


def test_json_escapes_what_a_terminal_obeys_and_keeps_letters() -> None:
    value = {"title": "Ёлка \x1b[31m \x9b \u202e \u2028 \ud800 日\n"}
    text = format_json(value)
    assert "Ёлка" in text
    assert "日" in text
    assert r"\u001b[31m \u009b \u202e \u2028 \ud800" in text
    assert json.loads(text) == value


@pytest.mark.parametrize(
    "records", [[], [{"id": "a", "n": 1}], [{"id": "b\n", "n": None}, {"id": "c", "n": ["x", {}]}]]
)
def test_a_json_list_is_one_document_with_its_schema_laid_out_as_all_are(records) -> None:
    text = "".join(format_json_list("salescli/things@1", "things", records))
    whole = {"schema": "salescli/things@1", "things": records}
    assert text == json.dumps(whole, indent=2) + "\n"


def test_jsonl_has_a_record_a_line() -> None:
    records = [{"id": "a", "n": 1}, {"id": "b\n", "n": None}]
    lines = list(format_jsonl(records))
    assert lines == ['{"id":"a","n":1}\n', '{"id":"b\\n","n":null}\n']
    assert list(format_jsonl([])) == []


def test_a_plain_list_never_loads_the_table_library_and_a_table_does() -> None:
    program = (
        "import sys\n"
        "from salescli.report.text.listing import Column, render_rows\n"
        "for name in ('plain', 'csv', 'table'):\n"
        "    render_rows([('a',)], [Column('a', 'A')], name)\n"
        "    sys.stdout.write(str('tabulate' in sys.modules) + ' ')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["False", "False", "True"]


def test_one_door_to_all_formats() -> None:
    rows = [("a", "b", "1")]
    assert render_rows(rows, COLUMNS, "csv").text == "id,title,budget\na,b,1"
    assert render_rows(rows, COLUMNS, "plain").text.startswith("Id  Title")
    assert render_rows(rows, COLUMNS, "md").text.startswith("| Id")
    assert "──" in render_rows(iter(rows), COLUMNS, "table").text
