"""What `check` says to do can be done: its hints are followed here, one after another."""

import json
import shlex

import pytest

from tests.shop import made_once

FORK = (
    '- {"id":"h-7n4t8x1w0q","seq":2,"at":"2026-11-02T09:02:30Z","by":"anna","kind":"moved",'
    '"from":"qualification","to":"proposal-preparation"}\n'
)


@pytest.fixture
@made_once
def deal(shop):
    return shop.deal("Flat 47", "--budget", "250000")


def edit(shop, deal, old, new):
    shop.replace(shop.folder(deal) / "opportunity.yaml", old, new)


def hints(shop, *more):
    """(code, field) → hint of all that a check finds."""
    answer = shop.run("check", *more, "--format", "json")
    found = json.loads(answer.out)["findings"]
    return {(entry["code"], entry["field"]): entry["hint"] for entry in found}


def test_a_closing_by_hand_without_a_reason_is_told_the_command_that_closes(shop, deal):
    edit(shop, deal, "stage: qualification", "stage: lost")
    told = hints(shop)
    address = deal.removeprefix("opp-")[:4]
    line = f"salescli opp close {address} --outcome lost --reason REASON"
    assert told["unrecorded-edit", "stage"] == f"write stage: qualification again, then:\n{line}"
    assert told["reason-needed", "close_reason"].startswith("write close_reason: with one of ")
    assert hints(shop, "--fix") == told
    edit(shop, deal, "stage: lost", "stage: qualification")
    shop.do(*shlex.split(line.replace("REASON", "price"))[1:])
    assert shop.run("check").code == 0


def test_a_missing_reason_is_told_once(shop, deal):
    edit(shop, deal, "stage: qualification", "stage: lost")
    for options in ((), ("--fix",)):
        answer = shop.run("check", *options, "--format", "json")
        codes = [entry["code"] for entry in json.loads(answer.out)["findings"]]
        assert codes.count("reason-needed") == 1


def test_what_fix_will_write_down_is_said_so_and_done(shop, deal):
    edit(shop, deal, "need:", "need: parking")
    assert hints(shop) == {("unrecorded-edit", "need"): "salescli check --fix writes it down"}
    shop.do("check", "--fix")
    assert shop.run("check").out == ""


def test_a_check_that_tries_the_mending_writes_nothing(shop, deal):
    edit(shop, deal, "need:", "need: parking")
    before = shop.tree()
    shop.run("check")
    assert shop.tree() == before


def test_a_good_edit_beside_a_bad_one_is_not_promised(shop, deal):
    edit(shop, deal, "need:", "need: parking")
    edit(shop, deal, "probability:", "probability: 90")
    told = hints(shop)
    later = "mend what else is wrong with it; then salescli check --fix writes it down"
    assert told["unrecorded-edit", "need"] == later
    assert told["unrecorded-edit", "probability"] is None  # `above-cap` tells it
    edit(shop, deal, "probability: 90", "probability:")
    shop.do("check", "--fix")
    assert shop.facts(deal)["need"] == "parking"


def test_a_locked_field_is_told_to_be_put_back(shop, deal):
    shop.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    edit(shop, deal, "budget: 250000.00", "budget: 240000.00")
    told = hints(shop)["unrecorded-edit", "budget"]
    assert told.startswith("budget can't be changed at Lost: the deal is closed. Put back ")
    assert told.endswith(" --to STAGE --reason TEXT")


def test_where_nobody_is_known_to_act_a_check_still_checks(shop, deal):
    edit(shop, deal, "stage: qualification", "stage: lost")
    shop.git_email = shop.system_user = "nobody"
    answer = shop.run("check")
    assert answer.code == 1
    assert "unrecorded-edit" in answer.out


def forked(shop, deal):
    shop.do("opp", "advance", "Flat 47")
    with (shop.folder(deal) / "history.yaml").open("a", encoding="utf-8") as file:
        file.write(FORK)


@pytest.mark.parametrize(("side", "stage"), [(0, "key-contacts"), (1, "proposal-preparation")])
def test_either_side_of_a_fork_can_be_kept_by_the_line_that_is_told(shop, deal, side, stage):
    forked(shop, deal)
    line = hints(shop)["fork", "from"].split("\n")[side]
    words, _, command = line.partition(": salescli ")
    assert words.endswith(f"keep {stage}")
    shop.do(*command.split())
    assert shop.run("check").out == ""
    assert shop.facts(deal)["stage"] == stage
    shop.do("undo")
    assert ("fork", "from") in hints(shop)


def test_an_edit_of_a_stage_waits_until_the_fork_is_settled(shop, deal):
    forked(shop, deal)
    edit(shop, deal, "stage: key-contacts", "stage: negotiation")
    path = shop.folder(deal) / "history.yaml"
    text = path.read_text("utf-8").replace(FORK, FORK.replace('"seq":2', '"seq":3'))
    path.write_text(text, encoding="utf-8")
    told = hints(shop)
    assert told["unrecorded-edit", "stage"].startswith("settle the fork first")


def test_after_keeping_the_facts_in_vain_the_history_is_offered(shop, deal):
    shop.do("opp", "set", "Flat 47", "--budget", "240000")
    path = shop.folder(deal) / "history.yaml"
    with path.open("a", encoding="utf-8") as file:
        file.write(
            '- {"id":"h-7n4t8x1w0q","seq":2,"at":"2026-11-02T09:02:30Z","by":"anna",'
            '"kind":"changed","fields":{"probability":[null,5]}}\n'
        )
    edit(shop, deal, "probability:", "probability: 90")
    told = hints(shop, "--fix", "--keep", "facts")
    assert told["unsettled-merge", "probability"].startswith("salescli check --fix --keep history")
    shop.do("check", "--fix", "--keep", "history")
    assert shop.facts(deal)["probability"] == "5"


def test_events_are_voided_by_their_whole_ids_or_not_at_all(shop, deal):
    shop.do("opp", "set", "Flat 47", "--budget", "240000")
    name = shop.events(deal)[-1]["id"]
    before = shop.tree()
    answer = shop.run("check", "--fix", "--void", name, "--void", "h-nosuchone0")
    assert answer.code == 3
    assert "no history has an event h-nosuchone0" in answer.err.lower()
    assert shop.tree() == before
    shop.do("check", "--fix", "--void", name)
    assert shop.facts(deal)["budget"] == "250000.00 EUR"
    again = shop.run("check", "--fix", "--void", name)
    assert again.code == 1
    assert f"{name} is voided already" in again.err


def test_the_beginning_of_a_record_is_not_voided(shop, deal):
    answer = shop.run("check", "--fix", "--void", shop.events(deal)[0]["id"])
    assert answer.code == 1
    assert "is how the record began" in answer.err


def test_a_second_beginning_of_a_record_is_voided(shop, deal):
    path = shop.folder(deal) / "history.yaml"
    born = path.read_text().splitlines()[0]
    again = born.replace(shop.events(deal)[0]["id"], "h-1a7r9b1g4z").replace('"seq":1', '"seq":9')
    path.write_text(f"{path.read_text()}{again}\n")
    assert "salescli check --fix --void h-1a7r9b1g4z" in shop.run("check").out
    shop.do("check", "--fix", "--void", "h-1a7r9b1g4z")
    assert shop.run("check").code == 0


def test_void_wants_fix(shop):
    assert shop.run("check", "--void", "h-0000000000").code == 2
