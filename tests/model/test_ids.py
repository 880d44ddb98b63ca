import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.ids import (
    ALPHABET,
    INNER_PREFIXES,
    RECORD_PREFIXES,
    build_id,
    build_slug,
    is_born_id,
    is_slug,
    kind_of_id,
)

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O, U


def test_the_alphabet_is_crockfords_in_small_letters():
    assert CROCKFORD.lower() == ALPHABET


@pytest.mark.parametrize(
    ("random", "expected"),
    [
        (bytes(7), "opp-0000000000"),
        (b"\xff" * 7, "opp-zzzzzzzzzz"),
        (bytes(6) + b"\x01", "opp-1000000000"),  # lowest bits first
        (bytes(6) + b"\x20", "opp-0100000000"),
        (b"\x02" + bytes(6), "opp-000000000" + ALPHABET[16]),  # bit 49 is the last that counts
        (b"\xfc" + bytes(6), "opp-0000000000"),  # bits 50 to 55 don't
    ],
)
def test_an_id_is_fifty_of_the_random_bits(random, expected):
    assert build_id("opp", lambda count: random[:count]) == expected


@given(st.binary(min_size=7, max_size=7), st.sampled_from([*RECORD_PREFIXES.values(), "h", "act"]))
def test_every_id_is_well_formed_and_says_its_kind(random, prefix):
    made = build_id(prefix, lambda count: random[:count])
    assert is_born_id(made)
    assert is_born_id(made, prefix)
    assert not is_born_id(made, "prop")
    assert not is_slug(made) or prefix in INNER_PREFIXES


@given(st.binary(min_size=7, max_size=7), st.binary(min_size=7, max_size=7))
def test_different_bits_make_different_ids(one, other):
    low = [int.from_bytes(value, "big") % 2**50 for value in (one, other)]
    made = [build_id("h", lambda count, value=value: value) for value in (one, other)]
    assert (made[0] == made[1]) == (low[0] == low[1])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("opp-7k2m9xq4tb", "opportunity"),
        ("acc-2h6w0r5kdn", "account"),
        ("con-4c8t1m9zqa", "contact"),
        ("lead-0f5s3q8n2k", "lead"),
        ("h-8r0k2c5v1m", None),
        ("opp-7k2m9xq4t", None),  # nine
        ("opp-7k2m9xq4tbb", None),
        ("opp-7k2m9xq4ti", None),  # no i, l, o, u
        ("opp-7k2m9xq4tl", None),
        ("opp-7k2m9xq4to", None),
        ("opp-7k2m9xq4tu", None),
        ("OPP-7k2m9xq4tb", None),
        ("opp-7K2m9xq4tb", None),
        ("opp-7k2m9xq4tb\n", None),
        ("deal-7k2m9xq4tb", None),
        ("anna", None),
        ("", None),
    ],
)
def test_a_full_id_names_the_kind_of_its_record(text, kind):
    assert kind_of_id(text) == kind
    assert is_born_id(text) == (kind is not None or text == "h-8r0k2c5v1m")


@pytest.mark.parametrize("prefix", [*RECORD_PREFIXES.values(), *INNER_PREFIXES])
def test_each_prefix_of_the_format_is_known(prefix):
    assert is_born_id(f"{prefix}-0123456789")


def test_the_prefixes_are_those_of_the_format():
    assert list(RECORD_PREFIXES.values()) == ["opp", "acc", "con", "lead"]
    assert tuple("h act line run prop mail post appr".split()) == INNER_PREFIXES


@pytest.mark.parametrize(
    "text", ["anna", "north", "flat-b47", "0", "a" * 40, "opportunity", "con2", "a-", "com10"]
)
def test_a_short_word_of_small_letters_is_a_slug(text):
    assert is_slug(text)


@pytest.mark.parametrize(
    "text",
    ["", "-a", "A", "a_b", "a b", "é", "a" * 41, "a.b", "a/b", "..", "anna\n", "٣"]
    + ["opp-x", "acc-1", "con-", "lead-in"]
    + ["con", "prn", "aux", "nul", "com1", "lpt9"],
)
def test_what_would_be_taken_for_an_id_a_path_or_a_device_is_no_slug(text):
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Riverside, block B, flat 47", "riverside-block-b-flat-47"),
        ("Flat for Elena", "flat-for-elena"),
        ("Елена Петрова", "elena-petrova"),
        ("Кузьмин", "kuzmin"),
        ("Ёлка, щука и объект №5", "elka-shchuka-i-obekt-no5"),
        ("Anna Bērziņa", "anna-berzina"),
        ("Ķīlis & Šķēle Žanis", "kilis-skele-zanis"),
        ("O’Brien", "obrien"),
        ("Straße", "strasse"),
        ("  --  ", ""),
        ("", ""),
        ("!!!", ""),
        ("a" * 39 + " b", "a" * 39),  # no dash at the cut
        ("x" * 50, "x" * 40),
        ("Be\u0301rzs", "berzs"),  # in pieces
    ],
)
def test_a_name_is_transliterated(name, slug):
    assert build_slug(name) == slug


def test_a_name_of_which_nothing_is_left_gets_the_fallback():
    assert build_slug("…", "deal") == "deal"
    assert build_slug("deal 1", "lead") == "deal-1"


@given(st.text(max_size=80))
def test_the_slug_of_any_text_is_safe_in_a_path(text):
    slug = build_slug(text, "deal")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 40
    assert build_slug(slug) == slug
