"""Stores read by Dask's workers: the same bytes as on one machine, whatever becomes of a worker."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from salescli.store.lock import StoreLock
from tests.shop import new_shop

ROOT = Path(__file__).resolve().parents[2]
REPORT = (
    "report",
    "win-loss",
    "--by",
    "owner",
    "--as-of",
    "2020-12-31",
    "--with-ids",
    "--format",
    "json",
)
LISTS = ("opp list --where owner=@me", "next")
SECONDS = 60
# One process: a scheduler, and two workers that are processes of their own. It prints its address
# and the workers' pids, then waits to be ended.
CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    options = dict(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with LocalCluster(host="127.0.0.1", scheduler_port=0, **options) as cluster:
        print(cluster.scheduler_address, *[one.pid for one in cluster.workers.values()], flush=True)
        sys.stdin.read()
"""


@contextmanager
def cluster(place):
    """The address of a scheduler and the pids of its two workers."""
    script = place / "cluster.py"
    script.write_text(CLUSTER)
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(place)}
    process = subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ,
    )
    try:
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(SECONDS)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Four stores with a won deal and an open one each, by people of one id; the options that name
    them. Anna of the second acts.
    """
    place = tmp_path_factory.mktemp("four")
    named = []
    for number, name in enumerate(("east", "north", "south", "west")):
        shop = new_shop(place / name)
        shop.random.seed(number)
        shop.do("person", "set", "anna", "--name", f"Anna {number % 3}")
        shop.deal("Flat", "--owner", "anna", "--budget", f"{number + 1}00", "--at", "2020-10-01")
        shop.do("opp", "close", "Flat", "--outcome", "won", "--at", "2020-10-20")
        shop.deal("House", "--owner", "anna", "--at", "2020-11-01")
        named += ["--store", str(shop.root)]
    shop.environ["SALESCLI_ACTOR"] = "north/anna"
    return shop, named


def waits_for_lock(pid, store):
    """Whether a process is about to read a store."""
    folder = f"/proc/{pid}/fd"
    names = (f"{folder}/{one}" for one in os.listdir(folder))
    return any(os.path.realpath(one) == str(store / ".salescli" / "lock") for one in names)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at what a worker has open")
def test_a_worker_that_ends_in_the_middle_alters_no_byte(stores, tmp_path):
    shop, named = stores
    here = shop.do(*REPORT, *named).out
    lists = [(*asked.split(), "--format", "json") for asked in LISTS]
    listed = [shop.do(*asked, *named).out for asked in lists]
    assert all('"store": "north"' in told for told in listed)
    with cluster(tmp_path) as (address, workers):
        far = shop.do(*REPORT, *named, "--scheduler", address).out
        assert far == here
        assert [shop.do(*asked, *named, "--scheduler", address).out for asked in lists] == listed
        broken = shop.run(*REPORT, *named, "--store", str(tmp_path), "--scheduler", address)
        assert (broken.code, broken.out) == (3, "")
        assert f"{tmp_path.name}: there is no store in" in broken.err
        command = [sys.executable, "-m", "salescli", *REPORT, *named, "--scheduler", address]
        with StoreLock(shop.root).exclusive():  # the last store is being written
            environ = {**os.environ, "PYTHONPATH": str(ROOT)}
            asking = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
            busy = []
            until = time.monotonic() + SECONDS
            while not busy and time.monotonic() < until:
                busy = [pid for pid in workers if waits_for_lock(pid, shop.root)]
                time.sleep(0.01)
            os.kill(busy[0], signal.SIGKILL)
        after, _ = asking.communicate(timeout=SECONDS)
    assert after == here
