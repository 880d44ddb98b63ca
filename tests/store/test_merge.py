"""The text of a merged record: whose lines, in which order, with whose comments and line ends."""

import pytest

from salescli.model.errors import Damaged
from salescli.model.mergeshapes import shape_of_file
from salescli.store.merge import merge_files
from salescli.workspace.schemas import TYPES

HEAD = "id: opp-1\ntitle: Flat\nclient: con-1\nstage: a\nowner:\nbudget: 5.00 EUR\n"
PEOPLE = (
    "contacts:\n  - contact: con-1\n    role: buyer # she\n  - contact: con-3\n    role: user\n"
)
DEAL = HEAD + PEOPLE


def merge(base: str, ours: str, theirs: str, kind: str = "opportunity") -> str:
    sources = (text.encode() for text in (base, ours, theirs))
    return merge_files(*sources, "f", shape_of_file(TYPES[kind]), lambda *_: None).data.decode()


def changed(*pairs: str, text: str = DEAL) -> str:
    """The text with each first of a pair once made the second."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_lines_beside_each_other_and_in_one_item_are_taken_from_both_sides():
    ours = changed("stage: a", "stage: b", "role: buyer", "role: boss")
    theirs = changed("owner:", "owner: anna", "# she\n", "# she\n    loyalty: 2\n")
    both = changed("stage: a", "stage: b", "owner:", "owner: anna",
                   "role: buyer # she\n", "role: boss # she\n    loyalty: 2\n")  # fmt: skip
    assert merge(DEAL, ours, theirs) == both
    assert merge(DEAL, theirs, ours) == both


def test_markers_stand_around_one_field_alone():
    ours = changed("stage: a", "stage: b", "owner:", "owner: anna")
    theirs = changed("stage: a", "stage: c", "budget: 5", "budget: 7")
    between = "<<<<<<< ours\nstage: b\n=======\nstage: c\n>>>>>>> theirs"
    assert merge(DEAL, ours, theirs) == changed(
        "stage: a", between, "owner:", "owner: anna", "budget: 5", "budget: 7"
    )


def test_a_change_against_a_removal_shows_the_whole_item_on_one_side():
    ours = changed("  - contact: con-3\n    role: user\n", "")
    theirs = changed("role: user", "role: boss")
    item = "  - contact: con-3\n    role: boss\n"
    old = "  - contact: con-3\n    role: user\n"
    assert merge(DEAL, ours, theirs) == changed(
        old, f"<<<<<<< ours\n=======\n{item}>>>>>>> theirs\n"
    )
    assert merge(DEAL, theirs, ours) == changed(
        old, f"<<<<<<< ours\n{item}=======\n>>>>>>> theirs\n"
    )


def test_items_of_both_sides_stand_in_the_order_of_their_keys():
    ours = DEAL + "  - contact: con-5\n"
    theirs = DEAL + "  - contact: con-4\n    role: user\n"
    both = DEAL + "  - contact: con-4\n    role: user\n  - contact: con-5\n"
    assert merge(DEAL, ours, theirs) == merge(DEAL, theirs, ours) == both


def test_the_last_of_a_list_gone_on_two_sides_takes_its_key_along():
    ours = changed("  - contact: con-3\n    role: user\n", "")
    theirs = changed("  - contact: con-1\n    role: buyer # she\n", "")
    assert merge(DEAL, ours, theirs) == HEAD


def test_the_one_key_of_a_catalogue_stays():
    base = "products:\n  a:\n    name: A\n  b:\n    name: B\n"
    ours, theirs = base.replace("  a:\n    name: A\n", ""), base.replace("  b:\n    name: B\n", "")
    assert merge(base, ours, theirs, "products") == "products:\n"


def test_comments_of_both_sides_stay():
    ours = changed("stage: a", "# mine\nstage: b # why", "contacts:", "contacts: # all")
    theirs = changed("stage: a", "# yours\nstage: a", "owner:", "owner: anna # new",
                     "con-1\n    role", "con-1 # first\n    role")  # fmt: skip
    assert merge(DEAL, ours, theirs) == changed(
        "stage: a\nowner:", "# mine\n# yours\nstage: b # why\nowner: anna # new",
        "contacts:", "contacts: # all", "con-1\n    role", "con-1 # first\n    role",
    )  # fmt: skip


def test_two_comments_behind_one_value_become_two_lines():
    ours = changed("budget: 5.00 EUR", "budget: 6.00 EUR # said")
    theirs = changed("budget: 5.00 EUR", "budget: 5.00 EUR # guess")
    line = "budget: 6.00 EUR # said\n  # guess"
    assert merge(DEAL, ours, theirs) == changed("budget: 5.00 EUR", line)


@pytest.mark.parametrize(
    ("gone", "said", "left"),
    [
        (("budget: 5.00 EUR\n", ""), ("EUR", "EUR # a guess"), ("budget: 5.00 EUR", "# a guess")),
        (("  - contact: con-3\n    role: user\n", ""),
         ("role: user", "role: user # asks for more\n    # calls at 9"),
         ("  - contact: con-3\n    role: user", "  # asks for more\n  # calls at 9")),
        ((PEOPLE, ""), ("contacts:", "contacts: # all"), (PEOPLE, "# all\n")),
        (("    role: buyer # she\n", ""), ("# she", "# she, the boss"),
         ("role: buyer # she", "# she, the boss")),
    ],
)  # fmt: skip
def test_what_one_side_said_of_something_stays_where_the_other_has_removed_it(gone, said, left):
    ours, theirs, expected = changed(*gone), changed(*said), changed(*left)
    assert merge(DEAL, ours, theirs) == merge(DEAL, theirs, ours) == expected


def test_what_one_side_said_of_a_word_stays_where_the_other_has_removed_it():
    base = "id: acc-1\nname: A\nemails: [a@b.c]\n"
    ours = base.replace("a@b.c", "d@e.f")
    theirs = base.replace(" [a@b.c]", "\n  - a@b.c # private")
    expected = "id: acc-1\nname: A\nemails:\n  # private\n  - d@e.f\n"
    assert merge(base, ours, theirs, "account") == expected


def test_a_line_of_a_text_that_begins_like_a_comment_goes_with_its_text():
    base = changed("contacts:", "tactic: |\n  # one\ncontacts:")
    theirs = base.replace("# one", "# two")
    ours = base.replace("tactic: |\n  # one\n", "")
    item = "<<<<<<< ours\n=======\ntactic: |\n  # two\n>>>>>>> theirs\ncontacts:"
    assert merge(base, ours, theirs) == changed("contacts:", item)
    assert merge(base, ours, base) == ours


def test_keys_that_one_side_has_moved_keep_their_new_place():
    lines = DEAL.splitlines(keepends=True)
    ours = "".join([lines[0], lines[3], *lines[1:3], *lines[4:]])
    theirs = changed("stage: a\nowner:", "stage: b\nowner: anna")
    expected = changed("stage: a", "stage: b", "owner:", "owner: anna", text=ours)
    assert merge(DEAL, ours, theirs) == merge(DEAL, theirs, ours) == expected


@pytest.mark.parametrize("side", [0, 1])
def test_a_missing_last_line_feed_is_no_change(side):
    sides = [changed("stage: a", "stage: b"), changed("owner:", "owner: anna")]
    sides[side] = sides[side].removesuffix("\n")
    both = changed("stage: a", "stage: b", "owner:", "owner: anna")
    assert merge(DEAL, *sides) == both


def test_a_text_at_the_end_of_a_file_without_line_feed_stays_as_it_is():
    ours = changed("stage: a", "stage: b") + "tactic: |\n  one\n  two"
    theirs = changed("owner:", "owner: anna")
    assert merge(DEAL, ours, theirs).endswith("tactic: |-\n  one\n  two\n")


def test_a_file_keeps_its_line_ends():
    base = DEAL.replace("\n", "\r\n")
    ours = changed("stage: a", "stage: b")
    theirs = changed("owner:", "owner: anna")
    both = changed("stage: a", "stage: b", "owner:", "owner: anna")
    crlf = theirs.replace("\n", "\r\n")
    assert merge(DEAL, ours, crlf) == both.replace("\n", "\r\n")
    assert merge(base, ours, crlf) == both
    assert merge(base, ours.replace("\n", "\r\n"), crlf) == both.replace("\n", "\r\n")
    assert merge(DEAL, ours, "\ufeff" + theirs) == "\ufeff" + both


def test_what_stands_in_brackets_is_written_so():
    base = 'id: acc-1\nname: A\nemails: [a@b.c, "no"] # two\n'
    ours = base.replace("a@b.c, ", "")
    theirs = base.replace('"no"', '"no", x@y.z').replace("name: A", "name: B")
    assert merge(base, ours, theirs, "account") == (
        'id: acc-1\nname: B\nemails: ["no", x@y.z] # two\n'
    )


def test_a_value_in_brackets_that_clashes_inside_is_shown_whole():
    base = "needs:\n  a: {name: A, retired: true}\n  b: B\n"
    ours = base.replace("name: A", "name: X").replace("b: B", "b: BB")
    theirs = base.replace("{name: A, retired: true}", "{name: Y}")
    assert merge(base, ours, theirs, "dictionaries") == (
        "needs:\n<<<<<<< ours\n  a: {name: X, retired: true}\n=======\n  a: {name: Y}\n"
        ">>>>>>> theirs\n  b: BB\n"
    )


def test_a_comment_beside_what_the_other_side_wrote_anew_is_no_clash():
    base = HEAD + "contacts: [{contact: con-1, motivator: a #b}]\n".replace("a #b", '"a #b"')
    ours = HEAD + "contacts:\n  - contact: con-1\n    motivator: a\n"
    theirs = base.replace("]\n", "] # hers\n")
    assert merge(base, ours, theirs) == HEAD + (
        "# hers\ncontacts:\n  - contact: con-1\n    motivator: a\n"
    )


def test_a_list_in_brackets_on_one_side_meets_lines_on_the_other():
    base = HEAD
    ours = HEAD + "contacts: [{contact: con-2, role: buyer}]\n"
    theirs = HEAD + "contacts:\n- contact: con-1 # hers\n  role: user\n"
    assert merge(base, ours, theirs) == HEAD + (
        "contacts:\n- contact: con-1 # hers\n  role: user\n- contact: con-2\n  role: buyer\n"
    )


def test_lines_at_another_indent_are_moved():
    ours = changed("contact: con-1", "contact: con-1 # c", "role: user", "role: boss")
    theirs = DEAL.replace("\n  ", "\n") + "- contact: con-9\n  motivator: |\n    a\n    b\n"
    assert (
        merge(DEAL, ours, theirs)
        == ours + "  - contact: con-9\n    motivator: |\n      a\n      b\n"
    )


def test_what_stands_in_brackets_on_one_side_takes_the_indent_to_which_the_other_is_moved():
    base = HEAD + "contacts:\n- {contact: con-2}\n"
    ours = HEAD + "contacts:\n- {contact: con-2, motivator: null}\n"
    theirs = HEAD + "contacts:\n  - contact: con-1\n  - contact: con-2\n"
    expected = HEAD + "contacts:\n- contact: con-1\n- contact: con-2\n  motivator:\n"
    assert merge(base, ours, theirs) == expected


def test_a_file_that_both_have_made_is_merged_by_key():
    ours = "company:\n  2026: 1.00 EUR\nowner:\n  anna:\n    2026-01: 2.00 EUR\n"
    theirs = "owner:\n  anna:\n    2026-02: 3.00 EUR\n"
    assert merge("", ours, theirs, "plan") == ours + "    2026-02: 3.00 EUR\n"


def test_texts_are_merged_by_the_lines_that_are_handed_in():
    base = changed("contacts:", "tactic: |\n  one\n  two\ncontacts:")
    ours, theirs = base.replace("  one", "  ONE"), base.replace("  two", "  TWO")
    sources = (text.encode() for text in (base, ours, theirs))
    shape = shape_of_file(TYPES["opportunity"])
    seen = []

    def lines(*three: str) -> str:
        seen.append(three)
        return "ONE\nTWO\n"

    result = merge_files(*sources, "f", shape, lines)
    assert seen == [("one\ntwo\n", "ONE\ntwo\n", "one\nTWO\n")]
    assert result.data.decode() == base.replace("  one\n  two", "  ONE\n  TWO")
    assert result.made == ("tactic",)


@pytest.mark.parametrize(
    "broken", ["", "a: 1\na: 2\n", "a: [\n", "<<<<<<< x\n", "- a\n", "a: &x 1\n"]
)
def test_a_version_that_can_not_be_read_is_told(broken):
    with pytest.raises(Damaged):
        merge("", broken, DEAL)
    with pytest.raises(Damaged):
        merge("", DEAL, broken)
