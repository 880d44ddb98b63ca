"""Norms: what a period says of the next ones — win rates, days, cycle, average value (S14).

Pure: deals as they stand at E in, figures out (domain.md section 6, "Norms"). Each norm is a figure
of another report, added up in one sweep; knows nothing of stores, words or plans.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.report.figures import entered, stage_time, winloss
from salescli.report.figures.entered import EnteredStage
from salescli.report.figures.figure import (
    Answered,
    Partial,
    add_up_each,
    round_fraction,
)
from salescli.report.figures.question import FunnelQuestion, Question, WinLossQuestion, asked_as
from salescli.report.figures.stage_time import Durations, StageTimeQuestion
from salescli.report.figures.winloss import OutcomeFigure


class NormsQuestion(Question, frozen=True, kw_only=True):
    """What is asked of norms: `period` is the reference. Days are cut in `time_zone`."""

    time_zone: str


class WinRate(msgspec.Struct, frozen=True):
    """winrate(s) = n(W) / n(s), at most 1, of the entered definition; None where n(s) is 0.

    More may have been won than entered the stage: deals that passed it before the period.
    """

    won: int
    entered: int
    won_ids: tuple[str, ...] | None = None
    entered_ids: tuple[str, ...] | None = None

    @property
    def share(self) -> Fraction | None:
        """Exact."""
        return min(Fraction(self.won, self.entered), Fraction(1)) if self.entered else None

    @property
    def percent(self) -> Decimal | None:
        """In percent, two decimals."""
        share = self.share
        return None if share is None else round_fraction(share * 100, 2)


class StageNorm(msgspec.Struct, frozen=True):
    """What is normal at an open stage; `days` are of visits that a move back did not undo."""

    stage: str
    name: str
    winrate: WinRate
    days: Durations


class Norms(Answered, frozen=True, kw_only=True):
    """The norms of a period, with what the footer has to own up to.

    `won` are the deals won in it: their mean and median days are the cycle, their average is by
    currency.
    """

    question: NormsQuestion
    stages: tuple[StageNorm, ...]
    won: OutcomeFigure

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the average; else the one asked for, else the store's."""
        return self.question.shown_currencies(self.won.average)

    @property
    def without_value(self) -> int:
        """Won deals without a value."""
        return self.won.without_value


class Parts(NamedTuple):
    """The partials that norms are made of."""

    entered: Partial[entered.Contribution]
    times: Partial[stage_time.Stays]
    closed: Partial[winloss.Closing]


def add_up_norms(
    deals: Iterable[Deal],
    question: NormsQuestion,
    definition: Definition,
    *,
    with_ids: bool = False,
) -> Parts:
    """The partials of deals as they stand at E, in one sweep."""
    contributions: Sequence[Callable[[Deal], Any]] = (
        entered.build_contribution(as_funnel(question), definition),
        stage_time.build_contribution(as_times(question), definition),
        winloss.build_contribution(as_closed(question), definition),
    )
    return Parts(*add_up_each(deals, contributions, with_ids=with_ids))


def build_norms(
    deals: Iterable[Deal],
    question: NormsQuestion,
    definition: Definition,
    *,
    invalid: int = 0,
    with_ids: bool = False,
) -> Norms:
    """The norms of one set of deals: `add_up_norms`, then `finish`."""
    parts = add_up_norms(deals, question, definition, with_ids=with_ids)
    return finish(parts, definition, question, invalid=invalid)


def finish(
    parts: Parts, definition: Definition, question: NormsQuestion, *, invalid: int = 0
) -> Norms:
    """The norms that the partials add up to; a period that begins after its end has no stages.

    What is left out is counted as by the time in stages, which has part in every other number.
    """
    times = stage_time.finish(parts.times, definition, as_times(question))
    stayed = stage_time.stayed_at(times)
    rates = build_winrates(parts.entered, definition, question, also_shown=stayed)
    closed = winloss.finish(parts.closed, definition, as_closed(question))
    nothing = Durations(0, None, None, () if parts.times.ids is not None else None)
    days = {one.stage: one.current or nothing for one in times.total.stages}
    return Norms(
        question=question,
        process_name=definition.name,
        stages=tuple(
            StageNorm(stage.stage, stage.name, rate, days.get(stage.stage, nothing))
            for stage, rate in rates
            if stage.is_open
        ),
        won=closed.total.outcomes["won"],
        other_process=times.other_process,
        left_out=times.left_out,
        differs=times.differs,
        invalid=invalid,
    )


def build_winrates(
    partial: Partial[entered.Contribution],
    definition: Definition,
    question: Question,
    *,
    also_shown: Iterable[str] = (),
) -> list[tuple[Stage, WinRate]]:
    """The stages that a funnel shows, success last, each with its win rate.

    `also_shown` are stages that show even if they are retired and nothing entered them.
    """
    success = definition.success
    figure = entered.finish(
        partial, show(definition, success.stage), as_funnel(question), also_shown=also_shown
    )
    by_stage = {one.stage: one for one in figure.stages}
    if success.stage not in by_stage:
        return []  # the period begins after its end
    won = by_stage[success.stage]
    return [
        (
            definition.stage_named(one.stage) or Stage(stage=one.stage, name=one.name),
            WinRate(won.n, one.n, _ids(won), _ids(one)),
        )
        for one in figure.stages
    ]


def _ids(stage: EnteredStage) -> tuple[str, ...] | None:
    return None if stage.ids is None else stage.ids.entered


def show(definition: Definition, stage: str) -> Definition:
    """The same process with this stage in the funnel."""
    return msgspec.structs.replace(
        definition,
        stages=[
            msgspec.structs.replace(one, in_funnel=True) if one.stage == stage else one
            for one in definition.stages
        ],
    )


def as_funnel(question: Question) -> FunnelQuestion:
    """The question of the entered funnel."""
    return asked_as(FunnelQuestion, question)


def as_times(question: NormsQuestion) -> StageTimeQuestion:
    """The question of the time in stages, in days."""
    return asked_as(StageTimeQuestion, question, time_zone=question.time_zone)


def as_closed(question: NormsQuestion) -> WinLossQuestion:
    """The question of wins and losses."""
    return asked_as(WinLossQuestion, question, time_zone=question.time_zone)
