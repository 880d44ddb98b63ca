"""Jobs shared by two processes: each result once, whatever happens to the other process."""

import os
import signal

import pytest

from salescli.store import sharing
from salescli.store.sharing import share_jobs


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(sharing, "is_sharing_possible", lambda: True)


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_every_job_has_its_result_once(count, is_shared):
    found = list(share_jobs(count, lambda number: b"%d" % number * number, is_shared=is_shared))
    assert sorted(found) == [(number, b"%d" % number * number) for number in range(count)]


def test_both_processes_take_part():
    def job(number: int) -> bytes:
        for _ in range(20_000):
            pass
        return str(os.getpid()).encode()

    workers = {result for _, result in share_jobs(400, job, is_shared=True)}
    assert str(os.getpid()).encode() in workers
    assert len(workers) == 2


def test_what_a_killed_process_leaves_is_done_here():
    parent = os.getpid()

    def job(number: int) -> bytes:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"done"

    found = list(share_jobs(50, job, is_shared=True))
    assert sorted(number for number, _ in found) == list(range(50))


def test_an_error_in_the_other_process_is_met_in_this_one():
    def job(number: int) -> bytes:
        if number == 7:
            raise ValueError("seven")
        return b""

    with pytest.raises(ValueError, match="seven"):
        list(share_jobs(40, job, is_shared=True))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # nobody is left behind


def test_nobody_is_left_behind_when_the_rest_is_not_wanted():
    jobs = share_jobs(1000, lambda number: bytes(1000), is_shared=True)
    next(jobs)
    jobs.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
