"""What others did and what we did, brought together through git: fetch, merge, check, push.

Owns the order of the steps and where they stop: at the first doubt, with all that was done so far
left in place. It runs git as the user would, with their hooks, credentials and signing.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from salescli.model.errors import Failed, Finding, NotFound, Refused, finding
from salescli.report.text.numbers import format_number_of
from salescli.store.gitprogram import call_git, git_failed, own_environ
from salescli.store.gitwatch import find_git_directory, is_in_the_midst
from salescli.store.textchecks import has_markers
from salescli.workspace.checking.survey import check_store
from salescli.workspace.committing import SETTING, commits_by_itself

Say = Callable[[str], None]
MOST_NAMED = 5  # files that a refusal names


class Clone(msgspec.Struct, frozen=True):
    """A clone, and the branch that it works on with the one that it follows."""

    root: Path
    environ: Mapping[str, str]
    branch: str
    upstream: str

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
    """The clone around a store; raises `NotFound`, `Refused` where it follows no branch."""
    if find_git_directory(root) is None:
        text = f"{root} lies in no git repository, so there is nobody to sync with"
        hint = (
            "git init, git add and git commit begin one; git remote add origin URL names the other"
        )
        raise NotFound(finding("no-repository", text, hint=hint))
    clone = Clone(root, own_environ(environ), "", "")
    try:
        branch = clone.run("symbolic-ref", "--short", "HEAD")
    except Failed:
        text = "no branch is checked out here, so there is none to bring up to date"
        raise Refused(finding("no-branch", text, hint="git switch main goes to one")) from None
    try:
        upstream = clone.run("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
    except Failed:
        hint = f"git push --set-upstream origin {branch} says which, once"
        text = f"{branch} follows no branch of another repository"
        raise Refused(finding("no-upstream", text, hint=hint)) from None
    return msgspec.structs.replace(clone, branch=branch, upstream=upstream)


def sync(clone: Clone, now: datetime, say: Say, *, pushes: bool = True) -> None:
    """Fetch, merge, check, push; each step is told. Raises `Refused` where one can't be sure.

    What was fetched and merged by then stays.
    """
    _refuse_unfinished(clone)
    clone.run("fetch", "--quiet")
    theirs, ours = clone.count(f"HEAD..{clone.upstream}"), clone.count(f"{clone.upstream}..HEAD")
    if theirs:
        _merge(clone)
        say(f"{format_number_of(theirs, 'commit')} of {clone.upstream} merged.")
        ours = clone.count(f"{clone.upstream}..HEAD")
    if theirs or ours:
        _refuse_findings(clone.root, now, is_merged=bool(theirs))
    if ours and pushes:
        _push(clone)
        say(f"{format_number_of(ours, 'commit')} of {clone.branch} pushed.")
    if not theirs and not ours:
        say(f"{clone.branch} and {clone.upstream} are the same already.")


def _refuse_unfinished(clone: Clone) -> None:
    """Raise `Refused` for a merge that goes on, and for files that aren't committed."""
    conflicts = _conflicts(clone)
    if marked := [name for name in conflicts if _is_open(clone.root / name)]:
        raise Refused(_unresolved(marked, "a merge is not finished"))
    git_directory = find_git_directory(clone.root)
    if conflicts or (git_directory is not None and is_in_the_midst(git_directory)):
        text = "a merge is not finished, though nothing clashes any more"
        hint = "git add . && git commit --no-edit finishes it; then salescli sync"
        raise Refused(finding("unresolved", text, hint=hint))
    changed = clone.run("status", "--porcelain", "-z", "--no-renames", "--", ".").split("\0")
    names = [entry[3:] for entry in changed if entry]
    if names:
        text = f"{format_number_of(len(names), 'file')} not committed:\n{_listed(names)}"
        hint = "git add and git commit them"
        if not commits_by_itself(clone.root, clone.environ):
            hint += f"; git config {SETTING} auto makes each command do so"
        raise Refused(finding("not-committed", text, hint=hint))


def _merge(clone: Clone) -> None:
    done = call_git(
        clone.root,
        ["merge", "--quiet", "--no-edit", clone.upstream],
        safe=False,
        environ=clone.environ,
    )
    if done.returncode == 0:
        return
    conflicts = _conflicts(clone)
    if not conflicts:
        raise git_failed("merge", done.stderr or done.stdout)
    raise Refused(_unresolved(conflicts, f"{clone.upstream} and {clone.branch} clash"))


def _conflicts(clone: Clone) -> list[str]:
    return [
        one
        for one in clone.run("diff", "--name-only", "--relative", "--diff-filter=U", "-z").split(
            "\0"
        )
        if one
    ]


def _is_open(path: Path) -> bool:
    """Whether git's markers stand in a file; one that is gone clashes as a whole."""
    return not path.exists() or has_markers(path.read_bytes())


def _unresolved(conflicts: list[str], why: str) -> Finding:
    text = f"{why}, in {format_number_of(len(conflicts), 'file')}:\n{_listed(conflicts)}"
    hint = "salescli resolve goes through them; git merge --abort goes back to before the merge"
    return finding("unresolved", text, hint=hint)


def _refuse_findings(root: Path, now: datetime, *, is_merged: bool) -> None:
    """Raise `Refused` where the store breaks a rule: what merged cleanly may be wrong still."""
    checked = check_store(os.fspath(root), now, False)
    broken = [found for found in checked.findings if not found.warning]
    if broken:
        when = "after the merge the" if is_merged else "the"
        text = f"{when} store has {format_number_of(len(broken), 'finding')}; nothing was pushed"
        hint = "salescli check names them with what mends each; then salescli sync again"
        raise Refused(finding("broken-store", text, hint=hint))


def _push(clone: Clone) -> None:
    done = call_git(clone.root, ["push", "--quiet"], safe=False, environ=clone.environ)
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
