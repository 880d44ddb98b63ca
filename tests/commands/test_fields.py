"""Choosing fields: of records, of a CSV text, of a document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.commands.fields import NamesTold, check_names, choose_csv, choose_keys, choose_records
from salescli.model.errors import WrongUsage
from salescli.report.text.listing import Column, format_csv

NAMES = ("id", "title", "budget")
COLUMNS = [Column(name, name) for name in NAMES]


def test_records_have_the_fields_asked_for_in_that_order():
    records = [{"id": 1, "title": "a"}]
    assert choose_records(["title", "id"], NAMES, records) == [{"title": "a", "id": 1}]
    assert choose_records(["budget"], NAMES, records) == [{"budget": None}]
    assert choose_records([], NAMES, records) == records


def test_every_unknown_field_is_told_at_once():
    with pytest.raises(WrongUsage) as raised:
        check_names(["titel", "id", "bugdet"], NAMES)
    told = [(found.code, found.text) for found in raised.value.findings]
    assert told == [
        ("unknown-name", "'titel' is not a field"),
        ("unknown-name", "'bugdet' is not a field"),
    ]


def test_help_tells_the_names_and_ends_the_command(capsys):
    with pytest.raises(NamesTold) as told:
        check_names(["help"], NAMES)
    assert told.value.exit_code == 0
    assert capsys.readouterr().out == "id\ntitle\nbudget\n"


def test_keys_of_a_document_stay_with_its_name():
    document = {"schema": "salescli/x@1", "a": 1, "b": 2}
    assert choose_keys(document, ["b"]) == {"schema": "salescli/x@1", "b": 2}
    with pytest.raises(WrongUsage):
        choose_keys(document, ["c"])


@given(st.lists(st.tuples(*[st.text("a,\"'\n\r\t =é", max_size=5)] * 3), max_size=5))
def test_all_columns_of_a_csv_are_the_csv_and_some_are_what_they_would_be_alone(rows):
    text = format_csv(rows, COLUMNS, raw=True)
    assert choose_csv(text, NAMES) == text
    part = format_csv([(row[2], row[0]) for row in rows], [COLUMNS[2], COLUMNS[0]], raw=True)
    assert choose_csv(text, ["budget", "id"]) == part


def test_the_guard_against_formulas_stays():
    text = format_csv([("1", "=1+1", "")], COLUMNS)
    assert choose_csv(text, ["title"]) == "title\n'=1+1"
