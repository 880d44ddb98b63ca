"""One command as one commit, where the clone's own settings ask for it.

Owns when a commit is made, what is in it and what it is called. It runs once the change is durable
and the store's lock is free: hooks and signing are the user's, and may take their time. A commit
that fails leaves the change as it is.
"""

import os
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from salescli.model.errors import Failed, Finding
from salescli.store import layout
from salescli.store.changeset import ChangeSet, Write
from salescli.store.gitprogram import call_git, git_failed, own_environ
from salescli.store.gitwatch import (
    Operation,
    find_git_directory,
    find_operation,
    read_git_state,
)
from salescli.store.textchecks import has_markers
from salescli.workspace.waiting import Waiting, read_waiting, words_of, write_waiting

SETTING = "salescli.commit"
AUTO = "auto"
_OFF = ("", "off", "no", "false", "0", "never")
_ALL = ["ls-files", "--cached", "--others", "--exclude-standard"]
_BESIDE = (".gitattributes", ".gitignore")
_WIDEST_SUBJECT = 72  # columns that logs and forges show whole
_PATIENCE_SECONDS = 3.0  # while another command commits
_PAUSE_SECONDS = 0.05
_NO_BRANCH = "\nNo branch is checked out: git switch -c NAME keeps it on one"


def commits_by_itself(root: Path, environ: Mapping[str, str]) -> bool:
    """Whether `git config --local salescli.commit` is `auto`: a setting of this clone alone.

    A store can't bring it along, and the user's other repositories know nothing of it.
    """
    return read_commit_setting(root, environ) == AUTO


def read_commit_setting(root: Path, environ: Mapping[str, str]) -> str:
    """What the clone says of commits; `""` where it says nothing."""
    if find_git_directory(root) is None:
        return ""
    asked = ["config", "--local", "--get", SETTING]
    done = call_git(root, asked, environ=own_environ(environ))
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def unheard(setting: str) -> str:
    """What to say of a value that means nothing here; `""` of all others."""
    if setting == AUTO or setting in _OFF:
        return ""
    return f"git config {SETTING} is {setting}, which makes no commits: auto does, off says no"


def commit_change(root: Path, environ: Mapping[str, str], changes: ChangeSet) -> str:
    """Commit the files of a change, and nothing else that lies in the tree; answers in words.

    What else is staged stays staged. The files are committed as they are now. In a repository that
    has not got the store yet, all of the store is committed: its files alone are no use to others.
    Nothing is committed while git waits for a commit of its own, made by whoever began that: it
    takes the change along.
    """
    folder = find_git_directory(root)
    operation = None if folder is None else find_operation(folder)
    if operation is not None:
        return _not_now(operation)
    if marked := [one.path for one in changes.changes if isinstance(one, Write) and _clashes(one)]:
        words = f"Not committed: git's markers stand in {', '.join(marked)}."
        return f"{words}\n  salescli resolve goes through them"
    own = [change.path for change in changes.changes]
    own = list(dict.fromkeys([*own, *_facts_beside(own, changes)]))
    waiting = read_waiting(root, changes.changes)
    world = own_environ(environ)
    left = {path: one.words for path, one in waiting.items()}
    left |= {path: (*left.get(path, ()), changes.words) for path in own}
    paths = list(left)
    try:
        tracked = set(_list(root, ["ls-files"], world))
        more = _still_waiting(root, waiting, tracked, world)
        subject, message = build_message(changes.words, more)
        if layout.SETTINGS not in tracked:
            subject = message = "Begin the store"
            paths = [path for path in _list(root, _ALL, world) if _is_of_store(path)]
        paths = [path for path in paths if path in tracked or (root / path).exists()]
        born = [path for path in paths if path not in tracked and (root / path).exists()]
        if born:
            run_on(root, ["add", "--intent-to-add"], born, world)
        try:
            run_on(root, ["commit", "--quiet", "--only", "-m", message], paths, world)
        except Failed:
            if born:
                run_on(root, ["reset", "--quiet"], born, world)
            raise
    except Failed as error:
        write_waiting(root, left)
        return not_committed(error.findings[0])
    write_waiting(root, {})
    head = "" if folder is None else read_git_state(folder).head.decode("utf-8", "replace")
    nowhere = "" if head.startswith("ref:") else _NO_BRANCH
    along = "".join(f"\nWith it, what waited: {words}" for words in more)
    return f"Committed: {subject}{along}{nowhere}"


def _facts_beside(paths: Sequence[str], changes: ChangeSet) -> Iterator[str]:
    """The files of which `check --fix` has written down what somebody edited: they belong along."""
    if changes.command == "check --fix":
        for path in paths:
            located = layout.locate(path)
            if located is not None and located.kind == "history":
                yield layout.record_file(located.of, path.rpartition("/")[0])


def _still_waiting(
    root: Path, waiting: Mapping[str, Waiting], tracked: Container[str], environ: Mapping[str, str]
) -> list[str]:
    """What commands did whose files nobody has committed by hand since, in words."""
    if not waiting:
        return []
    changed = set(_list(root, ["diff", "--name-only", "--relative", "HEAD"], environ))
    left = (one for one in waiting.values() if one.path in changed or one.path not in tracked)
    return words_of(left)


def _clashes(change: Write) -> bool:
    return has_markers(change.after)


def _not_now(operation: Operation) -> str:
    words = f"Not committed by itself, for git is in the midst of a {operation.name}"
    return f"{words}: git add it, and {operation.finish} takes it along."


def build_message(words: str, more: Sequence[str] = ()) -> tuple[str, str]:
    """The subject of a commit, and its whole message: what is too long stands below once more.

    `more` is what commands did whose commits failed: it is named below, each in a line.
    """
    whole = subject = " ".join(words.split())
    if len(whole) > _WIDEST_SUBJECT:
        subject = whole[: _WIDEST_SUBJECT - 1].rsplit(" ", 1)[0].rstrip(" ,:") + "…"
    parts = [subject, whole] if subject != whole else [subject]
    if more:
        lines = (f"- {' '.join(one.split())}" for one in more)
        parts.append("\n".join(["With it, what waited for a commit:", *lines]))
    return subject, "\n\n".join(parts)


def not_committed(found: Finding) -> str:
    """That a change stands and its commit doesn't, and why."""
    return f"The change is made, but not committed: {found.text}"


def _is_of_store(path: str) -> bool:
    return layout.locate(path) is not None or path in _BESIDE


def _list(root: Path, arguments: list[str], environ: Mapping[str, str]) -> list[str]:
    """The paths that git lists below a folder; raises `Failed`."""
    done = call_git(root, [*arguments, "-z", "--", "."], environ=environ)
    if done.returncode != 0:
        raise git_failed(arguments[0], done.stderr)
    return os.fsdecode(done.stdout).split("\0")[:-1]


def run_on(
    root: Path, arguments: list[str], paths: Iterable[str], environ: Mapping[str, str]
) -> None:
    """Run git on just these paths, however many; raises `Failed` with what it says."""
    command = ["--literal-pathspecs", *arguments, "--pathspec-from-file=-", "--pathspec-file-nul"]
    names = "".join(f"{path}\0" for path in paths).encode()
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done = call_git(root, command, safe=False, environ=environ, stdin=names)
        if b"index.lock': File exists" not in done.stderr or time.monotonic() >= give_up_at:
            break
        time.sleep(_PAUSE_SECONDS)
    if done.returncode != 0:
        raise git_failed(arguments[0], done.stderr or done.stdout)
