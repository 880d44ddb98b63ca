"""The locks of a store: who may write, and who may see the files change.

A command that writes holds the writers' lock from before it reads until it is done, so that no
other decides beside it. The files' lock is shared by all who read, and by a writer while it
decides; it is held alone only while files change: by a writer that applies, or by whoever
completes what a killed one left.

Owns the files of `.salescli` that are locked. Must not know what is done under a lock. Never
lockf: a process loses such a lock by closing the same file elsewhere. Never a lock file: it
survives kill -9.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from salescli.store.files import LOCAL_DIRECTORY, FileSystem, RealFileSystem, build_failure
from salescli.store.turnstile import NO_WRITING, Turnstile, Wait, Waiting

DEFAULT_TIMEOUT_SECONDS = 10.0
# Names of files: of the lock, and of the turnstile before it. `lock` and `queue` mean the same
# to programs that know no writers' lock: they hold `lock` alone while they decide, too.
FILES = ("lock", "queue")
WRITERS = ("writer", "writer-queue")
_MOST_BYTES = 200  # that are read of who writes


class StoreLock:
    """The locks of the store at `root`; neither is to be taken twice by one process at a time.

    Each wait ends after `timeout_seconds`; after a second, `on_wait` is told once what for.
    """

    def __init__(
        self,
        root: Path,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        on_wait: Callable[[str], None] | None = None,
        fs: FileSystem | None = None,
    ) -> None:
        self._root = os.fspath(root)
        self._timeout = timeout_seconds
        self._on_wait = on_wait
        real = fs if fs is not None else RealFileSystem()
        self._files = Turnstile(real, self._root, *FILES)
        self._writers = Turnstile(real, self._root, *WRITERS)

    @contextlib.contextmanager
    def writing(self, command: str = "") -> Iterator[None]:
        """Keep all other writers out; `command` is what they are told of us.

        It says nothing of the files: whoever reads them holds these shared beside it. Raises
        `Clash` (`store-locked`) at the timeout, and `Failed`.
        """
        try:
            self._writers.take(fcntl.LOCK_EX, self._wait(self._tell_writer))
        except OSError as error:
            raise build_failure(error, f"{LOCAL_DIRECTORY}/{WRITERS[0]}", self._root) from error
        try:
            self._writers.note(f"{os.getpid()} {command}\n".encode())
            yield
        finally:
            self._writers.note(b"")
            self._writers.release()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the files alone. Raises `Clash` (`store-locked`) at the timeout, and `Failed`.

        Within `shared` it goes on from there, with nobody who writes in between; from then on
        the files are not held shared any more.
        """
        try:
            self._files.take(fcntl.LOCK_EX, self._wait(_tell_readers))
        except OSError as error:
            raise build_failure(error, f"{LOCAL_DIRECTORY}/{FILES[0]}", self._root) from error
        try:
            yield
        finally:
            self._files.release()

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the files with other readers; where no lock can be made, go on without.

        A directory in which we may not write has no writer of ours, and reading it must work.
        """
        try:
            self._files.take(fcntl.LOCK_SH, self._wait(Waiting))
        except OSError as error:
            if error.errno not in NO_WRITING:
                path = f"{LOCAL_DIRECTORY}/{FILES[0]}"
                raise build_failure(error, path, self._root) from error
        try:
            yield
        finally:
            self._files.release()

    def _wait(self, tell: Callable[[], Waiting]) -> Wait:
        return Wait(self._timeout, self._on_wait, tell)

    def _tell_writer(self) -> Waiting:
        """Who writes, by name where that is a process of this machine."""
        note = self._writers.read_note(_MOST_BYTES).decode("utf-8", "replace")
        pid, _, command = note.partition(" ")
        if not _is_alive(pid):
            return Waiting()
        named = f"{command.strip()} (process {pid})" if command.strip() else f"process {pid}"
        return Waiting(
            for_=f"{named} to finish with the store",
            held=f"{named} has held the store",
        )


def _tell_readers() -> Waiting:
    return Waiting(
        for_="others to finish reading the store",
        held="Nothing was changed: others have been reading the store",
        hint="Try again when they are done, or give more time with --lock-timeout SECONDS.",
    )


def _is_alive(pid: str) -> bool:
    """Whether it is a process of this machine; the note of one that was killed may still stand."""
    if not pid.isdecimal() or not 0 < int(pid) < 2**31:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
