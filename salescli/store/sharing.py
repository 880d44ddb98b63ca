"""Sharing numbered jobs between this process and a forked one.

Owns the fork and its pipes. Must not know what the jobs do; they return bytes. Threads instead
of a process were slower than doing it all alone, for the jobs hold the interpreter.
"""

import os
import queue
import signal
import struct
import threading
from collections.abc import Callable, Generator, Iterator

_NUMBER = struct.Struct("<I")
_HEADER = struct.Struct("<IQ")
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
    results, results_end = os.pipe()
    child = os.fork()
    if child == 0:
        _work_in_child(tokens, results_end, job)
    os.close(results_end)
    waiting: queue.SimpleQueue[tuple[int, bytes]] = queue.SimpleQueue()
    reader = threading.Thread(target=_drain, args=(results, waiting))
    reader.start()
    is_done = False
    try:
        for number in _take(tokens):
            yield number, job(number)
            yield from _waiting(waiting)
        reader.join()
        yield from _waiting(waiting)
        is_done = True
    finally:
        if not is_done:
            os.kill(child, signal.SIGKILL)
        reader.join()
        os.waitpid(child, 0)
        os.close(tokens)
        os.close(results)


def _work_in_child(tokens: int, results: int, job: Job) -> None:
    """Do jobs until none is left; never returns, and runs nothing of the parent's at its end."""
    try:
        for number in _take(tokens):
            result = job(number)
            _write(results, _HEADER.pack(number, len(result)))
            _write(results, result)
    finally:
        os._exit(0)


def _take(tokens: int) -> Iterator[int]:
    while token := os.read(tokens, _NUMBER.size):
        yield _NUMBER.unpack(token)[0]


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _waiting(results: "queue.SimpleQueue[tuple[int, bytes]]") -> Iterator[tuple[int, bytes]]:
    while not results.empty():
        yield results.get()


def _drain(descriptor: int, results: "queue.SimpleQueue[tuple[int, bytes]]") -> None:
    """Take whole results off the pipe until the other process ends; half a one is dropped."""
    with open(descriptor, "rb", closefd=False) as pipe:
        while len(header := pipe.read(_HEADER.size)) == _HEADER.size:
            number, size = _HEADER.unpack(header)
            if len(result := pipe.read(size)) == size:
                results.put((number, result))
