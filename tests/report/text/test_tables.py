"""Tables: the text of every cell as it came, aligned by width, cut only for a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.text.listing import Column
from salescli.report.text.numbers import clean_text, width_of
from salescli.report.text.tables import render

COLUMNS = [
    Column("id", "Id", kind="id"),
    Column("title", "Title"),
    Column("budget", "Budget", "right", "money"),
]


def test_a_golden_table() -> None:
    rows = [("7k2m", "Riverside, flat 47", "250 000.50"), ("3w8d", "日本の家", "5")]
    rendered = render(rows, COLUMNS, "table")
    assert rendered.text == (
        "Id    Title                   Budget\n"
        "────  ──────────────────  ──────────\n"
        "7k2m  Riverside, flat 47  250 000.50\n"
        "3w8d  日本の家                     5"
    )
    assert rendered.note == ""


@pytest.mark.parametrize("text", ["1e5", "12345678.90", "007", "1_000", "nan", "0x1F", " 5", "-"])
@pytest.mark.parametrize("format_", ["table", "md"])
def test_nothing_in_a_cell_is_taken_for_a_number(text: str, format_: str) -> None:
    shown = render([("a", "b", text)], COLUMNS, format_).text  # type: ignore[arg-type]
    assert text.replace("_", "\\_" if format_ == "md" else "_") in shown


def test_markdown_escapes_its_own_marks() -> None:
    text = render([("a", "x | *y* <b> [z](u)", "1")], COLUMNS, "md").text
    assert r"x \| \*y\* \<b\> \[z\](u)" in text
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in text.split("\n")} == {4}


def test_markdown_aligns_by_column() -> None:
    rule = render([("a", "b", "1")], COLUMNS, "md").text.split("\n")[1]
    assert re.fullmatch(r"\|:-+\|:-+\|-+:\|", rule)


def test_a_wide_table_cuts_its_longest_text_and_says_so() -> None:
    rows = [("7k2m", "Riverside, block B, flat 47", "250 000")]
    rendered = render(rows, COLUMNS, "table", width=30)
    assert rendered.text.split("\n")[2] == "7k2m  Riverside, blo…  250 000"
    assert rendered.note.startswith("To fit 30 columns, cut: Title")


def test_a_table_that_is_still_too_wide_leaves_out_columns_from_the_right_and_names_them() -> None:
    rendered = render([("7k2m9xq4tb", "Riverside, flat 47", "250 000")], COLUMNS, "table", width=20)
    assert "250" not in rendered.text
    assert "7k2m9xq4tb" in rendered.text
    assert "left out: Budget" in rendered.note


def test_a_path_is_never_cut() -> None:
    path = "opportunities/2026/riverside-block-b-flat-47--opp-7k2m9xq4tb/opportunity.yaml"
    columns = [Column("path", "Path", kind="path"), Column("title", "Title")]
    assert path in render([(path, "x" * 40)], columns, "table", width=40).text


texts = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(st.just("7k2m"), texts, texts), max_size=5), st.integers(24, 60))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    columns = [Column("id", "Id", kind="id"), Column("a", "First"), Column("b", "Second")]
    lines = render(rows, columns, "table", width=width).text.split("\n")
    assert len(lines) == len(rows) + 2
    assert max(map(width_of, lines)) <= width
    assert all(clean_text(line) == line for line in lines)


def test_an_empty_table_is_its_header() -> None:
    assert render([], COLUMNS, "table").text.split("\n")[0] == "Id  Title  Budget"
    assert render([], COLUMNS, "md").text.startswith("| Id")


def test_a_column_goes_before_a_text_is_cut_below_its_least():
    columns = [
        Column("title", "Title", least=12),
        Column("stage", "Stage", least=40),
        Column("x", "X"),
    ]
    rows = [["Block A, flat 15", "proposal-preparation", "seen"]]
    rendered = render(rows, columns, "table", width=36)
    assert rendered.text.splitlines()[-1] == "Block A, flat…  proposal-preparation"
    assert rendered.note.startswith("To fit 36 columns, cut: Title; left out: X.")


NUMBERS = [
    Column("who", "Owner", least=6),
    *(Column(name, name.upper(), "right", "money") for name in ("plan", "actual", "gap")),
]


def test_numbers_without_room_stand_below_with_the_names_before_them():
    rows = [["Anna", "375 000", "1 544 825", "12"], ["Пётр Иванов", "400 000", "0", "-5"]]
    rendered = render(rows, NUMBERS, "table", width=24, heads=1)
    assert rendered.text == (
        "Owner           PLAN\n"
        "───────────  ───────\n"
        "Anna         375 000\n"
        "Пётр Иванов  400 000\n"
        "\n"
        "Owner        ACTUAL  GAP\n"
        "────────  ─────────  ───\n"
        "Anna      1 544 825   12\n"
        "Пётр Ив…          0   -5"
    )
    assert rendered.note.startswith("To fit 24 columns, cut: Owner.")


def test_a_number_that_never_fits_beside_a_name_is_left_out_and_named():
    rendered = render([["Anna", "9" * 20, "1", "2"]], NUMBERS, "table", width=16, heads=1)
    assert rendered.note.startswith("To fit 16 columns, left out: PLAN, ACTUAL, GAP.")
    assert rendered.text.split("\n")[-1] == "Anna"
