"""Ids of Salesforce: 15 characters, or 18 of which three say the case of the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.foreignids import id_core, is_same_id

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def full(core: str) -> str:
    """The 18 characters, by the published recipe: a bit a capital, the first the lowest."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    chunks = (core[:5], core[5:10], core[10:])
    sums = (sum(2**n for n, sign in enumerate(chunk) if sign.isupper()) for chunk in chunks)
    return core + "".join(signs[total] for total in sums)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("0061a00000AbCdEAAV", "0061a00000AbCdE"),  # capitals 1, 3 and 5 of the last five: 21, V
        ("0061A00000abcdeaav", "0061a00000AbCdE"),  # its case is lost, and told by the last three
        ("0061a00000AbCdE", "0061a00000AbCdE"),
        ("0061a00000AbCdEBAV", "0061a00000AbCdEBAV"),  # the first digit would be a capital
        ("487687000000423001", "487687000000423001"),  # eighteen digits of another system
        ("abcdefghijklmno", "abcdefghijklmno"),
        ("", ""),
    ],
)
def test_eighteen_characters_say_fifteen(text, core):
    assert id_core(text) == core


@given(st.text(LETTERS, min_size=15, max_size=15))
def test_whatever_happens_to_the_case_of_eighteen_they_are_the_same_id(core):
    eighteen = full(core)
    assert {id_core(text) for text in (eighteen, eighteen.upper(), eighteen.lower())} == {core}


@given(st.text(LETTERS, min_size=15, max_size=15), st.text(LETTERS, min_size=15, max_size=15))
def test_two_ids_are_two_in_both_lengths(one, other):
    assert is_same_id(full(one), other) == is_same_id(full(one), full(other)) == (one == other)


def test_no_id_is_the_same_as_none():
    assert not is_same_id(None, None)
    assert not is_same_id("a", None)
