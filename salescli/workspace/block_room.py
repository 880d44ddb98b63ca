"""What the blocks of one dashboard share: the store, its names and getters, the day, the plans."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from salescli.model.asked import WITHOUT
from salescli.model.calendar import Period
from salescli.model.dashboards import Block, FigureAsk, GroupAsk, default_date
from salescli.model.deal import Deal
from salescli.model.definition import Definition
from salescli.model.expression import ME, Condition, compile_condition, parse_condition
from salescli.model.names import NameSpec, NameTable
from salescli.model.plans import Amounts, sum_plans
from salescli.model.shapes import scalar_words
from salescli.model.visits import seconds
from salescli.report.dashboards.block_figures import Measure
from salescli.report.dashboards.dashboard import Figure
from salescli.report.figures.forecast_standing import ForecastQuestion
from salescli.report.figures.piecewise import Contribute
from salescli.report.figures.plan_bar import Covered, FittingPlan, tell_stores
from salescli.report.figures.question import Q, Question, WinLossQuestion, ask
from salescli.report.layouts.plan_words import tell_fit
from salescli.report.text.wording import Wording
from salescli.workspace.deal_rows import DealRows, Values
from salescli.workspace.plan_bars import find_covered
from salescli.workspace.planned import COMPANY, plans_in
from salescli.workspace.session import Session
from salescli.workspace.wordings import build_wording


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A block that has asked its questions and waits for what the deals contribute to each.

    `contributions`, `thin` and `pack` are called in each store, `build` once for all. `thin` leaves
    of what a part of the deals add up to what the block needs, and may not ask the database;
    `pack` makes of a store's what is handed on, where that says more than they do by themselves.
    """

    questions: Sequence[Question]
    contributions: Callable[[], Sequence[Contribute]]
    build: Callable[[Sequence[Any]], Figure]
    thin: Callable[[Sequence[Any]], Sequence[Any]] = lambda partials: partials
    pack: Callable[[Sequence[Any]], Sequence[Any]] = lambda partials: partials


