"""`salescli undo | redo | log` over every kind of command, and facts against history."""

import json

import pytest

from salescli.model.facts import fold
from tests.shop import Shop, made_once

SET_UP = [["opp", "create", "Flat 47", "--client", "Elena Petrova", "--budget", "250000"]]
COMMANDS = {
    "create": ["opp", "create", "Shop 2", "--client", "Elena Petrova"],
    "set": ["opp", "set", "Flat 47", "--budget", "240000", "--need", "parking"],
    "advance": ["opp", "advance", "Flat 47"],
    "close": ["opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price"],
    "delete": ["opp", "delete", "Flat 47", "--yes"],
    "contact create": ["contact", "create", "Juris Petrovs"],
    "contact set": ["contact", "set", "Elena Petrova", "--phone", "+371 2111 1111"],
    "person create": ["person", "create", "Boris Kalnin"],
    "department create": ["department", "create", "North bank", "--manager", "anna"],
    "product create": ["product", "create", "Flat", "--price", "1000"],
    "dictionary set": ["dictionary", "set", "sources", "fair", "Met at a fair"],
    "process add": ["process", "add", "quick", "--id", "quicker"],
}


@pytest.fixture
@made_once
def deal(shop: Shop) -> str:
    return shop.deal("Flat 47", "--budget", "250000")


def without_events(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in tree.items() if not path.endswith("history.yaml")}


