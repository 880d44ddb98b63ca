"""What is computed of a deal and never stored (domain.md section 2). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

import msgspec

from salescli.model.activities import (
    Activity,
    Proposal,
    build_activities,
    build_proposals,
    total_hours,
)
from salescli.model.amounts import amount_of, value_of, weighted
from salescli.model.calendar import Calendar
from salescli.model.criteria import unmet_criteria
from salescli.model.definition import Definition, Stage
from salescli.model.events import STAGE_EVENTS, Created, Done, Event, Mailed, Posted, Proposed
from salescli.model.ids import kind_of_id
from salescli.model.money import Money
from salescli.model.names import NameTable, Subject
from salescli.model.records import Opportunity
from salescli.model.visits import Visit, build_visits

COMPLETE_FIELDS = (
    "need owner department budget source type close_date category mood contacts products".split()
)
# What shows that somebody has done something about a deal (domain.md section 2, "stale").
_SIGNS_OF_LIFE = (*STAGE_EVENTS, Done, Mailed, Posted, Proposed)


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """The computed values of one deal on one day. Days are whole local days."""

    status: str
    probability: int  # percent in force: set by hand, else the stage's
    amount: Money | None
    value: Money | None
    weighted: Money | None
    created_on: date | None
    closed_on: date | None
    days_in_funnel: int | None  # creation to closing, or to the day
    days_at_stage: int | None  # None in a final stage
    quiet_days: int | None  # since the last sign of life
    overdue: bool
    stale: bool
    completeness: Fraction
    hours: Decimal
    client_kind: str | None
    new_client: bool | None
    visits: tuple[Visit, ...]
    activities: tuple[Activity, ...]
    proposals: tuple[Proposal, ...]

    @property
    def completeness_percent(self) -> Decimal:
        """Completeness in percent with two decimals, half up."""
        share = Decimal(self.completeness.numerator * 100) / self.completeness.denominator
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def open_activities(self) -> tuple[Activity, ...]:
        """Those that wait, the earliest due first."""
        return open_of(self.activities)


def open_of(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """The activities that wait, the earliest due first."""
    waiting = [entry for entry in activities if entry.is_open]
    return tuple(sorted(waiting, key=lambda entry: (entry.due_at or _EVER, entry.id)))


_EVER = datetime.max.replace(tzinfo=UTC)


class NextStep(msgspec.Struct, frozen=True):
    """What to do next: an open activity, an unmet criterion, or the stage's goal."""

    kind: Literal["activity", "criterion", "goal"]
    text: str
    activity: Activity | None = None


def probability_in_force(deal: Opportunity, definition: Definition) -> int:
    """Percent: set by hand, else the cap; 100 in success and 0 in a failure, whatever stands."""
    stage = definition.stage_named(deal.stage)
    if deal.probability is None or (stage is not None and not stage.is_open):
        return definition.cap_of(deal.stage)
    return deal.probability


def completeness_of(deal: Opportunity) -> Fraction:
    """Share filled of the eleven fields that domain.md section 2 names."""
    filled = [name for name in COMPLETE_FIELDS if getattr(deal, name) not in (None, [])]
    return Fraction(len(filled), len(COMPLETE_FIELDS))


def build_computed(
    deal: Opportunity,
    events: Sequence[Event],
    definition: Definition,
    calendar: Calendar,
    today: date,
    *,
    is_first_of_client: bool | None = None,
) -> Computed:
    """Compute everything from a deal, its live events in fold order, its process and the day.

    `is_first_of_client`: whether no deal of the client was created before, which only somebody
    who sees all deals can tell; `is_primary` on the deal overrides it.
    """
    status = definition.status_of(deal.stage)
    probability = probability_in_force(deal, definition)
    value = value_of(deal, status == "won")
    visits = build_visits(events)
    activities = tuple(build_activities(events).values())
    created_on = next((calendar.day_of(e.at) for e in events if isinstance(e, Created)), None)
    is_open = status == "open"
    closed_on = None if is_open else _entered_on(visits, calendar) or deal.close_date
    quiet_days = _quiet_days(events, calendar, today)
    end = closed_on or today
    return Computed(
        status=status,
        probability=probability,
        amount=amount_of(deal.products),
        value=value,
        weighted=None if value is None else weighted(value, probability),
        created_on=created_on,
        closed_on=closed_on,
        days_in_funnel=None if created_on is None else (end - created_on).days,
        days_at_stage=days_at_stage(visits, calendar, today) if is_open else None,
        quiet_days=quiet_days,
        overdue=is_open and deal.close_date is not None and deal.close_date < today,
        stale=is_stale(definition.stage_named(deal.stage), quiet_days, activities, calendar, today),
        completeness=completeness_of(deal),
        hours=total_hours(events, activities),
        client_kind=kind_of_id(deal.client),
        new_client=is_first_of_client if deal.is_primary is None else deal.is_primary,
        visits=visits,
        activities=activities,
        proposals=tuple(build_proposals(events).values()),
    )


