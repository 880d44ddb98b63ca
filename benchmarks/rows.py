"""A line of the table, the stores it is measured in, and two sides measured in turn."""

import sys
from pathlib import Path
from typing import NamedTuple

import stores
from measure import Pair, Sample, Side, format_seconds, median_seconds, peak_mb, run_pair


class Row(NamedTuple):
    """A line of the table; `is_met` is None where there is nothing to say."""

    work: str
    ours: str = "–"
    other: str = "–"
    ratio: str = "–"
    bar: str = "–"
    is_met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As they are printed."""
        met = {True: "yes", False: "**no**", None: "–"}[self.is_met]
        return (self.work, self.ours, self.other, self.ratio, self.bar, met)


class Bench:
    """The stores, how ours is run, and what was measured so far."""

    def __init__(self, folder: Path, code: Path, sizes: list[int], runs: int) -> None:
        self.folder, self.code, self.sizes, self.runs = folder, code, sizes, runs
        self.small, self.large = min(sizes), max(sizes)
        self.middle = 10_000 if 10_000 in sizes else self.large
        self.peaks: dict[str, float] = {}  # command → MB, at the largest size
        self.env = stores.build_environment(folder, code)
        self.scripts = stores.write_scripts(folder)

    def store(self, size: int) -> Path:
        """The store of a size, made when it is first asked for."""
        return stores.build_store(self.folder, size)

    def script(self, name: str, *arguments: str) -> Side:
        """A script of ours in the same Python, as a console script would start it."""
        command = [sys.executable, "-P", str(self.scripts / name), *arguments]
        return Side(name, command, self.folder, self.env)

    def ours(self, size: int | None, *arguments: str) -> Side:
        """`salescli` in the store of a size, or in none."""
        at = [] if size is None else ["-C", str(self.store(size))]
        return self.script("salescli", *at, *arguments)

    def note_peak(self, size: int, what: str, samples: list[Sample]) -> None:
        """Remember the memory that a command took in the largest store."""
        if size == self.large:
            self.peaks[what] = max(self.peaks.get(what, 0), peak_mb(samples))


def told(samples: list[Sample], label: str = "") -> str:
    """`41 ms, 20 MB`, with a label in front."""
    words = f"{format_seconds(median_seconds(samples))}, {peak_mb(samples):.0f} MB"
    return f"{label}: {words}" if label else words


def compare(bench: Bench, work: str, ours: Side, other: Side, limit: float) -> Row:
    """A row that says by how much ours is faster or slower than the other."""
    pair: Pair = run_pair(ours, other, bench.runs)
    return Row(
        work,
        told(pair.ours),
        told(pair.other, other.label),
        f"{pair.ratio:.2f} ×",
        f"≤ {limit:g} ×",
        pair.ratio <= limit,
    )
