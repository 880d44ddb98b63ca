"""CSV files as they come: encodings, delimiters, line breaks in cells, broken ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.report.text.listing import Column, format_csv
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.rows import read_table


def mapping(**more):
    columns = {"name": "name", "notes": "notes"}
    return Mapping(kind="account", columns=columns, **more)


def table(source, **more):
    return read_table(source, "a.csv", mapping(**more))


def test_rows_know_the_line_where_they_begin():
    source = b'name,notes\r\nA,"one\r\ntwo"\r\n\r\nB,x\r\n'
    rows = table(source).rows
    assert [(row.line, row.cells["name"]) for row in rows] == [(2, "A"), (5, "B")]
    assert rows[0].cells["notes"] == "one\r\ntwo"


def test_a_quoted_cell_may_hold_delimiters_and_quotes():
    (row,) = table(b'name,notes\n"A, B","says ""no"""\n').rows
    assert row.cells == {"name": "A, B", "notes": 'says "no"'}


@pytest.mark.parametrize(
    ("source", "encoding"),
    [
        ("name,notes\nBērziņa,x\n".encode(), "utf-8"),
        ("\ufeffname,notes\nBērziņa,x\n".encode(), "utf-8"),
        ("\ufeffname,notes\nBērziņa,x\n".encode(), "utf-8-sig"),
        ("name,notes\nBjörn,x\n".encode("latin-1"), "latin-1"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_the_mapping_says(source, encoding):
    (row,) = table(source, encoding=encoding).rows
    assert row.cells["name"] in ("Bērziņa", "Björn")


def test_a_file_in_another_encoding_is_refused_with_its_line():
    with pytest.raises(Damaged) as raised:
        table("name,notes\nA,x\nBjörn,x\n".encode("latin-1"))
    (found,) = raised.value.findings
    assert (found.code, str(found.place)) == ("not-utf8", "a.csv:3:1")


@pytest.mark.parametrize(("delimiter", "sign"), [(";", ";"), ("tab", "\t"), ("|", "|")])
def test_cells_lie_between_the_delimiters_of_the_mapping(delimiter, sign):
    (row,) = table(f"name{sign}notes\nA{sign}x,y\n".encode(), delimiter=delimiter).rows
    assert row.cells == {"name": "A", "notes": "x,y"}


def test_a_row_of_another_width_carries_its_fault_and_the_others_are_read():
    rows = table(b"name,notes\nA\nB,x\nC,x,y\n").rows
    assert [row.fault.code if row.fault else None for row in rows] == [
        "wrong-width",
        None,
        "wrong-width",
    ]


def test_everything_wrong_with_a_header_is_told_at_once():
    with pytest.raises(Damaged) as raised:
        table(b"name,colour,name,size\n")
    codes = sorted(found.code for found in raised.value.findings)
    expected = ["duplicate-column", "no-such-column", "unmapped-column", "unmapped-column"]
    assert codes == expected


def test_columns_that_are_left_out_are_named():
    assert table(b"name,notes,colour\nA,x,red\n", ignore=["colour"]).rows[0].cells["name"] == "A"


@pytest.mark.parametrize("source", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_header(source):
    with pytest.raises(Damaged) as raised:
        table(source)
    assert raised.value.findings[0].code == "no-header"


def test_a_header_alone_is_a_table_of_no_rows():
    assert table(b"name,notes\n").rows == []


def test_a_quotation_mark_that_is_never_closed_is_told():
    with pytest.raises(Damaged) as raised:
        table(b'name,notes\nA,"x\nB,y\n')
    assert raised.value.findings[0].code == "not-csv"


@given(st.lists(st.tuples(st.text("'=+-@\"ab, \n"), st.text("'=+-@1")), min_size=1))
def test_a_csv_that_was_exported_is_read_as_what_it_was(rows):
    written = format_csv(rows, [Column("name", "Name"), Column("notes", "Notes")])
    read = table(f"{written}\n".encode()).rows
    assert [tuple(row.cells.values()) for row in read] == [
        tuple(cell.strip() for cell in row) for row in rows
    ]


def test_the_mark_of_a_file_that_nobody_guarded_is_kept_by_the_mapping():
    assert table(b"name,notes\n'=A,x\n", guarded=False).rows[0].cells["name"] == "'=A"
