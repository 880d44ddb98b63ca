"""Comments of two sides in one text."""

import pytest

from salescli.store.mergecomments import keep_added, merge_comment_lines, merge_said, set_beside


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("# a\n", "# a\n", "# b\n", "# b\n"),
        ("# a\n", "# b\n", "# a\n", "# b\n"),
        ("# a\n", "", "# a\n", ""),
        ("# a\n", "# a\n# b\n", "# c\n# a\n", "# a\n# b\n# c\n"),
        ("# a\n", "# b\n", "", "# b\n"),
        ("", "# b\n", "# b\n", "# b\n"),
        (None, "# a\n", None, "# a\n"),
        ("# a\n", None, "# a\n# b\n", "# a\n# b\n"),
    ],
)
def test_lines_that_both_sides_changed_are_those_of_both(base, ours, theirs, merged):
    assert merge_comment_lines([base, ours, theirs]) == merged


def test_what_both_said_behind_a_value_stands_behind_it_and_below():
    assert merge_said([" # a\n", " # b\n", " # c\n"], 2) == " # b\n  # c\n"
    assert merge_said(["\n", " # b\n", "\n"], 2) == " # b\n"


def test_of_what_goes_the_comments_stay_that_one_side_has_added():
    assert keep_added(["# a\n", None, "# a\n\n# b\n"]) == "# b\n"
    assert keep_added(["# a\n", None, "# a\n"]) == ""


def test_a_comment_deeper_than_its_neighbours_would_belong_to_the_one_above():
    assert set_beside("    # a\n\n  # b\n    # c\n", 2) == "  # a\n\n  # b\n    # c\n"
