"""The overlay over the disk, and working under the lock."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salescli.model.errors import Clash, Damaged
from salescli.store.changeset import Append, Remove, Write, hash_bytes
from salescli.store.files import RealFileSystem
from salescli.store.journal import apply_changeset, discard, has_journal
from salescli.store.lock import StoreLock
from salescli.store.transaction import Transaction, reading, writing
from salescli.store.turnstile import Turnstile
from tests.store.recording import (
    AT,
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


@pytest.fixture
def transaction(tmp_path: Path) -> Transaction:
    write_tree(tmp_path, OLD)
    return Transaction(RealFileSystem(), tmp_path)


def _changes(transaction: Transaction) -> tuple[object, ...]:
    return transaction.changeset("words", "command", "anna", AT).changes


def test_reads_see_what_was_staged(transaction: Transaction) -> None:
    transaction.write("team.yaml", b"new\n")
    transaction.append("deals/x/history.yaml", b"- 2\n")
    transaction.remove("gone/note.yaml")
    transaction.write("born/today.yaml", b"")
    assert transaction.read("team.yaml") == b"new\n"
    assert transaction.read("deals/x/history.yaml") == b'- {"seq":1}\n- 2\n'
    assert transaction.read("gone/note.yaml") is None
    assert transaction.read("born/today.yaml") == b""
    assert transaction.read("untouched.yaml") == b"same: always\n"
    assert transaction.read("nowhere.yaml") is None
    assert read_tree(transaction.root) == OLD


def test_existence_and_listings_see_what_was_staged(transaction: Transaction) -> None:
    (transaction.root / ".salescli-tmp-3").write_bytes(b"")
    assert transaction.list_directory("") == ["deals", "gone", "team.yaml", "untouched.yaml"]
    transaction.write("deals/x/files/a.pdf", b"x")
    transaction.write("new/a", b"x")
    transaction.remove("team.yaml")
    assert transaction.list_directory("") == ["deals", "gone", "new", "untouched.yaml"]
    assert transaction.list_directory("deals/x") == ["files", "history.yaml"]
    assert transaction.list_directory("deals/x/files") == ["a.pdf"]
    assert transaction.list_directory("nowhere") == []
    assert transaction.list_directory("untouched.yaml") == []
    assert transaction.exists("new/a")
    assert transaction.exists("deals/x/history.yaml")
    assert not transaction.exists("team.yaml")
    assert not transaction.exists("deals")


def test_the_set_has_each_change_in_its_own_kind(transaction: Transaction) -> None:
    transaction.write("z.yaml", b"z\n")
    transaction.write("team.yaml", b"new\n")
    transaction.append("deals/x/history.yaml", b"- 2\n")
    transaction.append("deals/x/history.yaml", b"- 3\n")
    transaction.append("deals/y/history.yaml", b"- 1\n")
    transaction.append("deals/y/history.yaml", b"- 2\n")
    transaction.remove("gone/note.yaml")
    history = OLD["deals/x/history.yaml"]
    assert _changes(transaction) == (
        Append("deals/x/history.yaml", len(history), hash_bytes(history), b"- 2\n- 3\n", 1),
        Write("deals/y/history.yaml", None, b"- 1\n- 2\n"),
        Remove("gone/note.yaml", OLD["gone/note.yaml"]),
        Write("team.yaml", OLD["team.yaml"], b"new\n"),
        Write("z.yaml", None, b"z\n"),
    )


def test_what_changes_nothing_is_left_out(transaction: Transaction) -> None:
    transaction.write("team.yaml", b"other\n")
    transaction.write("team.yaml", OLD["team.yaml"])
    transaction.write("passing.yaml", b"x")
    transaction.remove("passing.yaml")
    transaction.remove("nowhere.yaml")
    assert _changes(transaction) == ()


def test_a_line_that_lost_its_end_does_not_swallow_the_next_event(
    transaction: Transaction,
) -> None:
    write_tree(transaction.root, {"h.yaml": b"- 1"})
    transaction.append("h.yaml", b"- 2\n")
    assert transaction.read("h.yaml") == b"- 1\n- 2\n"
    assert _changes(transaction) == (Append("h.yaml", 3, hash_bytes(b"- 1"), b"\n- 2\n", 1),)


def test_a_write_after_an_append_is_one_write(transaction: Transaction) -> None:
    transaction.append("team.yaml", b"more\n")
    transaction.write("team.yaml", b"whole\n")
    transaction.append("team.yaml", b"more\n")
    assert _changes(transaction) == (Write("team.yaml", OLD["team.yaml"], b"whole\nmore\n"),)


@pytest.mark.parametrize("path", ["../x", "/x", ".git/config", ".salescli/lock", "a//b"])
def test_hostile_paths_are_not_even_staged(transaction: Transaction, path: str) -> None:
    stagings: list[Callable[[], None]] = [
        lambda: transaction.write(path, b"x"),
        lambda: transaction.append(path, b"x"),
        lambda: transaction.remove(path),
    ]
    for stage in stagings:
        with pytest.raises(Damaged) as caught:
            stage()
        assert caught.value.findings[0].code == "unsafe-path"
    assert _changes(transaction) == ()


def test_a_file_edited_between_reading_and_applying_is_not_overwritten(
    transaction: Transaction,
) -> None:
    transaction.write("team.yaml", b"ours\n")
    changeset = transaction.changeset("words", "command", "anna", AT)
    (transaction.root / "team.yaml").write_bytes(b"theirs\n")
    with pytest.raises(Clash):
        apply_changeset(transaction.fs, transaction.root, changeset)
    assert (transaction.root / "team.yaml").read_bytes() == b"theirs\n"


def _leave_journal(root: Path) -> None:
    """Interrupt a set just after its commit."""
    calls: list[tuple[object, ...]] = []
    other = root.parent / "other"
    write_tree(other, OLD)
    apply_changeset(record_into(calls, other), other, build_changeset())
    number = next(n for n, call in enumerate(calls) if call[0] == "write_at")
    with pytest.raises(KeyboardInterrupt):
        apply_changeset(
            fail_at(number, KeyboardInterrupt(), for_good=True), root, build_changeset()
        )


@pytest.mark.parametrize("enter", [writing, reading])
def test_what_was_interrupted_is_completed_before_anything_is_read(
    tmp_path: Path, enter: Callable[[Path], object]
) -> None:
    root = tmp_path / "store"
    write_tree(root, OLD)
    _leave_journal(root)
    with enter(root):  # type: ignore[attr-defined]
        assert read_tree(root) == NEW


def _reads(root: Path) -> dict[str, bytes] | None:
    """What somebody else reads now; None where they would have to wait."""
    try:
        with reading(root, timeout_seconds=0):
            return read_tree(root)
    except Clash:
        return None


class _Watched(RealFileSystem):
    """Asks before and after each step of an apply what a reader would see."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.seen: list[dict[str, bytes] | None] = []

    def __getattribute__(self, name: str) -> Any:
        operation = super().__getattribute__(name)
        if not callable(operation) or name.startswith("_") or name == "mkdir":  # for the locks
            return operation

        def watched(*given: Any) -> Any:
            self.seen.append(_reads(self._root))
            result = operation(*given)
            self.seen.append(_reads(self._root))
            return result

        return watched


