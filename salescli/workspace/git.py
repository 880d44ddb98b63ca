"""The few calls of git that commands make; never more than the user asked for."""

import subprocess
from pathlib import Path

from salescli.model.errors import Failed, finding

# A copied directory may bring a configuration that runs programs (hardening.md F54).
SAFE = (
    "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c safe.bareRepository=explicit --no-pager"
).split()

_NO_GIT = "install git, or leave out what needs it: a store alone needs none"


def run_git(root: Path, *arguments: str, safe: bool = True) -> str:
    """Run git in a folder and give what it prints; raises `Failed` with what it says."""
    command = ["git", *(SAFE if safe else []), *arguments]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Failed(
            finding("no-git", f"git can't be run: {error.strerror}", hint=_NO_GIT)
        ) from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or ["it gave no reason"]
        raise Failed(finding("git-failed", f"git {arguments[0]} failed:\n  {said[0]}"))
    return done.stdout


def init_repository(root: Path) -> str:
    """Make the folder a repository unless it lies in one; answers in words."""
    try:
        run_git(root, "rev-parse", "--git-dir")
    except Failed as error:
        if error.findings[0].code == "no-git":
            raise
        run_git(root, "init", "--quiet")
        return "A git repository is ready; nothing is committed yet."
    return "It lies in a git repository already."


def commit_all(root: Path, paths: list[str]) -> str:
    """Commit just these paths, with the user's own hooks and signing; answers in words."""
    run_git(root, "add", "--", *paths, safe=False)
    run_git(root, "commit", "--quiet", "-m", "Begin the store", "--", *paths, safe=False)
    return "The first commit is made."
