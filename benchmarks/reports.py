"""Every report of the program over many deals, beside the funnel of the same store."""

from collections.abc import Iterator
from pathlib import Path

from measure import Broken, format_count, median_seconds, run_alone, run_pair
from rows import Bench, Row, told

from salescli.commands.report import REPORTS

OVERVIEW = Path(__file__).resolve().parent.parent / "salescli/data/dashboards/overview.yaml"

BARS = {10_000: 0.25, 100_000: 1.5}  # seconds, by number of deals
PAGE_BAR = 3.0  # seconds: the overview as HTML with its pictures, 10 000 deals
FUNNEL = "funnel"
# What a report can't do without.
WORDS = {
    "drill": ["key-contacts"],
    "compare": ["--period", "2023", "--period", "2024"],
    "forecast-diff": ["--since", "2024-06-30", "--period", "2025"],
    "dynamics": ["open"],
    "dashboard": [str(OVERVIEW), "--period", "all", "--format", "json"],
}


def report_rows(bench: Bench) -> Iterator[Row]:
    """Each report as text, in the middle store and in the largest; then a page."""
    for size in sorted({bench.middle, bench.large}):
        for name in REPORTS:
            if name != "diff":  # is of a repository
                yield _row(bench, size, name, WORDS.get(name, []))
        yield _row(bench, size, "dynamics", ["won-sum", "--by", "week"])
    yield _page_row(bench)


def _row(bench: Bench, size: int, name: str, words: list[str]) -> Row:
    told_words = " ".join([name, *words]) if name == "dynamics" else name
    work, limit = f"`report {told_words}`, {format_count(size)} deals, warm", BARS.get(size)
    bar = "–" if limit is None else f"≤ {limit:g} s"
    ours = bench.ours(size, "report", name, *words)
    try:
        if name == FUNNEL:
            samples, other, ratio = run_alone(ours, bench.runs), "–", "–"
        else:
            beside = bench.ours(size, "report", FUNNEL)._replace(label=FUNNEL)
            pair = run_pair(ours, beside, bench.runs)
            samples, other, ratio = pair.ours, told(pair.other, FUNNEL), f"{pair.ratio:.2f} ×"
    except Broken as error:
        return Row(work, other=str(error), bar=bar)
    bench.note_peak(size, f"`report {told_words}`", samples)
    is_met = None if limit is None else median_seconds(samples) <= limit
    return Row(work, told(samples), other, ratio, bar, is_met)


def _page_row(bench: Bench) -> Row:
    page = bench.folder / "overview.html"
    ours = bench.ours(
        bench.middle, "report", "dashboard", *WORDS["dashboard"][:3], "--html", str(page)
    )
    samples = run_alone(ours, bench.runs)
    work = f"overview page with its pictures, {format_count(bench.middle)} deals"
    is_met = median_seconds(samples) <= PAGE_BAR
    return Row(work, told(samples), bar=f"≤ {PAGE_BAR:g} s", is_met=is_met)
