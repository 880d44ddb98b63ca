"""Running git where a copied directory may have brought its settings (hardening.md, F54).

Owns how git is called so that it runs nothing of the repository's own, and how its failures are
told. Must not know what is asked of it.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from salescli.model.errors import Failed, finding

# A store may hold what looks like a repository of its own; git is to find the one around it.
_FINDING = "-c safe.bareRepository=explicit --no-pager".split()
# A copied directory may bring a configuration that runs programs.
SAFE = [*"-c core.fsmonitor=false -c core.hooksPath=/dev/null".split(), *_FINDING]
_MOST_LINES = 12  # of what git or a hook says
_TOLD = ("fatal: ", "error: ", "remote: ")

# What moves git to another repository than the one around its directory: a hook has them set.
_ELSEWHERE = "GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_PREFIX GIT_NAMESPACE".split()
# An object that isn't here could be fetched, by whatever program the repository's settings name.
_STAYS_HERE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_NO_GIT = "install git, or leave out what needs it: a store alone needs none"


def reading_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables under which git only reads, and only from the repository around it."""
    return {k: v for k, v in environ.items() if k not in _ELSEWHERE} | _STAYS_HERE


def own_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The user's variables, of which none names another repository; git says things in English."""
    return {k: v for k, v in environ.items() if k not in _ELSEWHERE} | {"LC_ALL": "C"}


def call_git(
    root: Path,
    arguments: Sequence[str],
    *,
    safe: bool = True,
    environ: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> "subprocess.CompletedProcess[bytes]":
    """Run git in a folder to its end, whatever that is; raises `Failed` (`no-git`)."""
    command = ["git", *(SAFE if safe else _FINDING), *arguments]
    try:
        return subprocess.run(
            command, cwd=root, input=stdin, capture_output=True, check=False, env=environ
        )
    except OSError as error:
        raise no_git(error) from None


def no_git(error: OSError) -> Failed:
    """The error of a git that isn't there."""
    return Failed(finding("no-git", f"git can't be run: {error.strerror}", hint=_NO_GIT))


def git_failed(verb: str, stderr: bytes) -> Failed:
    """The error of a git that refused: what it or a hook says, and the line that it wants typed."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines()]
    said = [line for line in lines if line and not line.startswith("hint:")]
    if any(line.startswith("fatal: ") for line in said):
        said = [line for line in said if line.startswith(_TOLD)]
    told = said[-_MOST_LINES:] or ["it gave no reason"]
    typed = [line for line in lines if line.startswith("git config ")]
    text = "\n  ".join([f"git {verb} failed:", *told])
    return Failed(finding("git-failed", text, hint=typed[-1] if typed else ""))
