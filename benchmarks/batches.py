"""`salescli batch`: many moves as one, beside the bare rewriting of as many files."""

import json
from collections.abc import Iterator
from itertools import islice

import stores
from measure import format_count, median_seconds, run, run_pair
from rows import Bench, Row, told

MOST_MOVES = 10_000
BAR = 2_000  # moves a second, end to end and durable


def batch_row(bench: Bench) -> Iterator[Row]:
    """Ten thousand moves by one command line, from JSON Lines."""
    store = bench.store(bench.large)
    count = len(list(islice(stores.open_deals(store), MOST_MOVES)))
    file = bench.folder / "moves.jsonl"
    stores.warm(run, bench.ours(bench.large, "report", "funnel"))

    def prepare() -> None:
        moves = (line.split() for line in islice(stores.open_deals(store), count))
        lines = (
            json.dumps({"op": "opportunity.move", "opportunity": deal, "to": stage})
            for deal, stage in moves
        )
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    ours = bench.ours(bench.large, "batch", str(file))._replace(prepare=prepare)
    bare = bench.script("rewrite", str(store), str(count))._replace(label="bare rewriting")
    pair = run_pair(ours, bare, max(2, bench.runs // 3))
    bench.note_peak(bench.large, "`batch`", pair.ours)
    rate = count / median_seconds(pair.ours)
    yield Row(
        f"`batch` of {format_count(count)} moves, durable",
        told(pair.ours),
        told(pair.other, bare.label),
        f"{format_count(round(rate))} moves/s, {pair.ratio:.1f} ×",
        f"≥ {format_count(BAR)} moves/s",
        rate >= BAR,
    )
