"""Print the table of docs/performance.md: our commands beside others', as ratios of one run.

`run.py [--quick] [--sizes N,N,N] [--runs N] [--only WORD] [--keep DIR] [--code DIR] [--write FILE]`

Stores and the rivals' data are made in a temporary directory, or kept in DIR for the next run.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import stores
from batches import batch_row
from exports import export_rows
from measure import (
    Broken,
    Side,
    format_count,
    median_seconds,
    run,
    run_alone,
    run_pair,
)
from merges import merge_row
from reports import report_rows
from rivals import Rival, build_rivals
from rows import Bench, Row, compare, told

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEADINGS = ("Work", "Ours", "Beside it", "Ratio", "Bar", "Met?")
FUNNEL = ["report", "funnel"]
FILTERED = ["opportunity", "list", "--where", "stage=key-contacts"]
FILTERED += ["--where", "budget>=300000 EUR", "--where", "close_date<2026-01-01"]
MOST_MOVES, IMPORTED_ROWS = 10_000, 8_800


def start_rows(bench: Bench) -> Iterator[Row]:
    """What it costs to start at all."""
    hello = bench.script("hello")._replace(label="click hello-world")
    for option in ("--version", "--help"):
        yield compare(bench, f"`{option}`", bench.ours(None, option), hello, 1.6)
    for words, line in (("ids", ["opp", "show", "opp-"]), ("people", ["agenda", "--person", ""])):
        store = str(bench.store(bench.large))
        ours = bench.script("salescli", "__complete", "-C", store, *line)
        yield compare(bench, f"the Tab key, {words}", ours, hello, 1.0)


def reading_rows(bench: Bench) -> Iterator[Row]:
    """Warm reports and lists, beside git in the same directory."""
    size, name = bench.large, format_count(bench.large)
    git = Side("git status", ["git", "status"], stores.commit_all(bench.store(size)), bench.env)
    for words, command in (("text funnel", FUNNEL), ("filtered list", FILTERED)):
        ours = bench.ours(size, *command)
        pair = run_pair(ours, git, bench.runs)
        bench.note_peak(size, words, pair.ours)
        yield Row(
            f"{words}, {name} deals, warm",
            told(pair.ours),
            told(pair.other, git.label),
            f"{pair.ratio:.2f} ×",
            "≤ 1 ×",
            pair.ratio <= 1,
        )


def rival_rows(bench: Bench) -> Iterator[Row]:
    """The same at 10 000 beside other programs, and the first run of those that keep an index."""
    size, name = bench.middle, format_count(bench.middle)
    there, missing = build_rivals(bench.folder / "rivals", size, bench.env)
    funnel, listed = bench.ours(size, *FUNNEL), bench.ours(size, *FILTERED)
    first = cold(bench, size)
    pairs: list[tuple[str, str, Side, Callable[[Rival], Side | None]]] = [
        ("text funnel, {}, warm", "hledger", funnel, lambda rival: rival.usual),
        ("text funnel, {}, warm", "taskwarrior", funnel, lambda rival: rival.usual),
        ("filtered list, {}, warm", "taskwarrior", listed, lambda rival: rival.usual),
        ("filtered list, {}, warm", "papis", listed, lambda rival: rival.usual),
        ("filtered list, {}, warm", "todoman", listed, lambda rival: rival.usual),
        ("cold index and funnel, {}", "papis", first, lambda rival: rival.first),
        ("cold index and funnel, {}", "todoman", first, lambda rival: rival.first),
    ]
    for words, rival, ours, choose in pairs:
        work = words.format(f"{name} deals")
        if rival in missing:
            yield Row(work, other=f"{rival}: {missing[rival]}", bar="≤ 1 ×")
            continue
        other = choose(there[rival])
        assert other is not None
        try:
            yield compare(bench, work, ours, other, 1)
        except Broken as error:
            yield Row(work, other=f"{rival}: {error}", bar="≤ 1 ×")


def cold(bench: Bench, size: int) -> Side:
    """The funnel of a store that has no index yet, as in a fresh clone."""
    side = bench.ours(size, *FUNNEL)
    return side._replace(prepare=lambda: stores.drop_index(bench.store(size)))


def cold_rows(bench: Bench) -> Iterator[Row]:
    """How long a fresh clone takes to its first report."""
    for size, limit in sorted({bench.middle: 1.5, bench.large: None}.items()):
        samples = run_alone(cold(bench, size), max(2, bench.runs // 2))
        bench.note_peak(size, "cold index", samples)
        took = median_seconds(samples)
        if size != 10_000:
            limit = None
        yield Row(
            f"cold index and funnel, {format_count(size)} deals",
            told(samples),
            bar="–" if limit is None else f"≤ {limit:g} s",
            is_met=None if limit is None else took <= limit,
        )


def revision_row(bench: Bench) -> Iterator[Row]:
    """A report as it was committed, without a checkout, beside that of the files."""
    size = bench.middle
    stores.commit_all(bench.store(size))
    then, now = bench.ours(size, *FUNNEL, "--rev", "HEAD"), bench.ours(size, *FUNNEL)
    yield compare(bench, f"text funnel of a commit, {format_count(size)} deals", then, now, 2)


def advance_rows(bench: Bench) -> Iterator[Row]:
    """One deal moved on, in the largest store and in the smallest."""
    if bench.small == bench.large:
        return
    for words, length, limit in (("full id", 99, 1.5), ("prefix of its id", 12, 2.0)):
        sides = []
        for size in (bench.large, bench.small):
            deals = stores.open_deals(bench.store(size))
            stores.warm(run, bench.ours(size, *FUNNEL))

            side = bench.ours(size, "opportunity", "move")
            command = partial(next_move, side.command, deals, length)
            sides.append(side._replace(label=f"in {format_count(size)}", command=command))
        work = f"move one deal by {words}, in {format_count(bench.large)}"
        yield compare(bench, work, *sides, limit)


def looking_rows(bench: Bench) -> Iterator[Row]:
    """One deal looked at, in the largest store and in the smallest; a search over all."""
    if bench.small != bench.large:
        for verb in ("show", "timeline"):
            for words, length, limit in (("full id", 99, 1.5), ("prefix of its id", 12, 2.0)):
                sides = []
                for size in (bench.large, bench.small):
                    stores.warm(run, bench.ours(size, *FUNNEL))
                    deal = next(stores.open_deals(bench.store(size))).split()[0][:length]
                    side = bench.ours(size, "opportunity", verb, deal)
                    sides.append(side._replace(label=f"in {format_count(size)}"))
                work = f"{verb} one deal by {words}, in {format_count(bench.large)}"
                yield compare(bench, work, *sides, limit)
    size, events = bench.middle, 20
    store = stores.build_store(bench.folder, size, events)
    side = bench.ours(None, "-C", str(store), "search", "parking")
    stores.warm(run, side)  # the first search makes its tables
    samples = run_alone(side, bench.runs)
    bench.note_peak(size, "search", samples)
    took = median_seconds(samples)
    work = f"search, {format_count(size)} deals of {events} events, warm"
    yield Row(work, told(samples), bar="≤ 1 s", is_met=took <= 1)


def next_move(start: Sequence[str], moves: Iterator[str], length: int) -> list[str]:
    """The command that makes the next of these moves, the deal named by so much of its id."""
    deal, stage = next(moves).split()
    return [*start, deal[:length], "--to", stage]


def moves_row(bench: Bench) -> Iterator[Row]:
    """Many moves in one transaction, by a script through the use cases."""
    store = bench.store(bench.large)
    lines = [line for line, _ in zip(stores.open_deals(store), range(MOST_MOVES), strict=False)]
    listed = bench.folder / "moves.txt"
    counts = []

    def prepare() -> None:
        fresh = [line for line, _ in zip(stores.open_deals(store), lines, strict=False)]
        listed.write_text("\n".join(fresh) + "\n")
        counts.append(len(fresh))

    side = bench.script("moves.py", str(store), str(listed))._replace(prepare=prepare)
    bare = bench.script("rewrite", str(store), str(len(lines)))._replace(label="bare rewriting")
    pair = run_pair(side, bare, max(2, bench.runs // 3))
    bench.note_peak(bench.large, "many moves", pair.ours)
    rate = counts[-1] / median_seconds(pair.ours)
    yield Row(
        f"{format_count(len(lines))} moves in one transaction, durable",
        told(pair.ours),
        told(pair.other, bare.label),
        f"{format_count(round(rate))} moves/s, {pair.ratio:.1f} ×",
        "≥ 2 000 moves/s",
        rate >= 2000,
    )


def import_row(bench: Bench) -> Iterator[Row]:
    """So many rows of CSV, into a store that has none of them."""
    work, bar = f"import {format_count(IMPORTED_ROWS)} deals from CSV", "≤ 6 s"
    store, table, mapping = stores.build_import(bench.folder, IMPORTED_ROWS)
    command = ["-C", str(store), "import", "csv", str(table), "--mapping", str(mapping)]
    side = bench.script("salescli", *command, "--key", "old")
    side = side._replace(prepare=lambda: stores.build_import(bench.folder, IMPORTED_ROWS))
    folder = bench.folder / "bare"
    bare = bench.script("create", str(folder), str(IMPORTED_ROWS))
    bare = bare._replace(
        label="the same files bare",
        prepare=lambda: shutil.rmtree(folder, ignore_errors=True),
    )
    try:
        pair = run_pair(side, bare, max(2, bench.runs // 3))
    except Broken as error:
        yield Row(work, other=str(error), bar=bar)
        return
    took = median_seconds(pair.ours)
    rate = f"{format_count(round(IMPORTED_ROWS / took))} rows/s, {pair.ratio:.1f} ×"
    yield Row(work, told(pair.ours), told(pair.other, bare.label), rate, bar, took <= 6)


def picture_row(bench: Bench) -> Iterator[Row]:
    """The picture, beside a bar chart that the drawing library makes of five numbers."""
    picture = str(bench.folder / "funnel.png")
    ours = bench.ours(bench.small, *FUNNEL, "--png", picture)
    bare = bench.script("chart", str(bench.folder / "chart.png"))
    label = bare._replace(label="bare bar chart")
    yield compare(bench, f"funnel as PNG, {format_count(bench.small)} deals", ours, label, 1.4)


def memory_row(bench: Bench) -> Iterator[Row]:
    """The most memory that any command took in the largest store."""
    picture = str(bench.folder / "funnel.png")
    more = {
        "`list --format json`": ["opportunity", "list", "--format", "json"],
        "`list --format csv`": ["opportunity", "list", "--format", "csv"],
        "list by a contact's role": [
            *["opportunity", "list", "--format", "json"],
            *["--where", "contacts.role=decision-maker"],
        ],
        "funnel as of a past day": [*FUNNEL, "--as-of", "2024-06-30"],
        "funnel as PNG": [*FUNNEL, "--png", picture],
        "`check`": ["check"],
    }
    for what, command in more.items():
        try:
            bench.note_peak(bench.large, what, [run(bench.ours(bench.large, *command))])
        except Broken as error:
            print(f"{what}: {error}", file=sys.stderr)
    most = sorted(bench.peaks.items(), key=lambda entry: -entry[1])
    yield Row(
        f"peak memory, {format_count(bench.large)} deals",
        f"{most[0][1]:.0f} MB ({most[0][0]})",
        ", ".join(f"{what} {peak:.0f}" for what, peak in most[1:]),
        bar="≤ 300 MB",
        is_met=most[0][1] <= 300,
    )


GROUPS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "start": start_rows,
    "reading": reading_rows,
    "reports": report_rows,
    "rivals": rival_rows,
    "cold": cold_rows,
    "revision": revision_row,
    "advance": advance_rows,
    "looking": looking_rows,
    "merging": merge_row,
    "picture": picture_row,
    "moves": moves_row,
    "batch": batch_row,
    "import": import_row,
    "exports": export_rows,
    "memory": memory_row,
}


def measure_all(bench: Bench, groups: list[str]) -> list[Row]:
    """All rows of these groups; each is told on stderr when it is there."""
    rows: list[Row] = []
    for name in groups:
        try:
            for row in GROUPS[name](bench):
                rows.append(row)
                print(" | ".join(row.cells), file=sys.stderr, flush=True)
        except Broken as error:
            rows.append(Row(name, other=str(error), is_met=False))
    return rows


def format_table(rows: list[Row]) -> str:
    """The rows as a Markdown table with even columns."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    padded = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in (HEADINGS, rule, *lines[1:])
    ]
    return "\n".join(padded)


def write_between(path: Path, table: str) -> None:
    """Replace what stands between the two marks of a document."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{path} has no {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="100 and 10 000 deals, three runs")
    parser.add_argument("--sizes", help="numbers of deals, with commas")
    parser.add_argument("--runs", type=int, help="timed runs of each side")
    parser.add_argument("--only", help=f"some of {','.join(GROUPS)}, with commas")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where stores stay")
    parser.add_argument("--code", type=Path, default=ROOT, help="the checkout to measure")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into a document")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write where asked."""
    asked = read_arguments()
    sizes = asked.sizes or ("100,10000" if asked.quick else "100,10000,100000")
    runs = asked.runs or (3 if asked.quick else 9)
    groups = asked.only.split(",") if asked.only else list(GROUPS)
    with tempfile.TemporaryDirectory(prefix="salescli-bench-") as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, asked.code.resolve(), [int(n) for n in sizes.split(",")], runs)
        table = format_table(measure_all(bench, groups))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs of each side.\n")
    print(table)
    if asked.write:
        write_between(asked.write, table)


if __name__ == "__main__":
    main()
