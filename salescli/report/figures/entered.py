"""The funnel by the entered definition: what entered each stage in a period, and where it is now.

Pure: deals at the reporting date in, figures out (domain.md section 6, "Entered definition").
Knows nothing of stores, words or pictures.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.visits import Visit
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


class EnteredPath(msgspec.Struct, frozen=True, cache_hash=True):
    """What a deal has to do with the figure, apart from its money. Stages by id."""

    left_out: str = ""  # "" in the figures; OTHER_PROCESS or a currency: only counted as left out
    entered: tuple[str, ...] = ()  # stages with a visit that isn't historical, begun in [S, E]
    counted: str | None = None  # the one of them where it still is, or that is final
    differs: bool = False


Contribution = tuple[EnteredPath, str | None]  # the path, and the summed money of a counted deal


class EnteredIds(msgspec.Struct, frozen=True):
    """The deals behind each number of a stage, by id."""

    entered: tuple[str, ...]
    count: tuple[str, ...]
    sum: dict[str, tuple[str, ...]]
    without_value: tuple[str, ...]
    previous: tuple[str, ...]  # what `to_previous` is a share of
    first: tuple[str, ...]  # what `to_first` is a share of


class EnteredStage(FunnelStage, frozen=True):
    """One slice.

    n: deals with a visit of the stage that isn't historical and began in [S, E]; `count` of them
    are still there at E, or ended in it. previous = n / n of the nearest earlier stage with n > 0,
    first = n / n of the first stage with n > 0; that one shows 100.00, those before it are n/a.
    """

    n: int
    previous: Share
    first: Share
    ids: EnteredIds | None = None


class EnteredFunnel(FunnelBase, frozen=True, kw_only=True):
    """The whole figure."""

    stages: tuple[EnteredStage, ...]
    definition: str = "entered"


def build_contribution(
    question: FunnelQuestion, definition: Definition
) -> Callable[[Deal], Contribution | None]:
    """The contribution of one deal as a function of the deal alone: made once, run by the 100 000.

    The function answers None for a deal that has no part in the figure.
    """
    bits = Bits()
    success = definition.success.stage
    money_of = MONEY_OF[question.sum]
    why_left_out = build_filter(question)
    start = LONG_AGO if question.start is None else question.start
    end = question.end
    paths: dict[tuple[int, str | None, str, bool], EnteredPath] = {}

    def contribute(deal: Deal) -> Contribution | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        entered, counted = _walk(deal.visits, start, end, bits)
        if not entered:
            return None
        key = (entered, counted, left_out, deal.differs)
        path = paths.get(key)
        if path is None:
            path = paths[key] = (
                EnteredPath(left_out)
                if left_out
                else EnteredPath("", bits.named(entered), counted, deal.differs)
            )
        return path, (money_of(deal, success) if path.counted is not None else None)

    return contribute


def _walk(visits: tuple[Visit, ...], start: int, end: int, bits: Bits) -> tuple[int, str | None]:
    """The stages entered, a bit each, and the one of them where the deal stands at E.

    A deal stands where its last visit is: it runs, or its stage is final.
    """
    entered = 0
    counted = None
    for visit in visits:
        began = visit.started_at
        if began > end:
            continue
        is_in = began >= start and not visit.historical
        if is_in:
            entered |= bits[visit.stage]
        counted = visit.stage if is_in else None
    return entered, counted


def contribution(
    deal: Deal, question: FunnelQuestion, definition: Definition
) -> Contribution | None:
    """What one deal adds to the funnel; None if nothing."""
    return build_contribution(question, definition)(deal)


def build_entered(
    deals: Iterable[Deal],
    question: FunnelQuestion,
    definition: Definition,
    *,
    invalid: int = 0,
    with_ids: bool = False,
) -> EnteredFunnel:
    """The entered funnel of one set of deals as they stand at E; later ones are passed over."""
    partial = add_up(deals, build_contribution(question, definition), with_ids=with_ids)
    return finish(partial, definition, question, invalid=invalid)


def finish(
    partial: Partial[Contribution],
    definition: Definition,
    question: FunnelQuestion,
    *,
    invalid: int = 0,
    also_shown: Iterable[str] = (),
) -> EnteredFunnel:
    """The figures that a partial adds up to.

    Ids stand in the figures if the partial kept them. `invalid` is the number of records that
    could not be read, `also_shown` stages that show even if they are retired and nothing is in
    them here. A period that begins after its end has no stages.
    """
    tally = tally_up(partial, _numbers_of, lambda path: path.counted)
    in_use = [stage for number, stage in tally.counts if number == "entered"]
    shown = [] if question.is_before_start else shown_stages(definition, [*in_use, *also_shown])
    other_process, left_out = tally.take_left_out()
    return EnteredFunnel(
        question=question,
        process_name=definition.name,
        stages=tuple(_build_stages(shown, tally)),
        other_process=other_process,
        left_out=left_out,
        differs=tally.count("differs"),
        invalid=invalid,
        valued=tally.valued_of(shown),
        hidden=NOTHING if question.is_before_start else count_hidden(tally, definition, shown),
    )


def _numbers_of(path: EnteredPath) -> Iterator[tuple[str, str]]:
    """Each number that a deal of this path is one of, with its stage."""
    if path.left_out:
        yield "left-out", path.left_out
        return
    if path.counted is not None:
        yield "count", path.counted
    for stage in path.entered:
        yield "entered", stage
    if path.differs:
        yield "differs", ""


def _build_stages(shown: Iterable[Stage], tally: Tally) -> Iterator[EnteredStage]:
    first = previous = None
    for stage in shown:
        name = stage.stage
        n = tally.count("entered", name)
        if first is None and n:
            first = previous = name
        yield EnteredStage(
            stage=name,
            name=stage.name,
            count=tally.count("count", name),
            sum=tally.sums_of(name),
            without_value=tally.count("without-value", name),
            n=n,
            previous=Share(n, tally.count("entered", previous) if previous else 0),
            first=Share(n, tally.count("entered", first) if first else 0),
            ids=None if tally.ids is None else _build_ids(name, previous, first, tally),
        )
        if n:
            previous = name


def _build_ids(stage: str, previous: str | None, first: str | None, tally: Tally) -> EnteredIds:
    return EnteredIds(
        entered=tally.ids_of("entered", stage),
        count=tally.ids_of("count", stage),
        sum=tally.sum_ids_of(stage),
        without_value=tally.ids_of("without-value", stage),
        previous=tally.ids_of("entered", previous) if previous else (),
        first=tally.ids_of("entered", first) if first else (),
    )
