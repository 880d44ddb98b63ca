"""Time in stage: how long visits of each stage last, mean and median (S9).

Pure: deals as they stand at E in, figures out (domain.md section 6, "Time in stage"). Knows
nothing of stores, names or layout.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.visits import Entry, Visit
from salescli.report.figures.averages import mean_of, median_of
from salescli.report.figures.deal_filter import LONG_AGO, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import Answered, Partial, add_up
from salescli.report.figures.local_days import build_day_of
from salescli.report.figures.question import Question
from salescli.report.figures.stage_tally import shown_stages

StageTimeBy = Literal["owner", "department"]
Unit = Literal["days", "hours"]
_NO_STAY = (int(Entry.SKIPPED), int(Entry.CLOSED))
_HOUR = 3600


class StageTimeQuestion(Question, frozen=True, kw_only=True):
    """What is asked of the time in stages: `by` makes the rows. Days are cut in `time_zone`.

    `now` is the present in seconds, beyond which no hour has gone by; None where E is past.
    """

    time_zone: str
    now: int | None = None
    by: StageTimeBy | None = None
    unit: Unit = "days"


Stay = tuple[str, bool, int]
"""A visit that is measured: its stage, whether it is historical, its length.

A length is in local calendar days, or in seconds for hours. A plain tuple: there are half a million
of them in 100 000 deals.
"""


class Stays(msgspec.Struct, frozen=True, gc=False):
    """The measured visits of a deal: small values alone, which the collector need not follow."""

    row: str | None = None
    stays: tuple[Stay, ...] = ()
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


class Durations(msgspec.Struct, frozen=True):
    """So many visits; mean and median in the question's unit, None of none.

    `ids` has the deal of each visit: one with two visits of the stage stands there twice.
    """

    visits: int
    mean: Fraction | None
    median: Fraction | None
    ids: tuple[str, ...] | None = None


class StageTimeFigure(msgspec.Struct, frozen=True):
    """The visits of one stage that are history now, and those that still hold.

    Both are None for a final stage: nobody waits there.
    """

    stage: str
    name: str
    current: Durations | None
    historical: Durations | None


class StageTimeRow(msgspec.Struct, frozen=True):
    """The stages of one owner or department, or of all; the key None is for deals without one."""

    key: str | None
    name: str  # "" without a key
    stages: tuple[StageTimeFigure, ...]

    @property
    def days(self) -> dict[str, Fraction | None]:
        """The mean of each stage, by its id."""
        return {one.stage: one.current.mean if one.current else None for one in self.stages}


class StageTime(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to."""

    question: StageTimeQuestion
    total: StageTimeRow
    rows: tuple[StageTimeRow, ...]

    @property
    def without_value(self) -> int:
        """No money is summed here."""
        return 0


def build_contribution(
    question: StageTimeQuestion, definition: Definition
) -> Callable[[Deal], Stays | None]:
    """The contribution of one deal as a function of the deal alone; None of one without a visit.

    Measured are the visits that ended in [S, E], or run at E (then to the day of E, in hours to
    the end of that day, but of a day that isn't over to the present), final stages and visits made
    by a skip left out. A length is day(end) - day(start) of local calendar days, or end - start in
    seconds for hours, of one that begins in minutes to come 0.
    """
    why_left_out, by = build_filter(question), question.by
    start = LONG_AGO if question.start is None else question.start
    end, is_in_days = question.end, question.unit == "days"
    final = frozenset(stage.stage for stage in definition.stages if not stage.is_open)
    day_of = build_day_of(ZoneInfo(question.time_zone)) if is_in_days else int
    over = end + 1 if question.now is None else min(end + 1, question.now)
    until = day_of(end) if is_in_days else over

    def stays_of(visits: Iterable[Visit]) -> list[Stay]:
        found = []
        left_at = left_on = -1  # most visits begin as the one before ends: a day is cut once
        for visit in visits:
            began = visit.started_at
            if visit.entry in _NO_STAY or began > end:
                continue
            ended = visit.ended_at
            began_on = left_on if began == left_at else day_of(began)
            if ended is None or ended > end:
                length = max(until - began_on, 0)
            else:
                left_at, left_on = ended, day_of(ended)
                if ended < start:
                    continue
                length = left_on - began_on
            if visit.stage not in final:
                found.append((visit.stage, visit.historical, length))
        return found

    def contribute(deal: Deal) -> Stays | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        stays = stays_of(deal.visits)
        if not stays:
            return None
        if left_out:
            return Stays(left_out=left_out)
        return Stays(None if by is None else getattr(deal, by), tuple(stays), deal.differs)

    return contribute


