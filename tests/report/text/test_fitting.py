"""What goes where a terminal is too narrow: columns of nothing, then those of little weight."""

import pytest

from salescli.report.text.fitting import PIPE, choose_columns, find_nothing, is_wide, tell_cut
from salescli.report.text.listing import Column
from salescli.report.text.tables import render

NAME = Column("name", "Name", least=6)


def number(title: str, *, is_minor: bool = False) -> Column:
    return Column(title.lower(), title, "right", "number", is_minor=is_minor)


# 4 + 2 + 3 + 2 + 4 + 2 + 8 + 2 + 5 = 32 columns; without Rejected 22, without Stale too 15.
COLUMNS = [
    NAME,
    number("Won"),
    number("Lost"),
    number("Rejected", is_minor=True),
    number("Stale", is_minor=True),
]
ROWS = [["Anna", "1", "2", "3", "4"], ["all", "1", "2", "3", "4"]]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (32, [0, 1, 2, 3, 4]),
        (31, [0, 1, 2, 3]),  # 25: no room for Stale beside it
        (24, [0, 1, 2, 4]),  # 22: what has room is shown though what is left of it has none
        (21, [0, 1, 2]),
    ],
)
def test_columns_of_little_weight_go_before_a_table_falls_in_two(room, shown):
    assert choose_columns(ROWS, COLUMNS, 1, room) == (shown, [])
    titles = render(ROWS, COLUMNS, "table", width=room, heads=1).text.split("\n")[0].split()
    assert titles == [COLUMNS[place].title for place in shown]


def test_where_a_table_falls_in_two_those_stand_in_it_that_make_it_no_three():
    rows = [["Anna", "1234567890", "2", "3", "4"]]
    # Name and Won; Name, Lost and Rejected: 4 + 2 + 4 + 2 + 8
    assert choose_columns(rows, COLUMNS, 1, 20) == ([0, 1, 2, 3], [])


def test_a_column_of_nothing_goes_before_any_that_says_something():
    rows = [["Anna", "1", "0", "n/a", "4"], ["all", "1", "0", "n/a", "4"]]
    assert find_nothing(rows, COLUMNS) == [2, 3]
    assert choose_columns(rows, COLUMNS, 1, 20) == ([0, 1, 4], [2, 3])
    assert choose_columns(rows, COLUMNS, 1, 22) == ([0, 1, 2, 4], [3])  # as many as need be
    assert choose_columns(rows, COLUMNS, 1, 32) == ([0, 1, 2, 3, 4], [])
    rendered = render(rows, COLUMNS, "table", width=20, heads=1, terminal=21)
    assert rendered.note == (
        "To fit 21 columns, nothing in: Lost, Rejected. A pipe and --format csv show everything."
    )


def test_shares_of_nothing_go_as_numbers_do():
    share = Column("share", "Share", "right", "percent")
    assert find_nothing([["Anna", "n/a", "1"]], [NAME, share, number("Won")]) == [1]


def test_a_number_of_one_row_alone_says_something_and_a_text_does_whatever_it_is():
    rows = [["0", "0", "0", "", "n/a"], ["0", "7", "0.00 %", "", "n/a"]]
    assert find_nothing(rows, COLUMNS) == [3, 4]
    assert find_nothing([], COLUMNS) == []
    assert find_nothing([["Total", "0", "0", "n/a", ""]], COLUMNS) == []  # an empty store


def test_what_is_wide_is_so_without_its_columns_of_nothing():
    rows = [["Anna", "1", "2", "0", "4"]]
    assert not is_wide(rows, COLUMNS, 22)
    assert is_wide(rows, COLUMNS, 21)


def test_one_wording_tells_what_was_done_to_a_screen():
    told = tell_cut(
        80, cut=["long names"], left_out=["Sum, EUR", "bars"], nothing=["X"], shows=PIPE
    )
    assert told == (
        "To fit 80 columns, cut: long names; left out: Sum in EUR, bars; nothing in: X. "
        "A pipe shows everything."
    )
    assert tell_cut(80) == ""
