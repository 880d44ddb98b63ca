"""What others did and what we did, brought together through git: fetch, merge, check, push.

Owns the order of the steps and where they stop: at the first doubt, with all that was done so far
left in place. It runs git as the user would, with their hooks, credentials and signing.
"""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from salescli.model.errors import Failed, Finding, NotFound, Place, Refused, finding
from salescli.report.text.numbers import format_number_of
from salescli.store import layout
from salescli.store.blobs import blob_name
from salescli.store.gitobjects import GitObjects
from salescli.store.gitprogram import call_git, git_failed, own_environ
from salescli.store.gitwatch import MERGE, Operation, find_git_directory, find_operation
from salescli.store.mergestate import read_unmerged
from salescli.store.textchecks import has_markers
from salescli.workspace.checking.survey import check_store
from salescli.workspace.committing import SETTING, commits_by_itself
from salescli.workspace.gitsetup import DRIVER_KEY, read_setting
from salescli.workspace.mergefinish import differing, unmerged

Say = Callable[[str], None]
Warn = Callable[[Iterable[Finding]], None]
# Warnings that a merge makes: somebody is to know of them today.
_DOUBTS = frozenset({"activity-closed", "replanned-twice", "archived-client", "has-left"})
# A new record that is like one that was removed is another one; git would merge them as a renamed
# file. Not `no-renames`, which git's present way to merge doesn't hear.
_NO_RENAMES = ("-X", "find-renames=100%")
MOST_NAMED = 5  # files that a refusal names


class Clone(msgspec.Struct, frozen=True):
    """A clone, and the branch that it works on with the one that it follows."""

    root: Path
    environ: Mapping[str, str]
    branch: str
    upstream: str  # as the branch that it follows is called here
    pushes_to: tuple[str, str] = ("", "")  # the repository, and how it calls that branch

    def run(self, *arguments: str) -> str:
        """What git prints; raises `Failed`."""
        done = call_git(self.root, arguments, safe=False, environ=self.environ)
        if done.returncode != 0:
            raise git_failed(arguments[0], done.stderr or done.stdout)
        return done.stdout.decode("utf-8", "replace").removesuffix("\n")

    def count(self, range_: str) -> int:
        """How many commits a range has."""
        return int(self.run("rev-list", "--count", range_))


