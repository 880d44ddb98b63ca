"""Random work on two branches, merged both ways by git and `resolve`: the same comes out."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.shop import Shop, new_shop
from tests.workspace.gitrepo import Repository

EXAMPLES = 60 if os.environ.get("SALESCLI_TEST_SIZE") == "long" else 2
DEALS = 3
SETS = {
    "--budget": ("100", "150", "300"),
    "--need": ("parking", "commercial", ""),
    "--category": ("small", "medium"),
    "--close-date": ("2027-01-01", "2027-02-02"),
    "--owner": ("anna", "boris"),
    "--probability": ("5", "8", ""),
}


def commands() -> Any:
    """One command on a deal; the rules may refuse it."""
    sets = [("opp", "set", "DEAL", name, value) for name, all_ in SETS.items() for value in all_]
    people = [
        ("opp", "contact", verb, "DEAL", person)
        for verb in ("add", "remove")
        for person in ("Elena Petrova", "Juris Petrovs")
    ]
    roles = [
        ("opp", "contact", "set", "DEAL", "Elena Petrova", "--role", role)
        for role in ("influencer", "decision-maker")
    ]
    stages = [
        ("opp", "advance", "DEAL"),
        ("opp", "move", "DEAL", "--to", "qualification", "--note", "Not yet"),
        ("opp", "close", "DEAL", "--outcome", "lost", "--reason", "no-answer"),
        ("opp", "reopen", "DEAL", "--to", "qualification", "--reason", "They called"),
    ]
    return st.one_of(*map(st.sampled_from, (sets, people, roles, stages)))


SIDE = st.lists(st.lists(commands(), max_size=3), min_size=DEALS, max_size=DEALS)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A store with a few deals, committed."""
    repository = Repository(new_shop(tmp_path_factory.mktemp("begun") / "store"))
    shop = repository.shop
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("contact", "create", "Elena Petrova")
    shop.make("contact", "create", "Juris Petrovs")
    deals = [shop.deal(f"Flat {number}", "--owner", "anna") for number in range(DEALS)]
    for deal in deals[1:]:
        shop.do("opp", "contact", "add", deal, "Elena Petrova", "--role", "contact-person")
    repository.commit()
    return repository.root, deals


def states(repository: Repository, deals: list[str]) -> list[dict[str, Any]]:
    """What the files of the deals say."""
    return [repository.shop.facts(deal) for deal in deals]


def merge(repository: Repository, name: str, other: str, side: str) -> None:
    """Merge another branch into one, and let one side hold where both changed the same."""
    repository.on_branch(f"merged-{name}", name)
    repository.git("merge", "-q", other, code=None)
    answer = repository.shop.run("resolve", f"--{side}")
    assert "clash" not in answer.err, answer.err
    assert answer.code == 0 or "Nothing is left" in answer.err or beside(answer.err), answer.err
    void_beside(repository)
    found = repository.shop.run("check")
    assert found.code == 0, found.out
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "-m", name)


def beside(told: str) -> bool:
    """Whether all that is told is of changes beside a close, for which people decide."""
    return "after the deal was closed" in told or "git merges nothing" in told


def void_beside(repository: Repository) -> None:
    """Do what `check` says where a closed deal was changed on the other side."""
    told = repository.shop.run("check").out
    for event in re.findall(r"salescli check --fix (--void h-\w+)", told):
        repository.shop.run("check", "--fix", *event.split())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.generate],
)
@given(ours=SIDE, theirs=SIDE)
def test_two_branches_merged_both_ways_come_to_the_same(
    begun: tuple[Path, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    ours: list[list[tuple[str, ...]]],
    theirs: list[list[tuple[str, ...]]],
) -> None:
    root, deals = begun
    folder = tmp_path_factory.mktemp("both") / "store"
    shutil.copytree(root, folder)
    repository = object.__new__(Repository)
    repository.shop, repository.root = Shop(folder), folder
    repository.shop.random.seed(str((ours, theirs)))
    before: dict[str, set[str]] = {}
    for name, side in (("theirs", theirs), ("ours", ours)):
        repository.on_branch(name)
        for deal, lines in zip(deals, side, strict=True):
            for line in lines:
                repository.shop.run(*(deal if word == "DEAL" else word for word in line))
        repository.git("add", "-A")
        repository.git("commit", "-q", "--allow-empty", "-m", name)
        before[name] = ids(repository, deals)
    merge(repository, "ours", "theirs", "ours")
    one, events = states(repository, deals), ids(repository, deals)
    assert before["ours"] | before["theirs"] <= events
    merge(repository, "theirs", "ours", "theirs")
    assert states(repository, deals) == one
    shutil.rmtree(folder)


def ids(repository: Repository, deals: list[str]) -> set[str]:
    """The ids of all events."""
    return {event["id"] for deal in deals for event in repository.shop.events(deal)}
