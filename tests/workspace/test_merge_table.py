"""Every row of the merge table by real merges, of all rows at once: with the driver and without.

Without the driver a row is right or between markers, and `resolve --auto` makes of it the same
bytes as the driver has.
"""

import contextlib
import os
import re
import shlex
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salescli.workspace.driversteps import DRIVER
from salescli.workspace.mergedriver import Three, drive_merge
from tests.shop import load, new_shop
from tests.workspace.gitrepo import Repository

Edit = tuple[str, ...] | Callable[[str], str]  # a command line, or a text as a hand makes it


def put(*words: str) -> Edit:
    return ("opp", "set", "DEAL", *words)


def person(verb: str, name: str, *words: str) -> Edit:
    return ("opp", "contact", verb, "DEAL", name, *words)


def replaced(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new)


def moved_up(text: str) -> str:
    """The client above the title."""
    return re.sub("(title: .*\n)(client: .*\n)", r"\2\1", text)


def without_end(text: str) -> str:
    return text.replace("source:", "source: web").removesuffix("\n")


CLOSE = ("opp", "close", "DEAL", "--outcome", "lost", "--reason", "no-answer")
ELENA, JURIS = "Elena Petrova", "Juris Petrovs"
# What happened: ours, theirs, what the file has then, what stands between markers, and whether
# git's lines alone come to the same.
ROWS: dict[str, tuple[Edit, Edit, list[str], str, bool]] = {
    "both append events": (
        put("--mood", "hopeful"), put("--owner", "boris"),
        ["mood: hopeful\n", "owner: boris\n"], "", True,
    ),
    "adjacent fields": (
        put("--budget", "250"), put("--need", "parking"),
        ["budget: 250.00 EUR\nneed: parking\n"], "", False,
    ),
    "same field": (
        put("--budget", "250"), put("--budget", "300"), [],
        "budget: 250.00 EUR\n=======\nbudget: 300.00 EUR\n", False,
    ),
    "both move the stage": (
        ("opp", "advance", "DEAL"), CLOSE, ["close_reason: no-answer\n"],
        "stage: key-contacts\n=======\nstage: lost\n", False,
    ),
    "list items added on both sides": (
        person("add", ELENA, "--role", "contact-person"),
        person("add", JURIS, "--role", "influencer"),
        ["contacts:\n", "    role: contact-person\n", "    role: influencer\n"], "", False,
    ),
    "same item changed and removed": (
        person("set", JURIS, "--role", "contact-person"), person("remove", JURIS), [],
        "  - contact: JURIS\n    role: contact-person\n=======\n", False,
    ),
    "rename of a client": (
        ("contact", "set", "CLIENT", "--name", "Anna Bright"),
        ("contact", "set", "CLIENT", "--email", "a@x.example"),
        ["name: Anna Bright\nemails: [a@x.example]\n"], "", False,
    ),
    "move of attributes": (
        moved_up, replaced("title: move", "title: Move"),
        ["\ntitle: Move of attributes\nstage"], "", False,
    ),
    "missing last newline": (
        without_end, put("--mood", "hopeful"), ["mood: hopeful\nsource: web\n"], "", False,
    ),
    "CRLF": (
        put("--mood", "hopeful"),
        lambda text: text.replace("need:", "need: parking").replace("\n", "\r\n"),
        ["need: parking\r\n", "mood: hopeful\r\n"], "", False,
    ),
}  # fmt: skip


# What git runs for salescli: it hands the work to this process, since a Python a file takes long.
PROGRAM = """#!/bin/sh
printf '%s\\n' "$PWD" "$@" >'{folder}/asked'
read -r code <'{folder}/answered'
exit "$code"
"""


def serve(folder: Path) -> None:
    """Merge what git asks for, one file after the other."""
    while (lines := (folder / "asked").read_text().splitlines()) != ["stop"]:
        top, _git, _driver, base, ours, theirs, path = lines
        three = Three(*(Path(top) / name for name in (base, ours, theirs)))
        code = 2
        with contextlib.suppress(Exception):  # git waits for an answer, whatever happens
            code = 0 if drive_merge(Path(top), three, path, os.environ).is_merged else 1
        (folder / "answered").write_text(f"{code}\n")


