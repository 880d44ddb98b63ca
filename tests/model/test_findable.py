"""Words of records: compared without case and accents, each text found under its kind."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.events import (
    Asked,
    Attached,
    Changed,
    Created,
    Done,
    Mailed,
    Moved,
    Noted,
    Planned,
    Posted,
    Proposed,
    Reopened,
    Started,
)
from salescli.model.findable import find_words, links_of, spots_of, words_met, words_of_text

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEAD = {"id": "h-0000000001", "seq": 1, "at": AT, "by": "anna"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Riverside, block-B", ["riverside", "block", "b"]),
        ("Jānis KRŪMIŅŠ", ["janis", "krumins"]),
        ("Ёлка, Йод", ["елка", "иод"]),
        ("Straße", ["strasse"]),
        ("e\u0301tude étude", ["etude", "etude"]),
        ("東京タワー x", ["東", "京", "タ", "ワ", "ー", "x"]),
        ("snake_case flat_47.pdf", ["snake", "case", "flat", "47", "pdf"]),
        ("… — !", []),
        ("\uff21\uff22", ["ab"]),  # full-width letters
    ],
)
def test_words_are_compared_without_case_accents_and_signs(text, words):
    assert words_of_text(text) == words


@given(st.text())
def test_a_word_is_what_the_index_can_hold_as_one(text):
    for word in words_of_text(text):
        assert word
        assert not any(one.isspace() or one in "\"'*():-.+" for one in word)
        assert not any(one.isascii() and not one.isalnum() for one in word)


@given(st.text(st.sampled_from("aBé Ж日-._ ёß1"), max_size=30))
def test_composed_and_decomposed_texts_have_the_same_words(text):
    both = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert words_of_text(both[0]) == words_of_text(both[1])


def test_a_word_says_where_it_stands():
    text = "Ask Krūmiņš now"
    places = [(one.word, text[one.start : one.end]) for one in find_words(text)]
    assert places == [("ask", "Ask"), ("krumins", "Krūmiņš"), ("now", "now")]


def test_a_beginning_of_a_word_is_enough_and_its_middle_is_not():
    assert words_met("A parking place", {"park", "king", "place", "zoo"}) == {"park", "place"}


EVENTS = [
    (Noted(**HEAD, text="Abroad"), [("note", "Abroad")]),
    (Posted(**HEAD, post="post-1", text="Two left"), [("post", "Two left")]),
    (
        Mailed(**HEAD, mail="mail-1", direction="in", from_="e@x", to=["a@x"], cc=["b@x"],
               subject="Offer", excerpt="Dear"),
        [("mail", "Offer\nDear\ne@x a@x b@x")],
    ),
    (Attached(**HEAD, file="files/plan.pdf", title="Plan"), [("file", "plan.pdf Plan")]),
    (Attached(**HEAD, url="https://m/x", title="Map"), [("file", "Map https://m/x")]),
    (Planned(**HEAD, activity="act-1", type="call", title="Ring", owner="anna"),
     [("activity", "Ring")]),
    (Done(**HEAD, activity="act-1", result="done", note="Busy"), [("note", "Busy")]),
    (Proposed(**HEAD, proposal="prop-1", number="R-47", state="sent"), [("proposal", "R-47")]),
    (Asked(**HEAD, approval="appr-1", of=["carl"], subject="Discount"), [("note", "Discount")]),
    (Reopened(**HEAD, from_="lost", to="q", reason="Called"), [("note", "Called")]),
    (Moved(**HEAD, from_="a", to="b", note="They know"), [("note", "They know")]),
    (Created(**HEAD, fields={"tactic": "First"}), [("tactic", "First")]),
    (Changed(**HEAD, fields={"tactic": ["First", "Second"]}), [("tactic", "Second")]),
    (Changed(**HEAD, fields={"tactic": ["Second", None]}), []),
    (Moved(**HEAD, from_="a", to="b", fields={"tactic": [None, "Third"]}), [("tactic", "Third")]),
    (Started(**HEAD, run="run-1"), []),
]  # fmt: skip


@pytest.mark.parametrize(("event", "texts"), EVENTS)
def test_the_texts_of_an_event_are_found_under_their_kind(event, texts):
    title, *spots = spots_of({"title": "Flat"}, [event])
    assert (title.kind, title.text) == ("title", "Flat")
    assert [(spot.kind, spot.text) for spot in spots] == texts
    assert {(spot.at, spot.by) for spot in spots} <= {(AT, "anna")}


def test_a_tactic_stands_once_and_one_written_by_hand_too():
    changed = Changed(**HEAD, fields={"tactic": [None, "First"]})
    same = spots_of({"title": "x", "tactic": "First"}, [changed])
    by_hand = spots_of({"title": "x", "tactic": "Other"}, [changed])
    assert [spot.text for spot in same if spot.kind == "tactic"] == ["First"]
    assert [spot.text for spot in by_hand if spot.kind == "tactic"] == ["First", "Other"]


def test_facts_of_all_kinds_of_records_are_found():
    document = {
        "name": "Bright Keys",
        "emails": ["a@x", "b@x"],
        "notes": "Sends buyers",
        "contacts": [{"contact": "con-1", "motivator": "School"}],
        "competitors": [{"competitor": "skyline", "strengths": "Cheap"}],
        "products": [{"line": "line-1", "title": "Kitchen"}],
        "external": {"hubspot": "77"},
        "custom": {"wishes": ["river", "lift"]},
    }
    found = [(spot.kind, spot.text) for spot in spots_of(document)]
    assert found == [
        ("title", "Bright Keys"),
        ("note", "Sends buyers"),
        ("fact", "a@x b@x"),
        ("fact", "School"),
        ("fact", "Cheap"),
        ("fact", "Kitchen"),
        ("fact", "77"),
        ("fact", "river lift"),
    ]


def test_a_deal_is_found_by_the_people_whom_it_names():
    document = {
        "client": "con-0000000001",
        "partner": "acc-0000000002",
        "contacts": [{"contact": "con-0000000001"}, {"contact": "con-0000000003"}],
        "team": [{"member": "boris"}, {"member": "con-0000000003"}],
    }
    assert links_of(document) == [
        ("client", "con-0000000001"),
        ("people", "acc-0000000002"),
        ("people", "con-0000000001"),
        ("people", "con-0000000003"),
    ]
