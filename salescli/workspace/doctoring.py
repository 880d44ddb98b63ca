"""`salescli doctor`: whether this machine can hold a store, and what state the clone is in.

Looks, never mends; takes no lock, so that it can tell of one that hangs. Works without a store.
"""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Literal

import msgspec

from salescli import __version__
from salescli.model.errors import Failed, SalesError
from salescli.model.surroundings import Surroundings
from salescli.report.pictures.fonts import EVERY, WIDE, find_fonts
from salescli.store import layout
from salescli.store.database import FILE as INDEX_FILE
from salescli.store.files import RealFileSystem
from salescli.store.journal import has_journal
from salescli.store.transaction import Transaction
from salescli.workspace.committing import AUTO, SETTING, read_commit_setting, unheard
from salescli.workspace.git import run_git
from salescli.workspace.gitsetup import (
    DRIVER_KEY,
    is_present_driver,
    missing_lines,
    read_setting,
)
from salescli.workspace.mounts import file_system_of, is_network
from salescli.workspace.session import Session

State = Literal["ok", "note", "mend"]
PACKAGES = (
    "click", "pyyaml", "msgspec", "tabulate", "wcwidth", "matplotlib", "jinja2", "anyascii",
    "tzdata",
)  # fmt: skip
SETUP = "salescli git setup"
LEAST_PYTHON = (3, 11)
LEAST_GIT = (2, 25)


class Sign(msgspec.Struct, frozen=True):
    """One thing that was looked at. `mend` makes the command fail; a `note` is good to know."""

    name: str
    state: State
    text: str
    hint: str = ""


def examine_machine(surroundings: Surroundings, root: Path | None, encoding: str) -> list[Sign]:
    """All signs of this machine; of the store at `root` too, if there is one.

    `encoding` is that of standard output.
    """
    signs = [_python(), *_packages(), _libyaml(), *_git(surroundings.directory)]
    signs += [_fonts(), _cjk(surroundings.environ), *_terminal(surroundings, encoding)]
    if root is None:
        text = "none here: what concerns one was not looked at"
        return [*signs, Sign("store", "note", text, "salescli init makes one")]
    return [*signs, *_store(surroundings, root)]


# Programs


def _python() -> Sign:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < LEAST_PYTHON:
        return Sign("python", "mend", f"{version}; 3.11 is the least", "install a newer Python")
    return Sign("python", "ok", f"{version}, salescli {__version__}")


def _packages() -> Iterator[Sign]:
    versions: list[str] = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            hint = "install salescli again, with pipx or pip"
            yield Sign("packages", "mend", f"{name} is not installed", hint)
    yield Sign("packages", "ok", ", ".join(versions))


def _libyaml() -> Sign:
    if util.find_spec("yaml") is not None and util.find_spec("yaml._yaml") is not None:
        return Sign("libyaml", "ok", "PyYAML is built with it")
    hint = "install libyaml and build PyYAML with it, or take a wheel"
    return Sign("libyaml", "mend", "PyYAML is built without it: nothing can be read", hint)


def _git(directory: Path) -> Iterator[Sign]:
    try:
        said = run_git(directory, "--version").split()
    except Failed as error:
        hint = "install git: history, sharing and --rev need it; the rest works without"
        yield Sign("git", "note", error.findings[0].text, hint)
        return
    version = said[2] if len(said) > 2 else "unknown"
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if parts < LEAST_GIT:
        yield Sign("git", "note", f"{version}; 2.25 is the least that is tried", "install a newer")
    else:
        yield Sign("git", "ok", version)


# Pictures and the terminal


def _fonts() -> Sign:
    found = util.find_spec("matplotlib")
    folder = Path(found.origin).parent if found is not None and found.origin else None
    if folder and (folder / "mpl-data/fonts/ttf/DejaVuSans.ttf").is_file():
        return Sign("fonts", "ok", "DejaVu Sans, which matplotlib brings")
    hint = "install matplotlib again"
    return Sign("fonts", "mend", "DejaVu Sans is missing: pictures can't be drawn", hint)


def _cjk(environ: Mapping[str, str]) -> Sign:
    for font in find_fonts(environ.get("HOME", "")):
        if font.begins in (*WIDE, *EVERY):
            return Sign("wide fonts", "ok", font.regular.name)
    hint = "install Noto Sans CJK if names are written in those letters"
    text = "no font for Chinese, Japanese and Korean: pictures would show boxes"
    return Sign("wide fonts", "note", text, hint)


def _terminal(surroundings: Surroundings, encoding: str) -> Iterator[Sign]:
    where = f"{surroundings.width} columns" if surroundings.is_terminal else "no terminal"
    name = encoding.casefold().replace("-", "").replace("_", "")
    if name == "utf8":
        yield Sign("terminal", "ok", f"{where}, UTF-8")
    else:
        hint = "set LANG to one that ends in .UTF-8"
        yield Sign("terminal", "note", f"{where}, {encoding}, not UTF-8", hint)


# The store


def _store(surroundings: Surroundings, root: Path) -> Iterator[Sign]:
    yield Sign("store", "ok", str(root))
    yield _file_system(root)
    yield _lock(root)
    yield _journal(root)
    yield _index(root)
    yield from _clone(root, surroundings.environ)
    yield _actor(surroundings, root)


