"""Edits in place: what changes, what stays, and that the result says what was asked."""

import pytest

from salescli.model.errors import Damaged
from salescli.store.dump import Plain
from salescli.store.patch import Edit, Item, Remove, Set, patch

ORDER = ("id", "title", "stage", "owner", "budget", "need", "tactic", "notes", "external")
ORDER += ("custom", "contacts", "products", "phones", "leads")

DEAL = """\
# the deal of the year
id: opp-1   # never changes
title: 'Flat'
stage: new   # since Monday
budget:
tactic: |
  Show the river.
  No discounts.

# people
contacts:
  - contact: con-1
    role: buyer   # she decides
    # a word about her
  - contact: con-5
    role: user
# the end
leads:
  - lead-3
"""


def edited(source: str, *edits: Edit) -> str:
    return patch(source.encode(), "deal.yaml", edits, ORDER).decode()


def replaced(source: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (Set(("stage",), "won"), "stage: new   #", "stage: won   #"),
        (Set(("stage",), "on"), "stage: new   #", 'stage: "on"   #'),
        (Set(("title",), "House"), "title: 'Flat'", "title: House"),
        (Set(("budget",), Plain("1.50 EUR")), "budget:\n", "budget: 1.50 EUR\n"),
        (Set(("stage",), None), "stage: new   #", "stage:   #"),
        (Set(("stage",), "two\nlines"), "stage: new   #", "stage: |-   #"),
        (Set(("owner",), "anna"), "budget:\n", "owner: anna\nbudget:\n"),
        (Set(("need",), None), "budget:\n", "budget:\nneed:\n"),
        (
            Set(("tactic",), "Wait."),
            "tactic: |\n  Show the river.\n  No discounts.\n",
            "tactic: Wait.\n",
        ),
        (
            Set(("tactic",), "One\nTwo"),
            "tactic: |\n  Show the river.\n  No discounts.\n",
            "tactic: |-\n  One\n  Two\n",
        ),
        (Remove(("tactic",)), "tactic: |\n  Show the river.\n  No discounts.\n", ""),
        (Set(("notes",), "x"), "discounts.\n", "discounts.\nnotes: x\n"),
        (
            Set(("external", "hubspot"), "77"),
            "discounts.\n",
            'discounts.\nexternal:\n  hubspot: "77"\n',
        ),
        (Set(("contacts", Item("contact", "con-1"), "role"), "boss"), "role: buyer", "role: boss"),
        (
            Set(("contacts", Item("contact", "con-5"), "age"), 7),
            "con-5\n    role",
            "con-5\n    age: 7\n    role",
        ),
        (
            Set(("contacts", Item("contact", "con-5"), "age"), 7, order=("contact", "role", "age")),
            "    role: user\n",
            "    role: user\n    age: 7\n",
        ),
        (
            Set(("contacts", Item("contact", "con-3")), {"role": "spy", "tags": ["a", "b"]}),
            "    # a word about her\n",
            "    # a word about her\n  - contact: con-3\n    role: spy\n    tags: [a, b]\n",
        ),
        (
            Set(("contacts", Item("contact", "con-9"), "role"), "spy"),
            "    role: user\n",
            "    role: user\n  - contact: con-9\n    role: spy\n",
        ),
        (
            Set(("contacts", Item("contact", "con-0"), "role"), "spy"),
            "contacts:\n",
            "contacts:\n  - contact: con-0\n    role: spy\n",
        ),
        (
            Remove(("contacts", Item("contact", "con-1"))),
            "  - contact: con-1\n    role: buyer   # she decides\n    # a word about her\n",
            "",
        ),
        (
            Remove(("contacts", Item("contact", "con-5"))),
            "  - contact: con-5\n    role: user\n",
            "",
        ),
        (
            Remove(("contacts", Item("contact", "con-1"), "role")),
            "    role: buyer   # she decides\n",
            "",
        ),
        (
            Remove(("contacts", Item("contact", "con-5"), "contact")),
            "  - contact: con-5\n    role: user\n",
            "  - role: user\n",
        ),
        (Set(("leads", Item("", "lead-1")), True), "  - lead-3\n", "  - lead-1\n  - lead-3\n"),
        (Set(("leads", Item("", "lead-7")), True), "  - lead-3\n", "  - lead-3\n  - lead-7\n"),
        (Remove(("leads", Item("", "lead-3"))), "leads:\n  - lead-3\n", ""),
        (Set(("phones",), ["+1", "b"]), "leads:\n", 'phones: ["+1", b]\nleads:\n'),
        (Set(("stage",), ["a", "b"]), "stage: new   #", "stage: [a, b]   #"),
    ],
)
def test_an_edit_changes_its_lines_and_no_others(edit: Edit, old: str, new: str) -> None:
    if "|-   #" in new:
        expected = replaced(DEAL, (old, new), ("since Monday\n", "since Monday\n  two\n  lines\n"))
    elif "phones" in new:
        # behind `contacts`, the last key before it, and before the comment that stays
        added = new.removesuffix("leads:\n")
        expected = replaced(DEAL, ("# the end\n", added + "# the end\n"))
    else:
        expected = replaced(DEAL, (old, new))
    assert edited(DEAL, edit) == expected
    assert edited(DEAL.replace("\n", "\r\n"), edit) == expected.replace("\n", "\r\n")
    assert edited("\ufeff" + DEAL, edit) == "\ufeff" + expected


