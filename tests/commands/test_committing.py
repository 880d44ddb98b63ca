"""One command as one commit, in a clone whose own configuration asks for it."""

import subprocess
import threading
from pathlib import Path

import pytest

from salescli.store.changeset import ChangeSet, Write, hash_bytes
from salescli.workspace.committing import build_message, commit_change
from tests.shop import Shop


def git(shop: Shop, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=shop.root, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def clone(shop: Shop, tmp_path: Path) -> Shop:
    """A committed store in which each command makes a commit."""
    shop.environ = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    git(shop, "init", "--quiet", "--initial-branch=main")
    git(shop, "config", "user.name", "Anna")
    git(shop, "config", "user.email", "anna@riverside.example")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "Begin")
    git(shop, "config", "salescli.commit", "auto")
    return shop


def subjects(shop: Shop) -> list[str]:
    return git(shop, "log", "--format=%s").splitlines()


def test_a_command_is_a_commit_in_the_words_of_the_trade(clone: Shop) -> None:
    deal = clone.deal("Riverside, flat 47")
    clone.do("opportunity", "advance", deal)
    assert subjects(clone)[:2] == [
        f"advance {deal} to key-contacts: Riverside, flat 47",
        f"create {deal}: Riverside, flat 47",
    ]
    changed = git(clone, "show", "--name-only", "--format=", "HEAD").splitlines()
    folder = clone.folder(deal).relative_to(clone.root).as_posix()
    assert changed == [f"{folder}/history.yaml", f"{folder}/opportunity.yaml"]
    assert git(clone, "status", "--porcelain") == ""


def test_nothing_else_that_lies_in_the_tree_is_committed(clone: Shop) -> None:
    deal = clone.deal()
    (clone.root / "notes.txt").write_text("staged\n")
    git(clone, "add", "notes.txt")
    (clone.root / "draft.txt").write_text("untracked\n")
    team = clone.root / "team.yaml"
    team.write_text(f"{team.read_text()}# by hand\n")
    before = git(clone, "status", "--porcelain")
    clone.do("note", deal, "called")
    assert git(clone, "status", "--porcelain") == before
    assert subjects(clone)[0].startswith(f"note on {deal}")


def test_a_batch_and_an_undo_are_a_commit_each(clone: Shop) -> None:
    deal = clone.deal()
    count = len(subjects(clone))
    lines = [f'{{"op":"note","record":"{deal}","text":"{word}"}}' for word in ("one", "two")]
    answer = clone.run("batch", "-", stdin="\n".join(lines) + "\n")
    assert answer.code == 0, answer.out + answer.err
    clone.do("undo")
    assert len(subjects(clone)) == count + 2


def test_a_dry_run_commits_nothing(clone: Shop) -> None:
    count = len(subjects(clone))
    clone.do("person", "create", "Boris", "--dry-run")
    assert len(subjects(clone)) == count


def test_what_is_deleted_is_committed_as_gone(clone: Shop) -> None:
    deal = clone.deal()
    clone.do("opportunity", "delete", deal, "--yes")
    assert subjects(clone)[0].startswith(f"delete {deal}")
    assert git(clone, "status", "--porcelain") == ""


def test_a_hook_that_refuses_leaves_the_change_and_says_so(clone: Shop) -> None:
    hook = clone.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no ticket in the message' >&2\nexit 1\n")
    hook.chmod(0o755)
    count = len(subjects(clone))
    answer = clone.do("person", "create", "Boris Ozols")
    assert "not committed" in answer.err and "no ticket in the message" in answer.err
    assert len(subjects(clone)) == count
    clone.make("contact", "create", "Elena Petrova")
    assert git(clone, "diff", "--cached", "--name-only") == ""


@pytest.mark.parametrize("value", ["off", None])
def test_without_the_setting_nothing_is_committed(clone: Shop, value: str | None) -> None:
    git(clone, "config", *(["salescli.commit", value] if value else ["--unset", "salescli.commit"]))
    count = len(subjects(clone))
    clone.make("contact", "create", "Elena Petrova")
    assert len(subjects(clone)) == count


def test_a_setting_that_means_nothing_is_told(clone: Shop) -> None:
    git(clone, "config", "salescli.commit", "yes")
    told = clone.do("person", "create", "Boris Ozols").err
    assert "git config salescli.commit is yes, which makes no commits" in told
    assert subjects(clone) == ["Begin"]


def test_a_setting_of_all_repositories_does_not_count(clone: Shop, tmp_path: Path) -> None:
    git(clone, "config", "--unset", "salescli.commit")
    (tmp_path / ".gitconfig").write_text("[salescli]\n\tcommit = auto\n")
    count = len(subjects(clone))
    clone.make("contact", "create", "Elena Petrova")
    assert len(subjects(clone)) == count


def test_a_subject_that_is_too_long_is_cut_and_said_whole_below() -> None:
    words = "advance opp-7k2m4q8r1t to key-contacts: " + "a very long name of a house " * 3
    subject, message = build_message(words)
    assert len(subject) <= 72 and subject.endswith("…")
    assert message == f"{subject}\n\n{' '.join(words.split())}"
    assert build_message("note on\n x") == ("note on x", "note on x")


def test_the_first_commit_takes_the_whole_store_and_nothing_beside_it(
    shop: Shop, tmp_path: Path
) -> None:
    shop.environ = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    git(shop, "init", "--quiet", "--initial-branch=main")
    for name, value in (("user.name", "Anna"), ("user.email", "a@b.example")):
        git(shop, "config", name, value)
    git(shop, "config", "salescli.commit", "auto")
    (shop.root / "draft.txt").write_text("mine\n")
    answer = shop.do("person", "create", "Boris Ozols")
    assert "Committed: Begin the store" in answer.err
    assert git(shop, "status", "--porcelain") == "?? draft.txt"
    shop.do("person", "create", "Carla Ozola")
    assert subjects(shop) == ["create person carla-ozola: Carla Ozola", "Begin the store"]


