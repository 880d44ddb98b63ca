"""Tables that fit a terminal: amounts are rounded before a column goes that says something."""

from salescli.report.layouts.screens import (
    ROUNDED,
    Screen,
    fit_table,
    format_page,
    format_screen,
    number_column,
)
from salescli.report.text.listing import Column
from tests.report.funnel_deals import ask_of

COLUMNS = [
    Column("name", "Name"),
    number_column("won", "Won"),
    number_column("sum", "Sum"),
    number_column("lost", "Lost"),
]


def build(whole):
    amount = "1 235" if whole else "1 234.50"
    return COLUMNS, [["A", "0", amount, "2"], ["Total", "0", amount, "2"]]


def test_what_fits_is_left_as_it_is():
    assert fit_table(build, 80) == (build(False), "")
    assert fit_table(build, None) == (build(False), "")


def test_amounts_are_rounded_where_columns_of_nothing_make_no_room():
    exact = len("Total  1 234.50  Lost")
    assert fit_table(build, exact + 1) == (build(False), "")
    assert fit_table(build, exact) == (build(True), ROUNDED)


def test_a_screen_tells_in_one_note_all_that_was_done_to_it():
    columns, rows = build(True)
    screen = Screen(
        question=ask_of(),
        title="Managers",
        heading=[],
        columns=columns,
        rows=rows,
        fitted=ROUNDED,
    )
    shown = format_screen(screen, 20)
    assert shown.text.split("\n")[1:5] == [
        " Name     Sum  Lost",
        " ─────  ─────  ────",
        " A      1 235     2",
        " Total  1 235     2",
    ]
    assert shown.note == (
        "Amounts are rounded to whole ones. To fit 20 columns, nothing in: Won. "
        "A pipe and --format csv show everything."
    )


def test_lines_below_the_table_end_on_a_page_as_they_do_in_a_terminal():
    screen = Screen(
        question=ask_of(),
        title="Managers",
        heading=[],
        columns=COLUMNS,
        rows=[],
        told=["0 went back.", "EUR █"],
        anyway=["Win rate: 1 of 2"],
    )
    assert format_page(screen).endswith("\n\n0 went back.\n\nEUR █\n\nWin rate: 1 of 2\n\n")
    assert (
        format_screen(screen, 80).text.strip().endswith("0 went back.\n EUR █\n Win rate: 1 of 2")
    )
