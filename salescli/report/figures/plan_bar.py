"""The plan under a funnel: a bar as long as the plan, filled with what was sold (S11).

Pure: what the forecast of the same filters adds up to, and the plan that fits them, as values to
draw (domain.md section 6, "Plan"). Must not know where plans stand, nor how bars are drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from salescli.model.asked import WITHOUT
from salescli.model.definition import Definition
from salescli.model.plans import Amounts, sum_plans
from salescli.report.figures.figure import Partial
from salescli.report.figures.forecast import Cell, finish
from salescli.report.figures.forecast_standing import ForecastQuestion, Standing
from salescli.report.figures.question import Question


class PlanObject(msgspec.Struct, frozen=True):
    """What the filters of a question name: the company, an owner, a department.

    `ids` are those whose plans count, of a department also those below it; the company's is empty,
    in a group the stores' names. `reason` says why there is no such object; then `kind` is empty.
    """

    kind: str = ""
    id: str = ""
    ids: tuple[str, ...] = ()
    reason: str = ""

    @property
    def of(self) -> str:
        """As commands write it: `company`, `owner=anna`; empty without one."""
        return f"{self.kind}={self.id}" if self.id else self.kind

    @property
    def words(self) -> str:
        """For a sentence: `the company`, `owner anna`."""
        return f"{self.kind} {self.id}" if self.id else f"the {self.kind}"


def find_plan_object(question: Question) -> PlanObject:
    """The object whose plan fits the filters: the one that they name exactly, or the company.

    `--process` and `--currency` narrow nothing.
    """
    if not question.filters:
        return PlanObject("company", "", ("",))
    if written := dict(question.filters).get("where"):
        return PlanObject(reason=f"no plan fits the filter {', '.join(written)}")
    if len(question.filters) > 1:
        names = " and ".join(name for name, _ in question.filters)
        return PlanObject(reason=f"no plan fits a filter by {names}")
    ((kind, values),) = question.filters
    if len(values) > 1:
        return PlanObject(reason=f"no plan is of {len(values)} {kind}s together")
    if values == (WITHOUT,):
        return PlanObject(reason=f"deals without {kind} have no plan")
    if kind == "department":
        return PlanObject(kind, values[0], tuple(sorted(filter(None, question.departments or ()))))
    return PlanObject(kind, values[0], values)


def spread_over_stores(object: PlanObject, stores: tuple[str, ...]) -> PlanObject:
    """The same; the company of a group is as many objects as the group has stores."""
    if object.kind != "company" or not stores:
        return object
    return msgspec.structs.replace(object, ids=stores)


class FittingPlan(msgspec.Struct, frozen=True):
    """The plan of an object for a period, by currency; or `reason`, why there is none.

    Of `objects` (a department and those below it; for the company the stores of a group)
    `without_plan` have none. Where the company has none, `others` counts what has one for the same
    `days` (as --period takes them), by kind. In a group `stores` is how many stores plan an owner
    or department or have deals of theirs, if `stores_without` of them have no plan; else 0.
    """

    of: str
    name: str
    plan: dict[str, Decimal] = {}
    reason: str = ""
    objects: int = 1
    without_plan: int = 0
    others: Mapping[str, int] = {}
    days: str = ""
    stores: int = 0
    stores_without: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether the plan is that of some of what was sold."""
        return bool(self.without_plan or self.stores_without)


class Covered(msgspec.Struct, frozen=True):
    """What one store has of owners or departments, by id: deals that are open or were won in a
    period, and plans for it.
    """

    with_deals: frozenset[str]
    planned: frozenset[str]


def tell_stores(fit: FittingPlan, ids: Iterable[str], stores: Sequence[Covered]) -> FittingPlan:
    """The plan, and whether it is that of some stores alone, of all that have deals of `ids`."""
    known = frozenset(ids)
    planning = sum(bool(known & one.planned) for one in stores)
    without = sum(bool(known & one.with_deals) and not known & one.planned for one in stores)
    if fit.reason or not without:
        return fit
    return msgspec.structs.replace(fit, stores=planning + without, stores_without=without)