def test_readers_go_on_beside_a_writer_that_decides_and_never_see_a_half(tmp_path: Path) -> None:
    write_tree(tmp_path, OLD)
    fs = _Watched(tmp_path)
    with writing(tmp_path, fs=fs) as staged:
        staged.write("team.yaml", b"new\n")
        staged.append("deals/x/history.yaml", b"- 2\n")
        assert _reads(tmp_path) == OLD
        staged.apply(staged.changeset("words", "command", "anna", AT))
        seen, fs.seen = fs.seen, []
        assert _reads(tmp_path) == {
            **OLD,
            "team.yaml": b"new\n",
            "deals/x/history.yaml": OLD["deals/x/history.yaml"] + b"- 2\n",
        }
    assert len(seen) > 10
    assert set(map(type, seen)) == {type(None)}


def test_a_writer_that_would_alter_files_under_a_reader_waits_and_then_writes_nothing(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, OLD)
    with reading(tmp_path), writing(tmp_path, timeout_seconds=0) as staged:
        staged.write("team.yaml", b"new\n")
        with pytest.raises(Clash) as caught:
            staged.apply(staged.changeset("words", "command", "anna", AT))
    assert caught.value.findings[0].code == "store-locked"
    assert read_tree(tmp_path) == OLD
    assert not has_journal(tmp_path)


def test_two_writers_never_decide_side_by_side(tmp_path: Path) -> None:
    with reading(tmp_path), writing(tmp_path):
        with pytest.raises(Clash) as caught, writing(tmp_path, timeout_seconds=0):
            pass
        assert caught.value.exit_code == 5
    with writing(tmp_path), pytest.raises(Clash):  # of an older program, which knows one lock
        StoreLock(tmp_path, timeout_seconds=0).exclusive().__enter__()
    with writing(tmp_path, timeout_seconds=0):
        pass


