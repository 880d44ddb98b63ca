"""Whole processes measured side by side: A B A B in one run, medians of pairwise ratios.

Owns how a process is run and timed. Must not know what is measured. On a machine that others use
too, the two halves of a pair suffer alike, so that the ratio is the finding, not the seconds.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Broken(Exception):
    """A process that was to be measured failed; says what it said."""


class Side(NamedTuple):
    """One of two that are compared. `prepare` runs before each timed run and isn't counted.

    `command` may be a function, for a command that is another one each time.
    """

    label: str
    command: Sequence[str] | Callable[[], Sequence[str]]
    cwd: Path
    env: Mapping[str, str]
    prepare: Callable[[], object] = lambda: None


class Sample(NamedTuple):
    """What one run took: wall-clock seconds, and the most memory of any of its processes."""

    seconds: float
    peak_mb: float


class Pair(NamedTuple):
    """Runs of two sides; `ratio` is the median of the ratios of neighbours."""

    ours: list[Sample]
    other: list[Sample]

    @property
    def ratio(self) -> float:
        """Ours by the other's."""
        both = zip(self.ours, self.other, strict=True)
        return statistics.median(ours.seconds / other.seconds for ours, other in both)


def run(side: Side) -> Sample:
    """Run a side once; raises `Broken` unless it ends with 0."""
    side.prepare()
    command = side.command() if callable(side.command) else side.command
    with tempfile.TemporaryFile() as words:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=side.cwd,
            env=dict(side.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            words.seek(0)
            said = words.read().decode("utf-8", "replace").strip().splitlines()
            raise Broken(f"exit code {process.returncode}: {said[-1] if said else ''}")
    kib = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Sample(seconds, kib / 1024)


def run_pair(ours: Side, other: Side, runs: int) -> Pair:
    """Warm both up, then run them in turn, `runs` times each."""
    pair = Pair([], [])
    run(ours), run(other)
    for _ in range(runs):
        pair.ours.append(run(ours))
        pair.other.append(run(other))
    return pair


def run_alone(side: Side, runs: int) -> list[Sample]:
    """Warm a side up, then run it `runs` times."""
    run(side)
    return [run(side) for _ in range(runs)]


def median_seconds(samples: Sequence[Sample]) -> float:
    """The median of what they took."""
    return statistics.median(sample.seconds for sample in samples)


def peak_mb(samples: Sequence[Sample]) -> float:
    """The most memory that any of them took."""
    return max(sample.peak_mb for sample in samples)


def format_seconds(seconds: float) -> str:
    """`41 ms`, `1.32 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def format_count(count: int) -> str:
    """`100 000`."""
    return f"{count:,}".replace(",", " ")