def test_a_file_that_git_has_not_got_is_committed_with_the_command_that_changes_it(
    clone: Shop,
) -> None:
    clone.make("contact", "create", "Elena Petrova")
    git(clone, "rm", "--quiet", "--cached", "team.yaml")
    git(clone, "commit", "--quiet", "-m", "Forget")
    clone.do("person", "create", "Boris Ozols")
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("head", "name"),
    [("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert")],
)
def test_while_git_waits_for_a_commit_of_its_own_none_is_made(
    clone: Shop, head: str, name: str
) -> None:
    (clone.root / ".git" / head).write_text(git(clone, "rev-parse", "HEAD") + "\n")
    answer = clone.do("person", "create", "Boris Ozols")
    assert f"Not committed by itself, for git is in the midst of a {name}" in answer.err
    assert subjects(clone) == ["Begin"]


def test_a_rebase_is_waited_for_as_long_as_it_goes_on_and_no_longer(clone: Shop) -> None:
    (clone.root / ".git" / "rebase-merge").mkdir()
    (clone.root / ".git" / "REBASE_HEAD").write_text(git(clone, "rev-parse", "HEAD") + "\n")
    assert "git rebase --continue" in clone.do("person", "create", "Boris Ozols").err
    (clone.root / ".git" / "rebase-merge").rmdir()  # git leaves the other one
    assert "Committed: " in clone.do("person", "create", "Carla Ozola").err


def test_what_a_failed_commit_left_goes_along_with_the_next_one(clone: Shop) -> None:
    deal = clone.deal("Flat", "--budget", "5")
    hook = clone.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert "not committed" in clone.do("opp", "set", deal, "--budget", "6").err
    clone.do("opp", "set", deal, "--mood", "hopeful")
    hook.unlink()
    waited = f"With it, what waited: set budget of {deal}: Flat"
    assert waited in clone.do("note", deal, "later").err
    told = git(clone, "log", "-1", "--format=%b").splitlines()[1:]
    assert told == [f"- set budget of {deal}: Flat", f"- set mood of {deal}: Flat"]
    assert git(clone, "status", "--porcelain") == ""
    assert clone.run("check", "--rev", "HEAD").code == 0


def test_what_was_edited_since_a_failed_commit_is_no_commands_any_more(clone: Shop) -> None:
    deal, other = clone.deal("Flat"), clone.deal("Shop")
    hook = clone.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    clone.do("opp", "set", deal, "--mood", "hopeful")
    hook.unlink()
    git(clone, "checkout", "--quiet", "--", ".")
    facts = clone.folder(deal) / "opportunity.yaml"
    facts.write_text(facts.read_text().replace("mood:", "mood: doubtful"))
    clone.do("note", other, "called")
    assert git(clone, "status", "--porcelain") == f"M {facts.relative_to(clone.root)}"
    assert git(clone, "log", "-1", "--format=%B") == f"note on {other}: Shop"


def test_what_check_has_written_down_goes_along_with_its_event(clone: Shop) -> None:
    deal = clone.deal("Flat", "--budget", "5")
    facts = clone.folder(deal) / "opportunity.yaml"
    facts.write_text(facts.read_text().replace("budget: 5", "budget: 6"))
    clone.do("check", "--fix")
    assert git(clone, "status", "--porcelain") == ""


def test_a_commit_on_no_branch_is_told(clone: Shop) -> None:
    git(clone, "checkout", "--quiet", "--detach")
    assert "git switch -c NAME" in clone.do("person", "create", "Boris Ozols").err


def test_two_commands_at_once_commit_one_after_the_other(clone: Shop) -> None:
    lock = clone.root / ".git" / "index.lock"
    lock.touch()
    timer = threading.Timer(0.2, lock.unlink)
    timer.start()
    assert "Committed: " in clone.do("person", "create", "Boris Ozols").err
    timer.join()


def test_markers_are_never_committed(clone: Shop) -> None:
    path, heads = "contacts/x--con-0000000000.yaml", git(clone, "rev-parse", "HEAD")
    marked = b"<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n"
    (clone.root / path).parent.mkdir(exist_ok=True)
    (clone.root / path).write_bytes(marked)
    changes = ChangeSet((Write(path, None, marked),), "undo", "undo", "anna", clone.now, ())
    assert f"markers stand in {path}" in commit_change(clone.root, clone.environ, changes)
    assert git(clone, "rev-parse", "HEAD") == heads


def test_a_list_of_waiting_files_that_a_clone_brought_makes_nothing_else_be_committed(
    clone: Shop,
) -> None:
    (clone.root / "draft.txt").write_text("mine\n")
    outside = clone.root.parent / "outside"
    waiting = clone.root / ".salescli" / "uncommitted"
    waiting.parent.mkdir(exist_ok=True)
    known = hash_bytes(b"mine\n")
    waiting.write_text(
        f'[{{"path":"draft.txt","hash":"{known}","words":["x"]}},'
        '{"path":"../outside","hash":"","words":["x"]}]'
    )
    clone.do("person", "create", "Boris Ozols")
    assert git(clone, "status", "--porcelain") == "?? draft.txt"
    waiting.symlink_to(outside)
    hook = clone.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert "not committed" in clone.do("person", "create", "Carla Ozola").err
    assert not outside.exists() and waiting.is_file()
