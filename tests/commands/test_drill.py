"""`salescli report drill`: deals, sets, groups, formats, screens, and what is refused."""

import csv
import json

import pytest

from tests.shop import made_once

LONG = "Квартира с террасой и видом на реку, корпус С, этаж 9"


@pytest.fixture
@made_once
def busy(shop):
    """2 November 2026: three deals of October at key contacts, one of them lost; one older."""
    shop.do("person", "create", "Борис Константинович Калниньш", "--id", "boris")
    shop.old = shop.deal("Old", "--budget", "5", "--at", "2026-09-01")
    shop.long = shop.deal(LONG, "--budget", "1234567.50", "--owner", "boris", "--at", "2026-10-01")
    shop.plain = shop.deal("=1+1", "--budget", "100", "--at", "2026-10-02")
    shop.lost = shop.deal("Lost", "--at", "2026-10-03")
    for deal in (shop.old, shop.long, shop.plain, shop.lost):
        shop.do("opp", "move", deal, "--to", "key-contacts", "--at", "2026-10-05")
    shop.do(
        "opp", "close", shop.lost, "--outcome", "lost", "--reason", "price", "--at", "2026-10-20"
    )
    shop.do("opp", "move", shop.plain, "--to", "proposal-preparation", "--at", "2026-10-25")
    return shop


def document(shop, *options):
    return json.loads(shop.do("report", "drill", *options, "--format", "json").out)


def ids(told):
    return {deal["id"] for deal in told["deals"]}


def test_the_count_is_that_of_the_funnel_and_takes_its_options(busy):
    told = document(busy, "key-contacts", "--period", "2026-10", "--with-ids")
    assert (told["schema"], told["definition"], told["part"]) == (
        "salescli/drill@1",
        "reference",
        "count",
    )
    assert (told["total"]["count"], told["total"]["sum"], told["share"]) == (
        1,
        {"EUR": "1234567.50"},
        None,
    )
    assert told["total"]["count_ids"] == [busy.long]
    (deal,) = told["deals"]
    assert (deal["title"], deal["owner"], deal["budget"]) == (LONG, "boris", "1234567.50 EUR")
    assert (deal["probability"], deal["days_at_stage"]) == (40, 26)  # 5 to 31 October
    anyone = document(busy, "Key Contacts", "--period", "2026-10", "--created", "any")
    assert ids(anyone) == {busy.old, busy.long}
    entered = document(busy, "key-contacts", "--period", "2026-10", "--definition", "entered")
    assert ids(entered) == {busy.old, busy.long}


def test_the_two_sets_of_a_conversion_and_what_became_of_those_that_stayed(busy):
    went_on = document(busy, "key-contacts", "--period", "2026-10", "--passed", "--with-ids")
    assert ids(went_on) == {busy.plain}
    assert went_on["share"]["percent"] == "25.00"
    assert len(went_on["share"]["of_ids"]) == went_on["share"]["of"] == 4
    assert went_on["deals"][0]["went_to"] == "proposal-preparation"
    others = document(busy, "key-contacts", "--period", "2026-10", "--not-passed")
    became = {deal["id"]: deal["became"] for deal in others["deals"]}
    assert became == {busy.old: "still-there", busy.long: "still-there", busy.lost: "lost"}
    assert {name: one["count"] for name, one in others["became"].items()} == {
        "lost": 1,
        "still-there": 2,
        "went-back": 0,
    }
    assert others["became"]["lost"]["without_value"] == 1


def test_the_new_deals_that_reached_a_stage_and_those_that_did_not(busy):
    told = document(busy, "proposal-preparation", "--period", "2026-10", "--reached")
    assert (ids(told), told["share"]["of"]) == ({busy.plain}, 3)
    told = document(busy, "proposal-preparation", "--period", "2026-10", "--not-reached")
    assert ids(told) == {busy.long, busy.lost}


def test_a_failure_lists_the_deals_that_stand_there(busy):
    assert ids(document(busy, "lost")) == {busy.lost}
    assert ids(document(busy, "lost", "--as-of", "2026-10-19")) == set()


