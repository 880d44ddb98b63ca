"""The deals behind one number of the funnel, one by one or grouped, with their totals (S12).

Pure: deals as they stand at E in, the list out (domain.md section 6, "Drill-down"). Knows nothing
of stores or layout.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.report.figures.deal_filter import OTHER_PROCESS
from salescli.report.figures.drilling import (
    FATES,
    Aside,
    Contribution,
    Drilled,
    DrillQuestion,
    Fate,
    Stay,
    build_contribution,
)
from salescli.report.figures.figure import Answered, Partial, Share, add_up, parse_amount
from salescli.report.figures.piles import Counted, Pile


class DrilledDeal(msgspec.Struct, frozen=True):
    """A line of the list. `client` and `owner` are names; `probability` is the one in force."""

    deal: Deal
    client: str
    owner: str
    probability: int
    money: str | None
    stay: Stay


class DrillRow(msgspec.Struct, frozen=True):
    """The deals of one owner, need …; the key None is for those without. `share` is by count."""

    key: str | None
    name: str  # "" without a key
    counted: Counted
    share: Share


class Drill(Answered, frozen=True, kw_only=True):
    """The whole list, with what the footer has to own up to.

    `whole` is how many deals the part is a share of, None where it is one of nothing (a count);
    `rest_ids` are those of them that are not in the part. `fates` are of deals that did not go on.
    """

    question: DrillQuestion
    stage_name: str
    counted: Counted
    whole: Share | None
    rest_ids: tuple[str, ...] | None
    deals: tuple[DrilledDeal, ...]
    rows: tuple[DrillRow, ...]
    fates: dict[Fate, Counted]
    totals: dict[str, dict[str, Decimal]]  # budget, amount and the summed money, by currency
    stage_names: dict[str, str]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of all the money there is; else the one asked for, else the store's."""
        found = sorted({code for sums in self.totals.values() for code in sums})
        return self.question.shown_currencies(found)

    @property
    def without_value(self) -> int:
        """Deals that lack the money that is summed."""
        return self.counted.without_value


def add_up_drill(
    deals: Iterable[Deal],
    question: DrillQuestion,
    definition: Definition,
    *,
    with_ids: bool = False,
) -> Partial[Contribution]:
    """The partial of deals as they stand at E."""
    return add_up(deals, build_contribution(question, definition), with_ids=with_ids)


def ids_in(partial: Partial[Contribution], name: str) -> set[str]:
    """The owners, clients, needs … of the deals on the list: those whose names are wanted."""
    found = {getattr(one.deal, name) for one in partial.counts if isinstance(one, Drilled)}
    return found - {None}


def finish(
    partial: Partial[Contribution],
    definition: Definition,
    question: DrillQuestion,
    *,
    names: Mapping[str, Mapping[str, str]] = {},
    invalid: int = 0,
) -> Drill:
    """The list that a partial adds up to; of a period that begins after its end it is empty.

    `names` are those of owners, clients, needs … by field and id.
    """
    with_ids = partial.ids is not None
    counts = {} if question.is_before_start else partial.counts
    listed = sorted((one for one in counts if isinstance(one, Drilled)), key=_order)
    asides = {one: count for one, count in counts.items() if isinstance(one, Aside)}
    left_out = {one.left_out: count for one, count in asides.items() if one.left_out}
    rest = Aside(is_rest=True)
    rest_ids = partial.ids[rest] if partial.ids is not None and rest in asides else ()
    stage = definition.stage_named(question.stage)
    return Drill(
        question=question,
        process_name=definition.name,
        stage_name=question.stage if stage is None else stage.name,
        counted=_count(listed, with_ids),
        whole=_share(question, len(listed), asides.get(rest, 0)),
        rest_ids=tuple(sorted(rest_ids)) if with_ids else None,
        deals=tuple(_build_deal(one, definition, names) for one in listed),
        rows=tuple(_build_rows(listed, question, names, with_ids)),
        fates=_build_fates(listed, with_ids) if question.part == "not-passed" else {},
        totals=_build_totals(listed, question),
        stage_names={entry.stage: entry.name for entry in definition.stages},
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=sum(one.deal.differs for one in listed),
        invalid=invalid,
    )


def _share(question: DrillQuestion, listed: int, rest: int) -> Share | None:
    """The part of the whole; a count, and the n of the entered definition, are parts of none."""
    if question.part == "count" or question.definition == "entered":
        return None
    return Share(listed, listed + rest)


def _count(listed: Iterable[Drilled], with_ids: bool) -> Counted:
    pile = Pile()
    for one in listed:
        pile.add(one.money, 1, (one.deal.id,))
    return pile.build(with_ids=with_ids)


def _order(one: Drilled) -> tuple[bool, str, Decimal, str]:
    """The most money first, by currency; those without last."""
    if one.money is None:
        return True, "", Decimal(0), one.deal.id
    amount, currency = parse_amount(one.money)
    return False, currency, -amount, one.deal.id


def _build_deal(
    one: Drilled, definition: Definition, names: Mapping[str, Mapping[str, str]]
) -> DrilledDeal:
    deal = one.deal
    stage = definition.stage_named(deal.stage)
    by_hand = deal.probability if stage is None or stage.is_open else None
    owner = deal.owner or ""
    return DrilledDeal(
        deal=deal,
        client=names.get("client", {}).get(deal.client, deal.client),
        owner=names.get("owner", {}).get(owner, owner),
        probability=definition.cap_of(deal.stage) if by_hand is None else by_hand,
        money=one.money,
        stay=one.stay,
    )


def _build_rows(
    listed: Iterable[Drilled],
    question: DrillQuestion,
    names: Mapping[str, Mapping[str, str]],
    with_ids: bool,
) -> Iterable[DrillRow]:
    """The greatest first, equal ones by name, those without a key last."""
    if question.grouped is None:
        return
    piles: dict[str | None, Pile] = {}
    for one in listed:
        pile = piles.setdefault(getattr(one.deal, question.grouped), Pile())
        pile.add(one.money, 1, (one.deal.id,))
    total = sum(pile.count for pile in piles.values())
    named = names.get(question.grouped, {})
    name_of = {key: named.get(key, key) if key else "" for key in piles}

    def place(key: str | None) -> tuple[bool, int, str, str]:
        return key is None, -piles[key].count, name_of[key].casefold(), key or ""

    for key in sorted(piles, key=place):
        counted = piles[key].build(with_ids=with_ids)
        yield DrillRow(key, name_of[key], counted, Share(counted.count, total))


def _build_fates(listed: Iterable[Drilled], with_ids: bool) -> dict[Fate, Counted]:
    return {
        fate: _count((one for one in listed if one.stay.fate == fate), with_ids) for fate in FATES
    }


def _build_totals(
    listed: Iterable[Drilled], question: DrillQuestion
) -> dict[str, dict[str, Decimal]]:
    piles = {name: Pile() for name in dict.fromkeys(("budget", "amount", question.sum))}
    for one in listed:
        for name, pile in piles.items():
            money = one.money if name == question.sum else getattr(one.deal, name)
            pile.add(money, 1)
    return {
        name: {code: amount for code, (amount, _) in pile.sums().items()}
        for name, pile in piles.items()
    }
