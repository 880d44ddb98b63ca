"""Names that are near to what was typed, and names that it is a part of."""

import pytest

from salescli.model.nearest import has_words, meant_by

PEOPLE = {"anna-berzina": "Anna Berzina", "anton": "Anton Kalns", "boris": "Boris O'Hara"}


@pytest.mark.parametrize("text", ["anna", "Anna", "berz", "Anna B", "BERZINA"])
def test_a_part_of_a_name_means_the_one_who_has_it(text):
    assert meant_by(text, PEOPLE) == "did you mean anna-berzina?"


def test_a_part_of_several_names_tells_them_all():
    assert meant_by("an", PEOPLE) == "did you mean anna-berzina or anton?"


def test_a_misspelt_name_means_the_one_most_like_it():
    assert meant_by("borsi", PEOPLE) == "did you mean boris?"


@pytest.mark.parametrize("text", ["", " ", "-", "zzz"])
def test_what_is_like_nothing_means_nobody(text):
    assert meant_by(text, PEOPLE) == ""


def test_many_are_not_all_told():
    names = {f"flat-{number}": f"Flat {number}" for number in range(9)}
    expected = "did you mean one of flat-0, flat-1, flat-2, flat-3, flat-4 …?"
    assert meant_by("flat", names) == expected


@pytest.mark.parametrize(
    ("name", "part", "is_in"),
    [
        ("Block A, flat 7", "block a", True),
        ("Block A, flat 7", "flat", True),
        ("Block A, flat 7", "lock", False),
        ("Block A, flat 7", "a 7", False),
        ("Ирина Белова", "бел", True),
    ],
)
def test_a_part_begins_at_a_word(name, part, is_in):
    assert has_words(name, part) is is_in
