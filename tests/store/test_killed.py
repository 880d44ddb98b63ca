"""Real processes: killed at random moments, and writing against each other."""

import os
import random
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from salescli.store.files import RealFileSystem
from salescli.store.journal import recover
from salescli.store.transaction import reading, writing
from tests.store.processes import python, said
from tests.store.recording import IS_LONG, read_tree

KILLS = 120 if IS_LONG else 12
READINGS = 300 if IS_LONG else 20
WRITERS, INCREMENTS = (8, 125) if IS_LONG else (4, 25)

BATCHES = """
    from datetime import UTC, datetime
    from salescli.store.transaction import writing
    say("ready")
    for number in range(int(sys.argv[2]), 100_000):
        with writing(root) as transaction:
            for file in range(10):
                text = b"number: %d\\n" % number
                transaction.write(f"deals/{file}/facts.yaml", text)
                transaction.append(f"deals/{file}/history.yaml", text)
            at = datetime.now(UTC)
            changeset = transaction.changeset("w", "batch", "anna", at)
            transaction.apply(changeset)
        say(str(number))
"""


def test_no_kill_leaves_half_a_batch(tmp_path: Path) -> None:
    """Twenty files a batch, half of them appended to: all alike, and no acknowledged one lost."""
    chance = random.Random(7)
    number, interrupted = 1, 0
    for _ in range(KILLS):
        with python(BATCHES, tmp_path, number) as child:
            assert said(child) == "ready"
            began = time.monotonic()
            assert said(child) == str(number)
            time.sleep((time.monotonic() - began) * chance.uniform(0, 2))  # on any machine
            os.kill(child.pid, signal.SIGKILL)
            assert child.stdout is not None
            told = [number, *(int(line) for line in child.stdout.read().split())]
        interrupted += recover(RealFileSystem(), tmp_path)
        last = _number_of(read_tree(tmp_path))
        assert last in (told[-1], told[-1] + 1)
        number = last + 1
    if IS_LONG:  # a few kills may all miss the moment
        assert interrupted > 0


def test_no_reader_sees_half_a_batch(tmp_path: Path) -> None:
    """Beside a writer that never rests, and after it was killed."""
    with python(BATCHES, tmp_path, 1) as child:
        assert said(child) == "ready"
        assert said(child) == "1"
        last = 1
        for turn in range(READINGS):
            if turn == READINGS - 1:
                os.kill(child.pid, signal.SIGKILL)
            with reading(tmp_path):
                number = _number_of(read_tree(tmp_path))
            assert number >= last
            last = number
        assert last > 1


def _number_of(tree: dict[str, bytes]) -> int:
    """The batch that all files hold."""
    facts = {data for path, data in tree.items() if path.endswith("facts.yaml")}
    assert len(facts) == 1
    last = int(facts.pop().split()[1])
    whole = b"".join(b"number: %d\n" % n for n in range(1, last + 1))
    assert tree == {
        f"deals/{n}/{name}": data
        for n in range(10)
        for name, data in (("facts.yaml", b"number: %d\n" % last), ("history.yaml", whole))
    }
    return last


COUNT = """
    from datetime import UTC, datetime
    from salescli.store.transaction import writing
    say("ready")
    sys.stdin.readline()
    for _ in range(int(sys.argv[2])):
        with writing(root) as transaction:
            count = int(transaction.read("counter") or b"0")
            transaction.write("counter", b"%d" % (count + 1))
            transaction.append("history.yaml", b"- %d\\n" % (count + 1))
            at = datetime.now(UTC)
            changeset = transaction.changeset("w", "count", "anna", at)
            transaction.apply(changeset)
    say("done")
"""


def test_no_update_is_lost_between_processes(tmp_path: Path) -> None:
    with ExitStack() as stack:
        children = [
            stack.enter_context(python(COUNT, tmp_path, INCREMENTS)) for _ in range(WRITERS)
        ]
        for child in children:
            assert said(child) == "ready"
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        assert [said(child) for child in children] == ["done"] * WRITERS
    total = WRITERS * INCREMENTS
    assert (tmp_path / "counter").read_bytes() == b"%d" % total
    history = b"".join(b"- %d\n" % n for n in range(1, total + 1))
    assert (tmp_path / "history.yaml").read_bytes() == history


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_in_the_middle_waits_until_all_is_done(tmp_path: Path, name: str) -> None:
    program = """
        import signal
        from datetime import UTC, datetime
        from salescli.store.files import RealFileSystem
        from salescli.store.transaction import writing

        class Signalled(RealFileSystem):
            def write_new(self, path, data, like):
                os.kill(os.getpid(), getattr(signal, sys.argv[2]))
                super().write_new(path, data, like)

        fs = Signalled()
        try:
            with writing(root, fs=fs) as transaction:
                transaction.write("a", b"1")
                transaction.write("b", b"1")
                at = datetime.now(UTC)
                transaction.apply(transaction.changeset("w", "c", "anna", at))
                say("unreachable")
        except KeyboardInterrupt:
            os._exit(130)
    """
    with python(program, tmp_path, name) as child:
        assert said(child) == ""
        assert child.wait(20) == (130 if name == "SIGINT" else -signal.SIGTERM)
    assert not (tmp_path / ".salescli/journal").exists()
    assert read_tree(tmp_path) == {"a": b"1", "b": b"1"}


def test_the_next_command_works_within_a_second_of_a_kill(tmp_path: Path) -> None:
    with python(BATCHES, tmp_path, 1) as child:
        assert said(child) == "ready"
        assert said(child) == "1"
        os.kill(child.pid, signal.SIGKILL)
        with writing(tmp_path, timeout_seconds=1) as transaction:
            assert transaction.read("deals/9/facts.yaml") is not None