@pytest.mark.parametrize(
    "edit",
    [
        Set(("stage",), "new"),
        Set(("title",), "Flat"),
        Set(("budget",), None),
        Set(("tactic",), "Show the river.\nNo discounts.\n"),
        Set(("contacts", Item("contact", "con-1")), {"role": "buyer"}),
        Set(("leads",), ["lead-3"]),
        Set(("leads", Item("", "lead-3")), True),
        Remove(("owner",)),
        Remove(("contacts", Item("contact", "con-7"))),
        Remove(("contacts", Item("contact", "con-1"), "age")),
    ],
)
def test_what_is_so_already_changes_nothing(edit: Edit) -> None:
    assert edited(DEAL, edit) == DEAL


def test_no_edits_give_the_same_bytes() -> None:
    assert edited(DEAL) == DEAL


def test_many_edits_are_made_in_turn() -> None:
    result = edited(
        DEAL,
        Set(("stage",), "won"),
        Set(("title",), "House"),
        Set(("stage",), "lost"),
        Set(("contacts", Item("contact", "con-2")), {"role": "x"}),
        Set(("contacts", Item("contact", "con-2"), "role"), "boss"),
        Remove(("contacts", Item("contact", "con-1"))),
        Set(("budget",), 3),
        Remove(("leads", Item("", "lead-3"))),
    )
    assert result == replaced(
        DEAL,
        ("stage: new", "stage: lost"),
        ("title: 'Flat'", "title: House"),
        ("budget:\n", "budget: 3\n"),
        ("  - contact: con-1\n    role: buyer   # she decides\n", "  - contact: con-2\n"),
        ("    # a word about her\n", "    role: boss\n"),
        ("leads:\n  - lead-3\n", ""),
    )


def test_a_mapping_set_on_a_mapping_changes_the_fields_that_differ() -> None:
    source = "products:\n- line: l1   # first\n  price: 1.00 EUR # fixed\n  title: x\n- line: l2\n"
    edit = Set(
        ("products", Item("line", "l1")),
        {"line": "l1", "price": Plain("2.00 EUR"), "quantity": Plain("1.5")},
    )
    assert edited(source, edit) == (
        "products:\n- line: l1   # first\n  price: 2.00 EUR # fixed\n  quantity: 1.5\n- line: l2\n"
    )


def test_a_list_written_at_the_column_of_its_key_keeps_its_form() -> None:
    source = "contacts:\n- contact: a\n  role: x\n- contact: c\nleads:\n- l1\n"
    result = edited(
        source,
        Set(("contacts", Item("contact", "b")), {"role": "u"}),
        Set(("leads", Item("", "l0")), True),
        Remove(("contacts", Item("contact", "a"))),
    )
    assert result == "contacts:\n- contact: b\n  role: u\n- contact: c\nleads:\n- l0\n- l1\n"


