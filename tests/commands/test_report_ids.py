"""What `--with-ids` adds to any report adds up: each number `x` has its deals beside it.

A number has as many ids as it says; sums have theirs by currency, and those without money are the
rest of the count. Nothing in here knows a report.
"""

import json

import pytest

from salescli.commands.report import REPORTS

NEEDS = {"forecast-diff": ["--since", "2026-10-06"]}
NUMBERED = [
    [*name.split(), *NEEDS.get(name, [])]
    for name in ("funnel", "flow", "stage-time", "state", "win-loss", "managers")
] + [
    ["funnel", "--definition", "entered"],
    ["funnel", "--by", "owner"],
    ["funnel", "--by", "department", "--definition", "entered"],
    ["stage-time", "--by", "owner"],
    ["win-loss", "--by", "owner"],
    ["state", "--by", "stage"],
]


@pytest.fixture
def busy(shop):
    """Deals open, moved back, won, lost, with and without money, in two currencies."""
    shop.do("person", "create", "Boris", "--id", "boris")
    for number in range(12):
        owner = ("anna", "boris")[number % 2]
        money = (f"{number}00", "70 USD", None)[number % 3]
        budget = ["--budget", money] if money else []
        day = f"2026-10-{number + 1:02}"
        deal = shop.deal(f"D{number}", "--owner", owner, "--at", day, *budget)
        later = f"2026-10-{number + 10:02}"
        if number % 4:
            shop.do("opp", "move", deal, "--to", "proposal-preparation", "--at", later)
        if number % 4 == 1:
            shop.do("opp", "move", deal, "--to", "key-contacts", "--at", later)
        if number % 4 == 2:
            shop.do("opp", "close", deal, "--outcome", "won", "--at", later)
        if number % 4 == 3:
            close = ["--outcome", "lost", "--reason", "price", "--at", later]
            shop.do("opp", "close", deal, *close)
    return shop


def check_ids(value):
    """How many numbers had their ids beside them; fails where one has more or fewer."""
    if isinstance(value, list):
        return sum(map(check_ids, value))
    if not isinstance(value, dict):
        return 0
    found = sum(map(check_ids, value.values()))
    for name, ids in value.items():
        number = value.get(name.removesuffix("_ids"))
        if not name.endswith("_ids") or number is None:
            continue
        if isinstance(ids, dict):
            assert set(ids) == set(number), name
            rest = value.get("without_value_ids", [])
            assert sum(map(len, ids.values())) + len(rest) == value["count"], name
        else:
            assert len(ids) == number, (name, value)
        found += 1
    return found


@pytest.mark.parametrize("report", NUMBERED, ids=" ".join)
def test_the_deals_behind_each_number_add_up_to_it(busy, report):
    options = [] if report[0] == "state" else ["--period", "2026-10"]
    told = busy.do("report", *report, *options, "--with-ids", "--format", "json")
    assert report[0] in REPORTS
    assert check_ids(json.loads(told.out)) >= 5
