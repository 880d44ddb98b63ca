"""Two states of a store compared as a seller would: deals new, moved, closed, worth more or less.

Pure: deals as they stand in each state in, what is different out. Whether the states lie in two
revisions of git, or in one and the files, is not known here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, get_args

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.forecast_diff import Difference
from salescli.report.figures.forecast_sums import Sums, add_sums
from salescli.report.figures.funnel import Funnel

Kind = Literal[
    "moved", "won", "lost", "rerouted", "rejected", "reopened", "new", "gone", "changed", "worked"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Definitions = Mapping[str, Definition]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A deal in one of the states, as far as a comparison tells of it.

    `value` and `budget` are money as text, `probability` what counts: the one set by hand, else
    the stage's.
    """

    title: str
    stage: str
    stage_name: str
    status: str  # open, won, lost, rerouted, rejected
    value: str | None
    budget: str | None
    probability: int
    close_date: str | None
    owner: str | None
    close_reason: str | None


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A deal that isn't what it was. One side is None where there is no such deal.

    `fields` are the facts that changed besides the stage, of those that a `Side` has; `forecast`
    is by how much it moved the forecast, by currency.
    """

    id: str
    process: str
    kind: Kind
    before: Side | None
    after: Side | None
    fields: tuple[str, ...] = ()
    forecast: Sums = {}

    @property
    def title(self) -> str:
        """What it is called now, or was."""
        side = self.after or self.before
        return side.title if side else ""


class State(msgspec.Struct, frozen=True):
    """What one of the states is: as it was typed, its commit and when that was made.

    Of the files as they are there is only the word for them.
    """

    name: str
    commit: str | None = None
    committed_at: str | None = None


class PipelineDiff(msgspec.Struct, frozen=True, kw_only=True):
    """All that lies between two states; `funnels` are those of before and after, if wanted."""

    before: State
    after: State
    process: str | None  # None: all of them
    shifts: tuple[Shift, ...]
    forecast: Difference
    invalid: int  # records of either state that can't be read
    funnels: tuple[Funnel, Funnel] | None = None
    reasons: Mapping[str, str] = {}  # why a deal was lost: id → name

    def of(self, *kinds: Kind) -> list[Shift]:
        """The deals to which this happened."""
        return [shift for shift in self.shifts if shift.kind in kinds]


def changed_ids(
    then: Iterable[Deal], now: Iterable[Deal], keeps: Callable[[Deal], bool]
) -> set[str]:
    """Ids of the deals that aren't the same in both states, of those that `keeps` one of them.

    Neither state is held in memory: most deals are the same.
    """
    known = {deal.id: hash(deal) for deal in then if keeps(deal)}
    changed: set[str] = set()
    for deal in now:
        if keeps(deal) and known.pop(deal.id, None) != hash(deal):
            changed.add(deal.id)
    return changed | known.keys()


def build_shifts(
    then: Mapping[str, Deal],
    now: Mapping[str, Deal],
    definitions_then: Definitions,
    definitions: Definitions,
    forecast: Difference,
) -> tuple[Shift, ...]:
    """What happened to each of these deals, by kind, then by id."""
    moved: dict[str, Sums] = {}
    for change in forecast.changes:
        moved[change.id] = add_sums(moved.get(change.id, {}), change.sums)
    found = [
        build_shift(
            then.get(one),
            now.get(one),
            definitions_then,
            definitions,
            moved.get(one, {}),
        )
        for one in {**then, **now}
    ]
    return tuple(sorted(found, key=lambda shift: (KINDS.index(shift.kind), shift.id)))


def build_shift(
    then: Deal | None,
    now: Deal | None,
    definitions_then: Definitions,
    definitions: Definitions,
    forecast: Sums,
) -> Shift:
    """What happened to one deal; one of the two is there."""
    deal = now or then
    assert deal is not None
    before = None if then is None else build_side(then, definitions_then)
    after = None if now is None else build_side(now, definitions)
    fields: tuple[str, ...] = ()
    if then is not None and now is not None and before is not None and after is not None:
        fields = tuple(_changed_fields(then, now, before, after))
    return Shift(
        id=deal.id,
        process=deal.process,
        kind=_kind(before, after, fields),
        before=before,
        after=after,
        fields=fields,
        forecast=forecast,
    )


def build_side(deal: Deal, definitions: Definitions) -> Side:
    """A deal as a comparison tells of it; a stage that no process has is its id, and open."""
    definition = definitions.get(deal.process)
    stage = None if definition is None else definition.stage_named(deal.stage)
    status = "open" if definition is None else definition.status_of(deal.stage)
    cap = 0 if definition is None else definition.cap_of(deal.stage)
    is_open = status == "open"
    return Side(
        title=deal.title,
        stage=deal.stage,
        stage_name=deal.stage if stage is None else stage.name,
        status=status,
        value=deal.value(status == "won"),
        budget=deal.budget,
        probability=deal.probability if is_open and deal.probability is not None else cap,
        close_date=deal.close_date,
        owner=deal.owner,
        close_reason=deal.close_reason,
    )


def _changed_fields(then: Deal, now: Deal, before: Side, after: Side) -> Iterable[str]:
    """A closing moves the close date and the probability by itself: that is no news."""
    if before.value != after.value:
        yield "value"
    is_told = before.value == before.budget and after.value == after.budget
    if before.budget != after.budget and not is_told:
        yield "budget"
    if before.status == after.status == "open":
        if then.probability != now.probability:
            yield "probability"
        if before.close_date != after.close_date:
            yield "close_date"
    if before.owner != after.owner:
        yield "owner"
    if before.title != after.title:
        yield "title"


def _kind(before: Side | None, after: Side | None, fields: tuple[str, ...]) -> Kind:
    if after is None:
        return "gone"
    if before is None or before.status != after.status:
        for kind in KINDS:
            if kind == after.status:  # won, lost, rerouted, rejected
                return kind
        return "new" if before is None else "reopened"
    if before.stage != after.stage:
        return "moved"
    return "changed" if fields else "worked"
