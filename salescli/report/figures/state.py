"""The state of open deals on a day: what is late, undated, quiet, or waits for nothing (S16).

Pure: deals as they stand at the end of the day in, figures out (domain.md sections 2 and 9).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from salescli.model.computed import is_quiet_too_long
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.deal_filter import MONEY_OF, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import Answered, Partial, add_up
from salescli.report.figures.local_days import build_day_of
from salescli.report.figures.piles import Counted, Pile
from salescli.report.figures.question import StateQuestion

NUMBERS = ("open", "overdue", "undated", "stale", "without_next_step")


class Standing(NamedTuple):
    """What an open deal has to do with the state."""

    row: str | None = None
    money: str | None = None
    is_overdue: bool = False  # its close date lies before the day
    is_undated: bool = False  # no close date
    is_stale: bool = (
        False  # quiet for longer than its stage allows, and nothing due from the day on
    )
    is_without_next_step: bool = False  # no open activity
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


class StateRow(msgspec.Struct, frozen=True):
    """The numbers of a row, or of all: deals and money by the names of NUMBERS."""

    key: str | None
    name: str  # "" without a key
    numbers: dict[str, Counted]


class State(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to."""

    question: StateQuestion
    total: StateRow
    rows: tuple[StateRow, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the sums; else the one asked for, else the store's."""
        return self.question.shown_currencies(self.total.numbers["open"].sum)

    @property
    def without_value(self) -> int:
        """Open deals that lack the money that is summed."""
        return self.total.numbers["open"].without_value


def build_contribution(
    question: StateQuestion, definition: Definition
) -> Callable[[Deal], Standing | None]:
    """The contribution of one deal as a function of the deal alone; None of one that isn't open.

    Stale: days since the last of done, mailed, posted, proposed or stage event > the stage's
    `days_without_activity`, and no open activity due on or after the as-of day.
    """
    why_left_out, by = build_filter(question), question.by
    day = question.as_of.isoformat()
    today = question.as_of.toordinal()
    day_of = build_day_of(ZoneInfo(question.time_zone))
    stages = {stage.stage: stage for stage in definition.stages}
    success = definition.success.stage
    money_of = MONEY_OF[question.sum]

    def is_stale(deal: Deal) -> bool:
        if deal.due_at is not None and deal.due_at >= question.today_start:
            return False
        quiet = today - day_of(deal.touched_at)
        return is_quiet_too_long(stages.get(deal.stage), quiet)

    def is_open(deal: Deal, left_out: str) -> bool:
        if left_out == OTHER_PROCESS:  # whose stages aren't known here
            return bool(deal.visits) and deal.visits[-1].ended_at is None
        stage = stages.get(deal.stage)
        return stage is None or stage.is_open

    def contribute(deal: Deal) -> Standing | None:
        left_out = why_left_out(deal)
        if left_out is None or not is_open(deal, left_out):
            return None
        if left_out:
            return Standing(left_out=left_out)
        return Standing(
            None if by is None else getattr(deal, by),
            money_of(deal, success),
            deal.close_date is not None and deal.close_date < day,
            deal.close_date is None,
            is_stale(deal),
            deal.due_at is None,
            deal.differs,
        )

    return contribute


def build_turning_days(
    question: StateQuestion, definition: Definition
) -> Callable[[Deal], Iterable[int] | None]:
    """The days (ordinals) from which on a deal that stays as it is may be overdue, or stale.

    None where its close date is none.
    """
    day_of = build_day_of(ZoneInfo(question.time_zone))
    limits = {one.stage: one.days_without_activity for one in definition.open_stages}
    final = {stage.stage for stage in definition.stages if not stage.is_open}

    def turning_days(deal: Deal) -> Iterable[int] | None:
        if deal.process != question.process or deal.stage in final:
            return ()
        days = []
        if deal.close_date is not None:
            try:
                days.append(date.fromisoformat(deal.close_date).toordinal() + 1)
            except ValueError:
                return None
        limit = limits.get(deal.stage)
        if limit is not None:
            days.append(day_of(deal.touched_at) + limit + 1)
        if deal.due_at is not None:
            days.append(day_of(deal.due_at) + 1)
        return days

    return turning_days


def build_state(
    deals: Iterable[Deal],
    question: StateQuestion,
    definition: Definition,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
    with_ids: bool = False,
) -> State:
    """The state of one set of deals: their contributions added up, then `finish`."""
    partial = add_up(deals, build_contribution(question, definition), with_ids=with_ids)
    return finish(partial, definition, question, names=names, invalid=invalid)


def finish(
    partial: Partial[Standing],
    definition: Definition,
    question: StateQuestion,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
) -> State:
    """The figures that a partial adds up to; `names` are those of the rows, by key."""
    with_ids = partial.ids is not None
    total = _new_piles()
    rows: dict[str | None, dict[str, Pile]] = {}
    left_out = {one.left_out: count for one, count in partial.counts.items() if one.left_out}
    differs = 0
    for standing, count in partial.counts.items():
        if standing.left_out:
            continue
        differs += count if standing.differs else 0
        who = () if partial.ids is None else partial.ids[standing]
        numbers = _numbers_of(standing)
        for number in numbers:
            total[number].add(standing.money, count, who)
        if question.by is None:
            continue
        if standing.row not in rows:
            rows[standing.row] = _new_piles()
        for number in numbers:
            rows[standing.row][number].add(standing.money, count, who)
    return State(
        question=question,
        process_name=definition.name,
        total=_build_row(None, "", total, with_ids),
        rows=tuple(
            _build_row(key, names.get(key, key) if key else "", rows.get(key), with_ids)
            for key in _order(rows, question, definition)
        ),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=differs,
        invalid=invalid,
    )


def _numbers_of(standing: Standing) -> list[str]:
    flags = (
        True,
        standing.is_overdue,
        standing.is_undated,
        standing.is_stale,
        standing.is_without_next_step,
    )
    return [name for name, flag in zip(NUMBERS, flags, strict=True) if flag]


def _new_piles() -> dict[str, Pile]:
    return {name: Pile() for name in NUMBERS}


def _build_row(
    key: str | None, name: str, piles: Mapping[str, Pile] | None, with_ids: bool
) -> StateRow:
    numbers = (piles or _new_piles()).items()
    return StateRow(key, name, {n: pile.build(with_ids=with_ids) for n, pile in numbers})


def _order(
    rows: Mapping[str | None, Mapping[str, Pile]], question: StateQuestion, definition: Definition
) -> list[str | None]:
    """Stages in the process's order, empty ones too; others by their open deals; None last."""
    keys: list[str | None] = []
    if question.by == "stage":
        keys = [s.stage for s in definition.open_stages if not s.retired or s.stage in rows]
    rest = (key for key in rows if key is not None and key not in keys)
    keys += sorted(rest, key=lambda key: (-rows[key]["open"].count, key))
    return [*keys, None] if None in rows else keys
