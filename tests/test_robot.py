"""A robot wins a deal of each shipped process by nothing but what `next` gives it.

It reads `next DEAL --format json`, runs the first command, and knows nothing else.
"""

import json
import shlex
from random import Random

import pytest

MOST_ROUNDS = 20


def first_command(shop, deal: str) -> list[str]:
    """The command that `next` recommends, as words without the program's name."""
    document = json.loads(shop.do("next", deal, "--format", "json").out)
    assert document["schema"] == "salescli/next@1"
    (told,) = document["deals"]
    assert told["commands"], told
    program, *words = shlex.split(told["commands"][0])
    assert program == "salescli"
    return words


@pytest.mark.parametrize(
    ("process", "rounds"),
    # quick: started, then 2 + 3 + 3 + 3 steps, of which the last of each stage moves the deal.
    # real-estate: started, 1 + 1 + 3 + 3 steps, the last of each stage with the move.
    # corporate: started, 1 + 2 + 2 + 1 + 3 + 3 + 3 + 3.
    [("quick", 12), ("real-estate", 9), ("corporate", 19)],
)
def test_a_robot_wins_a_deal_of_each_shipped_process(shop, process: str, rounds: int) -> None:
    deal = shop.deal("Flat 47", "--process", process)
    taken = 0
    while shop.facts(deal)["stage"] != "won":
        assert taken < MOST_ROUNDS
        shop.do(*first_command(shop, deal))
        taken += 1
    assert taken == rounds
    assert json.loads(shop.do("next", deal, "--format", "json").out)["deals"][0]["commands"] == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("process", ["quick", "real-estate", "corporate"])
def test_whatever_next_gives_can_be_run(shop, process: str, seed: int) -> None:
    """Not the first command alone: any of them is accepted, and there is one until it is closed."""
    chance = Random(seed)
    deal = shop.deal("Flat 47", "--process", process)
    shop.do("activity", "plan", deal, "Lunch", "--type", "call")
    for _ in range(12):
        told = json.loads(shop.do("next", deal, "--format", "json").out)["deals"][0]
        if any(way["do"] == "reopen" for way in told["ways"]):
            return
        shop.do(*shlex.split(chance.choice(told["commands"]))[1:])


STRICT = """\
name: Strict
stages:
  - stage: talk
    name: Talk
    cap: 20
    exit:
      - require: need
        say: Ask what they need
    steps:
      - step: call
        kind: task
        title: Call them
        mandatory: true
        then: {done: end-of-stage}
  - stage: facts
    name: Facts
    cap: 60
    steps:
      - step: form
        kind: form
        title: Write down the facts
        mandatory: true
        fields: [budget, title]
        required: [budget]
        then: {saved: end-of-stage}
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
"""


def run_alone(shop, deal: str) -> dict:
    """Run first commands until none is given; what `next` says then."""
    for _ in range(MOST_ROUNDS):
        (told,) = json.loads(shop.do("next", deal, "--format", "json").out)["deals"]
        if not told["commands"]:
            return told
        shop.do(*shlex.split(told["commands"][0])[1:])
    raise AssertionError(f"a loop: {told['commands']}")


def fill(shop, entry: dict, value: str) -> None:
    """Run the command of something missing, as somebody does who knows the value."""
    shop.do(*shlex.split(entry["command"].replace("…", value))[1:])


def test_a_robot_stops_where_only_people_know_what_to_say(shop) -> None:
    shop.write("processes/strict.yaml", STRICT)
    deal = shop.deal("Flat 47", "--process", "strict")

    told = run_alone(shop, deal)  # the call is done, and nobody has asked what they need
    assert (told["stage"], told["at_end_of_stage"]) == ("talk", True)
    assert [one["code"] for one in told["blocked_by"]] == ["unmet-requirement"]
    assert "repeat" in [way["do"] for way in told["ways"]]
    (need,) = told["missing"]
    assert (need["kind"], need["field"]) == ("require", "need")
    fill(shop, need, "parking")

    told = run_alone(shop, deal)  # on to the form, which needs a budget and must be done
    assert (told["stage"], told["at_end_of_stage"]) == ("facts", False)
    assert [one["code"] for one in told["blocked_by"]] == ["mandatory-step"]
    (budget,) = told["missing"]
    assert (budget["kind"], budget["field"]) == ("form", "budget")
    fill(shop, budget, "250000")

    assert run_alone(shop, deal)["stage"] == "won"
