"""Deals handed to figures: selected, taken as of a day, with what can't be read counted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add
from typing import Any

import msgspec

from salescli.model.asked import WITHOUT, Created, FunnelDefinition, FunnelMode, SumKind
from salescli.model.calendar import Period
from salescli.model.catalogues import departments_under
from salescli.model.definition import Definition
from salescli.model.errors import Damaged, Finding, Gathered, NotFound, WrongUsage, finding
from salescli.model.money import parse_currency
from salescli.report.figures import forecast
from salescli.report.figures.figure import Partial, Partials
from salescli.report.figures.forecast_standing import ForecastQuestion, Standing
from salescli.report.figures.funnel_by import METHODS
from salescli.report.figures.funnel_looks import AnyFunnel
from salescli.report.figures.question import FunnelQuestion, Q, ask
from salescli.workspace.named import find_named, find_process
from salescli.workspace.plan_bars import build_plan_bar, count_plan
from salescli.workspace.reported import Reported, instant_of
from salescli.workspace.session import Session


class ReportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed for a report, whichever it is."""

    period: str = "all"
    as_of: str | None = None
    owners: Sequence[str] = ()
    departments: Sequence[str] = ()
    process: str | None = None
    sum: SumKind = "budget"
    currency: str | None = None
    skip_invalid: bool = False
    with_ids: bool = False


class FunnelOptions(ReportOptions, frozen=True, kw_only=True):
    """What was typed for a funnel."""

    definition: FunnelDefinition = "reference"
    created: Created = "period"
    mode: FunnelMode = "count"


class Counted(msgspec.Struct, frozen=True):
    """What stores add to a figure: their partials, the names of rows that others can't know."""

    partial: Any  # whatever adds up: a `figures.Partial`, a difference …
    invalid: int = 0
    names: Mapping[Any, str] = {}

    def __add__(self, other: "Counted") -> "Counted":
        """Both together; associative."""
        names = {**self.names, **other.names}
        return Counted(self.partial + other.partial, self.invalid + other.invalid, names)


def count_stores(session: Session, count: Callable[..., Counted], *arguments: Any) -> Counted:
    """What `count(session, *arguments)` counts in one store, or in each of a group, added up.

    A report is made of two functions of a module: one that counts, and that another machine may
    run, and one that asks the question again for all stores together, and finishes the figure.
    """
    return reduce(add, session.over_stores(count, *arguments))


def report_funnel(session: Session, options: FunnelOptions) -> AnyFunnel:
    """The funnel that was asked for. Raises `Damaged` where a file can't be read.

    With `skip_invalid` those are left out and counted on the figure.
    """
    question, definition = _ask_funnel(session, options)
    counted = count_stores(session, count_funnel, options)
    partial, standing = counted.partial.parts
    finish = METHODS[options.definition].finish
    funnel: AnyFunnel = finish(partial, definition, question, invalid=counted.invalid)
    plan = build_plan_bar(session, question, definition, standing)
    return msgspec.structs.replace(funnel, plan=plan)


def count_funnel(session: Session, options: FunnelOptions) -> Counted:
    """What one store adds to a funnel, and to the plan under it."""
    question, definition = _ask_funnel(session, options)
    found = read_deals(session, question.end, options)
    contribute = METHODS[options.definition].build_contribution(question, definition)
    partial = found.count(contribute, with_ids=options.with_ids)

    def count(asked: ForecastQuestion) -> Partial[Standing]:
        contribute = forecast.build_contribution(asked, definition)
        return read_deals(session, asked.end, options).count(contribute, with_ids=options.with_ids)

    standing = count_plan(session, question, count)
    return Counted(Partials((partial, standing)), found.invalid)


def _ask_funnel(session: Session, options: FunnelOptions) -> tuple[FunnelQuestion, Definition]:
    more = {"created": options.created, "mode": options.mode}
    question = read_question(session, options, FunnelQuestion, **more)
    return question, session.process(question.process)


