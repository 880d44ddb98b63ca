"""A new owner of a deal gets its open steps, and what was planned by hand when asked."""

import json

import pytest

from salescli.model.activities import build_activities
from tests.planned import append_event, folder_of, plan
from tests.shop import Shop, made_once

RUN = "run-1v7c3k9s5e"


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    """Anna's deal: her own step, one of the manager's, one of nobody's department, one by hand."""
    shop.make("person", "create", "Boris")
    made = shop.deal()
    folder = folder_of(shop, made)
    append_event(shop, folder, "started", run=RUN)
    step = {"run": RUN, "results": ["done", "cancelled"]}
    plan(shop, folder, "1", "anna", step="proposal", title="Prepare the proposal", **step)
    plan(shop, folder, "2", "carl", step="costing", **step)
    plan(shop, folder, "3", "anna", title="Ring the bank")
    plan(shop, folder, "4", "boris", title="Boris' own")
    plan(shop, folder, "5", "anna", step="proposal", **step)
    append_event(shop, folder, "done", activity="act-0000000005", result="done")
    shop.make("person", "create", "Carl")
    return made


def findings(shop: Shop) -> set[str]:
    """Codes of all that `check` finds."""
    found = json.loads(shop.do("check", "--format", "json").out)["findings"]
    return {one["code"] for one in found}


def owners(shop: Shop, deal: str) -> str:
    """Owners of the activities 1 to 5."""
    found = build_activities(shop.live(deal))
    return " ".join(found[f"act-000000000{number}"].owner for number in range(1, 6))


def test_a_new_owner_gets_the_open_steps_of_the_owner_and_nothing_else(shop, deal):
    answer = shop.do("opp", "set", deal, "--owner", "boris")
    assert owners(shop, deal) == "boris carl anna boris anna"
    assert 'boris gets "Prepare the proposal".' in answer.err
    assert 'Still anna\'s: "Ring the bank"; --with-activities hands them over too.' in answer.err
    assert shop.kinds(deal)[-2:] == ["changed", "replanned"]
    assert shop.events(deal)[-1]["fields"] == {"owner": ["anna", "boris"]}
    assert findings(shop) == {"step-gone"}  # the steps here are of a later stage


def test_hand_made_activities_come_with_it_when_asked(shop, deal):
    answer = shop.do("opp", "set", deal, "--owner", "boris", "--with-activities")
    assert owners(shop, deal) == "boris carl boris boris anna"
    assert "Still" not in answer.err


def test_undo_gives_deal_and_activities_back_in_one(shop, deal):
    facts = (shop.folder(deal) / "opportunity.yaml").read_bytes()
    shop.do("opp", "set", deal, "--owner", "boris", "--with-activities")
    shop.do("undo")
    assert owners(shop, deal) == "anna carl anna boris anna"
    assert (shop.folder(deal) / "opportunity.yaml").read_bytes() == facts


@pytest.mark.parametrize("options", [["--budget", "5"], ["--owner", "anna"], ["--owner", ""]])
def test_without_another_owner_nothing_is_handed_over(shop, deal, options):
    shop.do("opp", "set", deal, *options, "--with-activities")
    assert owners(shop, deal) == "anna carl anna boris anna"


def test_a_step_of_the_managers_stays_with_the_manager_who_was_the_owner_too(shop, deal):
    shop.make("department", "create", "North", "--manager", "anna")
    shop.do("opp", "set", deal, "--department", "north")
    shop.do("opp", "move", deal, "--to", "proposal-preparation")
    plan(shop, folder_of(shop, deal), "6", "anna", step="costing", run=RUN, results=["done"])
    shop.do("opp", "set", deal, "--owner", "boris")
    assert build_activities(shop.live(deal))["act-0000000006"].owner == "anna"


def test_where_nobody_manages_the_owner_did_the_managers_step_and_hands_it_over(shop, deal):
    shop.do("opp", "move", deal, "--to", "proposal-preparation")
    plan(shop, folder_of(shop, deal), "6", "anna", step="costing", run=RUN, results=["done"])
    shop.do("opp", "set", deal, "--owner", "boris")
    assert build_activities(shop.live(deal))["act-0000000006"].owner == "boris"


def test_an_owner_edited_by_hand_gets_the_steps_when_the_edit_is_written_down(shop, deal):
    shop.replace(f"{folder_of(shop, deal)}/opportunity.yaml", "owner: anna", "owner: boris")
    shop.do("check", "--fix")
    assert owners(shop, deal) == "boris carl anna boris anna"
    assert findings(shop) == {"step-gone"}  # the steps here are of a later stage


def test_an_owner_of_a_won_deal_can_change_too(shop, deal):
    shop.do("opp", "close", deal, "--outcome", "won")
    shop.do("opp", "set", deal, "--owner", "boris", "--with-activities")
    # The steps were cancelled with the closing: what is over stays whose it was.
    assert owners(shop, deal) == "anna carl boris boris anna"


def test_a_day_given_for_the_change_is_that_of_the_activities(shop, deal):
    shop.do("opp", "set", deal, "--owner", "boris", "--at", "today")
    changed, replanned = shop.events(deal)[-2:]
    assert changed["at"] == replanned["at"]
    assert replanned["seq"] == changed["seq"] + 1


SAME_ID = """
name: Mine
stages:
  - stage: one
    name: One
    steps:
      - {step: talk, kind: task, title: Talk, performer: [starter], then: {done: "stage:two"}}
  - stage: two
    name: Two
    steps:
      - {step: talk, kind: task, title: Talk, then: {done: "stage:won"}}
  - {stage: won, name: Won, final: success}
  - {stage: lost, name: Lost, final: failure}
"""


@pytest.mark.parametrize(("moves", "owner"), [([], "anna"), ([["opp", "advance"]], "boris")])
def test_whose_a_step_is_says_the_stage_of_the_deal_where_two_have_a_step_of_that_id(
    shop, moves, owner
):
    shop.make("person", "create", "Boris")
    shop.write("processes/mine.yaml", SAME_ID)
    deal = shop.deal("Flat 47", "--process", "mine")
    shop.do("process", "start", deal)
    for move in moves:
        shop.do(*move, deal)
    shop.do("opp", "set", deal, "--owner", "boris")
    waiting = [one for one in build_activities(shop.live(deal)).values() if one.is_open]
    assert [one.owner for one in waiting] == [owner]


def test_a_step_of_somebody_who_had_left_was_the_owners_and_is_handed_over(shop):
    shop.make("person", "create", "Boris")
    shop.make("person", "create", "Edgar", "--left", "2026-10-01")
    shop.write("processes/mine.yaml", SAME_ID.replace("[starter]", "[edgar]"))
    deal = shop.deal("Flat 47", "--process", "mine")
    shop.do("process", "start", deal)
    shop.do("opp", "set", deal, "--owner", "boris")
    waiting = [one for one in build_activities(shop.live(deal)).values() if one.is_open]
    assert [one.owner for one in waiting] == ["boris"]
