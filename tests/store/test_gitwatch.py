"""What git is changing is read again, or not at all."""

import subprocess
from pathlib import Path

import pytest

from salescli.model.errors import Clash
from salescli.store.gitwatch import find_git_directory, read_undisturbed


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    (tmp_path / ".git" / "logs").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git" / "logs" / "HEAD").write_text("0 1 first\n")
    return tmp_path


def test_without_git_it_reads_once(tmp_path):
    reads = []
    assert read_undisturbed(tmp_path, lambda: reads.append(1) or 5) == 5
    assert len(reads) == 1


@pytest.mark.parametrize("changed", ["HEAD", "logs/HEAD", "index"])  # a checkout moves HEAD last
def test_it_reads_again_when_git_went_elsewhere_meanwhile(work_tree, changed):
    reads = []

    def read() -> int:
        reads.append(1)
        if len(reads) == 1:
            with (work_tree / ".git" / changed).open("a") as file:
                file.write("1 2 checkout\n")
        return len(reads)

    assert read_undisturbed(work_tree, read) == 2


def test_a_folder_that_git_took_away_is_read_again(work_tree):
    reads = []

    def read() -> int:
        reads.append(1)
        if len(reads) == 1:
            (work_tree / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
            raise FileNotFoundError("opportunities/2025")
        return len(reads)

    assert read_undisturbed(work_tree, read) == 2


def test_an_error_of_its_own_is_not_git_s_fault(work_tree):
    def read() -> int:
        raise PermissionError("opportunities")

    with pytest.raises(PermissionError):
        read_undisturbed(work_tree, read)


def test_a_lock_that_stays_ends_the_waiting_with_exit_5(work_tree):
    (work_tree / ".git" / "index.lock").touch()
    store = work_tree / "sales"
    store.mkdir()
    with pytest.raises(Clash) as caught:
        read_undisturbed(store, lambda: 1, patience_seconds=0.05)
    assert caught.value.exit_code == 5
    assert [found.code for found in caught.value.findings] == ["git-is-switching"]


def test_a_lock_that_goes_is_waited_for(work_tree):
    lock = work_tree / ".git" / "index.lock"
    lock.touch()
    helper = subprocess.Popen(["sh", "-c", f"sleep 0.2; rm '{lock}'"])
    assert read_undisturbed(work_tree, lambda: 7, patience_seconds=20) == 7
    assert helper.wait() == 0


def test_a_linked_work_tree_has_its_git_directory_elsewhere(tmp_path):
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / ".git").write_text("gitdir: ../main/.git/worktrees/linked\n")
    found = find_git_directory(tmp_path / "linked")
    assert found == tmp_path / "linked" / "../main/.git/worktrees/linked"
