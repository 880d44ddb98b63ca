"""The best managers: what each person won, holds, and did, ranked (S16).

Pure: deals as they stand at E in, figures out (domain.md section 9). What is won is told by
`winloss`; here it is put together by person with active deals, meetings and calls.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from salescli.model.deal import TALKS, Deal
from salescli.model.definition import Definition
from salescli.report.figures import winloss
from salescli.report.figures.deal_filter import LONG_AGO, OTHER_PROCESS, build_filter
from salescli.report.figures.figure import Answered, Partial, add_up
from salescli.report.figures.local_days import build_day_of
from salescli.report.figures.question import ManagersQuestion
from salescli.report.figures.winloss import OPEN, ClosedFigure, Closing, Tally, build_contribution


class Work(NamedTuple):
    """What a deal adds: to its owner its closing or that it is open, to others what they did."""

    closing: Closing | None = None
    owner: str | None = None
    talks: tuple[tuple[str, str], ...] = ()  # owner and type of each meeting and call done


class Number(msgspec.Struct, frozen=True):
    """How many; `ids` has a deal for each: of meetings the same one as often as it had some."""

    count: int
    ids: tuple[str, ...] | None = None


class Manager(msgspec.Struct, frozen=True):
    """The figures of a person, or of all; the key None is for deals without an owner.

    `figure` has won sum and average, win rate by count, and the cycle: the mean days from
    creation to closing of won deals. `active` are the open deals at the reporting date.
    """

    key: str | None
    name: str  # "" without a key
    figure: ClosedFigure
    active: Number
    meetings: Number
    calls: Number


class Managers(Answered, frozen=True, kw_only=True):
    """The whole figure: `ranked`, the best first, and `others`, who closed too few deals."""

    question: ManagersQuestion
    ranked: tuple[Manager, ...]
    others: tuple[Manager, ...]
    total: Manager

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those of the won sums; else the one asked for, else the store's."""
        found = tuple(self.total.figure.outcomes["won"].sum)
        return self.question.shown_currencies(found)

    @property
    def without_value(self) -> int:
        """Won deals without a value."""
        return self.total.figure.outcomes["won"].without_value


def build_work(question: ManagersQuestion, definition: Definition) -> Callable[[Deal], Work | None]:
    """The contribution of one deal as a function of the deal alone; None of one without any.

    A filter by owner keeps these people: their deals, and what they did on anybody's deals.
    """
    closing_of = build_contribution(question, definition)
    why_left_out = build_filter(msgspec.structs.replace(question, owners=None))
    start = LONG_AGO if question.start is None else question.start
    end, owners = question.end, question.owners

    def talks_of(deal: Deal) -> tuple[tuple[str, str], ...]:
        if why_left_out(deal) != "":
            return ()
        return tuple(
            (talk.owner, talk.type)
            for talk in deal.talks
            if start <= talk.done_at <= end and (owners is None or talk.owner in owners)
        )

    def contribute(deal: Deal) -> Work | None:
        closing = closing_of(deal)
        talks = talks_of(deal) if deal.talks else ()
        if closing is None and not talks:
            return None
        return Work(closing, deal.owner, talks)

    return contribute


def build_turning_days(
    question: ManagersQuestion, definition: Definition
) -> Callable[[Deal], Iterable[int] | None]:
    """The days (ordinals) of the last closing, and of the meetings and calls."""
    closing_days = winloss.build_turning_days(question, definition)
    day_of = build_day_of(ZoneInfo(question.time_zone))

    def turning_days(deal: Deal) -> Iterable[int]:
        return [*(closing_days(deal) or ()), *(day_of(talk.done_at) for talk in deal.talks)]

    return turning_days


def build_managers(
    deals: Iterable[Deal],
    question: ManagersQuestion,
    definition: Definition,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
    with_ids: bool = False,
) -> Managers:
    """The managers of one set of deals: their contributions added up, then `finish`."""
    partial = add_up(deals, build_work(question, definition), with_ids=with_ids)
    return finish(partial, definition, question, names=names, invalid=invalid)