@pytest.mark.parametrize("by", ["owner", "department", "need", "source", "client"])
def test_groups_have_count_sum_and_share(busy, by):
    told = document(busy, "key-contacts", "--by", by, "--with-ids")
    assert "deals" not in told
    assert sum(row["count"] for row in told["rows"]) == told["total"]["count"] == 2
    assert told["rows"][0]["share"]["of"] == 2
    if by == "owner":
        assert {row["name"] for row in told["rows"]} == {
            "Борис Константинович Калниньш",
            "Anna Berzina",
        }


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--passed"],
        ["--not-passed"],
        ["--reached"],
        ["--by", "owner"],
        ["--by", "client"],
        ["--sum", "value"],
    ],
)
def test_a_screen_fits_its_width(busy, options):
    busy.is_terminal = True
    told = busy.do("report", "drill", "key-contacts", *options).out
    assert max(map(len, told.splitlines())) <= 80
    assert told.startswith(" Key contacts · ")
    assert "Reference definition." in told


def test_money_stands_at_the_right_and_is_added_up(busy):
    told = busy.do("report", "drill", "key-contacts", "--created", "any").out.splitlines()
    place = told[1].index("Budget") + len("Budget")
    cells = [line[:place].split("  ")[-1].strip() for line in told[2:5]]
    assert cells == ["1 234 567.50", "5.00", "1 234 572.50"]
    assert told[4].split()[0] == "Total"


def test_a_long_list_is_cut_on_a_terminal_and_nowhere_else(shop):
    for place in range(3):
        shop.deal(f"Deal {place}", "--at", "2026-10-01")
    told = shop.do("report", "drill", "qualification", "--limit", "2").out
    assert "2 of 3 deals shown; --limit 3 shows every one." in told
    assert "3 deals" in told.splitlines()[0]
    assert len(document(shop, "qualification", "--limit", "2")["deals"]) == 2
    assert document(shop, "qualification", "--limit", "2")["total"]["count"] == 3


def test_csv_guards_formulas_and_has_bare_numbers(busy):
    out = busy.do("report", "drill", "proposal-preparation", "--format", "csv").out
    (row,) = csv.DictReader(out.split("\n"))
    assert (row["title"], row["budget"], row["currency"]) == ("'=1+1", "100.00", "EUR")
    out = busy.do("report", "drill", "key-contacts", "--by", "owner", "--format", "csv").out
    assert [row["percent"] for row in csv.DictReader(out.split("\n"))] == [
        "50.00",
        "50.00",
        "100.00",
    ]
    assert "| Id" in busy.do("report", "drill", "key-contacts", "--format", "md").out


def test_an_empty_store_has_no_deals(shop):
    told = document(shop, "key-contacts")
    assert (told["total"]["count"], told["total"]["sum"], told["deals"]) == (0, {}, [])
    assert document(shop, "key-contacts", "--passed")["share"]["percent"] is None
    assert document(shop, "key-contacts", "--by", "owner")["rows"] == []
    assert "0 deals" in shop.do("report", "drill", "key-contacts").out


def test_what_is_wrong_is_refused(busy):
    answer = busy.run("report", "drill", "key-contcts")
    assert (answer.code, "Did you mean key-contacts?" in answer.err) == (3, True)
    assert busy.run("report", "drill", "key-contacts", "--passed", "--not-passed").code == 2
    assert busy.run("report", "drill", "won", "--passed").code == 2
    entered = ("--definition", "entered")
    assert busy.run("report", "drill", "key-contacts", "--passed", *entered).code == 2
    assert busy.run("report", "drill", "key-contacts", "--created", "any", *entered).code == 2
    assert busy.run("report", "drill").code == 2
    (busy.folder(busy.old) / "history.yaml").write_text("- nonsense\n")
    assert busy.run("report", "drill", "key-contacts").code == 4
    assert document(busy, "key-contacts", "--skip-invalid")["invalid"] == 1
