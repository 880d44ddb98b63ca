"""A file is recognised only if reading it would give the very same document."""

import os
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salescli.model.errors import Damaged
from salescli.model.facts import build_document_of, changes_between
from salescli.model.records import Lead, Opportunity
from salescli.store.codec import read_typed
from salescli.store.digest import read_document
from salescli.store.layout import KEY_ORDER
from salescli.store.patch import patch
from salescli.store.recognise import recognise, rewrite_plain, write_plain
from salescli.store.texts import build_edits, format_state

EXAMPLES = 3000 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 120
LEAD_ID = "lead-0f5s3q8n2k"
ID = "opp-7k2m9xq4tb"
BASE = {"title": "Flat", "client": "con-4c8t1m9zqa", "stage": "lost", "process": "quick"}

words = st.text(
    st.sampled_from("aZ9 é.,:#-'\"~%&*@!|>[]{}()/_\u0085\u2028ß²\n"), min_size=1, max_size=9
)
texts = words | st.sampled_from(["null", "Null", "~", "yes", "0123", "1_000", "-x", "a: b", "a #b"])
texts = texts | st.text(min_size=1, max_size=5)
tame = st.sampled_from(["Flat", "two words", "lost", "con-4c8t1m9zqa", "дом 2", "a, b"])


def build_states(texts: Any) -> Any:
    """Deals whose texts are of that kind."""
    keys = texts.map(lambda text: text.replace("/", "-"))  # which parts the steps of a path
    items = st.fixed_dictionaries({}, optional={"role": texts, "loyalty": st.integers(-3, 3)})
    lines = st.fixed_dictionaries(
        {"price": st.sampled_from(["1.00 EUR", "1 EUR", "12 JPY"])},
        optional={"quantity": st.sampled_from(["1", "1.5", "1.50", "x"]), "title": texts},
    )
    return st.fixed_dictionaries(
        dict.fromkeys(BASE, texts),
        optional={
            "budget": st.sampled_from(["1.00 EUR", "1.0 EUR", "much"]),
            "probability": st.integers(0, 100) | st.sampled_from(["35", True]),
            "close_date": st.sampled_from(["2026-12-15", "2026-13-15"]),
            "archived": st.booleans() | st.just("true"),
            "tactic": texts,
            "external": st.dictionaries(keys, texts, min_size=1, max_size=2),
            "contacts": st.dictionaries(keys, items, min_size=1, max_size=2),
            "products": st.dictionaries(keys, lines, min_size=1, max_size=2),
            "leads": st.dictionaries(keys, st.just(True), min_size=1, max_size=2),
            "novel": texts,
        },
    )


def build_leads(texts: Any) -> Any:
    """Leads whose texts are of that kind."""
    keys = texts.map(lambda text: text.replace("/", "-"))
    return st.fixed_dictionaries(
        {"title": texts, "stage": texts},
        optional={
            "budget": st.sampled_from(["1.00 EUR", "1.0 EUR"]),
            "decision_date": st.sampled_from(["2026-12-15", "2026-13-15"]),
            "meeting_at": st.just("2026-12-15T10:00:00Z"),
            "notes": texts,
            "external": st.dictionaries(keys, texts, min_size=1, max_size=2),
        },
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(build_states(texts))
def test_what_is_recognised_would_be_read_as_the_same(state):
    try:
        source = format_state(ID, state)
    except (UnicodeEncodeError, TypeError, AttributeError):
        assume(False)
    found = recognise(source, ID, state, Opportunity)
    if found is not None:
        assert found[0] == read_document("opportunity", source, "opportunity.yaml")
        assert found[1] == read_typed(source, "opportunity.yaml", Opportunity)


@settings(max_examples=EXAMPLES, deadline=None)
@given(build_states(tame), build_states(tame | texts))
def test_what_is_written_anew_is_what_patching_gives(before, after):
    fields = changes_between(before, after)
    kept = write_plain(ID, before, Opportunity)
    assume(kept is not None)
    written = rewrite_plain(kept, ID, before, fields, Opportunity)
    if written is not None:
        edits = build_edits(fields)
        assert written == patch(kept, "opportunity.yaml", edits, KEY_ORDER["opportunity"])
        assert written == format_state(ID, after)


@settings(max_examples=EXAMPLES, deadline=None)
@given(build_leads(tame), build_leads(tame | texts))
def test_so_it_is_with_leads(before, after):
    fields = changes_between(before, after, Lead)
    kept = write_plain(LEAD_ID, before, Lead)
    assume(kept is not None)
    written = rewrite_plain(kept, LEAD_ID, before, fields, Lead)
    if written is not None:
        edits = build_edits(fields, Lead)
        assert written == patch(kept, "lead.yaml", edits, KEY_ORDER["lead"])
        assert written == format_state(LEAD_ID, after, Lead)


def test_a_move_of_a_plain_file_is_written_anew_and_one_with_a_comment_is_not():
    fields = {"stage": ["lost", "won"], "contacts/con-4c8t1m9zqa": [None, {"role": "influencer"}]}
    after = {**BASE, "stage": "won", "contacts": {"con-4c8t1m9zqa": {"role": "influencer"}}}
    written = rewrite_plain(file_of(), ID, BASE, fields, Opportunity)
    assert written == format_state(ID, after)
    assert BASE["stage"] == "lost"
    assert rewrite_plain(b"# Ask her\n" + file_of(), ID, BASE, fields, Opportunity) is None


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
    found = recognise(source, ID, state, Opportunity)
    assert found is not None
    assert found[0] == {"id": ID, **build_document_of(state)}
    assert found[1].contacts[0].loyalty == 2


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
    assert write_plain(ID, BASE, Opportunity) == file_of()
    assert recognise(source, ID, BASE, Opportunity) is None


def test_a_value_of_a_wrong_type_on_both_sides_is_left_to_the_reader():
    state = {**BASE, "budget": "much"}
    source = format_state(ID, state)
    assert recognise(source, ID, state, Opportunity) is None
    with pytest.raises(Damaged):
        read_document("opportunity", source, "opportunity.yaml")


def test_null_as_a_word_is_left_to_the_reader():
    state = {**BASE, "title": "null"}
    source = format_state(ID, BASE).replace(b"title: Flat", b"title: null")
    assert recognise(source, ID, state, Opportunity) is None


@pytest.mark.parametrize("number", ["17", "0123", "2026-12-15", "yes"])
def test_text_that_a_reader_would_type_is_recognised_in_its_quotes(number):
    state = {**BASE, "title": number, "external": {"old-crm": number}}
    source = format_state(ID, state)
    assert f'title: "{number}"\n'.encode() in source
    found = recognise(source, ID, state, Opportunity)
    assert found is not None
    assert found[1] == read_typed(source, "opportunity.yaml", Opportunity)
    bare = source.replace(f'"{number}"'.encode(), number.encode())
    assert recognise(bare, ID, state, Opportunity) is None


@pytest.mark.parametrize("value", [3, True, {"rooms": 3}])
def test_a_typed_custom_value_is_left_to_the_patcher(value):
    path = "custom" if isinstance(value, dict) else "custom/rooms"
    assert rewrite_plain(file_of(), ID, BASE, {path: [None, value]}, Opportunity) is None
    as_text = {path: [None, {"rooms": "3"} if isinstance(value, dict) else "3"]}
    written = rewrite_plain(file_of(), ID, BASE, as_text, Opportunity)
    assert written == patch(
        file_of(), "opportunity.yaml", build_edits(as_text), KEY_ORDER["opportunity"]
    )
