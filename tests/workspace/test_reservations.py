"""Who holds a unit: one value in its building's file, the deal's history beside it."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from tests.shop import load, made_once

FILE = "units/river-b.yaml"
SOURCE = """\
# the river side
building: river-b
name: Riverside, block B
units:
  b-47:  # corner
    kind: flat
    section: "2"
    product: flat-b47
    # ask the bank first

  b-48:
    kind: flat
"""


@pytest.fixture
@made_once
def town(shop):
    """A store with a building of two flats, written by hand, and a deal."""
    shop.do("product", "create", "Block B, flat 47", "--id", "flat-b47", "--price", "236000")
    (shop.root / "units").mkdir()
    shop.write(FILE, SOURCE)
    return shop


def unit(town, name="b-47"):
    return load(town.root / FILE)["units"][name]


def state(town, name="b-47"):
    return json.loads(town.do("unit", "show", name, "--format", "json").out)["state"]


def kinds_since(town, deal, count):
    return [event["kind"] for event in town.events(deal)[count:]]


def reserve(town, deal, name="b-47", until="2026-11-30"):
    return town.do("reservation", "add", deal, name, "--until", until)


def test_a_reservation_adds_two_lines_to_the_file_and_one_to_the_history(town):
    deal = town.deal()
    answer = reserve(town, deal)
    assert answer.id == deal
    added = f"    reserved_for: {deal}\n    reserved_until: 2026-11-30\n"
    end_of_unit = "    product: flat-b47\n"
    assert (town.root / FILE).read_text("utf-8") == SOURCE.replace(end_of_unit, end_of_unit + added)
    event = town.events(deal)[-1]
    assert list(event) == ["id", "seq", "at", "by", "kind", "unit", "until"]
    assert (event["kind"], event["unit"], event["until"]) == ("reserved", "b-47", "2026-11-30")
    assert town.do("check").out == ""


def test_keys_that_nobody_knows_stay(town):
    town.replace(FILE, "    # ask the bank first\n", "    view: river\n")
    before = (town.root / FILE).read_bytes()
    deal = town.deal()
    reserve(town, deal)
    town.do("reservation", "extend", deal, "b-47", "--until", "2026-12-24")
    assert unit(town)["view"] == "river"
    town.do("reservation", "release", deal, "b-47")
    assert (town.root / FILE).read_bytes() == before


def test_a_unit_that_another_deal_holds_is_refused_with_its_holder_and_day(town):
    first, second = town.deal(), town.deal("Flat 48")
    reserve(town, first)
    before = town.tree()
    answer = town.run("reservation", "add", second, "b-47", "--until", "2026-12-24")
    assert answer.code == 1
    assert "b-47 is reserved for Flat 47" in answer.err and "until 30 Nov 2026" in answer.err
    assert town.tree() == before


def test_the_day_after_the_last_one_frees_without_any_write(town):
    first, second = town.deal(), town.deal("Flat 48")
    reserve(town, first)
    before = town.tree()
    town.now = datetime(2026, 11, 30, 21, 59, tzinfo=UTC)  # in Riga still the 30th
    assert state(town) == "reserved"
    town.now = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    assert state(town) == "free"
    assert town.tree() == before
    reserve(town, second, until="2026-12-10")
    assert unit(town)["reserved_for"] == second
    assert town.kinds(first)[-1] == "reserved"
    assert town.do("check").out == ""


def test_every_fault_of_a_reservation_is_told_at_once(town):
    first, second = town.deal(), town.deal("Flat 48")
    reserve(town, first)
    town.do("opportunity", "close", second, "--outcome", "lost", "--reason", "price")
    answer = town.run("reservation", "add", second, "b-47", "--until", "2026-12-24")
    assert answer.code == 1
    assert "Flat 48 is lost and holds no unit" in answer.err
    assert "b-47 is reserved for Flat 47" in answer.err


def test_extending_takes_a_later_or_an_earlier_day(town):
    deal = town.deal()
    reserve(town, deal)
    for day in ("2026-12-31", "2026-11-20"):
        town.do("reservation", "extend", deal, "b-47", "--until", day)
        assert unit(town)["reserved_until"] == day
        assert town.events(deal)[-1]["until"] == day
    count = len(town.events(deal))
    town.do("reservation", "extend", deal, "b-47", "--until", "2026-11-20")
    assert len(town.events(deal)) == count


def test_a_reservation_that_has_run_out_can_be_made_again_by_the_same_deal(town):
    deal = town.deal()
    reserve(town, deal)
    town.now += timedelta(days=60)
    reserve(town, deal, until="2027-02-01")
    assert unit(town)["reserved_until"] == "2027-02-01"


def test_releasing_takes_the_lines_out_and_says_why(town):
    deal = town.deal()
    reserve(town, deal)
    town.do("reservation", "release", deal, "b-47", "--why", "took another")
    assert (town.root / FILE).read_text("utf-8") == SOURCE
    assert town.events(deal)[-1]["why"] == "took another"
    reserve(town, deal)
    town.do("reservation", "release", deal, "b-47")
    assert town.events(deal)[-1]["why"] == "by hand"


def test_a_deal_can_be_reserved_for_back_dated(town):
    deal = town.deal("Flat 47", "--at", "2026-10-01")
    town.do("reservation", "add", deal, "b-47", "--until", "2026-11-30", "--at", "2026-10-20")
    event = town.events(deal)[-1]
    assert (event["at"], "logged" in event) == ("2026-10-19T21:00:00Z", True)


def test_a_dry_run_shows_both_files_and_writes_neither(town):
    deal = town.deal()
    before = town.tree()
    answer = town.do("reservation", "add", deal, "b-47", "--until", "2026-11-30", "--dry-run")
    assert "+    reserved_until: 2026-11-30" in answer.out and '"kind":"reserved"' in answer.out
    assert town.tree() == before


@pytest.mark.parametrize(
    "command",
    [
        ("reservation", "add", "{deal}", "b-48", "--until", "2026-12-24"),
        ("reservation", "extend", "{deal}", "b-47", "--until", "2026-12-24"),
        ("reservation", "release", "{deal}", "b-47"),
        ("opportunity", "close", "{deal}", "--outcome", "lost", "--reason", "price"),
        ("opportunity", "close", "{deal}", "--outcome", "rejected", "--reason", "price"),
        ("opportunity", "close", "{deal}", "--outcome", "won"),
        ("unit", "set", "b-47", "--contracted-on", "2026-11-02", "--rooms", "3"),
        ("unit", "create", "river-b", "b-49", "--kind", "flat"),
    ],
    ids=["add", "extend", "release", "lost", "rejected", "won", "set", "create"],
)
def test_undo_takes_all_of_it_back_and_redo_brings_it_again(town, command):
    deal = town.deal()
    reserve(town, deal)
    file, facts = (town.root / FILE).read_bytes(), town.facts(deal)
    town.do(*(word.format(deal=deal) for word in command))
    done, done_facts = (town.root / FILE).read_bytes(), town.facts(deal)
    town.do("undo")
    assert ((town.root / FILE).read_bytes(), town.facts(deal)) == (file, facts)
    assert town.do("check").out == ""
    town.do("redo")
    assert ((town.root / FILE).read_bytes(), town.facts(deal)) == (done, done_facts)
    assert town.do("check").out == ""


@pytest.mark.parametrize("outcome", ["lost", "rerouted", "rejected"])
def test_a_closing_in_vain_frees_all_units_of_the_deal_and_of_no_other(town, outcome):
    deal, other = town.deal(), town.deal("Flat 49")
    town.do("unit", "create", "river-b", "b-49", "--kind", "flat")
    reserve(town, deal)
    reserve(town, deal, "b-48")
    reserve(town, other, "b-49")
    town.do("unit", "set", "b-48", "--contracted-on", "2026-11-02")
    count = len(town.events(deal))
    answer = town.do("opportunity", "close", deal, "--outcome", outcome, "--reason", "price")
    assert kinds_since(town, deal, count) == ["closed", "released", "released"]
    assert {event["why"] for event in town.events(deal)[count + 1 :]} == {outcome}
    assert "b-47 is free again." in answer.err and "the contract of 2026-11-02" in answer.err
    assert [state(town, name) for name in ("b-47", "b-48", "b-49")] == ["free", "free", "reserved"]
    assert unit(town, "b-48") == {"kind": "flat"}
    assert town.do("check").out == ""


def test_a_won_deal_has_bought_its_unit_for_ever_and_reopening_takes_it_back(town):
    deal = town.deal()
    reserve(town, deal)
    before = (town.root / FILE).read_bytes()
    town.do("opportunity", "close", deal, "--outcome", "won")
    assert (town.root / FILE).read_bytes() == before
    town.now += timedelta(days=400)
    assert state(town) == "sold"
    other = town.deal("Flat 48")
    answer = town.run("reservation", "add", other, "b-47", "--until", "2028-01-01")
    assert answer.code == 1 and "b-47 is sold with Flat 47" in answer.err
    town.do("opportunity", "reopen", deal, "--to", "qualification", "--reason", "no bank")
    assert state(town) == "free"


def test_a_won_deal_can_still_reserve_and_so_sell(town):
    deal = town.deal()
    town.do("opportunity", "close", deal, "--outcome", "won")
    reserve(town, deal)
    assert state(town) == "sold"


def test_a_contract_holds_after_the_reservation_has_run_out(town):
    deal, other = town.deal(), town.deal("Flat 48")
    reserve(town, deal)
    town.do("unit", "set", "b-47", "--contracted-on", "today")
    town.now += timedelta(days=60)
    assert state(town) == "contracted"
    answer = town.run("reservation", "add", other, "b-47", "--until", "2027-12-24")
    assert "b-47 is contracted for Flat 47" in answer.err and "since 2 Nov 2026" in answer.err


def test_a_win_tells_which_unit_of_its_lines_it_does_not_sell(town):
    deal, other = town.deal(), town.deal("Flat 48")
    town.do("opportunity", "product", "add", deal, "--unit", "b-47")
    reserve(town, other)
    answer = town.do("opportunity", "close", deal, "--outcome", "won")
    assert "b-47 is not sold with it but reserved for Flat 48" in answer.err


def test_a_line_of_a_unit_is_one_of_its_product_at_todays_price(town):
    deal = town.deal()
    answer = town.do("opportunity", "product", "add", deal, "--unit", "b-47")
    assert "b-47 is free. To hold it: salescli reservation add" in answer.err
    (line,) = town.facts(deal)["products"]
    assert (line["product"], line["price"]) == ("flat-b47", "236000.00 EUR")
    assert town.run("opportunity", "product", "add", deal, "flat-b47", "--unit", "b-47").code == 2


def test_a_line_of_a_unit_that_another_deal_holds_says_so(town):
    deal, other = town.deal(), town.deal("Flat 48")
    reserve(town, other)
    answer = town.do("opportunity", "product", "add", deal, "--unit", "b-47")
    assert "b-47 is reserved for Flat 48" in answer.err
    answer = town.do("opportunity", "product", "add", other, "--unit", "b-47")
    assert "b-47 is" not in answer.err


@pytest.mark.parametrize("text", ["b-47", "river-b/b-47", "flat-b47", "BLOCK B, flat 47"])
def test_a_unit_is_named_by_its_id_or_its_product(town, text):
    deal = town.deal()
    reserve(town, deal, text)
    assert unit(town)["reserved_for"] == deal


def test_a_broken_building_holds_up_only_what_it_is_needed_for(town):
    held, free = town.deal(), town.deal("Flat 48")
    reserve(town, held)
    town.write(FILE, (town.root / FILE).read_text("utf-8") + "oops: [\n")
    before = town.tree()
    lost = ("--outcome", "lost", "--reason", "price")
    answer = town.run("opportunity", "close", held, *lost)
    assert (answer.code, FILE in answer.err) == (4, True)
    assert town.tree() == before
    assert f"{FILE} can't be read" in town.do("opportunity", "show", held).out
    town.do("opportunity", "close", free, *lost)


def test_a_store_without_buildings_shows_nothing_of_units(shop):
    deal = shop.deal()
    shown = shop.do("opportunity", "show", deal)
    told = shop.do("opportunity", "show", deal, "--format", "json")
    closed = shop.do("opportunity", "close", deal, "--outcome", "won")
    assert "nit " not in shown.out + closed.err and '"units"' not in told.out
    assert shop.kinds(deal) == ["created", "closed"]
    assert not (shop.root / "units").exists()


SIZE = 60 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 12


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_file_and_history_agree_and_two_never_hold_one_unit(town, seed):
    """Random commands, with days passing between them, against a model of who holds what."""
    random = Random(seed)
    deals = [town.deal(f"Deal {number}") for number in range(3)]
    held = dict.fromkeys(("b-47", "b-48"), ("", date.min))
    for _ in range(SIZE):
        town.now += timedelta(hours=random.randrange(60))
        today = (town.now + timedelta(hours=2)).date()  # Riga's, in winter
        deal, name = random.choice(deals), random.choice(list(held))
        until = today + timedelta(days=random.randrange(5))
        holder, last = held[name]
        what = random.choice(["add", "add", "extend", "release"])
        options = [] if what == "release" else ["--until", until.isoformat()]
        answer = town.run("reservation", what, deal, name, *options)
        if what == "release":
            # A deal that lost its reservation to another may still give it up in its history.
            assert answer.code == 0 or holder != deal
            held[name] = ("", date.min) if holder == deal else held[name]
        else:
            is_free = holder == "" or last < today
            assert (answer.code == 0) is (is_free if what == "add" else holder == deal)
            held[name] = (deal, until) if answer.code == 0 else held[name]
        if answer.code == 0 and random.random() < 0.3:
            town.do("undo")
            held[name] = (holder, last)
        for one, (expected, day) in held.items():
            said = unit(town, one)
            assert said.get("reserved_for", "") == expected
            assert said.get("reserved_until", str(date.min)) == str(day)
        assert town.do("check").out == ""
