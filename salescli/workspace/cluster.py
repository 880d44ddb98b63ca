"""Errands of a group run by the workers of a Dask scheduler: each where its store lies.

The only module that loads distributed. A worker gets plain values and answers with plain values;
when one ends in the middle, the scheduler hands its errands to another that may run them.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import distributed

from salescli.model.errors import Failed, Finding, WrongUsage, finding
from salescli.model.surroundings import Surroundings
from salescli.workspace.grouping import Answer, Errand, run_errand

_ADDRESS = re.compile(r"(?:[a-z]+://)?[^\s/]+:[0-9]{1,5}")
_PATIENCE = "10s"  # until the scheduler answers


def run_on_workers(
    errands: Sequence[Errand], surroundings: Surroundings, *, scheduler: str
) -> list[Answer]:
    """What the workers answer, in the order of the errands.

    Raises `Failed` (`no-scheduler`, `no-worker`) where nobody could be asked, `WrongUsage`
    (`not-a-scheduler`) for what is no address.
    """
    if not _ADDRESS.fullmatch(scheduler):
        raise WrongUsage(_not_an_address(scheduler))
    now = surroundings.now()
    try:
        connect: Any = distributed.Client
        with connect(scheduler, timeout=_PATIENCE, set_as_default=False) as client:
            futures = [
                client.submit(
                    run_far,
                    errand,
                    now,
                    pure=False,
                    workers=[errand.store.worker] if errand.store.worker else None,
                )
                for errand in errands
            ]
            answers: list[Answer] = client.gather(futures)
            return answers
    except (OSError, TimeoutError) as error:
        raise _no_scheduler(scheduler, error) from error
    except distributed.scheduler.KilledWorker as error:
        text = f"the workers of {scheduler} ended one after the other: {error}"
        hint = "see their logs; without --scheduler this machine reads the stores"
        raise Failed(finding("no-worker", text, hint=hint, field="scheduler")) from error


def run_far(errand: Errand, now: datetime) -> Answer:
    """Run an errand on a worker, as of the instant of the command that asks."""
    return run_errand(errand, far_surroundings(now))


def far_surroundings(now: datetime) -> Surroundings:
    """The world of an errand: one instant, nobody who acts, no terminal, no variables."""
    return Surroundings(clock=lambda: now, random_bytes=bytes, environ={}, directory=Path())


def _no_scheduler(scheduler: str, error: Any) -> Failed:
    said = str(error).partition("\n")[0] or type(error).__name__
    hint = "start one with: dask scheduler; and workers with: dask worker ADDRESS"
    text = f"no scheduler answers at {scheduler}: {said}"
    return Failed(finding("no-scheduler", text, hint=hint, field="scheduler"))


def _not_an_address(scheduler: str) -> Finding:
    return finding(
        "not-a-scheduler",
        f"{scheduler!r} is no address of a scheduler",
        hint="write tcp://HOST:8786, as the scheduler says when it starts",
        field="scheduler",
    )
