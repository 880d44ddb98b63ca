"""Files whose fields stand a line each: what their lines alone say is what their values say."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.model.kinds import type_of_kind
from salescli.model.mergeshapes import shape_of_file
from salescli.store.fieldlines import merge_fields
from salescli.store.merge import merge_files
from salescli.store.yamltext import read_tree
from tests.store.test_merge_properties import never
from tests.store.test_patch_properties import LONG

DEAL = (
    b"id: opp-7k2m9xq4tb\ntitle: Anna's flat [47]\nowner: anna\nbudget: 5.00 EUR\n# talks\n\n"
    b"emails: [a@b.example]\nmood:\ncontacts:\n  - contact: con-1\n    role: buyer\n"
)

# What ours and theirs do to the deal, and what comes out; None: it is left to others.
TABLE = {
    "neighbours": ((b"owner: anna", b"owner: boris"), (b"5.00", b"6.00"),
                   DEAL.replace(b"owner: anna", b"owner: boris").replace(b"5.00", b"6.00")),
    "both the same": ((b"5.00", b"6.00"), (b"5.00", b"6.00"), DEAL.replace(b"5.00", b"6.00")),
    "a field more": ((b"mood:", b"need: flat\nmood:"), (b"mood:", b"mood: good"), None),
    "one more each": ((b"mood:", b"need: flat\nmood:"), (b"owner", b"type: new\nowner"),
                      DEAL.replace(b"mood:", b"need: flat\nmood:")
                      .replace(b"owner", b"type: new\nowner")),
    "one more at the end": ((b"    role: buyer\n", b"    role: buyer\nneed: flat\n"),
                            (b"5.00", b"6.00"),
                            DEAL.replace(b"5.00", b"6.00") + b"need: flat\n"),
    "twice the same": ((b"mood:", b"need: flat\nmood:"), (b"owner", b"need: flat\nowner"), None),
    "the same field": ((b"5.00", b"6.00"), (b"5.00", b"7.00"), None),
    "in a list": ((b"buyer", b"boss"), (b"5.00", b"6.00"), None),
    "over a list": ((b"contacts:\n", b"contacts:\nneed: a\n"), (b"5.00", b"6.00"), None),
    "gone": ((b"mood:\n", b""), (b"5.00", b"6.00"), None),
    "moved": ((b"owner: anna\nbudget: 5.00 EUR", b"budget: 5.00 EUR\nowner: anna"),
              (b"mood:", b"mood: good"), None),
    "quotes that go on": ((b"owner: anna", b'owner: "anna'), (b"mood:", b'mood: x"'), None),
    "a block": ((b"mood:", b"mood: |"), (b"5.00", b"6.00"), None),
    "a link": ((b"mood:", b"mood: *a"), (b"5.00", b"6.00"), None),
    "a comment": ((b"# talks", b"# no talks"), (b"5.00", b"6.00"), None),
    "CRLF": ((b"\n", b"\r\n"), (b"5.00", b"6.00"), None),
    "no last line end": ((b"buyer\n", b"buyer"), (b"5.00", b"6.00"), None),
    "NUL": ((b"talks", b"t\0alks"), (b"5.00", b"6.00"), None),
}  # fmt: skip


def three_of(name: str) -> tuple[bytes, bytes, bytes]:
    ours, theirs, _ = TABLE[name]
    assert DEAL.replace(*ours) != DEAL != DEAL.replace(*theirs)
    return DEAL, DEAL.replace(*ours), DEAL.replace(*theirs)


@pytest.mark.parametrize("name", TABLE)
def test_lines_say_what_becomes_of_fields_or_nothing(name):
    assert merge_fields(*three_of(name)) == TABLE[name][2]


def test_two_files_that_were_made_apart_are_left_to_others():
    assert merge_fields(b"", DEAL, DEAL) is None


KEYS = ["id", "title", "owner", "budget", "mood", "need", "tags"]
USUAL = ["", " a", " b", " 5.00 EUR", ' "q: r"', " Анна", " [a, b]"]
ODD = [' "a', ' b"', " 'a", " [a", " b]", " {a: 1}", " |", " >-", " &x a", " *x", " a # c",
       " - a", " a: b", " a:", " it's", " -5", " ?", "  a ", "\ta", ' ""', " [[b]]"]  # fmt: skip
LINES = ["", "# c", "  # c", "  - a", "- b", "  - a: b", '    c: "d', '    e"', "    f:", "---",
         "text", "  text: more", "<<<<<<< ours", "\ufefftitle: a"]  # fmt: skip
fields = st.builds("{}:{}".format, st.sampled_from(KEYS), st.sampled_from(USUAL))
odd = st.builds("{}:{}".format, st.sampled_from(KEYS), st.sampled_from(ODD))
anything = st.one_of(fields, fields, odd, st.sampled_from(LINES))


@st.composite
def versions(draw: Any) -> tuple[bytes, bytes, bytes]:
    """Files of lines that may be fields, and what two sides have made of them."""
    keys = draw(st.permutations(KEYS))[: draw(st.integers(1, 7))]
    base = [f"{key}:{draw(st.sampled_from(USUAL))}" for key in keys]
    for _ in range(draw(st.integers(0, 2))):
        base.insert(draw(st.integers(0, len(base))), draw(anything))
    sides = []
    for _ in range(2):
        lines = list(base)
        for _ in range(draw(st.integers(0, 2))):
            at = draw(st.integers(0, len(lines) - 1))
            value = draw(st.sampled_from([*USUAL, draw(st.sampled_from(ODD))]))
            changed = [f"{lines[at].partition(':')[0]}:{value}"]
            more = [draw(anything), lines[at]]
            lines[at : at + 1] = draw(st.sampled_from([changed, changed, more, []]))
            lines = lines or ["id: a"]
        sides.append(lines)
    base_text, ours, theirs = ("".join(f"{line}\n" for line in one) for one in (base, *sides))
    return base_text.encode(), ours.encode(), theirs.encode()


@settings(max_examples=10_000 if LONG else 150, deadline=None)
@given(versions())
def test_what_lines_say_is_what_a_merge_by_value_says(three):
    merged = merge_fields(*three)
    try:
        for one in three:
            read_tree(one, "f")
    except Damaged:
        return
    if merged is not None:
        by_value = merge_files(*three, "f", shape_of_file(type_of_kind("opportunity")), never)
        assert (by_value.clashes, by_value.made) == ((), ())
        assert read_tree(merged, "f") == read_tree(by_value.data, "f")
