"""What it takes to write all deals out, and to ask them a query."""

from collections.abc import Iterator

import stores
from measure import Broken, format_count, median_seconds, run, run_alone
from rows import Bench, Row, told

JSONL_BAR = 10.0  # seconds: 100 000 deals, warm
WORK = {
    "`export jsonl opportunity`": ["export", "jsonl", "opportunity"],
    "`export csv opportunity`": ["export", "csv", "opportunity"],
    "`export store`": ["export", "store"],
    "`sql`, deals by stage": [
        "sql",
        "select stage, count(*), sum(value) from opportunity group by stage",
    ],
}


def export_rows(bench: Bench) -> Iterator[Row]:
    """Each way out, in the largest store."""
    size = bench.large
    stores.warm(run, bench.ours(size, "report", "funnel"))
    for words, command in WORK.items():
        is_jsonl = command[1] == "jsonl"
        bar = f"≤ {JSONL_BAR:g} s" if is_jsonl and size == 100_000 else "–"
        work = f"{words}, {format_count(size)} deals, warm"
        try:
            samples = run_alone(bench.ours(size, *command), max(2, bench.runs // 3))
        except Broken as error:
            yield Row(work, other=str(error), bar=bar)
            continue
        bench.note_peak(size, words, samples)
        is_met = None if bar == "–" else median_seconds(samples) <= JSONL_BAR
        yield Row(work, told(samples), bar=bar, is_met=is_met)