@pytest.mark.parametrize(
    ("source", "edit", "result"),
    [
        ("a: {b: 1, c: 2}\n", Set(("a", "b"), "x, y"), 'a: {b: "x, y", c: 2}\n'),
        ("a: {b: 1, c: 2}\n", Set(("a", "bb"), "x"), "a: {b: 1, bb: x, c: 2}\n"),
        ("a: {b: 1}\n", Set(("a", "a"), "x\ny"), 'a: {a: "x\\ny", b: 1}\n'),
        ("a: {b: 1, c: 2}\n", Remove(("a", "b")), "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}  # x\n", Remove(("a", "c")), "a: {b: 1}  # x\n"),
        ("a: {b: 1}\nc: 2\n", Remove(("a", "b")), "c: 2\n"),
        ("a: {b: , c: 2}\n", Set(("a", "b"), "x"), "a: {b: x , c: 2}\n"),
        ("a: {b, c: 2}\n", Set(("a", "b"), "x"), "a: {b: x, c: 2}\n"),
        ("a: {b: 1}\n", Set(("a", "b"), None), "a: {b: null}\n"),
        ("a: [x, z]\n", Set(("a", Item("", "xx")), True), "a: [x, xx, z]\n"),
        ("a: [x, z]\n", Set(("a", Item("", "b")), True), "a: [b, x, z]\n"),
        ("a: [x, z]\n", Remove(("a", Item("", "x"))), "a: [z]\n"),
        ("a: [z]\nb:\n", Remove(("a", Item("", "z"))), "b:\n"),
        ("a: [{k: 1}]\n", Set(("a", Item("k", "2"), "v"), 3), 'a: [{k: 1}, {k: "2", v: 3}]\n'),
        ("a: []  # none\n", Set(("a", Item("k", "x"), "v"), 3), "a:  # none\n  - k: x\n    v: 3\n"),
        ("a: {}\n", Set(("a", "b"), "x"), "a:\n  b: x\n"),
        ("{a: 1}\n", Set(("b",), "x"), "{a: 1, b: x}\n"),
        ("{}\n", Set(("b",), "x"), "b: x\n"),
        ("--- {}\n", Set(("b",), "x"), "--- {b: x}\n"),
        ("a:\n  [x,\n   y]  # c\n", Remove(("a", Item("", "y"))), "a:\n  [x]  # c\n"),
    ],
)
def test_lists_and_mappings_on_one_line_keep_their_form(
    source: str, edit: Edit, result: str
) -> None:
    assert edited(source, edit) == result


@pytest.mark.parametrize(
    ("source", "edit", "result"),
    [
        ("id: a\nstage: new", Set(("stage",), "won"), "id: a\nstage: won"),
        ("id: a\nstage: new", Set(("title",), "x"), "id: a\ntitle: x\nstage: new"),
        ("id: a\nstage: new", Set(("owner",), "x"), "id: a\nstage: new\nowner: x\n"),
        ("id: a\r\nstage: new", Set(("owner",), "x"), "id: a\r\nstage: new\r\nowner: x\r\n"),
        ("id: a\nstage: new", Remove(("stage",)), "id: a\n"),
        ("id: a\ntactic: |\n  x", Set(("notes",), "m"), "id: a\ntactic: |-\n  x\nnotes: m\n"),
        ("id: a\ntactic: |+\n  x", Set(("notes",), "m"), "id: a\ntactic: |-\n  x\nnotes: m\n"),
        ("id: a\ntactic: x", Set(("tactic",), "m\nn\n"), "id: a\ntactic: |\n  m\n  n\n"),
        ("leads: [a]", Set(("leads", Item("", "b")), True), "leads: [a, b]"),
        ("leads:\n  - a", Set(("leads", Item("", "b")), True), "leads:\n  - a\n  - b\n"),
    ],
)
def test_a_file_without_a_last_line_end_gets_one_only_with_a_new_last_line(
    source: str, edit: Edit, result: str
) -> None:
    assert edited(source, edit) == result


def test_a_literal_block_that_would_swallow_a_comment_is_quoted() -> None:
    source = "tactic: old\n    # deeper\nnotes: x\n"
    assert edited(source, Set(("tactic",), "a\nb\n")) == (
        'tactic: "a\\nb\\n"\n    # deeper\nnotes: x\n'
    )


def test_a_comment_at_the_column_of_a_key_stays_and_a_deeper_one_goes() -> None:
    source = (
        "custom:\n  a: 1\n    # of a\n  # of nobody\n  b: 2\n\n      # of b\n# top\nleads: [x]\n"
    )
    assert edited(source, Remove(("custom", "a"))) == (
        "custom:\n  # of nobody\n  b: 2\n\n      # of b\n# top\nleads: [x]\n"
    )
    assert edited(source, Remove(("custom", "b"))) == (
        "custom:\n  a: 1\n    # of a\n  # of nobody\n# top\nleads: [x]\n"
    )
    assert edited(source, Remove(("custom",))) == "# top\nleads: [x]\n"


