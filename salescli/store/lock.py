"""The one lock of a store: flock on `.salescli/lock`.

Owns who may write and read now. Must not know what is done under it. Never lockf: a process
loses such a lock by closing the same file elsewhere. Never a lock file: it survives kill -9.
"""

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from salescli.model.errors import Clash, finding
from salescli.store.files import (
    LOCAL_DIRECTORY,
    FileSystem,
    RealFileSystem,
    build_failure,
    make_local_directory,
)

LOCK_NAME = "lock"
QUEUE_NAME = "queue"
DEFAULT_TIMEOUT_SECONDS = 10.0
_NOTICE_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 0.0005
_LONGEST_PAUSE_SECONDS = 0.002
_NO_WRITING = {errno.EACCES, errno.EPERM, errno.EROFS}


class StoreLock:
    """The lock of the store at `root`; not to be taken twice by one process at a time.

    `on_wait` is told once, after a second, that somebody else has the lock.
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
        self._fs: FileSystem = fs if fs is not None else RealFileSystem()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock alone. Raises `Clash` (`store-locked`) at the timeout, and `Failed`."""
        try:
            descriptor = self._acquire(fcntl.LOCK_EX)
        except OSError as error:
            raise build_failure(error, f"{LOCAL_DIRECTORY}/{LOCK_NAME}", self._root) from error
        with self._holding(descriptor):
            yield

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock with other readers; where none can be made, go on without.

        A directory in which we may not write has no writer of ours, and reading it must work.
        """
        try:
            descriptor = self._acquire(fcntl.LOCK_SH)
        except OSError as error:
            if error.errno not in _NO_WRITING:
                path = f"{LOCAL_DIRECTORY}/{LOCK_NAME}"
                raise build_failure(error, path, self._root) from error
            yield
            return
        with self._holding(descriptor):
            yield

    @contextlib.contextmanager
    def _holding(self, descriptor: int) -> Iterator[None]:
        try:
            yield
        finally:
            # Unlocked by name and not by closing alone: a forked child may hold the file open.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def _acquire(self, kind: int) -> int:
        """Wait for the lock behind a turnstile, which only the next in line has passed.

        Without it a process that writes again and again takes the lock anew before anybody who
        waits has looked: of eight such writers one waited for ten seconds.
        """
        wait = _Wait(time.monotonic() + self._timeout, self._timeout, self._on_wait)
        try:
            queue = self._open(QUEUE_NAME)
        except OSError as error:
            if error.errno not in _NO_WRITING:
                raise
            return self._acquire_next(kind, wait)
        try:
            wait.until_locked(queue, fcntl.LOCK_EX)
            return self._acquire_next(kind, wait)
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)
            os.close(queue)

    def _acquire_next(self, kind: int, wait: "_Wait") -> int:
        while True:
            descriptor = self._open(LOCK_NAME)
            try:
                wait.until_locked(descriptor, kind)
                if self._is_current(descriptor):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _open(self, name: str) -> int:
        path = f"{self._root}/{LOCAL_DIRECTORY}/{name}"
        flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            make_local_directory(self._fs, self._root)
            return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o666)
        except OSError as error:
            if error.errno not in _NO_WRITING:
                raise
            try:
                return os.open(path, os.O_RDONLY | flags)
            except OSError:
                raise error from None

    def _is_current(self, descriptor: int) -> bool:
        """Whether the file that we locked is still the one that others would lock."""
        try:
            named = os.stat(f"{self._root}/{LOCAL_DIRECTORY}/{LOCK_NAME}")
        except FileNotFoundError:
            return False
        return os.path.samestat(named, os.fstat(descriptor))


class _Wait:
    """Tries until the deadline, with growing pauses, and says so once."""

    def __init__(
        self, deadline: float, timeout: float, on_wait: Callable[[str], None] | None
    ) -> None:
        self._deadline = deadline
        self._timeout = timeout
        self._notice_at = deadline - timeout + _NOTICE_SECONDS
        self._on_wait = on_wait

    def until_locked(self, descriptor: int, kind: int) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                self._look_at_the_clock()
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if now >= self._deadline:
            raise Clash(
                finding(
                    "store-locked",
                    f"Another command has held the store for {self._timeout:g} "
                    f"second{'' if self._timeout == 1 else 's'}.",
                    hint="Wait for it, or give more time with --lock-timeout SECONDS.",
                )
            )
        if self._on_wait is not None and now >= self._notice_at:
            self._on_wait("Waiting for another command to finish with the store …")
            self._on_wait = None
