"""Tables that fit a terminal: amounts are rounded first, then columns of nothing go."""

from salescli.report.layouts.screens import fit_table, number_column
from salescli.report.text.listing import Column

COLUMNS = [
    Column("name", "Name"),
    number_column("won", "Won"),
    number_column("sum", "Sum"),
    number_column("lost", "Lost"),
]


def build(whole):
    amount = "1 235" if whole else "1 234.50"
    return COLUMNS, [["A", "0", amount, "2"], ["Total", "7", amount, "2"]]


def test_what_fits_is_left_as_it_is():
    assert fit_table(build, 80) == (build(False), [])
    assert fit_table(build, None) == (build(False), [])


def test_amounts_are_rounded_before_a_column_goes():
    exact = len("Total  Won  1 234.50  Lost")
    assert fit_table(build, exact + 1) == (build(False), [])
    assert fit_table(build, exact) == (build(True), ["Amounts are rounded to whole ones."])


def test_a_column_of_nothing_goes_before_any_other_whatever_the_total_says():
    (columns, rows), said = fit_table(build, 20)
    assert [column.name for column in columns] == ["name", "sum", "lost"]
    assert rows == [["A", "1 235", "2"], ["Total", "1 235", "2"]]
    assert said == ["Amounts are rounded to whole ones.", "Nothing in: Won."]
