"""The deals of one store as of an instant, to be counted; must not know what is asked of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import TypeVar

import msgspec

from salescli.model.deal import Deal
from salescli.model.visits import seconds
from salescli.report.figures.figure import Partial, Shape, add_up
from salescli.store.index import Index
from salescli.workspace.session import Session

T = TypeVar("T")


class Reported(msgspec.Struct, frozen=True):
    """The deals that a figure is made of, as of an instant, and how many can't be read."""

    index: Index
    instant: datetime | None  # None: as they stand now
    invalid: int

    @property
    def deals(self) -> Iterable[Deal]:
        """All of them; a new sweep each time."""
        return self.index.deals() if self.instant is None else self.index.deals_as_of(self.instant)

    def add_up(self, count: Callable[[Iterable[Deal]], T]) -> T:
        """What `count` makes of all of them, part by part, added up: two processes may share it."""
        if self.instant is None:
            parts = self.index.count_deals(count)
        else:
            parts = self.index.count_states([self.instant], lambda found: count(_there(found)))
        return reduce(add, parts)

    def count(
        self, contribute: Callable[[Deal], Shape | None], *, with_ids: bool = False
    ) -> Partial[Shape]:
        """What each of them contributes, counted."""
        return self.add_up(lambda deals: add_up(deals, contribute, with_ids=with_ids))


def _there(states: Iterable[Sequence[Deal | None]]) -> Iterator[Deal]:
    return (deal for (deal,) in states if deal is not None)


def instant_of(session: Session, end: int) -> datetime | None:
    """The end of a question, in seconds, as an instant; None where it is what stands now."""
    return None if end >= seconds(session.now) else datetime.fromtimestamp(end, UTC)
