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
    assert lines[2:4] == [
        "    ours    anna, now",
        "      contact con-1, role decision-maker, motivator emptied",
    ]


def test_of_texts_that_are_long_only_the_lines_that_differ_stand_below():
    first = "We lead with the price.\nThe lift is what they ask for most of all, says Elena.\n"
    ours = Side(f"{first}Anna calls.\nThe end.", "anna", "now")
    theirs = Side(f"{first}The end.\nBoris calls.", "boris", "now")
    assert told("Flat", Clashing("tactic", ours, theirs))[1:-1] == [
        "  tactic",
        "    ours    anna, now",
        "      …",
        "      Anna calls.",
        "      …",
        "    theirs  boris, now",
        "      …",
        "      Boris calls.",
    ]


def test_of_a_long_text_that_differs_from_its_beginning_the_rest_is_counted():
    ours = Side("\n".join(f"ours {number}" for number in range(20)))
    lines = told("Flat", Clashing("tactic", ours, Side("one line")))
    assert lines[3] == "      ours 0"
    assert "      … and 8 lines more" in lines


def test_the_name_of_the_item_stands_beside_its_place():
    line = Clashing("products/line-02taw0yp8x/price", Side("1"), Side("2"), "Flat 47")
    assert told("Flat", line)[1] == "  products/line-02taw0yp8x/price: Flat 47"


def test_nothing_of_a_users_text_reaches_the_terminal_as_a_control():
    lines = told("\x1b[31mred", Clashing("a\x07", Side("x\x1b]0;y"), Side(["a", "b\r"])))
    assert not any(character < " " for line in lines for character in line)