def _entered_on(visits: Sequence[Visit], calendar: Calendar) -> date | None:
    if not visits:
        return None
    return calendar.day_of(datetime.fromtimestamp(visits[-1].started_at, UTC))


def days_at_stage(visits: Sequence[Visit], calendar: Calendar, today: date) -> int | None:
    """Local calendar days since the running visit began; None without one."""
    if not visits or visits[-1].ended_at is not None:
        return None
    entered = _entered_on(visits, calendar)
    return None if entered is None else (today - entered).days


def _quiet_days(events: Sequence[Event], calendar: Calendar, today: date) -> int | None:
    signs = [event.at for event in events if isinstance(event, _SIGNS_OF_LIFE)]
    return (today - calendar.day_of(max(signs))).days if signs else None


def is_stale(
    stage: Stage | None,
    quiet_days: int | None,
    activities: Sequence[Activity],
    calendar: Calendar,
    today: date,
) -> bool:
    """Quiet for longer than the stage allows, and nothing open that is due today or later."""
    return is_quiet_too_long(stage, quiet_days) and not any(
        entry.is_open and entry.due_at is not None and calendar.day_of(entry.due_at) >= today
        for entry in activities
    )


def is_quiet_too_long(stage: Stage | None, quiet_days: int | None) -> bool:
    """Whether a deal has been quiet for longer than its open stage allows."""
    if stage is None or not stage.is_open or stage.days_without_activity is None:
        return False
    return quiet_days is not None and quiet_days > stage.days_without_activity


def next_step(
    deal: Opportunity,
    computed: Computed,
    definition: Definition,
    subject: Subject,
    names: NameTable,
    today: date,
    me: str | None = None,
) -> NextStep | None:
    """The earliest open activity, else the first unmet criterion, else the stage's goal."""
    waiting = computed.open_activities
    if waiting:
        return NextStep("activity", waiting[0].title, waiting[0])
    stage = definition.stage_named(deal.stage)
    if stage is None or not stage.is_open:
        return None
    unmet = unmet_criteria([stage], subject, names, today, me)
    if unmet:
        return NextStep("criterion", unmet[0].sentence)
    return NextStep("goal", stage.goal) if stage.goal else None


def values_of(computed: Computed) -> Mapping[str, Sequence[Any]]:
    """The computed names of the expression language with their values.

    `probability` is the one in force, so that a filter and a sort see what everybody sees.
    """
    return {name: read(computed) for name, read in _VALUES.items()}


def _one(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,)


_VALUES: Mapping[str, Callable[[Computed], Sequence[Any]]] = {
    "status": lambda of: (of.status,),
    "probability": lambda of: (of.probability,),
    "amount": lambda of: _one(of.amount),
    "value": lambda of: _one(of.value),
    "weighted": lambda of: _one(of.weighted),
    "created_at": lambda of: _one(of.created_on),
    "client_kind": lambda of: _one(of.client_kind),
    "new_client": lambda of: _one(of.new_client),
    "overdue": lambda of: (of.overdue,),
    "stale": lambda of: (of.stale,),
    "days_at_stage": lambda of: _one(of.days_at_stage),
    "days_in_funnel": lambda of: _one(of.days_in_funnel),
    "hours": lambda of: (of.hours,),
    "proposals": lambda of: tuple(one.id for one in of.proposals),
    "proposals.state": lambda of: tuple(one.state for one in of.proposals),
    "proposals.amount": lambda of: tuple(one.amount for one in of.proposals if one.amount),
    "proposals.number": lambda of: tuple(one.number for one in of.proposals if one.number),
    "activities": lambda of: tuple(one.id for one in of.activities),
    "activities.type": lambda of: tuple(one.type for one in of.activities),
    "activities.result": lambda of: tuple(one.result for one in of.activities if one.result),
    "activities.owner": lambda of: tuple(one.owner for one in of.activities),
}
COMPUTED_NAMES = frozenset(_VALUES)
"""The names of `values_of`."""