def build_stage_time(
    deals: Iterable[Deal],
    question: StageTimeQuestion,
    definition: Definition,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
    with_ids: bool = False,
) -> StageTime:
    """The time in stages of one set of deals: their contributions added up, then `finish`."""
    partial = add_up(deals, build_contribution(question, definition), with_ids=with_ids)
    return finish(partial, definition, question, names=names, invalid=invalid)


def stayed_at(times: StageTime) -> list[str]:
    """Stages where something stayed in the period; what was undone since aside."""
    return [one.stage for one in times.total.stages if one.current and one.current.visits]


def finish(
    partial: Partial[Stays],
    definition: Definition,
    question: StageTimeQuestion,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
) -> StageTime:
    """The figures that a partial adds up to; of a period that begins after its end there are none.

    Mean = Σ lengths / visits; median = the length in the middle, or half the sum of the two there.
    `names` are those of the rows, by key.
    """
    rows: dict[str | None, _Lengths] = {}
    left_out: Counter[str] = Counter()
    differs = 0
    for stays, count in partial.counts.items():
        if stays.left_out:
            left_out[stays.left_out] += count
            continue
        differs += count if stays.differs else 0
        if stays.row not in rows:
            rows[stays.row] = _Lengths(question.unit)
        rows[stays.row].add(stays.stays, count, None if partial.ids is None else partial.ids[stays])
    total = _Lengths(question.unit)
    for lengths in rows.values():
        total.extend(lengths)
    shown = [] if question.is_before_start else shown_stages(definition, total.stages)
    keys: list[str | None] = sorted(
        (key for key in rows if key is not None), key=lambda key: (-rows[key].visits, key)
    )
    keys = [] if question.by is None or not shown else [*keys, *([None] if None in rows else [])]

    def build_row(key: str | None, name: str, lengths: _Lengths) -> StageTimeRow:
        with_ids = partial.ids is not None
        return StageTimeRow(key, name, tuple(lengths.build_stage(one, with_ids) for one in shown))

    return StageTime(
        question=question,
        process_name=definition.name,
        total=build_row(None, "", total),
        rows=tuple(build_row(key, names.get(key, key) if key else "", rows[key]) for key in keys),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=differs,
        invalid=invalid,
    )


class _Lengths:
    """How often each stay was counted, with the deals of each stage."""

    def __init__(self, unit: Unit) -> None:
        self.counts: Counter[Stay] = Counter()
        self.ids: dict[tuple[str, bool], list[str]] = {}
        self.per_unit = _HOUR if unit == "hours" else 1

    @property
    def stages(self) -> set[str]:
        """Those with a visit."""
        return {stage for stage, _, _ in self.counts}

    @property
    def visits(self) -> int:
        """All visits."""
        return self.counts.total()

    def add(self, stays: Sequence[Stay], count: int, ids: Iterable[str] | None) -> None:
        """So many deals with these visits."""
        counts = self.counts
        for stay in stays:
            counts[stay] = counts.get(stay, 0) + count
        if ids is not None:
            for stage, is_historical, _ in stays:
                self.ids.setdefault((stage, is_historical), []).extend(ids)

    def extend(self, other: "_Lengths") -> None:
        """All visits of others."""
        self.counts.update(other.counts)
        for key, ids in other.ids.items():
            self.ids.setdefault(key, []).extend(ids)

    def build_stage(self, stage: Stage, with_ids: bool) -> StageTimeFigure:
        """The figures of a stage; a final one has none."""
        current, historical = (
            self.build(stage.stage, old, with_ids) if stage.is_open else None
            for old in (False, True)
        )
        return StageTimeFigure(stage.stage, stage.name, current, historical)

    def build(self, stage: str, is_historical: bool, with_ids: bool) -> Durations:
        """The figures of a stage."""
        key = (stage, is_historical)
        counts = {stay[2]: count for stay, count in self.counts.items() if stay[:2] == key}
        mean, median = mean_of(counts), median_of(counts)
        return Durations(
            sum(counts.values()),
            None if mean is None else mean / self.per_unit,
            None if median is None else median / self.per_unit,
            tuple(sorted(self.ids.get(key, ()))) if with_ids else None,
        )
