"""The Maven example: a public set of 8 800 deals in a store, and every figure counted twice.

The set is no part of the project. Where it lies, each figure that the script prints is held
against a count over the CSV files that knows nothing of salescli; where it doesn't, the script
says so. All 8 800 deals are for the long size; every eighth is enough to meet each kind of row.
"""

import csv
import json
import os
import shutil
import subprocess
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.naive.asking import compare, words
from tests.naive.store import Question, Store
from tests.session import Session
from tests.shop import START, Shop

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "examples" / "maven-crm" / "build-store"
BESIDE = ROOT.parent / "shared" / "data" / "maven-crm"
SET = Path(os.environ.get("SALESCLI_MAVEN_DATA", BESIDE))
IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
EACH = 1 if IS_LONG else 8  # of so many deals one is taken


QUESTIONS = {
    "funnel": [
        {"period": "2017-Q2", "as-of": "2017-10-31"},
        {"period": "2017", "definition": "entered", "sum": "value"},
    ],
    "funnel-by": [{"period": "2017-09", "by": "owner", "as-of": "2017-11-15"}],
    "compare": [{"period": ["2017-Q2", "2017-Q3"]}],
    "flow": [{"period": "2017-03"}],
    "drill": [{"stage": "prospecting", "part": "not-passed", "period": "2017-10", "by": "client"}],
    "stage-time": [{"period": "2017-Q3", "by": "department", "as-of": "2017-09-30"}],
    "state": [{"as-of": "2017-06-30", "by": "owner", "sum": "amount"}],
    "win-loss": [
        {"period": "2017-Q2", "by": "month"},
        {"period": "2017", "by": "new-client", "as-of": "2017-10-31"},
    ],
    "managers": [{"period": "2017", "rank-by": "win-rate"}],
    "dynamics": [{"figure": "won-sum", "period": "2017-Q2", "by": "month"}],
    "norms": [{"period": "2017-Q3"}],
    "fullness": [{"period": "2017-Q2", "required": "40", "as-of": "2017-08-01"}],
    "forecast": [{"period": "2017-Q4", "by": "product", "as-of": "2017-10-31", "months": True}],
    "forecast-diff": [{"period": "2017-Q4", "since": "2017-09-30", "as-of": "2017-10-31"}],
}
"""What the reports of the set are asked, the naive ones too."""


def test_the_script_says_that_the_set_is_not_here(tmp_path):
    console = Session(tmp_path / "console")
    answer = console.run(f"{SCRIPT} {tmp_path} store")
    assert answer.code == 3
    assert answer.stderr.startswith("build-store: the set is not here: ")
    assert not (console.home / "store").exists()


def test_the_script_wants_a_folder_and_a_store(tmp_path):
    answer = Session(tmp_path / "console").run(f"{SCRIPT} {tmp_path}")
    assert (answer.code, answer.stderr) == (2, "usage: build-store FOLDER STORE\n")


