"""Every report of random stores against the naive ones, and what must hold of all of them.

The stores are raw files (`tests.naive.random_stores`), the product is the whole command line, and
the other side reads the same files with plain YAML and JSON and knows nothing of salescli.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.naive.asking import NAIVE, Asker, Options, compare, differences, keyed, moved, words
from tests.naive.histories import instant
from tests.naive.random_stores import FINAL, OPEN, Writer
from tests.naive.revision_diff import report_diff
from tests.naive.store import Question, Store
from tests.shop import Shop

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
STORES = 200 if IS_LONG else 2

NAMES = {
    "owner": ["anna", "boris", "carl"],
    "department": ["sales", "north", "south", "far"],
    "stage": OPEN,
    "final": FINAL,
}


class Asked:
    """A store on disk with both readers of it."""

    def __init__(self, root: Path, writer: Writer) -> None:
        writer.write()
        self.root, self.writer, self.shop = root, writer, Shop(root)
        self.store = Store(root, writer.now)

    def asker(self, report: str) -> Asker:
        """Who asks it: always the same questions."""
        source = Random(f"{report} of {self.root.name}")
        return Asker(source, self.writer.change, self.writer.today, NAMES)

    def ask(self, report: str, options: Options) -> dict[str, Any]:
        """The document of the product."""
        self.shop.now = self.writer.now
        answer = self.shop.run(*words(report, options))
        assert answer.code == 0, (words(report, options), answer.err)
        found: dict[str, Any] = json.loads(answer.out)
        return found


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    place = tmp_path_factory.mktemp("random")
    return [Asked(place / str(seed), Writer(place / str(seed), seed)) for seed in range(STORES)]


def test_the_random_stores_are_sound_but_for_the_edits_by_hand(stores: Sequence[Asked]) -> None:
    for asked in stores:
        asked.shop.now = asked.writer.now
        answer = asked.shop.run("check", "--format", "json")
        codes = {finding["code"] for finding in json.loads(answer.out)["findings"]}
        assert codes <= {"unrecorded-edit"}, answer.out


@pytest.mark.parametrize("report", list(NAIVE))
def test_a_report_equals_the_naive_one(stores: Sequence[Asked], report: str) -> None:
    for seed, asked in enumerate(stores):
        options = asked.asker(report).of(report)
        question = Question(asked.store, options)
        if question.is_before_start:
            continue
        wrong = compare(report, question, asked.ask(report, options))
        line = " ".join(words(report, options)[:-3])
        assert not wrong, "\n".join([f"store {seed}: {line}", *wrong[:8]])


@pytest.mark.parametrize("report", list(NAIVE))
def test_as_of_today_is_the_same_as_without(stores: Sequence[Asked], report: str) -> None:
    for asked in stores[: 20 if IS_LONG else 1]:
        options = {k: v for k, v in asked.asker(report).of(report).items() if k != "as-of"}
        if "since" in options:
            options["since"] = str(asked.writer.today - timedelta(days=3))
        today = {**options, "as-of": str(asked.writer.today)}
        assert asked.ask(report, options) == asked.ask(report, today)


def test_the_flow_adds_up_and_nothing_converts_beyond_a_hundred(stores: Sequence[Asked]) -> None:
    for asked in stores:
        for stage in asked.ask("flow", {"period": asked.asker("adding").period()})["stages"]:
            parts = ("advanced", "lost", "moved_back", "still_there")
            assert stage["entered"] == sum(stage[part] for part in parts)
        for stage in asked.ask("funnel", {"period": asked.asker("shares").period()})["stages"]:
            for share in (stage["conversion"], stage["first"]):
                if share and share["percent"] is not None:
                    assert Decimal(share["percent"]) <= 100


def numbers(stage: dict[str, Any]) -> Counter[str]:
    """What adds up, of a stage of a funnel."""
    found: Counter[Any] = Counter(count=stage["count"], without=stage["without_value"])
    conversion = stage["conversion"] or {"passed": 0, "of": 0}
    found.update(passed=conversion["passed"], touched=conversion["of"])
    found.update(reached=stage["first"]["entered"], new=stage["first"]["of"])
    found.update({code: Decimal(amount) for code, amount in stage["sum"].items()})
    return found


@pytest.mark.parametrize("by", ["owner", "department"])
def test_the_funnels_of_owners_and_departments_add_up_to_the_company_s(
    stores: Sequence[Asked], by: str
) -> None:
    for asked in stores:
        options = asked.asker(f"adding by {by}").of("flow")
        options.pop("owner", None)
        options.pop("department", None)
        company = asked.ask("funnel", options)["stages"]
        rows = asked.ask("funnel-by", {**options, "by": by})["rows"]
        for place, stage in enumerate(company):
            added: Counter[str] = Counter()
            for row in rows:
                added.update(numbers(row["stages"][place]))
            assert +added == +numbers(stage), (options, stage["stage"])


def yesterday_of(root: Path, seed: int) -> Asked:
    """A store as it was some days ago: all that had happened by then, and nothing since."""
    writer = Writer(root, seed, plain=True)
    days = Random(seed).randint(1, 20)
    writer.today -= timedelta(days=days)
    midnight = datetime.combine(writer.today, time(23, 59, 59), writer.zone)
    writer.now = midnight.astimezone(UTC)
    histories = [
        [event for event in events if instant(event["at"]) <= writer.now]
        for events in writer.histories
    ]
    writer.histories = [events for events in histories if events]
    return Asked(root, writer)


@pytest.mark.parametrize("seed", range(20 if IS_LONG else 1))
def test_a_report_of_yesterday_is_the_one_that_was_made_yesterday(
    tmp_path: Path, seed: int
) -> None:
    then = yesterday_of(tmp_path / "then", seed)
    now = Asked(tmp_path / "now", Writer(tmp_path / "now", seed, plain=True))
    day = then.writer.today
    for report in NAIVE:
        options = {k: v for k, v in then.asker(report).of(report).items() if k != "as-of"}
        if "since" in options:
            options["since"] = str(day - timedelta(days=3))
        made_then = then.ask(report, options)
        assert made_then == now.ask(report, {**options, "as-of": str(day)}), (report, options)


@pytest.mark.parametrize("seed", range(20 if IS_LONG else 1))
def test_what_is_different_since_a_revision_equals_the_naive_answer(
    tmp_path: Path, seed: int
) -> None:
    then = yesterday_of(tmp_path / "then", seed)
    writer = Writer(tmp_path / "now", seed, plain=True)
    del writer.histories[1::5]  # some deals were deleted since
    now = Asked(tmp_path / "now", writer)
    write = "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm then"
    subprocess.run(["sh", "-c", write], cwd=then.root, check=True)
    (then.root / ".git").rename(now.root / ".git")
    period = f"{now.writer.change:%Y}"
    for filters in ({}, {"owner": "anna"}, {"department": "south", "process": "main"}):
        told = [piece for name, value in filters.items() for piece in (f"--{name}", value)]
        now.shop.now = now.writer.now
        asked = ("report", "diff", "HEAD", "--period", period, "--format", "json")
        answer = now.shop.run(*asked, *told)
        assert answer.code == 0, answer.err
        real = json.loads(answer.out)
        real["forecast"]["moved"] = moved(real["forecast"]["changes"])
        real["told"] = keyed(real["deals"], "id")
        options = {"process": None, "period": period, **filters}
        then.store.now, then.store.today = now.store.now, now.store.today
        naive = report_diff(Question(then.store, options), Question(now.store, options))
        wrong = list(differences(naive, real))
        assert not wrong, (seed, filters, wrong[:8])
