"""The program in a steady world: clock and randomness come from a file that all calls share.

Test-only. `run_steadily` runs one command in this process; `write_command` writes a `salescli`
script that does the same in a process of its own, for pipes, `&&` and `$(…)`. Neither the product
nor its environment knows of it: a fixed world enters through `Surroundings`, as the real one does.
"""

import errno
import fcntl
import importlib
import json
import os
import random
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from salescli.commands import findings
from salescli.model.errors import Finding, SalesError
from salescli.model.surroundings import Surroundings
from salescli.store.files import RealFileSystem
from salescli.store.transaction import Writing
from tests.warm import warm_words

ROOT = Path(__file__).resolve().parent.parent
Program = Callable[[list[str], Surroundings], int | None]
PRODUCT = "salescli.cli:main"
FIRST_MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STEP_SECONDS = 60  # by how much each command is later than the one before
WRITES = ("write_new", "write_at", "truncate", "rename", "unlink", "mkdir", "fsync_file")


def write_world(
    path: Path, *, program: str = PRODUCT, now: datetime = FIRST_MOMENT, seed: int = 7
) -> None:
    """Begin a steady world in a file; `program` is `module:function`, a `Program`."""
    state = {"program": program, "now": now.isoformat(), "seed": seed, "calls": 0, "codes": []}
    state |= {"fault": "", "meanwhile": ""}
    path.write_text(json.dumps(state), encoding="utf-8")


@contextmanager
def _opened(path: Path) -> Iterator[dict[str, Any]]:
    """The state, written back at the end; locked, because both ends of a pipe come here."""
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        state: dict[str, Any] = json.load(file)
        yield state
        file.seek(0)
        file.truncate()
        json.dump(state, file)


def set_clock(path: Path, now: datetime) -> None:
    """Let the next command happen at `now`."""
    with _opened(path) as state:
        state["now"] = now.isoformat()


def set_misfortune(path: Path, fault: str, meanwhile: str) -> None:
    """Let something befall the next command: see `_failing` and `_disturbed`; "" is nothing."""
    with _opened(path) as state:
        state["fault"], state["meanwhile"] = fault, meanwhile


def take_codes(path: Path) -> list[str]:
    """The codes of all findings raised since the last time this was asked."""
    with _opened(path) as state:
        codes, state["codes"] = state["codes"], []
    return list(codes)


@contextmanager
def _recording_codes(codes: list[str]) -> Iterator[None]:
    """Note the code of every finding that an error carries or that is put into words."""
    raise_with, tell = SalesError.__init__, findings.format_finding

    def noting(self: SalesError, *found: Finding) -> None:
        codes.extend(finding.code for finding in found)
        raise_with(self, *found)

    def telling(found: Finding, lead: str = "") -> Iterator[str]:
        codes.append(found.code)
        return tell(found, lead)

    with (
        mock.patch.object(SalesError, "__init__", noting),
        mock.patch.object(findings, "format_finding", telling),
    ):
        yield


@contextmanager
def _failing(fault: str) -> Iterator[None]:
    """Let all writing to a file fail; `fault` is the error's name and the end of the path."""
    name, _, ending = fault.partition(" ")
    number = getattr(errno, name)
    with ExitStack() as stack:
        for operation in WRITES:
            plain = getattr(RealFileSystem, operation)

            def write(self: RealFileSystem, *given: Any, plain: Any = plain) -> Any:
                paths = [entry for entry in given if isinstance(entry, str)]
                if paths[-1].endswith(ending):
                    raise OSError(number, os.strerror(number), paths[-1])
                return plain(self, *given)

            stack.enter_context(mock.patch.object(RealFileSystem, operation, write))
        yield


@contextmanager
def _disturbed(meanwhile: str, directory: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Run a line of shell after the command has read and decided, before it writes."""
    plain = Writing.apply

    def apply(*given: Any) -> Any:
        subprocess.run(["sh", "-c", meanwhile], cwd=directory, env=environ, check=True)
        return plain(*given)

    with mock.patch.object(Writing, "apply", apply):
        yield


def _exit_code(value: object) -> int:
    """What the system would make of the value a program returned or left with."""
    if value is None:
        return 0
    return value if isinstance(value, int) else 1


def git_setting(name: str, directory: Path, environ: Mapping[str, str]) -> str:
    """A setting of the session's git, which is not that of whoever runs the tests.

    Git is asked once for each state of the files that it would read.
    """
    places = [Path(environ["HOME"], ".gitconfig")] if "HOME" in environ else []
    places += [folder / ".git" / "config" for folder in (directory, *directory.parents)]
    found = {place: place.stat() for place in places if place.is_file()}
    state = tuple((str(place), seen.st_mtime_ns, seen.st_size) for place, seen in found.items())
    return _ask_git(name, directory, tuple(sorted(environ.items())), state)


@cache
def _ask_git(
    name: str, directory: Path, environ: tuple[tuple[str, str], ...], state: object
) -> str:
    command = ["git", "config", "--get", name]
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            env=dict(environ),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:  # there is no git
        return ""
    return done.stdout.strip()


def run_steadily(
    world: Path, arguments: Sequence[str], directory: Path, environ: Mapping[str, str]
) -> int:
    """Run one command in this process and return its exit code; the clock moves on after it."""
    with _opened(world) as state:
        now, calls = datetime.fromisoformat(state["now"]), state["calls"]
        state["calls"] = calls + 1
        state["now"] = (now + timedelta(seconds=STEP_SECONDS)).isoformat()
        fault, state["fault"] = state["fault"], ""
        meanwhile, state["meanwhile"] = state["meanwhile"], ""
        module, name = state["program"].split(":")
        source = random.Random(f"{state['seed']}:{calls}")
    surroundings = Surroundings(
        clock=lambda: now,
        random_bytes=source.randbytes,
        environ=environ,
        directory=directory,
        git_email=lambda: git_setting("user.email", directory, environ),
        git_name=lambda: git_setting("user.name", directory, environ),
        system_user=environ.get("USER", ""),
    )
    codes: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(_recording_codes(codes))
        if fault:
            stack.enter_context(_failing(fault))
        if meanwhile:
            stack.enter_context(_disturbed(meanwhile, directory, environ))
        try:
            program: Program = getattr(importlib.import_module(module), name)
            code = _exit_code(program(list(arguments), surroundings))
        except SystemExit as left:
            code = _exit_code(left.code)
    with _opened(world) as state:
        state["codes"] += codes
    return code


def write_command(path: Path, world: Path) -> None:
    """Write an executable that is `salescli` in that steady world, in a process of its own."""
    entry = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"from tests.steady import main; sys.exit(main({str(world)!r}))"
    )
    # -P: the current directory is user data, never a place to import from.
    cold = shlex.join([sys.executable, "-P", "-c", entry])
    warm = shlex.join(warm_words(world))
    changed = "$PYTHONPATH$PYTHONUTF8$PYTHONIOENCODING"
    # What is imported and how texts are read can't be changed any more where it is warm.
    path.write_text(
        f'#!/bin/sh\n[ -z "{changed}" ] || exec {cold} "$@"\nexec {warm} "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)


def main(world: str) -> int:
    """Be `salescli` in a process of its own."""
    return run_steadily(Path(world), sys.argv[1:], Path.cwd(), dict(os.environ))