def rows(name: str) -> list[dict[str, str]]:
    with (SET / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return found[::EACH] if name == "sales_pipeline" else found


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def days(row: dict[str, str]) -> int:
    closed = date.fromisoformat(row["close_date"])
    return (closed - date.fromisoformat(row["engage_date"])).days


def rounded(number: Decimal, places: str) -> str:
    return str(number.quantize(Decimal(places), ROUND_HALF_UP))


def count_directly() -> list[str]:
    """The script's lines, from the CSV files alone."""
    deals = rows("sales_pipeline")
    managers = {row["sales_agent"]: slug(row["manager"]) for row in rows("sales_teams")}
    won = [row for row in deals if row["deal_stage"] == "Won"]
    lost = [row for row in deals if row["deal_stage"] == "Lost"]
    lines = [f"deals\t{len(deals)}"]
    stages = Counter(row["deal_stage"].lower() for row in deals)
    lines += [f"stage\t{stage}\t{stages[stage]}" for stage in sorted(stages)]
    closed = len(won) + len(lost)
    rate = rounded(Decimal(100 * len(won)) / closed, "0.01")
    lines.append(f"win rate\t{len(won)} of {closed}\t{rate} %")
    lines.append(f"won\t{len(won)}\t{sum(int(row['close_value']) for row in won)}.00")
    for manager in sorted({managers[row["sales_agent"]] for row in deals}):
        own = [row for row in won if managers[row["sales_agent"]] == manager]
        lines.append(
            f"manager\t{manager}\t{len(own)}\t{sum(int(r['close_value']) for r in own)}.00"
        )
    months: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in won:
        months[row["close_date"][:7]][0] += 1
        months[row["close_date"][:7]][1] += int(row["close_value"])
    for row in lost:
        months[row["close_date"][:7]][2] += 1
    lines += [
        f"closed\t{month}\t{count}\t{value}.00\t{failures}"
        for month, (count, value, failures) in sorted(months.items())
    ]
    total = sum(days(row) for row in won)
    cycle = rounded(Decimal(total) / len(won), "0.1")
    lines.append(f"mean cycle of won deals\t{total} of {len(won)}\t{cycle} days")
    idle = set(managers) - {row["sales_agent"] for row in deals}
    lines.append(f"people without a deal\t{len(idle)}")
    return lines


if SET.is_dir():

    @pytest.fixture(scope="module")
    def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
        """The store as the script builds it, its figures, and what it said."""
        console = Session(tmp_path_factory.mktemp("maven") / "console")
        taken = console.home.with_name("set")
        shutil.copytree(SET, taken, copy_function=shutil.copyfile)
        header, *deals = (SET / "sales_pipeline.csv").read_bytes().splitlines(keepends=True)
        (taken / "sales_pipeline.csv").write_bytes(b"".join([header, *deals[::EACH]]))
        done = subprocess.run(
            [SCRIPT, taken, "store"],
            cwd=console.home,
            env=console.environ,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return console.home / "store", done.stdout, done.stderr

    def test_each_figure_equals_a_direct_count_over_the_set(built):
        assert built[1].splitlines() == count_directly()

    def test_no_row_of_the_set_is_left_out(built):
        wanted = {row["opportunity_id"] for row in rows("sales_pipeline")}
        assert len(wanted) == 8800 // EACH
        found = set()
        for path in built[0].glob("opportunities/*/*/opportunity.yaml"):
            text = path.read_text(encoding="utf-8")
            (line,) = [entry for entry in text.splitlines() if entry.startswith("  maven: ")]
            found.add(line.partition(": ")[2].strip('"'))
        assert found == wanted

    def test_whatever_the_set_lacks_or_misspells_is_counted(built):
        deals = rows("sales_pipeline")
        without_client = sum(not row["account"] for row in deals)
        undated = sum(not row["engage_date"] for row in deals)
        lost = sum(row["deal_stage"] == "Lost" for row in deals)
        joined = sum(row["product"] == "GTXPro" for row in deals)
        sectors = sum(row["sector"] == "technolgy" for row in rows("accounts"))
        for words in (
            f"client: No account recorded ({without_client})",
            f"created: 2017-12-31 ({undated})",
            f"created: earliest ({len(deals) - undated})",
            f"close_reason: not-recorded ({lost})",
            f"revenue of 0 at lost: none ({lost})",
            f"product: GTXPro → GTX Pro ({joined})",
            f"sector: technolgy → technology ({sectors})",
        ):
            assert words in built[2]
        assert "0 rejected" in built[2]

    def test_the_funnel_is_drawn(built):
        picture = built[0].with_name("store-funnel.png").read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")

    if IS_LONG:  # the slow side takes a minute

        @pytest.fixture(scope="module")
        def naive(built: tuple[Path, str, str]) -> Store:
            """The store as plain YAML and JSON say, read by nothing of salescli."""
            return Store(built[0], START)

        @pytest.mark.parametrize("report", list(QUESTIONS))
        def test_a_report_of_the_set_equals_the_naive_one(built, naive, report):
            for options in QUESTIONS[report]:
                answer = Shop(built[0]).run(*words(report, options))
                assert answer.code == 0, answer.err
                wrong = compare(report, Question(naive, options), json.loads(answer.out))
                assert not wrong, wrong[:9]
