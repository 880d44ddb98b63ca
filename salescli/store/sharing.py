"""Sharing numbered jobs between this process and a forked one.

Owns the fork and what passes between the two. Must not know what the jobs do; they return bytes.
Results go through a file: with a pipe the other process waits for this one at every 64 KiB, and
threads instead of a process are slower than one thread, for the jobs hold the interpreter.
"""

import os
import select
import signal
import struct
import threading
from collections.abc import Callable, Generator, Iterator
from importlib import import_module

_NUMBER = struct.Struct("<I")
_NOTE = struct.Struct("<IQQ")  # number, where its result begins in the file, its length
_MOST_SHARED = 8000  # job numbers wait in a pipe, which holds 64 KiB of them

Job = Callable[[int], bytes]


def is_sharing_possible() -> bool:
    """Whether there is a second processor, and no thread that a fork would cut off."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    return _processors() > 1


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_jobs(
    count: int, job: Job, *, is_shared: bool
) -> Generator[tuple[int, bytes], None, None]:
    """The results of jobs 0 to count-1 with their numbers, in the order in which they are done.

    Where the second process fails or is killed its jobs are done here, so that an error is met
    where it can be told.
    """
    if not is_shared or not 1 < count <= _MOST_SHARED or not is_sharing_possible():
        yield from ((number, job(number)) for number in range(count))
        return
    missing = set(range(count))
    for number, result in _share(count, job):
        missing.discard(number)
        yield number, result
    yield from ((number, job(number)) for number in sorted(missing))


def _share(count: int, job: Job) -> Iterator[tuple[int, bytes]]:
    tokens, tokens_end = os.pipe()
    os.write(tokens_end, b"".join(map(_NUMBER.pack, range(count))))
    os.close(tokens_end)
    notes, notes_end = os.pipe()
    tempfile = import_module("tempfile")  # brings much along, and most commands share nothing
    with tempfile.TemporaryFile() as results:
        child = os.fork()
        if child == 0:
            _work_in_child(tokens, notes_end, results.fileno(), job)
        os.close(notes_end)
        is_done = False
        try:
            for number in _take(tokens):
                yield number, job(number)
                yield from _finished(notes, results.fileno(), wait=False)
            yield from _finished(notes, results.fileno(), wait=True)
            is_done = True
        finally:
            if not is_done:
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(tokens)
            os.close(notes)


def _work_in_child(tokens: int, notes: int, results: int, job: Job) -> None:
    """Do jobs until none is left; never returns, and runs nothing of the parent's at its end."""
    try:
        offset = 0
        for number in _take(tokens):
            result = job(number)
            _write(results, result)
            os.write(notes, _NOTE.pack(number, offset, len(result)))
            offset += len(result)
    finally:
        os._exit(0)


def _take(tokens: int) -> Iterator[int]:
    while token := os.read(tokens, _NUMBER.size):
        yield _NUMBER.unpack(token)[0]


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _finished(notes: int, results: int, *, wait: bool) -> Iterator[tuple[int, bytes]]:
    """What the other process has done by now, or with `wait` until its end."""
    while wait or select.select([notes], [], [], 0)[0]:
        note = os.read(notes, _NOTE.size)
        if not note:
            return
        number, offset, size = _NOTE.unpack(note)
        yield number, os.pread(results, size, offset)
