"""A file that is locked with flock, by those who wait in the order of a turnstile.

Owns the descriptors, the waiting, and what is said of it. Must not know what a lock is for.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from salescli.model.errors import Clash, finding
from salescli.store.files import LOCAL_DIRECTORY, FileSystem, make_local_directory

NO_WRITING = {errno.EACCES, errno.EPERM, errno.EROFS}
_NOTICE_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 0.0005
_LONGEST_PAUSE_SECONDS = 0.002


class Waiting(msgspec.Struct, frozen=True):
    """What is said of a wait: what it is for, who has held the lock, and what to do."""

    for_: str = "another command to finish with the store"
    held: str = "Another command has held the store"
    hint: str = "Wait for it, or give more time with --lock-timeout SECONDS."


class Turnstile:
    """The lock on `name` in `.salescli`; `queue` is the file that only the next in line holds.

    Without it a process that writes again and again takes the lock anew before anybody who waits
    has looked: of eight such writers one waited for ten seconds. And readers that come one after
    the other would keep a writer out for ever.
    """

    def __init__(self, fs: FileSystem, root: str, name: str, queue: str) -> None:
        self._fs = fs
        self._root = root
        self._name = name
        self._queue = queue
        self._held: int | None = None

    def take(self, kind: int, wait: "Wait") -> None:
        """Hold the lock in this kind; what is held of it is let go once it is our turn.

        Raises `Clash` (`store-locked`) at the end of the wait, and OSError.
        """
        try:
            queue = self._open(self._queue)
        except OSError as error:
            if error.errno not in NO_WRITING:
                raise
            self._take_next(kind, wait)
            return
        try:
            wait.until_locked(queue, fcntl.LOCK_EX)
            self._take_next(kind, wait)
        finally:
            _unlock(queue)

    def release(self) -> None:
        """Let go of what is held, if anything is."""
        if self._held is not None:
            _unlock(self._held)
            self._held = None

    def note(self, text: bytes) -> None:
        """Write who holds the lock into its file, where that can be written."""
        if self._held is not None:
            with suppress(OSError):
                os.pwrite(self._held, text, 0)
                os.ftruncate(self._held, len(text))

    def read_note(self, most_bytes: int) -> bytes:
        """What whoever holds the lock has noted, and then perhaps one who is dead."""
        with suppress(OSError):
            descriptor = self._open(self._name)
            try:
                return os.pread(descriptor, most_bytes, 0)
            finally:
                os.close(descriptor)
        return b""

    def _take_next(self, kind: int, wait: "Wait") -> None:
        self.release()
        while True:
            descriptor = self._open(self._name)
            try:
                wait.until_locked(descriptor, kind)
                if self._is_current(descriptor):
                    self._held = descriptor
                    return
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
            if error.errno not in NO_WRITING:
                raise
            try:
                return os.open(path, os.O_RDONLY | flags)
            except OSError:
                raise error from None

    def _is_current(self, descriptor: int) -> bool:
        """Whether the file that we locked is still the one that others would lock."""
        try:
            named = os.stat(f"{self._root}/{LOCAL_DIRECTORY}/{self._name}")
        except FileNotFoundError:
            return False
        return os.path.samestat(named, os.fstat(descriptor))


def _unlock(descriptor: int) -> None:
    # Unlocked by name and not by closing alone: a forked child may hold the file open.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


class Wait:
    """Tries for `timeout_seconds`, with growing pauses; after a second it tells once what for.

    `tell` is asked when something is to be said, since others may hold the lock by then.
    """

    def __init__(
        self,
        timeout_seconds: float,
        on_wait: Callable[[str], None] | None,
        tell: Callable[[], Waiting],
    ) -> None:
        self._timeout = timeout_seconds
        self._began = time.monotonic()
        self._on_wait = on_wait
        self._tell = tell

    def until_locked(self, descriptor: int, kind: int) -> None:
        """Lock an open file. Raises `Clash` (`store-locked`) once the time is over."""
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
        waited = time.monotonic() - self._began
        if waited >= self._timeout:
            said = self._tell()
            seconds = f"{self._timeout:g} second{'' if self._timeout == 1 else 's'}"
            raise Clash(finding("store-locked", f"{said.held} for {seconds}.", hint=said.hint))
        if self._on_wait is not None and waited >= _NOTICE_SECONDS:
            self._on_wait(f"Waiting for {self._tell().for_} …")
            self._on_wait = None