def read_deals(session: Session, end: int, options: ReportOptions) -> Reported:
    """All deals as the events until `end` (seconds) say, of every process; a new sweep each time.

    Raises `Damaged` where a file can't be read, unless `skip_invalid` leaves those out.
    """
    return read_deals_on(session, (end,), options)[0]


def read_deals_on(session: Session, ends: Sequence[int], options: ReportOptions) -> list[Reported]:
    """The same for several instants of one state of the store, compared with the files once."""
    invalid = read_readable(session, options)
    return [Reported(session.index, instant_of(session, end), invalid) for end in ends]


def read_readable(session: Session, options: ReportOptions) -> int:
    """Bring the index up to date, once for all that a session reports; how many can't be read.

    Raises `Damaged` if there are some, unless `skip_invalid` leaves those out.
    """
    if not session.is_compared:
        session.index.refresh()
        session.is_compared = True
    invalid = session.index.invalid()
    if invalid and not options.skip_invalid:
        raise Damaged(*_broken(invalid))
    return len(invalid)


def _broken(invalid: Sequence[tuple[str, Sequence[Finding]]]) -> list[Finding]:
    found = [entry for _, findings in invalid for entry in findings]
    count = "a record" if len(invalid) == 1 else f"{len(invalid)} records"
    return [
        *found,
        finding(
            "unreadable-records",
            f"{count} can't be read, so there is no report",
            hint="--skip-invalid draws it without and says so on it; salescli check tells the rest",
        ),
    ]


def reporting_day(session: Session, text: str | None) -> date:
    """The as-of day: today without one; raises `WrongUsage` for a day to come."""
    if text is None:
        return session.today
    day = session.calendar.parse_day(text, session.today)
    if day > session.today:
        raise WrongUsage(
            finding(
                "as-of-in-the-future",
                f"{text} is still to come, so nothing can be reported as of it",
                hint="leave --as-of out for today",
                field="as_of",
            )
        )
    return day


def read_question(session: Session, options: ReportOptions, kind: type[Q], **more: Any) -> Q:
    """The question that the options make, in the store's calendar; raises all faults together.

    `more` are what this kind of question asks besides.
    """
    gathered = Gathered()
    process, as_of, period = "", session.today, Period(None, None, "")
    asked = None
    owners: list[str] = []
    named: list[str] = []
    with gathered.trying("process"):
        process = find_process(session, options.process)
    with gathered.trying("as_of"):
        as_of = reporting_day(session, options.as_of)
    with gathered.trying("period"):
        period = session.calendar.parse_period(options.period, as_of)
    with gathered.trying("currency"):
        asked = parse_currency(options.currency) if options.currency else None
    for what, found, texts in (
        ("person", owners, options.owners),
        ("department", named, options.departments),
    ):
        for text in texts:
            with gathered.trying():
                found.append(_read_filter(session, what, text))
    gathered.raise_all()
    own = session.settings.currency
    under = [
        {None} if name == WITHOUT else departments_under(session.team.departments, name)
        for name in named
    ]
    filters = [("owner", tuple(owners)), ("department", tuple(named))]
    return ask(
        kind,
        process,
        period,
        as_of,
        session.calendar,
        **more,
        sum=options.sum,
        currency=asked,
        owners=frozenset(None if name == WITHOUT else name for name in owners) or None,
        departments=frozenset().union(*under) if named else None,
        filters=tuple((name, values) for name, values in filters if values),
        store_currency=own,
        stores=session.stores,
    )


_WORDS_FOR_NONE = ("", "none", "null", "nobody", "unassigned", "without")


def _read_filter(session: Session, kind: str, text: str) -> str:
    """The id that a filter names, or WITHOUT for the deals that have none; raises `NotFound`."""
    if text == WITHOUT:
        return WITHOUT
    try:
        return find_named(session, kind, text, is_filter=True)
    except NotFound as error:
        if text.strip().casefold() not in _WORDS_FOR_NONE:
            raise
        hint = f"{WITHOUT} takes the deals without one"
        told = [msgspec.structs.replace(one, hint=hint) for one in error.findings]
        raise NotFound(*told) from None
