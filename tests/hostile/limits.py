"""The program in a process of its own, in which each command may use two seconds and 200 MB, as
promised for each hostile file: beyond that the system ends it.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS = 2
MEMORY_BYTES = 200 * 1024 * 1024
SECONDS_ALLOWED = 60  # of the clock, for what waits without working
_RUN = """
import contextlib, io, json, math, resource, sys, time
commands, cpu, memory = json.loads(sys.argv[1])
if memory:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
from salescli.cli import main
for command in commands:
    out, err = io.StringIO(), io.StringIO()
    if cpu:
        most = math.ceil(time.process_time()) + cpu
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    print(json.dumps([out.getvalue(), err.getvalue(), code]), flush=True)
"""


class Answer(msgspec.Struct, frozen=True):
    """What one command wrote and left with."""

    out: str
    err: str
    code: int

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self.out + self.err


def environment(**more: str) -> dict[str, str]:
    """The variables of a run; nothing of the machine's own but where programs are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(ROOT),
        "USER": "anna",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", "/nonexistent"),
    } | more


def run_limited(
    store: Path,
    commands: Sequence[str],
    *,
    is_limited: bool = True,
    environ: Mapping[str, str] | None = None,
) -> list[Answer]:
    """Run command lines one after the other in one process, and give what each did.

    Raises AssertionError if the process dies, of its limits or otherwise.
    """
    limits = [CPU_SECONDS, MEMORY_BYTES] if is_limited else [0, 0]
    words = [shlex.split(command) for command in commands]
    done = subprocess.run(
        [sys.executable, "-P", "-c", _RUN, json.dumps([words, *limits])],
        cwd=store,
        env=dict(environ or environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS_ALLOWED,
        check=False,
    )
    answers = [Answer(*json.loads(line)) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"left with {done.returncode}: {done.stderr[-2000:]}"
    assert len(answers) == len(commands)
    return answers


def tree_of(store: Path) -> Iterator[tuple[str, bytes]]:
    """All files of a store but the local ones, with their bytes."""
    for path in sorted(store.rglob("*")):
        name = path.relative_to(store).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith((".salescli", ".git/")):
            yield name, path.read_bytes()
