"""The few calls of git that commands make; never more than the user asked for."""

from pathlib import Path

from salescli.model.errors import Failed
from salescli.store.gitprogram import call_git, git_failed


def run_git(root: Path, *arguments: str, safe: bool = True) -> str:
    """Run git in a folder and give what it prints; raises `Failed` with what it says."""
    done = call_git(root, arguments, safe=safe)
    if done.returncode != 0:
        raise git_failed(arguments[0], done.stderr)
    return done.stdout.decode("utf-8", "replace")


def init_repository(root: Path) -> bool:
    """Make the folder a repository unless it lies in one; whether it is a new one."""
    try:
        run_git(root, "rev-parse", "--git-dir")
    except Failed as error:
        if error.findings[0].code == "no-git":
            raise
        run_git(root, "init", "--quiet")
        return True
    return False


def commit_all(root: Path, paths: list[str]) -> str:
    """Commit just these paths, with the user's own hooks and signing; answers in words."""
    run_git(root, "add", "--", *paths, safe=False)
    run_git(root, "commit", "--quiet", "-m", "Begin the store", "--", *paths, safe=False)
    return "The first commit is made."