class Room:
    """What all blocks of one dashboard share: the store, the question, names, getters, the day."""

    def __init__(
        self,
        session: Session,
        base: Question,
        names: NameTable,
        *,
        with_ids: bool,
        typed_period: str,
    ) -> None:
        self.session = session
        self.base = base
        self.end = seconds(session.calendar.end_of(base.as_of))
        self.typed_period = typed_period
        self.names = names
        self.invalid = 0  # records that can't be read, known when the deals were counted
        self.with_ids = with_ids
        self.rows = DealRows(session)
        self.rows.today = base.as_of
        self._plans: dict[tuple[str, Period], dict[str, Amounts]] = {}
        self._covered: dict[tuple[str, Period], list[Covered]] = {}
        self._wordings: dict[str, Wording] = {}

    @property
    def is_past(self) -> bool:
        """Whether the day lies before today: then what the index holds of today alone is told."""
        return self.base.as_of < self.session.today

    def wording(self, process: str) -> Wording:
        """The names of the store, with the stages of a process."""
        if process not in self._wordings:
            self._wordings[process] = build_wording(self.session, self.session.process(process))
        return self._wordings[process]

    @property
    def person(self) -> str:
        """Who `@me` is: the one owner whose page it is, else who acts.

        Raises `WrongUsage` where nobody acts.
        """
        owners = dict(self.base.filters).get("owner", ())
        is_of_one = len(owners) == 1 and owners[0] != WITHOUT
        return owners[0] if is_of_one else self.session.actor

    def conditions(self, where: Sequence[str]) -> list[Condition]:
        """Conditions that were checked with the dashboard."""
        return [parse_condition(text, self.names) for text in where]

    def tests(self, where: Sequence[str]) -> tuple[Callable[[Deal], bool], ...]:
        """What a deal must meet, on the day; `@me` is the page's `person`."""
        read = self.conditions(where)
        me = self.person if any(ME in condition.values for condition in read) else None
        return tuple(compile_condition(one, self.base.as_of, me, self.rows.access) for one in read)

    def period_of(self, block: Block) -> Period:
        """The block's own period, else the page's."""
        if block.period is None:
            return self.base.period
        return self.session.calendar.parse_period(block.period, self.base.as_of)

    def ask(self, kind: type[Q], period: Period, where: Sequence[str], **more: Any) -> Q:
        """A question of these days about the page's deals; `where` may name another process."""
        base = self.base
        process = base.process
        for one in self.conditions(where):
            if one.name.name == "process" and one.op == "=" and len(one.values) == 1:
                process = one.values[0]
        return ask(
            kind,
            process,
            period,
            base.as_of,
            self.session.calendar,
            owners=base.owners,
            departments=base.departments,
            currency=base.currency,
            filters=self.filters(where, "process"),
            store_currency=base.store_currency,
            **more,
        )

    def filters(self, where: Sequence[str], *aside: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The page's filters and the block's, as headings tell them; names of `aside` left out.

        One owner, or none, is the filter that `--owner` is, so that their plan fits; all else is
        told as it was written, and no plan fits it.
        """
        found = dict(self.base.filters)
        others: list[str] = []
        for one in self.conditions(where):
            if one.name.name in aside:
                continue
            owner = self._owner_of(one)
            if owner is not None and found.setdefault("owner", (owner,)) == (owner,):
                continue
            others.append(one.text.replace(ME, self.person) if ME in one.values else one.text)
        return (*found.items(), *([("where", tuple(others))] if others else []))

    def _owner_of(self, condition: Condition) -> str | None:
        """What `--owner` is that takes the same deals: `owner=anna`, `!owner`; None without one."""
        if condition.name.name != "owner":
            return None
        if condition.op == "unset":
            return WITHOUT
        if condition.op != "=" or len(condition.values) != 1:
            return None
        return self.person if condition.values == (ME,) else str(condition.values[0])

    def definition(self, question: Question) -> Definition:
        """The process of a question."""
        return self.session.process(question.process)

    def plan(self, kind: str, name: str, period: Period) -> Amounts:
        """The plan of an object for a period."""
        return self.plans(kind, period).get(name, ())

    def company_plan(self, period: Period) -> tuple[Amounts, str]:
        """The company's plan for a period; that some stores of a group have none, if so."""
        plans, stores = self.plans(COMPANY, period), self.session.stores or ("",)
        sums = sum_plans(plans.values())
        missing = sum(not plans.get(store) for store in stores)
        return tuple(sums.values()), _tell_missing(len(stores), missing)

    def own_plan(self, kind: str, name: str, period: Period) -> tuple[Amounts, str]:
        """The plan of another object; that some stores with deals of theirs have none, if so."""
        found = self.plan(kind, name, period)
        if not found:
            return (), ""
        fit = self.in_stores(FittingPlan(kind, name), kind, name, period)
        return found, _tell_missing(fit.stores, fit.stores_without)

    def in_stores(self, fit: FittingPlan, kind: str, name: str, period: Period) -> FittingPlan:
        """The plan of an owner or department, and in how many stores of a group there is one."""
        if not self.session.stores or kind not in ("owner", "department"):
            return fit
        if (kind, period) not in self._covered:
            asked = self.ask(ForecastQuestion, period, (), sum="value", by=kind)
            self._covered[kind, period] = find_covered(self.session, kind, asked)
        return tell_stores(fit, (name,), self._covered[kind, period])

    def plans(self, kind: str, period: Period) -> dict[str, Amounts]:
        """The plans of a kind for a period by object, read once."""
        if (kind, period) not in self._plans:
            self._plans[kind, period] = plans_in(self.session, kind, period)
        return self._plans[kind, period]

    def notes(self, where: Sequence[str], *names: str) -> list[str]:
        """What a block on a past day has of today: names that the index holds as they are now."""
        if not self.is_past:
            return []
        asked = [*(one.name.name for one in self.conditions(where)), *names]
        of_today = [name for name in dict.fromkeys(asked) if not self.rows.is_of_any_day(name)]
        if not of_today:
            return []
        verb = "is" if len(of_today) == 1 else "are"
        return [f"{', '.join(of_today)} {verb} as of today: of past days it is not kept."]

    def _looks_ahead(self, day: str, where: Sequence[str]) -> bool:
        """Whether a day may be one to come: a planned one is, but of closed deals none is."""
        is_closed = default_date(where, self.names) == "close_date"
        return self.names.named(day).kind == "day" and not (is_closed and day == "close_date")

    def _read(self, name: NameSpec) -> Values:
        """The getter of a name; a value that is none of its type (`check` tells it) is nothing."""
        get = self.rows.access(name.name)
        if not name.name.startswith("custom."):
            return get
        return lambda deal: [one for one in get(deal) if not scalar_words(name.kind, one)]

    def ask_measure(
        self,
        figure: FigureAsk,
        period: Period,
        where: Sequence[str],
        date_name: str | None,
        groups: Sequence[GroupAsk] = (),
    ) -> Measure:
        """A figure under a filter. But for wins and losses deals are taken as of the day."""
        session = self.session
        question = self.ask(
            WinLossQuestion, period, where, sum="value", time_zone=session.settings.time_zone
        )
        own = Measure(figure=figure, question=question)
        if not own.is_of_closed:
            question = msgspec.structs.replace(question, end=self.end)
        day = date_name or default_date(where, self.names)
        return Measure(
            figure=figure,
            question=question,
            tests=self.tests(where),
            day=self._read(self.names.named(day)),
            first=None if period.first is None else period.first.isoformat(),
            last=None if period.last is None else period.last.isoformat(),
            groups=tuple(groups),
            getters=tuple(self._read(group.name) for group in groups),
            value=None if figure.field is None else self._read(figure.field),
            week_start=session.calendar.week_start,
            looks_ahead=self._looks_ahead(day, where),
        )


def _tell_missing(stores: int, without: int) -> str:
    """`1 of 2 stores has a plan.`; empty where all have one."""
    fit = FittingPlan(COMPANY, "", objects=stores, without_plan=without)
    return f"{tell_fit(fit)}." if without else ""
