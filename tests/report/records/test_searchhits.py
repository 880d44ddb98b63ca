"""Excerpts of texts around what was found, and hits as lines."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.calendar import Calendar
from salescli.model.findable import Spot
from salescli.report.records.searchhits import Hit, build_excerpt, format_hits, order_spots
from salescli.report.text.numbers import width_of

RIGA = Calendar("Europe/Riga")
AT = datetime(2026, 11, 2, 23, tzinfo=UTC)  # the 3rd in Riga


@pytest.mark.parametrize(
    ("text", "words", "width", "excerpt"),
    [
        ("short text", ["text"], 40, "short text"),
        ("a b c d e found f g", ["found"], 12, "…c d e foun…"),
        ("found at the start of all", ["found"], 12, "found at th…"),
        ("two\nlines  found", ["found"], 40, "two lines found"),
        ("nothing of it", ["zebra"], 8, "nothing…"),
        ("", ["zebra"], 8, ""),
    ],
)
def test_an_excerpt_begins_shortly_before_the_word(text, words, width, excerpt):
    assert build_excerpt(text, words, width) == excerpt


@given(st.text(), st.integers(5, 60))
def test_an_excerpt_is_no_wider_than_asked_and_obeys_no_terminal(text, width):
    excerpt = build_excerpt(text, ["a"], width)
    assert width_of(excerpt) <= width
    assert "\x1b" not in excerpt and "\n" not in excerpt


def test_spots_with_more_of_the_words_come_first_then_by_kind_and_day():
    later = AT.replace(year=2027)
    spots = [
        Spot("note", "river", AT),
        Spot("note", "river", later),
        Spot("fact", "river bank", None),
        Spot("title", "bank"),
        Spot("post", "nothing", AT),
    ]
    found = order_spots(spots, ["river", "bank"])
    assert [(spot.kind, spot.at) for spot in found] == [
        ("fact", None),
        ("title", None),
        ("note", later),
        ("note", AT),
    ]


def test_three_places_are_shown_and_the_rest_counted():
    spots = [Spot("title", "Flat"), *(Spot("note", f"Flat {n}", AT, "anna") for n in range(5))]
    hit = Hit(id="opp-1", kind="deal", title="Flat", address="1abc", client="Elena",
              stage="Won", spots=tuple(spots))  # fmt: skip
    assert format_hits([hit], ["flat"], RIGA) == [
        " 1abc  Flat · Elena · Won",
        "       note 3 Nov 2026 anna: Flat 0",
        "       note 3 Nov 2026 anna: Flat 1",
        "       note 3 Nov 2026 anna: Flat 2",
        "       … 2 more places",
    ]


def test_a_record_without_stages_says_what_it_is():
    hit = Hit(id="acc-1", kind="account", title="Mill", address="1abc", spots=())
    assert format_hits([hit], ["mill"], RIGA) == [" 1abc  Mill · account"]
