"""Power loss at every moment of the real code: all old or all new, and what was promised stays."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salescli.model.errors import Failed, SalesError
from salescli.store import steps
from salescli.store.journal import apply_changeset, recover
from tests.store.crash_states import Call, Tree, explore
from tests.store.recording import (
    IS_LONG,
    NEW,
    OLD,
    build_changeset,
    fail_at,
    quick_file_system,
    read_tree,
    record_into,
    write_tree,
)

LIMIT = 4000 if IS_LONG else 150
EDITED = {**NEW, "team.yaml": b"people: edited by hand\n"}
SYNCS = ("fsync_file", "fsync_directory", "syncfs")


@pytest.fixture(params=["an fsync each", "syncfs"])
def calls(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The recorded calls of one set, then of an editor that saves a file as editors do."""
    if request.param == "syncfs":
        monkeypatch.setattr(steps, "SMALL_SET", 0)
    root = tmp_path / "recorded"
    write_tree(root, OLD)
    recorded: list[Call] = []
    apply_changeset(record_into(recorded, root), root, build_changeset())
    assert read_tree(root) == NEW
    return [
        *recorded,
        ("mark", "promised"),
        ("write_new", ".team.swp", EDITED["team.yaml"], None),
        ("fsync_file", ".team.swp"),
        ("rename", ".team.swp", "team.yaml"),
        ("fsync_directory", ""),
        ("mark", "edited"),
    ]


def _materialize(root: Path, tree: Tree) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for path, data in sorted(tree, key=lambda entry: entry[0]):
        if data is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(data)


class Judge:
    """Recovers states on a real disk, each once, for many histories share them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._verdicts: dict[tuple[Tree, frozenset[str]], str] = {}

    def fault(self, tree: Tree, marks: frozenset[str]) -> str:
        """What is wrong with a state after recovery, or nothing."""
        key = (tree, marks)
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(tree, marks)
        return self._verdicts[key]

    def faults(self, calls: list[Call], limit: int = LIMIT) -> Iterator[str]:
        """The faults of all states that these calls can leave."""
        for tree, marks in explore(OLD, calls, limit):
            if fault := self.fault(tree, marks):
                yield fault

    def _judge(self, tree: Tree, marks: frozenset[str]) -> str:
        _materialize(self._root, tree)
        try:
            recover(quick_file_system(), self._root)
        except SalesError as error:
            return str(error)
        after = read_tree(self._root)
        after.pop(".team.swp", None)
        if "refused" in marks:
            allowed = [OLD]
        elif "edited" in marks:
            allowed = [EDITED]
        elif "promised" in marks:
            allowed = [NEW, EDITED]
        else:
            allowed = [OLD, NEW]
        return "" if after in allowed else f"mixed: {after}"


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(tmp_path / "after")


def test_no_power_loss_leaves_a_bad_state(calls: list[Call], judge: Judge) -> None:
    assert next(judge.faults(calls), None) is None
    states = {tree for tree, _ in explore(OLD, calls, LIMIT)}
    assert len(states) > 50  # else the explorer saw nothing


def test_every_sync_left_out_shows(calls: list[Call], judge: Judge) -> None:
    promised = calls.index(("mark", "promised"))
    syncs = [n for n, call in enumerate(calls[:promised]) if call[0] in SYNCS]
    assert len(syncs) >= 6
    harmless = [
        calls[n] for n in syncs if next(judge.faults(calls[:n] + calls[n + 1 :]), None) is None
    ]
    assert harmless == []


def test_a_plain_overwrite_is_found_bad() -> None:
    """The explorer on the classic mistake: write and rename without any fsync."""
    calls = [("write_new", "new", b"new!", None), ("rename", "new", "file")]
    found = {dict(tree).get("file") for tree, _ in explore({"file": b"old"}, calls, LIMIT)}
    assert found == {b"old", b"new!", b"ne", b"\0\0\0\0", b""}


def test_power_loss_during_recovery_is_recovered_from(
    calls: list[Call], judge: Judge, tmp_path: Path
) -> None:
    root = tmp_path / "first"
    promised = calls.index(("mark", "promised"))
    explored = 0
    for tree, _ in explore(OLD, calls[:promised], 20):
        _materialize(root, tree)
        recorded: list[Call] = []
        if not recover(record_into(recorded, root), root):
            continue
        assert read_tree(root) == NEW
        explored += 1
        if explored % (1 if IS_LONG else 10):
            continue
        recorded.append(("mark", "promised"))
        for state, marks in explore(dict(tree), recorded, 20):
            # a set that was rolled forward once is committed: never old again
            assert judge.fault(state, marks | {"promised"}) == ""
    assert explored > 20


def test_power_loss_after_a_kill_and_its_recovery_loses_nothing(
    calls: list[Call], judge: Judge, tmp_path: Path
) -> None:
    """What a killed process left undurable in the cache, recovery has to make durable."""
    promised = calls.index(("mark", "promised"))
    recovered = 0
    for number in range(promised):
        root = tmp_path / f"killed{number}"
        write_tree(root, OLD)
        with pytest.raises(KeyboardInterrupt):
            apply_changeset(
                fail_at(number, KeyboardInterrupt(), for_good=True), root, build_changeset()
            )
        recorded = calls[:number]
        if not recover(record_into(recorded, root), root):
            continue
        recovered += 1
        recorded.append(("mark", "promised"))
        assert next(judge.faults(recorded, LIMIT // 5), None) is None
    assert recovered > 5


def test_power_loss_after_a_refusal_brings_nothing_back(
    calls: list[Call], judge: Judge, tmp_path: Path
) -> None:
    """The disk was full, the user was told that nothing changed, and then the power went."""
    refused = 0
    for number in range(calls.index(("mark", "promised"))):
        root = tmp_path / f"full{number}"
        write_tree(root, OLD)
        recorded: list[Call] = []
        with pytest.raises(Failed) as caught:
            apply_changeset(record_into(recorded, root, number), root, build_changeset())
        if caught.value.findings[0].code == "not-finished":
            continue
        refused += 1
        recorded.append(("mark", "refused"))
        assert next(judge.faults(recorded, LIMIT // 5), None) is None
    assert refused > 8
