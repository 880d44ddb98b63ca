"""What git is told of a merge: which files are resolved, and, in the end, its commit.

Owns when that is said. As `git mergetool` does, it stages what nothing clashes in any more; the
commit is made where each command makes one. It runs git as the user would, with hooks and signing.
"""

import os
import shlex
from collections.abc import Collection, Mapping
from pathlib import Path

from salescli.store import layout
from salescli.store.gitprogram import call_git, git_failed, own_environ
from salescli.store.gitwatch import MERGE, find_git_directory, find_operation
from salescli.store.mergeversions import Versions
from salescli.workspace.committing import commits_by_itself, not_committed, run_on

_MOST_NAMED = 3  # files that are told


def is_merging(root: Path, environ: Mapping[str, str]) -> bool:
    """Whether git is in the midst of a merge, or of what merges like one, or has files unmerged.

    It has after `git stash pop`, and after `git checkout -m`, without anything to be finished.
    """
    git_directory = find_git_directory(root)
    if git_directory is None:
        return False
    return find_operation(git_directory) is not None or bool(unmerged(root, environ))


def unmerged(root: Path, environ: Mapping[str, str]) -> list[str]:
    """What git holds in several versions, anywhere in the work tree, as seen from the store."""
    return differing(root, environ, "--diff-filter=U")


def differing(root: Path, environ: Mapping[str, str], *options: str) -> list[str]:
    """The files that `git diff` names, anywhere in the work tree, as seen from the store."""
    world = own_environ(environ)
    top = call_git(root, ["rev-parse", "--show-cdup"], environ=world).stdout
    names = call_git(root, ["diff", "--name-only", "-z", *options], environ=world).stdout
    folder = root / (os.fsdecode(top.removesuffix(b"\n")) or ".")
    paths = dict.fromkeys(os.fsdecode(name) for name in names.split(b"\0") if name)
    return [os.path.relpath(folder / path, root) for path in paths]


def tell_sides(root: Path, environ: Mapping[str, str]) -> str:
    """What ours and theirs are, with the commit that comes in; empty in a merge."""
    operation = find_operation(find_git_directory(root) or root)
    if operation is None or not operation.sides:
        return ""
    command = ["log", "-1", "--format=%h %s", operation.head]
    said = call_git(root, command, environ=own_environ(environ)).stdout
    commit = said.decode("utf-8", "replace").strip()
    return f"{operation.sides}: {commit}." if commit else f"{operation.sides}."


def stage_resolved(root: Path, environ: Mapping[str, str], paths: Collection[str]) -> bool:
    """Tell git that these files are resolved; False where it merges nothing just now.

    Raises `Failed`.
    """
    if not is_merging(root, environ):
        return False
    if known := _known(root, environ, paths):
        run_on(root, ["add", "--all"], known, own_environ(environ))
    return True


def _known(root: Path, environ: Mapping[str, str], paths: Collection[str]) -> list[str]:
    """The files that are there, or that git has: it refuses the names of all others."""
    gone = [path for path in paths if not os.path.lexists(root / path)]
    if not gone:
        return list(paths)
    command = ["--literal-pathspecs", "ls-files", "-z", "--", *gone]
    said = call_git(root, command, environ=own_environ(environ)).stdout
    held = {os.fsdecode(name) for name in said.split(b"\0")}
    return [path for path in paths if path in held or path not in gone]


def hold(root: Path, environ: Mapping[str, str], files: Collection[Versions]) -> None:
    """Let git hold files in the versions that their sides have, as it does where they clash.

    Where it goes on with no merge, nothing is told. Raises `Failed`.
    """
    if not files or not is_merging(root, environ):
        return
    world = own_environ(environ)
    prefix = call_git(root, ["rev-parse", "--show-prefix"], environ=world).stdout
    top = os.fsdecode(prefix.removesuffix(b"\n"))
    lines: list[str] = []
    for one in files:
        stages = enumerate((one.base, one.ours, one.theirs), 1)
        lines.append(f"0 {'0' * len(one.base)}\t{top}{one.path}")
        lines += [f"100644 {name} {stage}\t{top}{one.path}" for stage, name in stages if name]
    told = os.fsencode("".join(f"{line}\0" for line in lines))
    command = ["update-index", "-z", "--index-info"]
    done = call_git(root, command, safe=False, environ=world, stdin=told)
    if done.returncode != 0:
        raise git_failed("update-index", done.stderr)


def finish(root: Path, environ: Mapping[str, str]) -> str:
    """Commit a merge in which nothing clashes, where that is asked for; answers in words."""
    operation = find_operation(find_git_directory(root) or root)
    world = own_environ(environ)
    ends = "git commit" if operation is None else operation.finish
    if unmerged(root, environ):
        return f"Next: git status names what clashes beside the store; then {ends}"
    if operation is None:
        is_same = call_git(root, ["diff", "--cached", "--quiet"], environ=world).returncode == 0
        return "Next: salescli check" if is_same else f"Next: salescli check, then {ends}"
    if operation is not MERGE or not commits_by_itself(root, environ):
        return f"Next: salescli check, then {operation.finish}"
    if left := _changed_beside(root, world):
        named = " ".join(shlex.quote(path) for path in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        words = "The merge isn't committed yet: more was changed in the midst of it.\n"
        return f"{words}Next: git add {named}{more}\n  then {operation.finish} takes it along"
    done = call_git(root, ["commit", "--quiet", "--no-edit"], safe=False, environ=world)
    if done.returncode != 0:
        return not_committed(git_failed("commit", done.stderr or done.stdout).findings[0])
    subject = call_git(root, ["log", "-1", "--format=%s"], environ=world).stdout
    return f"Committed: {subject.decode('utf-8', 'replace').strip()}"


def _changed_beside(root: Path, world: Mapping[str, str]) -> list[str]:
    """The files of the store that were changed or made, and that git was not told of."""
    command = ["ls-files", "-z", "--modified", "--others", "--exclude-standard"]
    said = os.fsdecode(call_git(root, command, environ=world).stdout)
    paths = dict.fromkeys(said.split("\0")[:-1])
    return [path for path in paths if layout.locate(path) is not None]


def unresolve(root: Path, environ: Mapping[str, str], paths: Collection[str]) -> None:
    """Let git hold the versions of files again that clash once more; raises `Failed`."""
    for path in paths:
        command = ["update-index", "--unresolve", path]
        done = call_git(root, command, safe=False, environ=own_environ(environ))
        if done.returncode != 0:
            raise git_failed("update-index", done.stderr)
