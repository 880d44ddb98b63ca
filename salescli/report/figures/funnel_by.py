"""A funnel for each owner or department, with the mean days in each stage (S9).

Pure: deals as they stand at E in, figures out (domain.md section 6, "By person and stage"). The
figures themselves are those of the funnels and of the time in stages.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from salescli.model.asked import FunnelDefinition
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures import entered, funnel
from salescli.report.figures.figure import Partial, add_up
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.figures.question import FunnelQuestion
from salescli.report.figures.stage_time import Durations, StageTime, StageTimeRow, stayed_at


class Method(msgspec.Struct, frozen=True):
    """How the funnel of a definition is made: contributions of deals, then `finish`."""

    build_contribution: Callable[..., Callable[[Deal], Any]]
    finish: Callable[..., AnyFunnel]


METHODS: dict[FunnelDefinition, Method] = {
    "reference": Method(funnel.build_contribution, funnel.finish),
    "entered": Method(entered.build_contribution, entered.finish),
}
Keyed = tuple[str | None, Any]  # the row of a deal, and its contribution


class FunnelRow(msgspec.Struct, frozen=True):
    """The funnel of one owner or department, or of all; the key None is for deals without one.

    `times` are the visits that the mean days are of, by stage; None for a final stage.
    """

    key: str | None
    name: str  # "" without a key
    funnel: AnyFunnel
    times: dict[str, Durations | None]


class FunnelTable(msgspec.Struct, frozen=True):
    """All rows, and all deals together: the rows' counts add up to the total's."""

    question: FunnelQuestion
    rows: tuple[FunnelRow, ...]
    total: FunnelRow


def build_contribution(
    question: FunnelQuestion, definition: Definition, method: Method
) -> Callable[[Deal], Keyed | None]:
    """What a deal adds to the funnel of its owner or department, with whose that is."""
    contribute = method.build_contribution(question, definition)
    by = question.by or ""

    def contribute_to_row(deal: Deal) -> Keyed | None:
        shape = contribute(deal)
        return None if shape is None else (getattr(deal, by), shape)

    return contribute_to_row


def build_funnel_table(
    deals: Iterable[Deal],
    times: StageTime,
    question: FunnelQuestion,
    definition: Definition,
    method: Method,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
    with_ids: bool = False,
) -> FunnelTable:
    """The table of one set of deals: their contributions added up, then `finish`.

    `times` is the time in stages of the same deals, by the same.
    """
    contribute = build_contribution(question, definition, method)
    partial = add_up(deals, contribute, with_ids=with_ids)
    return finish(partial, times, question, definition, method, names=names, invalid=invalid)


def finish(
    partial: Partial[Keyed],
    times: StageTime,
    question: FunnelQuestion,
    definition: Definition,
    method: Method,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
) -> FunnelTable:
    """The table that a partial adds up to: each row's part of it finished as a funnel.

    All rows show the stages of the total: also a retired one where deals stayed in the period. The
    fullest row stands first, that without an owner or department last. `names` are those of the
    rows, by key.
    """
    parts = _split(partial)
    nothing: Partial[Any] = Partial({}, None if partial.ids is None else {})
    whole = sum(parts.values(), nothing)
    stayed = stayed_at(times)
    total = method.finish(whole, definition, question, invalid=invalid, also_shown=stayed)
    shown = [stage.stage for stage in total.stages]
    times_of = {row.key: row for row in times.rows}
    rows = [
        FunnelRow(
            key,
            names.get(key, key) if key else "",
            method.finish(parts.get(key, nothing), definition, question, also_shown=shown),
            _times(times_of.get(key), times),
        )
        for key in {*parts, *times_of}
    ]
    rows.sort(key=lambda row: (row.key is None, -_count(row.funnel), row.key or ""))
    is_empty = question.is_before_start
    return FunnelTable(
        question=question,
        rows=() if is_empty else tuple(rows),
        total=FunnelRow(None, "", total, _times(times.total, times)),
    )


def _split(partial: Partial[Keyed]) -> dict[str | None, Partial[Any]]:
    counts: dict[str | None, dict[Any, int]] = {}
    ids: dict[str | None, dict[Any, tuple[str, ...]]] = {}
    for (key, shape), count in partial.counts.items():
        counts.setdefault(key, {})[shape] = count
        if partial.ids is not None:
            ids.setdefault(key, {})[shape] = partial.ids[key, shape]
    has_ids = partial.ids is not None
    return {key: Partial(some, ids[key] if has_ids else None) for key, some in counts.items()}


def _count(figure: AnyFunnel) -> int:
    return sum(stage.count for stage in figure.stages)


def _times(row: StageTimeRow | None, times: StageTime) -> dict[str, Durations | None]:
    if row is None:  # no visit was measured: the total says which stages have a time at all
        with_ids = any(one.current and one.current.ids is not None for one in times.total.stages)
        nothing = Durations(0, None, None, () if with_ids else None)
        return {one.stage: one.current and nothing for one in times.total.stages}
    return {one.stage: one.current for one in row.stages}
