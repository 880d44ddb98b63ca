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


def test_a_cell_of_any_length_is_read():
    long = "x" * 200_000  # csv takes 131 072 if nobody says otherwise
    first, second = table(f"name,notes\nA,{long}\nB,y\n".encode()).rows
    assert first.cells["notes"] == long
    assert second.line == 3


def test_rows_that_say_they_are_no_records_are_left_out_and_counted():
    source = b"Name,notes,isdeleted\nA,x,TRUE\nB,y,false\nC,z,\nD,true,1\nE,true\n"
    one = mapping(leave_out={"IsDeleted": ["true", "1"]}, lenient=True)
    read = read_table(source, "a.csv", one)
    assert [row.line for row in read.rows] == [3, 4, 6]  # one of another width is told as such
    assert read.left_out == {"isdeleted is TRUE": 1, "isdeleted is 1": 1}
    assert len(read_table(b"name,notes\nA,x\n", "a.csv", one).rows) == 1
    with pytest.raises(Damaged):
        table(b"name,notes\nA,x\n", leave_out={"IsDeleted": ["true"]})


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


def test_the_columns_there_are_are_told_once_for_all_that_are_unlike_them():
    columns = {"name": "name", "notes": "notes", "website": "www", "phones": "tel"}
    with pytest.raises(Damaged) as raised:
        read_table(b"names,x\n", "a.csv", Mapping(kind="account", columns=columns))
    found = [each for each in raised.value.findings if each.code == "no-such-column"]
    assert [(each.field, each.hint) for each in found] == [
        ("name", "did you mean names?"),
        ("notes", ""),
        ("www", ""),
        ("tel", "columns are names, x"),
    ]


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


FOOT = 'Accounts\n"Copyright (c) 2000-2026 x, inc."\nGenerated by: anna\n'


@pytest.mark.parametrize(
    ("source", "begins", "rows", "foot"),
    [
        (f"name,notes\nA,x\n\n\n{FOOT}", ["COPYRIGHT"], 1, 3),
        (f"name,notes\nA,x\n{FOOT}", ["Copyright"], 1, 3),
        (f"name,notes\nA,x\n{FOOT}", [], 4, 0),
        (f"name,notes\nA,x\n{FOOT}B,y\n", ["Copyright"], 5, 0),
        ("name,notes\nA,x\nB\n", ["Copyright"], 2, 0),
        ("name,notes\nA,x\nCopyright of Bluth,\n", ["Copyright"], 2, 0),
        ("name,notes\nCopyright\n", ["Copyright"], 0, 1),
    ],
)
def test_the_last_rows_of_one_cell_are_the_foot_of_a_report_if_one_begins_so(
    source, begins, rows, foot
):
    read = table(source.encode(), footer=begins)
    assert (len(read.rows), len(read.foot)) == (rows, foot)


def test_a_file_of_one_column_has_no_foot():
    one = Mapping(kind="account", columns={"name": "name"}, footer=["Copyright"])
    assert len(read_table(b"name\nA\nCopyright\n", "a.csv", one).rows) == 2