def open_clone(root: Path, environ: Mapping[str, str]) -> Clone:
    """The clone around a store; raises `NotFound`, `Refused` where it follows no branch.

    `Refused` as well while git is in the midst of something, or has files left to people.
    """
    folder = find_git_directory(root)
    if folder is None:
        text = f"{root} lies in no git repository, so there is nobody to sync with"
        hint = (
            "git init, git add and git commit begin one; git remote add origin URL names the other"
        )
        raise NotFound(finding("no-repository", text, hint=hint))
    clone = Clone(root, own_environ(environ), "", "")
    _refuse_unfinished(clone, find_operation(folder))
    try:
        branch = clone.run("symbolic-ref", "--short", "HEAD")
    except Failed:
        text = "no branch is checked out here, so there is none to bring up to date"
        raise Refused(finding("no-branch", text, hint="git switch main goes to one")) from None
    try:
        upstream = clone.run("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
    except Failed:
        hint = f"git push --set-upstream origin {branch} says which, once"
        if not clone.run("remote"):
            hint = f"git remote add origin URL, then {hint}"
        text = f"{branch} follows no branch of another repository"
        raise Refused(finding("no-upstream", text, hint=hint)) from None
    settings = (f"branch.{branch}.{name}" for name in ("remote", "merge"))
    remote, merged = (clone.run("config", "--get", name) for name in settings)
    return msgspec.structs.replace(
        clone, branch=branch, upstream=upstream, pushes_to=(remote, merged)
    )


def sync(clone: Clone, now: datetime, say: Say, warn: Warn, *, pushes: bool = True) -> None:
    """Fetch, merge, check, push; each step is told. Raises `Refused` where one can't be sure.

    What was fetched and merged by then stays.
    """
    _refuse_uncommitted(clone)
    clone.run("fetch", "--quiet")
    before = clone.run("rev-parse", "--short", "HEAD")
    theirs, ours = clone.count(f"HEAD..{clone.upstream}"), clone.count(f"{clone.upstream}..HEAD")
    if theirs:
        _merge(clone, say)
        say(f"{format_number_of(theirs, 'commit')} of {clone.upstream} merged.")
        say(f"salescli changes --since {before} tells what is new.")
        ours = clone.count(f"{clone.upstream}..HEAD")
    checked = clone.run("rev-parse", "HEAD")
    is_same = not theirs and not ours
    found = _refuse_findings(clone.root, now, is_merged=bool(theirs), is_same=is_same)
    warn(_doubts(clone, found, before))
    if ours and pushes:
        _push(clone, checked)
    if ours:
        done = "pushed" if pushes else "not pushed"
        say(f"{format_number_of(ours, 'commit')} of {clone.branch} {done}.")
    if is_same:
        say(f"{clone.branch} and {clone.upstream} are the same already.")


def _refuse_unfinished(clone: Clone, operation: Operation | None) -> None:
    """Raise `Refused` for a merge, pick or rebase that goes on, and for files left to people."""
    name = (operation or MERGE).name
    held = unmerged(clone.root, clone.environ)
    if left := [*held, *(one for one in _marked(clone) if one not in held)]:
        raise Refused(_unresolved(clone, left, f"a {name} is not finished", operation))
    if operation is not None:
        text = f"a {name} is not finished, though nothing clashes any more"
        hint = f"{operation.finish} finishes it; then salescli sync"
        raise Refused(finding("unresolved", text, hint=hint))


def _refuse_uncommitted(clone: Clone) -> None:
    """Raise `Refused` for files that aren't committed; what is no file of a store may lie there."""
    changed = clone.run("status", "--porcelain", "-z", "--no-renames", "--", ".").split("\0")
    prefix = clone.run("rev-parse", "--show-prefix")
    entries = [(entry[:2], entry[3:].removeprefix(prefix)) for entry in changed if entry]
    names = [name for state, name in entries if state != "??" or _is_of_store(clone.root, name)]
    if names:
        text = f"{format_number_of(len(names), 'file')} not committed:\n{_listed(names)}"
        hint = "git add and git commit them"
        if not commits_by_itself(clone.root, clone.environ):
            hint += f"; git config {SETTING} auto makes each command do so"
        raise Refused(finding("not-committed", text, hint=hint))


def _is_of_store(root: Path, name: str) -> bool:
    """Whether a file that git has not got is of the store; git names a whole folder with a `/`."""
    files = (path for path in (root / name).rglob("*")) if name.endswith("/") else (root / name,)
    return any(layout.locate(path.relative_to(root).as_posix()) is not None for path in files)


def _merge(clone: Clone, say: Say) -> None:
    done = call_git(
        clone.root,
        ["merge", "--quiet", "--no-edit", *_NO_RENAMES, clone.upstream],
        safe=False,
        environ=clone.environ,
    )
    if done.returncode == 0:
        return
    held = unmerged(clone.root, clone.environ)
    if not held:
        raise git_failed("merge", done.stderr or done.stdout)
    for line in done.stderr.decode("utf-8", "replace").splitlines():
        say(line)  # the driver tells who set what
    raise Refused(_unresolved(clone, held, f"{clone.upstream} and {clone.branch} clash", MERGE))


def _marked(clone: Clone) -> list[str]:
    """What differs from the last commit and has git's markers in it, added or not."""
    changed = differing(clone.root, clone.environ, "--diff-filter=AM", "HEAD")
    return [one for one in changed if has_markers((clone.root / one).read_bytes())]


def _unresolved(clone: Clone, left: list[str], why: str, operation: Operation | None) -> Finding:
    """What is left to people, and how they settle it: what is settled by hand, `git add` tells."""
    text = f"{why}, in {format_number_of(len(left), 'file')}:\n{_listed(left)}"
    of_store = [one for one in left if layout.locate(one) is not None]
    hints = ["salescli resolve goes through them"] if of_store else []
    undecided = _undecided(clone) if of_store else set()
    settled = [
        one for one in of_store if one not in undecided and not has_markers(_read(clone, one))
    ]
    if settled or not of_store:
        named = " ".join(shlex.quote(one) for one in settled[:MOST_NAMED]) or "FILE"
        hints.append(f"git add {named} says that it is as it should be")
    if operation is not None:
        hints.append(f"git {operation.name} --abort goes back to before the {operation.name}")
    if of_store and not read_setting(clone.root, DRIVER_KEY):
        hints.append("salescli git setup lets git itself merge records by field from now on")
    return finding("unresolved", text, hint="; ".join(hints))


def _undecided(clone: Clone) -> set[str]:
    """Files that git left as one side has them, or removed: adding them would drop the other."""
    with GitObjects(clone.root, clone.environ) as objects:
        held = read_unmerged(objects)
    return {
        path
        for path, (_, ours, theirs) in held.items()
        if not ours or not theirs or blob_name(_read(clone, path), len(ours)) in (ours, theirs)
    }


def _read(clone: Clone, path: str) -> bytes:
    try:
        return (clone.root / path).read_bytes()
    except OSError:
        return b""


def _refuse_findings(
    root: Path, now: datetime, *, is_merged: bool, is_same: bool
) -> tuple[Finding, ...]:
    """Raise `Refused` where the store breaks a rule: what merged cleanly may be wrong still.

    So may what others pushed already: that is told until it is mended. Answers the warnings.
    """
    checked = check_store(os.fspath(root), now, False)
    broken = [found for found in checked.findings if not found.warning]
    if broken:
        when = "after the merge the" if is_merged else "the"
        ends = "as it was pushed" if is_same else "nothing was pushed"
        text = f"{when} store has {format_number_of(len(broken), 'finding')}; {ends}"
        hint = "salescli check names them with what mends each; then salescli sync again"
        raise Refused(finding("broken-store", text, hint=hint))
    return checked.findings


def _doubts(clone: Clone, found: Iterable[Finding], before: str) -> list[Finding]:
    """What two people may have meant differently, in the records that came in; `check` has it all.

    The record that changed may be the client that is named.
    """
    changed = differing(clone.root, clone.environ, before, "HEAD")
    homes = {layout.home_of(path) for path in changed}
    ids = {layout.id_in(home.rpartition("/")[2]) for home in homes} - {""}
    return [
        msgspec.structs.replace(one, place=Place(one.place.file))
        for one in found
        if one.place is not None
        and one.code in _DOUBTS
        and (layout.home_of(one.place.file) in homes or any(name in one.text for name in ids))
    ]


def _push(clone: Clone, commit: str) -> None:
    """Push what was checked to the branch that ours follows, and no other branch."""
    remote, name = clone.pushes_to
    command = ["push", "--quiet", remote, f"{commit}:{name}"]
    done = call_git(clone.root, command, safe=False, environ=clone.environ)
    if done.returncode == 0:
        return
    clone.run("fetch", "--quiet")
    if clone.count(f"HEAD..{clone.upstream}"):
        text = f"somebody was quicker: {clone.upstream} has moved on since it was fetched"
        raise Refused(finding("moved-on", text, hint="salescli sync again"))
    raise git_failed("push", done.stderr)


def _listed(names: list[str]) -> str:
    return "\n".join(_lines(names))


def _lines(names: list[str]) -> Iterator[str]:
    yield from (f"  {name}" for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        yield f"  and {len(names) - MOST_NAMED} more"