def fit_plan(
    object: PlanObject, name: str, plans: Mapping[str, Amounts], question: Question
) -> FittingPlan:
    """The plan of the object: the sum of those that its `ids` have for the period of the question.

    `name` is what people call an owner or a department.
    `plans`: id → its plan for just this period, see `model.plans.plan_of`.
    """
    if object.reason:
        return FittingPlan("", "", reason=object.reason)
    found = [plans.get(one, ()) for one in object.ids]
    sums = {code: money.amount for code, money in sum_plans(found).items()}
    asked = question.currency
    chosen = {code: amount for code, amount in sums.items() if asked in (None, code)}
    period = question.period
    reason = ""
    if not period.first or not period.last:
        reason = "a plan is of a period that has a first and a last day"
    elif not sums:
        subject = name if object.id and name else object.words
        reason = f"{subject} has no plan for {period.label}"
    elif not chosen:
        reason = f"the plan for {period.label} is in {' and '.join(sums)}"
    return FittingPlan(object.of, name, chosen, reason, len(found), found.count(()))


def build_cell(
    partial: Partial[Standing],
    question: ForecastQuestion,
    definition: Definition,
    plan: dict[str, Decimal],
) -> Cell:
    """All deals of a forecast in one cell, against this plan."""
    whole = finish(partial, question, definition, None, {}).total.cells[-1]
    return msgspec.structs.replace(whole, plan=plan)


class Lengths(msgspec.Struct, frozen=True):
    """How long a bar is drawn, as shares of the room: all of it, and its two parts from the left.

    filled + hatched ≤ bar: more than the plan has no room in it, the percentages tell it.
    """

    bar: Fraction
    filled: Fraction
    hatched: Fraction


class PlanPart(msgspec.Struct, frozen=True):
    """The plan in one currency, what was sold of it (by so many `deals` that bring money in it),
    and what is likely to be (section 7).

    Percentages have two decimals, and are None for a plan of 0.
    """

    currency: str
    plan: Decimal
    actual: Decimal
    weighted: Decimal
    deals: int
    attainment: Decimal | None  # actual / plan
    expected_percent: Decimal | None  # (actual + weighted) / plan

    def lengths(self, scale: Decimal | None = None) -> Lengths:
        """bar = plan / scale; `scale` is the longest plan beside it (None: this one).

        A plan of 0 has no length, and so has each where the scale is 0.
        """
        longest = self.plan if scale is None else scale
        if longest <= 0:
            return Lengths(Fraction(0), Fraction(0), Fraction(0))
        filled = min(self.actual, self.plan)
        hatched = min(self.weighted, self.plan - filled)
        return Lengths(
            *(Fraction(part) / Fraction(longest) for part in (self.plan, filled, hatched))
        )


class PlanBar(msgspec.Struct, frozen=True, kw_only=True):
    """The plan that fits a funnel, with what stands against it.

    `cell` is that of the forecast of the same filters and period, with this plan, on the as-of
    day; None where there is no plan, and `fit.reason` says why.
    """

    fit: FittingPlan
    cell: Cell | None = None

    @property
    def parts(self) -> tuple[PlanPart, ...]:
        """One for each currency that something is planned in; none where there is no plan."""
        cell = self.cell
        if cell is None:
            return ()
        return tuple(
            PlanPart(
                code,
                plan,
                cell.actual.sum.get(code, Decimal(0)),
                cell.weighted.get(code, Decimal(0)),
                cell.actual.valued.get(code, 0),
                cell.attainment(code),
                cell.expected_percent(code),
            )
            for code, plan in cell.plan.items()
        )


def longest_plans(bars: Sequence[PlanBar | None]) -> dict[str, Decimal]:
    """The scale of each currency that compared bars have a plan in."""
    found: dict[str, Decimal] = {}
    for part in (part for bar in bars if bar for part in bar.parts):
        found[part.currency] = max(part.plan, found.get(part.currency, part.plan))
    return found
