"""A bar on stderr for work that takes its time, on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click

PATIENCE_SECONDS = 1.0  # shorter work shows no bar
STEP = 50


@contextmanager
def progress_over(total: int, label: str) -> Iterator[Callable[[int], None] | None]:
    """A bar, once the work has taken a second; what is given is told each number that is done."""
    stream = sys.stderr
    if not stream.isatty():
        yield None
        return
    start = monotonic()
    with click.progressbar(length=total, label=label, file=stream, hidden=True) as bar:

        def on_number(number: int) -> None:
            if number % STEP and number != total:
                return
            if bar.hidden and monotonic() - start > PATIENCE_SECONDS:
                bar.hidden = False
            if not bar.hidden:
                bar.update(number - bar.pos)

        yield on_number
