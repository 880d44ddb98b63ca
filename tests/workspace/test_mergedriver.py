"""The merge driver: the rows of the merge table by value, and git with the whole driver."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.entry import script
from salescli.store.clashes import read_clashes
from salescli.store.yamltext import read_tree
from salescli.workspace.driversteps import DRIVER
from salescli.workspace.mergedriver import Outcome, Three, drive_merge, find_place
from tests.shop import Shop
from tests.workspace.gitrepo import Repository

ROOT = Path(__file__).resolve().parents[2]
PATH = "opportunities/2026/flat--opp-7k2m9xq4tb/opportunity.yaml"
DEAL = (
    "id: opp-7k2m9xq4tb\ntitle: Flat\nclient: con-1\nstage: qualification\nprocess: real-estate\n"
    "owner: anna\ndepartment:\nbudget: 5.00 EUR\ncontacts:\n  - contact: con-1\n    role: buyer\n"
)
CLIENT = "id: acc-2h6w0r5kdn\nname: Keys\nkind: partner\nemails: [a@keys.example]\n"


def drive(folder: Path, base: str, ours: str, theirs: str, path: str = PATH) -> Outcome:
    """Merge as git does, with the result in the file of ours."""
    three = Three(folder / "base", folder / "ours", folder / "theirs")
    for file, text in zip(three, (base, ours, theirs), strict=True):
        file.write_bytes(text.encode())
    return drive_merge(folder, three, path, os.environ)


def result(folder: Path) -> str:
    return (folder / "ours").read_bytes().decode()


# What happened, base, ours, theirs, what comes out; `|` stands for markers, ours before theirs.
TABLE = {
    "adjacent fields": (
        DEAL, DEAL.replace("owner: anna", "owner: boris"),
        DEAL.replace("department:", "department: n"),
        DEAL.replace("owner: anna\ndepartment:", "owner: boris\ndepartment: n"),
    ),
    "same field": (
        DEAL, DEAL.replace("budget: 5", "budget: 6"), DEAL.replace("budget: 5", "budget: 7"),
        DEAL.replace("budget: 5.00 EUR", "|budget: 6.00 EUR|budget: 7.00 EUR|"),
    ),
    "list items added on both sides": (
        DEAL, DEAL + "  - contact: con-3\n", DEAL + "  - contact: con-2\n    role: user\n",
        DEAL + "  - contact: con-2\n    role: user\n  - contact: con-3\n",
    ),
    "same item changed and removed": (
        DEAL, DEAL[: DEAL.index("contacts:")], DEAL.replace("role: buyer", "role: boss"),
        DEAL.replace(
            "  - contact: con-1\n    role: buyer", "||  - contact: con-1\n    role: boss|"),
    ),
    "missing last newline": (
        DEAL, DEAL.replace("role: buyer\n", "role: boss"), DEAL + "    loyalty: 2\n",
        DEAL.replace("role: buyer", "role: boss") + "    loyalty: 2\n",
    ),
    "CRLF": (
        DEAL, DEAL.replace("owner: anna", "owner: boris"),
        DEAL.replace("budget: 5", "budget: 6").replace("\n", "\r\n"),
        DEAL.replace("owner: anna", "owner: boris").replace("budget: 5", "budget: 6")
        .replace("\n", "\r\n"),
    ),
    "a move of keys": (
        DEAL, DEAL.replace("title: Flat\nclient: con-1\n", "client: con-1\ntitle: Flat\n"),
        DEAL.replace("title: Flat", "title: Flat 47"),
        DEAL.replace("title: Flat\nclient: con-1\n", "client: con-1\ntitle: Flat 47\n"),
    ),
}  # fmt: skip


def between(text: str) -> str:
    """The text of a table's row with real markers."""
    head, *rest = text.split("|")
    if not rest:
        return text
    ours, theirs = (f"{part}\n" if part else "" for part in rest[:2])
    return f"{head}<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs{rest[2]}"


@pytest.mark.parametrize("name", TABLE)
def test_the_merge_table(tmp_path, name):
    base, ours, theirs, expected = TABLE[name]
    outcome = drive(tmp_path, base, ours, theirs)
    assert result(tmp_path) == between(expected)
    assert outcome.is_merged == ("|" not in expected)


