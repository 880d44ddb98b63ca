"""The funnel by the reference definition: how many deals stand where, and how they went on.

Pure: deals at the reporting date in, figures out (domain.md section 6). Knows nothing of stores,
words or pictures.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.visits import Entry, Visit
from salescli.report.figures.deal_filter import LONG_AGO, MONEY_OF, build_filter
from salescli.report.figures.figure import Partial, Share, add_up
from salescli.report.figures.question import FunnelQuestion
from salescli.report.figures.stage_tally import (
    NOTHING,
    Bits,
    FunnelBase,
    FunnelStage,
    Tally,
    count_hidden,
    shown_stages,
    tally_up,
)

_WENT_ON = (int(Entry.FORWARD), int(Entry.SKIPPED))  # plain numbers compare five times as fast
_CLOSED = int(Entry.CLOSED)


class Path(msgspec.Struct, frozen=True, cache_hash=True):
    """What a deal has to do with the funnel, apart from its money. Stages by id."""

    left_out: str = ""  # "" in the figures; OTHER_PROCESS or a currency: only counted as left out
    counted: str | None = None  # the stage whose count it is in
    touched: tuple[str, ...] = ()  # stages with a visit that touches [S, E]
    passed: tuple[str, ...] = ()  # those of them from which it went on
    is_new: bool = False  # created in [S, E]
    reached: tuple[str, ...] = ()  # of a new deal: stages with a visit
    differs: bool = False


Contribution = tuple[Path, str | None]  # the path, and the summed money of a counted deal
_Key = tuple[int, int, int, str | None, str, bool]  # a path in bits; reached is -1 for an old deal


class StageIds(msgspec.Struct, frozen=True):
    """The deals behind each number of a stage, by id."""

    count: tuple[str, ...]
    sum: dict[str, tuple[str, ...]]
    without_value: tuple[str, ...]
    passed: tuple[str, ...]
    touched: tuple[str, ...]
    entered: tuple[str, ...]
    new: tuple[str, ...]


class StageFigure(FunnelStage, frozen=True):
    """One slice. `conversion` is passed of touched, None for success; `first` reached of new."""

    conversion: Share | None
    first: Share
    ids: StageIds | None = None


class Funnel(FunnelBase, frozen=True, kw_only=True):
    """The whole figure."""

    stages: tuple[StageFigure, ...]
    new: int  # deals created in [S, E]: the whole of every `first`
    definition: str = "reference"


def build_contribution(
    question: FunnelQuestion, definition: Definition
) -> Callable[[Deal], Contribution | None]:
    """The contribution of one deal as a function of the deal alone: made once, run by the 100 000.

    The function answers None for a deal that has no part in the figure.
    """
    bits = Bits()
    success = definition.success.stage
    success_bit = bits[success]
    money_of = MONEY_OF[question.sum]
    why_left_out = build_filter(question)
    start = LONG_AGO if question.start is None else question.start
    end, is_any = question.end, question.created == "any"
    paths: dict[_Key, Path | None] = {}

    def contribute(deal: Deal) -> Contribution | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        touched, passed, reached = _walk(deal.visits, start, end, bits, success_bit)
        is_new = deal.created_at >= start
        counted = deal.stage if is_new or is_any else None
        key = (touched, passed, reached if is_new else -1, counted, left_out, deal.differs)
        if key not in paths:
            paths[key] = _build_path(key, bits)
        path = paths[key]
        if path is None:
            return None
        return path, (money_of(deal, success) if path.counted is not None else None)

    return contribute


def contribution(
    deal: Deal, question: FunnelQuestion, definition: Definition
) -> Contribution | None:
    """What one deal adds to the funnel; None if nothing."""
    return build_contribution(question, definition)(deal)


def _walk(
    visits: tuple[Visit, ...], start: int, end: int, bits: Bits, success: int
) -> tuple[int, int, int]:
    """The stages touched, passed and reached, a bit each.

    "Later" is what was recorded, not today's order of stages: a visit went on if the next one was
    made by a move without `undone`, by a skip, or by winning.
    """
    touched = passed = reached = before = 0
    for visit in visits:
        if visit.started_at > end:
            continue
        bit = bits[visit.stage]
        reached |= bit
        if before and (visit.entry in _WENT_ON or (visit.entry == _CLOSED and bit == success)):
            passed |= before
        ended = visit.ended_at
        before = bit if ended is None or ended >= start else 0
        touched |= before
    return touched, passed, reached


def _build_path(key: _Key, bits: Bits) -> Path | None:
    touched, passed, reached, counted, left_out, differs = key
    if not touched and counted is None:  # a new deal is counted somewhere
        return None
    if left_out:
        return Path(left_out=left_out)

    named = bits.named
    is_new = reached >= 0
    return Path("", counted, named(touched), named(passed), is_new, named(max(reached, 0)), differs)


def add_up_funnel(
    deals: Iterable[Deal],
    question: FunnelQuestion,
    definition: Definition,
    *,
    with_ids: bool = False,
) -> Partial[Contribution]:
    """The partial of deals as they stand at E; those created later are passed over."""
    return add_up(deals, build_contribution(question, definition), with_ids=with_ids)


def build_funnel(
    deals: Iterable[Deal],
    question: FunnelQuestion,
    definition: Definition,
    *,
    invalid: int = 0,
    with_ids: bool = False,
) -> Funnel:
    """The funnel of one set of deals: `add_up_funnel`, then `finish`."""
    partial = add_up_funnel(deals, question, definition, with_ids=with_ids)
    return finish(partial, definition, question, invalid=invalid)


def finish(
    partial: Partial[Contribution],
    definition: Definition,
    question: FunnelQuestion,
    *,
    invalid: int = 0,
    also_shown: Iterable[str] = (),
) -> Funnel:
    """The figures that a partial adds up to.

    Ids stand in the figures if the partial kept them. `invalid` is the number of records that
    could not be read, `also_shown` stages that show even if they are retired and nothing is in
    them here. A period that begins after its end has no stages.
    """
    tally = tally_up(partial, _numbers_of, lambda path: path.counted)
    in_use = [s for number, s in tally.counts if number in ("count", "touched")]
    shown = [] if question.is_before_start else shown_stages(definition, [*in_use, *also_shown])
    other_process, left_out = tally.take_left_out()
    return Funnel(
        question=question,
        process_name=definition.name,
        stages=tuple(_build_stage(stage, tally) for stage in shown),
        new=tally.count("new"),
        other_process=other_process,
        left_out=left_out,
        differs=tally.count("differs"),
        invalid=invalid,
        valued=tally.valued_of(shown),
        hidden=NOTHING if question.is_before_start else count_hidden(tally, definition, shown),
    )


def _numbers_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each number that a deal of this path is one of, with its stage."""
    if path.left_out:
        yield "left-out", path.left_out
        return
    if path.counted is not None:
        yield "count", path.counted
    for stage in path.touched:
        yield "touched", stage
    for stage in path.passed:
        yield "passed", stage
    for stage in path.reached:
        yield "entered", stage
    if path.is_new:
        yield "new", ""
    if path.differs:
        yield "differs", ""


def _build_stage(stage: Stage, tally: Tally) -> StageFigure:
    name = stage.stage
    return StageFigure(
        stage=name,
        name=stage.name,
        count=tally.count("count", name),
        sum=tally.sums_of(name),
        without_value=tally.count("without-value", name),
        conversion=Share(tally.count("passed", name), tally.count("touched", name))
        if stage.is_open
        else None,
        first=Share(tally.count("entered", name), tally.count("new")),
        ids=None if tally.ids is None else _build_ids(name, tally),
    )


def _build_ids(stage: str, tally: Tally) -> StageIds:
    return StageIds(
        count=tally.ids_of("count", stage),
        sum=tally.sum_ids_of(stage),
        without_value=tally.ids_of("without-value", stage),
        passed=tally.ids_of("passed", stage),
        touched=tally.ids_of("touched", stage),
        entered=tally.ids_of("entered", stage),
        new=tally.ids_of("new"),
    )
