"""The funnel by the reference definition: how many deals stand where, and how they went on.

Pure: deals at the reporting date in, figures out (domain.md section 6). Knows nothing of stores,
words or pictures.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from decimal import Decimal, localcontext

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition, Stage
from salescli.model.money import EXACT, round_amount
from salescli.model.visits import Entry, Visit
from salescli.report.figures import Partial, Share, add_up, parse_amount
from salescli.report.question import FunnelQuestion, SumKind

OTHER_PROCESS = "process"  # `Path.left_out` of a deal that another process owns
_LONG_AGO = -(1 << 62)
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


class StageFigure(msgspec.Struct, frozen=True):
    """One slice. `conversion` is passed of touched, None for success; `first` reached of new."""

    stage: str
    name: str
    count: int
    sum: dict[str, Decimal]
    without_value: int
    conversion: Share | None
    first: Share
    ids: StageIds | None = None


class Funnel(msgspec.Struct, frozen=True):
    """The whole figure, with what the footer has to own up to."""

    question: FunnelQuestion
    process_name: str
    stages: tuple[StageFigure, ...]
    new: int  # deals created in [S, E]: the whole of every `first`
    other_process: int  # deals of other processes that the period would concern
    left_out: dict[str, int]  # deals in other currencies than the one asked for
    differs: int  # deals whose file says something that their history doesn't
    invalid: int  # records that can't be read and were skipped
    definition: str = "reference"

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the sums; else the one asked for, else the store's."""
        found = sorted({currency for stage in self.stages for currency in stage.sum})
        fallback = self.question.currency or self.question.store_currency
        return tuple(found) or ((fallback,) if fallback else ())

    @property
    def without_value(self) -> int:
        """Counted deals that lack the money that is summed."""
        return sum(stage.without_value for stage in self.stages)


class _Bits(dict[str, int]):
    """A bit for each stage, known or not, as it turns up."""

    def __missing__(self, stage: str) -> int:
        self[stage] = bit = 1 << len(self)
        return bit


def build_contribution(
    question: FunnelQuestion, definition: Definition
) -> Callable[[Deal], Contribution | None]:
    """The contribution of one deal as a function of the deal alone: made once, run by the 100 000.

    The function answers None for a deal that has no part in the figure.
    """
    bits = _Bits()
    success = definition.success.stage
    success_bit = bits[success]
    money_of = MONEY_OF[question.sum]
    owners, departments, process = question.owners, question.departments, question.process
    start = _LONG_AGO if question.start is None else question.start
    end, currency, is_any = question.end, question.currency, question.created == "any"
    paths: dict[_Key, Path | None] = {}

    def contribute(deal: Deal) -> Contribution | None:
        if owners is not None and deal.owner not in owners:
            return None
        if departments is not None and deal.department not in departments:
            return None
        created_at = deal.created_at
        if created_at > end:
            return None
        touched, passed, reached = _walk(deal.visits, start, end, bits, success_bit)
        is_new = created_at >= start
        counted = deal.stage if is_new or is_any else None
        left_out = "" if deal.process == process else OTHER_PROCESS
        if currency is not None and not left_out:
            own = deal.currency
            left_out = own if own is not None and own != currency else ""
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
    visits: tuple[Visit, ...], start: int, end: int, bits: _Bits, success: int
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


def _build_path(key: _Key, bits: _Bits) -> Path | None:
    touched, passed, reached, counted, left_out, differs = key
    if not touched and counted is None and reached < 0:
        return None
    if left_out:
        return Path(left_out=left_out)

    def named(mask: int) -> tuple[str, ...]:
        return tuple(sorted(stage for stage, bit in bits.items() if mask & bit))

    is_new = reached >= 0
    return Path("", counted, named(touched), named(passed), is_new, named(max(reached, 0)), differs)


