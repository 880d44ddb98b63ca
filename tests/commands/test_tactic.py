"""`salescli opportunity tactic set | show | history`."""

import json

import pytest

from tests.shop import Shop, made_once

LONG = "Show the river side first; the wife decides about the kitchen. " * 3


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    return shop.deal("Flat 47")


def test_a_tactic_is_one_event_with_the_day_it_was_checked(shop, deal):
    answer = shop.do("opp", "tactic", "set", "Flat 47", "River side first")
    assert (answer.out, answer.err) == (f"{deal}\n", "Tactic set.\n")
    assert shop.events(deal)[-1]["fields"] == {
        "tactic": [None, "River side first"],
        "checked_on": [None, "2026-11-02"],
    }


def test_the_day_of_a_tactic_set_for_an_earlier_time_is_that_day(shop):
    deal = shop.deal("Old", "--at", "2026-10-01")
    shop.do("opp", "tactic", "set", "Old", "A", "--at", "2026-10-05")
    assert shop.facts(deal)["checked_on"] == "2026-10-05"
    shop.do("opp", "tactic", "set", "Old", "B", "--checked-on", "2026-10-20")
    assert shop.facts(deal)["checked_on"] == "2026-10-20"


def test_a_new_tactic_keeps_the_former_one_in_the_history(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "River side first")
    answer = shop.do("opp", "tactic", "set", "Flat 47", "No discounts")
    short = deal[4:8]
    assert answer.err == (
        f"Tactic set. The former one is kept: salescli opp tactic history {short}\n"
    )
    assert shop.do("opp", "tactic", "history", "Flat 47").out == (
        " since 2 Nov 2026, Anna Berzina, checked 2 Nov 2026\n"
        "   No discounts\n"
        " 2 Nov 2026 to 2 Nov 2026, Anna Berzina, checked 2 Nov 2026\n"
        "   River side first\n"
    )
    assert shop.do("opp", "tactic", "show", "Flat 47").out == (
        " since 2 Nov 2026, Anna Berzina, checked 2 Nov 2026\n   No discounts\n"
    )


def test_a_tactic_is_read_from_a_pipe_and_keeps_its_lines(shop, deal):
    answer = shop.run("opp", "tactic", "set", "Flat 47", "-", stdin="Первое\r\nВторое\n")
    assert answer.code == 0
    assert shop.facts(deal)["tactic"] == "Первое\nВторое\n"
    assert shop.do("opp", "tactic", "show", "Flat 47").out.endswith("\n   Первое\n   Второе\n")


def test_a_check_of_the_tactic_is_noted_without_a_new_text(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "A")
    shop.do("opp", "tactic", "set", "Flat 47", "--checked-on", "2026-11-01")
    assert shop.events(deal)[-1]["fields"] == {"checked_on": ["2026-11-02", "2026-11-01"]}
    answer = shop.do("opp", "tactic", "set", "Flat 47", "A")
    assert answer.err == "Nothing to change: it says so already.\n"


def test_a_tactic_may_be_taken_away(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "A")
    shop.do("opp", "tactic", "set", "Flat 47", "")
    assert "tactic" not in shop.facts(deal) and "checked_on" not in shop.facts(deal)
    answer = shop.do("opp", "tactic", "show", "Flat 47")
    assert (answer.out, answer.err) == ("", "No tactic holds now.\n")
    shop.do("undo")
    assert shop.facts(deal)["tactic"] == "A"
    assert shop.do("check", "--strict").out == ""


@pytest.mark.parametrize("outcome", [["won"], ["lost", "--reason", "price"]])
def test_a_closed_deal_may_get_a_tactic_too(shop, deal, outcome):
    shop.do("opp", "close", "Flat 47", "--outcome", *outcome)
    shop.do("opp", "tactic", "set", "Flat 47", "Call them in spring")
    assert shop.facts(deal)["tactic"] == "Call them in spring"
    assert shop.do("check", "--strict").out == ""


def test_programs_get_the_tactics_as_json(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "A")
    shop.do("opp", "set", "Flat 47", "--tactic", "B")
    assert json.loads(shop.do("opp", "tactic", "history", deal, "--format", "json").out) == {
        "schema": "salescli/tactics@1",
        "id": deal,
        "title": "Flat 47",
        "tactics": [
            {"text": "B", "by": "anna", "from": "2026-11-02", "until": None,
             "checked_on": ["2026-11-02"]},
            {"text": "A", "by": "anna", "from": "2026-11-02", "until": "2026-11-02",
             "checked_on": ["2026-11-02"]},
        ],
    }  # fmt: skip


def test_a_page_has_a_heading_for_each_tactic(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "# no heading\n```")
    page = shop.do("opp", "tactic", "history", deal, "--format", "md").out
    assert page.splitlines()[:3] == [
        "# Flat 47: tactic",
        "",
        "## since 2 Nov 2026, Anna Berzina, checked 2 Nov 2026",
    ]
    assert page.splitlines()[4:] == ["````", "# no heading", "```", "````"]


def test_a_long_tactic_fits_the_screen_and_loses_nothing(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", LONG)
    out = shop.do("opp", "tactic", "show", "Flat 47").out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert " ".join(out.split("\n", 1)[1].split()) == " ".join(LONG.split())


def test_a_tactic_that_was_edited_by_hand_is_told_of(shop, deal):
    shop.do("opp", "tactic", "set", "Flat 47", "A")
    shop.replace(shop.folder(deal) / "opportunity.yaml", "tactic: A\n", "tactic: B\n")
    answer = shop.do("opp", "tactic", "history", "Flat 47")
    assert answer.err == "The file says another tactic: salescli check --fix writes it down.\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (["Flat 47"], "", 2, "give a text, - for stdin, or --checked-on DAY"),
        (["Flat 47", "--checked-on", "today"], "", 1, "no tactic that could be checked"),
        (["Flat 47", "A", "--checked-on", "soon"], "", 2, "'soon' is not a day"),
        (["Flat 48", "A"], "", 3, "no deal 'Flat 48'"),
        (["Flat 47", "-"], "x" * 20_000, 2, "over 16384 bytes"),
        (["Flat 47", "-"], "bell \a", 2, "control character U+0007"),
        (["Flat 47", "A", "--actor", "zorro"], "", 3, "no person 'zorro'"),
    ],
)
def test_what_is_wrong_is_refused_and_writes_nothing(shop, deal, arguments, stdin, code, words):
    before = shop.tree()
    answer = shop.run("opp", "tactic", "set", *arguments, stdin=stdin)
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.split())
    assert shop.tree() == before