@pytest.mark.parametrize("data", [b"new\n", OLD["team.yaml"]])
def test_what_comes_after_an_apply_comes_before_the_next_reader(
    tmp_path: Path, data: bytes
) -> None:
    """Nothing to change is no reason to leave it out."""
    write_tree(tmp_path, OLD)
    seen = []
    with writing(tmp_path) as staged:
        staged.write("team.yaml", data)
        changeset = staged.changeset("words", "command", "anna", AT)
        staged.apply(changeset, lambda: seen.append((_reads(tmp_path), read_tree(tmp_path))))
        assert _reads(tmp_path) == {**OLD, "team.yaml": data}
    assert seen == [(None, {**OLD, "team.yaml": data})]


def test_one_command_may_apply_one_set_after_the_other(tmp_path: Path) -> None:
    with writing(tmp_path) as staged:
        assert staged.apply(staged.changeset("nothing", "command", "anna", AT)) == ""
        staged.write("a", b"1")
        assert staged.apply(staged.changeset("words", "command", "anna", AT)) == "00000001"
        again = Transaction(staged.fs, tmp_path)
        again.write("b", b"1")
        assert staged.apply(again.changeset("words", "command", "anna", AT)) == "00000002"
    assert read_tree(tmp_path) == {"a": b"1", "b": b"1"}


def test_a_reader_completes_what_was_interrupted_though_a_writer_waits_to_decide(
    tmp_path: Path,
) -> None:
    root = tmp_path / "store"
    write_tree(root, OLD)
    _leave_journal(root)
    with StoreLock(root).writing(), reading(root, timeout_seconds=0):
        assert read_tree(root) == NEW


def test_reading_a_half_applied_store_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "store"
    write_tree(root, OLD)
    _leave_journal(root)
    read_only = fail_at(0, OSError(30, "Read-only file system"), for_good=True)
    with StoreLock(root).exclusive():
        pass  # the lock file is there; without it see the next test
    with pytest.raises(Clash) as caught, reading(root, fs=read_only):
        pass
    assert caught.value.findings[0].code == "journal-waiting"


def test_the_same_where_not_even_the_lock_can_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    write_tree(root, OLD)
    _leave_journal(root)

    def refuse(self: Turnstile, name: str) -> int:
        raise PermissionError(13, "Permission denied", str(root / ".salescli/lock"))

    monkeypatch.setattr(Turnstile, "_open", refuse)
    with pytest.raises(Clash) as caught, reading(root):
        pass
    assert caught.value.findings[0].code == "journal-waiting"
    discard(quick_file_system(), root)
    with reading(root):
        assert read_tree(root) == OLD


PATHS = st.sampled_from(["a", "b", "d/a", "d/e/a"])
DATA = st.sampled_from([b"", b"1\n", b"2\n", b"no end"])


class OverlayMachine(RuleBasedStateMachine):
    """A transaction against a dictionary; now and then it is applied and begun anew."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, bytes] = {}
        self.directory = tempfile.TemporaryDirectory()
        self.root = Path(self.directory.name)
        self.transaction = Transaction(quick_file_system(), self.root)

    @rule(path=PATHS, data=DATA)
    def write(self, path: str, data: bytes) -> None:
        self.transaction.write(path, data)
        self.model[path] = data

    @rule(path=PATHS, data=DATA)
    def append(self, path: str, data: bytes) -> None:
        self.transaction.append(path, data)
        before = self.model.get(path, b"")
        joint = b"\n" if before and before[-1:] != b"\n" else b""
        self.model[path] = before + joint + data

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        self.transaction.remove(path)
        self.model.pop(path, None)

    @rule()
    def apply(self) -> None:
        changeset = self.transaction.changeset("words", "command", "anna", AT)
        apply_changeset(self.transaction.fs, self.root, changeset)
        assert read_tree(self.root) == self.model
        self.transaction = Transaction(self.transaction.fs, self.root)

    @invariant()
    def reads_agree(self) -> None:
        for path in ("a", "b", "d/a", "d/e/a"):
            assert self.transaction.read(path) == self.model.get(path)
            assert self.transaction.exists(path) == (path in self.model)

    def teardown(self) -> None:
        self.directory.cleanup()


OverlayMachine.TestCase.settings = settings(
    max_examples=300 if IS_LONG else 25, stateful_step_count=15, deadline=None
)
TestOverlay = OverlayMachine.TestCase