MONEY_OF: dict[SumKind, Callable[[Deal, str], str | None]] = {
    "budget": lambda deal, _: deal.budget,
    "amount": lambda deal, _: deal.amount,
    "value": lambda deal, success: deal.value(deal.stage == success),
}


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
) -> Funnel:
    """The figures that a partial adds up to.

    Ids stand in the figures if the partial kept them. `invalid` is the number of records that
    could not be read. A period that begins after its end has no stages.
    """
    tally = _Tally(with_ids=partial.ids is not None)
    grouped: dict[Path, list[tuple[str | None, int]]] = {}
    for (path, money), count in partial.counts.items():
        grouped.setdefault(path, []).append((money, count))
    for path, monies in grouped.items():
        ids = {m: partial.ids[path, m] for m, _ in monies} if partial.ids is not None else {}
        every_id = [one for found in ids.values() for one in found]
        number_of_deals = sum(count for _, count in monies)
        for number, stage in _numbers_of(path):
            tally.add(number, stage, number_of_deals, every_id)
        if path.counted is not None:
            tally.add_money(path.counted, monies, ids)
    named = ("count", "touched", "entered")
    in_use = {stage for number, stage in tally.counts if number in named}
    shown = [] if question.is_before_start else shown_stages(definition, in_use)
    left_out = {code: count for (name, code), count in tally.counts.items() if name == "left-out"}
    return Funnel(
        question=question,
        process_name=definition.name,
        stages=tuple(_build_stage(stage, tally) for stage in shown),
        new=tally.count("new"),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=tally.count("differs"),
        invalid=invalid,
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


class _Tally:
    """Numbers by name and stage, with their deals if wanted."""

    def __init__(self, with_ids: bool) -> None:
        self.counts: dict[tuple[str, str], int] = {}
        self.ids: dict[tuple[str, str], list[str]] | None = {} if with_ids else None
        self.sums: dict[str, dict[str, Decimal]] = {}

    def add(self, number: str, stage: str, count: int, ids: Iterable[str]) -> None:
        key = (number, stage)
        self.counts[key] = self.counts.get(key, 0) + count
        if self.ids is not None:
            self.ids.setdefault(key, []).extend(ids)

    def add_money(
        self,
        stage: str,
        monies: Iterable[tuple[str | None, int]],
        ids: dict[str | None, tuple[str, ...]],
    ) -> None:
        """Sum what so many deals each bring; runs once for each different amount."""
        sums = self.sums.setdefault(stage, {})
        with localcontext(EXACT):
            for money, count in monies:
                if money is None:
                    self.add("without-value", stage, count, ids.get(None, ()))
                    continue
                amount, currency = parse_amount(money)
                if count != 1:
                    amount *= count
                sums[currency] = sums[currency] + amount if currency in sums else amount
                if self.ids is not None:
                    self.ids.setdefault((f"sum {currency}", stage), []).extend(ids[money])

    def count(self, number: str, stage: str = "") -> int:
        return self.counts.get((number, stage), 0)

    def ids_of(self, number: str, stage: str = "") -> tuple[str, ...]:
        return tuple(sorted((self.ids or {}).get((number, stage), ())))


def shown_stages(definition: Definition, in_use: Set[str]) -> list[Stage]:
    """Open stages and success; retired ones, and ids that the process no longer has, only where
    they are `in_use`: the period has something in them, so that nothing goes missing.
    """
    shown = [
        stage
        for stage in definition.stages
        if stage.final != "failure"
        and stage.in_funnel
        and (not stage.retired or stage.stage in in_use)
    ]
    unknown = sorted(in_use - {stage.stage for stage in definition.stages})
    last = shown.index(definition.success) if definition.success in shown else len(shown)
    shown[last:last] = [Stage(stage=stage, name=stage) for stage in unknown]
    return shown


def _build_stage(stage: Stage, tally: _Tally) -> StageFigure:
    name = stage.stage
    sums = tally.sums.get(name, {})
    return StageFigure(
        stage=name,
        name=stage.name,
        count=tally.count("count", name),
        sum={code: round_amount(amount, code) for code, amount in sorted(sums.items())},
        without_value=tally.count("without-value", name),
        conversion=Share(tally.count("passed", name), tally.count("touched", name))
        if stage.is_open
        else None,
        first=Share(tally.count("entered", name), tally.count("new")),
        ids=None if tally.ids is None else _build_ids(name, sums, tally),
    )


def _build_ids(stage: str, currencies: Iterable[str], tally: _Tally) -> StageIds:
    return StageIds(
        count=tally.ids_of("count", stage),
        sum={code: tally.ids_of(f"sum {code}", stage) for code in sorted(currencies)},
        without_value=tally.ids_of("without-value", stage),
        passed=tally.ids_of("passed", stage),
        touched=tally.ids_of("touched", stage),
        entered=tally.ids_of("entered", stage),
        new=tally.ids_of("new"),
    )