def test_a_client_that_was_renamed_has_its_new_name_and_what_the_other_side_said(tmp_path):
    ours = CLIENT.replace("name: Keys", "name: Bright Keys").replace("kind: partner", "kind: bank")
    theirs = CLIENT.replace("[a@keys.example]", "[a@keys.example, b@keys.example]\nowner: anna")
    drive(tmp_path, CLIENT, ours, theirs, "sales/accounts/keys--acc-2h6w0r5kdn.yaml")
    assert result(tmp_path) == (
        "id: acc-2h6w0r5kdn\nname: Bright Keys\nkind: bank\n"
        "emails: [a@keys.example, b@keys.example]\nowner: anna\n"
    )


def test_a_base_with_markers_of_earlier_merges_is_none(tmp_path):
    mark = "<<<<<<<<< ours\nbudget: 6.00 EUR\n=========\nbudget: 7.00 EUR\n>>>>>>>>> theirs"
    base = DEAL.replace("budget: 5.00 EUR", mark)
    ours, theirs = (DEAL.replace("budget: 5", f"budget: {digit}") for digit in "67")
    outcome = drive(tmp_path, base, ours, theirs)
    assert [one.path for one in outcome.clashes] == ["budget"]
    assert not outcome.reason


def test_a_text_merges_by_lines_and_is_noted_since_no_event_says_it(tmp_path):
    (tmp_path / "salescli.yaml").write_text("format: 1\nname: S\n", encoding="utf-8")
    base = DEAL + "tactic: |\n  one\n  two\n  three\n  four\n"
    ours, theirs = base.replace("one", "ONE"), base.replace("four", "FOUR")
    outcome = drive(tmp_path, base, ours, theirs)
    assert outcome.is_merged
    assert result(tmp_path) == base.replace("one", "ONE").replace("four", "FOUR")
    (noted,) = read_clashes(tmp_path)
    assert (noted.path, noted.made, noted.clashes) == (PATH, ("tactic",), ())


@pytest.mark.parametrize("broken", ["a: 1\nid: 2\nid: 3\n", "", "- a\n", "<<<<<<< x\na: 1\n"])
def test_what_can_not_be_read_is_merged_by_lines_and_shown_between_markers(tmp_path, broken):
    outcome = drive(tmp_path, DEAL, broken, DEAL.replace("stage: qual", "stage: disqual"))
    assert not outcome.is_merged
    assert outcome.reason
    text = result(tmp_path)
    assert text.index("<<<<<<< ours\n") < text.index("=======\n") < text.index(">>>>>>> theirs\n")
    assert "stage: disqual" in text
    assert broken.split("\n")[-2:][0] in text


def test_of_what_is_no_text_ours_stays_and_it_is_told(tmp_path):
    ours = DEAL.replace("anna", "boris").replace("Flat", "\0")
    outcome = drive(tmp_path, DEAL, ours, DEAL.replace("budget: 5", "budget: 6"))
    assert (outcome.is_merged, outcome.is_whole) == (False, True)
    assert "Ours stands in it, git holds both." in outcome.reason
    assert result(tmp_path) == ours


def test_lines_that_merge_into_what_can_not_be_read_stand_between_markers_as_a_whole(tmp_path):
    ours = DEAL.replace("owner: anna", "owner: boris") + "title: Flat\n"
    theirs = DEAL.replace("title: Flat", "title: House")
    outcome = drive(tmp_path, DEAL, ours, theirs)
    assert (outcome.is_merged, outcome.is_whole) == (False, True)
    assert result(tmp_path) == between(f"|{ours[:-1]}|{theirs[:-1]}|\n")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PATH, ("", PATH, "opportunity")),
        (f"a/sales/{PATH}", ("a/sales", PATH, "opportunity")),
        ("sales/team.yaml", ("sales", "team.yaml", "team")),
        ("plans/2026.yaml", ("", "plans/2026.yaml", "plan")),
        ("sales/mapping.yaml", ("", "sales/mapping.yaml", "")),
    ],
)
def test_a_file_is_known_by_its_names_where_no_store_is_to_be_seen(tmp_path, path, expected):
    assert find_place(tmp_path, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("plans/team.yaml", ("plans", "team.yaml", "team")),
        ("plans/plans/2026.yaml", ("plans", "plans/2026.yaml", "plan")),
        ("helm/team.yaml", ("", "helm/team.yaml", "")),
    ],
)
def test_in_a_work_tree_a_file_is_of_the_store_around_it_and_of_none_elsewhere(
    tmp_path, path, expected
):
    (tmp_path / ".git").mkdir()
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "salescli.yaml").touch()
    assert find_place(tmp_path, path) == expected


