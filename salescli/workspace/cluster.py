"""Errands of a group run by the workers of a Dask scheduler: each where its store lies.

The only module that loads distributed. A worker gets plain values and answers with plain values;
when one ends in the middle, the scheduler hands its errands to another that may run them.
"""

import re
import socket
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import distributed

from salescli.model.errors import Failed, WrongUsage, finding
from salescli.model.surroundings import Surroundings
from salescli.workspace.grouping import Answer, Errand, run_errand

_ADDRESS = re.compile(r"(?:[a-z]+://)?(?P<host>[^\s/]+):(?P<port>[0-9]{1,5})")
_PATIENCE_SECONDS = 10.0  # until the scheduler answers


def run_on_workers(
    errands: Sequence[Errand], surroundings: Surroundings, *, scheduler: str
) -> list[Answer]:
    """What the workers answer, in the order of the errands.

    Raises `WrongUsage` (`not-a-scheduler`) for what is no address, and `Failed`
    (`cluster-failed`) where nobody answers, or each worker that tried has ended.
    """
    knock(scheduler)
    connect: Any = distributed.Client
    now = surroundings.now()
    try:
        with connect(scheduler, timeout=_PATIENCE_SECONDS, set_as_default=False) as client:
            _check_workers(client.scheduler_info(-1)["workers"], errands, scheduler)
            futures = [
                client.submit(run_far, one, now, pure=False, workers=one.store.worker or None)
                for one in errands
            ]
            answers: list[Answer] = client.gather(futures)
            return answers
    except (OSError, distributed.scheduler.KilledWorker) as error:
        raise _failed(scheduler, str(error).partition("\n")[0]) from error


def knock(scheduler: str) -> None:
    """Raise `Failed` at once where nobody listens, which distributed would try for long."""
    match = _ADDRESS.fullmatch(scheduler)
    if match is None:
        raise WrongUsage(
            finding(
                "not-a-scheduler",
                f"{scheduler!r} is no address of a scheduler",
                hint="write tcp://HOST:8786, as the scheduler says when it starts",
                field="scheduler",
            )
        )
    try:
        where = (match["host"].strip("[]"), int(match["port"]))
        socket.create_connection(where, _PATIENCE_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _failed(scheduler, str(getattr(error, "strerror", None) or error)) from error


def _check_workers(workers: Mapping[str, Any], errands: Sequence[Errand], scheduler: str) -> None:
    """Raise `Failed` where an errand would wait for a worker that isn't there."""
    if not workers:
        raise _failed(scheduler, "there are none")
    known = set(workers) | {one[key] for one in workers.values() for key in ("host", "name")}
    wanted = {one.store.worker for one in errands if one.store.worker}
    missing = sorted(wanted - known)
    if missing:
        raise _failed(scheduler, f"none is at {', '.join(missing)}")


def run_far(errand: Errand, now: datetime) -> Answer:
    """Run an errand on a worker, as of the instant of the command that asks."""
    return run_errand(errand, far_surroundings(now))


def far_surroundings(now: datetime) -> Surroundings:
    """The world of an errand: one instant, nobody who acts, no terminal, no variables."""
    return Surroundings(clock=lambda: now, random_bytes=bytes, environ={}, directory=Path())


def _failed(scheduler: str, why: str) -> Failed:
    hint = "start them with dask scheduler and dask worker; without --scheduler this machine reads"
    text = f"the workers of {scheduler} can't be asked: {why}"
    return Failed(finding("cluster-failed", text, hint=hint, field="scheduler"))
