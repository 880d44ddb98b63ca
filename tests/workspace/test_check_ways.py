"""Findings of `check` about hand edits of closed deals: where they point, and what they offer."""

import json
import shlex

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def deal(shop):
    deal = shop.deal("Flat 47", "--budget", "250000")
    shop.make("product", "create", "Flat B47", "--price", "1000")
    shop.make("opportunity", "product", "add", deal, "flat-b47", "--discount", "10")
    return deal


def edit(shop, deal, old, new):
    shop.replace(shop.folder(deal) / "opportunity.yaml", old, new)


def told(shop, *more):
    """(code, text of the place's line, hint) of all that a check finds."""
    answer = shop.run("check", *more, "--format", "json")
    return [
        (entry["code"], entry["line"], entry["hint"])
        for entry in json.loads(answer.out)["findings"]
    ]


def line_of(shop, deal, words):
    text = (shop.folder(deal) / "opportunity.yaml").read_text()
    return 1 + [line.strip() for line in text.splitlines()].index(words)


@pytest.mark.parametrize(
    ("options", "code"), [((), "unrecorded-edit"), (("--fix",), "reopened-by-hand")]
)
def test_one_end_edited_into_another_is_led_by_way_of_an_open_stage(shop, deal, options, code):
    shop.do("opportunity", "close", deal, "--outcome", "won", "--revenue", "900")
    edit(shop, deal, "stage: won", "stage: lost")
    hint = next(hint for found, _, hint in told(shop, *options) if found == code)
    first, *commands = hint.splitlines()
    assert first == "write stage: won again, then:"
    edit(shop, deal, "stage: lost", "stage: won")
    for command in commands:
        filled = command.replace("STAGE", "qualification").replace("REASON", "price")
        shop.do(*shlex.split(filled)[1:])
    assert shop.facts(deal)["stage"] == "lost"
    assert shop.run("check").code == 0


def test_a_fault_of_a_product_line_is_told_at_its_value(shop, deal):
    edit(shop, deal, "discount: 10", "discount: 150")
    wanted = line_of(shop, deal, "discount: 150")
    found = {code: line for code, line, _ in told(shop)}
    assert found == {"bad-discount": wanted, "unrecorded-edit": wanted}


def test_what_a_closed_deal_locks_is_told_where_it_was_edited(shop, deal):
    shop.do("opportunity", "close", deal, "--outcome", "lost", "--reason", "price")
    edit(shop, deal, "discount: 10", "discount: 20")
    found = {code: line for code, line, _ in told(shop, "--fix")}
    assert found["locked-field"] == line_of(shop, deal, "discount: 20")


def test_a_retired_value_written_by_hand_is_told_as_the_reason_and_at_its_place(shop, deal):
    edit(shop, deal, "    discount: 10", "    discount: 10\n    offer_result: rejected")
    wanted = line_of(shop, deal, "offer_result: rejected")
    ((code, line, hint),) = told(shop)
    assert (code, line) == ("unrecorded-edit", wanted)
    assert hint.startswith("rejected of offer_results is retired\none of offered")
    assert ("retired", wanted) in [(code, line) for code, line, _ in told(shop, "--fix")]


def test_a_retired_value_that_rules_speak_of_is_a_fault_of_the_dictionary(shop):
    name = "decision-maker: Decision maker"
    shop.replace("dictionaries.yaml", name, "decision-maker: {name: Boss, retired: true}")
    ((code, _, hint),) = told(shop)
    assert code == "required-value"
    shop.do(*shlex.split(hint)[1:])
    assert shop.run("check").code == 0
