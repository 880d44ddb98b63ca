"""Two branches and one building, merged by plain git: no driver of ours, no index."""

import json
import os
import subprocess

import pytest

from tests.shop import load, made_once

FILE = "units/river-b.yaml"
WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Anna"), ("EMAIL", "anna@riverside.example"))
}


def git(town, *words):
    """Run git in the store; its exit code and what it said."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(town.root.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        **WHO,
    }
    done = subprocess.run(
        ["git", *words], cwd=town.root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
@made_once
def town(shop):
    """A store under git with two flats and two deals."""
    shop.do("unit", "building", "create", "river-b", "--name", "Riverside, block B")
    for name in ("b-47", "b-48"):
        shop.do("unit", "create", "river-b", name, "--kind", "flat", "--floor", "9")
    shop.deals = [shop.deal(), shop.deal("Flat 48")]
    assert git(shop, "init", "-q", "-b", "main")[0] == 0
    commit(shop, "Begin")
    return shop


def commit(town, words):
    assert git(town, "add", "-A")[0] == 0
    code, said = git(town, "commit", "-q", "-m", words)
    assert code == 0, said


def on_two_branches(town, ours, theirs):
    """A command line on each of two branches, then the merge: git's exit code and words."""
    git(town, "checkout", "-q", "-b", "boris")
    town.do(*theirs)
    commit(town, "Theirs")
    git(town, "checkout", "-q", "main")
    town.do(*ours)
    commit(town, "Ours")
    return git(town, "merge", "--no-edit", "boris")


def reservation(deal, name, until="2026-11-30"):
    return ("reservation", "add", deal, name, "--until", until)


def test_two_branches_that_reserve_one_flat_conflict_by_themselves(town):
    first, second = town.deals
    code, said = on_two_branches(town, reservation(first, "b-47"), reservation(second, "b-47"))
    assert code == 1
    assert f"Merge conflict in {FILE}" in said
    assert said.count("Merge conflict in ") == 1
    answer = town.run("unit", "list")
    assert answer.code == 4 and FILE in answer.err
    answer = town.run("reservation", "release", first, "b-47")
    assert answer.code == 4


def test_what_the_settled_conflict_leaves_in_the_other_history_is_told_and_given_up(town):
    first, second = town.deals
    on_two_branches(town, reservation(first, "b-47"), reservation(second, "b-47"))
    git(town, "checkout", "--ours", FILE)
    commit(town, "Keep ours")
    assert load(town.root / FILE)["units"]["b-47"]["reserved_for"] == first
    answer = town.run("check", "--format", "json")
    told = json.loads(answer.out)["findings"]
    assert [(one["code"], second in one["file"]) for one in told] == [("reserved-twice", True)]
    before = (town.root / FILE).read_bytes()
    town.do("reservation", "release", second, "b-47", "--why", "merge")
    assert (town.root / FILE).read_bytes() == before
    assert town.kinds(second)[-2:] == ["reserved", "released"]
    assert town.do("check").out == ""


def test_two_branches_that_reserve_two_flats_merge_clean(town):
    first, second = town.deals
    code, said = on_two_branches(town, reservation(first, "b-47"), reservation(second, "b-48"))
    assert code == 0, said
    held = load(town.root / FILE)["units"]
    assert [held[name]["reserved_for"] for name in ("b-47", "b-48")] == [first, second]
    assert town.do("check").out == ""


def test_a_loss_on_one_branch_and_a_longer_reservation_on_the_other_conflict(town):
    first, _ = town.deals
    town.do(*reservation(first, "b-47"))
    commit(town, "Reserve")
    code, said = on_two_branches(
        town,
        ("opportunity", "close", first, "--outcome", "lost", "--reason", "price"),
        ("reservation", "extend", first, "b-47", "--until", "2026-12-24"),
    )
    assert code == 1 and f"Merge conflict in {FILE}" in said
