"""The bench's own arithmetic: ratios of neighbours, the table, and the document it is put into.

What it measures is no test: nothing here looks at how long anything took.
"""

import sys
from pathlib import Path

import pytest

from salescli.commands.report import REPORTS

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """benchmarks/run.py, whose modules import each other as scripts do."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import run

    yield run
    for name in (
        "run",
        "batches",
        "exports",
        "measure",
        "merges",
        "reports",
        "rivals",
        "rows",
        "stores",
    ):
        sys.modules.pop(name, None)


def samples(bench, *seconds):
    return [sys.modules["measure"].Sample(one, 20.0) for one in seconds]


def test_the_ratio_is_the_median_of_neighbours_not_the_ratio_of_medians(bench):
    # Neighbours: 2, 0.5 and 3 times; the medians are 3 and 2, which would be 1.5.
    pair = sys.modules["measure"].Pair(samples(bench, 2, 4, 3), samples(bench, 1, 8, 1))
    assert pair.ratio == 2


def test_a_row_says_whether_its_bar_is_met(bench):
    assert bench.Row("a", is_met=True).cells[-1] == "yes"
    assert bench.Row("a", is_met=False).cells[-1] == "**no**"
    assert bench.Row("a").cells[-1] == "–"


def test_the_table_has_even_columns(bench):
    lines = bench.format_table([bench.Row("short"), bench.Row("a longer work")]).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1


def test_the_table_replaces_what_stood_between_the_marks(bench, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n")
    bench.write_between(page, "new")
    assert page.read_text() == f"before\n{bench.BEGIN}\n\nnew\n\n{bench.END}\nafter\n"


def test_a_page_without_the_marks_is_left_alone(bench, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\nafter\n")
    with pytest.raises(SystemExit):
        bench.write_between(page, "new")
    assert page.read_text() == "before\nafter\n"


def test_a_process_that_fails_is_no_sample(bench, tmp_path):
    side = bench.Side("fails", ["sh", "-c", "echo broken >&2; exit 3"], tmp_path, {"PATH": "/bin"})
    with pytest.raises(bench.Broken, match="exit code 3: broken"):
        bench.run(side)


def test_each_run_is_prepared_and_the_warm_up_is_not_counted(bench, tmp_path):
    prepared = []
    side = bench.Side(
        "true", ["true"], tmp_path, {"PATH": "/usr/bin:/bin"}, lambda: prepared.append(1)
    )
    assert len(bench.run_alone(side, 3)) == 3
    assert len(prepared) == 4


def test_the_committed_page_has_room_for_the_table(bench):
    page = (BENCHMARKS.parent / "docs" / "performance.md").read_text(encoding="utf-8")
    assert page.index(bench.BEGIN) < page.index(bench.END)
    assert "| " + " | ".join(bench.HEADINGS[:1]) in page


def test_no_words_are_kept_for_a_report_that_is_gone(bench):
    assert sys.modules["reports"].WORDS.keys() <= REPORTS.keys()
