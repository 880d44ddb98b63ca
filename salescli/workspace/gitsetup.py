"""What a clone needs so that git merges records by field: attributes in the store, and settings.

A clone brings the attributes along; what they name runs a program, so that each clone has to be
told of it by whoever works in it. Must not know how a merge is made.
"""

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from salescli.model.errors import Failed
from salescli.store import layout
from salescli.store.files import read_if_there
from salescli.workspace.driversteps import DRIVER
from salescli.workspace.git import run_git
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

NAME_KEY, DRIVER_KEY = "merge.salescli.name", "merge.salescli.driver"
# Two branches that have merged each other have two bases, which git merges first. Markers in that
# would be in nobody's file: git takes what was there before both.
RECURSIVE_KEY, RECURSIVE = "merge.salescli.recursive", "binary"
NAME = "salescli: records by field"
FILES = ((".gitattributes", layout.ATTRIBUTES), (".gitignore", layout.IGNORED))


class Missing(msgspec.Struct, frozen=True):
    """What a clone lacks: lines by file, and settings of git by key."""

    lines: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, str]

    @property
    def is_nothing(self) -> bool:
        """Whether the clone is set up."""
        return not self.lines and not self.settings


def build_driver(path: str | None) -> str:
    """The command that git runs; `path` is where programs are looked for."""
    if shutil.which("salescli", path=path):
        return DRIVER.format(program="salescli")
    python = shlex.quote(sys.executable).replace("%", "%%")
    return DRIVER.format(program=f"{python} -P -m salescli")


def is_present_driver(driver: str) -> bool:
    """Whether the command is the one that `git setup` sets now, however the program is started."""
    before, after = DRIVER.format(program="\0").split("\0")
    return driver.startswith(before) and driver.endswith(after)


def missing_lines(root: Path) -> dict[str, tuple[str, ...]]:
    """The lines that the store's files for git lack, by file."""
    found = {path: _missing_in(path, read_if_there(root, path, 1 << 20)) for path, _ in FILES}
    return {path: lines for path, lines in found.items() if lines}


def _missing_in(path: str, source: bytes | None) -> tuple[str, ...]:
    """What a file lacks. Of attributes the last line holds: one that is too early is none."""
    there = _lines(source)
    wanted = dict(FILES)[path].splitlines()
    at = -1
    for number, line in enumerate(wanted):
        last = len(there) - 1 - there[::-1].index(line) if line in there else -1
        if last <= at:
            return tuple(wanted[number:])
        at = last
    return ()


def complete(path: str, source: bytes | None) -> bytes:
    """One of the files for git with the lines that it lacks, behind those that are there."""
    there = source or b""
    there += b"" if there.endswith(b"\n") or not there else b"\n"
    return there + "".join(f"{line}\n" for line in _missing_in(path, source)).encode()


def find_missing(root: Path, driver: str) -> Missing:
    """What the clone lacks; raises `Failed` where git isn't or the store lies in no work tree."""
    run_git(root, "rev-parse", "--git-dir")
    settings = {NAME_KEY: NAME, RECURSIVE_KEY: RECURSIVE, DRIVER_KEY: driver}
    different = {key: value for key, value in settings.items() if read_setting(root, key) != value}
    return Missing(missing_lines(root), different)


def read_setting(root: Path, key: str) -> str:
    """A setting of git as it holds in the clone; `""` if it isn't there."""
    try:
        return run_git(root, "config", "--get", key).rstrip("\n")
    except Failed:
        return ""


def write_settings(root: Path, settings: Mapping[str, str]) -> None:
    """Set them in this clone alone; raises `Failed`."""
    for key, value in settings.items():
        run_git(root, "config", "--local", key, value)


def add_lines(session: Session, missing: Missing) -> Outcome:
    """Stage the files for git with the lines that they lack."""
    for path in missing.lines:
        session.files.write(path, complete(path, session.files.read(path)))
    return Outcome((), (), "git setup")


def _lines(source: bytes | None) -> list[str]:
    return [line.strip() for line in (source or b"").decode("utf-8", "replace").splitlines()]
