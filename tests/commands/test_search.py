"""`search`: records by their words, as the files say now, told with where they stand."""

import json
from unittest import mock

import pytest
from wcwidth import wcswidth

from salescli.store import search as search_module
from tests.commands.test_views import DEAL, LEAD, write_example
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def example(shop: Shop) -> Shop:
    write_example(shop.root)
    return shop


def ids(shop: Shop, *arguments: str) -> list[str]:
    out = shop.do("search", *arguments, "--format", "json").out
    return [hit["id"] for hit in json.loads(out)["hits"]]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("riverside", "title"),
        ("abroad", "note"),
        ("attached spoke", "mail"),
        ("R47 costing", "file"),
        ("14 000", "post"),
        ("kitchen wife", "tactic"),
        ("block wife", "activity"),
        ("R-47", "proposal"),
        ("courtyard finished", "fact"),
        ("petrova", "client"),
        ("bright keys", "people"),
    ],
)
def test_every_kind_of_text_is_found(example, words, kind):
    out = example.do("search", words, "--format", "json").out
    [hit] = [hit for hit in json.loads(out)["hits"] if hit["id"] == DEAL]
    assert kind in {place["kind"] for place in hit["places"]}


def test_a_hit_says_where_it_stands_and_shows_the_place(example):
    answer = example.do("search", "Two", "LEFT", "each")
    assert answer.out.splitlines()[:2] == [
        f" {DEAL}  Riverside, block B, flat 47 · Elena Petrova · Proposal preparation",
        "       post 12 Nov 2026 carl: Two are left, 14 000 each",
    ]
    assert answer.err == "1 record.\n"


def test_a_place_in_a_long_text_is_shown_from_shortly_before_the_word(shop):
    deal = shop.deal(
        "Flat 47", "--tactic", "word " * 60 + "one two three Ёлка four " + "tail " * 60
    )
    [hit] = json.loads(shop.do("search", "ЕЛКА", "--format", "json").out)["hits"]
    assert hit["id"] == deal
    excerpt = hit["places"][0]["excerpt"]
    assert excerpt.startswith("…one two three Ёлка four tail")
    assert wcswidth(excerpt) <= 160
    assert excerpt.endswith("…")


def test_words_of_leads_accounts_and_contacts_are_found(example):
    assert set(ids(example, "quiet")) == {LEAD}
    assert ids(example, "keys", "--kind", "account") == ["acc-2h6w0r5kdn"]
    assert ids(example, "elena", "--kind", "contact") == ["con-4c8t1m9zqa"]
    assert ids(example, "elena", "--kind", "lead", "--kind", "title") == [LEAD]
    assert ids(example, "elena", "--kind", "deal", "--kind", "note") == [DEAL]


def test_what_another_program_has_just_written_is_found_and_what_it_took_is_not(shop):
    deal = shop.deal("Flat 47", "--tactic", "Wait for the bank")
    assert ids(shop, "bank") == [deal]
    shop.do("opp", "set", deal, "--tactic", "Ask the lawyer")
    path = shop.folder(deal) / "opportunity.yaml"
    shop.replace(path, "title: Flat 47", "title: Garden house")
    assert ids(shop, "lawyer", "garden") == [deal]
    assert ids(shop, "flat") == []
    assert ids(shop, "bank") == [deal]  # a former tactic


def test_what_was_undone_is_found_no_more(shop):
    deal = shop.deal("Flat 47")
    shop.do("opp", "set", deal, "--tactic", "Ask the lawyer")
    shop.do("undo")
    assert ids(shop, "lawyer") == []
    shop.do("redo")
    assert ids(shop, "lawyer") == [deal]


def test_a_row_that_the_files_do_not_agree_with_is_no_hit(shop):
    deal = shop.deal("Flat 47")
    assert ids(shop, "flat") == [deal]
    with mock.patch.object(search_module, "_find", return_value=[deal, "opp-0000000000"]):
        assert ids(shop, "flat") == [deal]
        assert ids(shop, "garden") == []


def test_without_full_text_in_sqlite_the_files_are_looked_through(example):
    with mock.patch.object(search_module, "_is_possible", return_value=False):
        assert ids(example, "abroad", "20th") == [DEAL]
        assert ids(example, "abroad", "quiet") == []
        assert ids(example, "elena", "--kind", "contact") == ["con-4c8t1m9zqa"]


def test_a_limit_says_how_many_more_there_are(shop):
    for number in range(4):
        shop.deal(f"Flat {number}")
    answer = shop.do("search", "flat", "--limit", "3")
    assert answer.out.count("Flat") == 3
    assert answer.err == "3 of 4 records shown; --limit N shows more.\n"


def test_nothing_found_is_told_and_is_no_error(shop):
    answer = shop.do("search", "zebra")
    assert answer.out == ""
    assert answer.err == "Nothing holds 'zebra'.\n"


def test_signs_alone_and_unknown_kinds_are_wrong_usage(shop):
    assert shop.run("search", "…").code == 2
    assert shop.run("search", "x", "--kind", "zebra").code == 2
    assert shop.run("search").code == 2


def test_a_file_that_can_not_be_read_is_named_and_the_rest_found(shop):
    deal, broken = shop.deal("Flat 47"), shop.deal("Flat 48")
    path = shop.folder(broken) / "opportunity.yaml"
    shop.replace(path, "title: Flat 48", "title: [")
    answer = shop.run("search", "flat")
    assert answer.code == 4
    assert deal in answer.out and broken not in answer.out
    assert str(path.relative_to(shop.root)) in answer.err


def test_on_a_terminal_ids_are_short_and_lines_fit(example):
    example.is_terminal, example.width = True, 60
    out = example.do("search", "flat").out
    assert max(map(wcswidth, out.splitlines())) <= 60
    assert " 7k2m  Riverside, block B, flat 47" in out


def test_no_text_of_users_is_obeyed_by_a_terminal_or_is_markup(shop):
    shop.deal("Flat *47*", "--tactic", "red *lawyer*")
    out = shop.do("search", "lawyer", "--format", "md").out
    assert out.startswith(r"- **Flat \*47\*** (opp-")
    assert r"red \*lawyer\*" in out


def test_files_that_are_old_enough_are_not_read_again(shop, monkeypatch):
    monkeypatch.setattr("salescli.store.fingerprints.YOUNG_NS", 0)
    shop.deal("Flat 47")
    assert len(ids(shop, "flat")) == 1
    with mock.patch.object(search_module, "_read", side_effect=AssertionError):
        assert len(ids(shop, "flat")) == 1