class Merged:
    """A repository in which all rows happened, and what each kind of merge made of their files."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(new_shop(folder / "store"))
        self.shop = self.repository.shop
        self.shop.make("person", "create", "Boris Kalnin", "--id", "boris")
        self.juris = self.shop.make("contact", "create", JURIS)
        self.shop.make("contact", "create", ELENA)
        self.files = {name: self.begin(name) for name in ROWS}
        attributes = "*.yaml merge=salescli\nhistory.yaml merge=union\n"  # and no line ends changed
        (self.shop.root / ".gitattributes").write_text(attributes)
        self.repository.commit()
        for branch, side in (("theirs", 1), ("ours", 0)):
            self.repository.on_branch(branch)
            for name, row in ROWS.items():
                self.edit(name, row[side])
            self.repository.commit()
        self.told: dict[str, subprocess.CompletedProcess[str]] = {}
        self.plain = self.merge("plain", folder)
        assert self.shop.run("resolve", "--auto").code == 1
        self.resolved = self.read()
        self.repository.git("merge", "--abort")
        self.driven = self.merge("driven", folder)

    def begin(self, name: str) -> str:
        """A record, by its path."""
        if "client" in name:
            record = self.shop.make("contact", "create", "Anna Dull")
            (path,) = self.shop.root.glob(f"contacts/*{record}.yaml")
        else:
            deal = self.shop.deal(name, "--owner", "anna", "--budget", "200")
            if "removed" in name:
                self.shop.do("opp", "contact", "add", deal, JURIS, "--role", "influencer")
            path = self.shop.folder(deal) / "opportunity.yaml"
        return str(path.relative_to(self.shop.root))

    def edit(self, name: str, edit: Edit) -> None:
        path = self.shop.root / self.files[name]
        if callable(edit):
            path.write_bytes(edit(path.read_bytes().decode()).encode())
            return
        record = load(path)["id"]
        self.shop.do(*(record if word in ("DEAL", "CLIENT") else word for word in edit))

    def merge(self, how: str, folder: Path) -> dict[str, str]:
        merge = ("merge", "--no-edit", "theirs")
        if how == "plain":
            self.told[how] = self.repository.git(*merge, code=1)
            return self.read()
        program = folder / "salescli"
        program.write_text(PROGRAM.format(folder=folder))
        program.chmod(0o755)
        driver = DRIVER.format(program=shlex.quote(str(program)))
        self.repository.git("config", "merge.salescli.driver", driver)
        for name in ("asked", "answered"):
            os.mkfifo(folder / name)
        serving = threading.Thread(target=serve, args=(folder,))
        serving.start()
        self.told[how] = self.repository.git(*merge, code=1)
        (folder / "asked").write_text("stop\n")
        serving.join()
        return self.read()

    def read(self) -> dict[str, str]:
        root = self.shop.root
        return {name: (root / path).read_bytes().decode() for name, path in self.files.items()}


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Merged:
    return Merged(tmp_path_factory.mktemp("table"))


@pytest.mark.parametrize("name", ROWS)
def test_with_the_driver_each_row_is_merged_by_field(merged: Merged, name: str) -> None:
    _, _, lines, between, _ = ROWS[name]
    text = merged.driven[name]
    for line in lines:
        assert line in text
    marked = f"<<<<<<< ours\n{between.replace('JURIS', merged.juris)}>>>>>>> theirs\n"
    assert text.count("<<<<<<<") == bool(between)
    assert not between or marked in text
    assert ("missing" in name) <= text.endswith("\n")
    is_told = f"CONFLICT (content): Merge conflict in {merged.files[name]}\n"
    assert (is_told in merged.told["driven"].stdout) == bool(between)


@pytest.mark.parametrize("name", ROWS)
def test_without_the_driver_each_row_is_right_or_between_markers(merged: Merged, name: str) -> None:
    *_, is_right = ROWS[name]
    text = merged.plain[name]
    if is_right:
        assert text == merged.driven[name]
    else:
        assert re.search("(?ms)^<<<<<<< HEAD$.*^=======$.*^>>>>>>> theirs$", text)


@pytest.mark.parametrize("name", ROWS)
def test_resolving_what_git_left_makes_the_bytes_that_the_driver_makes(
    merged: Merged, name: str
) -> None:
    assert merged.resolved[name] == merged.driven[name]


def test_the_events_of_both_sides_are_all_there_either_way(merged: Merged) -> None:
    kinds: dict[str, Any] = {}
    for name, path in merged.files.items():
        if path.endswith("opportunity.yaml"):
            kinds[name] = sorted(merged.shop.kinds(load_id(path)))[:3]
    assert kinds["both append events"] == ["changed", "changed", "created"]
    assert kinds["both move the stage"] == ["closed", "created", "moved"]
    assert kinds["same item changed and removed"][:3] == ["changed", "changed", "changed"]


def load_id(path: str) -> str:
    return path.split("/")[-2].rpartition("--")[2]
