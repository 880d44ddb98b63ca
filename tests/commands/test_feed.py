"""`salescli note` and `salescli feed`, on deals of every status and on leads."""

import json

import pytest

from tests.correspondence import STATUSES, deal_of_status, events_in, raw_lead


def last(shop, deal):
    return shop.events(deal)[-1]


@pytest.mark.parametrize("status", STATUSES)
def test_a_note_goes_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    facts = shop.facts(deal)
    answer = shop.do("note", deal, "Elena is abroad until the 20th")
    assert answer.id == deal
    event = last(shop, deal)
    assert (event["kind"], event["text"]) == ("noted", "Elena is abroad until the 20th")
    assert shop.facts(deal) == facts
    assert shop.do("check").code == 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_post_goes_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    post = shop.make("feed", "post", deal, "What now?")
    answer = shop.make("feed", "reply", post.removeprefix("post-")[:5], "We call")
    first, second = shop.events(deal)[-2:]
    assert (first["kind"], first["post"], first["text"]) == ("posted", post, "What now?")
    assert (second["post"], second["reply_to"]) == (answer, post)
    assert shop.do("check").code == 0


def test_notes_and_posts_go_on_leads(shop):
    folder = raw_lead(shop, "elena@example.com")
    shop.do("note", "Flat for Elena", "Called")
    shop.do("feed", "post", "lead-0f5s", "Who takes it?")
    assert [event["kind"] for event in events_in(folder)] == ["created", "noted", "posted"]
    assert shop.do("check").code == 0


def test_undo_takes_a_note_back_and_redo_brings_it(shop):
    deal = shop.deal()
    shop.do("note", deal, "Wrong deal")
    shop.do("undo")
    assert [event for event in shop.live(deal) if event.id == shop.events(deal)[1]["id"]] == []
    shop.do("redo")
    assert shop.live(deal)[-1].text == "Wrong deal"


def test_a_note_is_read_from_stdin_with_its_lines(shop):
    deal = shop.deal()
    shop.run("note", deal, "-", stdin="﻿Первая\r\nвторая\tстрока\n\n")
    assert last(shop, deal)["text"] == "Первая\nвторая строка"


def test_a_note_has_its_time_and_author(shop):
    deal = shop.deal()
    shop.do("person", "create", "Boris Kalnin", "--id", "boris")
    shop.do("note", deal, "Then", "--at", "2026-10-20T12:00", "--actor", "boris")
    event = last(shop, deal)
    assert (event["at"], event["by"]) == ("2026-10-20T09:00:00Z", "boris")
    assert event["logged"] == "2026-11-02T09:03:00Z"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", 1, "needs a text"),
        ("  \n ", 1, "needs a text"),
        ("x" * 16_385, 2, "over 16384 bytes"),
        ("a\x1b]0;x\x07", 2, "control character"),
    ],
)
def test_a_text_that_is_none_is_refused_and_nothing_is_written(shop, text, code, words):
    deal = shop.deal()
    before = shop.tree()
    for command in (("note", deal), ("feed", "post", deal)):
        answer = shop.run(*command, text)
        assert answer.code == code
        assert words in answer.err
        assert answer.out == ""
    assert shop.tree() == before


def test_a_text_on_stdin_that_is_too_long_is_told_to_be_that(shop):
    deal = shop.deal()
    answer = shop.run("note", deal, "-", stdin="я" + "ы" * 40_000 + "a")
    assert (answer.code, "over 16384 bytes" in answer.err) == (2, True)


def test_stdin_that_is_not_utf_8_is_wrong_usage(shop):
    deal = shop.deal()
    answer = shop.run("note", deal, "-", stdin=b"\xff")
    assert (answer.code, "not UTF-8" in answer.err) == (2, True)


def test_a_dry_run_shows_the_line_and_writes_nothing(shop):
    deal = shop.deal()
    before = shop.tree()
    answer = shop.do("note", deal, "Only tried", "--dry-run")
    assert '"kind":"noted","text":"Only tried"' in answer.out
    assert "1 record would change. Nothing was written." in answer.err
    assert shop.tree() == before


def test_mentions_are_people_and_whoever_is_none_is_told(shop):
    deal = shop.deal()
    shop.do("person", "create", "Carl Ozols", "--id", "carl")
    shop.do("person", "create", "Dina Liepa", "--id", "dina")
    shop.do("person", "set", "dina", "--left", "2026-06-30")
    answer = shop.do("feed", "post", deal, "@Carl @carla @dina mail carl@x.example @anna")
    assert last(shop, deal)["mentions"] == ["carl", "anna"]
    assert "Nobody is called @carla; did you mean carl?" in answer.err
    assert "@dina left on 2026-06-30: not mentioned." in answer.err


def test_a_reply_to_no_post_is_told(shop):
    shop.deal()
    answer = shop.run("feed", "reply", "zzzz", "Hm")
    assert (answer.code, answer.out) == (3, "")
    assert "There is no post 'zzzz'" in answer.err


def test_the_feed_shows_replies_under_their_posts(shop):
    deal = shop.deal()
    first = shop.make("feed", "post", deal, "First\nwith a second line")
    shop.make("feed", "post", deal, "Second")
    shop.make("feed", "reply", first, "Answer")
    lines = shop.do("feed", "list", deal).out.splitlines()
    assert [line.split("  2026")[0] for line in lines if "2026" in line] == [
        first,
        f"  {shop.events(deal)[-1]['post']}",
        shop.events(deal)[-2]["post"],
    ]
    assert [line for line in lines if "2026" not in line] == [
        "  First",
        "  with a second line",
        "    Answer",
        "  Second",
    ]


def test_a_feed_fits_a_terminal_and_obeys_nothing_in_it(shop):
    deal = shop.deal()
    shop.do("feed", "post", deal, "слово " * 40 + "\u202eend")
    shop.is_terminal = True
    answer = shop.do("feed", "list", deal)
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "\u202e" not in answer.out


def test_a_feed_is_a_document_too(shop):
    deal = shop.deal()
    post = shop.make("feed", "post", deal, "@anna look")
    document = json.loads(shop.do("feed", "list", deal, "--format", "json").out)
    assert document == {
        "schema": "salescli/posts@1",
        "posts": [
            {
                "post": post,
                "at": "2026-11-02T09:02:00Z",
                "by": "anna",
                "reply_to": None,
                "mentions": ["anna"],
                "text": "@anna look",
            }
        ],
    }


def test_an_empty_feed_says_so(shop):
    deal = shop.deal()
    answer = shop.do("feed", "list", deal)
    assert (answer.out, answer.err) == ("", "Nothing was posted on Flat 47 yet.\n")