def test_a_note_of_what_clashed_goes_through_no_link(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "salescli.yaml").touch()
    (tmp_path / ".salescli").symlink_to(tmp_path / "outside")
    drive(tmp_path, DEAL, DEAL.replace("budget: 5", "budget: 6"), DEAL.replace(": 5", ": 7"))
    assert not list((tmp_path / "outside").iterdir())


# With git


@pytest.fixture
def repository(shop: Shop, tmp_path: Path) -> Repository:
    shop.do("person", "create", "Boris Kalnin", "--id", "boris")
    repository = Repository(shop)
    commands = tmp_path / "bin"
    commands.mkdir()
    program = "import sys; from salescli.cli import script; script()"
    command = shlex.join([sys.executable, "-P", "-c", program])
    (commands / "salescli").write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    (commands / "salescli").chmod(0o755)
    repository.git("config", "merge.salescli.driver", DRIVER.format(program="salescli"))
    return repository


def with_program(tmp_path: Path) -> dict[str, str]:
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONPATH": str(ROOT)}


def test_a_stage_moved_on_both_sides_is_told_with_who_moved_it_where_and_when(repository, tmp_path):
    shop = repository.shop
    deal = shop.deal("Riverside, flat 47", "--owner", "anna")
    other = shop.deal("Old Mill", "--owner", "anna")
    repository.commit()
    repository.on_branch("theirs")
    shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "no-answer", "--actor", "boris")
    shop.do("opp", "set", other, "--mood", "hopeful")
    repository.commit()
    repository.on_branch("ours")
    shop.do("opp", "advance", deal)
    shop.do("opp", "set", other, "--budget", "7")
    repository.commit()
    done = repository.git("merge", "theirs", code=1, env=with_program(tmp_path))
    path = repository.file(deal).relative_to(repository.root)
    assert done.stderr == (
        "Riverside, flat 47: both sides changed 1 place\n"
        "  stage\n"
        "    ours    key-contacts  anna, 2026-11-02 11:06\n"
        '    theirs  lost          boris, 2026-11-02 11:04, "no-answer"\n'
        "  Next: salescli resolve\n"
    )
    text = repository.file(deal).read_text(encoding="utf-8")
    assert "<<<<<<< ours\nstage: key-contacts\n=======\nstage: lost\n>>>>>>> theirs\n" in text
    assert text.count("<<<<<<<") == 1
    assert sorted(shop.kinds(deal)) == ["closed", "created", "moved"]
    facts = shop.facts(other)
    assert (facts["mood"], facts["budget"]) == ("hopeful", "7.00 EUR")
    (noted,) = read_clashes(repository.root)
    stages = {entry.split()[2]: entry.split()[1] for entry in unmerged(repository)}
    assert (noted.path, noted.base, noted.ours, noted.theirs) == (str(path), *stages.values())
    (clash,) = noted.clashes
    assert (clash.path, clash.base) == ("stage", "qualification")
    assert (clash.ours, clash.theirs) == ("key-contacts", "lost")


def unmerged(repository: Repository) -> list[str]:
    return repository.git("ls-files", "-u").stdout.splitlines()


# Its start

LOADED = (
    "import sys; from salescli.entry import script\n"
    "try:\n    script()\nfinally:\n    print(*sys.modules, sep='\\n')\n"
)


def test_it_loads_no_command_no_store_and_of_the_records_those_of_the_file(tmp_path):
    ours, theirs = DEAL.replace("anna", "boris"), DEAL.replace("department:", "department: n")
    for name, text in {"O": DEAL, "A": ours, "B": theirs}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADED, "git", "merge-driver", "O", "A", "B", PATH],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "A").read_text("utf-8") == ours.replace("department:", "department: n")
    heavy = {"click", "subprocess", "salescli.cli", "salescli.workspace.session",
             "salescli.store.index", "salescli.store.gitobjects", "salescli.model.dashboards",
             "salescli.model.deal", "salescli.report.figures.figure"}  # fmt: skip
    assert set(done.stdout.split()) & heavy == set()


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [("O A B", 1, "budget"), ("O none B", 6, "No such file"), ("O A", 2, "Usage:")],
)
def test_git_is_answered_as_by_the_command_itself(
    tmp_path, monkeypatch, capfdbinary, files, code, said
):
    monkeypatch.chdir(tmp_path)
    ours, theirs = (DEAL.replace("budget: 5", f"budget: {digit}") for digit in "67")
    for name, text in {"O": DEAL, "A": ours, "B": theirs}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["salescli", "git", "merge-driver", *files.split(), PATH])
    with pytest.raises(SystemExit) as exited:
        script()
    assert exited.value.code == code
    assert said in capfdbinary.readouterr().err.decode()


