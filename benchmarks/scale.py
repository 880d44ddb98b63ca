"""Print the tables of docs/scale.md: reports over more and more deals, on one machine and several.

`scale.py [--each N] [--stores N] [--runs N] [--only REPORT] [--keep DIR] [--write FILE]`

A group is so many links to one store: each is opened, compared with its files and counted as if it
stood alone, without millions of files on the disk. The command refuses such a group: what compares
stores is off here. All ratios are of one run, each beside the same report of one store of the same
size.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Side, format_count, format_seconds, median_seconds, peak_mb, run_alone, run_pair
from rows import Bench
from run import write_between

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = ("Deals", "Work", "Seconds, memory", "Beside one store of that size")
REPORTS = {
    "funnel": ["report", "funnel"],
    "managers of a past year": ["report", "managers", "--period", "2024", "--as-of", "2024-12-31"],
}
CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    options = dict(n_workers=int(sys.argv[1]), threads_per_worker=1, dashboard_address=None)
    with LocalCluster(host="127.0.0.1", scheduler_port=0, **options) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
AS_IF_OTHERS = """\
from salescli.cli import script
from salescli.workspace import grouping

grouping.check_stores = grouping.check_copies = lambda stores: None
script()
"""


@contextmanager
def workers(bench: Bench, count: int) -> Iterator[str]:
    """The address of a scheduler with so many workers on this machine."""
    script = bench.folder / "cluster.py"
    script.write_text(CLUSTER)
    process = subprocess.Popen(
        [sys.executable, script, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=dict(bench.env),
    )
    assert process.stdin and process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()


def build_group(bench: Bench, size: int, count: int) -> Path:
    """A file that names so many links to the store of a size."""
    store = bench.store(size)
    lines = ["stores:"]
    for number in range(count):
        link = bench.folder / f"{size}-link-{number}"
        if not link.is_symlink():
            link.symlink_to(store)
        lines += [f"  s{number}:", f"    directory: {link.name}"]
    path = bench.folder / f"group-{size}-{count}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def on_one_core(side: Side) -> Side:
    """The same, allowed one processor."""
    core = str(min(os.sched_getaffinity(0)))
    return side._replace(command=["taskset", "-c", core, *side.command])


def measured(
    bench: Bench, sizes: list[int], count: int, reports: dict[str, list[str]]
) -> Iterator[tuple[str, ...]]:
    """The rows: single stores, then groups on one core, on all, and by workers."""
    for name, words in reports.items():
        for size in sizes:
            samples = run_alone(bench.ours(size, *words), bench.runs)
            told = f"{format_seconds(median_seconds(samples))}, {peak_mb(samples):.0f} MB"
            yield format_count(size), name, told, "–"
    cores = len(os.sched_getaffinity(0))
    (bench.scripts / "as-if-others").write_text(AS_IF_OTHERS)
    with workers(bench, cores) as address:
        for name, words in reports.items():
            for size in sizes:
                one = bench.ours(size, *words)
                group = str(build_group(bench, size, count))
                several = bench.script("as-if-others", *words, "--stores", group)
                far = several._replace(command=[*several.command, "--scheduler", address])
                for how, side in (
                    ("one core", on_one_core(several)),
                    ("two processes", several),
                    (f"{cores} workers", far),
                ):
                    pair = run_pair(side, one, bench.runs)
                    seconds = format_seconds(median_seconds(pair.ours))
                    told = f"{seconds}, {peak_mb(pair.ours):.0f} MB"
                    deals = f"{count} × {format_count(size)}"
                    yield deals, f"{name}, {how}", told, f"{pair.ratio:.1f} ×"


def format_rows(rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    rule = tuple("-" * len(heading) for heading in HEADINGS)
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEADINGS, rule, *rows))


def main() -> None:
    """Measure, print, and put the table into a document if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--each", default="10000,100000", help="deals of a store, with commas")
    parser.add_argument("--stores", type=int, default=10, help="stores of a group")
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each")
    parser.add_argument("--only", help=f"one of {', '.join(REPORTS)}")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where stores stay")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into a document")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = (asked.keep or Path(made)).resolve()
        folder.mkdir(exist_ok=True)
        sizes = [int(size) for size in asked.each.split(",")]
        bench = Bench(folder, ROOT, sizes, asked.runs)
        rows: list[tuple[str, ...]] = []
        reports = {name: w for name, w in REPORTS.items() if asked.only in (None, name)}
        for row in measured(bench, sizes, asked.stores, reports):
            print(*row, sep=" | ", file=sys.stderr, flush=True)
            rows.append(row)
    table = format_rows(rows)
    print(table)
    if asked.write:
        write_between(asked.write, table)


if __name__ == "__main__":
    main()
