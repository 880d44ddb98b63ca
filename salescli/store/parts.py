"""Rows counted part by part, by two processes where there are many, and what came of each part.

Owns how many parts there are and how what was counted comes back from the second process. Must not
know what the rows are. What can't be asked there, as the database, is counted here.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any, TypeVar

from salescli.store.sharing import is_sharing_possible, share_jobs

SHARED_FROM = 64
"""Rows, of a chunk of records each, from which on a second process pays where each is looked at
once; where it is restored as of many days it pays from an eighth of them on."""

_PARTS = 8
T = TypeVar("T")


def count_in_parts(
    rows: Sequence[Any], count: Callable[[Iterator[Any]], T], *, are_heavy: bool = False
) -> list[T]:
    """What `count` makes of each part of the rows, in their order; of few of all at once."""
    enough = SHARED_FROM // 8 if are_heavy else SHARED_FROM
    if len(rows) < enough or not is_sharing_possible():
        return [count(iter(rows))]
    pickle = import_module("pickle")  # most commands share nothing
    size = -(-len(rows) // _PARTS)
    parts = [rows[at : at + size] for at in range(0, len(rows), size)]

    def job(number: int) -> bytes:
        data: bytes = pickle.dumps(count(iter(parts[number])), pickle.HIGHEST_PROTOCOL)
        return data

    with closing(share_jobs(len(parts), job, is_shared=True)) as results:
        found = dict(results)
    return [pickle.loads(found[number]) for number in range(len(parts))]  # of our own fork
