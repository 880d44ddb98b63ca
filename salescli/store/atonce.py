"""Many small calls that wait for the disk, several at a time.

Where a disk gives back the blocks of a replaced file at once (ext4 mounted with `discard`, without
a journal), a rename waits for 0.7 ms: 5 000 in turn took 3.2 s, four at a time 0.8 s, sixteen no
less. Owns how calls are spread over threads; must not know what they do.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

SPREAD_FROM = 64  # calls from which on threads pay
THREADS = 4


def at_once(call: Callable[[T], object], arguments: Sequence[T]) -> None:
    """Call `call`, which may raise OSError, with each argument, in any order; few in turn.

    What fails is called once more, in this thread, so that its error is met where it can be told;
    most of the others are done by then.
    """
    done = bytearray(len(arguments))
    if len(arguments) >= SPREAD_FROM:
        _spread(call, arguments, done)
    for number, argument in enumerate(arguments):
        if not done[number]:
            call(argument)


def _spread(call: Callable[[T], object], arguments: Sequence[T], done: bytearray) -> None:
    """Call with each in this thread and others; note in `done` what succeeded."""
    numbers = iter(range(len(arguments)))  # of all threads: each takes the next

    def work() -> None:
        with contextlib.suppress(OSError):
            for number in numbers:
                call(arguments[number])
                done[number] = True

    helpers = [threading.Thread(target=work) for _ in range(THREADS - 1)]
    started = []
    try:
        with contextlib.suppress(RuntimeError):  # no more threads are allowed: fewer do as well
            for helper in helpers:
                helper.start()
                started.append(helper)
        work()
    finally:
        for helper in started:
            helper.join()
