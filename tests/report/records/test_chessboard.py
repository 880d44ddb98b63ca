"""The chessboard of a building."""

import pytest

from salescli.report.records.chessboard import format_chessboard, format_legend
from salescli.report.text.numbers import width_of


def row(name, section, floor, state="free"):
    return {"id": name, "section": section, "floor": floor, "state": state}


ROWS = [
    row("b-1", "1", 1, "sold"),
    row("b-2", "1", 1),
    row("b-3", "1", 2, "reserved"),
    row("b-4", "2", 2, "contracted"),
    row("p-1", None, -1),
    row("p-2", None, None),
]


def test_floors_go_down_and_sections_stand_side_by_side():
    assert format_chessboard(ROWS, 79) == [
        "Floor    Section 1       Section 2",
        "    2    ◔ b-3           ◑ b-4",
        "    1    ● b-1  ○ b-2",
        "   -1                                 ○ p-1",
        "    –                                 ○ p-2",
    ]


def test_a_narrow_screen_sets_sections_below_each_other():
    assert format_chessboard(ROWS, 26) == [
        "Floor    Section 1",
        "    2    ◔ b-3",
        "    1    ● b-1  ○ b-2",
        "",
        "Floor    Section 2",
        "    2    ◑ b-4",
        "",
        "Floor",
        "   -1    ○ p-1",
        "    –    ○ p-2",
    ]


def test_a_floor_with_many_units_takes_several_lines():
    rows = [row(f"b-{number}", "1", 3) for number in range(1, 6)]
    assert format_chessboard(rows, 26) == [
        "Floor    Section 1",
        "    3    ○ b-1  ○ b-2",
        "         ○ b-3  ○ b-4",
        "         ○ b-5",
    ]


@pytest.mark.parametrize("width", [40, 79, 119])
def test_no_line_is_wider_than_the_screen(width):
    rows = [
        row(f"unit-{number:035}"[:40] if number % 7 == 0 else f"b-{number}", section, number % 9)
        for section in ("1", "корпус с очень длинным названием", "東京", None)
        for number in range(60)
    ]
    lines = format_chessboard(rows, width)
    assert max(map(width_of, lines)) <= width


def test_an_escape_in_a_hand_written_section_does_not_reach_the_terminal():
    lines = format_chessboard([row("b-1", "\x1b[31m1", 1)], 79)
    assert "\x1b" not in "\n".join(lines)


def test_the_legend_counts_every_state():
    assert format_legend(ROWS) == "○ 3 free  ◔ 1 reserved  ◑ 1 contracted  ● 1 sold"
