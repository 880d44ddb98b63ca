"""One writer at a time, whoever dies, forks or waits."""

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest

from salescli.model.errors import Clash, Failed
from salescli.store.files import RealFileSystem
from salescli.store.lock import StoreLock
from tests.store.processes import python, said

_READERS = "Waiting for others to finish reading the store …"
_ANYBODY = "Another command has held the store for 0 seconds."

HOLD = """
    from salescli.store.lock import StoreLock
    with getattr(StoreLock(root), sys.argv[2])():
        say("held")
        sys.stdin.read()
"""


def _is_free(root: Path) -> bool:
    try:
        with StoreLock(root, timeout_seconds=0).exclusive():
            return True
    except Clash:
        return False


@pytest.mark.parametrize(
    ("held", "wanted", "fits"),
    [
        ("exclusive", "exclusive", False),
        ("exclusive", "shared", False),
        ("shared", "exclusive", False),
        ("shared", "shared", True),
        ("writing", "writing", False),
        ("writing", "shared", True),
        ("writing", "exclusive", True),
        ("shared", "writing", True),
        ("exclusive", "writing", True),
    ],
)
def test_one_writes_and_one_alters_files_while_nobody_reads(
    tmp_path: Path, held: str, wanted: str, fits: bool
) -> None:
    with python(HOLD, tmp_path, held) as child:
        assert said(child) == "held"
        lock = StoreLock(tmp_path, timeout_seconds=0)
        if fits:
            with getattr(lock, wanted)():
                return
        with pytest.raises(Clash) as caught, getattr(lock, wanted)():
            pass
    assert caught.value.exit_code == 5
    assert caught.value.findings[0].code == "store-locked"
    assert "--lock-timeout" in caught.value.findings[0].hint


def test_the_locks_of_a_killed_process_are_free_at_once(tmp_path: Path) -> None:
    program = """
        from salescli.store.lock import StoreLock
        lock = StoreLock(root)
        with lock.writing("salescli batch"), lock.exclusive():
            say("held")
            sys.stdin.read()
    """
    with python(program, tmp_path) as child:
        assert said(child) == "held"
        assert not _is_free(tmp_path)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert (tmp_path / ".salescli/lock").exists()
        assert _is_free(tmp_path)
        with StoreLock(tmp_path, timeout_seconds=0).writing():
            assert _refusal_of_writing(tmp_path) == (
                f"process {os.getpid()} has held the store for 0 seconds."
            )


def _refusal_of_writing(root: Path) -> str:
    with pytest.raises(Clash) as caught, StoreLock(root, timeout_seconds=0).writing():
        pass
    return caught.value.findings[0].text


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with StoreLock(tmp_path).writing("salescli import opportunities from a long list"):
        pass
    with StoreLock(tmp_path).writing("salescli batch"):
        assert _refusal_of_writing(tmp_path) == (
            f"salescli batch (process {os.getpid()}) has held the store for 0 seconds."
        )
    with StoreLock(tmp_path, timeout_seconds=0).writing():
        pass
    with open(tmp_path / ".salescli/writer") as other:  # a program of somebody else
        fcntl.flock(other, fcntl.LOCK_EX)
        assert _refusal_of_writing(tmp_path) == _ANYBODY


@pytest.mark.parametrize("note", ["", "0 x", "-1 x", "nobody", f"{2**31 - 1} x", "9" * 100, "\0"])
def test_a_note_that_names_no_process_is_not_told(tmp_path: Path, note: str) -> None:
    """A process that was killed, one of another machine, or a copied directory."""
    with StoreLock(tmp_path).writing():
        (tmp_path / ".salescli/writer").write_text(note)
        assert _refusal_of_writing(tmp_path) == _ANYBODY
        (tmp_path / ".salescli/writer").write_bytes(b"\xff" * 300)
        assert _refusal_of_writing(tmp_path) == _ANYBODY


