"""Creating deals: who owns them and where, and going on from another one."""

import pytest

from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def team(shop: Shop) -> Shop:
    """Anna has no department; Boris and Carl are of the north, which Carl manages."""
    shop.make("department", "create", "Sales")
    shop.make("department", "create", "North bank", "--id", "north", "--parent", "sales")
    shop.make("department", "create", "South bank", "--id", "south", "--parent", "sales")
    for name in ("Boris", "Carl"):
        shop.make("person", "create", name, "--department", "north")
    shop.do("department", "set", "north", "--manager", "carl")
    shop.make("contact", "create", "Elena Petrova")
    return shop


def owner_and_department(team: Shop, *options: str) -> tuple[str, str]:
    made = team.make("opp", "create", "X", "--client", "Elena Petrova", *options)
    facts = team.facts(made)
    return facts["owner"], facts["department"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ("anna", "")),
        (["--actor", "boris"], ("boris", "north")),
        (["--owner", "carl"], ("carl", "north")),
        (["--owner", "carl", "--department", "south"], ("carl", "south")),
        (["--actor", "boris", "--department", "north"], ("boris", "north")),
        (["--actor", "anna", "--department", "north"], ("carl", "north")),  # its manager
        (["--actor", "anna", "--department", "south"], ("", "south")),  # which has none
    ],
)
def test_owner_and_department_where_they_are_not_given(team, options, expected):
    assert owner_and_department(team, *options) == expected


def test_a_new_owner_leaves_the_department_and_a_new_department_the_owner(team):
    made = team.deal("Flat 47", "--owner", "boris")
    team.do("opp", "set", made, "--owner", "anna")
    assert (team.facts(made)["owner"], team.facts(made)["department"]) == ("anna", "north")
    team.do("opp", "set", made, "--department", "south")
    assert (team.facts(made)["owner"], team.facts(made)["department"]) == ("anna", "south")


def test_a_manager_who_has_left_gets_no_new_deal(team):
    team.do("person", "set", "carl", "--left", "2026-11-01")
    answer = team.run("opp", "create", "X", "--client", "Elena Petrova", "--department", "north")
    assert answer.code == 1
    assert "carl left on 2026-11-01 and takes nothing new" in answer.err
    assert owner_and_department(team, "--department", "north", "--owner", "boris")[0] == "boris"


def test_a_retired_department_is_not_handed_on_by_its_people(team):
    team.do("department", "set", "north", "--retired", "yes")
    assert owner_and_department(team, "--owner", "boris") == ("boris", "")


def test_a_deal_goes_on_from_another_in_another_process(team):
    team.write("competitors.yaml", "competitors:\n  skyline:\n    name: Skyline Homes\n")
    old = team.deal("Flat 47", "--owner", "boris", "--budget", "250000", "--need", "parking",
                    "--external", "hubspot=12", "--probability", "5")  # fmt: skip
    path = team.folder(old) / "opportunity.yaml"
    lines = (
        "products:\n  - line: line-0000000000\n    title: Kitchen\n    quantity: 1\n"
        "    price: 9500.00 EUR\n"
    )
    team.write(str(path), path.read_text("utf-8") + lines)
    team.do("opp", "close", old, "--outcome", "rerouted", "--reason", "competitor-won",
            "--winner", "skyline")  # fmt: skip
    new = team.make("opp", "create", "--continue", old, "--process", "quick", "--need", "")
    facts = team.facts(new)
    assert team.events(new)[0]["continues"] == old
    assert (facts["title"], facts["owner"], facts["department"]) == ("Flat 47", "boris", "north")
    assert (facts["process"], facts["stage"]) == ("quick", "qualification")
    assert (facts["budget"], facts["need"]) == ("250000.00 EUR", "")
    assert facts["competitors"] == [{"competitor": "skyline"}]
    # What belongs to the old one alone: its end, its chance, its ids.
    assert {"winner", "close_reason", "external"}.isdisjoint(facts)
    assert (facts["close_date"], facts["probability"]) == ("", "")
    (line,) = facts["products"]
    assert line["title"] == "Kitchen"
    assert line["line"].startswith("line-") and line["line"] != "line-0000000000"


def test_a_deal_that_goes_on_finds_a_new_owner_if_the_old_one_has_left(team):
    old = team.deal("Flat 47", "--owner", "boris")
    team.do("person", "set", "boris", "--left", "2026-11-01")
    new = team.make("opp", "create", "--continue", old)
    assert (team.facts(new)["owner"], team.facts(new)["department"]) == ("carl", "north")


def test_a_deal_does_not_go_on_for_a_client_who_is_archived(team):
    old = team.deal("Flat 47")
    team.do("contact", "set", "Elena Petrova", "--archived", "yes")
    assert team.run("opp", "create", "--continue", old).code == 1
    other = team.make("contact", "create", "Juris")
    new = team.make("opp", "create", "Flat 48", "--continue", old, "--client", "juris")
    assert (team.facts(new)["client"], team.facts(new)["title"]) == (other, "Flat 48")


def test_a_second_deal_of_the_same_title_makes_the_title_ambiguous(team):
    first, second = team.deal("Flat 47"), team.deal("Flat 47")
    answer = team.run("opp", "advance", "flat 47")
    assert answer.code == 3
    assert first in answer.err and second in answer.err
