"""What git brings: clean merges that are wrong, a switch in the middle, and commands of others."""

import json
import shlex
import subprocess
import sys
import threading

import pytest

from salescli.store.gitwatch import PATIENCE_SECONDS
from tests.hostile.limits import SECONDS_ALLOWED, environment, run_limited, tree_of
from tests.workspace.small_store import LOST, OPEN, replace_in, write_file, write_small_store

FACTS = f"{OPEN}/opportunity.yaml"
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Anna"), ("EMAIL", "anna@riverside.example"))
}


def git(store, *words, ok=True):
    done = subprocess.run(
        ["git", *words], cwd=store, env=environment(**IDENTITY), capture_output=True, check=False
    )
    assert done.returncode == 0 or not ok, done.stderr
    return done.returncode


def commit(store, words):
    git(store, "add", "-A")
    git(store, "commit", "-q", "-m", words)


@pytest.fixture
def store(tmp_path):
    """A small store in a repository of its own, committed on main."""
    write_small_store(tmp_path)
    write_file(tmp_path, ".gitignore", b".salescli/\n")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "Begin")
    return tmp_path


def on_two_branches(store, ours, theirs):
    """Edit the facts on two branches and merge them: what git left with."""
    git(store, "checkout", "-q", "-b", "boris")
    replace_in(store, FACTS, *theirs)
    commit(store, "Theirs")
    git(store, "checkout", "-q", "main")
    replace_in(store, FACTS, *ours)
    commit(store, "Ours")
    return git(store, "merge", "-q", "--no-edit", "boris", ok=False)


def test_a_clean_merge_that_makes_a_key_twice_is_told_with_both_lines(store):
    ours = ("title: Flat 47\n", "title: Flat 47\ntactic: Wait\n")
    theirs = ("source: web\n", "source: web\ntactic: Press\n")
    assert on_two_branches(store, ours, theirs) == 0
    listed, checked = run_limited(store, ["opportunity list", "check"])
    assert (listed.code, checked.code) == (4, 4)
    assert f"{FACTS}:17:1" in checked.out and "line 3" in checked.out


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("stage: key-contacts", "stage: qualification"), ("budget: 240000.00", "budget: 1.00")),
        (("budget: 240000.00", "budget: 1.00"), ("probability: 35", "probability: 30")),
        (("probability: 35", "probability: 30"), ("close_date: 2026-12-15", "close_date:")),
        (("close_date: 2026-12-15", "close_date:"), ("mood:\n", "mood: hopeful\n")),
    ],
    ids=["stage and budget", "budget and probability", "probability and day", "day and mood"],
)
def test_what_changes_most_never_stands_side_by_side(store, ours, theirs):
    assert on_two_branches(store, ours, theirs) == 0


def test_neighbours_do_conflict_and_nothing_is_read_or_written_until_it_is_settled(store):
    assert on_two_branches(
        store, ("stage: key-contacts", "stage: a"), ("stage: key", "stage: b-key")
    )
    before = (store / FACTS).read_bytes()
    assert b"<<<<<<<" in before
    commands = ["opportunity list", "check", "opportunity set 7k2m --budget 1 --actor anna"]
    for answer in run_limited(store, commands):
        assert answer.code == 4 and f"{FACTS}:4:1" in answer.said
    assert (store / FACTS).read_bytes() == before


# Each list may wait for git as long as it has patience; all of them must end in SECONDS_ALLOWED.
SWITCHES = int(SECONDS_ALLOWED / PATIENCE_SECONDS * 0.8)


def test_a_list_during_a_switch_is_wholly_of_one_branch_or_refused(store):
    git(store, "checkout", "-q", "-b", "other")
    for path, old in ((FACTS, "title: Flat 47"), (f"{LOST}/opportunity.yaml", "title: Flat 48")):
        replace_in(store, path, old, f"{old} other")
    commit(store, "Other")
    is_over = threading.Event()

    def switch():
        while not is_over.is_set():
            for branch in ("main", "other"):
                git(store, "checkout", "-q", branch)
                is_over.wait(0.05)  # as a reader needs between two, or it could only give up

    switching = threading.Thread(target=switch)
    switching.start()
    try:
        answers = run_limited(
            store, ["opportunity list --format json"] * SWITCHES, is_limited=False
        )
    finally:
        is_over.set()
        switching.join()
    assert {answer.code for answer in answers} <= {0, 5}
    read = [json.loads(answer.out) for answer in answers if answer.code == 0]
    titles = {tuple(sorted(row["title"] for row in rows["opportunities"])) for rows in read}
    assert titles <= {("Flat 47", "Flat 48"), ("Flat 47 other", "Flat 48 other")}


def test_a_pre_commit_hook_reads_the_store_while_git_holds_its_lock(store):
    """Checks before a commit are what a hook is for; a plain commit and one of all files."""
    commands = [["check"], ["opportunity", "list"], ["report", "funnel"]]
    lines = [f"{sys.executable} -P -m salescli {shlex.join(words)} || exit 1" for words in commands]
    hook = store / ".git" / "hooks" / "pre-commit"
    write_file(store, ".git/hooks/pre-commit", "\n".join(["#!/bin/sh", *lines, ""]).encode())
    hook.chmod(0o755)
    replace_in(store, FACTS, "title: Flat 47", "title: Flat 47a")
    assert git(store, "commit", "-q", "-a", "-m", "Unrecorded", ok=False) == 1
    replace_in(store, FACTS, "title: Flat 47a", "title: Flat 47")
    write_file(store, "notes/README.md", b"Read me\n")
    git(store, "add", "notes")
    assert git(store, "commit", "-q", "-m", "Notes") == 0


def test_nothing_is_written_while_git_changes_the_files(store):
    before = dict(tree_of(store))
    write_file(store, ".git/index.lock", b"")
    commands = [
        "opportunity set 7k2m --budget 1 --actor anna",
        "contact erase 4c8t --yes --actor anna",
    ]
    for answer in run_limited(store, commands):
        assert answer.code == 5 and "git is changing the files" in answer.err
    assert dict(tree_of(store)) == before


def test_a_copied_repository_runs_nothing_of_its_own(store):
    marker = store / "harmed"
    script = store / ".git" / "harm"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n", encoding="utf-8")
    script.chmod(0o755)
    for setting in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external"),
        *("filter.harm.clean", "filter.harm.smudge", "filter.harm.process", "merge.harm.driver"),
        *("alias.rev-parse", "credential.helper", "gpg.program"),
    ):
        git(store, "config", setting, f"!{script}" if "alias" in setting else str(script))
    write_file(store, ".git/info/attributes", b"* filter=harm merge=harm\n")
    for hook in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        write_file(store, f".git/hooks/{hook}", script.read_bytes())
        (store / ".git/hooks" / hook).chmod(0o755)
    write_file(store, "salescli.yaml", (store / "salescli.yaml").read_bytes() + b"hooks:\n  x: y\n")
    commands = [
        *("opportunity list", "opportunity show 7k2m", "next 7k2m", "report funnel", "check"),
        *("check --strict", "doctor", "log", "opportunity set 7k2m --budget 1 --actor anna"),
        *("undo --actor anna",),
    ]
    answers = run_limited(store, commands, is_limited=False)
    assert [answer.code for answer in answers] == [0, 0, 0, 0, 0, 1, answers[6].code, 0, 0, 0]
    assert "unknown-key" in answers[5].out
    assert not marker.exists()