def test_a_writer_that_waits_for_readers_lets_none_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else readers that come one after the other would keep it out for ever."""
    reader = StoreLock(tmp_path).shared()
    reader.__enter__()
    refused = []

    def sleep(seconds: float) -> None:
        if not refused:
            for kind in ("shared", "exclusive"):
                lock = StoreLock(tmp_path, timeout_seconds=0)
                with pytest.raises(Clash), getattr(lock, kind)():
                    pass
                refused.append(kind)
            reader.__exit__(None, None, None)

    monkeypatch.setattr(time, "sleep", sleep)
    writer = StoreLock(tmp_path)
    with writer.shared():
        with writer.exclusive():
            assert refused == ["shared", "exclusive"]
            assert not _is_free(tmp_path)
        assert _is_free(tmp_path)
    assert _is_free(tmp_path)


def test_opening_and_closing_the_lock_file_elsewhere_does_not_free_it(tmp_path: Path) -> None:
    """What lockf does, by which a second process got the lock."""
    program = """
        from salescli.store.lock import StoreLock
        with StoreLock(root).exclusive():
            open(root / ".salescli/lock").close()
            say("held")
            sys.stdin.read()
    """
    with python(program, tmp_path) as child:
        assert said(child) == "held"
        assert not _is_free(tmp_path)


def test_the_same_test_catches_lockf(tmp_path: Path) -> None:
    program = """
        import fcntl
        (root / ".salescli").mkdir()
        held = open(root / ".salescli/lock", "w")
        fcntl.lockf(held, fcntl.LOCK_EX)
        open(root / ".salescli/lock").close()
        say("held")
        sys.stdin.read()
    """
    with python(program, tmp_path) as child:
        assert said(child) == "held"
        with open(tmp_path / ".salescli/lock", "w") as other:
            fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)  # does not raise


@pytest.mark.parametrize("kind", ["a started program", "a fork"])
def test_a_child_does_not_keep_the_lock(tmp_path: Path, kind: str) -> None:
    """An editor or pager that outlives the command must not stop the next one."""
    program = """
        import subprocess
        from salescli.store.lock import StoreLock
        with StoreLock(root).exclusive():
            if sys.argv[2] == "a fork":
                pid = os.fork()
                if pid == 0:
                    time.sleep(60)
                    os._exit(0)
            else:
                pid = subprocess.Popen(["sleep", "60"], close_fds=False).pid
        say(str(pid))
        sys.stdin.read()
    """
    with python(program, tmp_path, kind) as child:
        pid = int(said(child))
        try:
            os.kill(pid, 0)  # it lives
            assert _is_free(tmp_path)
        finally:
            os.kill(pid, signal.SIGKILL)


def test_a_started_program_does_not_keep_the_lock_of_a_killed_command(tmp_path: Path) -> None:
    program = """
        import subprocess
        from salescli.store.lock import StoreLock
        with StoreLock(root).exclusive():
            say(str(subprocess.Popen(["sleep", "60"], close_fds=False).pid))
            sys.stdin.read()
    """
    with python(program, tmp_path) as child:
        pid = int(said(child))
        try:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            assert _is_free(tmp_path)
        finally:
            os.kill(pid, signal.SIGKILL)


class _Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    clock = _Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    return clock


def test_waiting_is_told_once_after_a_second_and_ends_at_the_timeout(
    tmp_path: Path, clock: _Clock
) -> None:
    told: list[tuple[float, str]] = []
    lock = StoreLock(tmp_path, on_wait=lambda text: told.append((clock.now - 1000, text)))
    other = StoreLock(tmp_path)
    with other.exclusive(), pytest.raises(Clash), lock.exclusive():
        pass
    assert [text for _, text in told] == [_READERS]
    assert 1.0 <= told[0][0] < 1.1
    assert 10.0 <= clock.now - 1000 < 10.1


def test_a_short_wait_says_nothing(tmp_path: Path, clock: _Clock) -> None:
    told: list[str] = []
    lock = StoreLock(tmp_path, timeout_seconds=0.9, on_wait=told.append)
    with StoreLock(tmp_path).exclusive(), pytest.raises(Clash), lock.exclusive():
        pass
    assert told == []


def test_a_waiting_writer_goes_on_when_the_lock_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = StoreLock(tmp_path).exclusive()
    holder.__enter__()
    monkeypatch.setattr(time, "sleep", lambda seconds: holder.__exit__(None, None, None))
    with StoreLock(tmp_path).exclusive():
        assert not _is_free(tmp_path)
    assert _is_free(tmp_path)


def test_nobody_overtakes_the_one_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder lets go and at once asks again, while the other still sleeps."""
    holder = StoreLock(tmp_path).exclusive()
    holder.__enter__()
    asked_again = []

    def sleep(seconds: float) -> None:
        if not asked_again:
            holder.__exit__(None, None, None)
            asked_again.append(_is_free(tmp_path))

    monkeypatch.setattr(time, "sleep", sleep)
    with StoreLock(tmp_path).exclusive():
        assert asked_again == [False]


def test_a_writer_keeps_its_share_of_the_files_until_it_is_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one who knows no writers' lock could alter what it has decided on."""
    writer = StoreLock(tmp_path)
    with writer.shared(), open(tmp_path / ".salescli/queue") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        kept = []

        def sleep(seconds: float) -> None:
            with open(tmp_path / ".salescli/lock") as other, pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            kept.append(True)
            fcntl.flock(queue, fcntl.LOCK_UN)

        monkeypatch.setattr(time, "sleep", sleep)
        with writer.exclusive():
            assert kept == [True]


def test_a_lock_file_replaced_while_waiting_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".salescli/lock"
    holder = StoreLock(tmp_path).exclusive()
    holder.__enter__()

    def sleep(seconds: float) -> None:
        path.unlink()
        holder.__exit__(None, None, None)

    monkeypatch.setattr(time, "sleep", sleep)
    with StoreLock(tmp_path).exclusive():
        assert path.exists()
        assert not _is_free(tmp_path)


def _forbid(monkeypatch: pytest.MonkeyPatch, flags: int) -> None:
    """Let no file be opened with these flags, as in a read-only directory (root may all)."""
    real = os.open

    def open_(path: str, wanted: int, mode: int = 0o777) -> int:
        if wanted & flags:
            raise PermissionError(13, os.strerror(13), path)
        return real(path, wanted, mode)

    monkeypatch.setattr(os, "open", open_)


def test_reading_where_no_lock_can_be_made_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forbid(monkeypatch, os.O_CREAT)
    entered = False
    with StoreLock(tmp_path).shared():
        entered = True
    assert entered
    with pytest.raises(Failed) as caught, StoreLock(tmp_path).exclusive():
        pass
    assert caught.value.exit_code == 6
    assert ".salescli/lock: Permission denied" in str(caught.value)


def test_reading_where_the_directory_itself_can_not_be_made_goes_on(tmp_path: Path) -> None:
    class ReadOnly(RealFileSystem):
        def mkdir(self, path: str) -> None:
            raise OSError(30, os.strerror(30), path)

    entered = False
    with StoreLock(tmp_path, fs=ReadOnly()).shared():
        entered = True
    assert entered
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_may_only_be_read_still_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _is_free(tmp_path)
    with python(HOLD, tmp_path, "exclusive") as child:
        assert said(child) == "held"
        _forbid(monkeypatch, os.O_CREAT)
        with pytest.raises(Clash), StoreLock(tmp_path, timeout_seconds=0).shared():
            pass


def test_an_error_under_the_lock_frees_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), StoreLock(tmp_path).exclusive():
        raise RuntimeError
    assert _is_free(tmp_path)
