"""What a report is asked: period, as-of day, filters, and which money it sums.

Days become seconds here, by the store's calendar; after that figures compare plain numbers.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, TypeVar

import msgspec

from salescli.model.asked import Created, FunnelMode, SumKind
from salescli.model.calendar import Calendar, Period
from salescli.model.groupings import FunnelBy, StateBy, WinLossBy
from salescli.model.money import Money
from salescli.model.visits import seconds


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. `start` (None: open) and `end` are S and E in seconds, both included.

    `owners` and `departments` are None for all, and have None in them for deals without one;
    sub-departments are already in. `filters` says the same as it was typed, WITHOUT for None, for
    headings; `store_currency` is shown where no deal has money.
    """

    process: str
    start: int | None
    end: int
    period: Period
    as_of: date
    sum: SumKind = "budget"
    currency: str | None = None
    owners: frozenset[str | None] | None = None
    departments: frozenset[str | None] | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    store_currency: str | None = None
    stores: tuple[str, ...] = ()  # those of a group, by name; empty of one store

    @property
    def scope(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The stores of a group, and the filters: what headings name."""
        return ((("store", self.stores),) if self.stores else ()) + self.filters

    def shown_currencies(self, found: Iterable[str]) -> tuple[str, ...]:
        """Those of a figure's money; without any the one asked for, else the store's."""
        shown = self.currency or self.store_currency
        return tuple(found) or ((shown,) if shown else ())

    @property
    def reporting_day(self) -> date:
        """The day of E: the period's last, or the as-of day if that is earlier."""
        return self.as_of if self.period.last is None else min(self.period.last, self.as_of)

    @property
    def is_before_start(self) -> bool:
        """Whether the as-of day lies before the period: then there are no figures."""
        return self.start is not None and self.end < self.start


class FunnelQuestion(Question, frozen=True, kw_only=True):
    """What is asked of a funnel: `created` any counts the deals that are older, too.

    `mode` is what a picture makes its slices of: deals, the share that came or went on from stage
    to stage, or the share of the first stage. `by` makes a funnel for each.
    """

    created: Created = "period"
    mode: FunnelMode = "count"
    by: FunnelBy | None = None


class WinLossQuestion(Question, frozen=True, kw_only=True):
    """What is asked of wins and losses: `by` makes the rows.

    Days are cut in `time_zone`. `bands` are the upper bounds of sizes, rising, in one currency.
    """

    time_zone: str
    by: WinLossBy | None = None
    bands: tuple[Money, ...] = ()


MIN_DEALS = 5  # closed by a person who is ranked: one lucky deal is no win rate
RankBy = Literal["won", "average", "active", "meetings", "calls", "win-rate", "cycle"]


class ManagersQuestion(WinLossQuestion, frozen=True, kw_only=True):
    """What is asked of the best managers: those with at least `min_deals` closed deals are ranked.

    Sums and averages are compared in `rank_currency`; None compares none.
    """

    rank_by: RankBy = "won"
    min_deals: int = MIN_DEALS

    @property
    def rank_currency(self) -> str | None:
        """The currency asked for, else the store's."""
        return self.currency or self.store_currency


class StateQuestion(Question, frozen=True, kw_only=True):
    """What is asked of open deals on the as-of day: `by` makes the rows.

    Days are cut in `time_zone`; `today_start` is the first second of the as-of day.
    """

    time_zone: str
    today_start: int
    by: StateBy | None = None


Q = TypeVar("Q", bound=Question)


def ask(
    kind: type[Q], process: str, period: Period, as_of: date, calendar: Calendar, **more: Any
) -> Q:
    """Cut the period into seconds: S its first, E the earlier of its last and the as-of day's."""
    last = as_of if period.last is None else min(period.last, as_of)
    return kind(
        process=process,
        start=None if period.first is None else seconds(calendar.start_of(period.first)),
        end=seconds(calendar.end_of(last)),
        period=period,
        as_of=as_of,
        **more,
    )


def asked_as(kind: type[Q], question: Question, **more: Any) -> Q:
    """The same question, of another figure; `more` says what is different, or asked besides."""
    same = {name: getattr(question, name) for name in Question.__struct_fields__}
    return kind(**same | more)
