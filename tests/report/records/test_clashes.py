"""What both sides of a merge changed, in words."""

import msgspec

from salescli.report.records.clashes import Clashing, Side, format_clashes


def told(title: str, *clashes: Clashing) -> list[str]:
    return list(format_clashes(title, "team.yaml", clashes))


def test_each_place_stands_with_both_sides_and_who_set_them():
    ours = Side("proposal-preparation", "anna", "2026-11-10 10:10")
    theirs = Side("lost", "boris", "2026-11-11 19:32", "no-answer")
    role = Clashing("contacts/con-1/role", Side(None), Side(msgspec.UNSET))
    assert told("Flat 47", Clashing("stage", ours, theirs), role) == [
        "Flat 47: both sides changed 2 places",
        "  stage",
        "    ours    proposal-preparation  anna, 2026-11-10 10:10",
        '    theirs  lost                  boris, 2026-11-11 19:32, "no-answer"',
        "  contacts/con-1/role",
        "    ours    emptied",
        "    theirs  removed",
        "  Next: salescli resolve",
    ]


def test_long_values_items_and_reasons_fit_the_screen():
    ours = Side({"contact": "con-1", "role": "decision-maker", "motivator": None}, "anna", "now")
    theirs = Side("words " * 40, "boris", "now", "because " * 40)
    lines = told("T" * 200, Clashing("tactic", ours, theirs))
    assert max(map(len, lines)) <= 80
    assert lines[2] == "    ours    contact con-1, role decision-…  anna, now"


def test_nothing_of_a_users_text_reaches_the_terminal_as_a_control():
    lines = told("\x1b[31mred", Clashing("a\x07", Side("x\x1b]0;y"), Side(["a", "b\r"])))
    assert not any(character < " " for line in lines for character in line)
