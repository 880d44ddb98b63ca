"""A session at a console: a home, a current directory, variables, and a steady `salescli`.

A plain `salescli …` line runs in this process, all else in a real `sh` with `salescli` on its
PATH; both share clock, randomness, directory and variables, so no line can tell which it was.
A `$(word …)` that is the only piece of shell in a `salescli` line is looked up first, and the line
is plain then.
"""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from tests.steady import (
    PRODUCT,
    run_steadily,
    set_clock,
    set_misfortune,
    take_codes,
    write_command,
    write_world,
)

SECONDS_ALLOWED = 120  # for one line of shell, so that a hanging one doesn't hang all
_SHELL_CHARACTERS = frozenset("|&;<>()$`*?[]~#{}!\\\n")
_LOOK_UP = re.compile(r"\$\(([\w./ -]+)\)")
_SHELLS_OWN = ("_", "SHLVL", "PWD", "OLDPWD", "code")
_SAVE = """
import json, os, sys
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump([os.getcwd(), dict(os.environ)], file)
"""
_GIT_CONFIG = """
[user]
\tname = Anna Berzina
\temail = anna@riverside.example
[init]
\tdefaultBranch = main
[commit]
\tgpgSign = false
"""


@dataclass(frozen=True)
class Outcome:
    """What a command did; `codes` are those of the findings that were raised."""

    stdout: str
    stderr: str
    code: int
    codes: tuple[str, ...] = ()


def is_plain(command: str) -> bool:
    """True for a `salescli …` line that means the same without a shell."""
    quote = ""
    for character in command:
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif quote == "'":
            continue
        elif character in ("$`\\" if quote else _SHELL_CHARACTERS):
            return False
    return not quote and command.split(maxsplit=1)[:1] == ["salescli"]


class Session:
    """One console. Begins in an empty home directory inside `place`."""

    def __init__(self, place: Path, *, program: str = PRODUCT) -> None:
        """`program` is what `salescli` runs, as `module:function`."""
        self.home = (place / "home").resolve()
        self.directory = self.home
        self._world, self._saved = place / "world.json", place / "saved.json"
        commands = place / "bin"
        for folder in (self.home, commands):
            folder.mkdir(parents=True)
        (self.home / ".gitconfig").write_text(_GIT_CONFIG, encoding="utf-8")
        write_world(self._world, program=program)
        write_command(commands / "salescli", self._world)
        self.environ = _fixed_environ(self.home, commands)

    def set_clock(self, now: datetime) -> None:
        """Let the next command happen at `now`; later ones go on from there."""
        set_clock(self._world, now)

    def set_misfortune(self, *, fault: str = "", meanwhile: str = "") -> None:
        """Let the next command fail at a file (`EIO team.yaml`), or have a line of shell run
        between its decision and its writing.
        """
        set_misfortune(self._world, fault, meanwhile)

    def run(self, command: str) -> Outcome:
        """Run one line, as if it were typed. The home's own path is shown as `~`."""
        joined = command.replace("\\\n", "")
        if is_plain(_LOOK_UP.sub("found", joined)):
            joined = _LOOK_UP.sub(self._look_up, joined)
        plain = is_plain(joined)
        outcome = self._run_here(shlex.split(joined)[1:]) if plain else self._run_in_shell(command)
        return Outcome(
            outcome.stdout.replace(str(self.home), "~"),
            outcome.stderr.replace(str(self.home), "~"),
            outcome.code,
            tuple(take_codes(self._world)),
        )

    def _run_here(self, arguments: list[str]) -> Outcome:
        with (
            mock.patch.dict(os.environ, self.environ, clear=True),
            contextlib.chdir(self.directory),
            CliRunner().isolation() as (stdout, stderr, _),
        ):
            code = run_steadily(self._world, arguments, self.directory, self.environ)
            sys.stdout.flush()
            sys.stderr.flush()
            out, err = stdout.getvalue(), stderr.getvalue()
        return Outcome(out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), code)

    def _look_up(self, found: re.Match[str]) -> str:
        """What a plain command prints, as it stands in the line; the line itself where it fails."""
        done = subprocess.run(
            ["sh", "-c", found[1]],
            cwd=self.directory,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_ALLOWED,
            check=False,
        )
        return found[0] if done.returncode or done.stderr else done.stdout.strip()

    def _run_in_shell(self, command: str) -> Outcome:
        save = shlex.join([sys.executable, "-I", "-S", "-c", _SAVE, str(self._saved)])
        # `set -a` exports what is assigned, so that the next line finds it.
        script = f"trap {shlex.quote(f'code=$?; {save}; exit $code')} EXIT\nset -a\n{command}\n"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self.directory,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS_ALLOWED,
            check=False,
        )
        if self._saved.exists():  # not after a line that sh couldn't read
            directory, environ = json.loads(self._saved.read_text(encoding="utf-8"))
            self._saved.unlink()
            self.directory = Path(directory)
            self.environ = {k: v for k, v in environ.items() if k not in _SHELLS_OWN}
        return Outcome(done.stdout, done.stderr, done.returncode)


def _fixed_environ(home: Path, commands: Path) -> Mapping[str, str]:
    """All variables that a command sees; nothing of the machine's own but where programs are."""
    return {
        "HOME": str(home),
        "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "USER": "anna",
        "LOGNAME": "anna",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "80",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": "2026-11-02T09:00:00Z",
        "GIT_COMMITTER_DATE": "2026-11-02T09:00:00Z",
    }
