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
    answer = boris.do("resolve", "--theirs")
    assert answer.err.splitlines()[1:] == [
        "Committed: Merge remote-tracking branch 'origin/main'",
    ]
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
    assert (
        "Next: salescli check, then git commit --no-edit\n" in boris.do("resolve", "--theirs").err
    )
    answer = boris.run("sync")
    assert answer.code == 1 and "git commit --no-edit finishes it" in answer.err
    git(boris.root, "commit", "--quiet", "--no-edit")
    assert "pushed" in boris.do("sync").err


def test_a_new_record_is_not_taken_for_a_removed_one_that_it_is_like(
    clones: tuple[Clone, Clone],
) -> None:
    anna, boris = clones
    client = anna.do("opp", "list", "--fields", "client", "--format", "csv").out.split()[1]
    boris.do("opp", "delete", "Flat 47", "--yes")
    boris.do("opp", "create", "Flat 47", "--client", client, "--budget", "100000")
    boris.do("sync")
    anna.do("note", "Flat 47", "of Anna")
    assert "clash, in 1 file" in anna.run("sync").err
    anna.do("resolve", "--ours")
    assert len(list(anna.root.glob("opportunities/*/*/history.yaml"))) == 2


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


def test_what_others_pushed_broken_is_told_until_it_is_mended(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    facts = boris.root / "opportunities"
    (path,) = facts.rglob("opportunity.yaml")
    path.write_text(path.read_text().replace("stage: qualification", "stage: nowhere"))
    git(boris.root, "commit", "--quiet", "-a", "-m", "by hand")
    git(boris.root, "push", "--quiet")
    for ends in ("nothing was pushed", "as it was pushed"):
        answer = anna.run("sync")
        assert answer.code == 1 and ends in answer.err


def test_what_both_planned_differently_is_told_with_what_decides(
    clones: tuple[Clone, Clone],
) -> None:
    anna, boris = clones
    start = ("--type", "meeting", "--start", "2026-12-05 14:00")
    meeting = anna.do("activity", "plan", "Flat 47", "Show the flat", *start).out.strip()
    anna.do("sync")
    boris.do("sync")
    anna.do("activity", "replan", meeting, "--start", "2026-12-06 10:00")
    boris.do("activity", "replan", meeting, "--start", "2026-12-07 10:00")
    assert "replanned-twice" not in anna.do("sync").err
    told = boris.do("sync").err
    assert "(replanned-twice)" in told and "2 commits of main pushed." in told
    void = told.partition("eep 2026-12-06 10:00: salescli ")[2].splitlines()[0]
    boris.do(*void.split())
    assert "2026-12-06 10:00" in boris.do("activity", "list").out
    assert boris.do("check", "--strict").err == ""


def test_what_is_not_committed_is_named_and_what_is_none_of_the_store_may_lie_there(
    clones: tuple[Clone, Clone],
) -> None:
    anna, _ = clones
    (anna.root / "draft.txt").write_text("x\n")
    anna.do("sync")
    (anna.root / "plans").mkdir()
    (anna.root / "plans" / "2027.yaml").write_text("x: 1\n")
    answer = anna.run("sync")
    assert answer.code == 1 and "1 file not committed:\n  plans/" in answer.err


def test_a_record_that_one_side_removed_stays_a_clash_until_somebody_decides(
    clones: tuple[Clone, Clone],
) -> None:
    anna, boris = clones
    anna.do("opportunity", "delete", "Flat 47", "--yes")
    anna.do("sync")
    boris.do("opportunity", "set", "Flat 47", "--budget", "80000")
    for _ in range(2):
        answer = boris.run("sync")
        assert answer.code == 1 and "salescli resolve goes through them" in answer.err
        assert "git add" not in answer.err  # there are no markers, and nothing is decided yet


def test_markers_that_were_added_are_not_committed_by_the_advice(
    clones: tuple[Clone, Clone],
) -> None:
    anna, boris = clones
    for clone, budget in ((anna, "90000"), (boris, "80000")):
        clone.do("opportunity", "set", "Flat 47", "--budget", budget)
    anna.do("sync")
    boris.run("sync")
    git(boris.root, "add", ".")
    answer = boris.run("sync")
    assert answer.code == 1 and "opportunity.yaml\n" in answer.err
    assert "--no-edit" not in answer.err and "git merge --abort" in answer.err


def test_a_clash_beside_the_store_is_named_too(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    for clone, text in ((anna, "one\n"), (boris, "two\n")):
        (clone.root / "NOTES.md").write_text(text)
        git(clone.root, "add", "NOTES.md")
        git(clone.root, "commit", "--quiet", "-m", "notes")
    anna.do("sync")
    for _ in range(2):
        answer = boris.run("sync")
        assert answer.code == 1 and "in 1 file:\n  NOTES.md" in answer.err
        assert "git add FILE" in answer.err and "salescli resolve" not in answer.err


def test_our_branch_goes_to_the_one_that_it_follows_and_no_other_goes_along(
    clones: tuple[Clone, Clone],
) -> None:
    anna, _ = clones
    git(anna.root, "branch", "wip")
    git(anna.root, "switch", "--quiet", "-c", "work", "--track", "origin/main")
    git(anna.root, "config", "push.default", "matching")
    anna.do("note", "Flat 47", "of Anna")
    assert "1 commit of work pushed." in anna.do("sync").err
    assert "the same already" in anna.do("sync").err
    shared = anna.root.parent / "shared.git"
    assert git(shared, "branch", "--format=%(refname:short)") == "main"


def test_why_the_other_repository_refuses_is_told(clones: tuple[Clone, Clone]) -> None:
    anna, _ = clones
    hook = anna.root.parent / "shared.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'no pushes on Monday' >&2\nexit 1\n")
    hook.chmod(0o755)
    anna.do("note", "Flat 47", "of Anna")
    answer = anna.run("sync")
    assert "remote: no pushes on Monday" in answer.err and "pre-receive hook declined" in answer.err


def test_while_a_rebase_goes_on_nothing_of_a_merge_is_advised(clones: tuple[Clone, Clone]) -> None:
    anna, boris = clones
    for clone, budget in ((anna, "90000"), (boris, "80000")):
        clone.do("opportunity", "set", "Flat 47", "--budget", budget)
    anna.do("sync")
    git(boris.root, "fetch", "--quiet")
    with pytest.raises(subprocess.CalledProcessError):
        git(boris.root, "rebase", "origin/main")
    answer = boris.run("sync")
    assert "a rebase is not finished" in answer.err and "git rebase --abort" in answer.err
    boris.do("resolve", "--theirs")
    git(boris.root, "add", ".")
    assert "git rebase --continue finishes it" in boris.run("sync").err
    git(boris.root, "-c", "core.editor=true", "rebase", "--continue")
    assert "pushed" in boris.do("sync").err


def test_a_store_that_looks_like_a_repository_runs_nothing(clones: tuple[Clone, Clone]) -> None:
    anna, _ = clones
    sales = anna.root / "sales"
    sales.mkdir()
    for name in ("salescli.yaml", "team.yaml"):
        (sales / name).write_bytes((anna.root / name).read_bytes())
    git(sales, "init", "--quiet", "--bare", ".")
    git(sales, "config", "core.bare", "false")
    git(sales, "config", "core.worktree", ".")
    git(sales, "config", "core.fsmonitor", "touch ran; false")
    answer = anna.run("-C", "sales", "sync")
    assert answer.code != 0 and not list(anna.root.rglob("ran"))


def test_our_own_can_stay_here(clones: tuple[Clone, Clone]) -> None:
    anna, _ = clones
    anna.do("note", "Flat 47", "of Anna")
    assert "1 commit of main not pushed." in anna.do("sync", "--no-push").err
    assert git(anna.root, "rev-list", "--count", "origin/main..HEAD") == "1"


def test_a_branch_that_follows_none_and_a_store_outside_git_say_what_to_do(shop: Shop) -> None:
    answer = shop.run("sync")
    assert answer.code == 3 and "git init" in answer.err
    git(shop.root, "init", "--quiet", "--initial-branch=main")
    answer = shop.run("sync")
    assert answer.code == 1 and "git remote add origin URL" in answer.err
    assert "git push --set-upstream origin main" in answer.err
