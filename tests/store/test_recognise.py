"""A file is recognised only if reading it would give the very same document."""

import os
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.model.facts import build_document_of
from salescli.model.records import Opportunity
from salescli.store.digest import read_document, recognise_document
from salescli.store.recognise import is_written_as
from salescli.store.texts import format_state

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 300
ID = "opp-7k2m9xq4tb"
BASE = {"title": "Flat", "client": "con-4c8t1m9zqa", "stage": "lost", "process": "quick"}

words = st.text(
    st.sampled_from("aZ9 é.,:#-'\"~%&*@!|>[]{}()/_\u0085\u2028ß²\n"), min_size=1, max_size=9
)
texts = words | st.sampled_from(["null", "Null", "~", "yes", "0123", "1_000", "-x", "a: b", "a #b"])
texts = texts | st.text(min_size=1, max_size=5)
items = st.fixed_dictionaries({}, optional={"role": texts, "loyalty": st.integers(-3, 3)})
lines = st.fixed_dictionaries(
    {"price": st.sampled_from(["1.00 EUR", "1 EUR", "12 JPY"])},
    optional={"quantity": st.sampled_from(["1", "1.5", "1.50", "x"]), "title": texts},
)
states = st.fixed_dictionaries(
    dict.fromkeys(BASE, texts),
    optional={
        "budget": st.sampled_from(["1.00 EUR", "1.0 EUR", "much"]),
        "probability": st.integers(0, 100) | st.sampled_from(["35", True]),
        "close_date": st.sampled_from(["2026-12-15", "2026-13-15"]),
        "archived": st.booleans() | st.just("true"),
        "tactic": texts,
        "external": st.dictionaries(texts, texts, min_size=1, max_size=2),
        "contacts": st.dictionaries(texts, items, min_size=1, max_size=2),
        "products": st.dictionaries(texts, lines, min_size=1, max_size=2),
        "leads": st.dictionaries(texts, st.just(True), min_size=1, max_size=2),
        "novel": texts,
    },
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(states)
def test_what_is_recognised_would_be_read_as_the_same(state):
    try:
        source = format_state(ID, state)
    except (UnicodeEncodeError, TypeError, AttributeError):
        assume(False)
    found = recognise_document("opportunity", ID, source, state)
    if found is not None:
        assert found == read_document("opportunity", source, "opportunity.yaml")


def file_of(**changes: Any) -> bytes:
    return format_state(ID, {**BASE, **changes})


def test_a_plain_file_with_lists_is_recognised():
    state = {
        **BASE,
        "budget": "1000.00 EUR",
        "probability": 35,
        "archived": True,
        "contacts": {"con-4c8t1m9zqa": {"role": "influencer", "loyalty": 2}},
        "products": {"line-3n8v5t2h7q": {"quantity": "1.5", "price": "10.00 EUR"}},
        "leads": {"lead-0f5s3q8n2k": True},
    }
    source = format_state(ID, state)
    assert is_written_as(source, ID, state, Opportunity)
    document = {"id": ID, **build_document_of(state)}
    assert recognise_document("opportunity", ID, source, state) == document


@pytest.mark.parametrize(
    "source",
    [
        file_of(title="House"),
        file_of() + b"notes: more\n",
        file_of().replace(b"budget:\n", b""),
        file_of().replace(b"\n", b"\r\n"),
        file_of().replace(ID.encode(), b"opp-7k2m9xq4tc"),
        file_of() + b"\n",
        file_of()[:-1],
    ],
)
def test_every_other_byte_is_left_to_the_reader(source):
    assert is_written_as(file_of(), ID, BASE, Opportunity)
    assert not is_written_as(source, ID, BASE, Opportunity)


def test_a_value_of_a_wrong_type_on_both_sides_is_left_to_the_reader():
    state = {**BASE, "budget": "much"}
    source = format_state(ID, state)
    assert recognise_document("opportunity", ID, source, state) is None
    with pytest.raises(Damaged):
        read_document("opportunity", source, "opportunity.yaml")


def test_null_as_a_word_is_left_to_the_reader():
    state = {**BASE, "title": "null"}
    source = format_state(ID, BASE).replace(b"title: Flat", b"title: null")
    assert not is_written_as(source, ID, state, Opportunity)
