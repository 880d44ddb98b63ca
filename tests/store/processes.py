"""Other processes for tests of locks and kills."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@contextmanager
def python(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A child that runs `program` (with `root` and `say`) and dies with the test."""
    start = (
        "import os, sys, time\nfrom pathlib import Path\nroot = Path(sys.argv[1])\n"
        "def say(text): sys.stdout.write(text + '\\n'); sys.stdout.flush()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", start + textwrap.dedent(program), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def said(child: subprocess.Popen[str]) -> str:
    """The next line of a child, without its end; "" at its end."""
    assert child.stdout is not None
    return child.stdout.readline().strip()
