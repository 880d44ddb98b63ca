"""Calls spread over threads: each is made, and what fails is told."""

import errno
import threading

import pytest

from salescli.store.atonce import SPREAD_FROM, THREADS, at_once


@pytest.mark.parametrize("count", [0, 1, SPREAD_FROM - 1, SPREAD_FROM, 10 * SPREAD_FROM])
def test_each_is_called_once(count: int) -> None:
    called: list[int] = []
    at_once(called.append, range(count))
    assert sorted(called) == list(range(count))


def test_many_wait_side_by_side() -> None:
    together = threading.Barrier(THREADS, timeout=10)  # breaks unless so many wait at a time
    at_once(lambda _: together.wait(), range(SPREAD_FROM))


def test_few_are_called_in_turn_by_the_one_who_asked() -> None:
    by: set[int] = set()
    at_once(lambda _: by.add(threading.get_ident()), range(SPREAD_FROM - 1))
    assert by == {threading.get_ident()}


def test_an_error_is_raised_after_all_that_could_be_done_was() -> None:
    called: list[int] = []

    def call(number: int) -> None:
        if number == 70:
            raise OSError(errno.EIO, "broken", "f70")
        called.append(number)

    with pytest.raises(OSError, match="broken"):
        at_once(call, range(4 * SPREAD_FROM))
    assert sorted({*called}) == sorted({*range(4 * SPREAD_FROM)} - {70})


def test_without_more_threads_it_goes_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    called: list[int] = []
    at_once(called.append, range(2 * SPREAD_FROM))
    assert sorted(called) == list(range(2 * SPREAD_FROM))
