"""What git merges without our driver: any two hot fields of a deal, and nothing wrongly.

Real git, and edits made by commands; all pairs are merged at once.
"""

from itertools import combinations

import pytest

from tests.shop import Shop
from tests.workspace.gitrepo import Repository

# What a command changes, by name: its line of a batch, and what the facts say then.
HOT = {
    "stage": ({"op": "opportunity.move", "to": "key-contacts"}, {"stage": "key-contacts"}),
    "owner": ({"op": "opportunity.set", "owner": "boris"}, {"owner": "boris"}),
    "budget": ({"op": "opportunity.set", "budget": "300"}, {"budget": "300.00 EUR"}),
    "probability": ({"op": "opportunity.set", "probability": 5}, {"probability": "5"}),
    "close_date": (
        {"op": "opportunity.set", "close_date": "2026-12-24"},
        {"close_date": "2026-12-24"},
    ),
    "mood": ({"op": "opportunity.set", "mood": "hopeful"}, {"mood": "hopeful"}),
}
BESIDE = {
    "first contact": (
        {"op": "opportunity.contact.add", "contact": "Elena Petrova", "role": "influencer"},
        {},
    ),
    "tactic": ({"op": "opportunity.tactic.set", "text": "Show the river"}, {}),
    "partner": ({"op": "opportunity.set", "partner": "Keys"}, {}),
}
CLOSING = (
    {"op": "opportunity.close", "outcome": "lost", "reason": "no-budget"},
    {"stage": "lost", "close_reason": "no-budget"},
)
CHANGES = {**HOT, **BESIDE, "closing": CLOSING}
PAIRS = [
    *combinations(HOT, 2),
    *((hot, other) for hot in HOT for other in BESIDE),
    # A closing sets stage and close date, and empties the probability.
    *((hot, "closing") for hot in ("owner", "budget", "mood")),
]


@pytest.fixture
def repository(shop: Shop) -> Repository:
    shop.do("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("contact", "create", "Elena Petrova")
    shop.make("account", "create", "Keys", "--kind", "partner")
    return Repository(shop)


def test_any_two_hot_fields_changed_on_two_branches_merge_without_the_driver(repository):
    deals = repository.batch(
        {
            "op": "opportunity.create",
            "title": f"{one} and {other}",
            "client": "Elena Petrova",
            "owner": "anna",
            "budget": "200",
            "close_date": "2026-12-01",
        }
        for one, other in PAIRS
    )
    repository.commit()
    for branch, side in (("theirs", 1), ("ours", 0)):
        repository.on_branch(branch)
        repository.batch(
            {**CHANGES[pair[side]][0], "opportunity": deal}
            for deal, pair in zip(deals, PAIRS, strict=True)
        )
        repository.commit()
    repository.git("merge", "-q", "theirs")
    for deal, pair in zip(deals, PAIRS, strict=True):
        facts, kinds = repository.shop.facts(deal), repository.shop.kinds(deal)
        for name in pair:
            assert CHANGES[name][1].items() <= facts.items(), pair
        assert len(kinds) == 3, f"{pair}: {kinds}"
        assert ("contacts" in facts) == ("first contact" in pair), pair
        assert ("tactic" in facts) == ("tactic" in pair), pair
        assert ("partner" in facts) == ("partner" in pair), pair


def test_what_git_alone_can_not_merge_stands_between_its_markers(repository):
    deal = repository.shop.deal("Flat", "--owner", "anna")
    repository.commit()
    repository.on_branch("theirs")
    repository.shop.do("opp", "advance", deal)
    repository.commit()
    repository.on_branch("ours")
    repository.shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "no-answer")
    repository.commit()
    repository.git("merge", "theirs", code=1)
    text = repository.file(deal).read_text(encoding="utf-8")
    assert "<<<<<<< HEAD\nstage: lost\n" in text
    assert "stage: key-contacts\n" in text
    assert sorted(repository.shop.kinds(deal)) == ["closed", "created", "moved"]
