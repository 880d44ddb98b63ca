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
