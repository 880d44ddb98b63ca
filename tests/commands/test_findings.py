"""Findings as text: hints in lines of a terminal."""

import pytest

from salescli.commands.findings import format_finding
from salescli.model.errors import Place, finding


def hinted(hint):
    return list(format_finding(finding("code", "text", hint=hint)))[1:]


def test_a_hint_that_fits_stays_on_one_line():
    assert hinted("give it: salescli opp set 7k2m --budget 5") == [
        "  Give it: salescli opp set 7k2m --budget 5"
    ]


@pytest.mark.parametrize("lead", ["Say what the client can spend, then go on with", "X" * 60])
def test_a_command_that_fits_on_a_line_is_not_broken(lead):
    command = 'salescli opportunity contact add 7k2m "Elena Petrova" --role decision-maker'
    assert hinted(f"{lead} {command}") == [f"  {lead}", f"  {command}"]


def test_each_of_two_commands_stands_whole():
    first = 'salescli person create "Anna Maria Berzina-Ozolina" adds one;'
    second = "salescli person list --all shows all"
    assert hinted(f"{first} {second}") == [f"  {first}", f"  {second}"]


def test_a_command_that_fits_nowhere_is_wrapped_at_words():
    command = "salescli opp set 7k2m " + " ".join(f"--custom.field-{n} value" for n in range(9))
    lines = hinted(command)
    assert " ".join(line.strip() for line in lines) == command
    assert all(len(line) <= 78 for line in lines)


@pytest.mark.parametrize(
    ("column", "width", "excerpt", "carets"),
    [
        (3, 4, "x" * 200, "  ^^^^"),
        (3, 900, "x" * 200, "  " + "^" * 68),  # to the end of the screen
        (100, 9, "x" * 200, " " * 99 + "^"),
        (500, 9, "…" + "x" * 199, " " * 41 + "^" * 9),
    ],
)
def test_carets_point_at_the_place_and_stay_on_the_screen(column, width, excerpt, carets):
    place = Place("a.yaml", 7, column, "x" * 1000, width)
    lines = list(format_finding(finding("code", "text", place=place)))
    assert lines[1:] == [f"    7 | {excerpt}", f"      | {carets}"]
