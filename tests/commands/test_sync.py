"""`salescli sync` between two clones and the repository that they share."""

import subprocess
from pathlib import Path

import pytest

from tests.shop import Shop


def git(folder: Path, *words: str) -> str:
    identity = "-c user.name=Anna -c user.email=anna@riverside.example".split()
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


class Clone(Shop):
    """A clone in which each command makes a commit."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__(root)
        self.random.seed(seed)
        self.environ = {"HOME": str(root.parent), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        for name, value in (
            ("user.name", "Anna"),
            ("user.email", "anna@riverside.example"),
            ("salescli.commit", "auto"),
        ):
            git(root, "config", name, value)


@pytest.fixture
def clones(shop: Shop, tmp_path: Path) -> tuple[Clone, Clone]:
    """Two clones of one store with a deal, each up to date."""
    shop.deal("Flat 47", "--budget", "100000")
    git(shop.root, "init", "--quiet", "--initial-branch=main")
    git(shop.root, "add", ".")
    git(shop.root, "commit", "--quiet", "-m", "Begin")
    shared = tmp_path / "shared.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(shop.root), str(shared))
    for name in ("anna", "boris"):
        git(tmp_path, "clone", "--quiet", str(shared), str(tmp_path / name))
    return Clone(tmp_path / "anna", 1), Clone(tmp_path / "boris", 2)


def test_what_each_did_arrives_at_the_other(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    anna.do("note", "Flat 47", "of Anna")
    boris.do("note", "Flat 47", "of Boris")
    assert "1 commit of main pushed." in anna.do("sync").err
    told = boris.do("sync").err
    assert "1 commit of origin/main merged." in told and "2 commits of main pushed." in told
    assert "2 commits of origin/main merged." in anna.do("sync").err
    for one in clones:
        assert "of Anna" in (text := one.do("opportunity", "timeline", "Flat 47").out)
        assert "of Boris" in text
    assert "are the same already" in anna.do("sync").err


def test_a_clash_stops_before_anything_is_pushed(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    anna.do("opportunity", "set", "Flat 47", "--budget", "90000")
    boris.do("opportunity", "set", "Flat 47", "--budget", "80000")
    anna.do("sync")
    answer = boris.run("sync")
    assert answer.code == 1
    assert "opportunity.yaml" in answer.err and "salescli resolve" in answer.err
    again = boris.run("sync")
    assert again.code == 1 and "a merge is not finished" in again.err
    assert git(boris.root, "log", "--format=%s", "origin/main").count("\n") == 1
    assert "Committed: Merge remote-tracking branch" in boris.do("resolve", "--theirs").err
    assert "pushed" in boris.do("sync").err


def test_a_merge_of_which_all_is_resolved_is_told_to_be_committed(
    clones: tuple[Clone, Clone],
) -> None:
    anna, boris = clones
    anna.do("opportunity", "set", "Flat 47", "--budget", "90000")
    boris.do("opportunity", "set", "Flat 47", "--budget", "80000")
    anna.do("sync")
    boris.run("sync")
    git(boris.root, "config", "salescli.commit", "no")
    assert "Next: salescli check, then git commit\n" in boris.do("resolve", "--theirs").err
    answer = boris.run("sync")
    assert answer.code == 1 and "git add . && git commit --no-edit" in answer.err
    git(boris.root, "commit", "--quiet", "--no-edit")
    assert "pushed" in boris.do("sync").err


def test_what_merged_cleanly_and_breaks_a_rule_is_not_pushed(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    anna.do("opportunity", "advance", "Flat 47", "--to", "key-contacts")
    anna.do("sync")
    facts = next(boris.root.glob("opportunities/*/*/opportunity.yaml"))
    facts.write_text(facts.read_text().replace("100000.00", "70000.00"))
    git(boris.root, "commit", "--quiet", "-a", "-m", "by hand")
    answer = boris.run("sync")
    assert answer.code == 1
    assert "after the merge the store has 1 finding; nothing was pushed" in answer.err
    boris.do("check", "--fix")
    assert "pushed" in boris.do("sync").err


def test_what_is_not_committed_is_named(clones: tuple[Clone, Clone]) -> None:
    anna, _ = clones
    (anna.root / "draft.txt").write_text("x\n")
    answer = anna.run("sync")
    assert answer.code == 1 and "draft.txt" in answer.err and "git commit" in answer.err


def test_our_own_can_stay_here(clones: tuple[Clone, Clone]) -> None:
    anna, _ = clones
    anna.do("note", "Flat 47", "of Anna")
    anna.do("sync", "--no-push")
    assert git(anna.root, "rev-list", "--count", "origin/main..HEAD") == "1"


def test_a_branch_that_follows_none_and_a_store_outside_git_say_what_to_do(shop: Shop) -> None:
    answer = shop.run("sync")
    assert answer.code == 3 and "git init" in answer.err
    git(shop.root, "init", "--quiet", "--initial-branch=main")
    answer = shop.run("sync")
    assert answer.code == 1 and "git push --set-upstream origin main" in answer.err