def finish(
    partial: Partial[Work],
    definition: Definition,
    question: ManagersQuestion,
    *,
    names: Mapping[str, str] = {},
    invalid: int = 0,
) -> Managers:
    """The figures that a partial adds up to; of a period that begins after its end there are none.

    `names` are those of people, by id.
    """
    with_ids = partial.ids is not None
    total, people = _Person(with_ids), dict[str | None, _Person]()
    left_out: dict[str, int] = {}
    differs = 0
    for work, count in ({} if question.is_before_start else partial.counts).items():
        who = () if partial.ids is None else partial.ids[work]
        closing = work.closing
        if closing is not None and closing.left_out:
            left_out[closing.left_out] = left_out.get(closing.left_out, 0) + count
        elif closing is not None:
            differs += count if closing.differs else 0
            people.setdefault(work.owner, _Person(with_ids)).deals.add(closing, count, who)
            total.deals.add(closing, count, who)
        for owner, kind in work.talks:
            people.setdefault(owner, _Person(with_ids)).add_talk(kind, count, who)
            total.add_talk(kind, count, who)
    built = [
        person.build(key, names.get(key, key) if key else "") for key, person in people.items()
    ]
    built.sort(key=lambda one: _order(one, question))
    is_ranked = {one.key: one.figure.count >= question.min_deals for one in built} | {None: False}
    return Managers(
        question=question,
        process_name=definition.name,
        ranked=tuple(one for one in built if is_ranked[one.key]),
        others=tuple(one for one in built if not is_ranked[one.key]),
        total=total.build(None, ""),
        other_process=left_out.pop(OTHER_PROCESS, 0),
        left_out=dict(sorted(left_out.items())),
        differs=differs,
        invalid=invalid,
    )


class _Person:
    """What one person's work adds up to."""

    def __init__(self, with_ids: bool) -> None:
        self.deals = Tally(with_ids)
        self.talks = dict.fromkeys(TALKS, 0)
        self.talk_ids: dict[str, list[str]] = {kind: [] for kind in TALKS}

    def add_talk(self, kind: str, count: int, ids: Iterable[str]) -> None:
        self.talks[kind] += count
        self.talk_ids[kind].extend(ids)

    def build(self, key: str | None, name: str) -> Manager:
        with_ids = self.deals.with_ids
        meetings, calls = (
            Number(self.talks[kind], tuple(sorted(self.talk_ids[kind])) if with_ids else None)
            for kind in TALKS
        )
        open_deals = self.deals.merge(OPEN)
        ids = open_deals.build_ids().count if with_ids else None
        active = Number(open_deals.count, ids)
        return Manager(key, name, self.deals.build_figure(), active, meetings, calls)


def _order(one: Manager, question: ManagersQuestion) -> tuple[bool, Fraction | int, str]:
    """The best first; who has no such figure comes after, equals stand by their ids."""
    merit = _merit(one, question)
    return (one.key is None or merit is None, -(merit or 0), one.key or "")


def _merit(one: Manager, question: ManagersQuestion) -> Fraction | int | None:
    """What is ranked by, greater is better: a short cycle is the better one."""
    won = one.figure.outcomes["won"]
    code = question.rank_currency or ""
    rate = one.figure.win_rate
    merits: dict[str, Callable[[], Decimal | Fraction | int | None]] = {
        "won": lambda: won.sum.get(code, 0),
        "average": lambda: won.average.get(code),
        "active": lambda: one.active.count,
        "meetings": lambda: one.meetings.count,
        "calls": lambda: one.calls.count,
        "win-rate": lambda: Fraction(rate.part, rate.whole) if rate.whole else None,
        "cycle": lambda: None if won.mean is None else -won.mean,
    }
    merit = merits[question.rank_by]()
    return None if merit is None else Fraction(merit)
