"""`salescli git`: a clone is told of the merge driver by whoever works in it, and knows it then."""

import json
import subprocess

import pytest

from salescli.store import layout
from salescli.workspace.driversteps import DRIVER
from tests.shop import Shop, made_once


@pytest.fixture
@made_once
def clone(shop: Shop) -> Shop:
    git(shop, "init", "-q", ".")
    return shop


def git(shop: Shop, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=shop.root, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout.rstrip("\n")


def test_setup_writes_the_settings_of_this_clone_alone_and_says_which(clone):
    before = clone.tree()
    answer = clone.do("git", "setup", "--yes")
    driver = git(clone, "config", "--local", "merge.salescli.driver")
    assert driver.split() == answer.out.partition("merge.salescli.driver\n")[2].split()
    assert max(map(len, answer.out.splitlines())) <= 80
    assert answer.err == "This clone merges by field now. salescli doctor looks at it.\n"
    assert clone.tree() == before
    again = clone.do("git", "setup")
    assert (again.out, again.err) == ("", "This clone merges by field already.\n")


def test_the_driver_is_what_git_will_run(clone):
    clone.environ["PATH"] = ""
    clone.do("git", "setup", "--yes")
    driver = git(clone, "config", "--local", "merge.salescli.driver")
    before, after = DRIVER.format(program="salescli").split("salescli", 1)
    assert driver.startswith(before)
    assert driver.endswith(after)
    assert " -P -m salescli git merge-driver %O %A %B %P" in driver


def test_lines_that_the_files_for_git_lack_are_added_behind_those_that_are_there(clone):
    (clone.root / ".gitattributes").write_bytes(b"*.png binary\nhistory.yaml merge=union")
    (clone.root / ".gitignore").unlink()
    answer = clone.do("git", "setup", "--yes")
    assert "Commit what is new in its files." in answer.err
    assert (clone.root / ".gitattributes").read_text(encoding="utf-8") == (
        "*.png binary\nhistory.yaml merge=union\n* text=auto eol=lf\n*.yaml merge=salescli\n"
        "history.yaml merge=union\n**/files/** binary\n**/mail/** binary\n"
    )  # of two lines git follows the later one
    assert "merge driver  set in this clone" in clone.run("doctor").out
    (clone.root / ".git" / "info" / "attributes").write_text("*.yaml -merge\n")
    assert "git is told otherwise of history.yaml, opportunity.yaml" in clone.run("doctor").out
    assert (clone.root / ".gitignore").read_text(encoding="utf-8") == layout.IGNORED


def test_without_consent_nothing_is_written(clone):
    (clone.root / ".gitattributes").unlink()
    before = clone.tree()
    answer = clone.run("git", "setup")
    assert answer.code == 2
    assert "salescli git setup --yes" in answer.err
    dry = clone.do("git", "setup", "--dry-run")
    assert "+*.yaml merge=salescli" in dry.out
    assert clone.tree() == before
    assert git(clone, "config", "--local", "merge.salescli.driver", code=1) == ""


def test_where_the_store_lies_in_no_repository_it_says_so(shop):
    answer = shop.run("git", "setup", "--yes")
    assert answer.code == 6
    assert "not a git repository" in answer.err


def test_init_sets_up_the_repository_that_it_makes_and_no_other(shop, tmp_path):
    new = tmp_path / "new"
    shop.do("-C", str(tmp_path), "init", "new", "--time-zone", "UTC", "--git")
    assert git(Shop(new), "config", "--local", "merge.salescli.name")
    around = tmp_path / "around"
    around.mkdir()
    git(Shop(around), "init", "-q", ".")
    answer = shop.do("-C", str(around), "init", "sales", "--time-zone", "UTC", "--git")
    assert "salescli git setup lets it merge by field" in answer.err
    assert git(Shop(around), "config", "--local", "merge.salescli.name", code=1) == ""


def test_the_driver_merges_into_the_file_that_git_names(shop):
    base = "id: acc-2h6w0r5kdn\nname: Keys\nkind: bank\n"
    for name, text in {
        "O": base,
        "A": base.replace("Keys", "Locks"),
        "B": base.replace("kind: bank", "kind: partner").replace("Keys", "Bolts"),
    }.items():
        (shop.root / name).write_text(text, encoding="utf-8")
    path = "accounts/keys--acc-2h6w0r5kdn.yaml"
    answer = shop.run("git", "merge-driver", "O", "A", "B", path)
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err == (
        "Locks: both sides changed 1 place\n  name\n    ours    Locks\n    theirs  Bolts\n"
        "  Next: salescli resolve\n"
    )
    assert (shop.root / "A").read_text(encoding="utf-8") == (
        "id: acc-2h6w0r5kdn\n<<<<<<< ours\nname: Locks\n=======\nname: Bolts\n>>>>>>> theirs\n"
        "kind: partner\n"
    )
    (noted,) = (shop.root / ".salescli" / "clashes").iterdir()
    assert json.loads(noted.read_text(encoding="utf-8"))["clashes"] == [
        {"path": "name", "base": "Keys", "ours": "Locks", "theirs": "Bolts"}
    ]


def test_a_file_that_can_not_be_read_is_told_with_the_reason(shop):
    for name, text in {"O": "a: 1\n", "A": "a: 1\na: 2\n", "B": "a: 3\n"}.items():
        (shop.root / name).write_text(text, encoding="utf-8")
    answer = shop.run("git", "merge-driver", "O", "A", "B", "team.yaml")
    assert answer.code == 1
    assert answer.err == (
        "team.yaml was merged by lines: The key `a` stands twice: in line 1 and in line 2.\n"
    )


def test_setting_up_a_clone_is_no_operation_of_a_batch(clone):
    answer = clone.run("batch", "-", stdin='{"op":"git.setup"}\n')
    assert answer.code == 2
    assert "run salescli git setup by itself" in answer.out
