"""The next deal of the same client."""

import pytest

from tests.shop import Shop, made_once

TAKEN = ("client", "owner", "department", "need", "type", "category", "source", "partner")


@pytest.fixture
@made_once
def first(shop: Shop) -> str:
    """Boris' deal with everything that a deal can have."""
    shop.make("department", "create", "North")
    shop.make("person", "create", "Boris", "--department", "north")
    shop.make("account", "create", "Keys", "--kind", "partner")
    shop.make("product", "create", "Flat B47", "--price", "2026-01-01=1000")
    shop.write("competitors.yaml", "competitors:\n  skyline:\n    name: Skyline\n")
    made = shop.deal(
        "Flat 47", "--owner", "boris", "--budget", "250000", "--need", "flat-to-live-in",
        "--type", "partner", "--category", "small", "--source", "web", "--partner", "Keys",
        "--mood", "hopeful", "--close-date", "2026-12-15", "--tactic", "Show the river",
        "--probability", "5", "--external", "hubspot=12",
    )  # fmt: skip
    shop.do("opp", "contact", "add", made, "Elena Petrova", "--role", "decision-maker", "--main")
    shop.do("opp", "member", "add", made, "anna", "--role", "presales")
    shop.do("opp", "product", "add", made, "flat-b47")
    shop.do("opp", "competitor", "add", made, "skyline")
    return made


def test_it_takes_the_client_and_the_people_and_begins_anew(shop, first):
    shop.do("opp", "advance", first)
    answer = shop.do("opp", "clone", first)
    old, new = shop.facts(first), shop.facts(answer.id)
    assert {name: new[name] for name in TAKEN} == {name: old[name] for name in TAKEN}
    assert new["contacts"] == old["contacts"]
    assert new["main_contact"] == old["main_contact"]
    assert new["team"] == old["team"]
    assert new["title"] == "Elena Petrova/2"
    assert (new["stage"], new["process"]) == ("qualification", "real-estate")
    for name in ("budget", "probability", "close_date", "mood"):
        assert new[name] == ""
    assert not {"tactic", "products", "competitors", "external"} & set(new)
    assert shop.kinds(answer.id) == ["created"]
    assert "continues" not in shop.events(answer.id)[0]
    assert "Elena Petrova/2, like Flat 47." in answer.err
    assert shop.do("check").err == ""


def test_what_is_typed_wins(shop, first):
    made = shop.make("opp", "clone", first, "--title", "Flat 48", "--budget", "90000",
                     "--owner", "anna", "--stage", "key-contacts")  # fmt: skip
    facts = shop.facts(made)
    assert facts["title"] == "Flat 48"
    assert facts["budget"] == "90000.00 EUR"
    assert facts["owner"] == "anna"
    assert facts["stage"] == "key-contacts"


def test_a_lost_and_archived_deal_has_a_next_one_too(shop, first):
    shop.do("opp", "close", first, "--outcome", "lost", "--reason", "price")
    shop.do("opp", "archive", first)
    facts = shop.facts(shop.make("opp", "clone", first))
    assert facts["stage"] == "qualification"
    assert not {"archived", "close_reason"} & set(facts)


def test_what_takes_nothing_new_is_left_out_and_told(shop, first):
    shop.make("person", "create", "Carl")
    shop.do("department", "set", "north", "--manager", "carl")
    shop.do("person", "set", "boris", "--left", "2026-11-01")
    shop.do("account", "set", "Keys", "--archived", "yes")
    shop.do("dictionary", "set", "sources", "web", "Web", "--retired", "yes")
    answer = shop.do("opp", "clone", first)
    facts = shop.facts(answer.id)
    assert facts["owner"] == "carl"  # as of any new deal of the north
    assert facts["source"] == ""
    assert "partner" not in facts
    told = " ".join(answer.err.split())
    for words in ("Left out: owner", "Left out: partner", "Left out: source"):
        assert words in told


def test_a_main_contact_who_is_archived_goes_with_the_contact(shop, first):
    other = shop.make("contact", "create", "Juris")
    shop.do("opp", "set", first, "--client", other)
    shop.do("contact", "set", "Elena Petrova", "--archived", "yes")
    facts = shop.facts(shop.make("opp", "clone", first))
    assert not {"main_contact", "contacts"} & set(facts)
    assert facts["title"] == "Juris/2"


def test_the_next_one_of_an_archived_client_is_refused(shop, first):
    shop.do("contact", "set", "Elena Petrova", "--archived", "yes")
    before = shop.tree()
    answer = shop.run("opp", "clone", first)
    assert answer.code == 1
    assert "Elena Petrova is archived and takes nothing new" in answer.err
    assert shop.tree() == before


def test_undo_removes_it_whole(shop, first):
    before = shop.tree()
    shop.do("opp", "clone", first)
    shop.do("undo")
    assert shop.tree() == before


def test_all_that_is_wrong_is_told_at_once(shop, first):
    answer = shop.run("opp", "clone", first, "--budget", "12,5", "--owner", "ghost")
    assert answer.code == 2
    assert "'12,5'" in answer.err and "'ghost'" in answer.err
