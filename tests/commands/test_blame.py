"""`salescli opportunity blame`, `salescli log --git` and `--rev` in real repositories."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.shop import Shop, made_once


def git(shop: Shop, *words: str, who: str = "Anna") -> str:
    identity = ["-c", f"user.name={who}", "-c", f"user.email={who.lower()}@riverside.example"]
    command = ["git", *identity, *words]
    done = subprocess.run(command, cwd=shop.root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(shop: Shop, words: str, who: str = "Anna") -> str:
    git(shop, "add", ".", who=who)
    git(shop, "commit", "--quiet", "-m", words, who=who)
    return git(shop, "rev-parse", "HEAD")


@pytest.fixture
@made_once
def committed(shop: Shop) -> Shop:
    """A store with one deal, committed."""
    shop.deal("Flat 47", "--budget", "100000")
    git(shop, "init", "--quiet", "--initial-branch=main")
    commit(shop, "one")
    return shop


def blamed(shop: Shop, *words: str) -> dict[str, dict[str, str]]:
    answer = shop.do("opportunity", "blame", "Flat 47", "--format", "json", *words)
    return {row["field"]: row for row in json.loads(answer.out)["blame"]}


def facts_of(shop: Shop) -> Path:
    return next(shop.root.glob("opportunities/*/flat-47--*/opportunity.yaml"))


def test_each_field_names_who_set_it_and_the_commit_that_brought_it(committed: Shop) -> None:
    first = git(committed, "rev-parse", "HEAD")
    committed.do("opportunity", "set", "Flat 47", "--budget", "90000")
    second = commit(committed, "cheaper", "Boris")
    committed.do("opportunity", "set", "Flat 47", "--need", "flat-to-live-in")
    rows = blamed(committed)
    assert (rows["title"]["commit"], rows["title"]["how"]) == (first, "created")
    assert (rows["budget"]["commit"], rows["budget"]["how"]) == (second, "changed")
    assert rows["budget"]["author"] == "Boris <boris@riverside.example>"
    assert rows["budget"]["subject"] == "cheaper"
    assert rows["need"]["commit"] is None
    screen = committed.do("opportunity", "blame", "Flat 47").out
    assert "not committed yet" in screen and f"{second[:7]} cheaper" in screen


def test_a_hand_edit_is_of_the_commit_since_which_the_file_says_so(committed: Shop) -> None:
    facts = facts_of(committed)
    text = facts.read_text(encoding="utf-8")
    for budget, who in (("80000.00", "Boris"), ("70000.00", "Carla"), ("80000.00", "Dina")):
        facts.write_text(text.replace("100000.00", budget), encoding="utf-8")
        last = commit(committed, f"to {budget}", who)
    row = blamed(committed)["budget"]
    assert (row["how"], row["by"], row["event"]) == ("hand", "Dina", None)
    assert (row["commit"], row["value"]) == (last, "80000.00 EUR")
    assert "check --fix" in committed.do("opportunity", "blame", "Flat 47").err


def test_an_event_of_a_branch_is_of_its_own_commit_not_of_the_merge(committed: Shop) -> None:
    git(committed, "checkout", "--quiet", "-b", "other")
    committed.do("opportunity", "set", "Flat 47", "--need", "flat-to-live-in")
    theirs = commit(committed, "theirs", "Boris")
    git(committed, "checkout", "--quiet", "main")
    (committed.root / "README").write_text("ours\n")
    commit(committed, "ours")
    git(committed, "merge", "--quiet", "--no-edit", "other")
    assert blamed(committed)["need"]["commit"] == theirs


def test_blame_of_a_revision_knows_nothing_of_what_came_later(committed: Shop) -> None:
    committed.do("opportunity", "set", "Flat 47", "--budget", "90000")
    commit(committed, "cheaper")
    assert blamed(committed, "--rev", "HEAD~1")["budget"]["value"] == "100000.00 EUR"


def test_without_a_repository_the_history_alone_answers(shop: Shop) -> None:
    shop.deal("Flat 47")
    answer = shop.do("opportunity", "blame", "Flat 47")
    assert "created" in answer.out and "no git repository" in answer.err


def test_a_lead_is_blamed_like_a_deal(shop: Shop) -> None:
    shop.do("lead", "create", "Flat for Elena")
    answer = shop.do("lead", "blame", "Flat for Elena", "--format", "csv")
    assert answer.out.splitlines()[1].startswith("title,Flat for Elena,anna,")


def test_the_log_of_git_tells_how_many_records_each_commit_touched(committed: Shop) -> None:
    committed.deal("Flat 48")
    second = commit(committed, "another\n\nwith a body", "Boris")
    rows = json.loads(committed.do("log", "--git", "--format", "json").out)["commits"]
    assert [(row["subject"], row["author"]) for row in rows] == [
        ("another", "Boris"),
        ("one", "Anna"),
    ]
    assert (rows[0]["commit"], rows[0]["records"]) == (second, 1)
    assert committed.do("log", "--git", "--rev", "HEAD~1", "--format", "csv").out.count("\n") == 2
    assert committed.run("log", "--rev", "HEAD").code == 2


def test_a_list_of_a_revision_has_what_was_committed_then(committed: Shop) -> None:
    committed.deal("Flat 48")
    commit(committed, "two")
    committed.do("opportunity", "set", "Flat 47", "--title", "Flat 147")
    now = committed.do("opportunity", "list", "--format", "csv").out
    then = committed.do("opportunity", "list", "--format", "csv", "--rev", "HEAD~1").out
    assert "Flat 147" in now and "Flat 48" in now
    assert "Flat 47" in then and "Flat 48" not in then and "Flat 147" not in then


def test_a_revision_with_a_broken_file_names_both(committed: Shop) -> None:
    facts = facts_of(committed)
    sound = facts.read_bytes()
    facts.write_bytes(sound + b"budget: 1 EUR\n")
    commit(committed, "broken")
    facts.write_bytes(sound)
    answer = committed.run("report", "funnel", "--rev", "HEAD")
    assert answer.code == 4
    assert "HEAD:opportunities/" in answer.err


def test_a_revision_that_is_none_and_a_group_are_refused(committed: Shop) -> None:
    answer = committed.run("opportunity", "list", "--rev", "nope")
    assert answer.code == 3 and "'nope'" in answer.err
    answer = committed.run("opportunity", "list", "--rev", "HEAD", "--store", ".")
    assert answer.code == 2 and "-C" in answer.err


def test_a_check_of_a_revision_finds_what_was_wrong_in_it_and_nothing_else(committed: Shop) -> None:
    facts = facts_of(committed)
    sound = facts.read_bytes()
    facts.write_bytes(sound.replace(b"100000.00", b"90000.00"))
    (committed.root / "plan").symlink_to("team.yaml")
    commit(committed, "by hand")
    facts.write_bytes(sound)
    (committed.root / "plan").unlink()
    assert committed.run("check").code == 0
    answer = committed.run("check", "--rev", "HEAD")
    assert answer.code == 1
    assert "unrecorded-edit" in answer.out and "not-a-regular-file" in answer.out
    assert committed.do("check", "--rev", "HEAD~1").out == ""
    assert committed.run("check", "--rev", "HEAD", "--fix").code == 2


def test_a_check_of_a_revision_knows_how_large_files_are(committed: Shop, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("three rooms\n")
    committed.do("file", "attach", "Flat 47", str(tmp_path / "plan.txt"))
    commit(committed, "a file")
    assert committed.do("check", "--rev", "HEAD", "--strict").code == 0
    stored = next(committed.root.glob("opportunities/*/*/files/plan.txt"))
    stored.write_text("four rooms\n")
    commit(committed, "another file")
    assert committed.run("check", "--rev", "HEAD").code != 0


def test_on_a_terminal_the_subject_of_a_commit_is_cut_before_what_was_set(committed: Shop) -> None:
    committed.do("opportunity", "set", "Flat 47", "--tactic", "Ask the wife")
    oid = commit(
        committed, "a subject that is so long that it fits into no table of eighty columns"
    )
    committed.is_terminal = True
    table = committed.do("opportunity", "blame", "Flat 47").out.splitlines()
    assert all(len(line) <= 80 for line in table)
    (line,) = [one for one in table if "Ask the wife" in one]
    assert 'tactic "Ask the wife"' in line and f"{oid[:7]} a sub" in line
