"""The store that speed is measured on is a sound one, and the same every time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.store.index import open_index

GENERATE = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "generate.py"


def generate(folder: Path, *numbers: int) -> None:
    subprocess.run([sys.executable, str(GENERATE), str(folder), *map(str, numbers)], check=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("numbers", "events"), [((40,), 5), ((40, 20), 20)])
def test_a_generated_store_is_sound_and_has_as_many_events_a_deal(tmp_path, numbers, events):
    generate(tmp_path / "one", *numbers)
    with open_index(tmp_path / "one") as index:
        index.refresh()
        deals = list(index.deals())
        assert index.invalid() == []
    assert len(deals) == 40
    assert not [deal.id for deal in deals if deal.differs]
    histories = list((tmp_path / "one").glob("opportunities/*/*/history.yaml"))
    assert {len(path.read_text().splitlines()) for path in histories} == {events}


def test_the_same_size_gives_the_same_bytes(tmp_path):
    generate(tmp_path / "one", 12)
    generate(tmp_path / "two", 12)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_check_has_nothing_to_tell_of_a_generated_store(tmp_path):
    generate(tmp_path / "one", 40)
    script = "from salescli.cli import script; script()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "-C", str(tmp_path / "one"), "check"],
        env=os.environ | {"PYTHONPATH": str(GENERATE.parent.parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