def test_the_top_key_of_a_catalogue_stays_when_its_last_item_goes() -> None:
    source = "# ours\nproducts:   # all\n  flat:\n    name: Flat\n"
    edit = Remove(("products", "flat"), keep_key=True)
    assert edited(source, edit) == "# ours\nproducts:   # all\n"
    assert edited(source, edit, Set(("products", "car", "name"), "Car")) == (
        "# ours\nproducts:   # all\n  car:\n    name: Car\n"
    )


def test_removing_the_last_key_of_a_file_leaves_an_empty_mapping() -> None:
    assert edited("# c\na: 1  # x\n", Remove(("a",))) == "# c\n{}\n"


def test_a_new_dictionary_value_can_go_last() -> None:
    source = "roles:\n  buyer: Buyer\n  agent: Agent\n# end\n"
    assert edited(source, Set(("roles", "adviser"), "Adviser", last=True)) == (
        "roles:\n  buyer: Buyer\n  agent: Agent\n  adviser: Adviser\n# end\n"
    )
    assert edited(source, Set(("roles", "adviser"), "Adviser")) == (
        "roles:\n  adviser: Adviser\n  buyer: Buyer\n  agent: Agent\n# end\n"
    )


def test_a_number_as_a_key_is_quoted() -> None:
    assert edited("loyalties:\n", Set(("loyalties", "-3"), "Bad")) == 'loyalties:\n  "-3": Bad\n'


def test_line_separators_inside_text_do_not_mislead() -> None:
    source = "title: 'a\u2028b'\nnotes: x # c\u2028owner: y\nneed: 'z\u0085'\n"
    assert edited(source, Set(("owner",), "w"), Set(("need",), "m")) == (
        "title: 'a\u2028b'\nnotes: x # c\u2028owner: w\nneed: m\n"
    )


def test_what_goes_through_a_scalar_is_refused() -> None:
    for edit in (
        Set(("stage", "x"), "y"),
        Set(("contacts", "x"), "y"),
        Set(("external", Item("", "x"), "y"), "z"),
        Remove(("stage", "x")),
        Set(("contacts", Item("contact", "con-1"), "role", Item("", "x")), True),
        Set(("title",), "lone \ud800 surrogate"),
    ):
        with pytest.raises(Damaged) as raised:
            edited(DEAL, edit)
        (found,) = raised.value.findings
        assert found.code == "unpatchable" and found.place is not None
        assert found.place.file == "deal.yaml" and found.place.line > 0


def test_a_key_in_the_long_form_is_refused_where_it_cannot_be_cut() -> None:
    source = "? a\n: 1\nb: 2\n"
    assert edited(source, Set(("b",), 3)) == "? a\n: 1\nb: 3\n"
    for edit in (Set(("title",), "x"), Set(("a",), "m\nn")):
        with pytest.raises(Damaged) as raised:
            edited(source, edit)
        assert raised.value.findings[0].code == "unpatchable"
    with pytest.raises(Damaged):
        edited("b: 2\n? a", Remove(("b",)), Set(("title",), "x"))


def test_a_damaged_file_is_not_patched() -> None:
    with pytest.raises(Damaged) as raised:
        edited("a: 1\na: 2\n", Set(("a",), "x"))
    assert raised.value.findings[0].code == "duplicate-key"


def test_an_edit_that_makes_a_record_too_large_is_refused() -> None:
    with pytest.raises(Damaged):
        edited("a: 1\n", Set(("b",), "x" * (1024 * 1024)))


def test_blank_lines_never_fall_to_a_block_that_keeps_them() -> None:
    source = "tactic: |+\n  x\nnotes: 1\n\n\nleads: [a]\n"
    assert edited(source, Remove(("notes",))) == "tactic: |+\n  x\nleads: [a]\n"
    assert edited(source, Set(("need",), "w")) == source.replace("tactic", "need: w\ntactic")
    assert edited(source, Set(("tactic",), "m\n")) == "tactic: |\n  m\n" + source[15:]
    assert edited("tactic: |+\n  x\n\n", Set(("notes",), "m")) == "tactic: |+\n  x\n\nnotes: m\n"