def _file_system(root: Path) -> Sign:
    kind = file_system_of(root)
    if kind is None:
        return Sign("file system", "note", "its type can't be told here")
    if is_network(kind):
        hint = "keep a clone on a local disk, and share through git"
        text = f"{kind}: locks may hold on this machine alone, or hang"
        return Sign("file system", "note", text, hint)
    if (root / layout.SETTINGS.upper()).exists():
        return Sign("file system", "ok", f"{kind}, which folds case; names are safe with that")
    return Sign("file system", "ok", kind)


def _lock(root: Path) -> Sign:
    """Whether a second taker of a lock is kept out, on a file of our own beside the real one."""
    folder = root / layout.LOCAL
    try:
        folder.mkdir(exist_ok=True)
        first, name = tempfile.mkstemp(prefix="doctor-", dir=folder)
    except OSError as error:
        text = f"nothing can be written in {layout.LOCAL}/: {error.strerror}"
        return Sign("locks", "note", text, "reading works; commands that write will not")
    try:
        return _try_lock(first, name)
    finally:
        os.close(first)
        os.unlink(name)


def _try_lock(first: int, name: str) -> Sign:
    hint = "keep the store on a local disk: two writers could overwrite each other"
    second = os.open(name, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Sign("locks", "ok", "flock keeps a second writer out")
        return Sign("locks", "mend", "flock lets two writers in at once", hint)
    except OSError as error:
        return Sign("locks", "mend", f"flock fails: {error.strerror}", hint)
    finally:
        os.close(second)


def _journal(root: Path) -> Sign:
    if not has_journal(root):
        return Sign("journal", "ok", "no interrupted command waits")
    hint = "any salescli command that may write here completes it"
    return Sign("journal", "mend", "a command was interrupted after it was decided", hint)


def _index(root: Path) -> Sign:
    try:
        size = (root / layout.LOCAL / INDEX_FILE).lstat().st_size
    except OSError:
        return Sign("index", "ok", "none yet: the first list makes it")
    return Sign("index", "ok", f"{size / 1_000_000:.1f} MB; it can be deleted at any time")


def _clone(root: Path, environ: Mapping[str, str]) -> Iterator[Sign]:
    """What the store asks of git, if it lies in a work tree of it."""
    if shutil.which("git") is None or not _is_in_work_tree(root):
        yield Sign("git work tree", "note", "the store lies in none", "git init keeps its past")
        return
    missing = _missing(root)
    if missing:
        yield Sign(".gitattributes", "mend", "lines of the store are missing", SETUP)
    if not _is_ignored(root):
        hint = f"add to .gitignore: {layout.IGNORED.strip()}"
        yield Sign(".gitignore", "mend", f"{layout.LOCAL}/ would be committed", hint)
    yield _commits(root, environ)
    driver = read_setting(root, DRIVER_KEY)
    if not driver:
        text = "not set in this clone: git merges files line by line"
        yield Sign("merge driver", "note", text, SETUP)
    elif " git merge-driver " not in driver:
        text = "set to a command that merges no records by field"
        yield Sign("merge driver", "note", text, SETUP)
    elif hidden := _hidden_rules(root):
        text = f"set, but git is told otherwise of {hidden}"
        hint = f"{SETUP}; git check-attr -a -- FILE tells what holds, .git/info/attributes too"
        yield Sign("merge driver", "mend", text, hint)
    elif not is_present_driver(driver):
        text = "that of another version of salescli, which may merge what this one refuses"
        yield Sign("merge driver", "mend", text, SETUP)
    elif not missing:
        yield Sign("merge driver", "ok", "set in this clone")


def _commits(root: Path, environ: Mapping[str, str]) -> Sign:
    setting = read_commit_setting(root, environ)
    if words := unheard(setting):
        return Sign("commits", "mend", words, f"git config {SETTING} auto")
    if setting == AUTO:
        return Sign("commits", "ok", "each command makes one")
    return Sign("commits", "ok", f"made by hand; git config {SETTING} auto makes one a command")


def _hidden_rules(root: Path) -> str:
    """The kinds of files that git merges otherwise than the store asks for; `""` if none."""
    wanted = {f"opportunities/2026/x/{name}": name for name in (layout.HISTORY, "opportunity.yaml")}
    said = run_git(root, "check-attr", "merge", "--", *wanted).splitlines()
    found = dict(line.rsplit(": merge: ", 1) for line in said)
    right = {layout.HISTORY: "union"}
    return ", ".join(
        name for path, name in wanted.items() if found.get(path) != right.get(name, "salescli")
    )


def _is_in_work_tree(root: Path) -> bool:
    try:
        return run_git(root, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except Failed:
        return False


def _missing(root: Path) -> Sequence[str]:
    try:
        return missing_lines(root).get(".gitattributes", ())
    except SalesError:
        return layout.ATTRIBUTES.splitlines()


def _is_ignored(root: Path) -> bool:
    try:
        run_git(root, "check-ignore", "--quiet", f"{layout.LOCAL}/lock")
    except Failed:
        return False
    return True


def _actor(surroundings: Surroundings, root: Path) -> Sign:
    session = Session(Transaction(RealFileSystem(), root), surroundings)
    try:
        return Sign("you", "ok", f"{session.team.people[session.actor].name} ({session.actor})")
    except SalesError as error:
        found = error.findings[0]
        place = f"{found.place}: " if found.place else ""
        return Sign("you", "mend", f"{place}{found.text}", found.hint)