def assert_folds(shop: Shop, deal_id: str) -> None:
    """The file says what the events say; both read by others than those who wrote them."""
    facts, state = shop.facts(deal_id), fold(shop.live(deal_id))
    said = {k: v for k, v in facts.items() if v not in ("", [], {}) and k != "id"}
    assert said == {k: str(v) for k, v in state.items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_undo_restores_every_file_but_the_history_and_redo_brings_it_back(shop, deal, name):
    before = shop.tree()
    done = shop.do(*COMMANDS[name])
    after = shop.tree()
    undone = shop.do("undo")
    assert undone.out == done.out
    assert undone.err.startswith("Undone: ") and "salescli redo brings it back.\n" in undone.err
    assert without_events(shop.tree()) == without_events(before)
    redone = shop.do("redo")
    assert redone.err.startswith("Brought back: ")
    assert without_events(shop.tree()) == without_events(after)
    shop.do("undo")
    assert without_events(shop.tree()) == without_events(before)


@pytest.mark.parametrize("name", ["set", "advance", "close"])
def test_undo_appends_one_voided_and_takes_no_line_out(shop, deal, name):
    shop.do(*COMMANDS[name])
    lines = (shop.folder(deal) / "history.yaml").read_bytes()
    changed = shop.events(deal)[-1]
    shop.do("undo")
    assert (shop.folder(deal) / "history.yaml").read_bytes().startswith(lines)
    voided = shop.events(deal)[-1]
    assert (voided["kind"], voided["events"], voided["why"]) == ("voided", [changed["id"]], "undo")
    assert voided["seq"] == changed["seq"] + 1
    assert_folds(shop, deal)
    shop.do("redo")
    assert shop.events(deal)[-1]["events"] == [voided["id"]]
    assert_folds(shop, deal)


@pytest.mark.parametrize("name", ["create", "contact create"])
def test_undo_of_a_creation_leaves_no_trace(shop, deal, name):
    before = shop.tree()
    shop.do(*COMMANDS[name])
    shop.do("undo")
    assert shop.tree() == before
    assert not list(shop.root.glob("opportunities/*/shop-2*"))


def test_several_undos_in_a_row_go_back_one_command_each(shop, deal):
    trees = [without_events(shop.tree())]
    for name in ("set", "advance", "dictionary set", "close"):
        shop.do(*COMMANDS[name])
        trees.append(without_events(shop.tree()))
    for tree in reversed(trees[:-1]):
        shop.do("undo")
        assert without_events(shop.tree()) == tree
    for tree in trees[1:]:
        shop.do("redo")
        assert without_events(shop.tree()) == tree
    assert shop.run("redo").code == 1


def test_undo_says_what_it_took_back_and_how_long_ago(shop, deal):
    shop.do("opp", "advance", "Flat 47")
    shop.do("opp", "list")
    answer = shop.do("undo")
    assert answer.err.splitlines()[0] == (
        f"Undone: advance {deal} to key-contacts: Flat 47 (2 minutes ago), "
        "stage key-contacts → qualification."
    )


def test_there_is_nothing_to_undo_when_all_is_undone(shop):
    assert shop.run("redo").code == 1
    shop.make("contact", "create", "Elena Petrova")
    shop.do("undo")
    answer = shop.run("undo")
    assert answer.code == 1
    assert "there is no command to undo" in answer.err


def test_redo_is_refused_after_another_command(shop, deal):
    shop.do(*COMMANDS["set"])
    shop.do("undo")
    shop.do(*COMMANDS["person create"])
    answer = shop.run("redo")
    assert answer.code == 1
    assert "another came after it" in answer.err


def test_undo_is_refused_with_the_files_that_changed_since(shop, deal):
    shop.do(*COMMANDS["dictionary set"])
    shop.replace("dictionaries.yaml", "Met at a fair", "Met at the fair")
    before = shop.tree()
    answer = shop.run("undo")
    assert answer.code == 5
    assert "dictionaries.yaml" in answer.err
    assert shop.tree() == before


def test_a_comment_comes_back_and_earlier_commands_can_still_be_undone(shop, deal):
    juris = shop.make("contact", "create", "Juris")
    shop.do("opp", "contact", "add", deal, juris, "--role", "influencer")
    facts = shop.folder(deal) / "opportunity.yaml"
    shop.replace(facts, f"- contact: {juris}", f"- contact: {juris}  # met at the fair")
    by_hand = facts.read_bytes()
    shop.do("opp", "contact", "set", deal, juris, "--loyalty", "2")
    as_set = facts.read_bytes()
    shop.do("opp", "contact", "remove", deal, juris)
    assert b"met at the fair" not in facts.read_bytes()
    shop.do("undo")
    assert facts.read_bytes() == as_set
    shop.do("redo")
    assert b"met at the fair" not in facts.read_bytes()
    shop.do("undo")
    shop.do("undo")
    assert facts.read_bytes() == by_hand
    assert_folds_contacts(shop, deal)


def assert_folds_contacts(shop: Shop, deal_id: str) -> None:
    assert shop.do("check", "--strict").code == 0
    assert len(shop.facts(deal_id)["contacts"]) == 1


def test_an_edit_that_no_event_tells_does_not_come_back_with_the_bytes(shop, deal):
    facts = shop.folder(deal) / "opportunity.yaml"
    shop.replace(facts, "title: Flat 47", "title: Flat 48")
    shop.do("opp", "set", deal, "--title", "Flat 49")
    shop.do("undo")
    assert shop.facts(deal)["title"] == "Flat 47"  # what the history says, not what stood there


def test_undo_of_a_creation_is_refused_once_somebody_touched_the_deal(shop, deal):
    path = shop.folder(deal) / "opportunity.yaml"
    shop.replace(path, "need:", "need: parking")
    answer = shop.run("undo")
    assert answer.code == 5
    assert f"flat-47--{deal}" in answer.err
    assert shop.folder(deal).is_dir()


def test_undo_of_a_change_is_refused_once_somebody_edited_the_file(shop, deal):
    shop.do("opp", "set", "Flat 47", "--budget", "240000")
    shop.replace(shop.folder(deal) / "opportunity.yaml", "need:", "need: parking")
    before = shop.tree()
    answer = shop.run("undo")
    assert answer.code == 5
    assert f"flat-47--{deal}/opportunity.yaml" in answer.err
    assert shop.tree() == before


def test_a_dry_run_of_undo_and_redo_writes_nothing(shop, deal):
    shop.do(*COMMANDS["set"])
    before = shop.tree()
    answer = shop.do("undo", "--dry-run")
    assert "+budget: 250000.00 EUR" in answer.out
    assert shop.tree() == before
    shop.do("undo")
    before = shop.tree()
    assert "+budget: 240000.00 EUR" in shop.do("redo", "--dry-run").out
    assert shop.tree() == before


def test_undo_is_by_the_one_who_undoes(shop, deal):
    shop.do(*COMMANDS["person create"])
    shop.do(*COMMANDS["set"])
    shop.do("undo", "--actor", "boris-kalnin")
    assert shop.events(deal)[-1]["by"] == "boris-kalnin"
    assert shop.run("redo", "--actor", "ghost").code == 3


def test_the_log_tells_commands_newest_first_and_what_was_undone(shop, deal):
    shop.do(*COMMANDS["set"])
    shop.do("undo")
    document = json.loads(shop.do("log", "--format", "json").out)
    assert document["schema"] == "salescli/log@1"
    entries = document["log"]
    assert [(e["command"], e["state"]) for e in entries[:3]] == [
        ("undo", "done"),
        ("opportunity set", "undone"),
        ("opportunity create", "done"),
    ]
    assert {entry["actor"] for entry in entries} == {"anna"}
    assert len(json.loads(shop.do("log", "--limit", "1", "--format", "json").out)["log"]) == 1


def test_the_log_of_a_store_without_commands_says_so(shop):
    answer = shop.do("log")
    assert (answer.out, answer.err) == ("", "No command has run here yet.\n")


def test_undo_says_what_a_mending_that_is_taken_back_breaks_again(shop, deal):
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    history = shop.folder(deal) / "history.yaml"
    event = '{"id":"h-aaaaaaaaaa","seq":9,"at":"2026-11-02T09:30:00Z","by":"boris",'
    event += '"kind":"changed","fields":{"close_date":["2026-11-02","2026-11-03"]}}'
    history.write_text(f"{history.read_text()}- {event}\n")
    shop.run("check", "--fix", "--void", "h-aaaaaaaaaa")
    assert f"check --fix {deal}: Flat 47" in shop.do("log").out
    told = shop.do("undo").err
    assert "(locked-change)" in told
    assert "salescli redo" in told
    shop.do("redo")
    assert "locked-change" not in shop.run("check").out


def test_undo_passes_over_what_others_went_on_from_if_it_is_told_to(shop, deal):
    other = shop.deal("Flat 48")
    shop.do("opp", "set", other, "--budget", "5")
    shop.do("opp", "set", deal, "--budget", "7")
    (shop.folder(deal) / "opportunity.yaml").write_text("title: by hand\n")
    assert shop.run("undo").code == 5
    told = shop.do("undo", "--skip").err
    assert f"Left as it is, since others went on from it: set budget of {deal}" in told
    assert not shop.facts(other)["budget"]