# The step in sh


def run_driver(folder: Path, program: str, ours: bytes, theirs: bytes) -> int:
    """Run the driver as git would, with another program for salescli."""
    for name, data in (("O", LINES), ("A", ours), ("B", theirs)):
        (folder / name).write_bytes(data)
    line = DRIVER.format(program=program)
    for name in "OAB":
        line = line.replace(f"%{name}", name)
    line = line.replace("%P", "'a b.yaml'").replace("%%", "%")
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, check=False)
    assert {path.name for path in folder.iterdir()} == {"O", "A", "B"}
    return done.returncode


LINES = b"k0: 0\nk1: 1\nk2: 2,\nk3: 3,\nk4: 4,\nk5: 5,\nk6: 6\nk7: 7\nk8: 8\n\n\n"


@pytest.mark.parametrize("end", [b"\n\n\n", b"\n", b""])
def test_what_merges_by_lines_needs_no_python_and_keeps_every_byte(tmp_path, end):
    ours = LINES.replace(b": 2", b": two \\n %s $x `y`")
    theirs = LINES.replace(b": 8\n\n\n", b": 8" + end)
    assert run_driver(tmp_path, "false", ours, theirs) == 0
    assert (tmp_path / "A").read_bytes() == ours.replace(b": 8\n\n\n", b": 8" + end)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (LINES.replace(b"k1", b"tag: a\nk1"), LINES.replace(b"k7", b"tag: b\nk7")),
        (LINES.replace(b"k1", b"'tag': a\nk1"), LINES.replace(b"k3", b"tag: b\nk3")),
        (LINES.replace(b"k3: 3", b'k3: "3').replace(b"k7: 7", b'k7: 7"'),
         LINES.replace(b"k5: 5,", b'k5: "5"')),
        (LINES.replace(b"k1: 1", b"k1: {").replace(b"k6: 6", b"  k6: 6}"),
         LINES.replace(b"k3: 3,", b"k3: 3")),
    ],
)  # fmt: skip
def test_lines_that_may_not_be_read_together_are_left_to_the_program(tmp_path, ours, theirs):
    for text in (ours, theirs):
        read_tree(text, "f")
    assert run_driver(tmp_path, "sh -c 'echo merged >$4; exit 0' -", ours, theirs) == 0
    assert (tmp_path / "A").read_bytes() == b"merged\n"


def test_two_sides_in_one_list_are_left_to_the_program_and_comments_are_not(tmp_path):
    ours = LINES.replace(b"k1: 1\n", b"k1:\n  - a\n  - b\n  - c\n# mine\n")
    for text in (ours, ours.replace(b"a", b"d"), ours.replace(b"c", b"e")):
        read_tree(text, "f")
    theirs = LINES.replace(b"k4", b"# theirs\n\nk4")
    assert run_driver(tmp_path, "false", ours, theirs) == 0
    assert (tmp_path / "A").read_bytes() == ours.replace(b"k4", b"# theirs\n\nk4")


@pytest.mark.parametrize("program", ["no-such-program", "false", "sh -c 'exit 3'"])
def test_without_a_program_that_works_both_sides_stand_between_markers(tmp_path, program):
    ours, theirs = LINES.replace(b": 4", b": four"), LINES.replace(b": 4", b": quattro")
    assert run_driver(tmp_path, program, ours, theirs) == 1
    text = (tmp_path / "A").read_bytes()
    assert b"<<<<<<< ours\nk4: four,\n=======\nk4: quattro,\n>>>>>>> theirs\n" in text


def test_markers_that_the_program_wrote_stay(tmp_path):
    ours, theirs = LINES.replace(b"4", b"four"), LINES.replace(b"4", b"quattro")
    program = "sh -c 'echo \"<<<<<<< mine\" >$4; exit 1' -"
    assert run_driver(tmp_path, program, ours, theirs) == 1
    assert (tmp_path / "A").read_bytes() == b"<<<<<<< mine\n"
