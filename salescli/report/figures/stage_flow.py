"""The flow through the stages: what entered each in a period, and what became of it (S9).

Pure: deals as they stand at E in, figures out (domain.md section 6, "Flow"). Knows nothing of
stores, names or layout.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.visits import Entry, Visit
from salescli.report.figures.deal_filter import LONG_AGO, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import Answered, Partial, add_up
from salescli.report.figures.question import Question
from salescli.report.figures.stage_tally import shown_stages

ADVANCED, LOST, MOVED_BACK, STILL_THERE = "advanced", "lost", "moved_back", "still_there"
FATES = (ADVANCED, LOST, MOVED_BACK, STILL_THERE)
_BACK = (int(Entry.BACK), int(Entry.REOPENED))
_CLOSED = int(Entry.CLOSED)


class Passage(NamedTuple):
    """A visit of a stage, and what became of it by E: one of FATES."""

    stage: str
    fate: str


class Passages(NamedTuple):
    """The visits of a deal that began in the period, in their order."""

    passages: tuple[Passage, ...] = ()
    differs: bool = False
    left_out: str = ""  # OTHER_PROCESS or a currency: only counted as left out


class FlowStage(msgspec.Struct, frozen=True):
    """The visits of a stage that began in [S, E]: entered = the sum of `fates`, always.

    `ids` has the deal of each visit, by `entered` and fate: one with two visits stands there twice.
    """

    stage: str
    name: str
    entered: int
    fates: dict[str, int]  # all FATES, in their order
    ids: dict[str, tuple[str, ...]] | None = None


class FlowFigure(Answered, frozen=True, kw_only=True):
    """The whole figure, with what the footer has to own up to."""

    question: Question
    stages: tuple[FlowStage, ...]

    @property
    def without_value(self) -> int:
        """No money is summed here."""
        return 0


def build_contribution(
    question: Question, definition: Definition
) -> Callable[[Deal], Passages | None]:
    """The contribution of one deal as a function of the deal alone; None of one without a visit.

    Counted are the visits that began in [S, E], historical ones and those of no length too. By
    what came next, not later than E, a visit

    - advanced: a move that isn't back, a skip, or the closing to success;
    - was lost there: the closing to any failure stage;
    - moved back: a move back, or a reopening;
    - is still there: nothing came (that of a final stage, too).
    """
    why_left_out = build_filter(question)
    start = LONG_AGO if question.start is None else question.start
    end = question.end
    success = definition.success.stage

    def contribute(deal: Deal) -> Passages | None:
        left_out = why_left_out(deal)
        if left_out is None:
            return None
        begun = [visit for visit in deal.visits if visit.started_at <= end]
        passages = tuple(
            Passage(visit.stage, _fate_of(after, success))
            for visit, after in pairwise([*begun, None])
            if visit is not None and visit.started_at >= start
        )
        if not passages:
            return None
        return Passages(left_out=left_out) if left_out else Passages(passages, deal.differs)

    return contribute


def _fate_of(after: Visit | None, success: str) -> str:
    """What became of a visit, by the one after it."""
    if after is None:
        return STILL_THERE
    if after.entry in _BACK:
        return MOVED_BACK
    return LOST if after.entry == _CLOSED and after.stage != success else ADVANCED


def build_flow(
    deals: Iterable[Deal],
    question: Question,
    definition: Definition,
    *,
    invalid: int = 0,
    with_ids: bool = False,
) -> FlowFigure:
    """The flow of one set of deals: their contributions added up, then `finish`."""
    partial = add_up(deals, build_contribution(question, definition), with_ids=with_ids)
    return finish(partial, definition, question, invalid=invalid)


def finish(
    partial: Partial[Passages],
    definition: Definition,
    question: Question,
    *,
    invalid: int = 0,
) -> FlowFigure:
    """The figures that a partial adds up to; of a period that begins after its end there are none.

    Each visit is counted as entered, and once more by its fate. `invalid` is the number of records
    that could not be read.
    """
    entered: Counter[str] = Counter()
    fates: Counter[Passage] = Counter()
    ids: dict[Passage, list[str]] = {}
    left_out: Counter[str] = Counter()
    differs = 0
    for shape, count in partial.counts.items():
        if shape.left_out:
            left_out[shape.left_out] += count
            continue
        differs += count if shape.differs else 0
        for passage in shape.passages:
            entered[passage.stage] += count
            fates[passage] += count
            if partial.ids is not None:
                ids.setdefault(passage, []).extend(partial.ids[shape])
    shown = [] if question.is_before_start else shown_stages(definition, entered)
    found = ids if partial.ids is not None else None
    return FlowFigure(
        question=question,
        process_name=definition.name,
        stages=tuple(_build_stage(stage, entered, fates, found) for stage in shown),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=differs,
        invalid=invalid,
    )


def _build_stage(
    stage: Stage,
    entered: Counter[str],
    fates: Counter[Passage],
    ids: dict[Passage, list[str]] | None,
) -> FlowStage:
    passages = [Passage(stage.stage, fate) for fate in FATES]
    return FlowStage(
        stage=stage.stage,
        name=stage.name,
        entered=entered[stage.stage],
        fates={passage.fate: fates[passage] for passage in passages},
        ids=None if ids is None else dict(_sort_ids(passages, ids)),
    )


def _sort_ids(
    passages: Iterable[Passage], ids: dict[Passage, list[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    found = [(passage.fate, sorted(ids.get(passage, ()))) for passage in passages]
    yield "entered", tuple(sorted(one for _, some in found for one in some))
    yield from ((fate, tuple(some)) for fate, some in found)
